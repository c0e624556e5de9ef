import * as l10n from '@vscode/l10n';
import { LONGEST_QUERY } from '../../base/queryLimit';
import type { JobsTexts } from '../../protocol/jobs';
import { MOST_IN_FIELD } from '../../protocol/queries';
import { jobStateLabel } from '../texts/jobTexts';
import { numberText } from '../texts/readerLocale';

/** The strings of the page in the language of the editor. */
export function jobsTexts(): JobsTexts {
  return {
    query: l10n.t('Query'),
    language: l10n.t('Language'),
    fetchXml: l10n.t('FetchXML'),
    webApi: l10n.t('Web API'),
    run: l10n.t('Run'),
    cancel: l10n.t('Cancel'),
    loadMore: l10n.t('Load More'),
    results: l10n.t('Jobs'),
    details: l10n.t('Details of the job'),
    close: l10n.t('Close'),
    cause: l10n.t('Cause'),
    remedy: l10n.t('What to do'),
    message: l10n.t('Message of the platform'),
    noMessage: l10n.t('The job has no message.'),
    copyQuery: l10n.t('Copy Query'),
    ...queryTexts(),
    copyMessage: l10n.t('Copy Message'),
    remedyIntro: l10n.t(
      'A failed job cannot be resumed: Dataverse does not deliver it again. Remove the cause, then:',
    ),
    remedies: {
      replay: l10n.t('Replay…'),
      touch: l10n.t('Touch the Row…'),
      register: l10n.t('Register Step Anew…'),
    },
    links: linkTexts(),
    traces: {
      heading: l10n.t('Synchronous failures'),
      exception: l10n.t('Exception'),
      switchOn: l10n.t('Switch On for Failures…'),
    },
    correlated: l10n.t('Only jobs with the correlation id {id}', { id: '{id}' }),
    endCorrelated: l10n.t('Back to the Filter of Before'),
    failures: l10n.t('Failures'),
    overTime: l10n.t('Failures over time'),
    time: l10n.t('Time'),
    count: l10n.t('Failures'),
    // The page fills these in by itself.
    showAll: l10n.t('Show All Jobs'),
    openExample: l10n.t('Open an Example'),
    loadAll: l10n.t('Load All'),
    groupAll: l10n.t('Load and Group All'),
    ...filterTexts(),
    selected: l10n.t('Selected jobs'),
    actions: actionTexts(),
    exports: exportTexts(),
    noResume: l10n.t(
      'A completed job cannot be resumed: Dataverse does not deliver it again. Remove the cause, then open the job: it can be replayed, its row touched, or its step registered anew.',
    ),
    allTimes: l10n.t('Search All Times'),
    otherTable: l10n.t('The filters are about jobs; this query is about {table}.', { table: '{table}' }),
    toJobs: l10n.t('Back to the Jobs'),
    next: { signIn: l10n.t('Sign In'), retry: l10n.t('Retry') },
    handWritten: l10n.t('The query was changed by hand. Changing a filter writes it anew.'),
  };
}

type FilterTexts = Pick<
  JobsTexts,
  | ('filter' | 'moreFilters' | 'any' | 'webhook' | 'step' | 'from' | 'to' | 'causes' | 'period' | 'periods')
  | ('report' | 'refresh' | 'watch' | 'changedByHand' | 'state' | 'states')
  | ('messageName' | 'table' | 'errorCode' | 'text')
>;

function filterTexts(): FilterTexts {
  return {
    filter: l10n.t('Filter'),
    report: l10n.t('Report'),
    refresh: l10n.t('Refresh'),
    watch: l10n.t('Watch'),
    moreFilters: l10n.t('More filters'),
    changedByHand: l10n.t('changed by hand'),
    any: l10n.t('Any'),
    webhook: l10n.t('Webhook'),
    step: l10n.t('Step'),
    from: l10n.t('From'),
    to: l10n.t('To'),
    causes: causeTexts(),
    period: l10n.t('Period'),
    periods: {
      hour: l10n.t('Last hour'),
      day: l10n.t('Last 24 hours'),
      week: l10n.t('Last 7 days'),
      month: l10n.t('Last 30 days'),
      all: l10n.t('All'),
      custom: l10n.t('From … to …'),
    },
    state: l10n.t('State'),
    states: {
      failed: jobStateLabel('failed'),
      waiting: jobStateLabel('waiting'),
      inProgress: jobStateLabel('inProgress'),
      canceled: jobStateLabel('canceled'),
      succeeded: jobStateLabel('succeeded'),
      all: l10n.t('All'),
    },
    messageName: l10n.t('Message'),
    table: l10n.t('Table'),
    errorCode: l10n.t('Error code'),
    text: l10n.t('Text'),
  };
}

function linkTexts(): JobsTexts['links'] {
  return {
    step: l10n.t('Reveal in the Tree'),
    webhook: l10n.t('Reveal in the Tree'),
    row: l10n.t('Open in the Web Application'),
    job: l10n.t('Open in the Web Application'),
    correlation: l10n.t('Show Jobs with It'),
  };
}

function causeTexts(): JobsTexts['causes'] {
  return {
    httpStatus: l10n.t('Answer with an error status'),
    timeout: l10n.t('Time-out'),
    noConnection: l10n.t('No connection'),
    invalidHeaders: l10n.t('Headers cannot be read'),
    invalidQueryParameters: l10n.t('Query parameters cannot be read'),
    postDisabled: l10n.t('Posting is disabled'),
    tooLarge: l10n.t('Payload too large'),
    stepDisabled: l10n.t('Step disabled'),
    other: l10n.t('Something else'),
  };
}

function actionTexts(): JobsTexts['actions'] {
  return {
    cancel: l10n.t('Cancel Job'),
    resume: l10n.t('Resume'),
    postpone: l10n.t('Postpone'),
    pause: l10n.t('Pause'),
    delete: l10n.t('Delete'),
  };
}

function exportTexts(): JobsTexts['exports'] {
  return {
    csv: l10n.t('Export as CSV'),
    json: l10n.t('Export as JSON'),
    markdown: l10n.t('Export a Summary'),
  };
}

type QueryTexts = Pick<
  JobsTexts,
  | 'marks'
  | 'useTranslation'
  | 'chooseQuery'
  | 'saveQuery'
  | 'editQuery'
  | 'editHint'
  | 'copyAddress'
  | 'overfull'
  | 'suggestions'
  | 'suggestLoading'
  | 'suggestNone'
  | 'suggestMore'
>;

/** The strings around the query. */
function queryTexts(): QueryTexts {
  return {
    marks: l10n.t('Mistakes in the query'),
    useTranslation: l10n.t('Use Translation'),
    chooseQuery: l10n.t('Open Query…'),
    saveQuery: l10n.t('Save As…'),
    editQuery: l10n.t('Open in Editor'),
    editHint: l10n.t('As a file, where every name tells what it is'),
    copyAddress: l10n.t('Copy Address'),
    overfull: l10n.t(
      'The text was not put in: the field holds {held} characters at most, a query {most}. What was there stays as it was.',
      { held: numberText(MOST_IN_FIELD), most: numberText(LONGEST_QUERY) },
    ),
    suggestions: l10n.t('Suggestions'),
    suggestLoading: l10n.t('The names of the environment are being read…'),
    suggestNone: l10n.t('No suggestions.'),
    suggestMore: l10n.t('{count} more: type on to find them.', { count: '{count}' }),
  };
}
