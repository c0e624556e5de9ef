import { html, nothing, type TemplateResult } from 'lit';
import type { PageActions } from './actions';
import { numberText } from '../numbers';
import type { AroundRows } from './aroundRows';

/** What can be done with the selected jobs: only what the service allows for at least one of them. */
export function actionsBar(state: AroundRows, actions: PageActions): TemplateResult {
  const { texts, acted, selection } = state;
  // One thing at a time. A button that is off keeps the focus of the person who has just pressed it, hence aria-disabled.
  const isActing = acted?.going === true;
  const buttons = selection.can.map(
    ({ action, count }) =>
      html`<button
        id=${`act-${action}`}
        data-action=${action}
        aria-disabled=${isActing ? 'true' : nothing}
        @click=${() => (isActing ? undefined : actions.act(action))}
      >
        ${texts.actions[action]} (${numberText(count)})
      </button>`,
  );
  // Beside an open job this stands with its remedies.
  const final = selection.can.some(({ action }) => action === 'delete');
  return html`
    <div class="bar actions" role="group" aria-label=${texts.selected}>
      ${buttons}${final && state.details === undefined ? html`<p class="none" id="noResume">${texts.noResume}</p>` : nothing}
    </div>
    <div class="acted" aria-live=${state.actGoesOn ? 'off' : 'polite'}>
      ${
        acted === undefined
          ? nothing
          : html`<p dir="auto">
                ${acted.text}
                ${
                  acted.going === true
                    ? html`<button id="endAct" @click=${() => actions.endAct()}>${texts.cancel}</button>`
                    : nothing
                }
              </p>
              <ul>
                ${acted.failures.map((failure) => html`<li class="error" dir="auto">${failure.text}</li>`)}
              </ul>`
      }
    </div>
  `;
}
