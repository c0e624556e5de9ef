import assert from 'node:assert/strict';

import { startReceiver } from '../../src/delivery/receiver';
import { startSandbox } from '../../src/sandbox/sandbox';
import { filterId, messageId } from '../../src/sandbox/seed/ids';
import { contextOf } from './pipelineSetup';

describe('a webhook registered over the Web API', () => {
  const open: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  const start = async (): Promise<{
    receiver: Awaited<ReturnType<typeof startReceiver>>;
    send: (
      method: string,
      path: string,
      body?: object,
      headers?: Record<string, string>,
    ) => Promise<Response>;
    make: (set: string, body: object) => Promise<string>;
    register: (message: string, table: string, values: object) => Promise<void>;
  }> => {
    const receiver = await startReceiver();
    open.push(() => receiver.close());
    const sandbox = await startSandbox({
      port: 0,
      seeds: { samples: false, webhooks: 0, steps: 0, jobs: 0 },
      organizationHost: 'contoso.crm.localhost',
    });
    open.push(() => sandbox.close());
    const send = (
      method: string,
      path: string,
      body?: object,
      headers: Record<string, string> = {},
    ): Promise<Response> =>
      fetch(`${sandbox.url}/api/data/v9.2/${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${sandbox.token.reveal()}`,
          Accept: 'application/json',
          'OData-Version': '4.0',
          'Content-Type': 'application/json',
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const make = async (set: string, body: object): Promise<string> => {
      const response = await send('POST', set, body);
      assert.equal(response.status, 204, await response.text());
      return /\(([0-9a-f-]{36})\)/.exec(response.headers.get('OData-EntityId') ?? '')?.[1] ?? '';
    };
    const register = async (message: string, table: string, values: object): Promise<void> => {
      const hook = await make('serviceendpoints', {
        name: 'Orders',
        url: `${receiver.url}/orders`,
        contract: 8,
        authtype: 5,
        authvalue: '<settings><setting name="X-Api-Key" value="s3cr3t" /></settings>',
      });
      await make('sdkmessageprocessingsteps', {
        name: `Orders: ${message} of ${table}`,
        'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${hook})`,
        'sdkmessageid@odata.bind': `/sdkmessages(${messageId(message)})`,
        'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${filterId(message, table)})`,
        stage: 40,
        rank: 1,
        mode: 1,
        ...values,
      });
    };
    return { receiver, send, make, register };
  };

  it('is called when a row changes, and the job tells so', async () => {
    const { receiver, send, make, register } = await start();
    await register('Create', 'account', {});
    await make('accounts', { name: 'Contoso' });
    const [request] = await receiver.waitFor(1, AbortSignal.timeout(5_000));
    assert.equal(contextOf(request).primaryEntityName, 'account');
    assert.deepEqual(
      request?.headers.find(([name]) => name === 'X-Api-Key'),
      ['X-Api-Key', 's3cr3t'],
    );
    const job = contextOf(request).operationId ?? '';
    const response = await send(
      'GET',
      `asyncoperations(${job})?$select=messagename,operationtype,_owningextensionid_value`,
    );
    const row = (await response.json()) as Record<string, unknown>;
    assert.deepEqual([row['messagename'], row['operationtype']], ['Create', 1]);
  });

  it('that fails synchronously makes the request fail and changes nothing', async () => {
    const { receiver, send, register } = await start();
    receiver.answerWith({ status: 422 });
    await register('Create', 'account', { mode: 0 });
    const response = await send('POST', 'accounts', { name: 'Contoso' });
    assert.equal(response.status, 400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    assert.equal(error.code, '0x80050201');
    assert.match(error.message, /422/);
    const rows = (await (await send('GET', 'accounts?$select=name')).json()) as { value: unknown[] };
    assert.deepEqual(rows.value, []);
  });

  it('is not fed by a receiver that calls back without end', async () => {
    const { receiver, send, make, register } = await start();
    const account = await make('accounts', { name: 'Contoso' });
    await register('Update', 'account', {});
    const ended = new Promise<number>((resolve) => {
      receiver.onRequest((request) => {
        const headers = { 'x-ms-correlation-request-id': contextOf(request).correlationId ?? '' };
        void send('PATCH', `accounts(${account})`, { name: `${request.number}` }, headers).then(
          (response) => {
            if (response.status !== 204) resolve(response.status);
          },
        );
      });
    });
    await send('PATCH', `accounts(${account})`, { name: 'first' });
    assert.equal(await ended, 400);
    assert.deepEqual(
      receiver.requests().map((request) => contextOf(request).depth),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
  });
});
