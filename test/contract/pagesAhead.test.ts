import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DataverseError } from '../../src/dataverse/errors';
import { writeFetchXml } from '../../src/dataverse/fetchXml';
import type { Page } from '../../src/dataverse/webApi';
import { collectGarbage } from '../bench/figure';
import { createTestClient } from '../fakes/dataverseClient';
import { hang, json, raw, startScriptedServer, type ScriptedServer } from '../fakes/scriptedServer';

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
});
