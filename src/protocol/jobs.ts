import * as z from 'zod/mini';
import {
  Bookmark,
  Cell,
  Extent,
  Grid,
  GridColumn,
  GridRow,
  JobAction,
  Place,
  Position,
  Selection,
  Sorting,
} from './jobGrid';
import { JobsTexts } from './jobsTexts';
import { message } from './message';
import { FromQueryPage, QueryLanguage, QueryParams, ToQueryPage } from './queries';
import { FromTracePage, ToTracePage } from './traces';

export {
  Bookmark,
  Cell,
  Extent,
  Grid,
  GridColumn,
  GridRow,
  JobAction,
  Place,
  Range,
  Selection,
  Sorting,
} from './jobGrid';
export { JobsTexts } from './jobsTexts';
export { QueryLanguage } from './queries';

/** What was done with the jobs of a selection, and with which of them it was not. */
export const Acted = z.object({
  text: z.string(),
  failures: z.array(z.object({ id: z.string(), text: z.string() })),
  /** It is still being done, and can be ended. */
  going: z.optional(z.boolean()),
});
export type Acted = z.infer<typeof Acted>;

/** What a failed run goes on with. */
export const NextOfRun = z.enum(['signIn', 'retry']);
export type NextOfRun = z.infer<typeof NextOfRun>;

/** Where a run stands. The text is a whole sentence, localized. */
export const RunState = z.object({
  phase: z.enum(['idle', 'running', 'done', 'cancelled', 'failed']),
  text: z.string(),
  /** The query could not be read, so nothing was sent; what is wrong is marked in it. */
  unsent: z.optional(z.boolean()),
  /** What a person can do about a failed run, so that it goes on. */
  next: z.optional(NextOfRun),
  /** The table of a query that is not about jobs: the filters do not fit. */
  otherTable: z.optional(z.string()),
  /** The rows are not those of this run, at least not yet: a sentence that says so. */
  before: z.optional(z.string()),
  /** There are none in the period, but at other times: a sentence that says so. */
  otherTimes: z.optional(z.string()),
});
export type RunState = z.infer<typeof RunState>;

/** Failures with the same cause, place and message. */
export const FailureGroup = z.object({
  key: z.string(),
  cause: z.string(),
  /** Webhook and step. */
  place: z.string(),
  message: z.string(),
  count: z.number(),
  /** The number with what it counts, `160 failed jobs`, for who hears it. */
  counted: z.string(),
  /** From the first to the last: as a text by the reader's clock, and both in UTC (ISO 8601). */
  when: z.optional(z.object({ text: z.string(), first: z.string(), last: z.string() })),
  /** Id of the job that stands for the group. */
  example: z.string(),
});
export type FailureGroup = z.infer<typeof FailureGroup>;

/** The failures among the rows that have come: how they spread over time, and what they have in common. */
export const Failures = z.object({
  /** A whole sentence that says the main thing. */
  summary: z.string(),
  /** Says that they are only the failures of the rows that have come; absent when those are all. */
  partial: z.optional(z.string()),
  /** Bars in the order of time, without gaps. */
  bars: z.array(z.object({ label: z.string(), title: z.string(), count: z.number() })),
  groups: z.array(FailureGroup),
});
export type Failures = z.infer<typeof Failures>;

/** Where a job leads to: its step and webhook in the tree, its row and itself in the web application, its kin. */
export const JobLink = z.enum(['step', 'webhook', 'row', 'job', 'correlation']);
export type JobLink = z.infer<typeof JobLink>;

const DetailLine = z.object({
  label: z.string(),
  value: z.string(),
  title: z.optional(z.string()),
  link: z.optional(JobLink),
});

/** What can be done about a job that has failed for good. */
export const JobRemedy = z.enum(['replay', 'touch', 'register']);
export type JobRemedy = z.infer<typeof JobRemedy>;

/** One job: why it failed in plain words, its facts, and the service's text as it is. */
export const JobDetails = z.object({
  id: z.string(),
  heading: z.string(),
  cause: z.string(),
  remedy: z.string(),
  lines: z.array(DetailLine),
  message: z.string(),
  /** What can be done about it, in the order that is tried; `hint` says what it does, or why it cannot be done. */
  remedies: z.array(z.object({ remedy: JobRemedy, can: z.boolean(), hint: z.string() })),
});
export type JobDetails = z.infer<typeof JobDetails>;

