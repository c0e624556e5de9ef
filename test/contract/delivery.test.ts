import assert from 'node:assert/strict';
import net from 'node:net';
import { inspect } from 'node:util';

import type { EndpointAuthentication } from '../../src/delivery/authentication';
import { startReceiver, type Receiver, type ReceiverOptions } from '../../src/delivery/receiver';
import {
  createSender,
  type DeliveryRequest,
  type Sender,
  type SenderOptions,
} from '../../src/delivery/sender';
import { writeBody } from '../../src/delivery/wire';
import { Secret } from '../../src/base/secret';

const CORRELATION = 'c2a1a3f4-55d0-4a46-9c7d-50d4a2f4f001';
const NO_KEY: EndpointAuthentication = { type: 'webhookKey', key: new Secret('') };

describe('delivering to an endpoint', () => {
  const open: Array<() => Promise<void> | void> = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  const receive = async (options: ReceiverOptions = {}): Promise<Receiver> => {
    const receiver = await startReceiver(options);
    open.push(() => receiver.close());
    return receiver;
  };
  const sender = (options: SenderOptions = {}): Sender => {
    const made = createSender({ retryDelay: 1, ...options });
    open.push(() => made.dispose());
    return made;
  };
  const request = (url: string, changes: Partial<DeliveryRequest> = {}): DeliveryRequest => ({
    url,
    authentication: NO_KEY,
    headers: {
      organization: 'contoso.crm.dynamics.com',
      entityName: 'account',
      requestName: 'Create',
      correlationId: CORRELATION,
    },
    body: writeBody({ depth: 1, primaryEntityName: 'a/ccöunt' }),
    ...changes,
  });

  it('posts the body with the documented headers, in lower case', async () => {
    const receiver = await receive();
    const result = await sender().send(request(`${receiver.url}/hook?a=1`));
    assert.equal(result.error, undefined);
    const [got] = receiver.requests();
    assert.ok(got);
    assert.equal(got.method, 'POST');
    assert.equal(got.target, '/hook?a=1');
    assert.equal(got.body.toString('utf8'), '{"Depth":1,"PrimaryEntityName":"a\\/ccöunt"}');
    assert.deepEqual(got.headers, [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Content-Length', String(got.body.length)],
      ['x-ms-dynamics-organization', 'contoso.crm.dynamics.com'],
      ['x-ms-dynamics-entity-name', 'account'],
      ['x-ms-dynamics-request-name', 'Create'],
      ['x-ms-correlation-request-id', CORRELATION],
      ['Host', `127.0.0.1:${receiver.port}`],
      ['Connection', 'keep-alive'],
    ]);
  });

  it('marks a trimmed body with its header and sends an older request id when told to', async () => {
    const receiver = await receive();
    const body = writeBody({ depth: 1, parentContext: null, initiatingUserAgent: 'x' }, 40);
    const { headers } = request(receiver.url);
    await sender().send(request(receiver.url, { body, headers: { ...headers, requestId: 'r' } }));
    const names = receiver.requests()[0]?.headers.map(([name]) => name);
    assert.equal(names?.includes('x-ms-dynamics-msg-size-exceeded'), true);
    assert.equal(names.includes('x-request-id'), true);
  });

  it('sends nothing when even the trimmed body is too large', async () => {
    const receiver = await receive();
    const body = writeBody({ primaryEntityName: 'account' }, 4);
    const result = await sender().send(request(receiver.url, { body }));
    assert.deepEqual(result, { attempts: [], error: { kind: 'maxSizeExceeded', bytes: 31 } });
    assert.equal(receiver.requests().length, 0);
  });

  it('puts the key into the query parameter code, percent-encoded, after what the address has', async () => {
    const receiver = await receive();
    const authentication: EndpointAuthentication = { type: 'webhookKey', key: new Secret('a b&=ä/+') };
    await sender().send(request(receiver.url, { authentication }));
    await sender().send(request(`${receiver.url}/x?code=old#part`, { authentication }));
    assert.deepEqual(
      receiver.requests().map((got) => got.target),
      ['/?code=a%20b%26%3D%C3%A4%2F%2B', '/x?code=old&code=a%20b%26%3D%C3%A4%2F%2B'],
    );
  });

  it('sends stored pairs as headers with their own names, or as query parameters in order', async () => {
    const receiver = await receive();
    const pairs = [
      { name: 'X-Api-Key', value: new Secret('s3cr3t') },
      { name: 'x-tenant', value: new Secret('42') },
      { name: '__proto__', value: new Secret('p') },
    ];
    await sender().send(request(receiver.url, { authentication: { type: 'httpHeader', pairs } }));
    await sender().send(request(receiver.url, { authentication: { type: 'httpQueryString', pairs } }));
    const [byHeader, byQuery] = receiver.requests();
    assert.deepEqual(
      byHeader?.headers.filter(([name]) => /^(x-(api|tenant)|__proto__)/i.test(name)),
      [
        ['X-Api-Key', 's3cr3t'],
        ['x-tenant', '42'],
        ['__proto__', 'p'],
      ],
    );
    assert.equal(byHeader.target, '/');
    assert.equal(byQuery?.target, '/?X-Api-Key=s3cr3t&x-tenant=42&__proto__=p');
  });

  it('refuses pairs that cannot travel without sending anything', async () => {
    const receiver = await receive();
    for (const [name, value] of [
      ['a b', 'x'],
      ['', 'x'],
      ['x', 'a\r\nb: c'],
      ['x', '€'],
      ['Content-Length', '1'],
    ] as const) {
      const pairs = [{ name, value: new Secret(value) }];
      const result = await sender().send(
        request(receiver.url, { authentication: { type: 'httpHeader', pairs } }),
      );
      assert.deepEqual(result, { attempts: [], error: { kind: 'invalidHeaders', name } });
    }
    const pairs = [{ name: 'q', value: new Secret('\ud800') }];
    const result = await sender().send(
      request(receiver.url, { authentication: { type: 'httpQueryString', pairs } }),
    );
    assert.deepEqual(result.error, { kind: 'invalidQueryParameters', name: 'q' });
    assert.equal(receiver.requests().length, 0);
  });

  for (const status of [200, 201, 204, 299]) {
    it(`takes ${status} as success`, async () => {
      const receiver = await receive({ answer: { status } });
      const result = await sender().send(request(receiver.url));
      assert.equal(result.error, undefined);
      assert.equal(result.attempts.length, 1);
    });
  }

  for (const status of [301, 307, 400, 401, 404, 429, 500, 501, 505]) {
    it(`takes ${status} as failure without another attempt`, async () => {
      const receiver = await receive({ answer: { status, headers: { Location: '/elsewhere' } } });
      const result = await sender().send(request(receiver.url));
      assert.deepEqual(result.error, { kind: 'nonSuccess', status });
      assert.equal(receiver.requests().length, 1);
    });
  }

  for (const status of [502, 503, 504]) {
    it(`tries exactly once more after ${status}`, async () => {
      const receiver = await receive({ answer: { status } });
      const result = await sender().send(request(receiver.url));
      assert.deepEqual(result.error, { kind: 'nonSuccess', status });
      assert.equal(result.attempts.length, 2);
      const [first, second, ...more] = receiver.requests();
      assert.deepEqual(first?.body, second?.body);
      assert.equal(more.length, 0);
    });
  }

  it('succeeds when the second attempt does', async () => {
    const receiver = await receive({ answer: (got) => ({ status: got.number === 1 ? 503 : 200 }) });
    const result = await sender().send(request(receiver.url));
    assert.equal(result.error, undefined);
    assert.deepEqual(
      result.attempts.map(({ outcome }) => (outcome.kind === 'answered' ? outcome.status : outcome.kind)),
      [503, 200],
    );
  });

  it('gives up an endpoint that does not answer in time', async () => {
    const receiver = await receive({ answer: { status: 200, instead: 'silence' } });
    const result = await sender({ timeout: 50 }).send(request(receiver.url));
    assert.deepEqual(result.error, { kind: 'timeout', milliseconds: 50 });
    assert.equal(result.attempts.length, 1);
  });

  it('says that a connection was refused, reset, or answered with something else than HTTP', async () => {
    const closed = await startReceiver();
    await closed.close();
    const refused = await sender().send(request(closed.url));
    assert.deepEqual(refused.error, { kind: 'requestFailed', failure: 'refused', code: 'ECONNREFUSED' });

    const resetting = await receive({ answer: { status: 200, instead: 'reset' } });
    const reset = await sender().send(request(resetting.url));
    assert.deepEqual(reset.error, { kind: 'requestFailed', failure: 'reset', code: 'ECONNRESET' });
    assert.equal(resetting.requests().length, 1);

    const babble = net.createServer((socket) => socket.end('hello\r\n\r\n')).listen(0, '127.0.0.1');
    open.push(() => void babble.close());
    await new Promise((resolve) => babble.once('listening', resolve));
    const address = babble.address();
    assert.ok(typeof address === 'object' && address !== null);
    const strange = await sender().send(request(`http://127.0.0.1:${address.port}/`));
    assert.equal(strange.error?.kind === 'requestFailed' && strange.error.failure, 'invalidResponse');
  });

  it('says that a name does not resolve, by the resolver of this machine', async () => {
    // The first label is longer than a name can have, so that no name server needs to be there for the answer.
    for (const host of [`${'a'.repeat(64)}.invalid`, 'dataverse-webhooks.invalid']) {
      const { error, attempts } = await sender({ timeout: 5_000 }).send(request(`http://${host}/hook`));
      assert.equal(attempts.length, 1);
      // A machine without any name server may leave the question of the second name open.
      if (host.startsWith('d') && error?.kind === 'timeout') continue;
      assert.equal(error?.kind === 'requestFailed' && error.failure, 'nameNotResolved', host);
    }
  });

  it('says that the endpoint does not speak TLS', async () => {
    const receiver = await receive();
    const result = await sender().send(request(receiver.url.replace('http:', 'https:')));
    assert.equal(result.error?.kind === 'requestFailed' && result.error.failure, 'tls');
  });

  it('refuses an address that is not absolute or not http', async () => {
    for (const url of ['', '/hook', 'localhost:80', 'ftp://127.0.0.1/']) {
      assert.deepEqual(await sender().send(request(url)), { attempts: [], error: { kind: 'invalidUrl' } });
    }
  });

  it('ends at once when aborted, while waiting for the answer and between attempts', async () => {
    const receiver = await receive({ answer: { status: 200, instead: 'silence' } });
    const abort = new AbortController();
    const waiting = sender().send(request(receiver.url), abort.signal);
    await receiver.waitFor(1);
    abort.abort();
    assert.deepEqual((await waiting).error, { kind: 'cancelled' });

    receiver.answerWith({ status: 503 });
    const between = new AbortController();
    const retrying = sender({
      clock: {
        now: () => 0,
        delay: () => (between.abort(), Promise.reject(new DOMException('', 'AbortError'))),
      },
    }).send(request(receiver.url), between.signal);
    const result = await retrying;
    assert.deepEqual([result.error, result.attempts.length], [{ kind: 'cancelled' }, 1]);
    assert.deepEqual((await sender().send(request(receiver.url), abort.signal)).error, { kind: 'cancelled' });
  });

  it('keeps the start of the answer for a trial and leaves a long rest unread', async () => {
    const receiver = await receive({
      answer: { status: 400, headers: { 'X-Why': 'no' }, body: 'x'.repeat(300_000) },
    });
    const { attempts } = await sender({ keepBodyBytes: 5 }).send(request(receiver.url));
    const outcome = attempts[0]?.outcome;
    assert.ok(outcome?.kind === 'answered');
    assert.deepEqual([outcome.body.toString(), outcome.bodyCut], ['xxxxx', true]);
    assert.deepEqual(outcome.headers[0], ['X-Why', 'no']);
  });

  it('takes the status of an answer whose body never ends', async () => {
    const endless = net
      .createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'));
      })
      .listen(0, '127.0.0.1');
    open.push(() => void endless.close());
    await new Promise((resolve) => endless.once('listening', resolve));
    const address = endless.address();
    assert.ok(typeof address === 'object' && address !== null);
    const result = await sender({ timeout: 50, keepBodyBytes: 10 }).send(
      request(`http://127.0.0.1:${address.port}/`),
    );
    assert.equal(result.error, undefined);
    const outcome = result.attempts[0]?.outcome;
    assert.deepEqual(outcome?.kind === 'answered' && [outcome.body.toString(), outcome.bodyCut], [
      'ab',
      true,
    ]);
  });

  it('shows no secret in what it returns', async () => {
    const receiver = await receive({ answer: { status: 500 } });
    const authentication: EndpointAuthentication = { type: 'webhookKey', key: new Secret('s3cr3t') };
    const asked = request(receiver.url, { authentication });
    const result = await sender().send(asked);
    assert.doesNotMatch(inspect([asked, result], { depth: 9 }) + JSON.stringify([asked, result]), /s3cr3t/);
  });
});

