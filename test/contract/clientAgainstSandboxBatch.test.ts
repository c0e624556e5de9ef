import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DataverseError } from '../../src/dataverse/errors';
import * as odata from '../../src/dataverse/odata';
import * as read from '../../src/dataverse/row';
import type { BatchOperation, BatchOutcome } from '../../src/dataverse/webApi';
import { belowRoot } from '../fakes/requestNames';
import { rowsOf, usePair } from './pair';

const NOBODY = '11111111-2222-4333-8444-555555555555';

function errorOf(outcome: BatchOutcome | undefined): DataverseError {
  if (outcome?.ok === false && DataverseError.is(outcome.error)) return outcome.error;
  throw new Error(`Not refused: ${JSON.stringify(outcome)}`);
}

function idOf(outcome: BatchOutcome | undefined): string {
  if (outcome?.ok === true && outcome.id !== undefined) return outcome.id;
  throw new Error(`No row was made: ${JSON.stringify(outcome)}`);
}

describe('The client and the sandbox: batches', () => {
  const pair = usePair();
  const named = async (name: string): Promise<number> => {
    const path = odata.query('accounts', { select: ['name'], filter: odata.eq('name', name) });
    return (await rowsOf(pair.api.pages(path))).length;
  };
  const batchesSince = (start: number): number =>
    pair.sent.slice(start).filter((request) => belowRoot(request.url) === '$batch').length;

  it('independent operations succeed and fail alone, each error at its own place', async () => {
    const kinds = {
      good: (): BatchOperation => ({ method: 'POST', path: 'accounts', body: { name: 'Each' } }),
      unknownColumn: (): BatchOperation => ({ method: 'POST', path: 'accounts', body: { nonsense: 1 } }),
      unknownRow: (): BatchOperation => ({ method: 'DELETE', path: odata.row('accounts', NOBODY) }),
      wrongType: (): BatchOperation => ({ method: 'POST', path: 'accounts', body: { name: 5 } }),
    };
    const status = { good: undefined, unknownColumn: 400, unknownRow: 404, wrongType: 400 };
    const kind = fc.constantFrom(
      'good' as const,
      'unknownColumn' as const,
      'unknownRow' as const,
      'wrongType' as const,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 12 }), async (order) => {
        const outcomes = await pair.api.batch({
          atomicity: 'each',
          operations: order.map((one) => kinds[one]()),
        });
        assert.deepEqual(
          outcomes.map((outcome) => (outcome.ok ? undefined : errorOf(outcome).status)),
          order.map((one) => status[one]),
        );
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome.ok) assert.match(idOf(outcome), /^[0-9a-f-]{36}$/);
          else assert.equal(errorOf(outcome).method, order[index] === 'unknownRow' ? 'DELETE' : 'POST');
        }
      }),
      { numRuns: 15 },
    );
  });

  it('a change set happens as a whole or not at all, and the culprit is named', async () => {
    const outcomes = await pair.api.batch({
      atomicity: 'all',
      operations: [
        { method: 'POST', path: 'accounts', body: { name: 'All or nothing' } },
        { method: 'PATCH', path: odata.row('accounts', NOBODY), body: { name: 'All or nothing' } },
        { method: 'POST', path: 'accounts', body: { name: 'All or nothing' } },
      ],
    });
    assert.deepEqual(
      outcomes.map((outcome) => errorOf(outcome).reason),
      ['notRun', 'notFound', 'notRun'],
    );
    assert.equal(await named('All or nothing'), 0);
    const made = await pair.api.batch({
      atomicity: 'all',
      operations: ['A', 'B', 'C'].map((name) => ({
        method: 'POST',
        path: 'accounts',
        body: { name: `Set ${name}` },
      })),
    });
    assert.equal(new Set(made.map(idOf)).size, 3);
    assert.equal(
      read.text(
        await pair.api.get(odata.query(odata.row('accounts', idOf(made[1])), { select: ['name'] })),
        'name',
      ),
      'Set B',
    );
  });

  it('each part has its own version: what is newer is refused, the others take place', async () => {
    const [one, two] = await Promise.all(
      ['Version 1', 'Version 2'].map(async (name) => (await pair.api.create('accounts', { name })).id),
    );
    const at = (id: string | undefined): string => odata.row('accounts', id ?? '');
    const etag = read.etag(await pair.api.get(odata.query(at(one), { select: ['name'] })));
    assert.ok(etag !== undefined);
    const stale = 'W/"1"';
    const outcomes = await pair.api.batch({
      atomicity: 'each',
      operations: [
        { method: 'PATCH', path: at(one), body: { telephone1: '1' }, etag },
        { method: 'PATCH', path: at(one), body: { telephone1: '2' }, etag },
        { method: 'DELETE', path: at(two), etag: stale },
        { method: 'PATCH', path: at(two), body: { telephone1: '3' } },
      ],
    });
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.ok ? 'ok' : errorOf(outcome).reason)),
      ['ok', 'conflict', 'conflict', 'ok'],
    );
    const phones = await Promise.all(
      [one, two].map(async (id) => read.text(await pair.api.get(at(id)), 'telephone1')),
    );
    assert.deepEqual(phones, ['1', '3']);
    const all = await pair.api.batch({
      atomicity: 'all',
      operations: [
        { method: 'PATCH', path: at(two), body: { telephone1: '4' } },
        { method: 'DELETE', path: at(one), etag: stale },
      ],
    });
    assert.deepEqual(
      all.map((outcome) => errorOf(outcome).reason),
      ['notRun', 'conflict'],
    );
    assert.equal(read.text(await pair.api.get(at(two)), 'telephone1'), '3');
    const header = [{ method: 'DELETE' as const, path: at(one), etag: 'W/"1"\r\nX: y' }];
    await assert.rejects(pair.api.batch({ atomicity: 'each', operations: header }), (error) =>
      DataverseError.is(error, 'invalid'),
    );
  });

  it('later operations of a change set use what earlier ones made', async () => {
    const outcomes = await pair.api.batch({
      atomicity: 'all',
      operations: [
        { method: 'POST', path: 'accounts', body: { name: 'Referenced' } },
        {
          method: 'POST',
          path: 'contacts',
          body: { lastname: 'Referring', 'parentcustomerid_account@odata.bind': '$1' },
        },
        { method: 'PATCH', path: '$1', body: { telephone1: '555' } },
      ],
    });
    const contact = await pair.api.get(
      odata.query(odata.row('contacts', idOf(outcomes[1])), { select: ['_parentcustomerid_value'] }),
    );
    assert.equal(read.lookup(contact, 'parentcustomerid').id, idOf(outcomes[0]));
    const account = await pair.api.get(
      odata.query(odata.row('accounts', idOf(outcomes[0])), { select: ['telephone1'] }),
    );
    assert.equal(read.text(account, 'telephone1'), '555');
  });

  it('more than a thousand operations go in as few requests as the limit allows, each answered at its place', async () => {
    const start = pair.sent.length;
    const count = 1203;
    const bad = new Set([0, 7, 999, 1000, 1202]);
    const outcomes = await pair.api.batch({
      atomicity: 'each',
      operations: Array.from({ length: count }, (_, index) => ({
        method: 'POST',
        path: 'accounts',
        body: bad.has(index) ? { nonsense: index } : { name: 'Thousand', accountnumber: String(index) },
      })),
    });
    assert.equal(batchesSince(start), 2);
    assert.deepEqual(
      outcomes.flatMap((outcome, index) => (outcome.ok ? [] : [index])),
      [...bad],
    );
    assert.equal(await named('Thousand'), count - bad.size);
    // The id at a place is the id of the row that was asked for there.
    for (const index of [1, 998, 1001, 1201]) {
      const path = odata.query(odata.row('accounts', idOf(outcomes[index])), { select: ['accountnumber'] });
      assert.equal(read.text(await pair.api.get(path), 'accountnumber'), String(index));
    }
    const gone = await pair.api.batch({
      atomicity: 'each',
      operations: outcomes.flatMap((outcome) =>
        outcome.ok ? [{ method: 'DELETE' as const, path: odata.row('accounts', idOf(outcome)) }] : [],
      ),
    });
    assert.ok(gone.every((outcome) => outcome.ok));
    assert.equal(await named('Thousand'), 0);
  }).timeout(30_000);

  it('a change set of more than a thousand is refused before it is sent', async () => {
    const start = pair.sent.length;
    const operations = Array.from({ length: 1001 }, (): BatchOperation => ({
      method: 'POST',
      path: 'accounts',
      body: {},
    }));
    await assert.rejects(pair.api.batch({ atomicity: 'all', operations }), (error) =>
      DataverseError.is(error, 'tooLarge'),
    );
    assert.equal(pair.sent.length, start);
  });

  it('nothing is sent for a batch of nothing', async () => {
    const start = pair.sent.length;
    assert.deepEqual(await pair.api.batch({ atomicity: 'all', operations: [] }), []);
    assert.equal(pair.sent.length, start);
  });
});
