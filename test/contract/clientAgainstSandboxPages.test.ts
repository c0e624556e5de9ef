import assert from 'node:assert/strict';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { DataverseError } from '../../src/dataverse/errors';
import { writeFetchXml, type Fetch } from '../../src/dataverse/fetchXml';
import * as odata from '../../src/dataverse/odata';
import * as read from '../../src/dataverse/row';
import type { Page, Row } from '../../src/dataverse/webApi';
import { belowRoot } from '../fakes/requestNames';
import { rowsOf, usePair } from './pair';

const PROJECTS = 23;
const JOBS = 400;

async function pagesOf(pages: AsyncIterable<Page>): Promise<readonly Page[]> {
  const all: Page[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

const columnOf = (rows: readonly Row[], column: string): readonly unknown[] => rows.map((row) => row[column]);

describe('The client and the sandbox: pages', () => {
  const pair = usePair({ sandbox: { seeds: { samples: true, webhooks: 12, steps: 60, jobs: JOBS } } });
  let account = '';
  /** Names in the order of the service: many are the same, some are null, so that only a good order pages well. */
  const names = Array.from({ length: PROJECTS }, (_, index) => `Page ${index % 4}`);

  before(async () => {
    ({ id: account } = await pair.api.create('accounts', { name: 'Pages' }));
    await pair.api.batch({
      atomicity: 'all',
      operations: names.map((name, index) => ({
        method: 'POST' as const,
        path: 'new_projects',
        body: {
          new_name: name,
          new_headcount: index,
          ...(index % 3 === 0 ? {} : { new_code: `C${index % 5}` }),
          'new_AccountId@odata.bind': odata.bind('accounts', account),
        },
      })),
    });
  });

  const ours = (): odata.Expression => odata.eq('_new_accountid_value', odata.guid(account));
  const heads = Array.from({ length: PROJECTS }, (_, index) => index);

  it('OData pages of any size give each row exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: PROJECTS + 2 }),
        fc.subarray(['new_name', 'new_code', 'new_headcount'], { minLength: 0 }),
        fc.boolean(),
        async (pageSize, columns, descending) => {
          const path = odata.query('new_projects', {
            select: ['new_headcount'],
            filter: ours(),
            count: true,
            orderby: columns.map((by) => ({ by, descending })),
          });
          const pages = await pagesOf(pair.api.pages(path, { pageSize }));
          assert.equal(pages.length, Math.ceil(PROJECTS / pageSize));
          assert.deepEqual(
            pages
              .flatMap((page) => columnOf(page.rows, 'new_headcount'))
              .toSorted((a, b) => Number(a) - Number(b)),
            heads,
          );
          assert.ok(pages.every((page) => page.rows.length <= pageSize));
          assert.deepEqual(
            pages.map((page) => page.more),
            pages.map((_, index) => index < pages.length - 1),
          );
          assert.equal(pages[0]?.total, PROJECTS);
        },
      ),
      { numRuns: 25 },
    );
  });

  const fetchOf = (changes: Partial<Fetch> = {}, orders: readonly string[] = []): string =>
    writeFetchXml({
      ...changes,
      entity: {
        name: 'new_project',
        attributes: ['new_headcount'],
        filter: { conditions: [{ attribute: 'new_accountid', operator: 'eq', value: account }] },
        orders,
      },
    });

  it('FetchXML pages of any size give each row exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: PROJECTS + 2 }),
        fc.subarray(['new_name', 'new_code', 'new_headcount'], { minLength: 0 }),
        fc.boolean(),
        async (pageSize, orders, annotations) => {
          const text = fetchOf({ returnTotalRecordCount: true }, orders);
          const pages = await pagesOf(pair.api.fetchPages('new_projects', text, { pageSize, annotations }));
          assert.deepEqual(
            pages
              .flatMap((page) => columnOf(page.rows, 'new_headcount'))
              .toSorted((a, b) => Number(a) - Number(b)),
            heads,
          );
          assert.equal(pages[0]?.total, PROJECTS);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('both languages give the same rows in the same order', async () => {
    for (const orders of [
      ['new_name', 'new_headcount'],
      ['new_code', 'new_name', 'new_headcount'],
    ]) {
      const path = odata.query('new_projects', {
        select: ['new_headcount'],
        filter: ours(),
        orderby: orders,
      });
      assert.deepEqual(
        columnOf(await rowsOf(pair.api.pages(path, { pageSize: 4 })), 'new_headcount'),
        columnOf(
          await rowsOf(pair.api.fetchPages('new_projects', fetchOf({}, orders), { pageSize: 3 })),
          'new_headcount',
        ),
      );
    }
  });

  it('a query that begins in the middle, and one with top, give what they name', async () => {
    const from = await rowsOf(
      pair.api.fetchPages('new_projects', fetchOf({ page: 2, count: 10 }, ['new_headcount'])),
    );
    assert.deepEqual(columnOf(from, 'new_headcount'), heads.slice(10));
    const top = await pagesOf(pair.api.fetchPages('new_projects', fetchOf({ top: 5 }, ['new_headcount'])));
    assert.deepEqual(
      top.map((page) => [columnOf(page.rows, 'new_headcount'), page.more]),
      [[[0, 1, 2, 3, 4], false]],
    );
    const few = await rowsOf(
      pair.api.pages(
        odata.query('new_projects', {
          select: ['new_headcount'],
          filter: ours(),
          orderby: ['new_headcount'],
          top: 3,
        }),
      ),
    );
    assert.deepEqual(columnOf(few, 'new_headcount'), [0, 1, 2]);
  });

  it('the next page is asked for only when it is wanted', async () => {
    const before = pair.sent.length;
    const path = odata.query('asyncoperations', { select: ['name'] });
    for await (const page of pair.api.pages(path, { pageSize: 10 })) {
      assert.equal(page.rows.length, 10);
      break;
    }
    assert.equal(pair.sent.length - before, 1);
  });

  it('next links are requested byte for byte', async () => {
    const before = pair.sent.length;
    const path = odata.query('asyncoperations', {
      select: ['name'],
      filter: odata.and(odata.ne('name', "O'Brien & a=b#c 50 % +"), odata.ne('name', 'Привет 😀')),
      orderby: ['name'],
    });
    const rows = await rowsOf(pair.api.pages(path, { pageSize: 150 }));
    assert.ok(rows.length >= JOBS);
    const [first, ...rest] = pair.sent.slice(before).map((request) => belowRoot(request.url));
    assert.ok(rest.length >= 2);
    for (const link of rest) assert.ok(link.startsWith(`${first ?? ''}&$skiptoken=`), link);
  });

  it('expanded collections are complete however small the pages are, nested ones too', async () => {
    const path = odata.query('accounts', {
      select: ['name'],
      filter: odata.eq('accountid', odata.guid(account)),
      expand: [{ path: 'new_account_new_project', select: ['new_headcount'] }],
    });
    for (const pageSize of [1, 3, 7, 50]) {
      const [row] = await rowsOf(pair.api.pages(path, { pageSize }));
      const inner = read.expandedRows(row ?? {}, 'new_account_new_project');
      assert.deepEqual(
        columnOf(inner, 'new_headcount').toSorted((a, b) => Number(a) - Number(b)),
        heads,
        `pages of ${pageSize}`,
      );
    }
    const steps = odata.query('sdkmessageprocessingsteps', {
      select: ['name'],
      orderby: ['name', 'sdkmessageprocessingstepid'],
      expand: [
        { path: 'sdkmessageid', select: ['name'] },
        { path: 'eventhandler_serviceendpoint', select: ['name'] },
        {
          path: 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage',
          select: ['name'],
          orderby: ['name'],
        },
      ],
    });
    const whole = await rowsOf(pair.api.pages(steps));
    const small = await rowsOf(pair.api.pages(steps, { pageSize: 2 }));
    const told = (rows: readonly Row[]): unknown =>
      rows.map((row) => [
        read.text(row, 'name'),
        read.text(read.expanded(row, 'sdkmessageid'), 'name'),
        columnOf(read.expandedRows(row, 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage'), 'name'),
      ]);
    assert.deepEqual(told(small), told(whole));
    assert.ok(JSON.stringify(told(whole)).includes('PreImage'));
  });

  it('a query that is too long for an address travels in a batch, in both languages', async () => {
    const ids = Array.from(
      { length: 400 },
      (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    );
    const values = [...ids, account];
    const text = writeFetchXml({
      entity: {
        name: 'new_project',
        attributes: ['new_headcount'],
        filter: { conditions: [{ attribute: 'new_accountid', operator: 'in', values }] },
      },
    });
    const before = pair.sent.length;
    const rows = await rowsOf(pair.api.fetchPages('new_projects', text, { pageSize: 10 }));
    assert.equal(rows.length, PROJECTS);
    const path = odata.query('new_projects', {
      select: ['new_headcount'],
      filter: odata.anyOf(values.map((id) => odata.eq('_new_accountid_value', odata.guid(id)))),
    });
    assert.equal((await rowsOf(pair.api.pages(path, { pageSize: 10 }))).length, PROJECTS);
    const sent = pair.sent.slice(before);
    assert.deepEqual(
      sent.map((request) => [request.method, belowRoot(request.url)]),
      sent.map(() => ['POST', '$batch']),
    );
    const wrong = writeFetchXml({
      entity: {
        name: 'new_project',
        attributes: ['nonsense'],
        filter: { conditions: [{ attribute: 'new_accountid', operator: 'in', values }] },
      },
    });
    await assert.rejects(rowsOf(pair.api.fetchPages('new_projects', wrong)), (error) => {
      assert.ok(DataverseError.is(error, 'invalid'));
      assert.deepEqual(
        [error.method, error.status, error.path?.startsWith('new_projects')],
        ['GET', 400, true],
      );
      return true;
    });
  });

  it('aggregates and groups count the same rows in both languages', async () => {
    const grouped = await rowsOf(
      pair.api.pages(
        odata.query('asyncoperations', {
          apply: odata.groupBy(['statuscode'], [{ as: 'jobs', count: true }]),
        }),
      ),
    );
    const fetched = await rowsOf(
      pair.api.fetchPages(
        'asyncoperations',
        writeFetchXml({
          aggregate: true,
          entity: {
            name: 'asyncoperation',
            attributes: [
              { name: 'asyncoperationid', alias: 'jobs', aggregate: 'count' },
              { name: 'statuscode', alias: 'statuscode', groupBy: true },
            ],
          },
        }),
      ),
    );
    const told = (rows: readonly Row[]): unknown =>
      rows.map((row) => `${read.integer(row, 'statuscode')}: ${read.integer(row, 'jobs')}`).toSorted();
    assert.deepEqual(told(grouped), told(fetched));
    assert.ok(grouped.length > 1);
  });
});
