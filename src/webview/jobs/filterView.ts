import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { AskedCause, JobFilterFields, PERIODS } from '../../protocol/jobs';
import type { PageActions } from './actions';
import { fold } from './foldView';
import type { AroundRows } from './aroundRows';
import { localTime, utcTime } from './localTime';

const ANY: JobFilterFields = {
  period: 'all',
  state: 'failed',
  message: '',
  table: '',
  errorCode: '',
  text: '',
};
const CHOSEN_PERIODS = [...PERIODS, 'custom'] as const;
const STATES = ['failed', 'waiting', 'inProgress', 'canceled', 'succeeded', 'all'] as const;
const CAUSES = Object.values(AskedCause.def.entries);

type Option = readonly [value: string, label: string];

/** In place of the fields, where the query is not one that they could write: says so, and leads back. */
function otherTableSection(table: string, state: AroundRows, actions: PageActions): TemplateResult {
  const { texts, panel } = state;
  return html`<section class="filter" aria-label=${texts.filter}>
    <div class="bar">
      <p class="none" id="otherTable" dir="auto">${texts.otherTable.replace('{table}', () => table)}</p>
      <button id="toJobs" @click=${() => actions.filter(panel.filter ?? ANY)}>${texts.toJobs}</button>
    </div>
  </section>`;
}

/** The fields that write the query, where the query is about jobs. */
export function filterPart(state: AroundRows, actions: PageActions): TemplateResult {
  const { otherTable } = state.run;
  return otherTable === undefined
    ? filterSection(state, actions)
    : otherTableSection(otherTable, state, actions);
}

/** The fields that write the query: the usual ones in a line, the others behind a fold. A changed one asks at once. */
function filterSection(state: AroundRows, actions: PageActions): TemplateResult {
  const { texts, panel, choices } = state;
  const fields = panel.filter ?? ANY;
  const change = (changes: Partial<Record<keyof JobFilterFields, string | undefined>>): void => {
    const wanted = Object.entries({ ...fields, ...changes }).filter(([, value]) => value !== undefined);
    const changed = JobFilterFields.safeParse(Object.fromEntries(wanted));
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
        @change=${(event: Event) => change({ [name]: valueOf(event) })}
    /></span>`;
  const more = html`
    <div class="bar">
      ${select('step', texts.step, fields.step ?? '', stepOptions(state), (value) => change({ step: value || undefined }))}
      ${input('filterMessage', 'message', texts.messageName, 160)}
      ${input('filterTable', 'table', texts.table, 160)}
      ${input('filterCode', 'errorCode', texts.errorCode, 20)} ${input('filterText', 'text', texts.text, 200)}
    </div>
  `;
  return html`
    <section class="filter" aria-label=${texts.filter}>
      <div class="bar">
        ${select('period', texts.period, fields.period, options(CHOSEN_PERIODS, texts.periods), (period) =>
          change({
            period,
            ...(period === 'custom' ? customBounds(fields) : { from: undefined, to: undefined }),
          }),
        )}
        ${fields.period === 'custom' ? bounds(state, fields, change) : nothing}
        ${select('state', texts.state, fields.state, options(STATES, texts.states), (value) => change({ state: value }))}
        ${select(
          'webhook',
          texts.webhook,
          fields.webhook ?? webhookOfStep(state, fields.step),
          [['', texts.any], ...withShown(choices.webhooks, state, 'webhook')],
          (value) => change({ webhook: value || undefined, step: undefined }),
        )}
        ${select(
          'cause',
          texts.cause,
          fields.cause ?? '',
          [['', texts.any], ...options(CAUSES, texts.causes)],
          (value) => change({ cause: value || undefined }),
        )}
      </div>
      ${fold({ id: 'moreFilters', label: texts.moreFilters, hint: hintOf(state, fields), openAtFirst: false }, more, state, actions)}
      ${correlatedBar(state, actions)}
      ${panel.handWritten === true ? html`<p class="none">${texts.handWritten}</p>` : nothing}
    </section>
  `;
}

/** Says that only the jobs of one operation are shown, and ends that. */
function correlatedBar({ texts, panel }: AroundRows, actions: PageActions): TemplateResult | typeof nothing {
  const id = panel.filter?.correlation;
  if (id === undefined) return nothing;
  return html`<div class="bar">
    <p id="correlated">${texts.correlated.replace('{id}', () => id)}</p>
    <button id="endCorrelated" @click=${() => actions.endCorrelated()}>${texts.endCorrelated}</button>
  </div>`;
}

/** A choice with its name. */
function select(
  id: string,
  label: string,
  value: string,
  options: readonly Option[],
  choose: (value: string) => void,
): TemplateResult {
  return html`
    <span class="field"
      ><label for=${id}>${label}</label>
      <select id=${id} .value=${live(value)} @change=${(event: Event) => choose(valueOf(event))}>
        ${options.map(
          ([each, name]) => html`<option value=${each} ?selected=${each === value}>${name}</option>`,
        )}
      </select></span
    >
  `;
}

function options<K extends string>(keys: readonly K[], texts: Readonly<Record<K, string>>): Option[] {
  return keys.map((key) => [key, texts[key]]);
}

/** From and to in the reader's own time; the query has them in UTC. */
function bounds(
  { texts }: AroundRows,
  fields: JobFilterFields,
  change: (changes: { from?: string | undefined; to?: string | undefined }) => void,
): TemplateResult {
  const field = (name: 'from' | 'to', label: string): TemplateResult =>
    html`<span class="field"
      ><label for=${name}>${label}</label>
      <input
        id=${name}
        type="datetime-local"
        title=${fields[name] ?? nothing}
        .value=${live(localTime(fields[name]))}
        @change=${(event: Event) => change({ [name]: utcTime(valueOf(event)) })}
    /></span>`;
  return html`${field('from', texts.from)}${field('to', texts.to)}`;
}

/** A custom period begins as the last day. */
function customBounds({ from, to }: JobFilterFields): { from: string | undefined; to: string | undefined } {
  if (from !== undefined || to !== undefined) return { from, to };
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  return { from: new Date(minute - 86_400_000).toISOString(), to: undefined };
}

function webhookOfStep({ choices }: AroundRows, step: string | undefined): string {
  return choices.steps.find(({ id }) => id === step)?.webhookId ?? '';
}

function stepOptions(state: AroundRows): Option[] {
  const { texts, choices, panel } = state;
  const webhook = panel.filter?.webhook;
  const steps = choices.steps.filter(({ webhookId }) => webhook === undefined || webhookId === webhook);
  return [['', texts.any], ...withShown(steps, state, 'step')];
}

/** What the report was opened for can be chosen also while the others are not here. */
function withShown(
  choices: ReadonlyArray<{ readonly id: string; readonly name: string }>,
  { panel: { scope } }: AroundRows,
  kind: 'webhook' | 'step',
): Option[] {
  const known = choices.some(({ id }) => id === scope.id) || scope.kind !== kind;
  return [
    ...(known ? [] : [[scope.id, scope.name] as const]),
    ...choices.map(({ id, name }) => [id, name] as const),
  ];
}

/** What the folded fields ask for. */
function hintOf({ choices, panel }: AroundRows, fields: JobFilterFields): string {
  const step =
    choices.steps.find(({ id }) => id === fields.step)?.name ??
    (fields.step === undefined ? '' : panel.scope.name);
  return [step, fields.message, fields.table, fields.errorCode, fields.text]
    .filter((text) => text !== '')
    .join(' · ');
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLSelectElement || target instanceof HTMLInputElement ? target.value : '';
}
