import * as l10n from '@vscode/l10n';
import { errorCodeOf, FAILED_JOBS, type JobFilter } from '../../jobs/jobFilter';
import { jobsFetchXml, jobsPath, type JobOrder } from '../../jobs/jobQueries';
import type { JobScope } from '../../jobs/model';
import { otherTable } from '../../jobs/queryTable';
import { readableWebApi } from '../../jobs/queryText';
import type { WrittenQuery } from '../../queries/written';
import type { Choices, JobFilterFields, JobsPanelState, Period } from '../../protocol/jobs';

/**
 * The period that a report opens with where nobody has set another one. "What broke last night" is asked every morning,
 * also on a Monday: in a week the night stands at the end of the chart and on top of the rows, and a week is mostly small
 * enough to be read and grouped whole. Failed jobs of all time are not: Dataverse keeps them until somebody deletes them
 * (FACTS 10.2), and groups of the first fifty of a hundred thousand would be no answer.
 */
export const USUAL_PERIOD: Period = 'week';

/** The period in which the tree counts failures is that of a report that is opened from it. */
export function periodOfHours(hours: number): Period {
  if (hours <= 1) return 'hour';
  if (hours <= 24) return 'day';
  return hours <= 7 * 24 ? 'week' : 'month';
}

/** The state a panel opens with for a scope: the failed jobs of it, in both languages. */
export function jobsPanelState(
  environmentId: string,
  scope: JobScope,
  name: string,
  period: Period = 'all',
): JobsPanelState {
  const shown = {
    kind: scope.kind,
    id: idOf(scope, environmentId),
    name,
    ...(scope.kind === 'webhook' ? { stepIds: [...scope.stepIds] } : {}),
  };
  return {
    environmentId,
    scope: shown,
    filter: {
      ...failedJobsFields(),
      period,
      ...(scope.kind === 'webhook' ? { webhook: scope.webhookId } : {}),
      ...(scope.kind === 'step' ? { step: scope.stepId } : {}),
    },
    language: 'fetchXml',
    queries: queriesOf(scope, { ...FAILED_JOBS, period }),
  };
}

/** The fields of a report of all failed jobs there are. */
export function failedJobsFields(): JobFilterFields {
  return { period: 'all', state: 'failed', message: '', table: '', errorCode: '', text: '' };
}

/** The state a panel opens with for a query of the user's own; the other language has that of the job report. */
export function writtenPanelState(
  { id, name }: { readonly id: string; readonly name: string },
  { language, text }: WrittenQuery,
  period?: Period,
): JobsPanelState {
  const state = jobsPanelState(id, { kind: 'environment' }, name, period);
  const queries = { ...state.queries, [language]: text };
  return { ...state, about: 'query', language, queries, handWritten: true, edited: language };
}

/** The heading of a panel. Webhooks and steps are called the same in more than one environment. */
export function titleOf({ about, scope: { kind, name } }: JobsPanelState, environment: string): string {
  if (about === 'query') return l10n.t('Query of {name}', { name });
  return kind === 'environment'
    ? l10n.t('Failed jobs of {name}', { name })
    : l10n.t('Failed jobs of {name} in {environment}', { name, environment });
}

/** The same for the tab of a panel. */
export function tabTitleOf({ about, scope: { kind, name } }: JobsPanelState, environment: string): string {
  if (about === 'query') return l10n.t('Query: {name}', { name });
  return kind === 'environment'
    ? l10n.t('Failed Jobs: {name}', { name })
    : l10n.t('Failed Jobs: {name} ({environment})', { name, environment });
}

/**
 * What a file with the rows of a query is called, and its heading: it is read where the filter cannot be seen.
 * @param isOwn the filter wrote the query
 */
export function exportTitle(
  { about, filter, scope: { name } }: JobsPanelState,
  query: WrittenQuery,
  isOwn: boolean,
): string {
  if (about === 'query' || otherTable(query) !== undefined) return l10n.t('Query of {name}', { name });
  return isOwn && filter !== undefined && filter.state !== 'failed'
    ? l10n.t('Jobs of {name}', { name })
    : l10n.t('Failed jobs of {name}', { name });
}

function idOf(scope: JobScope, environmentId: string): string {
  switch (scope.kind) {
    case 'environment':
      return environmentId;
    case 'webhook':
      return scope.webhookId;
    case 'step':
      return scope.stepId;
  }
}

/** The query for a filter in both languages, as a person reads it. */
export function queriesOf(
  scope: JobScope,
  filter: JobFilter,
  order?: JobOrder,
  now = new Date(),
): JobsPanelState['queries'] {
  return {
    fetchXml: jobsFetchXml(scope, filter, now, order),
    webApi: readableWebApi(jobsPath(scope, filter, now, order)),
  };
}

/** Whose jobs a panel shows. */
export function scopeOf({ kind, id, stepIds = [] }: JobsPanelState['scope']): JobScope {
  switch (kind) {
    case 'environment':
      return { kind };
    case 'webhook':
      return { kind, webhookId: id, stepIds };
    case 'step':
      return { kind, stepId: id };
  }
}

/**
 * The fields of the page as a filter. The error code is NaN when it is none.
 * @param timeZone of the reader, whose days are meant
 */
export function filterOf(fields: JobFilterFields, timeZone?: string): JobFilter {
  const { period, state, message, table, text, cause, from, to } = fields;
  return {
    period,
    timeZone,
    state,
    message,
    table,
    text,
    cause,
    errorCode: errorCodeOf(fields.errorCode),
    correlationId: fields.correlation,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
  };
}

/** The scope after a webhook or a step was chosen among those there are: the step, else the webhook, else everything. */
export function chosenScope(
  before: JobsPanelState,
  fields: JobFilterFields,
  choices: Choices,
  environmentName: string,
): JobsPanelState['scope'] {
  const { scope, environmentId } = before;
  const wanted = fields.step ?? fields.webhook;
  if (wanted === undefined) return { kind: 'environment', id: environmentId, name: environmentName };
  // What is shown already is kept as it is, also when the tree does not know it (any more).
  if (wanted === scope.id) return scope;
  const step = choices.steps.find(({ id }) => id === fields.step);
  if (step !== undefined) return { kind: 'step', id: step.id, name: step.name };
  const webhook = choices.webhooks.find(({ id }) => id === fields.webhook);
  if (webhook === undefined) return { kind: 'environment', id: environmentId, name: environmentName };
  const stepIds = choices.steps.flatMap(({ id, webhookId }) => (webhookId === webhook.id ? id : []));
  return { kind: 'webhook', id: webhook.id, name: webhook.name, stepIds };
}
