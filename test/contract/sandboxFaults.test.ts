import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startReceiver } from '../../src/delivery/receiver';
import { startRunning } from './sandboxSetup';
import type { Running } from './sandboxSetup';

describe('The control address of the sandbox', () => {
  let running: Running;
  let ask: Running['ask'];
  let control: Running['control'];
  beforeEach(async () => {
    running = await startRunning({ allowedPorts: 'any' });
    ({ ask, control } = running);
  });
  afterEach(() => running.close());

  const order = async (effect: object, more: object = {}): Promise<void> => {
    const { status, text } = await control('POST', 'faults', { effect, ...more });
    assert.equal(status, 204, text);
  };

  it('wants the token, too', async () => {
    const response = await fetch(`${running.sandbox.url}/sandbox/state`);
    assert.equal(response.status, 401);
    await response.text();
  });

  it('throttles as often as ordered, with Retry-After', async () => {
    await order({ kind: 'throttle', retryAfterSeconds: 7 }, { times: 2 });
    for (let time = 0; time < 2; time++) {
      const { status, headers, json } = await ask('GET', 'WhoAmI');
      assert.equal(status, 429);
      assert.equal(headers.get('Retry-After'), '7');
      assert.equal(json.error.code, '0x80072322');
    }
    assert.equal((await ask('GET', 'WhoAmI')).status, 200);
    assert.equal((await control('GET', 'faults')).json.value[0].hits, 2);
  });

  it('hits only what matches, after letting some through, until it is cleared', async () => {
    const match = { method: 'GET', contains: 'contacts?$top', skip: 1, times: 0 };
    await order({ kind: 'status', status: 503, message: 'Busy' }, match);
    const statuses: number[] = [];
    for (const path of ['contacts?$top=1', 'accounts?$top=1', 'contacts?$top=1', 'contacts?$top=1']) {
      statuses.push((await ask('GET', path)).status);
    }
    assert.deepEqual(statuses, [200, 200, 503, 503]);
    await control('DELETE', 'faults');
    assert.equal((await ask('GET', 'contacts?$top=1')).status, 200);
  });

  it('answers with a page instead of JSON, and refuses a good token', async () => {
    await order({ kind: 'html', status: 502 });
    const page = await ask('GET', 'WhoAmI');
    assert.equal(page.status, 502);
    assert.match(page.headers.get('Content-Type') ?? '', /text\/html/);
    await order({ kind: 'expiredToken' });
    const refused = await ask('GET', 'WhoAmI');
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('WWW-Authenticate') ?? '', /authorization_uri/);
  });

  it('breaks the connection before the answer without doing what was asked', async () => {
    await order({ kind: 'reset' });
    await assert.rejects(ask('POST', 'accounts', { body: { name: 'Never' } }));
    assert.equal((await ask('GET', `accounts?$select=name&$filter=name eq 'Never'`)).json.value.length, 0);
  });

  it('breaks the connection within the answer after doing what was asked', async () => {
    await order({ kind: 'cut' });
    const headers = { Prefer: 'return=representation' };
    await assert.rejects(ask('POST', 'accounts', { body: { name: 'Done' }, headers }));
    assert.equal((await ask('GET', `accounts?$select=name&$filter=name eq 'Done'`)).json.value.length, 1);
  });

  it('delays, and lets the body drip', async () => {
    await order({ kind: 'delay', milliseconds: 60 });
    const before = performance.now();
    await ask('GET', 'WhoAmI');
    assert.ok(performance.now() - before >= 55);
    await order({ kind: 'drip', bytes: 40, milliseconds: 1 });
    assert.equal((await ask('GET', 'WhoAmI')).status, 200);
  });

  it('refuses orders it does not understand, and says why', async () => {
    for (const body of [
      {},
      { effect: { kind: 'explode' } },
      { effect: { kind: 'delay' } },
      { effects: [] },
    ]) {
      const { status, json } = await control('POST', 'faults', body);
      assert.equal(status, 400);
      assert.notEqual(json.error.message, '');
    }
    assert.equal((await control('GET', 'nonsense')).status, 404);
  });

  it('moves the clock that rows are written with', async () => {
    await control('POST', 'clock', { offsetSeconds: 86400 * 365 });
    const headers = { Prefer: 'return=representation' };
    const { json } = await ask('POST', 'accounts?$select=createdon', { body: { name: 'Later' }, headers });
    assert.ok(Date.parse(String(json.createdon)) > Date.now() + 86400000 * 364);
  });

  it('goes back to the rows of the start', async () => {
    const before = (await control('GET', 'state')).json.counts.account as number;
    await ask('POST', 'accounts', { body: { name: 'x' } });
    await order({ kind: 'status', status: 500 }, { times: 0 });
    assert.equal((await control('GET', 'state')).json.counts.account, before + 1);
    assert.equal((await control('POST', 'reset')).status, 204);
    assert.equal((await control('GET', 'state')).json.counts.account, before);
    assert.equal((await ask('GET', 'WhoAmI')).status, 200);
  });

  it('waits until all deliveries have been made', async () => {
    const receiver = await startReceiver();
    try {
      const first = async (path: string, key: string): Promise<string> =>
        String((await ask('GET', path)).json.value[0][key]);
      const message = await first(`sdkmessages?$select=name&$filter=name eq 'Create'`, 'sdkmessageid');
      const filter = await first(
        `sdkmessagefilters?$select=name&$filter=primaryobjecttypecode eq 'lead' and sdkmessageid/name eq 'Create'`,
        'sdkmessagefilterid',
      );
      const endpoint = { name: 'Local', url: receiver.url, contract: 8, authtype: 4, authvalue: 'k' };
      const made = await ask('POST', 'serviceendpoints', { body: endpoint });
      const id = /\((.*)\)/.exec(made.headers.get('OData-EntityId') ?? made.text)?.[1] ?? '';
      const step = {
        name: 'Local: Create of lead',
        stage: 40,
        mode: 1,
        rank: 1,
        asyncautodelete: false,
        'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${id})`,
        'sdkmessageid@odata.bind': `/sdkmessages(${message})`,
        'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${filter})`,
      };
      assert.equal((await ask('POST', 'sdkmessageprocessingsteps', { body: step })).status, 204);
      for (let index = 0; index < 3; index++)
        await ask('POST', 'leads', { body: { subject: 'New', lastname: 'Lead' } });
      assert.deepEqual((await control('POST', 'idle', { timeoutSeconds: 5 })).json, { pending: 0 });
      const jobs = await ask('GET', `asyncoperations?$select=statuscode&$filter=primaryentitytype eq 'lead'`);
      assert.deepEqual(
        (jobs.json.value as ReadonlyArray<{ statuscode: number }>).map((job) => job.statuscode),
        [30, 30, 30],
      );
    } finally {
      await receiver.close();
    }
  });
});
