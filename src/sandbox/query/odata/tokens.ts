import { odataError } from '../refusals';

export type Token =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly whole: boolean; readonly at: number }
  | { readonly kind: 'guid' | 'date' | 'time'; readonly value: string; readonly at: number }
  | { readonly kind: 'mark'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

const BLANK = /\s+/y;
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/iy;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)(?![\w-])/iy;
const DATE = /\d{4}-\d\d-\d\d(?![\w-])/y;
const NUMBER = /[+-]?\d+(\.\d+)?(e[+-]?\d+)?[mdlf]?(?![\w.-])/iy;
const NAME = /[\p{L}_@$][\p{L}\p{N}_.]*/uy;
const QUOTED = /'(?:[^']|'')*'/y;
// A JSON string, as the collections in parameter aliases hold.
const DOUBLE_QUOTED = /"(?:[^"\\]|\\.)*"/y;

function jsonText(source: string, at: number, whole: string): string {
  try {
    const value: unknown = JSON.parse(source);
    if (typeof value === 'string') return value;
  } catch {
    // Told below, with the position.
  }
  throw odataError(`There is an unterminated string literal at position ${at} in '${whole}'.`);
}

/** The tokens of an OData expression, the last of them `end`. Throws a 400 that names the position. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const push = (token: Token, length: number): void => {
    tokens.push(token);
    at += length;
  };
  while (at < source.length) {
    at += take(BLANK)?.length ?? 0;
    if (at >= source.length) break;
    const character = source.charAt(at);
    let found: string | undefined;
    if ((found = take(GUID)) !== undefined)
      push({ kind: 'guid', value: found.toLowerCase(), at }, found.length);
    else if ((found = take(TIME)) !== undefined) push({ kind: 'time', value: found, at }, found.length);
    else if ((found = take(DATE)) !== undefined) push({ kind: 'date', value: found, at }, found.length);
    else if ((found = take(NUMBER)) !== undefined) {
      const whole = /^[+-]?\d+l?$/i.test(found);
      push({ kind: 'number', value: Number.parseFloat(found), whole, at }, found.length);
    } else if ((found = take(NAME)) !== undefined) push({ kind: 'name', text: found, at }, found.length);
    else if ((found = take(QUOTED)) !== undefined) {
      push({ kind: 'text', value: found.slice(1, -1).replaceAll("''", "'"), at }, found.length);
    } else if ((found = take(DOUBLE_QUOTED)) !== undefined) {
      push({ kind: 'text', value: jsonText(found, at, source), at }, found.length);
    } else if (character === "'" || character === '"') {
      throw odataError(
        `There is an unterminated string literal at position ${source.length} in '${source}'.`,
      );
    } else if ('(),/:=[];*-'.includes(character)) push({ kind: 'mark', text: character, at }, 1);
    else
      throw odataError(
        `Syntax error: character '${character}' is not valid at position ${at} in '${source}'.`,
      );
  }
  tokens.push({ kind: 'end', at: source.length });
  return tokens;
}
