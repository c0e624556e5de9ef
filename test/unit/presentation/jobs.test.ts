import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import type { JobScope } from '../../../src/jobs/model';
import type { Page, Row } from '../../../src/dataverse/webApi';
import {
  failedJobsFields,
  jobsPanelState,
  tabTitleOf,
  titleOf,
  writtenPanelState,
} from '../../../src/presentation/jobs/panelState';
import { readerTimes } from '../../../src/presentation/texts/readerTimes';
import { JobDetails } from '../../../src/protocol/jobs';
import { jobRow } from '../jobs/jobRow';
import { hanging, pagesOf, report, rowsOf, until } from './jobsRig';

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

  it('is called after its environment too, where a webhook of the same name may be in another one', () => {
    const titles = (scope: JobScope): readonly string[] => {
      const state = jobsPanelState('e', scope, 'ERP');
      return [titleOf(state, 'Production'), tabTitleOf(state, 'Production')];
    };
    const stepId = jobRow._owningextensionid_value;
    const both = ['Failed jobs of ERP in Production', 'Failed Jobs: ERP (Production)'];
    assert.deepEqual(titles({ kind: 'step', stepId }), both);
    assert.deepEqual(titles({ kind: 'webhook', webhookId: stepId, stepIds: [] }), both);
    assert.deepEqual(titles({ kind: 'environment' }), ['Failed jobs of ERP', 'Failed Jobs: ERP']);
  });

  it('follows its environment to a new name, and keeps its rows, its query and what it is about', async () => {
    const { report: jobs, page, api, environment } = report({ fetchPages: () => rowsOf(1) });
    jobs.ready();
    await until(() => page.last?.phase === 'done');
    const before = jobs.state;
    const calls = api.calls.length;
    environment.name = 'Test of the North';
    jobs.renamed();
    assert.deepEqual(page.titles, ['Failed jobs of Test of the North']);
    assert.deepEqual(jobs.state, { ...before, scope: { ...before.scope, name: 'Test of the North' } });
    assert.equal(tabTitleOf(jobs.state, environment.name), 'Failed Jobs: Test of the North');
    const stepId = jobRow._owningextensionid_value;
    const ofStep = report(
      { fetchPages: () => rowsOf(1) },
      jobsPanelState('e', { kind: 'step', stepId }, 'S'),
    );
    ofStep.environment.name = 'North';
    ofStep.report.renamed();
    assert.deepEqual(ofStep.page.titles, ['Failed jobs of S in North']);
    assert.equal(api.calls.length, calls, 'nothing is asked again');
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
    const counts = page.failed.map((failures) => failures?.groups.map(({ count }) => count));
    assert.deepEqual(
      [...counts.slice(0, 2), counts.at(-1)],
      [[2], [2], [5, 1]],
      'all are read from the beginning, in large pages',
    );
    assert.match(page.failed[0]?.summary ?? '', /^Of the first 2 rows: 2 failed jobs, all of one kind/);
    assert.equal(page.failed[0]?.partial, 'The groups cover the first 2 rows, and there are more.');
    assert.match(page.failed.at(-1)?.summary ?? '', /^6 failed jobs of 2 kinds/);
    assert.equal(page.failed.at(-1)?.partial, undefined);
    assert.equal(page.failed[0].groups[0]?.cause, 'The endpoint did not answer within 60 seconds.');
    const time = '2025-03-04T11:02:10.000Z';
    const { text, ...utc } = page.failed[0].groups[0].when ?? {};
    assert.deepEqual(utc, { first: time, last: time });
    assert.equal(text, readerTimes().text(new Date(time)), 'one time is said once');
    jobs.ready();
    assert.ok(JSON.stringify(page.shows[0]).includes('did not answer within'));
    await jobs.run('webApi', 'x');
    assert.equal(page.failed.at(-1)?.groups[0]?.count, 2);
  });

  it('shows groups no more often than they can be read while pages come by themselves, and the last ones always', async () => {
    const failed = { statuscode: 31, errorcode: -2147155454, completedon: '2025-03-04T11:02:10Z' };
    const page60 = Array.from({ length: 60 }, (_, at) => ({ rows: rowsOf(1, failed), more: at < 59 }));
    const { report: jobs, page } = report({ pages: () => pagesOf(page60) });
    await jobs.run('webApi', 'x');
    await jobs.all();
    assert.ok(page.failed.length < 30, `shown ${page.failed.length} times`);
    assert.equal(page.failed.at(-1)?.groups[0]?.count, 60);
    assert.equal(page.failed.at(-1)?.partial, undefined);
  });

  it('shows the groups of what has come when loading all ends early', async () => {
    const failed = { statuscode: 31, errorcode: -2147155454, completedon: '2025-03-04T11:02:10Z' };
    const { report: jobs, page } = report({
      pages: (_, signal) =>
        pagesOf([...[1, 2, 3, 4].map(() => ({ rows: rowsOf(2, failed), more: true })), hanging(signal)]),
    });
    await jobs.run('webApi', 'x');
    const all = jobs.all();
    await until(() => page.log.includes('extent 8 more'));
    jobs.cancel();
    await all;
    assert.equal(page.failed.at(-1)?.groups[0]?.count, 8);
  });

  it('stops loading all pages when it is cancelled', async () => {
    const { report: jobs, page } = report({
      pages: (_, signal) =>
        pagesOf([{ rows: rowsOf(2), more: true }, { rows: rowsOf(2), more: true }, hanging(signal)]),
    });
    await jobs.run('webApi', 'x');
    const all = jobs.all();
    await until(() => page.log.includes('extent 4 more'));
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
    await jobs.run('webApi', 'asyncoperations');
    assert.match(page.last?.text ?? '', /No rows.*no proof/);
    await jobs.run('webApi', 'contacts');
    assert.equal(page.last?.text, 'No rows.');
  });

  it('has the heading of the jobs as soon as a query of the own gives way to them', async () => {
    const query = { language: 'webApi', text: 'contacts' } as const;
    const { report: jobs, page } = report(
      { pages: () => [], fetchPages: () => [] },
      writtenPanelState({ id: 'e', name: 'Test' }, query),
    );
    jobs.ready();
    await until(() => page.last?.phase === 'done');
    assert.match(JSON.stringify(page.shows[0]), /"title":"Query of Test"/);
    assert.deepEqual(page.titles, []);
    await jobs.filter(failedJobsFields());
    assert.deepEqual(page.titles, ['Failed jobs of Test']);
    await jobs.filter({ ...failedJobsFields(), table: 'contact' });
    assert.equal(page.titles.length, 1, 'said once');
  });

  it('says of which table a query is that is not about jobs, for the filters do not fit it', async () => {
    const { report: jobs, page } = report({ pages: () => [], fetchPages: () => [] });
    await jobs.run('webApi', 'contacts?$select=fullname');
    assert.equal(page.last?.otherTable, 'contacts');
    await jobs.run('fetchXml', '<fetch><entity name="asyncoperation"/></fetch>');
    assert.equal(page.last.otherTable, undefined);
    await jobs.run('webApi', ' asyncoperations?$top=1');
    assert.equal(page.last.otherTable, undefined);
    await jobs.run('fetchXml', '<fetch><entity name="nosuch"/></fetch>');
    assert.deepEqual([page.last.phase, page.last.otherTable], ['failed', 'nosuch']);
    await jobs.run('fetchXml', '<fetch><entity');
    assert.equal(page.last.otherTable, undefined, 'nobody knows');
    await jobs.run('fetchXml', '<fetch><entity name="contact"></fetc>');
    assert.deepEqual([page.last.phase, page.last.otherTable], ['failed', 'contact']);
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
    assert.match(page.last?.text ?? '', /^The query was not sent\. A quote is not closed/);
    assert.equal(page.last?.unsent, true);
    await jobs.run('fetchXml', '<fetch><entity name="nosuch"/></fetch>');
    assert.match(page.last.text, /no table "nosuch"/);
    await jobs.run('fetchXml', 'contacts?$top=1');
    assert.match(page.last.text, /choose Web API as the language/);
    await jobs.run('webApi', ' <fetch><entity name="contact"/></fetch>');
    assert.match(page.last.text, /choose FetchXML as the language/);
    assert.deepEqual(api.calls, []);
    await jobs.run('webApi', 'contacts');
    assert.deepEqual([page.last.phase, page.last.unsent], ['failed', undefined], 'it was sent');
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
    // What is deleted all the time is no failure for the log.
    assert.match(page.last?.text ?? '', /^The job does not exist any more\. Refresh/);
    await jobs.open("x') or 1 eq 1");
    assert.match(page.last?.text ?? '', /not expected here/);
    assert.equal(failures.length, 1);
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
});
