import { separatorsIn } from './quotes';
import { malformed, tooLong, wrong, type QueryProblem, type Range } from './problem';
import { NO_OPTIONS, optionMeant, WebApiParser, type OptionName } from './webApiParser';
import type { Expression, Options } from './webApiSyntax';
import { decode, SyntaxStop, tokenize } from './webApiTokens';

/** A Web API query as it is written, read as far as it can be. */
export interface WebApiText {
  readonly text: string;
  /** What stands before the options: `accounts`, `accounts(…)`, `accounts(…)/contacts`. */
  readonly path: string;
  readonly pathRange: Range;
  readonly options: Options;
  /** Values of parameter aliases, by name with `@`. */
  readonly aliases: ReadonlyMap<string, Expression>;
  /** Options that are no part of the language of queries, such as `fetchXml`, by name. */
  readonly other: ReadonlyMap<string, string>;
  /** In the order of the text. */
  readonly problems: readonly QueryProblem[];
}

const PARSED: ReadonlyMap<string, OptionName> = new Map(
  (['$select', '$filter', '$orderby', '$expand', '$top', '$count', '$apply'] as const).map((name) => [
    name,
    name,
  ]),
);
/** Control characters other than tabs and line breaks, and halves of surrogate pairs. */
const BROKEN =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
/** Options the service takes besides (FACTS 13.4). */
const KNOWN: ReadonlySet<string> = new Set(['fetchXml', 'savedQuery', 'userQuery', '$skiptoken', 'tag']);

/**
 * Reads a Web API query as a person writes it: relative to the root, on several lines, encoded or not. Never fails:
 * what is wrong is listed with its place.
 */
export function readWebApiText(text: string): WebApiText {
  const reader = new TextReader(text);
  reader.read();
  return reader.result();
}

class TextReader {
  readonly #text: string;
  readonly #problems: QueryProblem[] = [];
  readonly #aliases = new Map<string, Expression>();
  readonly #other = new Map<string, string>();
  readonly #seen = new Set<string>();
  #options: Options = NO_OPTIONS;
  #path = '';
  #pathRange: Range;

  constructor(text: string) {
    this.#text = text;
    this.#pathRange = { start: 0, end: text.length };
  }

  result(): WebApiText {
    return {
      text: this.#text,
      path: this.#path,
      pathRange: this.#pathRange,
      options: this.#options,
      aliases: this.#aliases,
      other: this.#other,
      problems: this.#problems.sort((a, b) => a.range.start - b.range.start),
    };
  }

  read(): void {
    const text = this.#text;
    const much = tooLong(text);
    if (much !== undefined) {
      this.#problems.push(much);
      return;
    }
    const whole = this.#trimmed({ start: 0, end: text.length });
    if (whole.start === whole.end) {
      this.#problems.push(malformed('empty', { start: 0, end: text.length }));
      return;
    }
    const broken = text.search(BROKEN);
    if (broken >= 0) {
      this.#problems.push(malformed('brokenCharacter', { start: broken, end: broken + 1 }));
      return;
    }
    if (text[whole.start] === '<') {
      const { length } = /^<\w*/.exec(text.slice(whole.start))?.[0] ?? '<';
      this.#problems.push(malformed('isFetchXml', { start: whole.start, end: whole.start + length }));
      return;
    }
    const address = /^(?:[a-z][a-z0-9+.-]*:\S*|\/\S*)/i.exec(text.slice(whole.start));
    if (address !== null) {
      const end = whole.start + address[0].length;
      this.#problems.push(malformed('wholeAddress', { start: whole.start, end }));
      return;
    }
    const parts = this.#split(whole);
    if (parts === undefined) return;
    this.#readPath(parts[0] ?? whole);
    for (const part of parts.slice(1)) this.#guarded(() => this.#option(part));
  }

