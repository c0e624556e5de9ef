import type { z } from 'zod/mini';
import type { TracedFailure, Traces } from '../../src/protocol/traces';
import type { Failures, Grid, GridRow, JobDetails, JobsTexts, ToJobsPage } from '../../src/protocol/jobs';

export type Show = z.infer<typeof ToJobsPage.show.params>;

export const TEXTS: JobsTexts = {
  query: 'Query',
  language: 'Language',
  fetchXml: 'FetchXML',
  webApi: 'Web API',
  run: 'Run',
  cancel: 'Cancel',
  loadMore: 'Load More',
  results: 'Jobs',
  details: 'Details of the job',
  close: 'Close',
  cause: 'Cause',
  remedy: 'What to do',
  message: 'Message of the platform',
  noMessage: 'The job has no message.',
  copyQuery: 'Copy Query',
  marks: 'Mistakes in the query',
  useTranslation: 'Use Translation',
  chooseQuery: 'Open Query…',
  saveQuery: 'Save As…',
  editQuery: 'Open in Editor',
  editHint: 'As a file, where every name tells what it is',
  copyAddress: 'Copy Address',
  overfull: 'Not put in: too much.',
  suggestions: 'Suggestions',
  suggestLoading: 'The names of the environment are being read…',
  suggestNone: 'No suggestions.',
  suggestMore: '{count} more: type on to find them.',
  copyMessage: 'Copy Message',
  remedyIntro: 'A failed job cannot be resumed: Dataverse does not deliver it again. Remove the cause, then:',
  remedies: { replay: 'Replay…', touch: 'Touch the Row…', register: 'Register Step Anew…' },
  links: {
    step: 'Reveal in the Tree',
    webhook: 'Reveal in the Tree',
    correlation: 'Show Jobs with It',
    row: 'Open in the Web Application',
    job: 'Open in the Web Application',
  },
  traces: {
    heading: 'Synchronous failures',
    exception: 'Exception',
    switchOn: 'Switch On for Failures…',
  },
  correlated: 'Only jobs with the correlation id {id}',
  endCorrelated: 'Back to the Filter of Before',
  failures: 'Failures',
  overTime: 'Failures over time',
  time: 'Time',
  count: 'Failures',
  showAll: 'Show All Jobs',
  openExample: 'Open an Example',
  loadAll: 'Load All',
  groupAll: 'Load and Group All',
  report: 'Report',
  refresh: 'Refresh',
  watch: 'Watch',
  moreFilters: 'More filters',
  changedByHand: 'changed by hand',
  any: 'Any',
  webhook: 'Webhook',
  step: 'Step',
  from: 'From',
  to: 'To',
  causes: {
    httpStatus: 'Answer with an error status',
    timeout: 'Time-out',
    noConnection: 'No connection',
    invalidHeaders: 'Headers cannot be read',
    invalidQueryParameters: 'Query parameters cannot be read',
    postDisabled: 'Posting is disabled',
    tooLarge: 'Payload too large',
    stepDisabled: 'Step disabled',
    other: 'Something else',
  },
  filter: 'Filter',
  period: 'Period',
  periods: {
    hour: 'Last hour',
    day: 'Last 24 hours',
    week: 'Last 7 days',
    month: 'Last 30 days',
    all: 'All',
    custom: 'From … to …',
  },
  state: 'State',
  states: {
    failed: 'Failed',
    waiting: 'Waiting',
    inProgress: 'In progress',
    canceled: 'Canceled',
    succeeded: 'Succeeded',
    all: 'All',
  },
  messageName: 'Message',
  table: 'Table',
  errorCode: 'Error code',
  text: 'Text',
  selected: 'Selected jobs',
  actions: { cancel: 'Cancel Job', resume: 'Resume', postpone: 'Postpone', pause: 'Pause', delete: 'Delete' },
  exports: { csv: 'Export as CSV', json: 'Export as JSON', markdown: 'Export a Summary' },
  noResume: 'A completed job cannot be resumed: Dataverse does not deliver it again.',
  allTimes: 'Search All Times',
  otherTable: 'The filters are about jobs; this query is about {table}.',
  toJobs: 'Back to the Jobs',
  next: { signIn: 'Sign In', retry: 'Retry' },
  handWritten: 'The query was changed by hand. Changing a filter writes it anew.',
};

