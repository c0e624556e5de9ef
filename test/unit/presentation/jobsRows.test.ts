import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Row } from '../../../src/dataverse/webApi';
import { JOBS_PER_LARGE_PAGE } from '../../../src/jobs/jobQueries';
import { jobRow } from '../jobs/jobRow';
import { pagesOf, report, rowsOf, until, WEBHOOK } from './jobsRig';

describe('The rows of the report of failed jobs', () => {
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
        fetchXml.includes(`count="${JOBS_PER_LARGE_PAGE}"`)
          ? pagesOf([{ rows: failed, more: false }])
          : pagesOf([{ rows: failed.slice(0, 50), more: true, total: 90 }]),
    });
    jobs.ready();
    await until(() => page.failed.at(-1)?.groups[0]?.count === 90);
    assert.equal(api.calls.length, 2);
    assert.ok(String(api.calls[1]?.body).includes(`count="${JOBS_PER_LARGE_PAGE}"`));
  });

  it('counts a large result apart, and says how much of it the groups cover', async () => {
    const failed = rowsOf(50, { statuscode: 31 });
    const limit = new DataverseError('invalid', 'x', {
      serviceMessage: 'AggregateQueryRecordLimit exceeded',
    });
    for (const [count, expected] of [
      [12_345, '50 of 12,345 rows'],
      [limit, '50 rows of at least 50,000'],
      [new DataverseError('forbidden', 'x', {}), '50 rows, and there are more'],
    ] as const) {
      const { report: jobs, page } = report({
        fetchPages: (_, fetchXml) =>
          fetchXml.includes('aggregate="true"')
            ? pagesOf([
                typeof count === 'number' ? { rows: [{ jobs: count }], more: false } : Promise.reject(count),
              ])
            : pagesOf([{ rows: failed, more: true, total: 5000, totalIsLimit: true }]),
      });
      await jobs.run('fetchXml', jobs.state.queries.fetchXml);
      assert.equal(page.last?.text, expected);
      const { partial = '' } = page.failed.at(-1) ?? {};
      assert.ok(partial.startsWith('The groups cover the first 50 rows') || count === 12_345, partial);
      if (count === 12_345) assert.equal(partial, 'The groups cover the first 50 of 12,345 rows.');
      await jobs.refresh();
      assert.equal(page.last.text, expected, 'also when it is read anew');
    }
  });

  it('knows the count still when it goes on after the line broke', async () => {
    let broken = true;
    const failed = rowsOf(100, { statuscode: 31 });
    const { report: jobs, page } = report({
      fetchPages: (_, fetchXml) =>
        fetchXml.includes('aggregate="true"')
          ? pagesOf([{ rows: [{ jobs: 12_345 }], more: false }])
          : pagesOf([
              { rows: failed.slice(0, 50), more: true, total: 5000, totalIsLimit: true },
              broken
                ? Promise.reject(new DataverseError('network', 'x', { kind: 'reset' }))
                : { rows: failed.slice(50), more: true, total: 5000, totalIsLimit: true },
            ]),
    });
    await jobs.run('fetchXml', jobs.state.queries.fetchXml);
    await jobs.more();
    assert.equal(page.last?.phase, 'failed');
    broken = false;
    await jobs.more();
    assert.equal(page.last.text, '100 of 12,345 rows');
    assert.equal(page.failed.at(-1)?.partial, 'The groups cover the first 100 of 12,345 rows.');
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

  it('sorts by the webhook too, wherever its name comes from', async () => {
    const named = ['Loyalty', 'ERP', 'Data lake'];
    const joined = named.map((name, n) => ({ asyncoperationid: `j${n}`, name: 'n', 'webhook.name': name }));
    const expanded = named.map((name, n) => ({
      asyncoperationid: `j${n}`,
      name: 'n',
      owningextensionid: { '_eventhandler_value@OData.Community.Display.V1.FormattedValue': name },
    }));
    for (const rows of [joined, expanded]) {
      const { report: jobs, page } = report({ pages: () => rows });
      await jobs.run('webApi', 'x');
      await jobs.sort({ key: 'webhook', descending: false });
      assert.deepEqual(
        page.grids.at(-1)?.rows.map(({ cells }) => cells[0]?.text),
        ['Data lake', 'ERP', 'Loyalty'],
      );
    }
  });

  it('lets the service sort where it has more rows, by writing the order into the query', async () => {
    const {
      report: jobs,
      page,
      api,
    } = report({
      fetchPages: () => pagesOf([{ rows: rowsOf(50), more: true }]),
    });
    const asked = () =>
      api.calls.map(({ body }) => String(body)).filter((body) => !body.includes('aggregate'));
    jobs.ready();
    await until(() => page.last?.phase === 'done');
    await jobs.sort({ key: 'retrycount', descending: true });
    assert.match(asked()[1] ?? '', /<order attribute="retrycount" descending="true" \/>/);
    assert.match(jobs.state.queries.webApi, /\$orderby=retrycount desc,asyncoperationid/);
    assert.deepEqual(
      page.grids.at(-1)?.sorting,
      { key: 'retrycount', descending: true },
      'its heading says so',
    );
    await jobs.refresh();
    assert.equal(page.grids.at(-1)?.sorting?.key, 'retrycount');
    await jobs.sort(undefined);
    assert.match(asked()[3] ?? '', /<order attribute="completedon" descending="true" \/>/);
    assert.equal(page.grids.at(-1)?.sorting, undefined);
  });

  it('asks for the order of before, and for the period of now, after a reload of the window', async () => {
    const before = report({ fetchPages: () => pagesOf([{ rows: rowsOf(50), more: true }]) });
    await before.report.filter({ ...(before.report.state.filter ?? assert.fail()), period: 'hour' });
    await before.report.sort({ key: 'retrycount', descending: true });
    const left = before.report.state;
    const queries = {
      fetchXml: left.queries.fetchXml.replace(/value="20\d\d/, 'value="2019'),
      webApi: left.queries.webApi,
    };
    assert.notEqual(queries.fetchXml, left.queries.fetchXml);
    const after = report(
      { fetchPages: () => pagesOf([{ rows: rowsOf(50), more: true }]) },
      { ...left, queries },
    );
    after.report.ready();
    await until(() => after.page.last?.phase === 'done');
    const asked = String(after.api.calls[0]?.body);
    assert.match(asked, /<order attribute="retrycount" descending="true" \/>/);
    assert.doesNotMatch(asked, /value="2019/);
    assert.deepEqual(after.page.grids.at(-1)?.sorting, { key: 'retrycount', descending: true });
  });

  it('keeps the order, the group and the same jobs selected over a refresh that brings newer ones', async () => {
    const failed = { statuscode: 31, friendlymessage: 'one' };
    let rows: Row[] = rowsOf(20, failed);
    const { report: jobs, page } = report({ pages: () => rows });
    await jobs.run('webApi', 'x');
    const before = page.grids.at(-1);
    assert.ok(before);
    jobs.moved(before.version, { selected: [{ from: 3, to: 5 }], active: 4, column: 0, top: 2 });
    assert.deepEqual(page.selections.at(-1), { count: 2, can: [{ action: 'delete', count: 2 }] });
    rows = [{ asyncoperationid: 'new', name: 'n', ...failed }, ...rows];
    await jobs.refresh();
    const after = page.grids.at(-1);
    assert.ok(after !== undefined && after.version > before.version);
    assert.deepEqual(after.place, { selected: [{ from: 4, to: 6 }], active: 5, column: 0, top: 3 });
    jobs.choose(page.failed.at(-1)?.groups[0]?.key);
    assert.equal(page.grids.at(-1)?.group, page.failed.at(-1)?.groups[0]?.key);
    await jobs.refresh();
    assert.equal(page.grids.at(-1)?.group, page.failed.at(-1)?.groups[0]?.key);
  });

  it('tells how far it is with rows that are read anew', async () => {
    const parts = [1, 2, 3].map((n) => ({ rows: rowsOf(1000 * n).slice(1000 * (n - 1)), more: n < 3 }));
    const { report: jobs, page } = report({ pages: () => pagesOf(parts) });
    await jobs.run('webApi', 'x');
    await jobs.all();
    page.said.length = 0;
    await jobs.refresh();
    assert.deepEqual(page.said.slice(1, 3), ['Running… 1,000 of 3,000 rows', 'Running… 2,000 of 3,000 rows']);
  });

  it('says how many of the rows a chosen group has, also while there are more, and all again after it', async () => {
    const [some, others] = [
      { statuscode: 31, friendlymessage: 'one' },
      { statuscode: 31, friendlymessage: 'two' },
    ];
    const { report: jobs, page } = report({
      pages: () =>
        pagesOf([
          { rows: [...rowsOf(3, some), ...rowsOf(2, others)], more: true },
          { rows: rowsOf(4, some), more: false },
        ]),
    });
    await jobs.run('webApi', 'x');
    const all = page.last?.text;
    const groups = page.failed.at(-1)?.groups ?? [];
    jobs.choose(groups.find(({ count }) => count === 3)?.key);
    assert.equal(page.last?.text, 'One group: 3 of the 5 rows that have come, and there are more');
    jobs.choose(undefined);
    assert.equal(page.last.text, all);
    jobs.choose(groups.find(({ count }) => count === 3)?.key);
    await jobs.more();
    assert.equal(page.last.text, 'One group: 7 of 9 rows');
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
    jobs.moved(page.grids.at(-1)?.version ?? 0, {
      selected: [{ from: 0, to: 2 }],
      active: 0,
      column: 0,
      top: 0,
    });
    jobs.copy('selection', 1, 0);
    assert.deepEqual(copied, ['one\n two', 'one two\tn', 'Error\tName\none two\tn\none two\tn']);
  });

  it('copies a text whole that is too long to be shown whole', async () => {
    const long = `${'stack '.repeat(20_000)}end`;
    const {
      report: jobs,
      page,
      copied,
    } = report({
      pages: () => rowsOf(2).map((row, n) => ({ ...row, friendlymessage: n === 0 ? long : 'short' })),
    });
    await jobs.run('webApi', 'x');
    assert.ok((page.grids.at(-1)?.rows[0]?.cells[0]?.text.length ?? 0) < 5000);
    jobs.copy('cell', 0, 0);
    jobs.copy('cell', 1, 0);
    jobs.copy('row', 0, 0);
    assert.deepEqual(copied, [long, 'short', `${long}\tn`]);
  });

  it('chooses a webhook or a step by the filter, and writes both queries for it', async () => {
    const { report: jobs, page } = report({ fetchPages: () => [] });
    jobs.ready();
    await until(() => page.log.includes('choices') && page.last?.phase === 'done');
    const fields = { ...(jobs.state.filter ?? assert.fail()) };
    await jobs.filter({ ...fields, webhook: WEBHOOK });
    assert.deepEqual(jobs.state.scope, {
      kind: 'webhook',
      id: WEBHOOK,
      name: 'ERP',
      stepIds: [jobRow._owningextensionid_value],
    });
    assert.ok(jobs.state.queries.fetchXml.includes(WEBHOOK));
    await jobs.filter({ ...fields, step: jobRow._owningextensionid_value, cause: 'timeout' });
    assert.equal(jobs.state.scope.name, 'Orders');
    assert.match(jobs.state.queries.webApi, /errorcode eq -2147155454/);
    await jobs.filter(fields);
    assert.equal(jobs.state.scope.kind, 'environment');
    const headings = ['Failed jobs of ERP in Test', 'Failed jobs of Orders in Test', 'Failed jobs of Test'];
    assert.deepEqual(page.titles, headings, 'each scope has its heading');
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
    const utc = new Date(clock.now()).toISOString().slice(0, 16);
    assert.match(JSON.stringify(page.watches[1]), new RegExp(`1 new job, .*"title":"${utc}`));
    const asked = api.calls.length;
    jobs.seen(false);
    clock.advance(90_000);
    await new Promise<void>((resolve) => setImmediate(resolve));
    assert.equal(api.calls.length, asked, 'nobody looks while it is hidden');
    assert.equal(clock.waiting, 0);
    assert.equal(jobs.state.watched, true, 'a window that is reloaded goes on watching');
    jobs.dispose();
  });
});

describe('The watch of the report', () => {
  /** Jobs by their numbers, the newest first; in any other order the service begins with the oldest. */
  async function watched(sorting: boolean) {
    let newest = Array.from({ length: 200 }, (_, n) => 200 - n);
    const rig = report({
      fetchPages: (_, text) => {
        if (text.includes('aggregate="true"')) return pagesOf([{ rows: [{ jobs: 200_000 }], more: false }]);
        const order = text.includes('attribute="retrycount" descending') ? [...newest].reverse() : newest;
        const rows = order
          .slice(0, text.includes(`count="${JOBS_PER_LARGE_PAGE}"`) ? JOBS_PER_LARGE_PAGE : 50)
          .map((n) => ({ asyncoperationid: `j${n}`, name: 'n', statuscode: 31 }));
        return pagesOf([{ rows, more: rows.length < newest.length, total: 200_000 }]);
      },
    });
    const { report: jobs, page, clock } = rig;
    jobs.ready();
    await until(() => page.last?.phase === 'done');
    if (sorting) await jobs.sort({ key: 'retrycount', descending: true });
    jobs.watch(true);
    return {
      ...rig,
      change: (how: (numbers: number[]) => number[]) => (newest = how(newest)),
      look: async () => {
        await clock.someoneWaits();
        clock.advance(30_000);
        await clock.someoneWaits();
      },
      news: () => page.watches.flatMap((watch) => /\d+ new jobs?/.exec(JSON.stringify(watch))?.[0] ?? []),
    };
  }

  it('tells of what is new, and only of that, also where the service sorts in another order', async () => {
    const { report: jobs, change, look, news } = await watched(true);
    await look();
    assert.deepEqual(news(), [], 'the newest are not on screen, and known all the same');
    change((numbers) => [202, 201, ...numbers]);
    await look();
    await look();
    assert.deepEqual(news(), ['2 new jobs']);
    assert.equal(jobs.state.sorting?.key, 'retrycount', 'the order stays');
    await jobs.filter({ ...(jobs.state.filter ?? assert.fail()), period: 'week' });
    await jobs.sort({ key: 'retrycount', descending: true });
    await look();
    change((numbers) => [203, ...numbers]);
    await look();
    assert.deepEqual(news(), ['2 new jobs', '1 new job']);
    jobs.dispose();
  });

  it('calls nothing new that has only moved up because others were deleted', async () => {
    for (const sorting of [false, true]) {
      const { report: jobs, change, look, news } = await watched(sorting);
      change((numbers) => numbers.slice(20));
      await look();
      assert.deepEqual(news(), []);
      change((numbers) => [300, ...numbers.slice(5)]);
      await look();
      assert.deepEqual(news(), ['1 new job']);
      jobs.dispose();
    }
  });
});
