import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { composeContext } from '../../../src/delivery/compose/compose';
import type {
  Cells,
  ComposeOperation,
  ComposeRow,
  ComposeScene,
  ComposeStep,
  ComposeTable,
} from '../../../src/delivery/compose/model';
import { sampleCell, sampleId, sampleRow, type SampleFacts } from '../../../src/delivery/compose/samples';
import { contextReference } from '../../../src/delivery/executionContext';
import { readContext } from '../../../src/delivery/readContext';
import { writeContext } from '../../../src/delivery/wire';

const ID = '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101';
const TYPES = [
  ...[
    'String',
    'Memo',
    'EntityName',
    'Boolean',
    'Integer',
    'BigInt',
    'Double',
    'Decimal',
    'Money',
    'DateTime',
  ],
  ...[
    'Uniqueidentifier',
    'Picklist',
    'State',
    'Status',
    'MultiSelectPicklist',
    'Lookup',
    'Customer',
    'Owner',
  ],
];
const table: ComposeTable = {
  name: 'new_thing',
  key: 'new_thingid',
  primaryName: 'new_name',
  columns: [
    { name: 'new_thingid', type: 'Uniqueidentifier' },
    { name: 'new_name', type: 'String' },
    ...TYPES.map((type) => ({ name: `new_${type.toLowerCase()}`, type })),
    ...['createdon', 'modifiedon'].map((name) => ({ name, type: 'DateTime' })),
    ...['ownerid', 'modifiedby', 'modifiedonbehalfby'].map((name) => ({ name, type: 'Lookup' })),
  ],
};
const facts: SampleFacts = {
  choices: {
    new_picklist: [
      { value: 5, label: 'Five' },
      { value: 6, label: 'Six' },
    ],
  },
  lookups: { new_lookup: 'account' },
  userId: ID,
  businessUnitId: ID,
  now: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
};
const scene: ComposeScene = {
  organizationId: ID,
  organizationName: 'unq',
  businessUnitId: ID,
  caller: { id: ID, directoryId: ID },
  runAs: { id: ID, directoryId: ID },
  userAgent: '',
  depth: 1,
  startedAt: facts.now,
  correlationId: 'c2a1a3f4-55d0-4a46-9c7d-50d4a2f4f001',
  requestId: '4b1f0c77-26a5-4a4e-8c50-2d5fb1a0c9d1',
  jobId: 'a41e9f0b-e9f8-ef11-bae3-6045bdd1a101',
};
const cells: Cells = sampleRow(table, facts);
const row: ComposeRow = { id: ID, sent: cells, before: cells, after: cells, rowVersion: '5948260' };
const reference = contextReference('account', ID);

const operations: readonly ComposeOperation[] = [
  { kind: 'create', table, row },
  { kind: 'update', table, row },
  { kind: 'delete', table, row },
  { kind: 'assign', table, row, assignee: contextReference('systemuser', ID) },
  { kind: 'setState', message: 'SetState', table, row, state: 1, status: 2 },
  { kind: 'associate', target: reference, relationship: 'a_b', related: [reference] },
  { kind: 'disassociate', target: reference, relationship: 'a_b', related: [] },
  { kind: 'createMultiple', table, rows: [row, row] },
  { kind: 'updateMultiple', table, rows: [row] },
  { kind: 'other', message: 'new_Do', table: undefined, row: undefined, input: [], output: [] },
];

const steps: fc.Arbitrary<ComposeStep> = fc.record({
  id: fc.constant(ID),
  name: fc.string(),
  stage: fc.constantFrom(10, 20, 40),
  asynchronous: fc.boolean(),
  images: fc.array(
    fc.record({
      alias: fc.string(),
      type: fc.constantFrom('pre', 'post', 'both'),
      columns: fc.subarray(table.columns.map(({ name }) => name)),
    }),
    { maxLength: 3 },
  ),
});

describe('A composed context', () => {
  it('is read back as it was made, whatever the step, with all 30 members', () => {
    fc.assert(
      fc.property(fc.constantFrom(...operations), steps, (operation, step) => {
        const context = composeContext(operation, step, scene);
        const text = writeContext(context);
        const { context: read, problems } = readContext(text);
        assert.deepEqual(problems, []);
        assert.ok(read);
        assert.equal(writeContext(read), text);
        assert.equal(Object.keys(JSON.parse(text) as object).length, 30);
      }),
    );
  });

  it('differs between the modes where FACTS 17.5 says so', () => {
    const step = { id: ID, name: 'Step', stage: 40, images: [] } as const;
    const [create] = operations;
    assert.ok(create);
    const synchronous = composeContext(create, { ...step, asynchronous: false }, scene);
    const asynchronous = composeContext(create, { ...step, asynchronous: true }, scene);
    assert.deepEqual([synchronous.mode, asynchronous.mode], [0, 1]);
    assert.deepEqual([synchronous.isInTransaction, asynchronous.isInTransaction], [true, false]);
    assert.deepEqual(synchronous.operationCreatedOn, { kind: 'date', milliseconds: facts.now });
    assert.deepEqual(asynchronous.operationCreatedOn, {
      kind: 'date',
      milliseconds: facts.now - 678,
      offset: '+0000',
    });
    assert.deepEqual([synchronous.operationId, asynchronous.operationId], [scene.requestId, scene.jobId]);
    assert.deepEqual([synchronous.outputParameters?.length, asynchronous.outputParameters?.length], [1, 0]);
    assert.deepEqual([synchronous.owningExtension?.name, asynchronous.owningExtension?.name], ['Step', null]);
    assert.deepEqual(
      [synchronous.parentContext?.owningExtension?.name, asynchronous.parentContext?.owningExtension?.id],
      ['ObjectModel Implementation', ID],
    );
    assert.deepEqual(
      [synchronous.postEntityImages?.length, asynchronous.postEntityImages?.[0]?.key],
      [0, 'AsynchronousStepPrimaryName'],
    );
    const formatted = (context: typeof synchronous): number => {
      const target = context.inputParameters?.[0]?.value;
      return target?.kind === 'entity' ? target.entity.formattedValues.length : -1;
    };
    assert.ok(formatted(synchronous) > 0);
    assert.equal(formatted(asynchronous), 0);
  });
});

describe('Sample values', () => {
  it('are of the type of their column, by the environment where it has choices, and the same each time', () => {
    for (const type of TYPES) assert.ok(sampleCell({ name: `new_${type}`, type }, facts), type);
    assert.deepEqual(cells['new_picklist'], { value: { kind: 'optionSet', value: 5 }, formatted: 'Five' });
    assert.deepEqual(cells['new_lookup']?.value, contextReference('account', sampleId('new_lookup')));
    assert.deepEqual(sampleRow(table, facts), cells);
    assert.equal(sampleCell({ name: 'x', type: 'Virtual' }, facts), undefined);
  });

  it('of a row before a change differ from those after it', () => {
    const before = sampleRow(table, facts, 1);
    for (const name of [
      'new_name',
      'new_integer',
      'new_money',
      'new_picklist',
      'new_boolean',
      'new_datetime',
    ])
      assert.notDeepEqual(before[name]?.value, cells[name]?.value, name);
  });

  it('have ids that are well-formed and differ by name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.match(sampleId(name), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
    assert.notEqual(sampleId('a'), sampleId('b'));
  });
});
