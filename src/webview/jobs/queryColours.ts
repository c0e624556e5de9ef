import type { QueryParams } from '../../protocol/queries';
import { TOKEN_KINDS, tokensOf, type Token, type TokenKind } from './queryTokens';

/** Characters of a query that is coloured; with more, colouring would make every key wait. */
export const MOST_COLOURED = 30_000;

/** What stands in a layer. */
interface Painted {
  readonly query: QueryParams;
  /** Where each line begins in the text. */
  readonly begins: readonly number[];
  readonly tokens: readonly Token[];
}

/** What was painted into a layer last, so that nothing is done for what has not changed. */
const painted = new WeakMap<Element, Painted>();

/** Pixels above and below of what can be seen that have their colours, too. */
const MARGIN = 200;

/** True for a text that is shown in colours, by a browser that can colour what stands in a text without taking it apart. */
export function hasColours({ text }: QueryParams): boolean {
  return text.length <= MOST_COLOURED && 'highlights' in CSS;
}

/** Writes a text into a layer of the page. There is one such layer; `colour` gives it its colours. */
export function paint(layer: Element | undefined, query: QueryParams): void {
  if (layer === undefined) return;
  const before = painted.get(layer);
  if (before?.query.text === query.text && before.query.language === query.language) return;
  if (before === undefined) new ResizeObserver(() => colour(layer)).observe(layer);
  const lines = query.text.split('\n').map((line) => `${line}\n`);
  writeLines(layer, lines);
  const begins: number[] = [];
  let begin = 0;
  for (const { length } of lines) {
    begins.push(begin);
    begin += length;
  }
  painted.set(layer, { query, begins, tokens: tokensOf(query.language, query.text) });
}

/** Colours what can be seen of the text of a layer; what cannot would only take time. */
export function colour(layer: Element): void {
  const now = painted.get(layer);
  if (now === undefined || !('highlights' in CSS)) return;
  const { begins } = now;
  const top = layer.scrollTop - MARGIN;
  const from = Math.max(0, firstWhere(begins.length, (line) => topOf(layer, line) > top) - 1);
  const to = firstWhere(begins.length, (line) => topOf(layer, line) > top + layer.clientHeight + 2 * MARGIN);
  const [start, end] = [begins[from] ?? 0, begins[to] ?? Infinity];
  const first = firstWhere(now.tokens.length, (at) => (now.tokens[at]?.end ?? 0) > start);
  const behind = firstWhere(now.tokens.length, (at) => (now.tokens[at]?.start ?? 0) >= end);
  const ranges = rangesIn(layer, begins, now.tokens.slice(first, behind));
  for (const kind of TOKEN_KINDS) CSS.highlights.set(`query-${kind}`, new Highlight(...ranges[kind]));
}

function topOf({ children }: Element, line: number): number {
  const element = children[line];
  return element instanceof HTMLElement ? element.offsetTop : 0;
}

/** The first of so many numbers from 0 for which something is true, as it is for all behind it; their count, where for none. */
function firstWhere(count: number, isTrue: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Every line is an element, and those that are the same stay, so that a browser lays out again what has changed only. A line
 * that has changed keeps its nodes: where any node goes while somebody types, each key has to be taken back alone.
 */
function writeLines(layer: Element, lines: readonly string[]): void {
  const { children } = layer;
  const same = (at: number, line: string | undefined): boolean => children[at]?.textContent === line;
  const most = Math.min(children.length, lines.length);
  let first = 0;
  while (first < most && same(first, lines[first])) first += 1;
  let last = 0;
  while (last < most - first && same(children.length - 1 - last, lines.at(-1 - last))) last += 1;
  const after = children[children.length - last] ?? null;
  const old = [...children].slice(first, children.length - last);
  for (const [at, line] of lines.slice(first, lines.length - last).entries()) {
    const text = old[at]?.firstChild;
    if (text instanceof Text) text.data = line;
    else layer.insertBefore(lineElement(line), after);
  }
  for (const element of old.slice(lines.length - last - first)) element.remove();
}

function lineElement(line: string): HTMLElement {
  const element = document.createElement('div');
  element.append(line);
  return element;
}

/** Tokens as ranges of the lines of a layer. */
function rangesIn(
  { children }: Element,
  begins: readonly number[],
  tokens: readonly Token[],
): Readonly<Record<TokenKind, readonly StaticRange[]>> {
  const ranges: Record<TokenKind, StaticRange[]> = {
    keyword: [],
    name: [],
    string: [],
    number: [],
    comment: [],
  };
  const placeOf = (offset: number): readonly [Node, number] | undefined => {
    const line = firstWhere(begins.length, (at) => (begins[at] ?? 0) > offset) - 1;
    const text = children[line]?.firstChild;
    return text === null || text === undefined ? undefined : [text, offset - (begins[line] ?? 0)];
  };
  for (const { kind, start, end } of tokens) {
    const [from, to] = [placeOf(start), placeOf(end)];
    if (from === undefined || to === undefined) continue;
    ranges[kind].push(
      new StaticRange({
        startContainer: from[0],
        startOffset: from[1],
        endContainer: to[0],
        endOffset: to[1],
      }),
    );
  }
  return ranges;
}

/** Where a character of the text stands in the window; undefined where the text is not in the layer. */
export function placeInLayer(layer: Element | null, offset: number): DOMRect | undefined {
  let left = offset;
  for (const { firstChild: text } of layer?.children ?? []) {
    if (!(text instanceof Text)) return undefined;
    if (left < text.length) {
      const range = document.createRange();
      range.setStart(text, left);
      range.collapse(true);
      return range.getBoundingClientRect();
    }
    left -= text.length;
  }
  return undefined;
}
