import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Page, Row } from '../../../src/dataverse/webApi';
import type { Place } from '../../../src/protocol/jobs';
import { JOBS_PER_LARGE_PAGE } from '../../../src/jobs/jobQueries';
import { jobsPanelState } from '../../../src/presentation/jobs/panelState';
import type { Answers } from '../../fakes/fakeWebApi';
import { hanging, pagesOf, report, rowsOf, until } from './jobsRig';

const PER_PAGE = 50;

/** Rows in pages. */
function served(rows: readonly Row[]): AsyncIterable<Page> {
  const count = Math.max(1, Math.ceil(rows.length / PER_PAGE));
  return pagesOf(
    Array.from({ length: count }, (_, n) => ({
      rows: rows.slice(n * PER_PAGE, (n + 1) * PER_PAGE),
      more: n + 1 < count,
    })),
  );
}

const state = {
  ...jobsPanelState('e', { kind: 'environment' }, 'Test'),
  language: 'webApi' as const,
  queries: { fetchXml: '', webApi: 'asyncoperations' },
  handWritten: true,
};
const answers = (rows: () => readonly Row[]): Pick<Answers, 'pages'> => ({ pages: () => served(rows()) });

const at = (place: Partial<Place>): Place => ({ selected: [], active: 0, column: 0, top: 0, ...place });

