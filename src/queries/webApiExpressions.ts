import type { Range } from './problem';
import type { TokenReader } from './tokenReader';
import type { Expression, Lambda, Literal, Path } from './webApiSyntax';
import { SyntaxStop } from './webApiTokens';

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'has']);
const ARITHMETIC: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'divby', 'mod']);

/** Recursive descent over an expression. Every method throws a SyntaxStop at what it does not expect. */
export class ExpressionParser {
  readonly #reader: TokenReader;

  constructor(reader: TokenReader) {
    this.#reader = reader;
  }

  path(): Path {
    const start = this.#reader.token.range;
    const names = [this.#reader.name()];
    while (this.#reader.take('/')) names.push(this.#reader.name());
    return {
      kind: 'path',
      segments: names.map(({ text }) => text),
      places: names.map(({ range }) => range),
      range: this.#reader.from(start),
    };
  }

  or(): Expression {
    return this.#reader.descend(() => this.#junction('or', () => this.#junction('and', () => this.#not())));
  }

  #junction(kind: 'and' | 'or', term: () => Expression): Expression {
    const start = this.#reader.token.range;
    const first = term();
    if (!this.#reader.is(kind)) return first;
    const terms = [first];
    while (this.#reader.take(kind)) terms.push(term());
    return { kind, terms, range: this.#reader.from(start) };
  }

  #not(): Expression {
    const start = this.#reader.token.range;
    let negations = 0;
    while (this.#reader.take('not')) negations += 1;
    const term = this.#comparison();
    return negations % 2 === 0 ? term : { kind: 'not', term, range: this.#reader.from(start) };
  }

  #comparison(): Expression {
    const start = this.#reader.token.range;
    const left = this.sum();
    const { kind, text } = this.#reader.token;
    if (kind !== 'name') return left;
    if (COMPARISONS.has(text)) {
      this.#reader.next();
      const right = this.sum();
      return { kind: 'compare', operator: text, left, right, range: this.#reader.from(start) };
    }
    if (!this.#reader.take('in')) return left;
    if (!this.#reader.take('(')) {
      const right = this.#value();
      if (right.kind !== 'alias' && right.kind !== 'list') throw new SyntaxStop('syntax', right.range);
      return {
        kind: 'in',
        left,
        items: right.kind === 'list' ? right.items : [right],
        range: this.#reader.from(start),
      };
    }
    const items = this.#reader.descend(() => this.#reader.listOf(() => this.#value()));
    this.#reader.expect(')');
    return { kind: 'in', left, items, range: this.#reader.from(start) };
  }

  /** Values with operators of arithmetic between them, which are calls of functions of their names. */
  sum(): Expression {
    const start = this.#reader.token.range;
    let left = this.#value();
    while (this.#reader.token.kind === 'name' && ARITHMETIC.has(this.#reader.token.text)) {
      const name = this.#reader.next().text;
      const found = [left, this.#value()].map((value) => ({ name: undefined, value }));
      left = { kind: 'call', prefix: [], name, arguments: found, range: this.#reader.from(start) };
    }
    return left;
  }

  #value(): Expression {
    const { kind, text, range } = this.#reader.token;
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
        throw this.#reader.stop();
    }
  }

  #literal(type: Literal['type'], value: string, range: Range): Literal {
    this.#reader.next();
    return { kind: 'literal', type, value, range };
  }

  #marked(start: Range): Expression {
    if (this.#reader.take('(')) {
      const inner = this.or();
      this.#reader.expect(')');
      return inner;
    }
    this.#reader.expect('[');
    if (this.#reader.take(']')) return { kind: 'list', items: [], range: this.#reader.from(start) };
    const items = this.#reader.descend(() => this.#reader.listOf(() => this.#value()));
    this.#reader.expect(']');
    return { kind: 'list', items, range: this.#reader.from(start) };
  }

  #named(text: string, start: Range): Expression {
    if (text === 'null') return this.#literal('null', text, start);
    if (text === 'true' || text === 'false') return this.#literal('boolean', text, start);
    if (text.startsWith('@')) {
      this.#reader.next();
      return { kind: 'alias', name: text, range: start };
    }
    const { segments, places } = this.path();
    // A value of a type of its own, such as duration'PT1H'.
    if (
      this.#reader.token.kind === 'text' &&
      this.#reader.token.range.start === this.#reader.from(start).end
    ) {
      const value = this.#reader.next().text;
      return {
        kind: 'literal',
        type: 'other',
        value: `${segments.join('/')}${value}`,
        range: this.#reader.from(start),
      };
    }
    if (!this.#reader.take('(')) return { kind: 'path', segments, places, range: this.#reader.from(start) };
    const name = segments.at(-1) ?? text;
    const prefix = segments.slice(0, -1);
    if ((name === 'any' || name === 'all') && prefix.length > 0)
      return this.#lambda(name, { path: prefix, places: places.slice(0, -1) }, start);
    const found = this.#reader.is(')')
      ? []
      : this.#reader.descend(() => this.#reader.listOf(() => this.#argument()));
    this.#reader.expect(')');
    return { kind: 'call', prefix, name, arguments: found, range: this.#reader.from(start) };
  }

  #argument(): { readonly name: string | undefined; readonly value: Expression } {
    const next = this.#reader.following;
    if (this.#reader.token.kind !== 'name' || next?.kind !== 'mark' || next.text !== '=')
      return { name: undefined, value: this.or() };
    const name = this.#reader.next().text;
    this.#reader.expect('=');
    return { name, value: this.or() };
  }

  #lambda(quantifier: 'any' | 'all', collection: Pick<Lambda, 'path' | 'places'>, start: Range): Expression {
    if (quantifier === 'any' && this.#reader.take(')'))
      return {
        kind: 'lambda',
        ...collection,
        quantifier,
        variable: undefined,
        body: undefined,
        range: this.#reader.from(start),
      };
    const variable = this.#reader.name().text;
    this.#reader.expect(':');
    const body = this.or();
    this.#reader.expect(')');
    return { kind: 'lambda', ...collection, quantifier, variable, body, range: this.#reader.from(start) };
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
