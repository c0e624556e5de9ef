import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startRunning } from './sandboxSetup';
import type { Answer, Running } from './sandboxSetup';

interface Part {
  readonly status: number;
  readonly contentId: string | undefined;
  readonly body: string;
  readonly url: string | undefined;
}

/** A request of a batch in its wire form. */
function request(line: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): string {
  const lines = [`${line} HTTP/1.1`, 'Accept: application/json'];
  if (body !== undefined) lines.push('Content-Type: application/json; type=entry');
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n${body === undefined ? '' : JSON.stringify(body)}`;
}

function item(content: string, contentId?: number): string {
  const id = contentId === undefined ? '' : `Content-ID: ${contentId.toString()}\r\n`;
  return `Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n${id}\r\n${content}\r\n`;
}

function changeSet(...requests: readonly string[]): string {
  const parts = requests.map((one, index) => `--changeset_1\r\n${item(one, index + 1)}`).join('');
  return `Content-Type: multipart/mixed; boundary="changeset_1"\r\n\r\n${parts}--changeset_1--\r\n`;
}

const batch = (...items: readonly string[]): string =>
  `${items.map((one) => `--batch_1\r\n${one}`).join('')}--batch_1--\r\n`;

/** The single answers, also those inside change sets. */
function partsOf(answer: Answer): readonly Part[] {
  return answer.text
    .split(/Content-Type: application\/http\r\n/)
    .slice(1)
    .map((text) => ({
      status: Number(/HTTP\/1\.1 (\d{3})/.exec(text)?.[1]),
      contentId: /Content-ID: (\S+)/.exec(text)?.[1],
      url: /OData-EntityId: (\S+)/.exec(text)?.[1],
      body: /\{.*\}/s.exec(text)?.[0] ?? '',
    }));
}

describe('Batches of the sandbox', () => {
  let running: Running;
  before(async () => {
    running = await startRunning();
  });
  after(() => running.close());

  const send = (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    running.ask('POST', '$batch', {
      body,
      headers: { 'Content-Type': 'multipart/mixed; boundary="batch_1"', ...headers },
    });
  const accounts = async (name: string): Promise<number> =>
    (await running.ask('GET', `accounts?$filter=name eq '${name}'&$select=name`)).json.value.length as number;

  it('answer each request in order, with relative and absolute addresses', async () => {
    const answer = await send(
      batch(
        item(request('GET /api/data/v9.2/WhoAmI')),
        item(request(`GET ${running.sandbox.url}/api/data/v9.2/contacts?$top=2&$select=fullname`)),
        item(request('GET accounts/$count')),
      ),
    );
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('Content-Type') ?? '', /^multipart\/mixed; boundary=batchresponse_/);
    const parts = partsOf(answer);
    assert.deepEqual(
      parts.map((part) => part.status),
      [200, 200, 200],
    );
    assert.equal((JSON.parse(parts[1]?.body ?? '') as { value: unknown[] }).value.length, 2);
  });

  it('make rows of a change set that refer to one another', async () => {
    const answer = await send(
      batch(
        changeSet(
          request('POST /api/data/v9.2/accounts', { name: 'Referred' }),
          request('POST contacts', { lastname: 'Referring', 'parentcustomerid_account@odata.bind': '$1' }),
          request('PATCH $1', { telephone1: '42' }),
          request('PUT $1/primarycontactid/$ref', { '@odata.id': '$2' }),
        ),
      ),
    );
    assert.equal(answer.status, 200);
    const parts = partsOf(answer);
    assert.deepEqual(
      parts.map((part) => [part.status, part.contentId]),
      [
        [204, '1'],
        [204, '2'],
        [204, '3'],
        [204, '4'],
      ],
    );
    const id = /\((.*)\)/.exec(parts[0]?.url ?? '')?.[1] ?? '';
    const { json } = await running.ask(
      'GET',
      `accounts(${id})?$select=telephone1&$expand=primarycontactid($select=lastname)`,
    );
    assert.equal(json.telephone1, '42');
    assert.equal(json.primarycontactid.lastname, 'Referring');
  });

  it('take a whole change set back when one of its requests fails, and answer with that one error', async () => {
    const answer = await send(
      batch(changeSet(request('POST accounts', { name: 'Undone' }), request('POST accounts', { nam: 'x' }))),
    );
    assert.equal(answer.status, 400);
    const parts = partsOf(answer);
    assert.equal(parts.length, 1);
    assert.equal(parts[0]?.status, 400);
    assert.equal(parts[0].contentId, '2');
    assert.match(parts[0].body, /Invalid property 'nam'/);
    assert.equal(await accounts('Undone'), 0);
  });

  it('stop at the first failure, or go on when that is preferred', async () => {
    const body = batch(
      item(request('POST accounts', { name: 'Before' })),
      item(request('GET nonsense')),
      item(request('POST accounts', { name: 'After' })),
    );
    const stopped = await send(body);
    assert.equal(stopped.status, 400);
    assert.deepEqual(
      partsOf(stopped).map((part) => part.status),
      [204, 404],
    );
    assert.deepEqual([await accounts('Before'), await accounts('After')], [1, 0]);
    const whole = await send(body, { Prefer: 'odata.continue-on-error' });
    assert.equal(whole.status, 200);
    assert.deepEqual(
      partsOf(whole).map((part) => part.status),
      [204, 404, 204],
    );
    assert.deepEqual([await accounts('Before'), await accounts('After')], [2, 1]);
  });

  it('hold If-Match and If-None-Match of each part by itself', async () => {
    const made = await send(batch(item(request('POST accounts', { name: 'Conditional' }))));
    const path = /accounts\([^)]*\)/.exec(partsOf(made)[0]?.url ?? '')?.[0] ?? '';
    const { headers, json } = await running.ask('GET', `${path}?$select=name`);
    const etag: string = json['@odata.etag'] ?? headers.get('etag');
    const nobody = 'accounts(11111111-2222-4333-8444-555555555555)';
    const body = batch(
      item(request(`PATCH ${path}`, { telephone1: '1' }, { 'If-None-Match': '*' })),
      item(request(`PATCH ${nobody}`, { name: 'Nobody' }, { 'If-Match': '*' })),
      item(request(`PATCH ${path}`, { telephone1: '2' }, { 'If-Match': etag })),
      item(request(`PATCH ${path}`, { telephone1: '3' }, { 'If-Match': etag })),
      item(request(`DELETE ${path}`, undefined, { 'If-Match': etag })),
      item(request(`GET ${path}?$select=telephone1`, undefined, { 'If-None-Match': 'null' })),
      changeSet(request(`PATCH ${path}`, { telephone1: '4' }, { 'If-Match': etag })),
    );
    const parts = partsOf(await send(body, { Prefer: 'odata.continue-on-error' }));
    assert.deepEqual(
      parts.map((part) => part.status),
      [412, 404, 204, 412, 412, 200, 412],
    );
    assert.match(parts[5]?.body ?? '', /"telephone1":"2"/);
  });

  it('take 1000 requests and refuse 1001', async () => {
    const many = (count: number): string =>
      batch(...Array.from({ length: count }, () => item(request('GET WhoAmI'))));
    assert.equal(partsOf(await send(many(1000))).length, 1000);
    const refused = await send(many(1001));
    assert.equal(refused.status, 400);
    assert.match(String(refused.json.error.message), /1000/);
  });

  it('read with addresses that are too long for a request of their own', async () => {
    const filter = Array.from(
      { length: 1200 },
      (_, index) => `name%20eq%20'${index.toString().padStart(12, '0')}'`,
    ).join('%20or%20');
    const path = `accounts?$select=name&$filter=${filter}`;
    assert.ok(path.length > 32768 && path.length < 65536);
    assert.equal((await running.ask('GET', path)).status, 414);
    assert.deepEqual(
      partsOf(await send(batch(item(request(`GET ${path}`))))).map((part) => part.status),
      [200],
    );
  });

  it('are refused when malformed', async () => {
    const good = batch(item(request('GET WhoAmI')));
    const bad: ReadonlyArray<
      readonly [reason: string, body: string, headers?: Readonly<Record<string, string>>]
    > = [
      ['no boundary', good, { 'Content-Type': 'multipart/mixed' }],
      ['JSON', '{}', { 'Content-Type': 'application/json' }],
      ['not closed', good.replace('--batch_1--', '')],
      ['bare line feeds', good.replaceAll('\r\n', '\n')],
      ['GET in a change set', batch(changeSet(request('GET WhoAmI')))],
      ['batch in a batch', batch(item(request('POST $batch')))],
      ['blank in the address', batch(item(request("GET accounts?$filter=name eq 'x'")))],
      [
        'no Content-ID',
        batch(
          `Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n${item(request('POST accounts', {}))}--c--\r\n`,
        ),
      ],
      ['wrong part type', good.replace('application/http', 'text/plain')],
    ];
    for (const [reason, body, headers] of bad) {
      const answer = await send(body, headers);
      assert.equal(answer.status, 400, reason);
      assert.equal(typeof answer.json.error.message, 'string', reason);
    }
  });

  it('refuse a reference to a request that is not there', async () => {
    const answer = await send(
      batch(changeSet(request('POST contacts', { 'parentcustomerid_account@odata.bind': '$7' }))),
    );
    assert.equal(answer.status, 400);
    assert.match(partsOf(answer)[0]?.body ?? '', /Content-ID Reference: '\$7' does not exist/);
  });
});
