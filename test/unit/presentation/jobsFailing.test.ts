import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Page } from '../../../src/dataverse/webApi';
import { JOBS_PER_LARGE_PAGE } from '../../../src/jobs/jobQueries';
import type { ExportPort } from '../../../src/presentation/jobs/jobExport';
import { hanging, pagesOf, report, rowsOf } from './jobsRig';

const NO_EXPORT: ExportPort = {
  choose: () => Promise.reject(new Error('asked where to')),
  progress: () => Promise.reject(new Error('began')),
};

describe('A run of the job report that has failed', () => {
  it('goes on where it was after a new sign-in, which it offers where somebody can sign in', async () => {
    const ended = new DataverseError('unauthorized', 'x', { status: 401 });
    let answer: Page | Promise<never> = Promise.reject(ended);
    answer.catch(() => undefined);
    let asked = 0;
    const signIn = async (): Promise<void> => {
      asked += 1;
      answer = { rows: rowsOf(60).slice(50), more: false };
      return Promise.resolve();
    };
    const pages = () => pagesOf([{ rows: rowsOf(50), more: true }, answer]);
    const { report: jobs, page } = report({ pages }, undefined, undefined, undefined, signIn);
    await jobs.run('webApi', 'x');
    await jobs.goOn();
    assert.equal(asked, 0, 'nothing has failed');
    await jobs.more();
    assert.deepEqual([page.last?.phase, page.last?.next], ['failed', 'signIn']);
    await jobs.goOn();
    assert.deepEqual([asked, page.last?.phase, page.last?.next], [1, 'done', undefined]);
    assert.equal(page.grids.at(-1)?.count, 60);

    const sandbox = report({ pages: () => pagesOf([Promise.reject(ended)]) });
    await sandbox.report.run('webApi', 'x');
    assert.deepEqual([sandbox.page.last?.phase, sandbox.page.last?.next], ['failed', undefined]);
  });

  it('is tried again where that can help, also from the beginning, and not where the query has to change', async () => {
    let broken = true;
    const { report: jobs, page } = report({
      pages: () =>
        pagesOf([
          broken ? Promise.reject(new DataverseError('network', 'x')) : { rows: rowsOf(3), more: false },
        ]),
    });
    await jobs.run('webApi', 'x');
    assert.equal(page.last?.next, 'retry');
    broken = false;
    await jobs.goOn();
    assert.deepEqual([page.last.phase, page.grids.at(-1)?.count], ['done', 3]);
    await jobs.run('webApi', "x?$filter=a eq '");
    assert.deepEqual([page.last.phase, page.last.next], ['failed', undefined]);
  });

  it('goes on to the end where all rows were asked for, and by one page where it was the next', async () => {
    const lost = new DataverseError('network', 'x', { kind: 'reset' });
    let isBroken = false;
    const { report: jobs, page } = report({
      async *pages() {
        for (const from of [0, 50, 100, 150]) {
          if (isBroken && from === 100) throw lost;
          yield Promise.resolve({ rows: rowsOf(from + 50).slice(from), more: from < 150 });
        }
      },
    });
    const shown = (): unknown => {
      const told = page.log.findLast((line) => /^(grid|extent) /.test(line));
      return [page.last?.phase, Number(told?.split(' ')[1])];
    };
    for (const [ask, loaded] of [
      [() => jobs.all(), 200],
      [() => jobs.more(), 150],
    ] as const) {
      isBroken = false;
      await jobs.run('webApi', 'x');
      await jobs.more();
      isBroken = true;
      await ask();
      assert.deepEqual(shown(), ['failed', 100]);
      isBroken = false;
      await jobs.goOn();
      assert.deepEqual(shown(), ['done', loaded]);
    }
  });

  it('shows what has come of a page that broke in its middle, and else tells the page once for each page', async () => {
    let isBroken = false;
    const { report: jobs, page } = report({
      async *pages() {
        yield Promise.resolve({ rows: rowsOf(50), more: true });
        for (const from of [50, 60, 70]) {
          if (isBroken && from === 70) throw new DataverseError('badAnswer', 'x');
          yield Promise.resolve({ rows: rowsOf(from + 10).slice(from), more: true, partial: true });
        }
        yield Promise.resolve({ rows: rowsOf(90).slice(80), more: false });
      },
    });
    await jobs.run('webApi', 'x');
    const before = page.log.length;
    await jobs.more();
    const told = page.log.slice(before).filter((line) => /^(grid|extent) /.test(line));
    assert.deepEqual(
      told.map((line) => Number(line.split(' ')[1])),
      [90],
    );
    isBroken = true;
    await jobs.run('webApi', 'x');
    await jobs.more();
    assert.deepEqual([page.last?.phase, page.grids.at(-1)?.count], ['failed', 70]);
  });

  it('says that the rows there are are of the query before, until those of another one have come', async () => {
    let answer: 'refused' | 'rows' = 'rows';
    const { report: jobs, page } = report({
      pages: () =>
        pagesOf([
          answer === 'rows'
            ? { rows: rowsOf(3), more: false }
            : Promise.reject(new DataverseError('invalid', 'x', { serviceMessage: 'no such column' })),
        ]),
    });
    const before = () => page.last?.before;
    answer = 'refused';
    await jobs.run('webApi', 'x');
    assert.equal(before(), undefined, 'there are none');
    answer = 'rows';
    await jobs.run('webApi', 'x');
    assert.equal(before(), undefined);
    answer = 'refused';
    await jobs.refresh();
    assert.deepEqual([page.last?.phase, before()], ['failed', undefined], 'it is the same query');
    await jobs.run('webApi', 'y');
    assert.equal(before(), 'The rows and groups here are those of the query before.');
    assert.equal(jobs.canExport, false);
    await jobs.export(NO_EXPORT, 'csv');
    await jobs.refresh();
    assert.equal(before(), 'The rows and groups here are those of the query before.');
    await jobs.run('webApi', "y?$filter=a eq '");
    assert.equal(page.last?.unsent, true);
    assert.ok(before(), 'also where the query was not sent');
    answer = 'rows';
    await jobs.run('webApi', 'y');
    assert.deepEqual([page.last.phase, before(), jobs.canExport], ['done', undefined, true]);
    await assert.rejects(jobs.export(NO_EXPORT, 'csv'), /asked where to/);
  });

  it('does not call rows that have come a part of fewer', async () => {
    const failed = rowsOf(60_000, { statuscode: 31 });
    const limit = new DataverseError('invalid', 'x', {
      serviceMessage: 'AggregateQueryRecordLimit exceeded',
    });
    const { report: jobs, page } = report({
      fetchPages: (_, fetchXml) =>
        fetchXml.includes('aggregate="true"')
          ? pagesOf([Promise.reject(limit)])
          : fetchXml.includes(`count="${JOBS_PER_LARGE_PAGE}"`)
            ? pagesOf([
                { rows: failed, more: true, total: 5000, totalIsLimit: true },
                Promise.reject(new DataverseError('network', 'x', { kind: 'reset' })),
              ])
            : pagesOf([{ rows: failed.slice(0, 50), more: true, total: 5000, totalIsLimit: true }]),
    });
    await jobs.run('fetchXml', jobs.state.queries.fetchXml);
    assert.equal(page.last?.text, '50 rows of at least 50,000');
    await jobs.all();
    assert.equal(page.failed.at(-1)?.partial, 'The groups cover the first 60,000 rows, and there are more.');
  });

  it('has nothing to export while the rows are still those of the query before', async () => {
    let first = true;
    const { report: jobs, page } = report({
      pages: (_, signal) => pagesOf([first ? { rows: rowsOf(3), more: false } : hanging(signal)]),
    });
    assert.equal(jobs.canExport, false, 'there are no rows');
    await jobs.run('webApi', 'x');
    first = false;
    const again = jobs.refresh();
    assert.equal(jobs.canExport, true, 'it is the same query');
    jobs.cancel();
    await again;
    const other = jobs.run('webApi', 'y');
    assert.deepEqual([page.last?.phase, jobs.canExport], ['running', false]);
    await jobs.export(NO_EXPORT, 'csv');
    jobs.dispose();
    await other;
  });
});
