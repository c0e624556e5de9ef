import type { ServiceError } from '../../serviceError';
import { notImplemented, odataError } from '../refusals';
import type { Argument, BinaryOperator, Syntax } from './syntax';
import { tokenize, type Token } from './tokens';

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const UNSUPPORTED: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'divby', 'mod', 'has']);
/** Deeper nesting is refused, as the service's own parser does (its limit is UNVERIFIED). */
const MAX_DEPTH = 100;

function isComparison(text: string): text is BinaryOperator {
  return COMPARISONS.has(text);
}

/** Recursive descent over one expression. Precedence: not, comparison and in, and, or. */
class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  get #token(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', at: this.#source.length };
  }

  whole(): Syntax {
    const result = this.or();
    if (this.#token.kind !== 'end') throw this.#syntaxError();
    return result;
  }

  or(): Syntax {
    this.#descend();
    let left = this.#and();
    while (this.#takeWord('or')) left = { kind: 'binary', operator: 'or', left, right: this.#and() };
    this.#depth -= 1;
    return left;
  }

  #descend(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw odataError('Recursion depth exceeded allowed limit.');
  }

  /** One or more items with a comma between them; a list may be empty where `close` follows at once. */
  #list(close: string): readonly Syntax[] {
    const items: Syntax[] = [];
    if (this.#takeMark(close)) return items;
    this.#descend();
    do items.push(this.#value());
    while (this.#takeMark(','));
    this.#expectMark(close);
    this.#depth -= 1;
    return items;
  }

  #and(): Syntax {
    let left = this.#not();
    while (this.#takeWord('and')) left = { kind: 'binary', operator: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Syntax {
    let negations = 0;
    while (this.#isWord('not')) {
      this.#index += 1;
      negations += 1;
    }
    const term = this.#comparison();
    return negations % 2 === 0 ? term : { kind: 'not', term };
  }

  #comparison(): Syntax {
    const left = this.#value();
    const token = this.#token;
    if (token.kind !== 'name') return left;
    if (UNSUPPORTED.has(token.text)) throw notImplemented(`the operator '${token.text}' in $filter`);
    if (isComparison(token.text)) {
      this.#index += 1;
      return { kind: 'binary', operator: token.text, left, right: this.#value() };
    }
    if (token.text !== 'in') return left;
    this.#index += 1;
    if (this.#takeMark('(')) {
      const items = this.#list(')');
      if (items.length === 0) throw this.#syntaxError();
      return { kind: 'in', left, items };
    }
    const right = this.#value();
    if (right.kind === 'alias' || right.kind === 'list') return { kind: 'in', left, items: [right] };
    throw this.#syntaxError();
  }

  #value(): Syntax {
    const token = this.#token;
    switch (token.kind) {
      case 'text':
        this.#index += 1;
        return { kind: 'literal', value: token.value, type: 'Edm.String' };
      case 'guid':
        this.#index += 1;
        return { kind: 'literal', value: token.value, type: 'Edm.Guid' };
      case 'date':
        this.#index += 1;
        return { kind: 'literal', value: token.value, type: 'Edm.Date' };
      case 'time':
        this.#index += 1;
        return { kind: 'literal', value: token.value, type: 'Edm.DateTimeOffset' };
      case 'number': {
        this.#index += 1;
        const small = token.whole && Math.abs(token.value) <= 2147483648;
        return {
          kind: 'literal',
          value: token.value,
          type: small ? 'Edm.Int32' : token.whole ? 'Edm.Int64' : 'Edm.Decimal',
        };
      }
      case 'mark':
        return this.#marked();
      case 'name':
        return this.#named(token.text);
      case 'end':
        throw odataError(`Expression expected at position ${token.at} in '${this.#source}'.`);
    }
  }

  #marked(): Syntax {
    if (this.#takeMark('(')) {
      const inner = this.or();
      this.#expectMark(')');
      return inner;
    }
    if (this.#takeMark('[')) return { kind: 'list', items: this.#list(']') };
    if (this.#takeMark('-')) throw notImplemented("the operator '-' in $filter");
    throw odataError(`Expression expected at position ${this.#token.at} in '${this.#source}'.`);
  }

  #named(text: string): Syntax {
    this.#index += 1;
    if (text === 'null') return { kind: 'literal', value: null, type: 'Null' };
    if (text === 'true' || text === 'false')
      return { kind: 'literal', value: text === 'true', type: 'Edm.Boolean' };
    if (text.startsWith('@')) return { kind: 'alias', name: text };
    if (text.includes('.') && this.#token.kind === 'text' && this.#touches(text))
      return this.#enumeration(this.#token.value);
    return this.#path(text);
  }

  /** True when the token follows the text before it without a blank. */
  #touches(text: string): boolean {
    return this.#tokens[this.#index - 1]?.at === this.#token.at - text.length;
  }

  /** `Microsoft.Dynamics.CRM.AttributeTypeCode'Lookup'`: only metadata has such values. */
  #enumeration(member: string): Syntax {
    this.#index += 1;
    return { kind: 'literal', value: member, type: 'Enum' };
  }

  #path(first: string): Syntax {
    const segments = [first];
    while (this.#takeMark('/')) {
      const token = this.#token;
      if (token.kind !== 'name') throw odataError(`An identifier was expected at position ${token.at}.`);
      this.#index += 1;
      segments.push(token.text);
    }
    if (!this.#takeMark('(')) return { kind: 'path', segments };
    const name = segments.pop() ?? first;
    if ((name === 'any' || name === 'all') && segments.length > 0) return this.#lambda(name, segments);
    return { kind: 'call', prefix: segments, name, arguments: this.#arguments() };
  }

  #arguments(): readonly Argument[] {
    const found: Argument[] = [];
    if (this.#takeMark(')')) return found;
    do {
      const token = this.#token;
      const next = this.#tokens[this.#index + 1];
      const named = token.kind === 'name' && next?.kind === 'mark' && next.text === '=';
      if (named) this.#index += 2;
      found.push({ name: named ? token.text : undefined, value: this.or() });
    } while (this.#takeMark(','));
    this.#expectMark(')');
    return found;
  }

  #lambda(quantifier: 'any' | 'all', path: readonly string[]): Syntax {
    if (this.#takeMark(')')) {
      if (quantifier === 'all') throw this.#syntaxError();
      return { kind: 'lambda', path, quantifier, variable: undefined, body: undefined };
    }
    const token = this.#token;
    if (token.kind !== 'name') throw odataError(`An identifier was expected at position ${token.at}.`);
    this.#index += 1;
    this.#expectMark(':');
    const body = this.or();
    this.#expectMark(')');
    return { kind: 'lambda', path, quantifier, variable: token.text, body };
  }

  #isWord(word: string): boolean {
    return this.#token.kind === 'name' && this.#token.text === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#index += 1;
    return true;
  }

  #takeMark(mark: string): boolean {
    if (this.#token.kind !== 'mark' || this.#token.text !== mark) return false;
    this.#index += 1;
    return true;
  }

  #expectMark(mark: string): void {
    if (this.#takeMark(mark)) return;
    throw mark === ')'
      ? odataError(`')' or operator expected at position ${this.#token.at} in '${this.#source}'.`)
      : this.#syntaxError();
  }

  #syntaxError(): ServiceError {
    return odataError(`Syntax error at position ${this.#token.at} in '${this.#source}'.`);
  }
}

/** Parses a $filter expression or the value of a parameter alias. Throws a 400 for what is no such expression, a 501 for operators the sandbox leaves out. */
export function parseExpression(source: string): Syntax {
  return new Parser(source).whole();
}
