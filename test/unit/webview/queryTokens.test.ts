import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { QueryLanguage } from '../../../src/protocol/queries';
import { tokensOf } from '../../../src/webview/jobs/queryTokens';

function parts(language: QueryLanguage, text: string): readonly string[] {
  return tokensOf(language, text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
}

describe('The colours of a query', () => {
  it('tell the parts of half-written FetchXML', () => {
    assert.deepEqual(parts('fetchXml', `<fetch top='5' <entity name="a>\n<value>x y</value><!-- <b`), [
      'keyword <fetch',
      'name top',
      "string '5'",
      'keyword <entity',
      'name name',
      'string "a>\n',
      'keyword <value',
      'keyword >',
      'string x y',
      'keyword </value',
      'keyword >',
      'comment <!-- <b',
    ]);
  });

  it('tell the parts of half-written Web API queries', () => {
    const id = '1ef3ae5b-7c9d-4e02-a1b3-c5d6e7f80912';
    assert.deepEqual(parts('webApi', `contacts?$filter=a eq ${id} and startswith(name,'it''s`), [
      'keyword $filter',
      'keyword eq',
      `number ${id}`,
      'keyword and',
      'name startswith',
      "string 'it''s",
    ]);
  });

  for (const language of ['fetchXml', 'webApi'] as const) {
    it(`stand in order and apart in any text (${language})`, () => {
      const pieces = [
        '<',
        '</',
        '>',
        '/>',
        '"',
        "'",
        '=',
        ' ',
        '\n',
        'a',
        '<!--',
        '-->',
        '<?',
        '$',
        '@',
        '(',
        '\\',
        '1',
        '&',
        'é',
      ];
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (some) => {
          const text = some.join('');
          let at = 0;
          for (const { start, end } of tokensOf(language, text)) {
            assert.ok(start >= at && end > start && end <= text.length);
            at = end;
          }
        }),
      );
    });

    it(`take no time to speak of for what is repeated endlessly (${language})`, () => {
      const started = performance.now();
      for (const piece of ['<', '<a ', '"', "'", 'a', '<!--', "'a", '"\\', '$', '0-', 'a.', '</'])
        tokensOf(language, piece.repeat(30_000));
      const took = performance.now() - started;
      assert.ok(took < 2000, `${took} ms`);
    });
  }
});
