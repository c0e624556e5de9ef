import assert from 'node:assert/strict';
import { queries } from '../../../../src/sandbox/query';
import type { StoredRow } from '../../../../src/sandbox/schema/types';
import { ALL, id, odata, refuses, request, ROOT, rowsOf, storeOf } from './fixture';

describe('OData paging', () => {
  const many = (count: number): readonly StoredRow[] =>
    [...Array(count).keys()].map((number) => ({
      contactid: id(70, (number * 7919) % 10007),
      lastname: `Name ${number % 5}`,
      ...(number % 3 === 0 ? {} : { numberofchildren: number % 4 }),
    }));

  /** Follows the links and returns the ids of all pages. */
  function walk(
    store: ReturnType<typeof storeOf>,
    query: string,
    pageSize: number | undefined,
    between = (): void => undefined,
  ): readonly string[] {
    const ids: string[] = [];
    let next: string | undefined = encodeURI(query);
    for (let pages = 0; next !== undefined; pages += 1) {
      assert.ok(pages < 10000);
      const base = request(store, 'contact', '', pageSize === undefined ? {} : { pageSize });
      const { body } = queries.collection({ ...base, query: next });
      const value: unknown = body['value'];
      assert.ok(Array.isArray(value));
      for (const row of value) ids.push(String(row.contactid));
      const link = body['@odata.nextLink'];
      assert.ok(link === undefined || typeof link === 'string');
      if (link !== undefined) assert.ok(link.startsWith(`${ROOT}contacts?${encodeURI(query)}`));
      next = link?.slice(link.indexOf('?') + 1);
      between();
    }
    return ids;
  }

  it('returns every row once and in order, whatever the page size', () => {
    const store = storeOf({ contact: many(60) });
    for (const query of [
      '$select=lastname',
      '$orderby=lastname',
      '$orderby=numberofchildren desc,lastname desc',
      '$filter=numberofchildren ne null&$orderby=numberofchildren',
    ]) {
      const whole = walk(store, query, undefined);
      assert.equal(new Set(whole).size, whole.length);
      for (const size of [1, 2, 7, 59, 60, 61])
        assert.deepEqual(walk(store, query, size), whole, `${query} by ${size}`);
    }
  });

  it('neither repeats nor misses a row while others come and go', () => {
    const store = storeOf({ contact: many(50) });
    const before = walk(store, '$orderby=lastname', undefined);
    let number = 0;
    const seen = walk(store, '$orderby=lastname', 7, () => {
      const transaction = store.begin();
      transaction.insert('contact', { contactid: id(71, number++), lastname: 'Name 0' });
      transaction.commit();
    });
    assert.deepEqual(
      seen.filter((one) => before.includes(one)),
      before,
    );
    assert.equal(new Set(seen).size, seen.length);
  });

  it('keeps its place by values that no URL and no XML would carry as they are', () => {
    const names = [
      'a&b',
      'a<b>"c"',
      '\u0001 control',
      '\ud800 lone',
      'ünï',
      '100%',
      '',
      'tab\tline\nend',
      'x'.repeat(3000),
    ];
    const store = storeOf({
      contact: names.map((lastname, number) => ({ contactid: id(72, number), lastname })),
    });
    assert.deepEqual(walk(store, '$orderby=lastname', 1), walk(store, '$orderby=lastname', undefined));
  });

  it('refuses a token that belongs to another query', () => {
    const store = storeOf({ contact: many(5) });
    const link = odata(store, 'contact', '$orderby=lastname', { pageSize: 2 }).body['@odata.nextLink'];
    assert.ok(typeof link === 'string');
    const token = link.slice(link.indexOf('$skiptoken'));
    refuses(() => queries.collection({ ...request(store, 'contact', ''), query: token }), 400, /\$skiptoken/);
    refuses(() => odata(store, 'contact', '$skiptoken=nonsense'), 400, /\$skiptoken/);
  });

  it('takes a link with a slash behind it, as some clients send it', () => {
    const store = storeOf({ contact: many(5) });
    const link = odata(store, 'contact', '$select=lastname', { pageSize: 2 }).body['@odata.nextLink'];
    assert.ok(typeof link === 'string');
    const rest = (query: string): unknown =>
      queries.collection({ ...request(store, 'contact', ''), query }).body;
    const query = link.slice(link.indexOf('?') + 1);
    assert.deepEqual(rest(`${query}/`), rest(query));
  });

  it('pages an expanded collection by a link of its own', () => {
    const store = storeOf({
      account: [{ accountid: id(50, 1), name: 'A' }],
      contact: many(10).map((row) => ({ ...row, parentcustomerid: { table: 'account', id: id(50, 1) } })),
    });
    const [row] = rowsOf(
      odata(
        store,
        'account',
        "$expand=contact_customer_accounts($select=lastname;$orderby=lastname;$filter=lastname ne 'a b')",
        { pageSize: 4 },
      ),
    );
    assert.ok(row);
    const first = row['contact_customer_accounts'];
    const link = row['contact_customer_accounts@odata.nextLink'];
    assert.ok(Array.isArray(first) && first.length === 4 && typeof link === 'string');
    const [path, query = ''] = link.slice(ROOT.length).split('?');
    assert.equal(path, `accounts(${id(50, 1)})/contact_customer_accounts`);
    const among = store.where('contact', 'parentcustomerid', { table: 'account', id: id(50, 1) });
    const second = queries.collection({ ...request(store, 'contact', '', { pageSize: 40 }), query, among });
    assert.equal(rowsOf(second).length, 6);
    const ids = [...first, ...rowsOf(second)].map((one: unknown) => JSON.stringify(one));
    assert.equal(new Set(ids).size, 10);
  });

  it('stops at 5000 rows without a page size, and counts no further', () => {
    const store = storeOf({
      contact: [...Array(5003).keys()].map((number) => ({ contactid: id(73, number) })),
    });
    const answer = odata(store, 'contact', '$select=contactid&$count=true', ALL);
    assert.equal(rowsOf(answer).length, 5000);
    assert.equal(answer.body['@odata.count'], 5000);
    assert.equal(answer.body['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'], true);
    const link = answer.body['@odata.nextLink'];
    assert.ok(typeof link === 'string');
    const rest = queries.collection({
      ...request(store, 'contact', ''),
      query: link.slice(link.indexOf('?') + 1),
    });
    assert.equal(rowsOf(rest).length, 3);
  });
});