const COLUMNS: ReadonlyArray<readonly [string, string, boolean]> = [
  ['completedon', 'Completed', false],
  ['_owningextensionid_value', 'Step', false],
  ['messagename', 'Message', false],
  ['primaryentitytype', 'Table', false],
  ['errorcode', 'Error Code', false],
  ['friendlymessage', 'Error', false],
  ['_regardingobjectid_value', 'Row', false],
  ['retrycount', 'Retries', true],
  ['depth', 'Depth', true],
  ['_ownerid_value', 'Owner', false],
  ['correlationid', 'Correlation', false],
  ['createdon', 'Created', false],
  ['startedon', 'Started', false],
  ['statuscode', 'Status', false],
  ['name', 'Name', false],
];

const STEPS = [
  ['Orders: Update of account', 'Update', 'account'],
  ['CRM to ERP: Create of salesorder', 'Create', 'salesorder'],
  ['Audit every change of a contact in the customer master', 'Update', 'contact'],
] as const;

const ERRORS = [
  [
    '0x80050201',
    'The webhook call failed because the http request returned non-success httpStatus code. HttpStatus: 503',
  ],
  ['0x80050202', 'The webhook call failed because the http request timed out at client side.'],
  ['0x80050205', 'The webhook call failed during http request execution.'],
] as const;

/** An id that is the same for the same number. */
export function jobId(index: number): string {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}

/** A failed job as the report shows it. */
export function jobRow(index: number): GridRow {
  const [step, message, table] = STEPS[index % STEPS.length] ?? STEPS[0];
  const [code, error] = ERRORS[index % ERRORS.length] ?? ERRORS[0];
  const minute = String(59 - (index % 60)).padStart(2, '0');
  const time = (seconds: number) => ({
    text: `11/23/2026, 7:${minute}:${seconds} PM`,
    title: `2026-11-23T19:${minute}:${seconds}Z`,
  });
  const cells = [
    time(42),
    { text: step, title: jobId(1000 + (index % STEPS.length)) },
    { text: message },
    { text: table },
    { text: code, title: String(Number(code) - 2 ** 32) },
    { text: error },
    { text: `Fourth Coffee (sample ${index})`, title: jobId(2000 + index) },
    { text: String(index % 4) },
    { text: '1' },
    { text: 'Nancy Anderson', title: jobId(3000) },
    { text: jobId(4000 + index) },
    time(12),
    time(13),
    { text: 'Failed', title: '31' },
    { text: `${step}: ${message} of ${table}` },
  ];
  return { id: jobId(index), can: ['delete'], cells, group: `g${index % STEPS.length}` };
}

/** A result of this many failed jobs. */
export function jobsGrid(count: number, more = false): Grid {
  return {
    version: 1,
    count,
    from: 0,
    place: { selected: [], active: 0, column: 0, top: 0 },
    columns: COLUMNS.map(([key, label, numeric]) => ({ key, label, numeric })),
    rows: Array.from({ length: count }, (_, index) => jobRow(index)),
    more,
  };
}

/** How many of so many jobs are of one step. */
function countOf(count: number, step: number): number {
  return Array.from({ length: count }, (_, n) => n).filter((n) => n % STEPS.length === step).length;
}

/** What failed among so many jobs. */
export function jobFailures(count: number): Failures {
  return {
    summary: `${count} failed jobs of 3 kinds, most often ERP › ${STEPS[0][0]}`,
    bars: Array.from({ length: 24 }, (_, at) => ({
      label: `11/23, ${at}:00`,
      title: `2026-11-23T${String(at).padStart(2, '0')}:00:00.000Z`,
      count: (at * 7) % 11,
    })),
    groups: STEPS.map(([step], at) => ({
      key: `g${at}`,
      cause: 'The endpoint answered with status 503.',
      place: `ERP › ${step}`,
      message: ERRORS[at]?.[1] ?? '',
      count: countOf(count, at),
      counted: `${countOf(count, at)} failed jobs`,
      when: {
        text: '11/23/2026, 1:00:00 AM – 7:59:42 PM',
        first: '2026-11-23T01:00:00.000Z',
        last: '2026-11-23T19:59:42.000Z',
      },
      example: jobId(at),
    })),
  };
}

export const EMPTY_GRID: Grid = {
  version: 1,
  count: 0,
  from: 0,
  place: { selected: [], active: 0, column: 0, top: 0 },
  columns: [],
  rows: [],
  more: false,
};

