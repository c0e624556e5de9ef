import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outlineOf, partsOf } from '../../../src/dataverse/pageBytes';

/** The document put together from its outline and its parts; undefined where it is for who parses it as a whole. */
function taken(json: Uint8Array, size: number): { document: unknown; parts: number } | undefined {
  const bytes = Buffer.from(json);
  const outline = outlineOf(bytes);
  if (outline === undefined) return undefined;
  const document: { value: unknown } = JSON.parse(outline.text);
  if (!Array.isArray(document.value) || document.value.length > 0) return undefined;
  let parts = 0;
  let isLast = false;
  for (const part of partsOf(bytes, outline, size)) {
    assert.ok(!isLast, 'nothing comes behind the last part');
    isLast = part.isLast;
    document.value.push(...part.values);
    parts += 1;
  }
  assert.ok(isLast);
  return { document, parts };
}

function bytesOf(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document));
}

/** Texts that look like what is searched for. */
const hostile = fc.constantFrom(
  '},{"@odata.etag":',
  '},{',
  '}]}',
  '],"@odata.nextLink":"x',
  '"value":[',
  '[{"@odata.etag":"W/1"},{"@odata.etag":"W/2"}]',
  '\\"',
  '\\',
  'é字𝄞\u2028\u0000',
);
const text = fc.oneof(fc.string({ unit: 'grapheme' }), hostile, fc.tuple(hostile, hostile).map(String));
const etag = fc.nat(9999).map((at) => `W/"${at}"`);
const inner = fc.record({ '@odata.etag': etag, name: text });
const row = fc.record(
  {
    '@odata.etag': etag,
    name: text,
    number: fc.integer(),
    nothing: fc.constant(null),
    owner: inner,
    images: fc.array(inner, { maxLength: 4 }),
    lists: fc.array(fc.array(inner, { maxLength: 3 }), { maxLength: 2 }),
    value: fc.array(text, { maxLength: 2 }),
  },
  { requiredKeys: ['@odata.etag'] },
);
const page = fc
  .record({
    context: fc.record(
      { '@odata.context': text, '@odata.count': fc.nat() },
      { requiredKeys: ['@odata.context'] },
    ),
    value: fc.array(row, { minLength: 1, maxLength: 12 }),
    link: fc.record({ '@odata.nextLink': text }, { requiredKeys: [] }),
  })
  .map(({ context, value, link }) => ({ ...context, value, ...link }));

describe('The bytes of a page', () => {
  it('give the same document in parts as parsed as a whole, whatever the rows hold', () => {
    let inParts = 0;
    fc.assert(
      fc.property(page, fc.integer({ min: 1, max: 500 }), (document, size) => {
        const found = taken(bytesOf(document), size);
        assert.deepEqual(found?.document, JSON.parse(JSON.stringify(document)));
        if ((found?.parts ?? 0) > 1) inParts += 1;
      }),
      { numRuns: 2000 },
    );
    assert.ok(inParts > 500, `${inParts} in several parts`);
  });

  it('that were damaged never give other rows than the whole would', () => {
    const damage = fc.record({
      at: fc.nat(),
      length: fc.nat(3),
      bytes: fc.array(fc.constantFrom(...Buffer.from('[]{}",:\\a')), { maxLength: 3 }),
    });
    let refused = 0;
    fc.assert(
      fc.property(page, damage, fc.integer({ min: 1, max: 300 }), (document, { at, length, bytes }, size) => {
        const before = bytesOf(document);
        const cut = at % before.length;
        const json = Buffer.concat([
          before.subarray(0, cut),
          Buffer.from(bytes),
          before.subarray(cut + length),
        ]);
        let found: unknown;
        try {
          found = taken(json, size)?.document;
        } catch (error) {
          assert.ok(error instanceof SyntaxError, String(error));
          refused += 1;
          return;
        }
        if (found !== undefined) assert.deepEqual(found, JSON.parse(json.toString('utf8')));
      }),
      { numRuns: 3000 },
    );
    assert.ok(refused > 500, `${refused} refused`);
  });

  it('end a part where a row ends, and give the rows of the parts before what is broken', () => {
    const rows = ['a', 'b', 'c', 'd'].map((name) => ({ id: name.repeat(20), name }));
    const whole = JSON.stringify({ value: rows });
    const bytes = Buffer.from(whole.replace('"name":"d"', '"name":d'));
    const outline = outlineOf(bytes);
    assert.ok(outline);
    const parts = partsOf(bytes, outline, 20);
    assert.deepEqual(parts.next().value?.values, [rows[0]]);
    assert.deepEqual(parts.next().value?.values, [rows[1]]);
    assert.deepEqual(parts.next().value?.values, [rows[2]]);
    assert.throws(() => parts.next(), SyntaxError);
  });

  it('are for who parses them as a whole where they are written in another way', () => {
    for (const json of [
      '',
      '{}',
      '{"value":[]}',
      '{"value":[],"@odata.nextLink":"x"}',
      '{"value":1}',
      JSON.stringify({ value: [{ a: 1 }] }, undefined, 2),
      '{"value":[{"a":1}],"@odata.count":1}',
      '[{"a":1}]',
    ])
      assert.equal(outlineOf(Buffer.from(json)), undefined, json);
  });
});
