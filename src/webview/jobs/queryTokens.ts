import type { QueryLanguage } from '../../protocol/queries';

/** What a stretch of a query is, as far as it has a colour. */
export const TOKEN_KINDS = ['keyword', 'name', 'string', 'number', 'comment'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** A stretch of a text from `start` up to and without `end`, in UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/**
 * The parts of a query that have a colour, in the order in which they stand, for any text, also a half-written one. Takes
 * time in proportion to the text.
 */
export function tokensOf(language: QueryLanguage, text: string): readonly Token[] {
  return language === 'fetchXml' ? fetchTokens(text) : webApiTokens(text);
}

/** What is passed over whole, by how it begins and ends. */
const SKIPPED: ReadonlyArray<readonly [string, string]> = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<!', '>'],
];
const TAG = /<\/?[^\s=/>"'<&]*/y;
/** In a tag: a value in quotes, closed or not, or a name. */
const IN_TAG = /"[^"<]*"?|'[^'<]*'?|[^\s=/>"'<]+/y;

function fetchTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const add = (kind: TokenKind, start: number, end: number): number => {
    tokens.push({ kind, start, end });
    return end;
  };
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    const end = open < 0 ? text.length : open;
    if (text.slice(at, end).trim() !== '') add('string', at, end);
    if (open < 0) break;
    const skipped = SKIPPED.find(([start]) => text.startsWith(start, open));
    if (skipped === undefined) at = tag(text, open, add);
    else {
      const close = text.indexOf(skipped[1], open + skipped[0].length);
      at = add('comment', open, close < 0 ? text.length : close + skipped[1].length);
    }
  }
  return tokens;
}

/** The tokens of a tag; where it ends. */
function tag(
  text: string,
  open: number,
  add: (kind: TokenKind, start: number, end: number) => number,
): number {
  TAG.lastIndex = open;
  let at = add('keyword', open, open + (TAG.exec(text)?.[0].length ?? 1));
  while (at < text.length && text[at] !== '<') {
    if (text[at] === '>') return add('keyword', at, at + 1);
    IN_TAG.lastIndex = at;
    const part = IN_TAG.exec(text)?.[0];
    if (part === undefined) {
      if (text[at] === '/') add('keyword', at, at + 1);
      at += 1;
    } else at = add(/^["']/.test(part) ? 'string' : 'name', at, at + part.length);
  }
  return at;
}

const WEB_API =
  /'(?:[^']|'')*'?|"(?:[^"\\]|\\.)*"?|[$@]\w+|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\d[\d:.TZ+-]*|[A-Za-z_][\w.]*/gi;
const WORDS = /^(?:and|or|not|eq|ne|gt|ge|lt|le|in|asc|desc|with|as|null|true|false|fetchXml)$/;

function webApiTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { 0: part, index: start } of text.matchAll(WEB_API)) {
    const end = start + part.length;
    const kind = webApiKind(part, text[end] === '(');
    if (kind !== undefined) tokens.push({ kind, start, end });
  }
  return tokens;
}

function webApiKind(part: string, isCalled: boolean): TokenKind | undefined {
  if (/^["']/.test(part)) return 'string';
  if (/^[$@]/.test(part) || WORDS.test(part)) return 'keyword';
  if (/^\d|^[0-9a-f]{8}-/i.test(part)) return 'number';
  return isCalled ? 'name' : undefined;
}
