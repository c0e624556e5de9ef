import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock';
import { CancelledError } from '../../src/base/errors';
import { DataverseError, type DataverseReason } from '../../src/dataverse/errors';
import * as odata from '../../src/dataverse/odata';
import { rowsOf, usePair } from './pair';

async function refusal(promise: Promise<unknown>): Promise<DataverseError> {
  try {
    await promise;
  } catch (error) {
    if (DataverseError.is(error)) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}

describe('The client and the sandbox: faults', () => {
  const pair = usePair();
  afterEach(() => pair.control('DELETE', 'faults'));

  const READ = odata.query('accounts', { select: ['name'] });
  const named = async (name: string): Promise<number> =>
    (
      await rowsOf(
        pair.api.pages(odata.query('accounts', { select: ['name'], filter: odata.eq('name', name) })),
      )
    ).length;
  const sentSince = (start: number, method: string): number =>
    pair.sent.slice(start).filter((request) => request.method === method).length;

  it('a token that has expired is replaced once, for reads, writes and batches', async () => {
    const before = pair.refusals.length;
    await pair.fault({ kind: 'expiredToken' }, { times: 3, contains: 'api/data' });
    await rowsOf(pair.api.pages(READ)).catch(() => undefined);
    await pair.control('DELETE', 'faults');
    for (const call of [
      () => rowsOf(pair.api.pages(READ)),
      () => pair.api.create('accounts', { name: 'Fresh token' }),
      () =>
        pair.api.batch({
          atomicity: 'each',
          operations: [{ method: 'POST', path: 'accounts', body: { name: 'Fresh token' } }],
        }),
    ]) {
      await pair.fault({ kind: 'expiredToken' });
      await call();
    }
    assert.ok(pair.refusals.length - before >= 4);
    assert.ok(pair.refusals.every((refused) => refused?.token !== undefined));
    assert.equal(await named('Fresh token'), 2);
  });

  it('a second 401 is an error that leads to the authority', async () => {
    await pair.fault({ kind: 'expiredToken' }, { times: 2 });
    const error = await refusal(rowsOf(pair.api.pages(READ)));
    assert.deepEqual([error.reason, error.status], ['unauthorized', 401]);
    assert.match(error.facts.authorizationUri ?? '', /^https:\/\/\S+\/oauth2\/authorize$/);
  });

  it('429 is waited for as long as the service says, and a write happens once', async () => {
    const start = pair.sent.length;
    const told = pair.waits.length;
    await pair.fault(
      { kind: 'throttle', retryAfterSeconds: 7 },
      { method: 'POST', contains: 'api/data', times: 2 },
    );
    await pair.api.create('accounts', { name: 'Throttled' });
    assert.equal(sentSince(start, 'POST'), 3);
    assert.equal(await named('Throttled'), 1);
    assert.ok(pair.clock.delays.some((delay) => delay >= 7000));
    assert.ok(pair.waits.length > told, 'a wait of more than five seconds is told');
  });

  it('429 without end becomes an error when the budget is spent', async () => {
    await pair.fault({ kind: 'throttle', retryAfterSeconds: 100, limit: 'concurrency' }, { times: 0 });
    const error = await refusal(rowsOf(pair.api.pages(READ)));
    assert.equal(error.reason, 'throttled');
    assert.ok((error.retryAfter ?? 0) >= 100_000);
    // The gate is still closed for the next test; time passes.
    pair.clock.advance(700_000);
  });

  const passing: ReadonlyArray<readonly [string, object]> = [
    ['503', { kind: 'status', status: 503, retryAfterSeconds: 2 }],
    ['502 with a gateway’s page', { kind: 'html' }],
    ['504', { kind: 'status', status: 504 }],
    ['a reset', { kind: 'reset' }],
    ['a body that is cut', { kind: 'cut' }],
  ];
  for (const [name, effect] of passing) {
    it(`a read survives ${name}`, async () => {
      const whole = await rowsOf(pair.api.pages(READ));
      await pair.fault(effect, { method: 'GET', contains: 'accounts' });
      assert.deepEqual(await rowsOf(pair.api.pages(READ, { pageSize: 5 })), whole);
    });
  }

  const lasting: ReadonlyArray<readonly [string, object, DataverseReason]> = [
    ['503', { kind: 'status', status: 503 }, 'server'],
    ['500', { kind: 'status', status: 500, code: '0x80040216', message: 'Boom' }, 'server'],
    ['a gateway’s page', { kind: 'html' }, 'server'],
    ['resets', { kind: 'reset' }, 'network'],
    ['bodies that are cut', { kind: 'cut' }, 'network'],
    ['a page of HTML with status 200', { kind: 'html', status: 200 }, 'badAnswer'],
    ['403', { kind: 'status', status: 403 }, 'forbidden'],
  ];
  for (const [name, effect, reason] of lasting) {
    it(`${name} without end: the read gives up with a reason, after few attempts`, async () => {
      await pair.fault(effect, { times: 0, contains: 'api/data' });
      const start = pair.sent.length;
      const error = await refusal(rowsOf(pair.api.pages(READ)));
      assert.equal(error.reason, reason);
      assert.ok(sentSince(start, 'GET') <= 4);
    });
  }

  const afterTheFact: ReadonlyArray<readonly [string, object, number]> = [
    ['503', { kind: 'status', status: 503 }, 0],
    ['a gateway’s page', { kind: 'html' }, 0],
    ['a reset', { kind: 'reset' }, 0],
    ['a body that is cut', { kind: 'cut' }, 1],
  ];
  for (const [name, effect, rows] of afterTheFact) {
    it(`a write that is answered with ${name} is told as failed and not sent again`, async () => {
      await pair.fault(effect, { method: 'POST', contains: 'api/data' });
      const start = pair.sent.length;
      const label = `After ${name}`;
      await refusal(pair.api.create('accounts', { name: label }, { returnRow: true }));
      assert.equal(sentSince(start, 'POST'), 1);
      assert.equal(await named(label), rows);
    });
  }

  it('a batch that is cut tells of each operation that its answer is not known', async () => {
    await pair.fault({ kind: 'cut' }, { method: 'POST', contains: 'api/data' });
    const start = pair.sent.length;
    const operations = [1, 2, 3].map((index) => ({
      method: 'POST' as const,
      path: 'accounts',
      body: { name: 'Cut batch', accountnumber: String(index) },
    }));
    const error = await refusal(pair.api.batch({ atomicity: 'each', operations }));
    assert.deepEqual([error.reason, error.kind], ['network', 'cut']);
    assert.equal(sentSince(start, 'POST'), 1);
  });

  it('a body that drips is read whole', async () => {
    const whole = await rowsOf(pair.api.pages(READ));
    await pair.fault({ kind: 'drip', bytes: 300, milliseconds: 1 }, { contains: 'accounts' });
    assert.deepEqual(await rowsOf(pair.api.pages(READ)), whole);
  });

  it('a service that is too slow ends in a timeout, and an aborted call at once', async () => {
    const { client } = pair.another({ timeLimit: 60 });
    await pair.fault({ kind: 'delay', milliseconds: 60_000 }, { times: 2, contains: 'accounts' });
    assert.equal((await refusal(rowsOf(client.pages(READ)))).reason, 'timeout');
    const stop = new AbortController();
    const reading = rowsOf(pair.api.pages(READ, { signal: stop.signal }));
    setImmediate(() => stop.abort());
    await assert.rejects(reading, CancelledError);
  });

  it('an aborted call does not wait for a throttled service', async () => {
    const { client } = pair.another({ clock: systemClock });
    await pair.fault({ kind: 'throttle', retryAfterSeconds: 60 }, { times: 0, contains: 'accounts' });
    const stop = new AbortController();
    const start = performance.now();
    const reading = rowsOf(client.pages(READ, { signal: stop.signal }));
    const waiting = setInterval(
      () =>
        void pair.control('GET', 'faults').then(({ json }) => {
          if (json.value[0].hits > 0) stop.abort();
        }),
      5,
    );
    await assert.rejects(reading, CancelledError).finally(() => clearInterval(waiting));
    assert.ok(performance.now() - start < 20_000);
  });

  it('a fault in the middle of many pages loses and doubles nothing', async () => {
    const path = odata.query('accounts', { select: ['name'], orderby: ['name'] });
    const whole = await rowsOf(pair.api.pages(path));
    const effects = [{ kind: 'reset' }, { kind: 'cut' }, { kind: 'throttle' }, { kind: 'html', status: 503 }];
    for (const [index, effect] of effects.entries()) {
      await pair.fault(effect, { method: 'GET', contains: 'skiptoken', skip: index });
    }
    assert.deepEqual(await rowsOf(pair.api.pages(path, { pageSize: 2 })), whole);
    const { json } = await pair.control('GET', 'faults');
    assert.deepEqual(
      Array.from(json.value as ReadonlyArray<{ readonly hits: number }>, (fault) => fault.hits),
      [1, 1, 1, 1],
    );
  });

  it('no token ever stands in a log line or an error', async () => {
    await pair.fault({ kind: 'status', status: 500, message: pair.sandbox.token.reveal() });
    const error = await refusal(pair.api.action('AddSolutionComponent', {}));
    const told = [error.message, JSON.stringify(error), error.stack, ...pair.lines].join('\n');
    assert.ok(!told.includes(pair.sandbox.token.reveal()));
  });
});
