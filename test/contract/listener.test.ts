import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Secret } from '../../src/base/secret';
import { DeliveryLog } from '../../src/delivery/log/deliveryLog';
import type { DeliveryRecord } from '../../src/delivery/log/deliveryRecord';
import { deliverySummary } from '../../src/delivery/log/keptParts';
import { listen, type Listener, type ListenOptions } from '../../src/delivery/log/listener';
import { createForwarder, forwardAddress } from '../../src/delivery/log/sendAgain';
import { startReceiver, type Receiver } from '../../src/delivery/receiver';

const CANARY = 'canary-91b2';
const BODY = JSON.stringify({ MessageName: 'Update', PrimaryEntityName: 'contact', Mode: 1 });

describe('A listener on this machine', () => {
  const forwarder = createForwarder(5_000);
  let log: DeliveryLog;
  let listener: Listener;
  let own: Receiver;

  before(async () => {
    own = await startReceiver();
  });
  after(async () => {
    forwarder.dispose();
    await own.close();
  });
  afterEach(() => listener.close());

  async function start(options: Partial<ListenOptions> = {}, kept = new DeliveryLog()): Promise<void> {
    log = kept;
    listener = await listen(
      { port: 0, status: 200, delay: 0, body: '', authentication: undefined, forward: undefined, ...options },
      log,
      forwarder,
    );
  }

  const send = (path = '/', headers: Readonly<Record<string, string>> = {}, body = BODY): Promise<Response> =>
    fetch(`${listener.url}${path}`, { method: 'POST', body, headers });

  const only = (): DeliveryRecord => {
    const [record, ...others] = log.kept.records;
    assert.ok(record !== undefined && others.length === 0);
    return record;
  };

  it('keeps what came and what it answered, and answers as it was told', async () => {
    await start({ status: 418, body: 'short and stout' });
    const response = await send('/hook');
    assert.equal(response.status, 418);
    assert.equal(await response.text(), 'short and stout');
    const { source, outcome, answer, request } = only();
    const summary = deliverySummary(only());
    assert.deepEqual(
      [source, outcome, answer?.status, answer?.body],
      ['received', 'failure', 418, 'short and stout'],
    );
    assert.deepEqual([request.method, request.url, request.body], ['POST', `${listener.url}/hook`, BODY]);
    assert.deepEqual([summary.message, summary.table, summary.asynchronous], ['Update', 'contact', true]);
  });

  it('refuses requests without the expected values, keeps them all the same, and never shows a value', async () => {
    const pairs = [{ name: 'X-Api-Key', value: new Secret(CANARY) }];
    await start({ authentication: { type: 'httpHeader', pairs } });
    assert.equal((await send()).status, 401);
    assert.equal((await send('/', { 'x-api-key': 'another' })).status, 401);
    assert.equal((await send('/', { 'x-api-key': CANARY })).status, 200);
    assert.deepEqual(
      log.kept.records.map(({ refusal, answer }) => [refusal, answer?.status]),
      [
        [undefined, 200],
        [{ reason: 'wrong', name: 'X-Api-Key' }, 401],
        [{ reason: 'missing', name: 'X-Api-Key' }, 401],
      ],
    );
    assert.equal(JSON.stringify(log.kept).includes(CANARY), false);
  });

  it('expects a key in the address as the service sends it', async () => {
    await start({ authentication: { type: 'webhookKey', key: new Secret('a+b c&d') } });
    assert.equal((await send(`/?code=${encodeURIComponent('a+b c&d')}`)).status, 200);
    assert.equal((await send('/?code=a')).status, 401);
    assert.equal((await send('/?Code=x')).status, 401);
  });

  it('expects every pair of a query string', async () => {
    const pairs = [
      { name: 'a', value: new Secret('1') },
      { name: 'b', value: new Secret('2') },
    ];
    await start({ authentication: { type: 'httpQueryString', pairs } });
    assert.equal((await send('/?a=1&b=2')).status, 200);
    assert.equal((await send('/?a=1')).status, 401);
  });

  it('keeps a burst of a thousand, each whole', async () => {
    await start();
    const bodies = Array.from({ length: 1_000 }, (_, index) => JSON.stringify({ MessageName: `M${index}` }));
    const answers = await Promise.all(bodies.map((body) => send('/', {}, body)));
    assert.ok(answers.every(({ status }) => status === 200));
    const { records, dropped } = log.kept;
    assert.equal(records.length + dropped, 1_000);
    assert.deepEqual(records.map(({ request }) => request.body).sort(), [...bodies].sort());
    assert.ok(records.every(({ outcome }) => outcome === 'success'));
  });

  it('counts what it had to drop', async () => {
    await start({}, new DeliveryLog({ records: 10, bytes: 1e6 }));
    await Promise.all(Array.from({ length: 60 }, () => send()));
    assert.equal(log.kept.records.length, 10);
    assert.equal(log.kept.dropped, 50);
  });

  it('answers garbage with 400 and goes on', async () => {
    await start();
    for (const garbage of [
      '\0\0\0',
      'GET / HTTP/9.9\r\n\r\n',
      'POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n',
    ]) {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(listener.port, '127.0.0.1', () => socket.write(garbage));
        let text = '';
        socket.on('data', (data) => (text += data.toString()));
        socket.on('close', () => resolve(text));
        socket.on('error', reject);
      });
      assert.match(answer, /^HTTP\/1\.1 400 /);
    }
    assert.deepEqual([log.kept.incomplete, log.kept.records.length], [3, 0]);
    assert.equal((await send()).status, 200);
  });

  it('answers a body that is no JSON with 400, shows it, and answers the next one', async () => {
    await start();
    const response = await send('/', {}, 'hello=world');
    assert.equal(response.status, 400);
    assert.match(await response.text(), /not JSON/);
    assert.deepEqual([only().refusal, only().outcome], [{ reason: 'notJson' }, 'failure']);
    assert.equal((await send('/', {}, `\uFEFF${BODY}`)).status, 200);
  });

  it('answers broken JSON with 400 also where it carries the header of the service and the ends of an object', async () => {
    await start();
    const headers = { 'x-ms-dynamics-request-name': 'Update' };
    const bodies = [
      '{"a":1',
      'hello',
      '',
      '{"a":}',
      '{"a":1}}',
      '{"a":"\u0001"}',
      ' {"a":1} ',
      `\uFEFF${BODY}`,
    ];
    const statuses: number[] = [];
    for (const body of bodies) statuses.push((await send('/', headers, body)).status);
    assert.deepEqual(statuses, [400, 400, 400, 400, 400, 400, 200, 200]);
    assert.deepEqual(
      log.kept.records.map(({ refusal }) => refusal?.reason),
      [undefined, undefined, ...Array<string>(6).fill('notJson')],
    );
  });

  it('counts a request that breaks off, and keeps no half of it', async () => {
    await start();
    const counted = new Promise<void>((resolve) => log.onDidChange(() => resolve()));
    const socket = connect(listener.port, '127.0.0.1', () =>
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"MessageName"', () =>
        socket.destroy(),
      ),
    );
    await counted;
    assert.deepEqual([log.kept.records.length, log.kept.incomplete], [0, 1]);
  });

  it('answers differently when it is told to, on the same port', async () => {
    await start();
    const pairs = [{ name: 'X-Api-Key', value: new Secret(CANARY) }];
    listener.change({ ...listener.options, status: 503, authentication: { type: 'httpHeader', pairs } });
    assert.equal((await send()).status, 401);
    assert.equal((await send('/', { 'x-api-key': CANARY })).status, 503);
    assert.equal(log.kept.records[0]?.outcome, 'tryAgain');
  });

  it('keeps the start of a body that is too large, and says so to the sender', async () => {
    await start();
    const response = await send('/', {}, 'x'.repeat(2_000_000));
    assert.equal(response.status, 413);
    const { request, outcome, answer } = only();
    assert.ok(request.bodyCut);
    assert.equal(request.bodyBytes, 1_048_576);
    assert.deepEqual([outcome, answer?.status], ['failure', 413]);
  });

  it('passes a delivery on, path and authentication kept, and shows both answers', async () => {
    own.answerWith({ status: 503, body: 'busy', headers: { 'Content-Type': 'text/x-own' } });
    await start({ forward: { to: `${own.url}/api/`, answers: true } });
    const response = await send('/hook?code=s%2Bcret', {
      'x-api-key': CANARY,
      'Content-Type': 'application/json',
    });
    assert.deepEqual([response.status, await response.text()], [503, 'busy']);
    assert.equal(response.headers.get('content-type'), 'text/x-own');
    const came = own.requests().at(-1);
    assert.equal(came?.target, '/api/hook?code=s%2Bcret');
    assert.equal(came.body.toString(), BODY);
    const headers = new Map(came.headers.map(([name, value]) => [name.toLowerCase(), value]));
    assert.deepEqual([headers.get('x-api-key'), headers.get('content-type')], [CANARY, 'application/json']);
    const [forwarded, received] = log.kept.records;
    assert.deepEqual([forwarded?.source, forwarded?.of], ['forwarded', received?.id]);
    assert.deepEqual([forwarded?.outcome, received?.outcome], ['tryAgain', 'tryAgain']);
    assert.equal(forwarded?.request.url, `${own.url}/api/hook?code=•••`);
  });

  it('answers for itself when only asked to pass on, and tells what kept the other from answering', async () => {
    const gone = await startReceiver();
    await gone.close();
    await start({ forward: { to: gone.url, answers: false }, status: 202 });
    assert.equal((await send()).status, 202);
    const [forwarded] = log.kept.records;
    assert.equal(forwarded?.error?.kind === 'requestFailed' && forwarded.error.failure, 'refused');
  });

  it('does not pass on to itself, whatever it is called there, and says so', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
      await start();
      const to = `http://${host}:${listener.port}/again`;
      listener.change({ ...listener.options, forward: { to, answers: true } });
      assert.equal((await send('/hook')).status, 508);
      assert.deepEqual([only().refusal, only().outcome], [{ reason: 'loop' }, 'failure']);
      await listener.close();
    }
  });

  it('ends a round of listeners that pass on to each other, and a replay of what went round is no such round', async () => {
    own.answerWith({ status: 200 });
    await start();
    const otherLog = new DeliveryLog();
    const forward = (to: string): ListenOptions['forward'] => ({ to, answers: true });
    const other = await listen(
      { ...listener.options, port: 0, forward: forward(listener.url) },
      otherLog,
      forwarder,
    );
    try {
      listener.change({ ...listener.options, forward: forward(other.url) });
      const response = await send('/hook', { Via: '1.1 tunnel.example' });
      assert.equal(response.status, 508);
      const [end, passed, first] = log.kept.records;
      assert.deepEqual([log.kept.records.length, otherLog.kept.records.length], [3, 2]);
      assert.deepEqual(
        [end?.refusal, passed?.outcome, first?.refusal],
        [{ reason: 'loop' }, 'failure', undefined],
      );
      const via = end?.request.headers.find(([name]) => name.toLowerCase() === 'via')?.[1];
      assert.match(
        String(via),
        /^1\.1 tunnel\.example, 1\.1 dataverse-webhooks-\S+, 1\.1 dataverse-webhooks-\S+$/,
      );
      const to = new URL(own.url);
      assert.ok(end);
      listener.change({ ...listener.options, forward: forward(own.url) });
      assert.equal(
        (await forwarder.send(end.request, new URL(listener.url), { withSecrets: true })).error,
        undefined,
      );
      await forwarder.send(end.request, to, { withSecrets: true });
      assert.ok(
        !own
          .requests()
          .at(-1)
          ?.headers.some(([name]) => name.toLowerCase() === 'via'),
      );
    } finally {
      await other.close();
    }
  });

  it('waits before it answers, and stops waiting when it is closed', async () => {
    await start({ delay: 3_600_000 });
    const told = new Promise<void>((resolve) => log.onDidChange(() => resolve()));
    const answer = send().then(
      () => 'answered',
      () => 'broken off',
    );
    await told;
    assert.equal(only().outcome, 'pending');
    await listener.close();
    assert.equal(await answer, 'broken off');
  });

  it('says why it cannot begin', async () => {
    await start();
    await assert.rejects(listen({ ...listener.options, port: listener.port }, log, forwarder), {
      code: 'EADDRINUSE',
    });
  });
});

describe('The address that a request is passed on to', () => {
  it('keeps path and query and never leaves the host that was named', () => {
    const at = (base: string, target: string): string | undefined => forwardAddress(base, target)?.href;
    assert.equal(at('http://localhost:7071', '/api/x?y=1'), 'http://localhost:7071/api/x?y=1');
    assert.equal(at('http://localhost:7071/base/', '/x'), 'http://localhost:7071/base/x');
    assert.equal(
      at('http://localhost:7071?z=1#h', '//evil.example/x'),
      'http://localhost:7071//evil.example/x',
    );
    assert.equal(
      at('http://localhost:7071', 'http://evil.example/'),
      'http://localhost:7071/http://evil.example/',
    );
    assert.equal(at('file:///x', '/'), undefined);
    assert.equal(at('nonsense', '/'), undefined);
  });
});
