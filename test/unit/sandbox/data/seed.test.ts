import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryStore } from '../../../../src/sandbox/memoryStore';
import type { OrganizationFacts } from '../../../../src/sandbox/operations';
import { createSchema } from '../../../../src/sandbox/schema';
import { ids } from '../../../../src/sandbox/seed/ids';
import { seed } from '../../../../src/sandbox/seed/seed';
import type { SeedPlan } from '../../../../src/sandbox/seed/seed';

const organization: OrganizationFacts = {
  id: ids.organization,
  uniqueName: 'sandbox',
  friendlyName: 'Sandbox',
  host: 'sandbox.crm.localhost',
  version: '9.2',
  rootBusinessUnitId: ids.businessUnit,
  userId: ids.user,
};

function seeded(plan: Partial<SeedPlan> = {}): MemoryStore {
  const store = new MemoryStore(createSchema());
  const work = store.begin();
  seed(store, work, organization, Date.parse('2025-03-04T10:00:00Z'), {
    samples: true,
    webhooks: 0,
    steps: 0,
    jobs: 0,
    ...plan,
  });
  work.commit();
  return store;
}

describe('The seeds of the sandbox', () => {
  it('fill only columns that the tables have, with values of their type', () => {
    const store = seeded({ webhooks: 3, steps: 5, jobs: 10 });
    for (const table of store.schema.tables) {
      for (const row of store.rows(table.name)) {
        for (const [name, value] of Object.entries(row)) {
          const column = store.schema.column(table.name, name);
          assert.ok(column, `${table.name}.${name} is no column`);
          if (column.options !== undefined && typeof value === 'number') {
            assert.ok(
              column.options.some((option) => option.value === value),
              `${table.name}.${name} = ${value.toString()}`,
            );
          }
          if (typeof value === 'string' && column.maxLength !== undefined)
            assert.ok(value.length <= column.maxLength);
          if (column.type === 'datetime')
            assert.match(typeof value === 'string' ? value : '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        }
      }
    }
  });

  it('refer only to rows that are there', () => {
    const store = seeded({ webhooks: 2, steps: 4 });
    for (const table of store.schema.tables) {
      for (const row of store.rows(table.name)) {
        for (const [name, value] of Object.entries(row)) {
          if (typeof value !== 'object' || value === null || !('id' in value)) continue;
          assert.ok(store.get(value.table, value.id), `${table.name}.${name} leads nowhere`);
          const targets = store.schema.column(table.name, name)?.targets?.map((one) => one.table);
          if (targets?.length !== 0)
            assert.ok(targets?.includes(value.table), `${table.name}.${name} may not lead to ${value.table}`);
        }
      }
    }
  });

  it('bring one webhook of each authentication type, one of them managed, and only system rows when empty', () => {
    const rows = [...seeded().rows('serviceendpoint')];
    assert.deepEqual(
      rows.map((row) => row['authtype']),
      [4, 5, 6],
    );
    assert.deepEqual(
      rows.map((row) => row['ismanaged']),
      [false, false, true],
    );
    const empty = seeded({ samples: false });
    for (const table of ['serviceendpoint', 'sdkmessageprocessingstep', 'asyncoperation', 'contact'])
      assert.equal(empty.size(table), 0);
    assert.ok(empty.size('sdkmessagefilter') > 100);
  });

  it('have the ids that public examples show', () => {
    const store = seeded({ samples: false });
    assert.equal(store.get('sdkmessage', '9ebdbb1b-ea3e-db11-86a7-000a3a5473e8')?.['name'], 'Create');
    assert.equal(
      store.get('sdkmessagefilter', 'c2c5bb1b-ea3e-db11-86a7-000a3a5473e8')?.['primaryobjecttypecode'],
      'account',
    );
  });

  it('let sample steps be registered on filters that allow custom steps only', () => {
    const store = seeded();
    for (const step of store.rows('sdkmessageprocessingstep')) {
      const filter = step['sdkmessagefilterid'];
      assert.ok(typeof filter === 'object' && filter !== null && 'id' in filter);
      assert.equal(store.get('sdkmessagefilter', filter.id)?.['iscustomprocessingstepallowed'], true);
    }
  });
});
