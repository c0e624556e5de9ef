import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { QuerySuggestion } from '../../../src/protocol/queries';
import {
  beginsName,
  fitting,
  isToBeFilled,
  replacedBy,
  writtenFor,
} from '../../../src/webview/jobs/suggesting';

const item = (label: string, over: Partial<QuerySuggestion> = {}): QuerySuggestion => ({
  kind: 'column',
  label,
  insert: label,
  rank: 0,
  ...over,
});

describe('A suggestion', () => {
  it('is kept while its word is written, and dropped when the text changes elsewhere or the caret leaves', () => {
    const offer = { text: 'a "na" b', start: 3, end: 5, items: [] };
    assert.deepEqual(replacedBy(offer, 'a "name" b', 7), { start: 3, end: 7 });
    assert.deepEqual(replacedBy(offer, 'a "" b', 3), { start: 3, end: 3 });
    assert.equal(replacedBy(offer, 'a "na" b', 2), undefined);
    assert.equal(replacedBy(offer, 'a "na" b', 6), undefined);
    assert.equal(replacedBy(offer, 'b "na" b', 5), undefined);
    assert.equal(replacedBy(offer, 'a "na" c', 5), undefined);
    assert.equal(replacedBy(offer, 'a', 1), undefined);
  });

  it('never replaces more than its word, whatever the text has become', () => {
    const texts = fc.tuple(fc.string(), fc.string(), fc.string(), fc.string());
    fc.assert(
      fc.property(texts, fc.nat(), ([before, word, after, other], caret) => {
        const offer = {
          text: before + word + after,
          start: before.length,
          end: before.length + word.length,
          items: [],
        };
        for (const text of [other, before + other + after]) {
          const now = replacedBy(offer, text, caret % (text.length + 1));
          if (now === undefined) continue;
          assert.equal(text.slice(0, now.start), before);
          assert.equal(text.slice(now.end), after);
        }
      }),
    );
  });

  it('that begins with what was typed comes before one that has it in it, or is called so', () => {
    const items = [
      item('fullname'),
      item('Microsoft.Dynamics.CRM.NameOf', { kind: 'operator' }),
      item('title', { detail: 'Name of the job · String' }),
      item('nameless', { rank: 1 }),
      item('name', { rank: 1 }),
      item('other', { kind: 'source', detail: 'name' }),
    ];
    const labels = fitting(items, 'NA').map(({ label }) => label);
    assert.deepEqual(labels, ['name', 'nameless', 'Microsoft.Dynamics.CRM.NameOf', 'fullname', 'title']);
    assert.equal(fitting(items, '').length, items.length);
    assert.equal(fitting([item('filter')], '<fi').length, 1);
  });

  it('is asked for where a name begins, and not where a value or a line does', () => {
    const begins = (language: 'fetchXml' | 'webApi', text: string) => beginsName(language, text, text.length);
    for (const text of ['<', '<fetch ', '<entity name="', "<entity name='", '<fetch t', '<fetch>\n  <'])
      assert.equal(begins('fetchXml', text), true, text);
    for (const text of ['<fetch to', '<entity name="x"', '<fetch>\n  ', '', '<fetch>'])
      assert.equal(begins('fetchXml', text), false, text);
    for (const text of [
      'c',
      'contacts?',
      '?$',
      '?$select=',
      'a eq ',
      "F(PropertyName='",
      '?$expand=a(',
      'o/',
    ])
      assert.equal(begins('webApi', text), true, text);
    for (const text of ['co', "a eq 'x'", 'contacts?\n  ', 'contacts\n'])
      assert.equal(begins('webApi', text), false, text);
  });

  it('is written as it is, unless it has places to fill in', () => {
    assert.deepEqual(writtenFor(item('a$1', { insert: 'a$1' }), '  '), { text: 'a$1', start: 3, end: 3 });
    const element = (insert: string) => writtenFor(item('x', { kind: 'element', insert }), '  ');
    assert.deepEqual(element('<a b="$2" c="$1">\n\t$0\n</a>'), {
      text: '<a b="" c="">\n    \n  </a>',
      start: 11,
      end: 11,
    });
    const top = element('<fetch top="${1:50}">\n\t$0\n</fetch>');
    assert.equal(top.text.slice(top.start, top.end), '50');
    assert.equal(isToBeFilled(top), false);
    assert.equal(isToBeFilled(element('name="$1"')), true);
    assert.equal(isToBeFilled(element('<all-attributes />')), false);
  });
});