/** A cause of failures that can be asked for. */
export const AskedCause = z.enum([
  'httpStatus',
  'timeout',
  'noConnection',
  'invalidHeaders',
  'invalidQueryParameters',
  'postDisabled',
  'tooLarge',
  'stepDisabled',
  'other',
]);
export type AskedCause = z.infer<typeof AskedCause>;

/** How a webhook, and a step of it behind its name, are told from others of the same names. */
export const ToldNames = z.object({ webhook: z.string(), place: z.string() });
export type ToldNames = z.infer<typeof ToldNames>;

/** Webhooks and their steps to choose from. */
export const Choices = z.object({
  webhooks: z.array(z.object({ id: z.string(), name: z.string() })),
  steps: z.array(
    z.object({ id: z.string(), name: z.string(), webhookId: z.string(), told: z.optional(ToldNames) }),
  ),
});
export type Choices = z.infer<typeof Choices>;

/** Periods that end now, the shortest first. */
export const PERIODS = ['hour', 'day', 'week', 'month', 'all'] as const;
export type Period = (typeof PERIODS)[number];

/** Which jobs are wanted, as they stand in the fields of the page. */
export const JobFilterFields = z.object({
  period: z.enum([...PERIODS, 'custom']),
  /** Bounds of a custom period in UTC, ISO 8601; the page turns the reader's local time into it. */
  from: z.optional(z.iso.datetime()),
  to: z.optional(z.iso.datetime()),
  /** Ids; without them those of any webhook and step. */
  webhook: z.optional(z.string().check(z.maxLength(36))),
  step: z.optional(z.string().check(z.maxLength(36))),
  cause: z.optional(AskedCause),
  state: z.enum(['failed', 'waiting', 'inProgress', 'canceled', 'succeeded', 'all']),
  message: z.string().check(z.maxLength(160)),
  table: z.string().check(z.maxLength(160)),
  errorCode: z.string().check(z.maxLength(20)),
  /** Id that the jobs of one operation share; any where it is missing. */
  correlation: z.optional(z.guid()),
  text: z.string().check(z.maxLength(200)),
});
export type JobFilterFields = z.infer<typeof JobFilterFields>;

