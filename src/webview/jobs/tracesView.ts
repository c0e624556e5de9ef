import { html, nothing, type TemplateResult } from 'lit';
import type { TracedFailure, Traces } from '../../protocol/traces';
import type { PageActions } from './actions';
import { fold } from './foldView';
import type { AroundRows } from './aroundRows';

/** The failures that have no job, folded: their number stands in the heading. */
export function tracesFold(state: AroundRows, actions: PageActions): TemplateResult | typeof nothing {
  const { traces, texts } = state;
  if (traces === undefined) return nothing;
  return fold(
    { id: 'traces', label: texts.traces.heading, hint: traces.summary, openAtFirst: false },
    section(traces, state, actions),
    state,
    actions,
  );
}

function section(traces: Traces, state: AroundRows, actions: PageActions): TemplateResult {
  const { texts } = state;
  return html`
    <section class="traces" aria-label=${texts.traces.heading}>
      ${traces.notes.map((note) => html`<p class="none" dir="auto">${note}</p>`)}
      ${
        traces.canSwitchOn
          ? html`<div class="bar">
              <button id="switchOnTrace" @click=${() => actions.switchOnTrace()}>
                ${texts.traces.switchOn}
              </button>
            </div>`
          : nothing
      }
      ${
        traces.rows.length === 0
          ? nothing
          : html`<ul>
              ${traces.rows.map((row) => html`<li>${failure(row, state, actions)}</li>`)}
            </ul>`
      }
    </section>
  `;
}

function failure(row: TracedFailure, { texts }: AroundRows, actions: PageActions): TemplateResult {
  return html`
    <details class="trace" data-trace=${row.id}>
      <summary>
        <span class="when" title=${row.utc}>${row.time}</span>
        <span class="what" dir="auto">${row.cause} <span class="place">${row.place}</span></span>
      </summary>
      <p class="remedy" dir="auto">${row.remedy}</p>
      <dl>
        ${row.lines.map(
          ({ label, value, title }) =>
            html`<div>
              <dt>${label}</dt>
              <dd title=${title ?? nothing} dir="auto">${value}</dd>
            </div>`,
        )}
      </dl>
      <div class="bar">
        <button data-link="step" @click=${() => actions.followTrace(row.id, 'step')}>
          ${texts.links.step}
        </button>
        ${
          row.correlated
            ? html`<button data-link="correlation" @click=${() => actions.followTrace(row.id, 'correlation')}>
                ${texts.links.correlation}
              </button>`
            : nothing
        }
        <button data-link="copy" @click=${() => actions.copy(row.exception)}>${texts.copyMessage}</button>
      </div>
      <pre tabindex="0" role="group" dir="auto" aria-label=${texts.traces.exception}>${row.exception}</pre>
    </details>
  `;
}
