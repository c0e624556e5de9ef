import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Page, Row } from '../../../src/dataverse/webApi';
import { JobService } from '../../../src/jobs/jobService';
import type { JobsPage } from '../../../src/presentation/jobs/jobsPage';
import { JobsReport } from '../../../src/presentation/jobs/jobsReport';
import { jobsPanelState } from '../../../src/presentation/jobs/panelState';
import {
  JobDetails,
  ToJobsPage,
  type Failures,
  type Grid,
  type RunState,
  type Selection,
} from '../../../src/protocol/jobs';
import { FakeWebApi, type Answers } from '../../fakes/fakeWebApi';
import { StoppedClock } from '../../fakes/clocks';
import { jobRow } from '../jobs/jobRow';

/** A page that remembers what it was told, each message checked against the protocol. */
class Recorder implements JobsPage {
  readonly log: string[] = [];
  grids: Grid[] = [];
  windows: Array<{ from: number; texts: string[] }> = [];
  selections: Selection[] = [];
  watches: unknown[] = [];
  detailsShown: unknown[] = [];
  shows: unknown[] = [];
  told: unknown[] = [];
  failed: Array<Failures | undefined> = [];
  last: RunState | undefined;

  show: JobsPage['show'] = (params) => {
    assert.equal(ToJobsPage.show.params.safeParse(params).success, true);
    this.shows.push(params);
    this.log.push('show');
  };
  run: JobsPage['run'] = (params) => {
    this.last = params;
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
  extent: JobsPage['extent'] = (params) => {
    assert.equal(ToJobsPage.extent.params.safeParse(params).success, true);
    this.log.push(`extent ${params.count} ${params.more ? 'more' : 'end'}`);
  };
  selection: JobsPage['selection'] = (params) => {
    assert.equal(ToJobsPage.selection.params.safeParse(params).success, true);
    this.selections.push(params);
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

function report(answers: Answers): {
  report: JobsReport;
  page: Recorder;
  api: FakeWebApi;
  failures: unknown[];
  copied: string[];
  clock: StoppedClock;
} {
  const api = new FakeWebApi(answers);
  const page = new Recorder();
  const failures: unknown[] = [];
  const copied: string[] = [];
  const clock = new StoppedClock();
  return {
    copied,
    clock,
    api,
    page,
    failures,
    report: new JobsReport({
      environmentName: 'Test',
      jobs: new JobService(api, () => Promise.resolve(undefined)),
      page,
      state: jobsPanelState('e', { kind: 'environment' }, 'Test'),
      questions: {
        confirmDelete: () => Promise.resolve(false),
        postponeUntil: () => Promise.resolve(undefined),
      },
      choices: () => Promise.resolve(CHOICES),
      clipboard: (text) => copied.push(text),
      clock,
      onFailure: (error) => failures.push(error),
    }),
  };
}

const WEBHOOK = '11111111-2222-4333-8444-555555555555';
const CHOICES = {
  webhooks: [{ id: WEBHOOK, name: 'ERP' }],
  steps: [{ id: jobRow._owningextensionid_value, name: 'Orders', webhookId: WEBHOOK }],
};

/** Pages one after the other; the promise of a page may be held back. */
async function* pagesOf(pages: ReadonlyArray<Page | Promise<Page>>): AsyncIterable<Page> {
  for (const page of pages) yield await page;
}

/** A page that never comes, until the signal is aborted. */
function hanging(signal: AbortSignal | undefined): Promise<Page> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new CancelledError())));
}

function rowsOf(count: number, more: Row = {}): Row[] {
  return Array.from({ length: count }, (_, n) => ({ asyncoperationid: `j${n}`, name: 'n', ...more }));
}

