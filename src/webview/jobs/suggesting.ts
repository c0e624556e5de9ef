import type { QueryLanguage, QuerySuggestion, QuerySuggestions } from '../../protocol/queries';

/** An answer with the text that it is about. */
export interface Offer extends Omit<QuerySuggestions, 'serial'> {
  readonly text: string;
}

/** A stretch of a text from `start` up to and without `end`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What an offer replaces in a text that has gone on since; undefined where the text has changed elsewhere, or the caret has gone. */
export function replacedBy(
  { text: before, start, end }: Offer,
  text: string,
  caret: number,
): Stretch | undefined {
  const rest = before.length - end;
  const now = { start, end: text.length - rest };
  if (caret < now.start || caret > now.end) return undefined;
  const isSame = text.startsWith(before.slice(0, start)) && text.endsWith(before.slice(end));
  return isSame ? now : undefined;
}

/** What was typed, out of the names that can be written: what begins so, then what has it in it; at last by what it is called. */
export function fitting(items: readonly QuerySuggestion[], typed: string): readonly QuerySuggestion[] {
  const wanted = typed.replace(/^</, '').toLowerCase();
  return items
    .flatMap((item) => {
      const fit = fitOf(item, wanted);
      return fit === undefined ? [] : [{ item, fit }];
    })
    .toSorted((a, b) => a.fit - b.fit || a.item.rank - b.item.rank || compared(a.item.label, b.item.label))
    .map(({ item }) => item);
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The lower, the better; undefined for what does not fit. */
function fitOf({ label, detail, kind }: QuerySuggestion, wanted: string): number | undefined {
  const name = label.toLowerCase();
  if (name.startsWith(wanted)) return 0;
  const at = name.indexOf(wanted);
  if (at >= 0) return /[\w]/.test(name[at - 1] ?? '') ? 2 : 1;
  // The label in the user's language is searched for as well.
  const isCalled = kind === 'table' || kind === 'column' || kind === 'value';
  return isCalled && detail?.toLowerCase().includes(wanted) === true ? 3 : undefined;
}

/** What is followed by a name. */
const MARKS: Readonly<Record<QueryLanguage, string>> = { fetchXml: '<"\' ', webApi: "?&$=(,;/' " };
const IN_WORD = /[\w@$.-]/;

/** True where the character that was just typed may be in the middle of a name. */
export function continuesName(text: string, caret: number): boolean {
  return IN_WORD.test(text[caret - 1] ?? '');
}

/** True where the character that was just typed begins a name, so that names are suggested without being asked for. */
export function beginsName(language: QueryLanguage, text: string, caret: number): boolean {
  const [typed = '', before = ''] = [text[caret - 1], text[caret - 2]];
  if (typed === '') return false;
  // A quote that ends a value is followed by nothing.
  if (typed === '"' || typed === "'") return MARKS[language].includes(typed) && before === '=';
  // Who begins a line with blanks is laying it out.
  if (typed === ' ') return text.slice(text.lastIndexOf('\n', caret - 1) + 1, caret).trim() !== '';
  return MARKS[language].includes(typed) || (IN_WORD.test(typed) && !IN_WORD.test(before));
}

/** What is written for a suggestion, and what of it is selected then. */
export interface Written extends Stretch {
  readonly text: string;
}

/** A suggestion as it is written in a line that begins with these blanks; the first place to fill in is selected. */
export function writtenFor({ kind, insert }: QuerySuggestion, blanks: string): Written {
  if (kind !== 'element' && kind !== 'attribute')
    return { text: insert, start: insert.length, end: insert.length };
  const laidOut = insert.replaceAll('\n', `\n${blanks}`).replaceAll('\t', '  ');
  let [text, from] = ['', 0];
  const places = new Map<number, Stretch>();
  for (const { 0: place, 1: bare, 2: number, 3: filled = '', index } of laidOut.matchAll(
    /\$(?:(\d)|\{(\d):([^}]*)\})/g,
  )) {
    text += laidOut.slice(from, index);
    places.set(Number(bare ?? number), { start: text.length, end: text.length + filled.length });
    text += filled;
    from = index + place.length;
  }
  text += laidOut.slice(from);
  const end = { start: text.length, end: text.length };
  const selected = places.get(1) ?? places.get(2) ?? places.get(0) ?? end;
  return { text, ...selected };
}

/** True where what was written is followed by another name. */
export function isToBeFilled({ text, start, end }: Written): boolean {
  return start === end && /["'=(]/.test(text[start - 1] ?? '');
}