/** The details of a job. */
export function jobDetails(index: number): JobDetails {
  return {
    id: jobId(index),
    heading: 'Orders: Update of account',
    remedies: [
      { remedy: 'replay', can: true, hint: 'Sends it once more, rebuilt from the row as it is now.' },
      { remedy: 'touch', can: false, hint: 'Only a step on Update fires when a row is written.' },
      { remedy: 'register', can: true, hint: 'Begins with the settings the step has now.' },
    ],
    cause: 'The endpoint answered with status 503.',
    remedy:
      'The endpoint or its gateway was overloaded or not running. Scale it, or let it accept the event and work later.',
    lines: [
      { label: 'State', value: 'Failed' },
      { label: 'Error code', value: '0x80050201', title: '-2147155455' },
      { label: 'Error', value: ERRORS[0][1] },
      { label: 'Completed', value: '11/23/2026, 7:59:42 PM', title: '2026-11-23T19:59:42Z' },
      { label: 'Webhook', value: 'ERP', title: jobId(6000), link: 'webhook' },
      { label: 'Step', value: 'Orders: Update of account', title: jobId(1000), link: 'step' },
      { label: 'Row', value: 'Fourth Coffee (sample)', title: jobId(2000 + index), link: 'row' },
      { label: 'Correlation', value: jobId(4000 + index), link: 'correlation' },
      { label: 'Job', value: jobId(index), link: 'job' },
    ],
    message: `${ERRORS[0][1]}\n\nSystem.Net.WebException: the remote server returned an error: (503) Server Unavailable.\n   at a place with a very long name${'.Inner'.repeat(20)}()`,
  };
}

/** What the trace log says, with one failed call of these texts. */
export function tracesShown(over: Partial<TracedFailure> = {}): Traces {
  return {
    summary: '1 call failed',
    notes: ['Failures of synchronous steps have no job. The trace log keeps them for 24 hours.'],
    canSwitchOn: true,
    rows: [
      {
        id: jobId(7000),
        time: '11/23/2026, 7:59:42 PM',
        utc: '2026-11-23T19:59:42.000Z',
        place: 'ERP › Orders: Create of account',
        cause: 'The endpoint answered with status 503.',
        remedy: 'Look into the log of the endpoint at the time of the job.',
        lines: [
          { label: 'Message', value: 'Create' },
          { label: 'Duration', value: '1,234 ms' },
          { label: 'Correlation', value: jobId(4000) },
        ],
        exception: `${ERRORS[0][1]}\n   at a place with a very long name${'.Inner'.repeat(20)}()`,
        correlated: true,
        ...over,
      },
    ],
  };
}

export const FETCH_XML = `<fetch page="1" count="50" returntotalrecordcount="true">
  <entity name="asyncoperation">
    <attribute name="name" />
    <attribute name="friendlymessage" />
    <filter>
      <condition attribute="statuscode" operator="eq" value="31" />
    </filter>
    <order attribute="completedon" descending="true" />
  </entity>
</fetch>`;
export const WEB_API = 'asyncoperations?$select=name,friendlymessage&$filter=statuscode eq 31';

/** What the extension sends when the page is ready; a report that has run and found nothing, unless told otherwise. */
export function showing(over: Partial<Show> = {}): Show {
  return {
    title: 'Failed jobs of Contoso Development',
    texts: TEXTS,
    state: {
      environmentId: jobId(5000),
      scope: { kind: 'environment', id: jobId(5000), name: 'Contoso Development' },
      language: 'fetchXml',
      filter: { period: 'all', state: 'failed', message: '', table: '', errorCode: '', text: '' },
      queries: { fetchXml: FETCH_XML, webApi: WEB_API },
    },
    run: { phase: 'done', text: 'No rows.' },
    grid: EMPTY_GRID,
    ...over,
  };
}

/** The states a person meets. */
export const STATES: Readonly<Record<string, Show>> = {
  empty: showing(),
  loading: showing({ run: { phase: 'running', text: 'Running…' } }),
  rows: showing({ run: { phase: 'done', text: '40 of 61 rows' }, grid: jobsGrid(40, true) }),
  failures: showing({
    run: { phase: 'done', text: '40 of 61 rows' },
    grid: jobsGrid(40, true),
    failures: jobFailures(40),
  }),
  details: showing({
    run: { phase: 'done', text: '40 rows' },
    grid: { ...jobsGrid(40), place: { selected: [{ from: 1, to: 2 }], active: 1, column: 0, top: 0 } },
    selection: { count: 1, can: [{ action: 'delete', count: 1 }] },
    details: jobDetails(1),
  }),
  error: showing({
    run: {
      phase: 'failed',
      text: 'Contoso Development cannot be reached: nothing listens at 127.0.0.1:5000. Start it, then run the query again.',
      next: 'retry',
    },
  }),
};
