import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Column, Table } from '../../../src/dataverse/metadata';
import { touched, touchImpossible, touchQuestion } from '../../../src/presentation/jobs/touchTexts';
import { planTouch, touchableColumns, touchRow } from '../../../src/webhooks/touchRow';
import { FakeWebApi } from '../../fakes/fakeWebApi';

const never = new AbortController().signal;
const ID = 'a41e9f0b-e9f8-ef11-bae3-6045bdd1a101';
const column = (logicalName: string, type: string, more: Partial<Column> = {}): Column => ({
  logicalName,
  type,
  schemaName: logicalName,
  label: logicalName,
  isPrimaryId: false,
  isPrimaryName: false,
  isValidForCreate: true,
  isValidForRead: true,
  isValidForUpdate: true,
  ...more,
});
const COLUMNS: readonly Column[] = [
  column('accountid', 'Uniqueidentifier', { isPrimaryId: true }),
  column('createdon', 'DateTime', { isValidForUpdate: false }),
  column('industrycode', 'Picklist'),
  column('industrycodename', 'Virtual', { attributeOf: 'industrycode' }),
  column('name', 'String', { isPrimaryName: true }),
  column('ownerid', 'Owner'),
  column('revenue', 'Money'),
  column('statecode', 'State'),
  column('telephone1', 'String'),
];
const table: Table = {
  logicalName: 'account',
  schemaName: 'Account',
  label: 'Account',
  entitySetName: 'accounts',
  primaryIdColumn: 'accountid',
  primaryNameColumn: 'name',
  isCustom: false,
  isIntersect: false,
};
const row = { table, id: ID, columns: COLUMNS };
const stored = {
  '@odata.etag': 'W/"1"',
  name: 'Fourth Coffee',
  telephone1: null,
  industrycode: 7,
  'industrycode@OData.Community.Display.V1.FormattedValue': 'Consulting',
  revenue: 12.5,
};

describe('Touching a row', () => {
  it('writes a column that the step listens to, as it is read: no id, state, lookup, companion, or what cannot change', () => {
    assert.deepEqual(
      touchableColumns([], COLUMNS).map(({ logicalName }) => logicalName),
      ['name', 'telephone1', 'industrycode', 'revenue'],
    );
    assert.deepEqual(
      touchableColumns(['revenue', 'ownerid', 'industrycode'], COLUMNS).map(({ logicalName }) => logicalName),
      ['industrycode', 'revenue'],
    );
  });

  it('takes the first column that has a value, with that very value and the version of the row', async () => {
    const api = new FakeWebApi({ get: () => stored, update: () => undefined });
    const touch = await planTouch(api, row, ['telephone1', 'industrycode'], never);
    assert.deepEqual(touch, {
      path: `accounts(${ID})`,
      table: 'account',
      column: 'industrycode',
      value: 7,
      shown: 'Consulting',
      rowName: 'Fourth Coffee',
      etag: 'W/"1"',
    });
    await touchRow(api, touch, never);
    const { body, options } = api.calls.at(-1) ?? assert.fail();
    assert.deepEqual(body, { industrycode: 7 });
    assert.equal((options as { etag?: string }).etag, 'W/"1"');
  });

  it('writes an empty column where none has a value, and nothing where none can be written', async () => {
    const api = new FakeWebApi({ get: () => ({ name: null, telephone1: null }) });
    const touch = await planTouch(api, row, ['telephone1'], never);
    assert.deepEqual([touch?.column, touch?.value, touch?.rowName], ['telephone1', null, ID]);
    assert.equal(await planTouch(api, row, ['ownerid'], never), undefined);
  });

  it('does not overwrite what somebody has changed meanwhile, but does without versions where there are none', async () => {
    const touch = await planTouch(new FakeWebApi({ get: () => stored }), row, [], never);
    assert.ok(touch);
    const changed = new FakeWebApi({
      update: () => {
        throw new DataverseError('conflict', 'x', { status: 412 });
      },
    });
    await assert.rejects(touchRow(changed, touch, never), { reason: 'conflict' });
    assert.equal(changed.calls.length, 1);
    let asked = 0;
    const unversioned = new FakeWebApi({
      update: () => {
        asked += 1;
        if (asked === 1) throw new DataverseError('invalid', 'x', { status: 400, code: -2147088243 });
        return undefined;
      },
    });
    await touchRow(unversioned, touch, never);
    assert.equal(asked, 2);
  });

  it('is asked for with column, value, row and consequences, and says when the step would not fire', async () => {
    const touch = await planTouch(new FakeWebApi({ get: () => stored }), row, [], never);
    assert.ok(touch);
    const asked = touchQuestion(touch, { name: 'Orders', enabled: true }, 'Test');
    assert.equal(asked.question, 'Write name of "Fourth Coffee" in Test with the value it has?');
    assert.match(asked.detail, /name: Fourth Coffee[^]*"Orders" fires again[^]*plug-ins/);
    assert.doesNotMatch(asked.detail, /disabled/);
    assert.match(touchQuestion(touch, { name: 'Orders', enabled: false }, 'Test').detail, /is disabled/);
    assert.match(
      touchQuestion({ ...touch, shown: '' }, { name: 'x', enabled: true }, 'T').detail,
      /\(empty\)/,
    );
    assert.match(touchImpossible({ filteringColumns: ['ownerid'] }), /\(ownerid\)/);
    assert.match(touched(touch), /^name of "Fourth Coffee" was written/);
  });
});