describe('Where the reader of the job report is', () => {
  it('is found again after a reload of the window, by the ids of rows, below new ones', async () => {
    let rows = rowsOf(180);
    const before = report(
      answers(() => rows),
      state,
    );
    before.report.ready();
    await until(() => before.page.last?.phase === 'done');
    await before.report.more();
    const { version } = before.page.grids.at(-1) ?? assert.fail();
    const selected = [
      { from: 70, to: 73 },
      { from: 80, to: 81 },
    ];
    before.report.moved(version, at({ selected, active: 80, column: 2, top: 65 }));
    before.report.dispose();
    rows = [...rowsOf(2).map((row, n) => ({ ...row, asyncoperationid: `new${n}` })), ...rows];
    const after = report(
      answers(() => rows),
      state,
      undefined,
      before.page.bookmarks.at(-1),
    );
    after.report.ready();
    await until(() => after.page.last?.phase === 'done');
    const grid = after.page.grids.at(-1) ?? assert.fail();
    assert.deepEqual(grid.place, {
      active: 82,
      column: 2,
      top: 67,
      selected: [
        { from: 72, to: 75 },
        { from: 82, to: 83 },
      ],
    });
    assert.equal(grid.count, 100, 'no more is read than there was');
    assert.equal(after.page.selections.at(-1)?.count, 4);
    assert.deepEqual(after.page.grids[0]?.count, 50, 'the first page is shown as soon as it is here');
  });

  it('has the order, the group and a large selection of before', async () => {
    const rows = rowsOf(900).map((row, n) => ({ ...row, name: `n${(n * 7) % 900}`, statuscode: 31 }));
    const failed = rows.map((row, n) => ({ ...row, friendlymessage: n % 3 === 0 ? 'one' : 'two' }));
    const before = report(
      answers(() => failed),
      state,
    );
    before.report.ready();
    await until(() => before.page.last?.phase === 'done');
    await before.report.all();
    const group = before.page.failed.at(-1)?.groups[0]?.key;
    before.report.choose(group);
    await before.report.sort({ key: 'name', descending: true });
    const grid = before.page.grids.at(-1) ?? assert.fail();
    assert.equal(grid.count, 600);
    before.report.moved(grid.version, at({ selected: [{ from: 20, to: 590 }], active: 20, top: 15 }));
    const after = report(
      answers(() => failed),
      state,
      undefined,
      before.page.bookmarks.at(-1),
    );
    after.report.ready();
    await until(() => after.page.last?.phase === 'done');
    const again = after.page.grids.at(-1) ?? assert.fail();
    assert.deepEqual([again.group, again.sorting?.key, again.count], [group, 'name', 600]);
    assert.deepEqual(again.place, at({ selected: [{ from: 20, to: 590 }], active: 20, top: 15 }));
    assert.ok(JSON.stringify(after.api.calls[0]?.options).includes(`"pageSize":${JOBS_PER_LARGE_PAGE}`));
  });

  it('is left where somebody goes elsewhere before it was found', async () => {
    const rows = rowsOf(180);
    const bookmark = {
      loaded: 150,
      selected: ['j140'],
      stretches: [],
      column: 0,
      active: { id: 'j140', at: 140 },
      top: { id: 'j130', at: 130 },
    };
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { report: jobs, page } = report(
      {
        pages: async function* () {
          yield { rows: rows.slice(0, 50), more: true };
          await gate;
          yield { rows: rows.slice(50), more: false };
        },
      },
      state,
      undefined,
      bookmark,
    );
    jobs.ready();
    await until(() => page.grids.length === 1);
    jobs.moved(page.grids[0]?.version ?? 0, at({ active: 3 }));
    open();
    await until(() => page.last?.phase === 'done');
    assert.equal(page.grids.at(-1)?.place.active ?? 0, 0, 'nothing was moved');
    assert.equal(page.bookmarks.at(-1)?.active.id, 'j3');
  });

  it('is kept for the next try while the line is broken', async () => {
    const rows = rowsOf(180);
    let broken = true;
    const bookmark = {
      loaded: 150,
      selected: ['j140'],
      stretches: [],
      column: 0,
      active: { id: 'j140', at: 140 },
      top: { id: 'j130', at: 130 },
    };
    const { report: jobs, page } = report(
      {
        pages: () =>
          pagesOf([
            { rows: rows.slice(0, 50), more: true },
            broken
              ? Promise.reject(new DataverseError('network', 'x', { kind: 'reset' }))
              : { rows: rows.slice(50), more: false },
          ]),
      },
      state,
      undefined,
      bookmark,
    );
    jobs.ready();
    await until(() => page.last?.phase === 'failed');
    assert.deepEqual(page.bookmarks, [], 'the page keeps what it has');
    broken = false;
    await jobs.more();
    assert.deepEqual(
      page.grids.at(-1)?.place,
      at({ selected: [{ from: 140, to: 141 }], active: 140, top: 130 }),
    );
  });

  it('is near by where its rows are gone, and selects none that was not selected', async () => {
    const bookmark = {
      loaded: 50,
      selected: ['gone', 'j7'],
      column: 0,
      stretches: [{ from: 'j10', to: 'j20', count: 9 }],
      active: { id: 'gone', at: 12 },
      top: { id: 'gone', at: 400 },
    };
    const { report: jobs, page } = report(
      answers(() => rowsOf(40)),
      state,
      undefined,
      bookmark,
    );
    jobs.ready();
    await until(() => page.last?.phase === 'done');
    assert.deepEqual(page.grids.at(-1)?.place, at({ selected: [{ from: 7, to: 8 }], active: 12, top: 39 }));
  });

  it('opens the job that was open, and does not miss one that is gone meanwhile', async () => {
    const bookmark = {
      loaded: 1,
      selected: [],
      stretches: [],
      column: 0,
      active: { at: 0 },
      top: { at: 0 },
      opened: '11111111-2222-4333-8444-555555555555',
    };
    const asked: string[] = [];
    const { report: jobs, page } = report(
      {
        ...answers(() => rowsOf(1)),
        get: (path: string) => {
          asked.push(path);
          return Promise.reject(new DataverseError('notFound', 'x', {}));
        },
      },
      state,
      undefined,
      bookmark,
    );
    jobs.ready();
    await until(() => page.last?.phase === 'done' && asked.length > 0);
    assert.match(asked[0] ?? '', /^asyncoperations\(11111111-/);
    await until(() => page.bookmarks.at(-1)?.active.id === 'j0');
    assert.equal(page.bookmarks.at(-1)?.opened, undefined);
    assert.ok(!page.log.includes('failed'));
  });

  it('does not wait for the job that was open', async () => {
    const { report: jobs, page } = report(
      {
        ...answers(() => rowsOf(3)),
        get: (_, signal) => hanging(signal).then(() => ({})),
      },
      state,
      undefined,
      {
        loaded: 3,
        selected: ['j1'],
        stretches: [],
        column: 0,
        active: { id: 'j1', at: 1 },
        top: { at: 0 },
        opened: '11111111-2222-4333-8444-555555555555',
      },
    );
    jobs.ready();
    await until(() => page.last?.phase === 'done');
    assert.equal(page.grids.at(-1)?.place.active, 1);
    jobs.dispose();
  });

  it('stays after a refresh without the row that was on top, and in the rows of any table', async () => {
    let rows: Row[] = rowsOf(60);
    const jobs = report(
      answers(() => rows),
      state,
    );
    await jobs.report.run('webApi', 'asyncoperations');
    await jobs.report.all();
    const { version } = jobs.page.grids.at(-1) ?? assert.fail();
    jobs.report.moved(version, at({ active: 31, top: 30 }));
    rows = rows.filter((_, n) => n < 29 || n > 32);
    await jobs.report.refresh();
    assert.deepEqual(jobs.page.grids.at(-1)?.place, at({ active: 29, top: 29 }));

    const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    let contacts: Row[] = Array.from({ length: 40 }, (_, n) => ({
      _parentcustomerid_value: id(1),
      contactid: id(n),
      lastname: `n${n}`,
    }));
    const others = report(
      answers(() => contacts),
      state,
    );
    await others.report.run('webApi', 'contacts');
    const grid = others.page.grids.at(-1) ?? assert.fail();
    others.report.moved(grid.version, at({ selected: [{ from: 4, to: 5 }], active: 4, top: 3 }));
    contacts = [{ _parentcustomerid_value: id(1), contactid: id(99), lastname: 'new' }, ...contacts];
    await others.report.refresh();
    const expected = at({ selected: [{ from: 5, to: 6 }], active: 5, top: 4 });
    assert.deepEqual(others.page.grids.at(-1)?.place, expected);
  });
});
