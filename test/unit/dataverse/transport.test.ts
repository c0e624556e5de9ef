import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createNodeFetchTransport, type FetchedResponse } from '../../../src/dataverse/nodeFetchTransport';
import { BodyCutError, BodyTooLargeError, type HttpResponse } from '../../../src/dataverse/transport';

/** An answer through the transport, as a function of the shape of `fetch` would give it. */
function answer(
  chunks: ReadonlyArray<Uint8Array | string>,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpResponse> {
  async function* body(): AsyncGenerator<Uint8Array | string> {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
  const response: FetchedResponse = {
    status: 200,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    body: body(),
  };
  const transport = createNodeFetchTransport({
    load: () => Promise.resolve(() => Promise.resolve(response)),
  });
  return transport({ method: 'GET', url: 'https://x/', headers: {}, signal: new AbortController().signal });
}

describe('The transport', () => {
  it('puts characters together that arrive in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 5 }),
        async (text, size) => {
          const bytes = new TextEncoder().encode(text);
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
            bytes.slice(n * size, (n + 1) * size),
          );
          const response = await answer(chunks, { 'content-length': String(bytes.length) });
          assert.equal(await response.text(1_000_000), text.replace(/^\uFEFF/, ''));
        },
      ),
    );
  });

  it('takes a body that is shorter than announced for cut, unless it was compressed', async () => {
    const short = await answer(['abc'], { 'content-length': '4' });
    await assert.rejects(short.text(100), BodyCutError);
    const compressed = await answer(['abc'], { 'content-length': '4', 'content-encoding': 'gzip' });
    assert.equal(await compressed.text(100), 'abc');
  });

  it('counts bytes, not characters, against the limit', async () => {
    assert.equal(await (await answer(['ыы'])).text(4), 'ыы');
    await assert.rejects((await answer(['ыы'])).text(3), BodyTooLargeError);
    await assert.rejects((await answer([], { 'content-length': '4' })).text(3), BodyTooLargeError);
  });

  it('loads what it sends with only when a request is made', async () => {
    let loaded = 0;
    const transport = createNodeFetchTransport({
      load: () => {
        loaded += 1;
        return Promise.reject(new Error('not there'));
      },
    });
    assert.equal(loaded, 0);
    const request = { method: 'GET', url: 'https://x/', headers: {}, signal: AbortSignal.abort() } as const;
    await assert.rejects(transport(request), /Cancelled/);
    assert.equal(loaded, 0);
    await assert.rejects(transport({ ...request, signal: new AbortController().signal }), /not there/);
    assert.equal(loaded, 1);
  });
});
