import { TokenReader } from './tokenReader';
import { ExpressionParser } from './webApiExpressions';
import { wrong, type QueryProblem } from './problem';
import type { Aggregation, Apply, Expand, Expression, Options, Order, Path } from './webApiSyntax';
import type { Token } from './webApiTokens';

/** The options that stand in a query and in an expanded property. */
export type OptionName = '$select' | '$filter' | '$orderby' | '$expand' | '$top' | '$count' | '$apply';

/** What may stand between the parentheses of an expanded property. */
const OPTIONS: ReadonlySet<string> = new Set(['$select', '$filter', '$orderby', '$expand', '$top', '$count']);

/** What none of the options is set in. */
export const NO_OPTIONS: Options = {
  select: undefined,
  filter: undefined,
  orderby: [],
  expand: [],
  top: undefined,
  count: false,
  apply: undefined,
};

/** The one of some options that is meant: their names are case-sensitive, and begin with `$`. Empty where it is none. */
export function optionMeant(name: string, names: { has(name: string): boolean }): string {
  const meant = `$${name.toLowerCase().replace(/^\$/, '')}`;
  return names.has(meant) ? meant : '';
}

/** Recursive descent over the tokens of one option. Every method throws a SyntaxStop at what it does not expect. */
export class WebApiParser {
  /** Options of expanded properties that the service does not take, or that are there twice: they are read all the same. */
  readonly problems: QueryProblem[] = [];
  readonly #reader: TokenReader;
  readonly #expressions: ExpressionParser;

  constructor(tokens: readonly Token[]) {
    this.#reader = new TokenReader(tokens);
    this.#expressions = new ExpressionParser(this.#reader);
  }

  /** The value of an option, to the end of the tokens. */
  whole(name: OptionName): Partial<Options> {
    const options = this.#option(name);
    this.#reader.end();
    return options;
  }

  /** An expression, to the end of the tokens. */
  expression(): Expression {
    const expression = this.#expressions.or();
    this.#reader.end();
    return expression;
  }

  #option(name: string): Partial<Options> {
    switch (name) {
      case '$select':
        return { select: this.#reader.listOf(() => this.#column()) };
      case '$filter':
        return { filter: this.#expressions.or() };
      case '$orderby':
        return { orderby: this.#reader.listOf(() => this.#order()) };
      case '$expand':
        return { expand: this.#reader.listOf(() => this.#reader.descend(() => this.#expand())) };
      case '$top':
        return { top: this.#number() };
      case '$count':
        return { count: this.#boolean() };
      case '$apply':
        return { apply: this.#apply() };
      default:
        throw this.#reader.stop();
    }
  }

  #column(): Path {
    const start = this.#reader.token.range;
    if (this.#reader.take('*')) return { kind: 'path', segments: ['*'], places: [start], range: start };
    return this.#expressions.path();
  }

  #order(): Order {
    const by = this.#expressions.sum();
    // An expression is no column of the table, whatever it is.
    const path: Path =
      by.kind === 'path' ? by : { kind: 'path', segments: ['()'], places: [by.range], range: by.range };
    if (this.#reader.take('desc')) return { path, descending: true };
    this.#reader.take('asc');
    return { path, descending: false };
  }

  #number(): number {
    const { kind, text } = this.#reader.token;
    if (kind !== 'number' || !/^\d{1,9}$/.test(text)) throw this.#reader.stop();
    this.#reader.next();
    return Number(text);
  }

  #boolean(): boolean {
    if (this.#reader.take('true')) return true;
    this.#reader.expect('false');
    return false;
  }

  #expand(): Expand {
    const start = this.#reader.token.range;
    const name = this.#reader.take('*') ? '*' : this.#reader.name().text;
    const suffix = this.#reader.take('/') ? this.#reader.name().text : undefined;
    const seen = new Set<string>();
    let options: Options = NO_OPTIONS;
    if (this.#reader.take('(') && !this.#reader.take(')')) {
      do {
        if (this.#reader.is(')')) break;
        options = { ...options, ...this.#innerOption(seen) };
      } while (this.#reader.take(';'));
      this.#reader.expect(')');
    }
    return { ...options, name, nameRange: start, suffix, range: this.#reader.from(start) };
  }

  /** @param seen the names of the options before it */
  #innerOption(seen: Set<string>): Partial<Options> {
    const { text: name, range } = this.#reader.name();
    this.#reader.expect('=');
    if (seen.has(name)) this.problems.push(wrong('doubleOption', range, { name }));
    seen.add(name);
    if (OPTIONS.has(name)) return this.#option(name);
    this.problems.push(wrong('unknownOption', range, { name, close: optionMeant(name, OPTIONS) }));
    this.#skip(0, ';');
    return {};
  }

  #apply(): Apply {
    const start = this.#reader.token.range;
    const filters: Expression[] = [];
    let groupBy: readonly Path[] = [];
    let aggregate: readonly Aggregation[] = [];
    let other: string | undefined;
    let ended = false;
    do {
      const step = this.#reader.name().text;
      if (ended) other = step;
      this.#reader.expect('(');
      if (step === 'filter') filters.push(this.#expressions.or());
      else if (step === 'aggregate')
        [aggregate, ended] = [this.#reader.listOf(() => this.#aggregation()), true];
      else if (step === 'groupby') {
        this.#reader.expect('(');
        groupBy = this.#reader.listOf(() => this.#expressions.path());
        if (this.#reader.is('(')) {
          // `rollup(…)` and functions of a date.
          other = step;
          this.#skip(1);
        } else this.#reader.expect(')');
        ended = true;
        if (this.#reader.take(',')) {
          this.#reader.expect('aggregate');
          this.#reader.expect('(');
          aggregate = this.#reader.listOf(() => this.#aggregation());
          this.#reader.expect(')');
        }
      } else {
        other = step;
        this.#skip();
      }
      this.#reader.expect(')');
    } while (this.#reader.take('/'));
    return { filters, groupBy, aggregate, other, range: this.#reader.from(start) };
  }

  /** Passes over what is left inside of parentheses, so many of which are open, or as far as what separates. */
  #skip(inside = 0, separator = ')'): void {
    for (let open = inside; ;) {
      const ends = this.#reader.is(')') || this.#reader.is(separator);
      if (this.#reader.token.kind === 'end' || (open === 0 && ends)) return;
      if (this.#reader.is('(')) open += 1;
      else if (this.#reader.is(')')) open -= 1;
      this.#reader.next();
    }
  }

  #aggregation(): Aggregation {
    const start = this.#reader.token.range;
    const path = this.#reader.take('$count') ? undefined : this.#expressions.path();
    let method: string | undefined;
    if (path !== undefined && path.segments.at(-1) !== '$count') {
      this.#reader.expect('with');
      method = this.#reader.name().text;
    }
    this.#reader.expect('as');
    return { path, method, as: this.#reader.name().text, range: this.#reader.from(start) };
  }
}