describe('the receiver', () => {
  const open: Receiver[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((receiver) => receiver.close()));
  });
  const receive = async (options: ReceiverOptions = {}): Promise<Receiver> => {
    const receiver = await startReceiver(options);
    open.push(receiver);
    return receiver;
  };
  /** Writes raw bytes and gives what comes back until the connection ends. */
  const talk = (port: number, bytes: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answer));
    });

  it('answers garbage with 400 and stays up', async () => {
    const receiver = await receive();
    const garbage: string[] = [];
    receiver.onGarbage((code) => garbage.push(code));
    assert.match(await talk(receiver.port, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(
      await talk(receiver.port, `\u0016\u0003\u0001${'x'.repeat(99)}\r\n\r\n`),
      /^HTTP\/1\.1 400 /,
    );
    assert.equal(garbage.length, 2);
    assert.match(
      await talk(receiver.port, 'POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nok'),
      /^HTTP\/1\.1 200 /,
    );
    assert.equal(receiver.requests()[0]?.body.toString(), 'ok');
  });

  it('takes no more of a body than its limit', async () => {
    const receiver = await receive({ maxBodyBytes: 4 });
    assert.match(
      await talk(receiver.port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123456789'),
      /^HTTP\/1\.1 413 /,
    );
    const [got] = receiver.requests();
    assert.deepEqual([got?.body.toString(), got?.bodyCut], ['1234', true]);
  });

  it('does not wait for ever for a request', async () => {
    const receiver = await receive({ requestTimeout: 50 });
    assert.match(await talk(receiver.port, 'POST / HTTP/1.1\r\nHost: x\r\n'), /^HTTP\/1\.1 4\d\d /);
  });

  it('takes only so many connections at a time', async () => {
    const receiver = await receive({ maxConnections: 1 });
    const first = net.connect(receiver.port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    assert.equal(await talk(receiver.port, 'GET / HTTP/1.0\r\n\r\n'), '');
    first.destroy();
    await new Promise((resolve) => first.once('close', resolve));
    assert.equal(receiver.requests().length, 0);
  });

  it('remembers only the latest requests and numbers them all', async () => {
    const receiver = await receive({ keepRequests: 2 });
    for (const path of ['/a', '/b', '/c']) await talk(receiver.port, `GET ${path} HTTP/1.0\r\n\r\n`);
    assert.deepEqual(
      receiver.requests().map((got) => [got.number, got.target]),
      [
        [2, '/b'],
        [3, '/c'],
      ],
    );
  });

  it('tells who waits when it is closed', async () => {
    const receiver = await startReceiver();
    const waiting = assert.rejects(receiver.waitFor(1), { name: 'CancelledError' });
    await receiver.close();
    await waiting;
    await assert.rejects(receiver.waitFor(1), { name: 'CancelledError' });
  });
});
