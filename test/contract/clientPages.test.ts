import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DataverseError } from '../../src/dataverse/errors';
import { writeFetchXml } from '../../src/dataverse/fetchXml';
import * as odata from '../../src/dataverse/odata';
import type { Page, Row } from '../../src/dataverse/webApi';
import { createTestClient } from '../fakes/dataverseClient';
import { json, raw, startScriptedServer, type Script, type ScriptedServer } from '../fakes/scriptedServer';

async function read(pages: AsyncIterable<Page>): Promise<readonly Page[]> {
  const all: Page[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

function rowsOf(pages: readonly Page[]): readonly Row[] {
  return pages.flatMap((page) => page.rows);
}

const FETCH = writeFetchXml({
  entity: { name: 'asyncoperation', attributes: ['name'], orders: ['asyncoperationid'] },
});

/** A cookie annotation as the service writes it: the cookie URL-encoded twice (FACTS 13.6). */
function cookieAnnotation(page: number, cookie: string): string {
  const twice = encodeURIComponent(encodeURIComponent(cookie));
  return `<cookie pagenumber="${page}" pagingcookie="${twice}" istracking="False" />`;
}

describe('Pages', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  const link = (rest: string): string => `${server.origin}/api/data/v9.2/${rest}`;

  it('a next link is requested byte for byte with the same Prefer header', async () => {
    const next =
      'steps?$select=name&$filter=a%20eq%201&$skiptoken=%3Ccookie%20pagenumber=%222%22%20/%3E%2b+;x';
    server.answer(
      json({ '@odata.count': 3, value: [{ n: 1 }, { n: 2 }], '@odata.nextLink': link(next) }),
      json({ value: [{ n: 3 }] }),
    );
    const { client } = createTestClient(server.origin);
    const pages = await read(client.pages('steps?$select=name', { pageSize: 2 }));
    assert.deepEqual(rowsOf(pages), [{ n: 1 }, { n: 2 }, { n: 3 }]);
    assert.deepEqual(
      pages.map((page) => [page.more, page.total, page.totalIsLimit]),
      [
        [true, 3, false],
        [false, undefined, undefined],
      ],
    );
    assert.equal(server.seen[1]?.url, `/api/data/v9.2/${next}`);
    assert.equal(server.seen[0]?.headers['prefer'], 'odata.include-annotations="*",odata.maxpagesize=2');
    assert.equal(server.seen[1].headers['prefer'], server.seen[0].headers['prefer']);
  });

  it('a next link keeps every character that WHATWG URL would write in another way', async () => {
    const rests = [
      "steps?$filter=name eq 'O''Brien'&$skiptoken=1".replaceAll(' ', '%20'),
      'steps?$skiptoken=a\\b"c<d>e`f{g}|h^i',
      'steps/./x/../y/%2e%2E/z?$skiptoken=2',
      "accounts(name='%7e')?$skiptoken=%3c%3C;[]@:!$&()*+,=",
      '?$skiptoken=3',
      'x\\y?',
    ];
    for (const rest of rests) {
      server.answer(json({ value: [{ n: 1 }], '@odata.nextLink': link(rest) }), json({ value: [{ n: 2 }] }));
      const pages = await read(createTestClient(server.origin).client.pages('steps'));
      assert.equal(rowsOf(pages).length, 2, rest);
      assert.equal(server.seen.at(-1)?.url, `/api/data/v9.2/${rest}`);
    }
  });

  it('a compressed answer behind such a link is read, a redirect from there is not followed', async () => {
    const target = link("steps?$skiptoken='2'");
    const packed = gzipSync(JSON.stringify({ value: [{ n: 2 }] }));
    server.answer(json({ value: [{ n: 1 }], '@odata.nextLink': target }), (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
      response.end(packed);
    });
    const { client } = createTestClient(server.origin);
    assert.deepEqual(rowsOf(await read(client.pages('steps'))), [{ n: 1 }, { n: 2 }]);
    server.answer(
      json({ value: [{ n: 1 }], '@odata.nextLink': target }),
      raw(302, { Location: `${server.origin}/elsewhere` }),
    );
    await assert.rejects(read(client.pages('steps')), (error) => DataverseError.is(error, 'redirected'));
    assert.equal(server.seen.at(-1)?.url, "/api/data/v9.2/steps?$skiptoken='2'");
  });

  it('what has no form in a request line is escaped in a next link, and nothing else of it', async () => {
    server.answer(
      json({ value: [], '@odata.nextLink': link("steps?$skiptoken='a b' é 😀%20#top") }),
      json({ value: [] }),
    );
    await read(createTestClient(server.origin).client.pages('steps'));
    assert.equal(server.seen[1]?.url, "/api/data/v9.2/steps?$skiptoken='a%20b'%20%C3%A9%20%F0%9F%98%80%20");
  });

  it('a control character in a next link is refused', async () => {
    for (const character of ['\r\n', '\n', '\t', '\0', '\u007f']) {
      server.answer(json({ value: [], '@odata.nextLink': link(`steps?$skiptoken=1${character}X-Y: z`) }));
      const { client } = createTestClient(server.origin);
      await assert.rejects(read(client.pages('steps')), (error) => DataverseError.is(error, 'badAnswer'));
    }
    assert.equal(server.seen.length, 5);
  });

  it('a relative next link is taken as it is written, from where the document came', async () => {
    const cases = [
      ["steps?$skiptoken='2'", "/api/data/v9.2/steps?$skiptoken='2'"],
      ["/other/steps?a='b'", "/other/steps?a='b'"],
      ["?$skiptoken='2'", "/api/data/v9.2/steps?$skiptoken='2'"],
    ] as const;
    for (const [given, expected] of cases) {
      server.answer(json({ value: [], '@odata.nextLink': given }), json({ value: [] }));
      await read(createTestClient(server.origin).client.pages('steps?$top=1'));
      assert.equal(server.seen.at(-1)?.url, expected);
    }
  });

  it('the next page is fetched only when it is asked for', async () => {
    server.answer(json({ value: [{ n: 1 }], '@odata.nextLink': link('steps?$skiptoken=2') }));
    const { client } = createTestClient(server.origin);
    for await (const page of client.pages('steps')) {
      assert.equal(page.more, true);
      break;
    }
    assert.equal(server.seen.length, 1);
  });

  it('a count of 5000 is only a limit', async () => {
    server.answer(json({ '@odata.count': 5000, value: [] }));
    const [page] = await read(createTestClient(server.origin).client.pages('steps?$count=true'));
    assert.deepEqual([page?.total, page?.totalIsLimit], [5000, true]);
  });

  it('a next link on another origin is refused, and the token does not go there', async () => {
    const other = await startScriptedServer();
    try {
      const { client } = createTestClient(server.origin);
      const foreign = [
        `${other.origin}/api/data/v9.2/steps`,
        server.origin.replace('http:', 'https:') + '/x',
        server.origin.replace('//', '//user@') + '/x',
        `//evil.example/x`,
        17,
        '',
      ];
      for (const place of foreign) {
        server.answer(json({ value: [], '@odata.nextLink': place }));
        await assert.rejects(
          read(client.pages('steps')),
          (error) => DataverseError.is(error, 'badAnswer'),
          String(place),
        );
      }
      assert.equal(other.seen.length, 0);
      assert.equal(server.seen.length, foreign.length);
    } finally {
      await other.close();
    }
  });

  it('a next link that leads back is refused instead of going round for ever', async () => {
    server.answer(
      json({ value: [], '@odata.nextLink': link('steps?$skiptoken=2') }),
      json({ value: [], '@odata.nextLink': link('steps?$skiptoken=1') }),
      json({ value: [], '@odata.nextLink': link('steps?$skiptoken=2') }),
    );
    const { client } = createTestClient(server.origin);
    await assert.rejects(read(client.pages('steps')), (error) => DataverseError.is(error, 'badAnswer'));
    assert.equal(server.seen.length, 3);
  });

  it('a page size that the service would not take is refused before anything is sent', async () => {
    const { client } = createTestClient(server.origin);
    for (const pageSize of [0, 5001, 1.5, NaN]) {
      for (const pages of [
        client.pages('steps', { pageSize }),
        client.fetchPages('x', FETCH, { pageSize }),
      ]) {
        await assert.rejects(read(pages), (error) => DataverseError.is(error, 'invalid'));
      }
    }
    assert.equal(server.seen.length, 0);
  });

  it('what is no collection is refused', async () => {
    const { client } = createTestClient(server.origin);
    for (const body of [{ name: 'a' }, { value: 1 }, { value: [1] }]) {
      server.answer(json(body));
      await assert.rejects(read(client.pages('steps')), (error) => DataverseError.is(error, 'badAnswer'));
    }
  });

  it('an expanded collection that is cut into pages is read to its end', async () => {
    server.answer(
      json({
        value: [
          { id: 'a', images: [{ i: 1 }], 'images@odata.nextLink': link('steps(a)/images?$skiptoken=2') },
          { id: 'b', images: [{ i: 9 }] },
        ],
      }),
      json({ value: [{ i: 2 }], '@odata.nextLink': link('steps(a)/images?$skiptoken=3') }),
      json({ value: [{ i: 3 }, { i: 1 }] }),
    );
    const rows = rowsOf(await read(createTestClient(server.origin).client.pages('steps?$expand=images')));
    assert.deepEqual(rows, [
      { id: 'a', images: [{ i: 1 }, { i: 2 }, { i: 3 }, { i: 1 }] },
      { id: 'b', images: [{ i: 9 }] },
    ]);
  });

  it('a nested link that begins at the start again gives no row twice', async () => {
    server.answer(
      json({ images: [{ i: 1 }], 'images@odata.nextLink': link('steps(a)/images?$select=i') }),
      json({ value: [{ i: 1 }, { i: 2 }] }),
    );
    const row = await createTestClient(server.origin).client.get('steps(a)?$expand=images');
    assert.deepEqual(row, { images: [{ i: 1 }, { i: 2 }] });
  });

  it('nested links are followed through rows within rows', async () => {
    server.answer(
      json({
        hook: { steps: [{ id: 1, images: [], 'images@odata.nextLink': link('images?$skiptoken=1') }] },
      }),
      json({ value: [{ i: 1, tags: [], 'tags@odata.nextLink': link('tags?$skiptoken=1') }] }),
      json({ value: [{ t: 1 }] }),
    );
    const row = await createTestClient(server.origin).client.get('x');
    assert.deepEqual(row, { hook: { steps: [{ id: 1, images: [{ i: 1, tags: [{ t: 1 }] }] }] } });
  });

  it('the result of a function that comes in pages is read to its end', async () => {
    server.answer(
      json({ value: [{ n: 1 }], '@odata.nextLink': link('Fn()?$skiptoken=2') }),
      json({ value: [{ n: 2 }] }),
    );
    assert.deepEqual(await createTestClient(server.origin).client.get('Fn()'), {
      value: [{ n: 1 }, { n: 2 }],
    });
  });

  it('a nested link on another origin is refused', async () => {
    server.answer(json({ images: [], 'images@odata.nextLink': 'https://evil.example/x' }));
    await assert.rejects(createTestClient(server.origin).client.get('x'), (error) =>
      DataverseError.is(error, 'badAnswer'),
    );
  });

  describe('of FetchXML', () => {
    const asked = (index: number): string =>
      new URL(server.seen[index]?.url ?? '', server.origin).searchParams.get('fetchXml') ?? '';

    it('the cookie of each page leads to the next', async () => {
      const cookie = '<cookie page="1"><name last="O\'Brien &amp; 100%" first="ы" /></cookie>';
      server.answer(
        json({
          '@Microsoft.Dynamics.CRM.totalrecordcount': 3,
          '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': false,
          '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie': cookieAnnotation(2, cookie),
          '@Microsoft.Dynamics.CRM.morerecords': true,
          value: [{ n: 1 }, { n: 2 }],
        }),
        json({ '@Microsoft.Dynamics.CRM.morerecords': false, value: [{ n: 3 }] }),
      );
      const { client } = createTestClient(server.origin);
      const pages = await read(client.fetchPages('asyncoperations', FETCH, { pageSize: 2 }));
      assert.deepEqual(rowsOf(pages), [{ n: 1 }, { n: 2 }, { n: 3 }]);
      assert.deepEqual([pages[0]?.total, pages[0]?.totalIsLimit, pages[0]?.more], [3, false, true]);
      assert.equal(asked(0), FETCH.replace('<fetch', '<fetch page="1" count="2"'));
      assert.match(asked(1), /^<fetch page="2" count="2" paging-cookie="&lt;cookie page=&quot;1&quot;&gt;/);
      assert.ok(asked(1).includes('last=&quot;O&apos;Brien &amp;amp; 100%&quot; first=&quot;ы&quot;'));
      assert.ok(asked(1).endsWith(FETCH.slice('<fetch'.length)));
      assert.equal(server.seen[0]?.headers['prefer'], 'odata.include-annotations="*"');
    });

    it('without a cookie the pages are counted', async () => {
      server.answer(
        json({ '@Microsoft.Dynamics.CRM.morerecords': true, value: [{ n: 1 }] }),
        json({ '@Microsoft.Dynamics.CRM.morerecords': false, value: [{ n: 2 }] }),
      );
      const { client } = createTestClient(server.origin);
      assert.equal((await read(client.fetchPages('asyncoperations', FETCH))).length, 2);
      assert.equal(asked(0), FETCH);
      assert.equal(asked(1), FETCH.replace('<fetch', '<fetch page="2" count="5000"'));
    });

    it('counting ends at 50,000 rows with an error, not with rows missing', async () => {
      server.answer(json({ '@Microsoft.Dynamics.CRM.morerecords': true, value: [{ n: 1 }] }));
      const { client } = createTestClient(server.origin);
      await assert.rejects(read(client.fetchPages('asyncoperations', FETCH)), (error) =>
        DataverseError.is(error, 'tooLarge'),
      );
      assert.equal(server.seen.length, 10);
    });

    it('a query with top is one page', async () => {
      server.answer(json({ '@Microsoft.Dynamics.CRM.morerecords': true, value: [{ n: 1 }] }));
      const { client } = createTestClient(server.origin);
      const text = writeFetchXml({ top: 1, entity: { name: 'asyncoperation' } });
      const pages = await read(client.fetchPages('asyncoperations', text, { pageSize: 50 }));
      assert.deepEqual(pages, [{ rows: [{ n: 1 }], more: false }]);
      assert.equal(asked(0), text);
    });

    it('an aggregate is sent as it is, and goes on when there are more groups', async () => {
      server.answer(
        json({ '@Microsoft.Dynamics.CRM.morerecords': true, value: [{ n: 1 }] }),
        json({ '@Microsoft.Dynamics.CRM.morerecords': false, value: [{ n: 2 }] }),
      );
      const { client } = createTestClient(server.origin);
      const text = writeFetchXml({ aggregate: true, entity: { name: 'asyncoperation' } });
      const pages = await read(client.fetchPages('asyncoperations', text, { pageSize: 50 }));
      assert.deepEqual(rowsOf(pages), [{ n: 1 }, { n: 2 }]);
      assert.equal(asked(0), text);
    });

    it('a service that promises more without getting further is refused', async () => {
      const same: Script = json({
        '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie': cookieAnnotation(2, '<cookie page="1"/>'),
        '@Microsoft.Dynamics.CRM.morerecords': true,
        value: [{ n: 1 }],
      });
      const empty: Script = json({ '@Microsoft.Dynamics.CRM.morerecords': true, value: [] });
      for (const script of [same, empty]) {
        server.answer(script);
        const { client } = createTestClient(server.origin);
        await assert.rejects(read(client.fetchPages('asyncoperations', FETCH)), (error) =>
          DataverseError.is(error, 'badAnswer'),
        );
      }
      assert.equal(server.seen.length, 4);
    });

    it('a query that is too long for an address travels as a GET inside a batch', async () => {
      const long = writeFetchXml({
        entity: {
          name: 'asyncoperation',
          filter: {
            conditions: [
              {
                attribute: 'name',
                operator: 'in',
                values: Array.from({ length: 900 }, (_, n) => `O'Brien ${n}`),
              },
            ],
          },
        },
      });
      const part = [
        '--r1',
        'Content-Type: application/http',
        'Content-Transfer-Encoding: binary',
        '',
        'HTTP/1.1 200 OK',
        'Content-Type: application/json; odata.metadata=minimal',
        'OData-Version: 4.0',
        '',
        '{"value":[{"n":1}]}',
        '--r1--',
        '',
      ].join('\r\n');
      server.answer(raw(503, {}), raw(200, { 'Content-Type': 'multipart/mixed; boundary=r1' }, part));
      const { client, lines } = createTestClient(server.origin);
      const pages = await read(client.fetchPages('asyncoperations', long));
      assert.deepEqual(rowsOf(pages), [{ n: 1 }]);
      const request = server.seen[1];
      assert.equal(request?.method, 'POST');
      assert.equal(request.url, '/api/data/v9.2/$batch');
      const line = /\r\nGET (\S+) HTTP\/1\.1\r\n/.exec(request.body);
      assert.equal(new URL(line?.[1] ?? '').searchParams.get('fetchXml'), long);
      assert.match(request.body, /\r\nPrefer: odata\.include-annotations="\*"\r\n/);
      assert.ok(lines.includes('GET asyncoperations?fetchXml 200 0 ms'), lines.join('\n'));
    });

    it('an error inside the batch is the error of the query', async () => {
      const path = odata.query('steps', { filter: odata.eq('name', 'x'.repeat(9000)) });
      const part =
        '--r1\nContent-Type: application/http\n\nHTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{"error":{"code":"0x80040217","message":"No."}}\n--r1--';
      server.answer(raw(400, { 'Content-Type': 'multipart/mixed; boundary="r1"' }, part));
      await assert.rejects(createTestClient(server.origin).client.get(path), (error) => {
        assert.ok(DataverseError.is(error, 'notFound'));
        assert.equal(error.method, 'GET');
        assert.equal(error.path, 'steps?$filter');
        return true;
      });
    });

    it('a query that is too long even for a batch is refused before it is sent', async () => {
      const path = odata.query('steps', { filter: odata.eq('name', 'x'.repeat(70_000)) });
      await assert.rejects(createTestClient(server.origin).client.get(path), (error) =>
        DataverseError.is(error, 'tooLarge'),
      );
      assert.equal(server.seen.length, 0);
    });
  });
});
