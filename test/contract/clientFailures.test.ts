import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CancelledError } from '../../src/base/errors';
import { DataverseError, type DataverseReason } from '../../src/dataverse/errors';
import { StoppedClock } from '../fakes/clocks';
import { createTestClient, tokenText, type TestClient } from '../fakes/dataverseClient';
import {
  cut,
  cutChunked,
  hang,
  json,
  raw,
  reset,
  startScriptedServer,
  type Script,
  type ScriptedServer,
} from '../fakes/scriptedServer';

const THROTTLED = {
  error: {
    code: '0x80072322',
    message: 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.',
  },
};

async function failure(promise: Promise<unknown>, reason: DataverseReason): Promise<DataverseError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(DataverseError.is(error), inspect(error));
    assert.equal(error.reason, reason, inspect(error));
    return error;
  }
  return assert.fail('nothing was thrown');
}

describe('A service or a network that misbehaves', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  function connect(options: Parameters<typeof createTestClient>[1] = {}): TestClient {
    return createTestClient(server.origin, options);
  }

  it('an error of the service has its code, its sentence and the request id', async () => {
    server.answer(
      json({ error: { code: '0x80044187', message: 'Not allowed.' } }, 400, {
        'x-ms-service-request-id': 'r-1',
      }),
    );
    const error = await failure(connect().client.create('sdkmessageprocessingsteps', {}), 'invalid');
    assert.equal(error.status, 400);
    assert.equal(error.code, -2147204729);
    assert.equal(error.hexCode, '0x80044187');
    assert.equal(error.serviceMessage, 'Not allowed.');
    assert.equal(error.requestId, 'r-1');
    assert.equal(error.method, 'POST');
    assert.equal(error.path, 'sdkmessageprocessingsteps');
  });

  it('after 429 a read waits as long as the service asks, in seconds', async () => {
    server.answer(json(THROTTLED, 429, { 'Retry-After': '34' }), json({ ok: 1 }));
    const { client, clock, waits } = connect();
    assert.deepEqual(await client.get('WhoAmI'), { ok: 1 });
    assert.deepEqual(clock.delays, [34_000]);
    assert.deepEqual(waits, [[34_000, 'throttled']]);
  });

  it('after 429 a read waits as long as the service asks, by a date', async () => {
    const { client, clock } = connect();
    // By the clock of the answer, which is not this machine's.
    const now = clock.now() + 86_400_000;
    const headers = {
      'Retry-After': new Date(now + 7000).toUTCString(),
      Date: new Date(now).toUTCString(),
    };
    server.answer(json(THROTTLED, 429, headers), json({ ok: 1 }));
    await client.get('WhoAmI');
    assert.deepEqual(clock.delays, [7000]);
  });

  it('a write is repeated after 429, which says that it was not run', async () => {
    server.answer(json(THROTTLED, 429, { 'Retry-After': '1' }), raw(204, {}));
    await connect().client.remove('serviceendpoints(3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01)');
    assert.equal(server.seen.length, 2);
  });

  it('a wait beyond the budget is an error at once that tells how long', async () => {
    server.answer(json(THROTTLED, 429, { 'Retry-After': '3600' }));
    const { client, clock } = connect();
    const error = await failure(client.get('WhoAmI'), 'throttled');
    assert.equal(error.retryAfter, 3_600_000);
    assert.deepEqual(clock.delays, []);
  });

  it('a 429 makes the other calls of the client wait too', async () => {
    server.answer(json(THROTTLED, 429, { 'Retry-After': '30' }), json({ ok: 1 }));
    const clock = new StoppedClock();
    const { client } = connect({ clock });
    const first = client.get('WhoAmI');
    await clock.someoneWaits();
    const second = client.get('WhoAmI');
    const third = client.get('WhoAmI');
    await clock.someoneWaits(3);
    assert.equal(server.seen.length, 1);
    clock.advance(30_000);
    await Promise.all([first, second, third]);
    assert.equal(server.seen.length, 4);
  });

  it('a call that stood in the queue when a 429 came waits too', async () => {
    server.answer(json(THROTTLED, 429, { 'Retry-After': '30' }), json({ ok: 1 }));
    const clock = new StoppedClock();
    const { client } = connect({ clock, concurrency: 1 });
    const calls = [client.get('WhoAmI'), client.get('WhoAmI')];
    await clock.someoneWaits(2);
    assert.equal(server.seen.length, 1);
    clock.advance(30_000);
    await Promise.all(calls);
    assert.equal(server.seen.length, 3);
  });

  it('a waiting call can be aborted at once', async () => {
    server.answer(json(THROTTLED, 429, { 'Retry-After': '30' }));
    const clock = new StoppedClock();
    const stop = new AbortController();
    const call = connect({ clock }).client.get('WhoAmI', { signal: stop.signal });
    await clock.someoneWaits();
    stop.abort();
    await assert.rejects(call, CancelledError);
    assert.equal(clock.waiting, 0);
  });

  it('a read is repeated after 503, 502, 504 and a torn connection', async () => {
    for (const script of [raw(503, {}), raw(502, {}), raw(504, {}), reset, cut, cutChunked]) {
      server.answer(script, json({ ok: 1 }));
      assert.deepEqual(await connect().client.get('WhoAmI'), { ok: 1 });
    }
  });

  it('waiting for a throttled service uses up none of the attempts that a torn connection has', async () => {
    const throttled = raw(429, { 'Retry-After': '1' });
    server.answer(
      throttled,
      throttled,
      throttled,
      throttled,
      reset,
      throttled,
      cut,
      raw(503, {}),
      json({ ok: 1 }),
    );
    assert.deepEqual(await connect().client.get('WhoAmI'), { ok: 1 });
    assert.equal(server.seen.length, 9);
  });

  it('a connection that is torn again and again is given up after some attempts', async () => {
    server.answer(reset);
    const error = await failure(connect().client.get('WhoAmI'), 'network');
    assert.equal(error.kind, 'reset');
    assert.equal(server.seen.length, 4);
  });

  it('a write that may have happened is never repeated', async () => {
    const expected: ReadonlyArray<readonly [Script, DataverseReason]> = [
      [raw(503, {}), 'server'],
      [raw(502, {}), 'server'],
      [reset, 'network'],
      [cut, 'network'],
    ];
    for (const [script, reason] of expected) {
      const before = server.seen.length;
      server.answer(script, raw(204, {}));
      await failure(connect().client.create('serviceendpoints', {}), reason);
      assert.equal(server.seen.length, before + 1);
    }
  });

  it('a service that stays unavailable is given up after some attempts', async () => {
    server.answer(
      raw(503, { 'Content-Type': 'text/html' }, '<html><title>Service Unavailable</title></html>'),
    );
    const error = await failure(connect().client.get('WhoAmI'), 'server');
    assert.equal(error.serviceMessage, 'Service Unavailable');
    assert.equal(server.seen.length, 4);
  });

  it('a service that hangs is given up after the time limit', async () => {
    server.answer(hang);
    const error = await failure(connect({ timeLimit: 50 }).client.get('WhoAmI'), 'timeout');
    assert.equal(error.kind, 'timeout');
  });

  it('a body that hangs is given up after the time limit', async () => {
    server.answer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.write('{');
    });
    await failure(connect({ timeLimit: 100 }).client.get('WhoAmI'), 'timeout');
  });

  it('a call that hangs is aborted at once', async () => {
    const stop = new AbortController();
    server.answer(() => stop.abort());
    await assert.rejects(connect().client.get('WhoAmI', { signal: stop.signal }), CancelledError);
  });

  it('a call whose body hangs is aborted at once', async () => {
    const stop = new AbortController();
    server.answer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.write('{', () => stop.abort());
    });
    await assert.rejects(connect().client.get('WhoAmI', { signal: stop.signal }), CancelledError);
  });

  it('a call that waits for a free slot is aborted at once', async () => {
    server.answer(hang);
    const stop = new AbortController();
    const { client } = connect({ concurrency: 1 });
    const first = client.get('WhoAmI', { signal: stop.signal });
    const other = new AbortController();
    const second = client.get('WhoAmI', { signal: other.signal });
    other.abort();
    await assert.rejects(second, CancelledError);
    stop.abort();
    await assert.rejects(first, CancelledError);
  });

  it('never more requests run at once than the client may', async () => {
    let running = 0;
    let most = 0;
    server.answer((_request, response) => {
      running += 1;
      most = Math.max(most, running);
      setImmediate(() => {
        running -= 1;
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
      });
    });
    const { client } = connect({ concurrency: 3 });
    await Promise.all(Array.from({ length: 20 }, () => client.get('WhoAmI')));
    assert.equal(server.seen.length, 20);
    assert.ok(most <= 3, String(most));
  });

  it('HTML with status 200 is no answer of the Web API', async () => {
    for (const body of ['<html><title>Sign in</title></html>', '{}']) {
      server.answer(raw(200, { 'Content-Type': 'text/html' }, body));
      await failure(connect().client.get('WhoAmI'), 'badAnswer');
    }
    server.answer(raw(200, {}, '<html></html>'), raw(200, {}, '{"ok":1}'));
    await failure(connect().client.get('WhoAmI'), 'badAnswer');
    assert.deepEqual(await connect().client.get('WhoAmI'), { ok: 1 });
  });

  it('HTML with status 200 is no success of a write either', async () => {
    server.answer(raw(200, { 'Content-Type': 'text/html' }, '<html><title>Sign in</title></html>'));
    const { client } = connect();
    await failure(client.remove('a'), 'badAnswer');
    await failure(client.update('a', {}), 'badAnswer');
    await failure(client.create('a', {}), 'badAnswer');
    await failure(client.action('a', {}), 'badAnswer');
  });

  it('a write that another code calls throttled is not repeated without the status 429', async () => {
    server.answer(json(THROTTLED, 400));
    await failure(connect().client.remove('a'), 'throttled');
    assert.equal(server.seen.length, 1);
  });

  it('a refusal whose body is cut or endless is still that refusal', async () => {
    const cutRefusal: Script = (_request, response) => {
      response.writeHead(403, { 'Content-Type': 'application/json', 'Content-Length': '1000' });
      response.write('{"error":');
      setImmediate(() => response.socket?.destroy());
    };
    for (const script of [cutRefusal, raw(403, { 'Content-Type': 'text/html' }, 'x'.repeat(2_000_000))]) {
      server.answer(script);
      assert.equal((await failure(connect().client.get('WhoAmI'), 'forbidden')).status, 403);
    }
  });

  it('connections are used again, also after answers without a body', async () => {
    const ports = new Set<number | undefined>();
    server.answer((_request, response) => {
      ports.add(response.socket?.remotePort);
      response.writeHead(204).end();
    });
    const { client } = connect();
    for (let n = 0; n < 5; n += 1) await client.remove('a');
    assert.equal(ports.size, 1);
  });

  it('a wait that the service asks for keeps even new calls from being sent', async () => {
    server.answer(json(THROTTLED, 429, { 'Retry-After': '400' }));
    const { client } = connect();
    await failure(client.get('WhoAmI'), 'throttled');
    const error = await failure(client.get('WhoAmI'), 'throttled');
    assert.equal(error.retryAfter, 400_000);
    assert.equal(server.seen.length, 1);
  });

  it('JSON that ends in the middle is no answer of the Web API', async () => {
    server.answer(raw(200, { 'Content-Type': 'application/json' }, '{"value":[{"name":"a'));
    await failure(connect().client.get('WhoAmI'), 'badAnswer');
  });

  it('a body over the limit is refused, announced or not', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(5000) });
    const chunked =
      (length: number): Script =>
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.write(body.slice(0, length));
        response.end(body.slice(length));
      };
    for (const script of [
      raw(200, { 'Content-Type': 'application/json', 'Content-Length': String(body.length) }, body),
      chunked(100),
    ]) {
      server.answer(script);
      await failure(connect({ maxBytes: 1000 }).client.get('WhoAmI'), 'tooLarge');
    }
    assert.equal(server.seen.length, 2);
    assert.deepEqual(
      Object.keys(await connect({ maxBytes: 1000 }).client.get('WhoAmI', { maxBytes: 6000 })),
      ['text'],
    );
  });

  it('a redirect is an error that names the place without its query, and nothing is sent there', async () => {
    const other = await startScriptedServer();
    try {
      server.answer(raw(302, { Location: `${other.origin}/login?state=s3cr3t` }));
      const error = await failure(connect().client.get('WhoAmI'), 'redirected');
      assert.equal(error.facts.location, `${other.origin}/login`);
      assert.doesNotMatch(inspect(error), /s3cr3t/);
      assert.equal(other.seen.length, 0);
    } finally {
      await other.close();
    }
  });

  it('nobody listening is a refused connection and is not repeated', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const { client, clock } = createTestClient(`http://127.0.0.1:${port}`);
    const error = await failure(client.get('WhoAmI?$select=x'), 'network');
    assert.equal(error.kind, 'refused');
    assert.deepEqual(clock.delays, []);
  });

  it('a server that speaks no TLS is a TLS failure', async () => {
    const { client } = createTestClient(server.origin.replace('http:', 'https:'));
    const error = await failure(client.create('serviceendpoints', {}), 'network');
    assert.equal(error.kind, 'tls');
  });

  it('one 401 fetches one fresh token with the claims of the challenge', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}';
    const challenge = `Bearer authorization_uri="https://login.example/common", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    server.answer(raw(401, { 'WWW-Authenticate': challenge }), json({ ok: 1 }));
    const { client, asked } = connect();
    await client.get('WhoAmI');
    assert.equal(asked.length, 2);
    assert.equal(asked[1]?.refused?.token?.reveal(), tokenText(1));
    assert.equal(asked[1].refused.claims, claims);
    assert.equal(server.seen[1]?.headers.authorization, `Bearer ${tokenText(2)}`);
  });

  it('a second 401 is the error, and no third token is fetched', async () => {
    const authority = 'https://login.example/5f0f8e7d/oauth2/authorize';
    server.answer(raw(401, { 'WWW-Authenticate': `Bearer authorization_uri=${authority}, resource_id=x` }));
    const { client, asked } = connect();
    const error = await failure(client.get('WhoAmI'), 'unauthorized');
    assert.equal(error.facts.authorizationUri, authority);
    assert.equal(asked.length, 2);
    assert.equal(server.seen.length, 2);
  });

  it('without a token a 401 is the error when the provider has none either', async () => {
    server.answer(raw(401, {}));
    const { client } = connect({ tokens: { token: () => Promise.resolve(undefined) } });
    await failure(client.get('WhoAmI'), 'unauthorized');
    assert.equal(server.seen.length, 1);
    assert.equal(server.seen[0]?.headers.authorization, undefined);
  });

  it('a token that the server echoes is in no error and in no line of the log', async () => {
    server.answer((request, response) => {
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end(
        JSON.stringify({ error: { code: '', message: `You sent ${request.headers.authorization ?? ''}` } }),
      );
    });
    const { client, lines } = connect();
    const error = await failure(client.get('WhoAmI'), 'invalid');
    assert.match(error.message, /You sent Bearer •••/);
    assert.doesNotMatch(inspect(error, { depth: 10 }) + JSON.stringify(error) + lines.join(), /t0k3n/);
  });
});