describe('The report of failed jobs', () => {
  it('opens with the query of its scope in both languages and runs it once the page is there', async () => {
    const { report: jobs, page, api } = report({ fetchPages: () => rowsOf(1) });
    assert.ok(
      jobs.state.queries.fetchXml.includes('<fetch') &&
        jobs.state.queries.webApi.startsWith('asyncoperations?'),
    );
    assert.deepEqual(api.calls, []);
    jobs.ready();
    await new Promise<void>((resolve) => setImmediate(resolve));
    assert.deepEqual(page.log.toSorted(), ['choices', 'done', 'grid 1', 'running', 'show']);
    assert.equal(page.last?.text, '1 row');
    jobs.ready();
    assert.deepEqual(
      page.log.slice(5),
      ['show'],
      'a page that comes back gets what there is and runs nothing',
    );
  });

  it('keeps the state of each scope', () => {
    const step = jobsPanelState('e', { kind: 'step', stepId: jobRow._owningextensionid_value }, 'S');
    assert.deepEqual(
      [step.scope, step.environmentId, step.language],
      [{ kind: 'step', id: jobRow._owningextensionid_value, name: 'S' }, 'e', 'fetchXml'],
    );
    assert.equal(jobsPanelState('e', { kind: 'environment' }, 'E').scope.id, 'e');
  });

  it('brings further pages when they are asked for, and says how far it is', async () => {
    const { report: jobs, page } = report({
      pages: () =>
        pagesOf([
          { rows: rowsOf(50), more: true, total: 61 },
          { rows: rowsOf(11), more: false },
        ]),
    });
    await jobs.run('webApi', 'asyncoperations');
    assert.equal(page.last?.text, '50 of 61 rows');
    await jobs.more();
    assert.deepEqual(page.log, ['running', 'grid 50', 'done', 'running', 'extent 61 end', 'done']);
    assert.equal(page.last.text, '61 rows');
    await jobs.more();
    assert.equal(page.log.length, 6, 'there is nothing more to ask for');
    assert.equal(jobs.state.queries.webApi, 'asyncoperations');
    assert.equal(jobs.state.language, 'webApi');
  });

  it('writes the query for a filter, shows it before it runs it, and keeps it', async () => {
    const { report: jobs, page, api } = report({ fetchPages: () => rowsOf(1) });
    const fields = {
      period: 'week',
      state: 'canceled',
      message: '',
      table: 'lead',
      errorCode: '',
      text: '',
    } as const;
    await jobs.filter(fields);
    assert.deepEqual(page.log, ['state', 'running', 'grid 1', 'done']);
    assert.equal(api.calls[0]?.body, jobs.state.queries.fetchXml);
    assert.match(jobs.state.queries.fetchXml, /value="32"[^]*value="lead"/);
    assert.match(jobs.state.queries.webApi, /statuscode eq 32[^]*'lead'/);
    assert.deepEqual(jobs.state.filter, fields);
    await jobs.filter({ ...fields, errorCode: 'abc' });
    assert.match(page.last?.text ?? '', /"abc" is no error code/);
    assert.equal(api.calls.length, 1);
  });

  it('keeps the steps of a webhook, so that a filter can be written again after a reload', () => {
    const scope = { kind: 'webhook', webhookId: 'w', stepIds: [jobRow._owningextensionid_value] } as const;
    assert.deepEqual(
      jobsPanelState('e', { ...scope, webhookId: jobRow._owningextensionid_value }, 'W').scope.stepIds,
      scope.stepIds,
    );
  });

  it('groups the failures while pages arrive, loads all that is left, and starts anew with a new run', async () => {
    const failed = { statuscode: 31, errorcode: -2147155454, completedon: '2025-03-04T11:02:10Z' };
    const { report: jobs, page } = report({
      pages: () =>
        pagesOf([
          { rows: rowsOf(2, failed), more: true },
          { rows: rowsOf(1, { ...failed, friendlymessage: 'why' }), more: true },
          { rows: rowsOf(3, failed), more: false },
        ]),
    });
    await jobs.run('webApi', 'x');
    await jobs.all();
    assert.deepEqual(
      page.failed.map((failures) => failures?.groups.map(({ count }) => count)),
      [[2], [2], [2, 1], [5, 1]],
      'all are read from the beginning, in large pages',
    );
    assert.match(page.failed[0]?.summary ?? '', /^2 failed jobs, all of one kind/);
    assert.equal(page.failed[0]?.groups[0]?.cause, 'The endpoint did not answer within 60 seconds.');
    jobs.ready();
    assert.ok(JSON.stringify(page.shows[0]).includes('did not answer within'));
    await jobs.run('webApi', 'x');
    assert.equal(page.failed.at(-1)?.groups[0]?.count, 2);
  });

  it('stops loading all pages when it is cancelled', async () => {
    const { report: jobs, page } = report({
      pages: (_, signal) =>
        pagesOf([{ rows: rowsOf(2), more: true }, { rows: rowsOf(2), more: true }, hanging(signal)]),
    });
    await jobs.run('webApi', 'x');
    const all = jobs.all();
    while (!page.log.includes('extent 4 more')) await new Promise<void>((resolve) => setImmediate(resolve));
    jobs.cancel();
    await all;
    assert.equal(page.last?.phase, 'cancelled');
  });

  it('does not take the limit of the count for the truth', async () => {
    const { report: jobs, page } = report({
      pages: () => pagesOf([{ rows: rowsOf(50), more: true, total: 5000, totalIsLimit: true }]),
    });
    await jobs.run('webApi', 'x');
    assert.equal(page.last?.text, '50 rows, and there are more');
  });

  it('shows a column that only a later page has', async () => {
    const { report: jobs, page } = report({
      pages: () =>
        pagesOf([
          { rows: rowsOf(2), more: true },
          { rows: rowsOf(1, { friendlymessage: 'why' }), more: false },
        ]),
    });
    await jobs.run('webApi', 'x');
    await jobs.more();
    assert.deepEqual(
      page.grids.map(({ count, more, columns }) => [count, more, columns.map(({ key }) => key).join()]),
      [
        [2, true, 'name'],
        [3, false, 'friendlymessage,name'],
      ],
    );
  });

  it('says that no rows are no proof of deliveries', async () => {
    const { report: jobs, page } = report({ pages: () => [] });
    await jobs.run('webApi', 'x');
    assert.match(page.last?.text ?? '', /No rows.*no proof/);
  });

  it('ends the run before when a new one begins, whose late answer is not shown', async () => {
    const signals: Array<AbortSignal | undefined> = [];
    let late: (page: Page) => void = () => undefined;
    const first = new Promise<Page>((resolve) => (late = resolve));
    const { report: jobs, page } = report({
      pages: (path, signal) => {
        signals.push(signal);
        return path === 'slow' ? pagesOf([first]) : rowsOf(1);
      },
    });
    const slow = jobs.run('webApi', 'slow');
    await new Promise<void>((resolve) => setImmediate(resolve));
    await jobs.run('webApi', 'fast');
    assert.deepEqual(
      signals.map((signal) => signal?.aborted),
      [true, false],
    );
    late({ rows: rowsOf(9), more: true });
    await slow;
    assert.deepEqual(page.log, ['running', 'running', 'grid 1', 'done']);
  });

  it('can be cancelled: what has come stays, nothing is a failure, and whoever asks for more gets it', async () => {
    let asked = false;
    const {
      report: jobs,
      page,
      failures,
    } = report({
      pages: (_, signal) =>
        pagesOf([
          { rows: rowsOf(2), more: true },
          asked ? { rows: rowsOf(5).slice(2), more: false } : hanging(signal),
        ]),
    });
    await jobs.run('webApi', 'x');
    const more = jobs.more();
    await new Promise<void>((resolve) => setImmediate(resolve));
    jobs.cancel();
    await more;
    assert.deepEqual(page.log.slice(3), ['running', 'cancelled']);
    assert.deepEqual(failures, []);
    asked = true;
    await jobs.more();
    assert.deepEqual(page.log.slice(5), ['running', 'grid 5', 'done']);
  });

  it('tells why it failed, and does not take a broken page for the last one', async () => {
    const {
      report: jobs,
      page,
      failures,
    } = report({
      pages: () =>
        pagesOf([
          { rows: rowsOf(50), more: true },
          Promise.reject(new DataverseError('network', 'x', { kind: 'reset' })),
        ]),
    });
    await jobs.run('webApi', 'x');
    await jobs.more();
    assert.deepEqual(page.log.slice(3), ['running', 'failed']);
    assert.equal(page.last?.text, 'Test closed the connection.');
    assert.equal(failures.length, 1);
    await jobs.more();
    assert.equal(page.last.phase, 'failed');
    assert.equal(page.grids.at(-1)?.count, 50, 'what had come is still there');
  });

  it('tells what is wrong with a query without asking the service', async () => {
    const { report: jobs, page, api } = report({});
    await jobs.run('webApi', "x?$filter=a eq '");
    assert.match(page.last?.text ?? '', /quote is not closed/);
    await jobs.run('fetchXml', '<fetch><entity name="nosuch"/></fetch>');
    assert.match(page.last?.text ?? '', /no table "nosuch"/);
    assert.deepEqual(api.calls, []);
  });

  it('opens a job, keeps it for a page that comes back, and closes it', async () => {
    const { report: jobs, page } = report({ get: () => jobRow, pages: () => [] });
    await jobs.run('webApi', 'x');
    await jobs.open(jobRow.asyncoperationid);
    assert.equal(JobDetails.safeParse(page.detailsShown[0]).success, true);
    jobs.ready();
    assert.ok(JSON.stringify(page.shows[0]).includes('0x80050201'));
    jobs.close();
    assert.deepEqual(page.detailsShown[1], undefined);
  });

  it('shows the job that was opened last, however late the first one comes', async () => {
    let late: (row: Row) => void = () => undefined;
    const { report: jobs, page } = report({
      get: (path) => (path.includes('0000') ? new Promise<Row>((resolve) => (late = resolve)) : jobRow),
    });
    const first = jobs.open('00000000-0000-0000-0000-000000000000');
    await jobs.open(jobRow.asyncoperationid);
    late({ ...jobRow, name: 'late' });
    await first;
    assert.equal(page.detailsShown.length, 1);
  });

  it('tells why a job could not be opened, also for an id that is none', async () => {
    const {
      report: jobs,
      page,
      failures,
    } = report({
      get: () => {
        throw new DataverseError('notFound', 'x', { status: 404 });
      },
    });
    await jobs.open(jobRow.asyncoperationid);
    assert.match(page.last?.text ?? '', /does not exist in Test/);
    await jobs.open("x') or 1 eq 1");
    assert.match(page.last?.text ?? '', /not expected here/);
    assert.equal(failures.length, 2);
  });

  it('ends everything when the panel is closed, and says nothing to a page that is gone', async () => {
    let runSignal: AbortSignal | undefined;
    let openSignal: AbortSignal | undefined;
    const { report: jobs, page } = report({
      pages: (_, signal) => {
        runSignal = signal;
        return pagesOf([hanging(signal)]);
      },
      get: async (_, signal) => {
        openSignal = signal;
        await hanging(signal);
        return jobRow;
      },
    });
    const running = jobs.run('webApi', 'x');
    const opening = jobs.open(jobRow.asyncoperationid);
    await new Promise<void>((resolve) => setImmediate(resolve));
    const told = page.log.length;
    jobs.dispose();
    await Promise.all([running, opening]);
    assert.deepEqual([runSignal?.aborted, openSignal?.aborted], [true, true]);
    assert.equal(page.log.length, told);
  });

  it('goes on where it was after the line broke, with more rows than before', async () => {
    let broken = true;
    const { report: jobs, page } = report({
      pages: () =>
        pagesOf([
          { rows: rowsOf(3), more: true },
          broken
            ? Promise.reject(new DataverseError('network', 'x', { kind: 'reset' }))
            : { rows: rowsOf(6).slice(3), more: false },
        ]),
    });
    await jobs.run('webApi', 'x');
    await jobs.more();
    assert.equal(page.last?.phase, 'failed');
    broken = false;
    await jobs.more();
    assert.deepEqual(
      page.grids.map(({ count, more }) => [count, more]),
      [
        [3, true],
        [6, false],
      ],
    );
  });

  it('reads a small result whole by itself, so that the groups tell all there is', async () => {
    const failed = rowsOf(90, { statuscode: 31 });
    const {
      report: jobs,
      page,
      api,
    } = report({
      fetchPages: (_, fetchXml) =>
        fetchXml.includes('count="5000"')
          ? pagesOf([{ rows: failed, more: false }])
          : pagesOf([{ rows: failed.slice(0, 50), more: true, total: 90 }]),
    });
    jobs.ready();
    while (page.failed.at(-1)?.groups[0]?.count !== 90)
      await new Promise<void>((resolve) => setImmediate(resolve));
    assert.equal(api.calls.length, 2);
    assert.match(String(api.calls[1]?.body), /count="5000"/);
  });

  it('hands over windows of the rows, and nothing for a view that is over', async () => {
    const { report: jobs, page } = report({ pages: () => rowsOf(250) });
    await jobs.run('webApi', 'x');
    const [grid] = page.grids;
    assert.ok(grid);
    assert.deepEqual([grid.count, grid.from, grid.rows.length], [250, 0, 100]);
    jobs.window(grid.version, 200, 100);
    jobs.window(grid.version - 1, 100, 100);
    assert.deepEqual(
      page.windows.map(({ from, texts }) => [from, texts.length, texts[0]]),
      [[200, 50, 'j200']],
    );
  });

  it('sorts what there is by itself, and back', async () => {
    const names = ['b', 'A', 'c10', 'c9'];
    const rows = names.map((name, n) => ({ asyncoperationid: `j${n}`, name }));
    const { report: jobs, page } = report({ pages: () => rows });
    await jobs.run('webApi', 'x');
    const shown = () => page.grids.at(-1)?.rows.map(({ cells }) => cells[0]?.text);
    await jobs.sort({ key: 'name', descending: false });
    assert.deepEqual(shown(), ['A', 'b', 'c9', 'c10']);
    await jobs.sort({ key: 'name', descending: true });
    assert.deepEqual(shown(), ['c10', 'c9', 'b', 'A']);
    await jobs.sort(undefined);
    assert.deepEqual(shown(), names);
  });

  it('lets the service sort where it has more rows, by writing the order into the query', async () => {
    const {
      report: jobs,
      page,
      api,
    } = report({
      fetchPages: () => pagesOf([{ rows: rowsOf(50), more: true }]),
    });
    jobs.ready();
    while (page.last?.phase !== 'done') await new Promise<void>((resolve) => setImmediate(resolve));
    await jobs.sort({ key: 'retrycount', descending: true });
    assert.match(String(api.calls[1]?.body), /<order attribute="retrycount" descending="true" \/>/);
    assert.match(jobs.state.queries.webApi, /\$orderby=retrycount desc,asyncoperationid/);
    await jobs.sort(undefined);
    assert.match(String(api.calls[2]?.body), /<order attribute="completedon" descending="true" \/>/);
  });

  it('keeps the order, the group and the same jobs selected over a refresh that brings newer ones', async () => {
    const failed = { statuscode: 31, friendlymessage: 'one' };
    let rows: Row[] = rowsOf(20, failed);
    const { report: jobs, page } = report({ pages: () => rows });
    await jobs.run('webApi', 'x');
    const before = page.grids.at(-1);
    assert.ok(before);
    jobs.moved(before.version, { selected: [{ from: 3, to: 5 }], active: 4, top: 2 });
    assert.deepEqual(page.selections.at(-1), { count: 2, can: [{ action: 'delete', count: 2 }] });
    rows = [{ asyncoperationid: 'new', name: 'n', ...failed }, ...rows];
    await jobs.refresh();
    const after = page.grids.at(-1);
    assert.ok(after !== undefined && after.version > before.version);
    assert.deepEqual(after.place, { selected: [{ from: 4, to: 6 }], active: 5, top: 3 });
    jobs.choose(page.failed.at(-1)?.groups[0]?.key);
    assert.equal(page.grids.at(-1)?.group, page.failed.at(-1)?.groups[0]?.key);
    await jobs.refresh();
    assert.equal(page.grids.at(-1)?.group, page.failed.at(-1)?.groups[0]?.key);
  });

  it('shows what is newest to who looks at the top', async () => {
    let rows: Row[] = rowsOf(20);
    const { report: jobs, page } = report({ pages: () => rows });
    await jobs.run('webApi', 'x');
    rows = [{ asyncoperationid: 'new', name: 'n' }, ...rows];
    await jobs.refresh();
    assert.equal(page.grids.at(-1)?.place.top, 0);
  });

  it('copies a cell, a row, and the selected rows with their headings, each cell on one line', async () => {
    const {
      report: jobs,
      page,
      copied,
    } = report({
      pages: () => rowsOf(3, { friendlymessage: 'one\n two' }),
    });
    await jobs.run('webApi', 'x');
    jobs.copy('cell', 1, 0);
    jobs.copy('row', 1, 0);
    jobs.moved(page.grids.at(-1)?.version ?? 0, { selected: [{ from: 0, to: 2 }], active: 0, top: 0 });
    jobs.copy('selection', 1, 0);
    assert.deepEqual(copied, ['one\n two', 'one two\tn', 'Error\tName\none two\tn\none two\tn']);
  });

  it('chooses a webhook or a step by the filter, and writes both queries for it', async () => {
    const { report: jobs, page } = report({ fetchPages: () => [] });
    jobs.ready();
    while (!page.log.includes('choices') || page.last?.phase !== 'done')
      await new Promise<void>((resolve) => setImmediate(resolve));
    const fields = { ...(jobs.state.filter ?? assert.fail()) };
    await jobs.filter({ ...fields, webhook: WEBHOOK });
    assert.deepEqual(jobs.state.scope, {
      ...{ kind: 'webhook', id: WEBHOOK, name: 'ERP' },
      stepIds: [jobRow._owningextensionid_value],
    });
    assert.ok(jobs.state.queries.fetchXml.includes(WEBHOOK));
    await jobs.filter({ ...fields, step: jobRow._owningextensionid_value, cause: 'timeout' });
    assert.equal(jobs.state.scope.name, 'Orders');
    assert.match(jobs.state.queries.webApi, /errorcode eq -2147155454/);
    await jobs.filter(fields);
    assert.equal(jobs.state.scope.kind, 'environment');
  });

  it('watches: tells of new jobs once, and of nothing where nothing is new', async () => {
    let rows: Row[] = rowsOf(2);
    const { report: jobs, page, clock, api } = report({ pages: () => rows });
    await jobs.run('webApi', 'x');
    jobs.watch(true);
    const look = async () => {
      await clock.someoneWaits();
      clock.advance(30_000);
      await clock.someoneWaits();
    };
    await look();
    assert.deepEqual(page.watches, [{ on: true }]);
    rows = [{ asyncoperationid: 'new', name: 'n' }, ...rows];
    await look();
    await look();
    assert.equal(page.watches.length, 2);
    assert.match(JSON.stringify(page.watches[1]), /1 new job, /);
    const asked = api.calls.length;
    jobs.seen(false);
    clock.advance(90_000);
    await new Promise<void>((resolve) => setImmediate(resolve));
    assert.equal(api.calls.length, asked, 'nobody looks while it is hidden');
    assert.equal(clock.waiting, 0);
    jobs.dispose();
  });
});