  /** The path and the options, split at `?` and `&` outside of quotes. */
  #split(whole: Range): readonly Range[] | undefined {
    const parts: Range[] = [];
    let { start } = whole;
    const { places, open } = separatorsIn(this.#text, whole.start, whole.end, '?&');
    if (open !== undefined) {
      this.#problems.push(malformed('oddQuote', { start: open, end: open + 1 }));
      return undefined;
    }
    for (const index of places) {
      const first = parts.length === 0;
      // An & in the path is no separator yet.
      if (this.#text[index] === '&' && first) continue;
      if (this.#text[index] === '?' && !first) {
        this.#problems.push(malformed('secondQuestionMark', { start: index, end: index + 1 }));
        return undefined;
      }
      parts.push({ start, end: index });
      start = index + 1;
    }
    return [...parts, { start, end: whole.end }];
  }

  #trimmed({ start, end }: Range): Range {
    const part = this.#text.slice(start, end);
    const from = start + (part.length - part.trimStart().length);
    return {
      start: Math.min(from, end),
      end: Math.max(Math.min(from, end), end - (part.length - part.trimEnd().length)),
    };
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SyntaxStop)) throw error;
      this.#problems.push(malformed(error.code, this.#visible(error.range)));
    }
  }

  /** A mark of no width, at the end of a part, would not be seen: it goes to the character before. */
  #visible({ start, end }: Range): Range {
    if (end > start) return { start, end };
    const before = this.#text.slice(0, start).trimEnd().length;
    return { start: Math.max(0, before - 1), end: Math.max(1, before) };
  }

  #readPath(part: Range): void {
    this.#pathRange = this.#trimmed(part);
    this.#guarded(() => {
      this.#path = decode(this.#text, this.#pathRange.start, this.#pathRange.end).text;
      // Inside of a text, which is a value of a key or a parameter, anything may stand.
      const outside = this.#path.replace(/'[^']*'|"[^"]*"/g, '');
      if (this.#path === '' || /[\s\\#&<>"]/.test(outside)) throw new SyntaxStop('syntax', this.#pathRange);
    });
  }

  #option(part: Range): void {
    const range = this.#trimmed(part);
    if (range.start === range.end) return;
    const equals = this.#text.slice(range.start, range.end).indexOf('=');
    const nameRange = this.#trimmed({
      start: range.start,
      end: equals < 0 ? range.end : range.start + equals,
    });
    const name = decode(this.#text, nameRange.start, nameRange.end).text;
    if (name === '') throw new SyntaxStop('syntax', range);
    if (this.#seen.has(name)) this.#problems.push(wrong('doubleOption', nameRange, { name }));
    this.#seen.add(name);
    const parsed = PARSED.get(name);
    if (parsed === undefined && !name.startsWith('@') && !KNOWN.has(name)) {
      this.#problems.push(wrong('unknownOption', nameRange, { name, close: optionMeant(name, PARSED) }));
      return;
    }
    if (equals < 0) throw new SyntaxStop('syntax', nameRange);
    const value = this.#trimmed({ start: range.start + equals + 1, end: range.end });
    const decoded = decode(this.#text, value.start, value.end);
    if (parsed === undefined && !name.startsWith('@')) {
      this.#other.set(name, decoded.text);
      return;
    }
    if (parsed === undefined && /^\[?\s*\{/.test(decoded.text)) {
      this.#aliases.set(name, complexValue(decoded.text, value));
      return;
    }
    const parser = new WebApiParser(tokenize(decoded));
    if (parsed === undefined) this.#aliases.set(name, parser.expression());
    else this.#options = { ...this.#options, ...parser.whole(parsed) };
    this.#problems.push(...parser.problems);
  }
}

/** Rows and references, which functions take as parameters: `{'@odata.id':'accounts(…)'}` (documentation: use functions). */
function complexValue(text: string, range: Range): Expression {
  if (!/[\]}]$/.test(text)) throw new SyntaxStop('syntax', range);
  return { kind: 'literal', type: 'other', value: text, range };
}
