import assert from 'node:assert/strict';

import { sequentialIds } from '../../../src/sandbox/pipeline/services';
import { contextEntity, formattedPairs } from '../../../src/sandbox/pipeline/values';
import { createSchema } from '../../../src/sandbox/schema';
import { writeValue } from '../../../src/delivery/wire';
import { isGuid } from '../../../src/base/guid';
import { systemClock } from '../../../src/base/clock';
import { ids } from '../../../src/sandbox/seed/ids';
import { useTrials } from '../../contract/pipelineSetup';

describe('writing a row', () => {
  const { trial } = useTrials();
  const user = { table: 'systemuser', id: ids.user };

  it('adds what the platform adds', async () => {
    const sandbox = trial();
    const id = await sandbox.create('contact', { firstname: 'Ada', lastname: 'Lovelace', creditlimit: 12.5 });
    const row = sandbox.store.get('contact', id);
    assert.deepEqual(
      [
        'fullname',
        'yomifullname',
        'statecode',
        'statuscode',
        'donotemail',
        'creditlimit_base',
        'exchangerate',
      ].map((name) => row?.[name]),
      ['Ada Lovelace', 'Ada Lovelace', 0, 1, false, 12.5, 1],
    );
    assert.deepEqual(
      [row?.['ownerid'], row?.['owninguser'], row?.['createdby'], row?.['modifiedby']],
      [user, user, user, user],
    );
    assert.deepEqual(row?.['owningbusinessunit'], { table: 'businessunit', id: ids.businessUnit });
    assert.equal(typeof row['versionnumber'], 'number');
    assert.equal(row['createdonbehalfby'], undefined);
  });

  it('tells who called for another user', async () => {
    const sandbox = trial();
    const id = await sandbox.create('account', { name: 'A' }, { userId: ids.secondUser });
    const row = sandbox.store.get('account', id);
    assert.deepEqual(row?.['createdby'], { table: 'systemuser', id: ids.secondUser });
    assert.deepEqual([row['createdonbehalfby'], row['modifiedonbehalfby']], [user, user]);
  });

  it('calculates names again and amounts by the rate when they change', async () => {
    const sandbox = trial();
    const currency = await sandbox.create('transactioncurrency', {
      currencyname: 'Half',
      currencysymbol: 'H',
      isocurrencycode: 'HLF',
      currencyprecision: 2,
      exchangerate: 2,
    });
    const id = await sandbox.create('contact', { lastname: 'Byron' });
    await sandbox.update('contact', id, {
      firstname: 'Ada',
      creditlimit: 10,
      transactioncurrencyid: { table: 'transactioncurrency', id: currency },
    });
    const row = sandbox.store.get('contact', id);
    assert.deepEqual(
      ['fullname', 'creditlimit', 'creditlimit_base', 'exchangerate'].map((name) => row?.[name]),
      ['Ada Byron', 10, 5, 2],
    );
    await sandbox.update('contact', id, { creditlimit: null, firstname: null });
    const cleared = sandbox.store.get('contact', id);
    assert.deepEqual([cleared?.['creditlimit_base'], cleared?.['fullname']], [undefined, 'Byron']);
  });

  it('keeps state and status together', async () => {
    const sandbox = trial();
    const id = await sandbox.create('opportunity', { name: 'O' });
    const state = (): readonly unknown[] => {
      const row = sandbox.store.get('opportunity', id);
      return [row?.['statecode'], row?.['statuscode']];
    };
    await sandbox.update('opportunity', id, { statuscode: 2 });
    assert.deepEqual(state(), [0, 2]);
    await sandbox.update('opportunity', id, { statecode: 1 });
    assert.deepEqual(state(), [1, 3]);
    await assert.rejects(sandbox.update('opportunity', id, { statuscode: 1 }), { code: '0x80048408' });
    await assert.rejects(sandbox.update('opportunity', id, { statecode: 0, statuscode: 5 }), {
      code: '0x80048408',
    });
    assert.deepEqual(state(), [1, 3]);
  });

  it('takes dependent rows along, unlinks them, or refuses, as the relationship says', async () => {
    const sandbox = trial();
    const account = await sandbox.create('account', { name: 'A' });
    const customer = { table: 'account', id: account };
    const contact = await sandbox.create('contact', { lastname: 'C', parentcustomerid: customer });
    const incident = await sandbox.create('incident', { title: 'I', customerid: customer });
    await sandbox.remove('account', account);
    assert.equal(sandbox.store.get('contact', contact)?.['parentcustomerid'], undefined);
    assert.equal(sandbox.store.get('incident', incident), undefined);
    await sandbox.create('contact', { lastname: 'D', creditlimit: 1 });
    await assert.rejects(sandbox.remove('transactioncurrency', ids.currency), {
      code: '0x80040227',
      httpStatus: 405,
    });
  });

  it('says 404 for a row that is not there', async () => {
    const sandbox = trial();
    await assert.rejects(sandbox.update('account', ids.queue, { name: 'A' }), {
      httpStatus: 404,
      code: '0x80040217',
    });
    await assert.rejects(sandbox.remove('account', ids.queue), { httpStatus: 404 });
  });
});

