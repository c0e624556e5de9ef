import type { Range } from './problem';

/** A part of a written query with its escapes resolved; `at` tells where each unit of the text came from. */
export interface Decoded {
  readonly text: string;
  /** One more than the text has units. */
  readonly at: readonly number[];
}

export interface Token {
  readonly kind: 'text' | 'json' | 'guid' | 'time' | 'date' | 'number' | 'name' | 'mark' | 'end';
  readonly text: string;
  readonly range: Range;
}

/** A place where the text cannot be read on. */
export class SyntaxStop extends Error {
  override readonly name = 'SyntaxStop';
  readonly range: Range;
  readonly code: 'syntax' | 'oddQuote' | 'brokenEscape' | 'tooDeep';

  constructor(code: SyntaxStop['code'], range: Range) {
    super(`The query cannot be read at ${range.start}`);
    this.code = code;
    this.range = range;
  }
}

/**
 * Resolves percent-encoding, which a written query may have in places. Line breaks are blanks.
 * @throws SyntaxStop for escapes that are no UTF-8.
 */
export function decode(text: string, start: number, end: number): Decoded {
  let decoded = '';
  const at: number[] = [];
  const add = (part: string, from: number): void => {
    decoded += part;
    at.push(...Array.from({ length: part.length }, () => from));
  };
  const escapes = /(?:%[0-9A-Fa-f]{2})+/y;
  for (let index = start; index < end;) {
    escapes.lastIndex = index;
    const found = text[index] === '%' ? escapes.exec(text)?.[0] : undefined;
    if (found === undefined) {
      const character = text[index] ?? '';
      add(character === '\n' || character === '\r' ? ' ' : character, index);
      index += 1;
      continue;
    }
    const run = found.slice(0, end - index);
    try {
      add(decodeURIComponent(run), index);
    } catch {
      throw new SyntaxStop('brokenEscape', { start: index, end: index + run.length });
    }
    index += run.length;
  }
  at.push(end);
  return { text: decoded, at };
}

const PATTERNS: ReadonlyArray<readonly [Token['kind'], RegExp]> = [
  ['text', /'[^']*(?:''[^']*)*'/y],
  ['json', /"[^"\\]*(?:\\.[^"\\]*)*"/y],
  ['guid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/iy],
  ['time', /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)(?!\w)/iy],
  ['date', /\d{4}-\d\d-\d\d(?![\w-])/y],
  ['number', /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w-])/iy],
  ['name', /[@$]?[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/uy],
  ['mark', /[()[\],/=:;*]/y],
];

/**
 * The tokens of a part, with an end token behind them.
 * @throws SyntaxStop at what begins no token.
 */
export function tokenize({ text, at }: Decoded): readonly Token[] {
  const tokens: Token[] = [];
  const blank = /\s*/y;
  const place = (from: number, to: number): Range => {
    const start = at[from] ?? at[0] ?? 0;
    return { start, end: Math.max(at[to] ?? start, start) };
  };
  for (let index = 0; ;) {
    blank.lastIndex = index;
    index += blank.exec(text)?.[0].length ?? 0;
    if (index >= text.length) break;
    const token = tokenAt(text, index);
    if (token === undefined) {
      const quote = text[index] === "'" || text[index] === '"';
      throw new SyntaxStop(quote ? 'oddQuote' : 'syntax', place(index, index + 1));
    }
    tokens.push({ ...token, range: place(index, index + token.text.length) });
    index += token.text.length;
  }
  return [...tokens, { kind: 'end', text: '', range: place(text.length, text.length) }];
}

function tokenAt(text: string, index: number): Omit<Token, 'range'> | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = index;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found };
  }
  return undefined;
}
