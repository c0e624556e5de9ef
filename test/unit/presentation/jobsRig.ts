import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import type { Page, Row } from '../../../src/dataverse/webApi';
import type { Job } from '../../../src/jobs/model';
import { JobService } from '../../../src/jobs/jobService';
import type { JobsPage } from '../../../src/presentation/jobs/jobsPage';
import { tableOfQuery } from '../../../src/queries/queryTable';
import { JobsReport } from '../../../src/presentation/jobs/jobsReport';
import type { HeadingSource } from '../../../src/presentation/jobs/jobsRunOptions';
import { jobsPanelState } from '../../../src/presentation/jobs/panelState';
import {
  ToJobsPage,
  type Bookmark,
  type Choices,
  type Failures,
  type Grid,
  type RunState,
  type Selection,
} from '../../../src/protocol/jobs';
import { FakeWebApi, type Answers } from '../../fakes/fakeWebApi';
import { StoppedClock } from '../../fakes/clocks';
import { jobRow } from '../jobs/jobRow';

/** A page that remembers what it was told, each message checked against the protocol. */
export class Recorder implements JobsPage {
  readonly log: string[] = [];
  titles: string[] = [];
  grids: Grid[] = [];
  windows: Array<{ from: number; texts: string[] }> = [];
  named: Array<Parameters<JobsPage['columns']>[0]> = [];
  selections: Selection[] = [];
  bookmarks: Bookmark[] = [];
  watches: unknown[] = [];
  detailsShown: unknown[] = [];
  shows: unknown[] = [];
  told: unknown[] = [];
  failed: Array<Failures | undefined> = [];
  last: RunState | undefined;
  /** What was said of runs. */
  readonly said: string[] = [];

  show: JobsPage['show'] = (params) => {
    assert.equal(ToJobsPage.show.params.safeParse(params).success, true);
    this.shows.push(params);
    this.log.push('show');
  };
  title: JobsPage['title'] = (params) => {
    this.titles.push(params);
  };
  run: JobsPage['run'] = (params) => {
    this.last = params;
    this.said.push(params.text);
    this.log.push(params.phase);
  };
  state: JobsPage['state'] = (params) => {
    assert.equal(ToJobsPage.state.params.safeParse(params).success, true);
    this.log.push('state');
  };
  grid: JobsPage['grid'] = (params) => {
    assert.equal(ToJobsPage.grid.params.safeParse(params).success, true);
    this.grids.push(params);
    this.log.push(`grid ${params.count}`);
  };
  rows: JobsPage['rows'] = (params) => {
    assert.equal(ToJobsPage.rows.params.safeParse(params).success, true);
    this.windows.push({ from: params.from, texts: params.rows.map(({ id }) => id ?? '') });
  };
  columns: JobsPage['columns'] = (params) => {
    assert.equal(ToJobsPage.columns.params.safeParse(params).success, true);
    this.named.push(params);
    this.log.push('columns');
  };
  extent: JobsPage['extent'] = (params) => {
    assert.equal(ToJobsPage.extent.params.safeParse(params).success, true);
    this.log.push(`extent ${params.count} ${params.more ? 'more' : 'end'}`);
  };
  selection: JobsPage['selection'] = (params) => {
    assert.equal(ToJobsPage.selection.params.safeParse(params).success, true);
    this.selections.push(params);
  };
  bookmark: JobsPage['bookmark'] = (params) => {
    assert.equal(ToJobsPage.bookmark.params.safeParse(params).success, true);
    this.bookmarks.push(params);
  };
  choices: JobsPage['choices'] = (params) => {
    assert.equal(ToJobsPage.choices.params.safeParse(params).success, true);
    this.log.push('choices');
  };
  watch: JobsPage['watch'] = (params) => {
    assert.equal(ToJobsPage.watch.params.safeParse(params).success, true);
    this.watches.push(params);
  };
  failures: JobsPage['failures'] = (params) => {
    assert.equal(ToJobsPage.failures.params.safeParse(params).success, true);
    this.failed.push(params);
  };
  acted: JobsPage['acted'] = (params) => {
    assert.equal(ToJobsPage.acted.params.safeParse(params).success, true);
    this.told.push(params);
  };
  details: JobsPage['details'] = (params) => {
    this.detailsShown.push(params);
    this.log.push(params === undefined ? 'no details' : 'details');
  };
}

export function report(
  answers: Answers,
  state = jobsPanelState('e', { kind: 'environment' }, 'Test'),
  headings?: HeadingSource,
  bookmark?: Bookmark,
  signIn?: () => Promise<void>,
  choices: () => Promise<Choices> = () => Promise.resolve(CHOICES),
): {
  report: JobsReport;
  page: Recorder;
  api: FakeWebApi;
  failures: unknown[];
  copied: string[];
  followed: Array<{ link: string; job: Job }>;
  /** Rows of other tables that somebody went to. */
  rows: Array<{ readonly table: string; readonly id: string } | undefined>;
  clock: StoppedClock;
  /** What the environment is called. */
  environment: { name: string };
} {
  const api = new FakeWebApi(answers);
  const page = new Recorder();
  const failures: unknown[] = [];
  const copied: string[] = [];
  const followed: Array<{ link: string; job: Job }> = [];
  const rows: Array<{ readonly table: string; readonly id: string } | undefined> = [];
  const clock = new StoppedClock();
  const environment = { name: 'Test' };
  return {
    environment,
    rows,
    copied,
    followed,
    clock,
    api,
    page,
    failures,
    report: new JobsReport({
      get environmentName() {
        return environment.name;
      },
      jobs: new JobService(api, () => Promise.resolve(undefined)),
      page,
      state,
      bookmark,
      ...(signIn === undefined ? {} : { signIn }),
      ...(headings === undefined ? {} : { headings }),
      questions: {
        confirmDelete: () => Promise.resolve(false),
        postponeUntil: () => Promise.resolve(undefined),
      },
      choices,
      clipboard: (text) => copied.push(text),
      clock,
      onWatch: () => undefined,
      onFollow: (link, job) => followed.push({ link, job }),
      tableOf: (query) =>
        Promise.resolve(
          tableOfQuery(query, [{ ...CONTACT, logicalName: 'contact', entitySetName: 'contacts' }]),
        ),
      onRow: (row) => rows.push(row),
      ...(headings === undefined ? {} : { headings }),
      onFailure: (error) => failures.push(error),
    }),
  };
}

export const WEBHOOK = '11111111-2222-4333-8444-555555555555';
const CHOICES = {
  webhooks: [{ id: WEBHOOK, name: 'ERP' }],
  steps: [{ id: jobRow._owningextensionid_value, name: 'Orders', webhookId: WEBHOOK }],
};

const CONTACT = {
  schemaName: 'Contact',
  label: 'Contact',
  primaryIdColumn: 'contactid',
  primaryNameColumn: 'fullname',
  isCustom: false,
  isIntersect: false,
};

/** Pages one after the other; the promise of a page may be held back. */
export async function* pagesOf(pages: ReadonlyArray<Page | Promise<Page>>): AsyncIterable<Page> {
  for (const page of pages) yield await page;
}

/** A page that never comes, until the signal is aborted. */
export function hanging(signal: AbortSignal | undefined): Promise<Page> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new CancelledError())));
}

export function rowsOf(count: number, more: Row = {}): Row[] {
  return Array.from({ length: count }, (_, n) => ({ asyncoperationid: `j${n}`, name: 'n', ...more }));
}

/** Waits for what other promises bring about; fails when a thousand turns have not. */
export async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000; turn += 1) {
    if (isTrue()) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  assert.fail(`It did not come true: ${isTrue.toString()}`);
}
