import assert from 'node:assert/strict';
import type { MemoryStore } from '../../../../src/sandbox/memoryStore';
import { queries } from '../../../../src/sandbox/query';
import type { ReadAnswer, ReadRequest } from '../../../../src/sandbox/queryRequest';
import type { StoreReader } from '../../../../src/sandbox/store';
import { column, id, NOW, request, storeOf } from './fixture';

const PAGE = { pageSize: 2 };
const HOUR = 3_600_000;

describe('The pages behind the first', () => {
  const contact = (number: number): { contactid: string; lastname: string; createdon: string } => ({
    contactid: id(70, number),
    lastname: `Name ${number}`,
    createdon: new Date(NOW - number * HOUR).toISOString(),
  });
  const ten = (): MemoryStore => storeOf({ contact: [...Array(10).keys()].map(contact) });

  /** The request for the page behind an answer. */
  function behind(asked: ReadRequest, { body }: ReadAnswer): ReadRequest {
    const link = body['@odata.nextLink'];
    assert.ok(typeof link === 'string', 'There is no next page');
    return { ...asked, query: link.slice(link.indexOf('?') + 1) };
  }

  /** Counts how often somebody goes through the rows of a table. */
  function watched(store: MemoryStore): StoreReader & { readonly walks: number } {
    let walks = 0;
    return {
      schema: store.schema,
      get changes() {
        return store.changes;
      },
      get walks() {
        return walks;
      },
      get: (table, row) => store.get(table, row),
      size: (table) => store.size(table),
      rows: (table) => {
        walks += 1;
        return store.rows(table);
      },
      where: (table, name, value) => store.where(table, name, value),
      version: (table, row) => store.version(table, row),
      linked: (intersect, name, row) => store.linked(intersect, name, row),
    };
  }

  function change(store: MemoryStore, work: (transaction: ReturnType<MemoryStore['begin']>) => void): void {
    const transaction = store.begin();
    work(transaction);
    transaction.commit();
  }

  it('go through the rows once together', () => {
    const reader = watched(ten());
    const asked = { ...request(ten(), 'contact', '$orderby=lastname', PAGE), reader };
    const seen: unknown[] = [];
    let page: ReadRequest | undefined = asked;
    let pages = 0;
    while (page !== undefined) {
      const answer: ReadAnswer = queries.collection(page);
      seen.push(...column(answer, 'lastname'));
      pages += 1;
      page = '@odata.nextLink' in answer.body ? behind(asked, answer) : undefined;
    }
    assert.deepEqual(
      seen,
      [...Array(10).keys()].map((number) => `Name ${number}`),
    );
    assert.equal(pages, 5);
    assert.equal(reader.walks, 2, 'the first page, and all behind it');
  });

  it('see what was put, changed, taken away or taken back since', () => {
    const store = ten();
    const asked = request(store, 'contact', '$orderby=lastname', PAGE);
    const first = queries.collection(asked);
    const second = behind(asked, first);
    const names = (): readonly unknown[] => column(queries.collection(second), 'lastname');
    assert.deepEqual(names(), ['Name 2', 'Name 3']);
    change(store, (transaction) =>
      transaction.insert('contact', { contactid: id(71, 1), lastname: 'Name 1a' }),
    );
    assert.deepEqual(names(), ['Name 1a', 'Name 2']);
    change(store, (transaction) => transaction.change('contact', id(71, 1), { lastname: 'Name 2a' }));
    assert.deepEqual(names(), ['Name 2', 'Name 2a']);
    const open = store.begin();
    open.remove('contact', id(70, 2));
    assert.deepEqual(names(), ['Name 2a', 'Name 3']);
    open.rollback();
    assert.deepEqual(names(), ['Name 2', 'Name 2a']);
    change(store, (transaction) => transaction.remove('contact', id(71, 1)));
    assert.deepEqual(names(), ['Name 2', 'Name 3']);
  });

  it('see links that were made and cut since', () => {
    const user = id(1, 5);
    const store = storeOf({
      systemuser: [{ systemuserid: user, fullname: 'U' }],
      team: [1, 2, 3, 4].map((number) => ({ teamid: id(81, number), name: `Team ${number}` })),
    });
    const join = (number: number): void =>
      change(store, (transaction) =>
        transaction.link('teammembership', {
          systemuserid: { table: 'systemuser', id: user },
          teamid: { table: 'team', id: id(81, number) },
        }),
      );
    for (const number of [1, 2, 3]) join(number);
    const filter = `teammembership_association/any(u:u/systemuserid eq ${user})`;
    const asked = request(store, 'team', `$orderby=name&$filter=${filter}`, PAGE);
    const second = behind(asked, queries.collection(asked));
    const names = (): readonly unknown[] => column(queries.collection(second), 'name');
    assert.deepEqual(names(), ['Team 3']);
    join(4);
    assert.deepEqual(names(), ['Team 3', 'Team 4']);
  });

  it('are told by the time where the query is', () => {
    const filter = `Microsoft.Dynamics.CRM.LastXHours(PropertyName='createdon',PropertyValue=4)`;
    const asked = request(ten(), 'contact', `$orderby=lastname&$filter=${filter}`, PAGE);
    const second = behind(asked, queries.collection(asked));
    assert.deepEqual(column(queries.collection(second), 'lastname'), ['Name 2', 'Name 3']);
    assert.deepEqual(column(queries.collection({ ...second, now: NOW + 2 * HOUR }), 'lastname'), ['Name 2']);
  });

  it('are each of their own query', () => {
    const store = ten();
    const second = (query: string): readonly unknown[] => {
      const asked = request(store, 'contact', query, PAGE);
      return column(queries.collection(behind(asked, queries.collection(asked))), 'lastname');
    };
    for (let round = 0; round < 2; round += 1) {
      assert.deepEqual(second('$orderby=lastname'), ['Name 2', 'Name 3']);
      assert.deepEqual(second('$orderby=lastname desc'), ['Name 7', 'Name 6']);
      assert.deepEqual(second("$orderby=lastname&$filter=lastname gt 'Name 3'"), ['Name 6', 'Name 7']);
      assert.deepEqual(second("$orderby=lastname&$filter=lastname gt 'Name 4'"), ['Name 7', 'Name 8']);
    }
  });
});
