import { html, nothing, type TemplateResult } from 'lit';
import { JobAction } from '../../protocol/jobs';
import { selectedRows, type PageState } from './state';
import type { PageActions } from './view';

/** What can be done with the selected jobs: only what the service allows for at least one of them. */
export function actionsBar(state: PageState, actions: PageActions): TemplateResult {
  const { texts, acted } = state;
  const rows = selectedRows(state);
  const offered = JobAction.def.entries;
  const buttons = Object.values(offered).map((action) => {
    const ids = rows.flatMap((row) =>
      row.id !== undefined && row.can?.includes(action) === true ? [row.id] : [],
    );
    return ids.length === 0
      ? nothing
      : html`<button id=${`act-${action}`} data-action=${action} @click=${() => actions.act(action, ids)}>
          ${texts.actions[action]} (${ids.length})
        </button>`;
  });
  const final = rows.some((row) => row.can?.includes('delete') === true);
  return html`
    <div class="bar actions" role="group" aria-label=${texts.selected}>${buttons}</div>
    ${final ? html`<p class="none" id="noResume">${texts.noResume}</p>` : nothing}
    <div class="acted" aria-live="polite">
      ${
        acted === undefined
          ? nothing
          : html`<p dir="auto">${acted.text}</p>
              <ul>
                ${acted.failures.map((failure) => html`<li class="error" dir="auto">${failure.text}</li>`)}
              </ul>`
      }
    </div>
  `;
}