describe('the ids of new rows', () => {
  it('grow with time, end alike, and never repeat', () => {
    const next = sequentialIds({ ...systemClock, now: () => 1_741_083_330_000 });
    const made = Array.from({ length: 1000 }, next);
    assert.equal(new Set(made).size, 1000);
    assert.ok(made.every(isGuid));
    assert.equal(new Set(made.map((id) => id.slice(14))).size, 1);
    assert.match(made[0] ?? '', /^.{14}[0-9a-f]{2}1[0-9a-f]-[89ab][0-9a-f]{3}-6045bd/);
  });
});

describe('a row in the execution context', () => {
  const schema = createSchema();
  const table = (name: string): NonNullable<ReturnType<typeof schema.table>> => {
    const found = schema.table(name);
    assert.ok(found);
    return found;
  };

  it('never has a column that cannot be read', () => {
    const entity = contextEntity(table('serviceendpoint'), ids.queue, {
      name: 'H',
      authvalue: 's3cr3t',
      saskey: 's3cr3t',
    });
    assert.deepEqual(
      entity.attributes.map((pair) => pair.key),
      ['name'],
    );
  });

  it('writes every type of column in its own form', () => {
    const entity = contextEntity(table('new_project'), ids.queue, {
      new_name: 'a/b',
      new_headcount: 3,
      new_externalnumber: 9_007_199_254_740_991,
      new_progress: 50,
      new_risk: 0.25,
      new_budget: 12.5,
      new_isbillable: true,
      new_startson: '2025-03-04T10:15:30Z',
      new_dueon: '2025-03-04',
      new_phase: 100000002,
      new_regions: [100000000, 100000002],
      new_trackingid: ids.queue,
      new_code: null,
    });
    const written = Object.fromEntries(entity.attributes.map((pair) => [pair.key, writeValue(pair.value)]));
    const type = (name: string): string =>
      `"__type":"${name}:http:\\/\\/schemas.microsoft.com\\/xrm\\/2011\\/Contracts"`;
    assert.deepEqual(written, {
      new_name: '"a\\/b"',
      new_headcount: '3',
      new_externalnumber: '9007199254740991',
      new_progress: '50.0',
      new_risk: '0.25',
      new_budget: `{${type('Money')},"Value":12.5}`,
      new_isbillable: 'true',
      new_startson: '"\\/Date(1741083330000)\\/"',
      new_dueon: '"\\/Date(1741046400000)\\/"',
      new_phase: `{${type('OptionSetValue')},"Value":100000002}`,
      new_regions: `[{${type('OptionSetValue')},"Value":100000000},{${type('OptionSetValue')},"Value":100000002}]`,
      new_trackingid: `"${ids.queue}"`,
      new_code: 'null',
    });
  });

  it('has labels, amounts and ISO dates as formatted values', () => {
    const project = table('new_project');
    const reader = { schema } as Parameters<typeof formattedPairs>[0];
    const pairs = formattedPairs(reader, project, {
      new_name: 'text has none',
      new_headcount: 1250,
      new_budget: 12.5,
      new_isbillable: false,
      new_startson: '2025-03-04T10:15:30Z',
      new_dueon: '2025-03-04',
      new_regions: [100000000, 100000002],
      ownerid: { table: 'systemuser', id: ids.user },
    });
    assert.deepEqual(
      pairs.map(({ key, value }) => [key, value]),
      [
        ['new_headcount', '1,250'],
        ['new_budget', '$12.50'],
        ['new_isbillable', 'No'],
        ['new_startson', '2025-03-04T10:15:30-00:00'],
        ['new_dueon', '2025-03-04'],
        ['new_regions', 'North; South'],
      ],
    );
  });
});
