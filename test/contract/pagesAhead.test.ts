import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DataverseError } from '../../src/dataverse/errors';
import { writeFetchXml } from '../../src/dataverse/fetchXml';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import type { Transport } from '../../src/dataverse/transport';
import type { Page } from '../../src/dataverse/webApi';
import { collectGarbage } from '../bench/figure';
import { createTestClient } from '../fakes/dataverseClient';
import {
  hang,
  json,
  raw,
  startScriptedServer,
  type Script,
  type ScriptedServer,
} from '../fakes/scriptedServer';

async function read(pages: AsyncIterable<Page>): Promise<readonly Page[]> {
  const all: Page[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

const FETCH = writeFetchXml({
  entity: { name: 'asyncoperation', attributes: ['name'], orders: ['asyncoperationid'] },
});

/** A cookie annotation as the service writes it: the cookie URL-encoded twice (FACTS 13.6). */
function cookieAnnotation(page: number, cookie: string): string {
  const twice = encodeURIComponent(encodeURIComponent(cookie));
  return `<cookie pagenumber="${page}" pagingcookie="${twice}" istracking="False" />`;
}

describe('Pages asked for ahead', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  const link = (rest: string): string => `${server.origin}/api/data/v9.2/${rest}`;
  const seen = async (count: number): Promise<void> => {
    while (server.seen.length < count) await new Promise((resolve) => setImmediate(resolve));
  };

  it('are on their way while one is worked on, in both languages', async () => {
    const { client } = createTestClient(server.origin);
    server.answer(
      json({ value: [{ n: 1 }], '@odata.nextLink': link('steps?$skiptoken=2') }),
      json({ value: [{ n: 2 }] }),
    );
    for await (const { more } of client.pages('steps', { ahead: true })) if (more) await seen(2);
    assert.deepEqual(
      server.seen.map(({ url }) => url),
      ['/api/data/v9.2/steps', '/api/data/v9.2/steps?$skiptoken=2'],
    );
    const before = server.seen.length;
    server.answer(
      json({
        '@Microsoft.Dynamics.CRM.morerecords': true,
        '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie': cookieAnnotation(2, '<cookie page="1" />'),
        value: [{ n: 1 }],
      }),
      json({ value: [{ n: 2 }] }),
    );
    for await (const { more } of client.fetchPages('asyncoperations', FETCH, { ahead: true })) {
      if (more) await seen(before + 2);
    }
    assert.equal(server.seen.length, before + 2);
  });

  it('what only looks like a next link is not asked for', async () => {
    const trap = `"@odata.nextLink":"${link('trap')}"`;
    server.answer(
      json({ '@odata.nextLink': link('steps?$skiptoken=2'), value: [{ n: trap }] }),
      json({ value: [{ 'inner@odata.nextLink': link('inner'), inner: [], n: trap }] }),
      json({ value: [] }),
    );
    const { client } = createTestClient(server.origin);
    const pages = await read(client.pages('steps', { ahead: true }));
    assert.deepEqual(
      pages.flatMap(({ rows }) => rows).map(({ n }) => n),
      [trap, trap],
    );
    assert.deepEqual(
      server.seen.map(({ url }) => url.slice('/api/data/v9.2/'.length)),
      ['steps', 'steps?$skiptoken=2', 'inner'],
    );
  });

  it('a foreign link is refused, and one that leads back is not asked for', async () => {
    const { client } = createTestClient(server.origin);
    for (const next of ['https://elsewhere.example/steps', link('steps')]) {
      server.answer(json({ value: [{ n: 1 }], '@odata.nextLink': next }));
      const before = server.seen.length;
      await assert.rejects(read(client.pages('steps', { ahead: true })), (error) =>
        DataverseError.is(error, 'badAnswer'),
      );
      assert.equal(server.seen.length, before + 1);
    }
  });

  it('a page that nobody waits for any more is given up, and its failure is not told', async () => {
    const { client } = createTestClient(server.origin);
    const first = json({ value: [{ n: 1 }], '@odata.nextLink': link('steps?$skiptoken=2') });
    server.answer(first, hang);
    for await (const _ of client.pages('steps', { ahead: true })) {
      await seen(2);
      break;
    }
    server.answer(first, raw(403, {}));
    const pages = client.pages('steps', { ahead: true })[Symbol.asyncIterator]();
    const { value } = await pages.next();
    assert.equal(value?.rows.length, 1);
    await assert.rejects(pages.next(), (error) => DataverseError.is(error, 'forbidden'));
  });

  it('do not stay in memory once they were worked on', async () => {
    const PAGES = 12;
    const filling = 'x'.repeat(2 * 2 ** 20);
    server.answer((request, response) => {
      const number = Number(/skiptoken=(\d+)/.exec(request.url)?.[1] ?? 1);
      const next = number < PAGES ? { '@odata.nextLink': link(`steps?$skiptoken=${number + 1}`) } : {};
      json({ value: [{ number, filling }], ...next })(request, response);
    });
    const used: number[] = [];
    for await (const _ of createTestClient(server.origin).client.pages('steps', { ahead: true })) {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      used.push((heapUsed + external) / 2 ** 20);
    }
    assert.equal(used.length, PAGES);
    const grown = Math.min(...used.slice(-3)) - Math.min(...used.slice(0, 3));
    assert.ok(grown < 8, `${grown.toFixed(1)} MB more than at the first pages`);
  });

  it('are asked for before a page is worked on, which takes no pause', async () => {
    const said: string[] = [];
    const answers = [
      { value: [{ n: 1 }], '@odata.nextLink': link('steps?$skiptoken=2') },
      { value: [{ n: 2 }] },
    ];
    server.answer(...answers.map((body) => json(body)));
    const send = createNodeFetchTransport();
    const transport: Transport = (request) => {
      said.push(`asked for ${request.url.endsWith('=2') ? 2 : 1}`);
      return send(request);
    };
    const { client } = createTestClient(server.origin, { transport });
    for await (const { rows } of client.pages('steps', { ahead: true }))
      said.push(`worked on ${String(rows[0]?.['n'])}`);
    assert.deepEqual(said, ['asked for 1', 'asked for 2', 'worked on 1', 'worked on 2']);
  });
});

/** Rows enough for a page of several parts. */
const manyRows = (first: number, count = 2000): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  Array.from({ length: count }, (_, at) => ({
    '@odata.etag': `W/"${first + at}"`,
    number: first + at,
    text: `},{"@odata.etag": ${'é'.repeat(100)}`,
  }));

describe('Pages in parts', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  const link = (rest: string): string => `${server.origin}/api/data/v9.2/${rest}`;
  const numbers = (pages: readonly Page[]): readonly unknown[] =>
    pages.flatMap(({ rows }) => rows).map(({ number }) => number);

  it('have all rows, and say where a page of the service ends, in both languages', async () => {
    const { client } = createTestClient(server.origin);
    const [first, second] = [manyRows(0), manyRows(2000)];
    const answers = {
      webApi: [
        { '@odata.count': 4000, value: first, '@odata.nextLink': link('steps?$skiptoken=2') },
        { value: second },
      ],
      fetchXml: [
        {
          '@Microsoft.Dynamics.CRM.totalrecordcount': 4000,
          '@Microsoft.Dynamics.CRM.morerecords': true,
          '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie': cookieAnnotation(2, '<cookie page="1" />'),
          value: first,
        },
        { value: second },
      ],
    };
    for (const ahead of [false, true])
      for (const language of ['webApi', 'fetchXml'] as const) {
        server.answer(...answers[language].map((body) => json(body)));
        const options = { ahead, parts: true };
        const pages = await read(
          language === 'webApi'
            ? client.pages('steps', options)
            : client.fetchPages('asyncoperations', FETCH, options),
        );
        assert.deepEqual(
          numbers(pages),
          Array.from({ length: 4000 }, (_, at) => at),
        );
        assert.ok(pages.length >= 4, String(pages.length));
        const whole = pages.filter(({ partial }) => partial !== true);
        assert.deepEqual(
          whole.map(({ rows, more }) => [rows.at(-1)?.['number'], more]),
          [
            [1999, true],
            [3999, false],
          ],
        );
        assert.ok(pages.slice(0, -1).every(({ more }) => more));
        assert.equal(pages[0]?.total, 4000);
      }
  });

  it('have all rows where they come compressed', async () => {
    const { client } = createTestClient(server.origin);
    const bodies = [
      { value: manyRows(0, 9000), '@odata.nextLink': link('steps?$skiptoken=2') },
      { value: manyRows(9000, 9000) },
    ];
    server.answer(
      ...bodies.map((body): Script => (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
        response.end(gzipSync(JSON.stringify(body)));
      }),
    );
    const pages = await read(client.pages('steps', { ahead: true, parts: true }));
    assert.deepEqual(
      numbers(pages),
      Array.from({ length: 18_000 }, (_, at) => at),
    );
    assert.ok(pages.every(({ rows }) => rows.every(({ text }) => String(text).endsWith('é'.repeat(100)))));
  });

  it('are one where nobody asks for parts, or the page is short', async () => {
    const { client } = createTestClient(server.origin);
    for (const [rows, options] of [
      [manyRows(0), { ahead: true }],
      [manyRows(0, 5), { parts: true }],
      [[], { parts: true }],
    ] as const) {
      server.answer(json({ value: rows }));
      const pages = await read(client.pages('steps', options));
      assert.deepEqual(pages, [{ rows, more: false }]);
    }
  });

  it('have what expanded collections have left for pages of their own', async () => {
    const rows = manyRows(0).map((row, at) =>
      at === 1990
        ? { ...row, images: [{ n: 1 }], 'images@odata.nextLink': link('images?$skiptoken=2') }
        : row,
    );
    server.answer(json({ value: rows }), json({ value: [{ n: 2 }] }));
    const pages = await read(createTestClient(server.origin).client.pages('steps', { parts: true }));
    assert.ok(pages.length > 1);
    const found = pages.flatMap((page) => page.rows)[1990];
    assert.deepEqual(found, { ...manyRows(1990, 1)[0], images: [{ n: 1 }, { n: 2 }] });
  });

  it('come whole where they are written in another way, and fail with the request where they are no JSON', async () => {
    const { client } = createTestClient(server.origin);
    const type = { 'Content-Type': 'application/json' };
    server.answer(raw(200, type, JSON.stringify({ value: manyRows(0) }, undefined, 1)));
    assert.equal((await read(client.pages('steps', { parts: true }))).length, 1);
    server.answer(raw(200, type, JSON.stringify({ value: [], other: { value: [{ n: 1 }] } })));
    assert.deepEqual(await read(client.pages('steps', { parts: true })), [{ rows: [], more: false }]);
    const broken = JSON.stringify({ value: manyRows(0) }).replace('"number":1999', '"number":');
    server.answer(raw(200, type, broken));
    let count = 0;
    await assert.rejects(
      async () => {
        for await (const { rows } of client.pages('steps', { parts: true })) count += rows.length;
      },
      (error) =>
        DataverseError.is(error, 'badAnswer') && error.message === 'The answer to GET steps is broken JSON',
    );
    assert.ok(count > 1000 && count < 2000, String(count));
  });

  it('have every row once also where something stands behind the rows that is none of them', async () => {
    const { client } = createTestClient(server.origin);
    server.answer(json({ value: manyRows(0), other: [{ number: 'no row' }] }));
    const pages = await read(client.pages('steps', { parts: true }));
    assert.ok(pages.length > 1);
    assert.deepEqual(
      numbers(pages),
      Array.from({ length: 2000 }, (_, at) => at),
    );
  });

  it('give their rows before it is told that nothing can come behind them', async () => {
    const { client } = createTestClient(server.origin);
    const answers = [
      json({ value: manyRows(0), '@odata.nextLink': 'https://elsewhere.example/steps' }),
      json({
        '@Microsoft.Dynamics.CRM.morerecords': true,
        '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie': cookieAnnotation(2, '<cookie page="1" />'),
        value: manyRows(0),
      }),
    ];
    for (const [at, pages, expected] of [
      [0, client.pages('steps', { parts: true }), 2000],
      // The second time the cookie is one that was sent.
      [1, client.fetchPages('asyncoperations', FETCH, { parts: true }), 4000],
    ] as const) {
      server.answer(...answers.slice(at));
      let count = 0;
      await assert.rejects(
        async () => {
          for await (const { rows, more } of pages) {
            assert.ok(more);
            count += rows.length;
          }
        },
        (error) => DataverseError.is(error, 'badAnswer'),
      );
      assert.equal(count, expected);
    }
  });

  it('give the memory of a page back when it was worked on, also where nobody wants the rest of it', async () => {
    const send = createNodeFetchTransport();
    const freed: string[] = [];
    const transport: Transport = async (request) => {
      const response = await send(request);
      return {
        ...response,
        body: async (maxBytes) => {
          const body = await response.body(maxBytes);
          return {
            bytes: body.bytes,
            free: () => {
              freed.push(request.url.slice(-1));
              body.free();
            },
          };
        },
      };
    };
    const { client } = createTestClient(server.origin, { transport });
    const two = [
      json({ value: manyRows(0), '@odata.nextLink': link('steps?$skiptoken=2') }),
      json({ value: manyRows(2000) }),
    ];
    for (const parts of [true, false]) {
      server.answer(...two);
      const seen: unknown[] = [];
      for await (const { rows } of client.pages('steps?1', { ahead: true, parts }))
        seen.push(`${String(rows[0]?.['number'])} ${freed.join()}`);
      assert.equal(seen[0], '0 ');
      assert.equal(seen.at(-1), `${parts ? String(seen.at(-1)).split(' ', 1)[0] : 2000} 1`);
      assert.deepEqual(freed.splice(0), ['1', '2']);
    }
    server.answer(...two);
    for await (const _ of client.pages('steps?1', { parts: true })) break;
    assert.deepEqual(freed, ['1']);
  });
});
