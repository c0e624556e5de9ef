import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DataverseError } from '../../src/dataverse/errors';
import type { Batch, BatchOperation, BatchOutcome } from '../../src/dataverse/webApi';
import { createTestClient } from '../fakes/dataverseClient';
import { raw, startScriptedServer, type Script, type ScriptedServer } from '../fakes/scriptedServer';

const CRLF = '\r\n';
const ID = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';

function part(status: string, headers: readonly string[] = [], body = '', contentId?: number): string {
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
    '',
    `HTTP/1.1 ${status}`,
    ...headers,
    '',
    body,
  ].join(CRLF);
}

function multipart(parts: readonly string[], boundary: string): string {
  return parts.map((text) => `--${boundary}${CRLF}${text}${CRLF}`).join('') + `--${boundary}--${CRLF}`;
}

function batchAnswer(parts: readonly string[], status = 200): Script {
  return raw(
    status,
    { 'Content-Type': 'multipart/mixed; boundary=batchresponse_5b1e' },
    multipart(parts, 'batchresponse_5b1e'),
  );
}

function changeSetAnswer(parts: readonly string[]): Script {
  const inner = multipart(parts, 'changesetresponse_c3');
  return batchAnswer([`Content-Type: multipart/mixed; boundary=changesetresponse_c3${CRLF}${CRLF}${inner}`]);
}

const DONE = part('204 No Content');
const FAILED = part(
  '404 Not Found',
  ['Content-Type: application/json'],
  '{"error":{"code":"0x80040217","message":"Gone."}}',
);

function deletions(count: number): readonly BatchOperation[] {
  return Array.from(
    { length: count },
    (_, n) => ({ method: 'DELETE', path: `asyncoperations(${n})` }) as const,
  );
}

function reasons(outcomes: readonly BatchOutcome[]): readonly string[] {
  return outcomes.map((outcome) => {
    if (outcome.ok) return 'ok';
    return DataverseError.is(outcome.error) ? outcome.error.reason : outcome.error.name;
  });
}

