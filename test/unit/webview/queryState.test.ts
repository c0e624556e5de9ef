import assert from 'node:assert/strict';
import type { QueryChecked } from '../../../src/protocol/queries';
import { reduce, type PageState } from '../../../src/webview/jobs/state';
import {
  edited,
  languageChosen,
  markedPieces,
  marksOf,
  queryChecked,
  queryIn,
  queryLoaded,
  translationOf,
} from '../../../src/webview/jobs/queryState';
import { showing } from '../../webview/fixtures';

const start = (): PageState => reduce(undefined, { kind: 'show', params: showing({}) }) ?? assert.fail();
const checked = (over: Partial<QueryChecked>): QueryChecked => ({ serial: 1, marks: [], ...over });
const exact = { text: 'accounts', summary: 'Exact.', lines: [] };

function answered(state: PageState, found: QueryChecked, query = queryIn(state)): PageState {
  return queryChecked(state, query, found);
}

describe('The query in the page', () => {
  it('shows marks only for the text that they are about', () => {
    const marks = [{ start: 0, end: 2, malformed: true, text: 'Wrong.' }];
    const state = answered(edited(start(), '<x'), checked({ marks }));
    assert.deepEqual(marksOf(state), marks);
    assert.deepEqual(marksOf(edited(state, '<xy')), []);
    assert.deepEqual(marksOf(languageChosen(state, 'webApi')), []);
    assert.deepEqual(marksOf(languageChosen(languageChosen(state, 'webApi'), 'fetchXml')), marks);
  });

  it('ignores an answer about a text that was changed since', () => {
    const before = edited(start(), '<a/>');
    const state = answered(edited(before, '<b/>'), checked({ translation: exact }), queryIn(before));
    assert.equal(translationOf(state), undefined);
  });

  it('becomes its exact translation when the other language is chosen, at once or as soon as it is there', () => {
    const written = edited(start(), '<fetch/>');
    const known = languageChosen(answered(written, checked({ translation: exact })), 'webApi');
    assert.deepEqual(queryIn(known), { language: 'webApi', text: 'accounts' });
    const early = languageChosen(written, 'webApi');
    assert.notEqual(queryIn(early).text, 'accounts');
    const fetch = queryIn(early, 'fetchXml');
    const nothingYet = answered(early, checked({}), fetch);
    assert.notEqual(queryIn(nothingYet).text, 'accounts');
    const late = answered(nothingYet, checked({ translation: exact }), fetch);
    assert.deepEqual(queryIn(late), { language: 'webApi', text: 'accounts' });
    assert.equal(late.panel.edited, undefined);
    assert.equal(late.panel.queries.fetchXml, '<fetch/>');
  });

  it('stays as it was in the other language when it does not translate, and says why there', () => {
    const none = { summary: 'Does not translate:', lines: ['Because.'] };
    const written = answered(edited(start(), '<fetch/>'), checked({ translation: none }));
    const before = written.panel.queries.webApi;
    const other = languageChosen(written, 'webApi');
    assert.equal(queryIn(other).text, before);
    assert.deepEqual(translationOf(other), none);
  });

  it('of the other language that was edited meanwhile is not overwritten', () => {
    const early = edited(languageChosen(edited(start(), '<fetch/>'), 'webApi'), 'contacts');
    const late = answered(early, checked({ translation: exact }), queryIn(early, 'fetchXml'));
    assert.equal(queryIn(late).text, 'contacts');
  });

  it('comes from elsewhere with its language', () => {
    const loaded = queryLoaded(start(), { language: 'webApi', text: 'contacts' });
    assert.deepEqual(queryIn(loaded), { language: 'webApi', text: 'contacts' });
    assert.equal(loaded.panel.handWritten, true);
  });

  it('is cut into pieces that make the same text', () => {
    const mark = (from: number, to: number) => ({ start: from, end: to, malformed: false, text: '' });
    const pieces = markedPieces('abcdef', [mark(4, 5), mark(1, 3), mark(2, 4), mark(5, 99)]);
    assert.equal(pieces.map(({ text }) => text).join(''), 'abcdef');
    assert.deepEqual(
      pieces.filter((piece) => piece.mark !== undefined).map(({ text }) => text),
      ['bc', 'e'],
    );
  });
});
