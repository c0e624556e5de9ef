import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { JobFilterFields } from '../../protocol/jobs';
import type { PageState } from './state';
import type { PageActions } from './view';

const ANY: JobFilterFields = {
  period: 'all',
  state: 'failed',
  message: '',
  table: '',
  errorCode: '',
  text: '',
};
const PERIODS = ['hour', 'day', 'week', 'month', 'all'] as const;
const STATES = ['failed', 'waiting', 'inProgress', 'canceled', 'succeeded', 'all'] as const;

/** The fields that write the query. A changed field asks for the query at once. */
export function filterSection(state: PageState, actions: PageActions): TemplateResult {
  const { texts, panel } = state;
  const fields = panel.filter ?? ANY;
  const change = (name: keyof JobFilterFields) => (event: Event) => {
    const changed = JobFilterFields.safeParse({ ...fields, [name]: valueOf(event) });
    if (changed.success) actions.filter(changed.data);
  };
  const input = (id: string, name: 'message' | 'table' | 'errorCode' | 'text', label: string, most: number) =>
    html`<span class="field"
      ><label for=${id}>${label}</label>
      <input
        id=${id}
        maxlength=${most}
        spellcheck="false"
        .value=${live(fields[name])}
        @change=${change(name)}
    /></span>`;
  return html`
    <section class="filter" aria-label=${texts.filter}>
      <div class="bar">
        <span class="field"
          ><label for="period">${texts.period}</label>
          <select id="period" .value=${live(fields.period)} @change=${change('period')}>
            ${PERIODS.map((each) => html`<option value=${each} ?selected=${fields.period === each}>${texts.periods[each]}</option>`)}
          </select></span
        >
        <span class="field"
          ><label for="state">${texts.state}</label>
          <select id="state" .value=${live(fields.state)} @change=${change('state')}>
            ${STATES.map((each) => html`<option value=${each} ?selected=${fields.state === each}>${texts.states[each]}</option>`)}
          </select></span
        >
        ${input('filterMessage', 'message', texts.messageName, 160)}
        ${input('filterTable', 'table', texts.table, 160)}
        ${input('filterCode', 'errorCode', texts.errorCode, 20)}
        ${input('filterText', 'text', texts.text, 200)}
      </div>
      ${panel.handWritten === true ? html`<p class="none">${texts.handWritten}</p>` : nothing}
    </section>
  `;
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLSelectElement || target instanceof HTMLInputElement ? target.value : '';
}