describe('Batches', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  const run = (batch: Batch): Promise<readonly BatchOutcome[]> =>
    createTestClient(server.origin).client.batch(batch);

  it('each operation has its own outcome', async () => {
    server.answer(batchAnswer([DONE, FAILED, DONE]));
    const outcomes = await run({ atomicity: 'each', operations: deletions(3) });
    assert.deepEqual(reasons(outcomes), ['ok', 'notFound', 'ok']);
    const failed = outcomes[1];
    assert.ok(failed?.ok === false && DataverseError.is(failed.error));
    assert.equal(failed.error.path, 'asyncoperations(1)');
    assert.equal(failed.error.serviceMessage, 'Gone.');
    const [request] = server.seen;
    assert.equal(request?.headers['prefer'], 'odata.continue-on-error');
    assert.match(String(request.headers['content-type']), /^multipart\/mixed; boundary=\w+$/);
    assert.doesNotMatch(request.body, /changeset/);
  });

  it('a change set is written as the documentation shows it', async () => {
    const address = `OData-EntityId: https://x/api/data/v9.2/sdkmessageprocessingsteps(${ID})`;
    server.answer(
      changeSetAnswer([part('204 No Content', [], '', 2), part('204 No Content', [address], '', 1)]),
    );
    const outcomes = await run({
      atomicity: 'all',
      operations: [
        {
          method: 'POST',
          path: 'sdkmessageprocessingsteps',
          body: { name: 'Schritt ы' },
          solution: 'Contoso',
        },
        {
          method: 'POST',
          path: 'sdkmessageprocessingstepimages',
          body: { 'sdkmessageprocessingstepid@odata.bind': '$1' },
        },
      ],
    });
    // The answers may come in another order; Content-ID says which is which.
    assert.deepEqual(outcomes, [{ ok: true, id: ID }, { ok: true }]);
    const { body, headers } = server.seen[0] ?? assert.fail();
    const boundary = /boundary=(\w+)$/.exec(String(headers['content-type']))?.[1] ?? '';
    const root = `${server.origin}/api/data/v9.2/`;
    const common = [
      'Accept: application/json',
      'OData-MaxVersion: 4.0',
      'OData-Version: 4.0',
      'Content-Type: application/json',
    ];
    assert.deepEqual(body.split(CRLF), [
      `--${boundary}`,
      `Content-Type: multipart/mixed; boundary=changeset_${boundary}`,
      '',
      `--changeset_${boundary}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      'Content-ID: 1',
      '',
      `POST ${root}sdkmessageprocessingsteps HTTP/1.1`,
      ...common,
      'MSCRM.SolutionUniqueName: Contoso',
      '',
      '{"name":"Schritt ы"}',
      `--changeset_${boundary}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      'Content-ID: 2',
      '',
      `POST ${root}sdkmessageprocessingstepimages HTTP/1.1`,
      ...common,
      '',
      '{"sdkmessageprocessingstepid@odata.bind":"$1"}',
      `--changeset_${boundary}--`,
      '',
      `--${boundary}--`,
      '',
    ]);
    assert.equal(headers['prefer'], undefined);
  });

  it('a failed change set did nothing, and each of its operations says so', async () => {
    server.answer(batchAnswer([FAILED], 404));
    const outcomes = await run({ atomicity: 'all', operations: deletions(3) });
    assert.deepEqual(reasons(outcomes), ['notFound', 'notFound', 'notFound']);
  });

  it('a failed change set that names the operation blames that one', async () => {
    const failed = part(
      '400 Bad Request',
      ['Content-Type: application/json'],
      '{"error":{"code":"","message":"No."}}',
      2,
    );
    server.answer(batchAnswer([failed], 400));
    const outcomes = await run({ atomicity: 'all', operations: deletions(3) });
    assert.deepEqual(reasons(outcomes), ['notRun', 'invalid', 'notRun']);
  });

  it('operations after the one where the service stopped were not run', async () => {
    server.answer(batchAnswer([DONE, FAILED], 400));
    const outcomes = await run({ atomicity: 'each', operations: deletions(4) });
    assert.deepEqual(reasons(outcomes), ['ok', 'notFound', 'notRun', 'notRun']);
  });

  it('an operation of a change set whose answer is missing is not taken for another one', async () => {
    server.answer(changeSetAnswer([part('204 No Content', [], '', 2)]));
    const outcomes = await run({ atomicity: 'all', operations: deletions(2) });
    assert.deepEqual(reasons(outcomes), ['badAnswer', 'ok']);
  });

  it('a later operation may go on from an earlier one of its change set, and from no other', async () => {
    server.answer(changeSetAnswer([part('204 No Content', [], '', 1), part('204 No Content', [], '', 2)]));
    const create = { method: 'POST', path: 'serviceendpoints', body: {} } as const;
    const patch = { method: 'PATCH', path: '$1', body: { a: 1 } } as const;
    await run({ atomicity: 'all', operations: [create, patch] });
    assert.match(server.seen[0]?.body ?? '', /\r\nPATCH \$1 HTTP\/1\.1\r\n/);
    for (const batch of [
      { atomicity: 'all', operations: [patch, create] },
      { atomicity: 'each', operations: [create, patch] },
    ] as const) {
      await assert.rejects(run(batch), (error) => DataverseError.is(error, 'invalid'));
    }
    assert.equal(server.seen.length, 1);
  });

  it('more than a thousand independent operations go in several requests', async () => {
    server.answer(
      batchAnswer(Array.from({ length: 1000 }, () => DONE)),
      batchAnswer(Array.from({ length: 1000 }, () => DONE)),
      batchAnswer(Array.from({ length: 345 }, (_, n) => (n === 344 ? FAILED : DONE))),
    );
    const outcomes = await run({ atomicity: 'each', operations: deletions(2345) });
    assert.equal(outcomes.length, 2345);
    assert.equal(outcomes.filter((outcome) => outcome.ok).length, 2344);
    assert.equal(outcomes[2344]?.ok, false);
    assert.deepEqual(
      server.seen.map((request) => request.body.split('Content-Type: application/http').length - 1),
      [1000, 1000, 345],
    );
  });

  it('what earlier requests did is not lost when a later one fails', async () => {
    server.answer(batchAnswer(Array.from({ length: 1000 }, () => DONE)), raw(500, {}));
    const outcomes = await run({ atomicity: 'each', operations: deletions(2500) });
    assert.deepEqual(new Set(reasons(outcomes.slice(0, 1000))), new Set(['ok']));
    assert.deepEqual(new Set(reasons(outcomes.slice(1000, 2000))), new Set(['server']));
    assert.deepEqual(new Set(reasons(outcomes.slice(2000))), new Set(['notRun']));
    assert.equal(server.seen.length, 2);
  });

  it('a change set of more than a thousand operations is refused', async () => {
    await assert.rejects(run({ atomicity: 'all', operations: deletions(1001) }), (error) =>
      DataverseError.is(error, 'tooLarge'),
    );
    assert.equal(server.seen.length, 0);
  });

  it('a batch without operations asks nobody', async () => {
    assert.deepEqual(await run({ atomicity: 'each', operations: [] }), []);
    assert.equal(server.seen.length, 0);
  });

  it('operations that the protection limits put off are sent again, the others are not', async () => {
    const throttled = part(
      '429 Too Many Requests',
      ['Retry-After: 3', 'Content-Type: application/json'],
      '{"error":{"code":"0x80072322","message":"Slow."}}',
    );
    server.answer(batchAnswer([DONE, throttled, FAILED, throttled]), batchAnswer([DONE, DONE]));
    const { client, clock } = createTestClient(server.origin);
    const outcomes = await client.batch({ atomicity: 'each', operations: deletions(4) });
    assert.deepEqual(reasons(outcomes), ['ok', 'ok', 'notFound', 'ok']);
    assert.deepEqual(clock.delays, [3000]);
    assert.match(server.seen[1]?.body ?? '', /asyncoperations\(1\)[^]*asyncoperations\(3\)/);
    assert.doesNotMatch(server.seen[1]?.body ?? '', /asyncoperations\([02]\)/);
  });

  it('an answer that is no batch, and one with too few parts, are said to be so', async () => {
    server.answer(raw(200, { 'Content-Type': 'application/json' }, '{}'));
    await assert.rejects(run({ atomicity: 'each', operations: deletions(1) }), (error) =>
      DataverseError.is(error, 'badAnswer'),
    );
    server.answer(batchAnswer([DONE]));
    assert.deepEqual(reasons(await run({ atomicity: 'each', operations: deletions(2) })), [
      'ok',
      'badAnswer',
    ]);
  });

  it('a solution name that would begin a header of its own is refused', async () => {
    const operations = [
      { method: 'POST', path: 'serviceendpoints', body: {}, solution: 'a\r\nX: y' },
    ] as const;
    await assert.rejects(run({ atomicity: 'each', operations }), (error) =>
      DataverseError.is(error, 'invalid'),
    );
  });
});
