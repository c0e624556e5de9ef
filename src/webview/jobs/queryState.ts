import {
  LONGEST_QUERY,
  MOST_IN_FIELD,
  type QueryChecked,
  type QueryLanguage,
  type QueryMark,
  type QueryParams,
  type QueryTranslation,
} from '../../protocol/queries';
import type { PageState } from './state';

/** What was found out about a text, as long as it stands in the page. */
export interface CheckedQuery extends QueryParams, Omit<QueryChecked, 'serial'> {}

/** A text as a field has it, whose lines end alike: places are counted in what the person sees. */
export function inField(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** What a panel shows, its queries as the field has them. */
export function panelInField(panel: PageState['panel']): PageState['panel'] {
  const { fetchXml, webApi } = panel.queries;
  return { ...panel, queries: { fetchXml: inField(fetchXml), webApi: inField(webApi) } };
}

/** The state after the text of the query was edited. It is kept as it is, however long: it is the user's own. */
export function edited(state: PageState, text: string): PageState {
  const { panel } = state;
  const queries = { ...panel.queries, [panel.language]: text };
  return {
    ...state,
    overfull: false,
    run: withoutMistake(state.run),
    panel: { ...panel, queries, handWritten: true, edited: panel.language },
  };
}

/** What was wrong with a text that was not sent is over when there is another one. */
function withoutMistake(run: PageState['run']): PageState['run'] {
  const { unsent, ...rest } = run;
  return unsent === true ? { ...rest, phase: 'cancelled', text: '' } : run;
}

/** The query of a language that is in the page. */
export function queryIn(
  { panel }: Pick<PageState, 'panel'>,
  language: QueryLanguage = panel.language,
): QueryParams {
  return { language, text: panel.queries[language] };
}

/** True for a text that is marked as too long by the extension, and goes there for nothing else. */
export function isTooLong({ text }: QueryParams): boolean {
  return text.length > LONGEST_QUERY;
}

/** True where a text is not put into the field, which would hold so much then. It is left out as a whole, and the page says so. */
export function isOverfull(length: number): boolean {
  return length > MOST_IN_FIELD;
}

/** A query with the text that the extension takes: of one that is too long, no more than tells that it is. */
export function sendable<Q extends QueryParams>(query: Q): Q {
  return { ...query, text: query.text.slice(0, LONGEST_QUERY + 1) };
}

/** What is known of a text that is still in the page. */
function known(
  state: Pick<PageState, 'panel' | 'checked'>,
  language: QueryLanguage,
): CheckedQuery | undefined {
  const { checked } = state;
  return checked?.language === language && checked.text === state.panel.queries[language]
    ? checked
    : undefined;
}

/** The marks of the text that is shown. */
export function marksOf(state: Pick<PageState, 'panel' | 'checked'>): readonly QueryMark[] {
  return known(state, state.panel.language)?.marks ?? [];
}

/** What became of the text that was edited last, in the other language. */
export function translationOf(state: Pick<PageState, 'panel' | 'checked'>): QueryTranslation | undefined {
  const { edited: language } = state.panel;
  return language === undefined ? undefined : known(state, language)?.translation;
}

/**
 * The state after the other language was chosen: with the translation of what was edited, where there is an exact one;
 * where it is not known yet, it is put in when it comes.
 */
export function languageChosen(state: PageState, language: QueryLanguage): PageState {
  const { panel } = state;
  const next = { ...state, panel: { ...panel, language } };
  if (panel.edited === undefined || panel.edited === language) return next;
  const translation = known(state, panel.edited)?.translation;
  if (translation === undefined) return { ...next, awaiting: language };
  return translation.text === undefined ? next : withTranslation(next, language, translation.text);
}

function withTranslation(state: PageState, language: QueryLanguage, text: string): PageState {
  const { edited: _, ...panel } = state.panel;
  const queries = { ...panel.queries, [language]: text };
  return { ...state, awaiting: undefined, panel: { ...panel, queries } };
}

/** The state after a text was checked; an answer about a text that has been changed since is of no use. */
export function queryChecked(state: PageState, query: QueryParams, found: QueryChecked): PageState {
  const { marks, translation } = found;
  if (state.panel.queries[query.language] !== query.text) return state;
  const checked = { ...query, marks, ...(translation === undefined ? {} : { translation }) };
  const next = { ...state, checked };
  const { awaiting, panel } = state;
  if (translation === undefined || awaiting === undefined || panel.edited !== query.language) return next;
  if (translation.text === undefined || panel.language !== awaiting) return { ...next, awaiting: undefined };
  return withTranslation(next, awaiting, translation.text);
}

/** The state with a query from elsewhere. */
export function queryLoaded(state: PageState, { language, text }: QueryParams): PageState {
  const { panel } = state;
  const queries = { ...panel.queries, [language]: inField(text) };
  return {
    ...state,
    run: withoutMistake(state.run),
    panel: { ...panel, language, queries, handWritten: true, edited: language },
  };
}

/** A text in pieces: those that are marked, and what is between them. */
export function markedPieces(
  text: string,
  marks: readonly QueryMark[],
): ReadonlyArray<{ readonly text: string; readonly mark?: QueryMark }> {
  const pieces: Array<{ readonly text: string; readonly mark?: QueryMark }> = [];
  let at = 0;
  for (const mark of marks.toSorted((a, b) => a.start - b.start)) {
    if (mark.start < at || mark.end > text.length) continue;
    pieces.push({ text: text.slice(at, mark.start) }, { text: text.slice(mark.start, mark.end), mark });
    at = mark.end;
  }
  return [...pieces, { text: text.slice(at) }];
}
