import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MemoryStore } from '../../../../src/sandbox/memoryStore';
import { createSchema } from '../../../../src/sandbox/schema';
import type { StoredRow } from '../../../../src/sandbox/schema/types';
import { ServiceError } from '../../../../src/sandbox/serviceError';

const schema = createSchema();
const idOf = (number: number): string => `00000000-0000-4000-8000-${number.toString().padStart(12, '0')}`;
const account = (number: number, values: StoredRow = {}): StoredRow => ({
  accountid: idOf(number),
  ...values,
});

function stripped(row: StoredRow | undefined): StoredRow | undefined {
  if (row === undefined) return undefined;
  const { versionnumber: _version, ...rest } = row;
  return rest;
}

describe('The store of the sandbox', () => {
  it('finds a row whatever the case of its id', () => {
    const store = new MemoryStore(schema);
    const work = store.begin();
    work.insert('account', { accountid: 'ABCDEF00-0000-4000-8000-000000000001', name: 'x' });
    work.commit();
    assert.equal(store.get('account', 'abcdef00-0000-4000-8000-000000000001')?.['name'], 'x');
    assert.equal([...store.where('account', 'accountid', 'ABCDEF00-0000-4000-8000-000000000001')].length, 1);
  });

  it('matches text without regard to case, references by their id, and absent values as null', () => {
    const store = new MemoryStore(schema);
    const work = store.begin();
    work.insert('account', account(1, { name: 'Coho' }));
    work.insert('account', account(2, { name: 'COHO', primarycontactid: { table: 'contact', id: idOf(9) } }));
    work.commit();
    const ids = (rows: Iterable<StoredRow>): readonly unknown[] => [...rows].map((row) => row['accountid']);
    assert.deepEqual(ids(store.where('account', 'name', 'coho')), [idOf(1), idOf(2)]);
    assert.deepEqual(ids(store.where('account', 'primarycontactid', { table: 'contact', id: idOf(9) })), [
      idOf(2),
    ]);
    assert.deepEqual(ids(store.where('account', 'primarycontactid', null)), [idOf(1)]);
  });

  it('gives rows in the order they were created, also after the value they are found by has changed', () => {
    const store = new MemoryStore(schema);
    const work = store.begin();
    for (const number of [1, 2, 3])
      work.insert('account', account(number, { name: number === 1 ? 'a' : 'b' }));
    assert.equal([...store.where('account', 'name', 'b')].length, 2);
    work.change('account', idOf(1), { name: 'b' });
    work.commit();
    assert.deepEqual(
      [...store.where('account', 'name', 'b')].map((row) => row['accountid']),
      [1, 2, 3].map(idOf),
    );
  });

  it('refuses a row to a second transaction until the first one has ended', () => {
    const store = new MemoryStore(schema);
    const first = store.begin();
    first.insert('account', account(1));
    first.commit();
    const holder = store.begin();
    holder.change('account', idOf(1), { name: 'x' });
    const other = store.begin();
    assert.throws(
      () => other.change('account', idOf(1), { name: 'y' }),
      (error) => error instanceof ServiceError && error.httpStatus === 500,
    );
    holder.rollback();
    other.change('account', idOf(1), { name: 'y' });
    other.commit();
    assert.equal(store.get('account', idOf(1))?.['name'], 'y');
  });

  it('gives a greater version with every change, and the old one back when the change is undone', () => {
    const store = new MemoryStore(schema);
    const work = store.begin();
    work.insert('account', account(1));
    work.commit();
    const before = store.version('account', idOf(1));
    assert.ok(before !== undefined);
    const undone = store.begin();
    undone.change('account', idOf(1), { name: 'x' });
    assert.ok((store.version('account', idOf(1)) ?? 0) > before);
    undone.rollback();
    assert.equal(store.version('account', idOf(1)), before);
    assert.equal(store.get('account', idOf(1))?.['versionnumber'], before);
  });

  it('takes a deleted row out of its many-to-many links and puts it back when that is undone', () => {
    const store = new MemoryStore(schema);
    const row = {
      new_projectid: { table: 'new_project', id: idOf(1) },
      contactid: { table: 'contact', id: idOf(2) },
    };
    const work = store.begin();
    work.insert('new_project', { new_projectid: idOf(1) });
    work.insert('contact', { contactid: idOf(2) });
    work.link('new_project_contact', row);
    work.commit();
    const linked = (): number => [...store.linked('new_project_contact', 'contactid', idOf(2))].length;
    const undone = store.begin();
    undone.remove('new_project', idOf(1));
    assert.equal(linked(), 0);
    undone.rollback();
    assert.equal(linked(), 1);
  });

  it('is after a rollback what it was before, with every index, whatever was done', () => {
    const step = fc.record({
      kind: fc.constantFrom('insert', 'change', 'remove'),
      id: fc.integer({ min: 1, max: 6 }),
      name: fc.constantFrom('a', 'b', 'c', null),
    });
    const apply = (
      store: MemoryStore,
      model: Map<number, string | null>,
      steps: ReadonlyArray<{ kind: string; id: number; name: string | null }>,
      commit: boolean,
    ): void => {
      const work = store.begin();
      const trial = new Map(model);
      for (const { kind, id, name } of steps) {
        if (kind === 'insert' && !trial.has(id)) {
          work.insert('account', account(id, { name }));
          trial.set(id, name);
        } else if (kind === 'change' && trial.has(id)) {
          work.change('account', idOf(id), { name });
          trial.set(id, name);
        } else if (kind === 'remove' && trial.has(id)) {
          work.remove('account', idOf(id));
          trial.delete(id);
        }
      }
      if (!commit) {
        work.rollback();
        return;
      }
      work.commit();
      model.clear();
      for (const [id, name] of trial) model.set(id, name);
    };
    fc.assert(
      fc.property(
        fc.array(fc.record({ steps: fc.array(step, { maxLength: 8 }), commit: fc.boolean() }), {
          maxLength: 12,
        }),
        (works) => {
          const store = new MemoryStore(schema);
          const model = new Map<number, string | null>();
          // Asked for early, the index has to follow every change.
          assert.equal([...store.where('account', 'name', 'a')].length, 0);
          for (const { steps, commit } of works) {
            apply(store, model, steps, commit);
            assert.equal(store.size('account'), model.size);
            for (const name of ['a', 'b', 'c', null]) {
              const found = [...store.where('account', 'name', name)].map((row) => row['accountid']).sort();
              assert.deepEqual(
                found,
                [...model]
                  .filter(([, one]) => one === name)
                  .map(([id]) => idOf(id))
                  .sort(),
              );
            }
          }
          for (const [id, name] of model) {
            assert.deepEqual(
              stripped(store.get('account', idOf(id))),
              account(id, name === null ? {} : { name }),
            );
          }
        },
      ),
    );
  });
});