export const ExportFormat = z.enum(['csv', 'json', 'markdown']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Whose jobs a panel shows. */
const PanelScope = z.object({
  kind: z.enum(['environment', 'webhook', 'step']),
  id: z.string(),
  name: z.string(),
  stepIds: z.optional(z.array(z.string())),
});

/** What the page keeps over hiding and reloading, and what brings the panel back after a reload of the window. */
export const JobsPanelState = z.object({
  environmentId: z.string(),
  scope: PanelScope,
  /** The panel was opened for a query of the user's own. */
  about: z.optional(z.literal('query')),
  language: QueryLanguage,
  filter: z.optional(JobFilterFields),
  /** What was shown before the jobs of one operation. */
  beforeCorrelated: z.optional(z.object({ scope: PanelScope, filter: JobFilterFields })),
  /** The query is not what the filter wrote any more. */
  handWritten: z.optional(z.boolean()),
  /** New jobs are watched for. */
  watched: z.optional(z.boolean()),
  /** The order that the queries ask for, where it is not their usual one. */
  sorting: z.optional(Sorting),
  /** The language whose text was edited since both said the same. */
  edited: z.optional(QueryLanguage),
  queries: z.object({ fetchXml: z.string(), webApi: z.string() }),
});
export type JobsPanelState = z.infer<typeof JobsPanelState>;

/** What the editor keeps of a panel over a reload of the window. A bookmark that cannot be read is none. */
export const KeptJobsPanel = z.extend(JobsPanelState, {
  bookmark: z.catch(z.optional(Bookmark), undefined),
});
export type KeptJobsPanel = z.infer<typeof KeptJobsPanel>;

/** What the extension tells the page. */
export const ToJobsPage = {
  /** All of it; sent when the page is ready. */
  show: message(
    'jobs/show',
    z.object({
      title: z.string(),
      texts: JobsTexts,
      state: JobsPanelState,
      run: RunState,
      grid: Grid,
      failures: z.optional(Failures),
      choices: z.optional(Choices),
      selection: z.optional(Selection),
      /** It is being watched. */
      watched: z.optional(z.boolean()),
      /** What was said last of what is new. */
      news: z.optional(Cell),
      details: z.optional(JobDetails),
    }),
  ),
  /** The heading: another one when something else is shown now. */
  title: message('jobs/title', z.string()),
  run: message('jobs/runState', RunState),
  /** The query that a filter has written. */
  state: message('jobs/state', JobsPanelState),
  /** A new result: replaces the grid. */
  grid: message('jobs/grid', Grid),
  /** A window of rows that was asked for. */
  rows: message('jobs/rows', z.object({ version: z.number(), from: Position, rows: z.array(GridRow) })),
  /** The same columns under other headings. */
  columns: message('jobs/columns', z.object({ version: z.number(), columns: z.array(GridColumn) })),
  /** Further rows have come at the end of the same grid. */
  extent: message('jobs/extent', Extent),
  selection: message('jobs/selection', Selection),
  /** Where the reader is, for the page to keep over a reload of the window. */
  bookmark: message('jobs/bookmark', Bookmark),
  choices: message('jobs/choices', Choices),
  /** Whether it is watched, and what has come since somebody looked: a whole sentence, and the time in UTC. */
  watch: message('jobs/watch', z.object({ on: z.boolean(), news: z.optional(Cell) })),
  /** The failures, anew whenever rows have come; undefined when there are none to group. */
  failures: message('jobs/failures', z.optional(Failures)),
  acted: message('jobs/acted', z.optional(Acted)),
  details: message('jobs/details', z.optional(JobDetails)),
  ...ToQueryPage,
  ...ToTracePage,
} as const;

/** What the page asks of the extension. */
export const FromJobsPage = {
  ready: message('jobs/ready', z.object({ timeZone: z.optional(z.string()) })),
  run: message('jobs/run', QueryParams),
  filter: message('jobs/filter', JobFilterFields),
  cancel: message('jobs/cancel', z.object({})),
  more: message('jobs/more', z.object({})),
  /** Does what a failed run asks for, and goes on where it was. */
  goOn: message('jobs/goOn', z.object({})),
  /** All pages that are left, one after the other, until the end or `cancel`. */
  all: message('jobs/all', z.object({})),
  /** Rows of the grid that are about to be seen. */
  window: message(
    'jobs/window',
    z.object({ version: z.number(), from: Position, count: z.int().check(z.gte(1), z.lte(1000)) }),
  ),
  /** Where the reader is now. */
  place: message('jobs/place', z.object({ version: z.number(), place: Place })),
  /** Sorts by a column; without one, in the query's own order. */
  sort: message('jobs/sort', z.object({ sorting: z.optional(Sorting) })),
  /** Shows the rows of one group only; all rows when undefined. */
  group: message('jobs/group', z.object({ group: z.optional(z.string()) })),
  /** With the selected jobs, else with the open one. */
  act: message('jobs/act', z.object({ action: JobAction })),
  /** Copies the active cell, its row, or the selected rows. */
  copyRows: message(
    'jobs/copyRows',
    z.object({ what: z.enum(['cell', 'row', 'selection']), row: Position, column: Position }),
  ),
  refresh: message('jobs/refresh', z.object({})),
  watch: message('jobs/watchWanted', z.object({ on: z.boolean() })),
  /** Writes all rows of the query that was run to a file, or those of one group of failures. */
  export: message('jobs/export', z.object({ format: ExportFormat, group: z.optional(z.string()) })),
  open: message('jobs/open', z.object({ id: z.string() })),
  /**
   * Sends what a job could not deliver once more, rebuilt from the row as it is now; writes its row once more with a
   * value it has; or registers its step anew.
   */
  remedy: message('jobs/remedy', z.object({ id: z.string(), remedy: JobRemedy })),
  /** Goes where a job leads to. */
  follow: message('jobs/follow', z.object({ id: z.string(), link: JobLink })),
  /** The filter of before takes the place of that by correlation. */
  endCorrelated: message('jobs/endCorrelated', z.object({})),
  close: message('jobs/close', z.object({})),
  copy: message('jobs/copy', z.object({ text: z.string() })),
  ...FromQueryPage,
  ...FromTracePage,
} as const;
