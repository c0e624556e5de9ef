import type { Range } from './problem';
import type { Aggregation, Apply, Expand, Expression, Literal, Options, Order, Path } from './webApiSyntax';
import { SyntaxStop, type Token } from './webApiTokens';

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'has']);
const ARITHMETIC: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'divby', 'mod']);
/** Deeper nesting is refused, as the service's own parser does (its limit is UNVERIFIED). */
const MOST_DEPTH = 100;

/** The options that stand in a query and in an expanded property. */
export type OptionName = '$select' | '$filter' | '$orderby' | '$expand' | '$top' | '$count' | '$apply';

/** What may stand between the parentheses of an expanded property. */
const OPTIONS: ReadonlySet<string> = new Set(['$select', '$filter', '$orderby', '$expand', '$top', '$count']);

const NO_OPTIONS: Options = {
  select: undefined,
  filter: undefined,
  orderby: [],
  expand: [],
  top: undefined,
  count: false,
  apply: undefined,
};

/** What none of the options is set in. */
export function noOptions(): Options {
  return NO_OPTIONS;
}

/** Recursive descent over the tokens of one option. Every method throws a SyntaxStop at what it does not expect. */
export class WebApiParser {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The value of an option, to the end of the tokens. */
  whole(name: OptionName): Partial<Options> {
    const options = this.#option(name);
    this.end();
    return options;
  }

  /** An expression, to the end of the tokens. */
  expression(): Expression {
    const expression = this.#or();
    this.end();
    return expression;
  }

  end(): void {
    if (this.#token.kind !== 'end') throw this.#stop();
  }

  get #token(): Token {
    const token = this.#tokens[this.#index] ?? this.#tokens.at(-1);
    return token ?? { kind: 'end', text: '', range: { start: 0, end: 0 } };
  }

  #next(): Token {
    const token = this.#token;
    this.#index += 1;
    return token;
  }

  #from(start: Range): Range {
    const last = this.#tokens[this.#index - 1] ?? this.#token;
    return { start: start.start, end: Math.max(start.start, last.range.end) };
  }

  #stop(): SyntaxStop {
    return new SyntaxStop('syntax', this.#token.range);
  }

  #is(text: string): boolean {
    const { kind, text: own } = this.#token;
    return (kind === 'mark' || kind === 'name') && own === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#index += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#stop();
  }

  #name(): Token {
    if (this.#token.kind !== 'name') throw this.#stop();
    return this.#next();
  }

  #descend<T>(work: () => T): T {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new SyntaxStop('tooDeep', this.#token.range);
    const result = work();
    this.#depth -= 1;
    return result;
  }

  #listOf<T>(one: () => T): readonly T[] {
    const found = [one()];
    while (this.#take(',')) found.push(one());
    return found;
  }

  #option(name: string): Partial<Options> {
    switch (name) {
      case '$select':
        return { select: this.#listOf(() => this.#column()) };
      case '$filter':
        return { filter: this.#or() };
      case '$orderby':
        return { orderby: this.#listOf(() => this.#order()) };
      case '$expand':
        return { expand: this.#listOf(() => this.#descend(() => this.#expand())) };
      case '$top':
        return { top: this.#number() };
      case '$count':
        return { count: this.#boolean() };
      case '$apply':
        return { apply: this.#apply() };
      default:
        throw this.#stop();
    }
  }

  #column(): Path {
    const start = this.#token.range;
    if (this.#take('*')) return { kind: 'path', segments: ['*'], range: start };
    return this.#path();
  }

  #path(): Path {
    const start = this.#token.range;
    const segments = [this.#name().text];
    while (this.#take('/')) segments.push(this.#name().text);
    return { kind: 'path', segments, range: this.#from(start) };
  }

  #order(): Order {
    const by = this.#sum();
    // An expression is no column of the table, whatever it is.
    const path: Path = by.kind === 'path' ? by : { kind: 'path', segments: ['()'], range: by.range };
    if (this.#take('desc')) return { path, descending: true };
    this.#take('asc');
    return { path, descending: false };
  }

  #number(): number {
    const { kind, text } = this.#token;
    if (kind !== 'number' || !/^\d{1,9}$/.test(text)) throw this.#stop();
    this.#index += 1;
    return Number(text);
  }

  #boolean(): boolean {
    if (this.#take('true')) return true;
    this.#expect('false');
    return false;
  }

  #expand(): Expand {
    const start = this.#token.range;
    const name = this.#take('*') ? '*' : this.#name().text;
    const suffix = this.#take('/') ? this.#name().text : undefined;
    let options: Options = NO_OPTIONS;
    if (this.#take('(') && !this.#take(')')) {
      do {
        if (this.#is(')')) break;
        const option = this.#token;
        if (!OPTIONS.has(option.text)) throw this.#stop();
        this.#index += 1;
        this.#expect('=');
        options = { ...options, ...this.#option(option.text) };
      } while (this.#take(';'));
      this.#expect(')');
    }
    return { ...options, name, suffix, range: this.#from(start) };
  }

  #apply(): Apply {
    const start = this.#token.range;
    const filters: Expression[] = [];
    let groupBy: readonly Path[] = [];
    let aggregate: readonly Aggregation[] = [];
    let other: string | undefined;
    let ended = false;
    do {
      const step = this.#name().text;
      if (ended) other = step;
      this.#expect('(');
      if (step === 'filter') filters.push(this.#or());
      else if (step === 'aggregate') [aggregate, ended] = [this.#listOf(() => this.#aggregation()), true];
      else if (step === 'groupby') {
        this.#expect('(');
        groupBy = this.#listOf(() => this.#path());
        if (this.#is('(')) {
          // `rollup(…)` and functions of a date.
          other = step;
          this.#skip(1);
        } else this.#expect(')');
        ended = true;
        if (this.#take(',')) {
          this.#expect('aggregate');
          this.#expect('(');
          aggregate = this.#listOf(() => this.#aggregation());
          this.#expect(')');
        }
      } else {
        other = step;
        this.#skip();
      }
      this.#expect(')');
    } while (this.#take('/'));
    return { filters, groupBy, aggregate, other, range: this.#from(start) };
  }

  /** Passes over what is left inside of parentheses, so many of which are open. */
  #skip(inside = 0): void {
    for (let open = inside; ;) {
      if (this.#token.kind === 'end' || (open === 0 && this.#is(')'))) return;
      if (this.#is('(')) open += 1;
      else if (this.#is(')')) open -= 1;
      this.#index += 1;
    }
  }

  #aggregation(): Aggregation {
    const start = this.#token.range;
    const path = this.#take('$count') ? undefined : this.#path();
    let method: string | undefined;
    if (path !== undefined) {
      this.#expect('with');
      method = this.#name().text;
    }
    this.#expect('as');
    return { path, method, as: this.#name().text, range: this.#from(start) };
  }

  #or(): Expression {
    return this.#descend(() => this.#junction('or', () => this.#junction('and', () => this.#not())));
  }

  #junction(kind: 'and' | 'or', term: () => Expression): Expression {
    const start = this.#token.range;
    const first = term();
    if (!this.#is(kind)) return first;
    const terms = [first];
    while (this.#take(kind)) terms.push(term());
    return { kind, terms, range: this.#from(start) };
  }

  #not(): Expression {
    const start = this.#token.range;
    let negations = 0;
    while (this.#take('not')) negations += 1;
    const term = this.#comparison();
    return negations % 2 === 0 ? term : { kind: 'not', term, range: this.#from(start) };
  }

  #comparison(): Expression {
    const start = this.#token.range;
    const left = this.#sum();
    const { kind, text } = this.#token;
    if (kind !== 'name') return left;
    if (COMPARISONS.has(text)) {
      this.#index += 1;
      const right = this.#sum();
      return { kind: 'compare', operator: text, left, right, range: this.#from(start) };
    }
    if (!this.#take('in')) return left;
    if (!this.#take('(')) {
      const right = this.#value();
      if (right.kind !== 'alias' && right.kind !== 'list') throw new SyntaxStop('syntax', right.range);
      return {
        kind: 'in',
        left,
        items: right.kind === 'list' ? right.items : [right],
        range: this.#from(start),
      };
    }
    const items = this.#descend(() => this.#listOf(() => this.#value()));
    this.#expect(')');
    return { kind: 'in', left, items, range: this.#from(start) };
  }

  /** Values with operators of arithmetic between them, which are calls of functions of their names. */
  #sum(): Expression {
    const start = this.#token.range;
    let left = this.#value();
    while (this.#token.kind === 'name' && ARITHMETIC.has(this.#token.text)) {
      const name = this.#next().text;
      const found = [left, this.#value()].map((value) => ({ name: undefined, value }));
      left = { kind: 'call', prefix: [], name, arguments: found, range: this.#from(start) };
    }
    return left;
  }

  #value(): Expression {
    const { kind, text, range } = this.#token;
    switch (kind) {
      case 'text':
        return this.#literal('text', text.slice(1, -1).replaceAll("''", "'"), range);
      case 'json':
        return this.#literal('text', jsonText(text, range), range);
      case 'guid':
      case 'time':
      case 'date':
      case 'number':
        return this.#literal(kind, text, range);
      case 'name':
        return this.#named(text, range);
      case 'mark':
        return this.#marked(range);
      case 'end':
        throw this.#stop();
    }
  }

  #literal(type: Literal['type'], value: string, range: Range): Literal {
    this.#index += 1;
    return { kind: 'literal', type, value, range };
  }

  #marked(start: Range): Expression {
    if (this.#take('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    this.#expect('[');
    if (this.#take(']')) return { kind: 'list', items: [], range: this.#from(start) };
    const items = this.#descend(() => this.#listOf(() => this.#value()));
    this.#expect(']');
    return { kind: 'list', items, range: this.#from(start) };
  }

  #named(text: string, start: Range): Expression {
    if (text === 'null') return this.#literal('null', text, start);
    if (text === 'true' || text === 'false') return this.#literal('boolean', text, start);
    if (text.startsWith('@')) {
      this.#index += 1;
      return { kind: 'alias', name: text, range: start };
    }
    const { segments } = this.#path();
    // A value of a type of its own, such as duration'PT1H'.
    if (this.#token.kind === 'text' && this.#token.range.start === this.#from(start).end) {
      const value = this.#next().text;
      return {
        kind: 'literal',
        type: 'other',
        value: `${segments.join('/')}${value}`,
        range: this.#from(start),
      };
    }
    if (!this.#take('(')) return { kind: 'path', segments, range: this.#from(start) };
    const name = segments.at(-1) ?? text;
    const prefix = segments.slice(0, -1);
    if ((name === 'any' || name === 'all') && prefix.length > 0) return this.#lambda(name, prefix, start);
    const found = this.#is(')') ? [] : this.#descend(() => this.#listOf(() => this.#argument()));
    this.#expect(')');
    return { kind: 'call', prefix, name, arguments: found, range: this.#from(start) };
  }

  #argument(): { readonly name: string | undefined; readonly value: Expression } {
    const next = this.#tokens[this.#index + 1];
    if (this.#token.kind !== 'name' || next?.kind !== 'mark' || next.text !== '=')
      return { name: undefined, value: this.#or() };
    const name = this.#next().text;
    this.#expect('=');
    return { name, value: this.#or() };
  }

  #lambda(quantifier: 'any' | 'all', path: readonly string[], start: Range): Expression {
    if (quantifier === 'any' && this.#take(')'))
      return {
        kind: 'lambda',
        path,
        quantifier,
        variable: undefined,
        body: undefined,
        range: this.#from(start),
      };
    const variable = this.#name().text;
    this.#expect(':');
    const body = this.#or();
    this.#expect(')');
    return { kind: 'lambda', path, quantifier, variable, body, range: this.#from(start) };
  }
}

function jsonText(text: string, range: Range): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {
    // Falls through.
  }
  throw new SyntaxStop('syntax', range);
}
