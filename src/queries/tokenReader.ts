import type { Range } from './problem';
import { SyntaxStop, type Token } from './webApiTokens';

/** Deeper nesting is refused, as the service's own parser does (its limit is UNVERIFIED). */
const MOST_DEPTH = 100;

/** The tokens of one option, one after the other. What is not expected throws a SyntaxStop. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The token that comes next. */
  get token(): Token {
    const token = this.#tokens[this.#index] ?? this.#tokens.at(-1);
    return token ?? { kind: 'end', text: '', range: { start: 0, end: 0 } };
  }

  /** The token behind it. */
  get following(): Token | undefined {
    return this.#tokens[this.#index + 1];
  }

  end(): void {
    if (this.token.kind !== 'end') throw this.stop();
  }

  next(): Token {
    const { token } = this;
    this.#index += 1;
    return token;
  }

  /** From a place to the last token that was taken. */
  from(start: Range): Range {
    const last = this.#tokens[this.#index - 1] ?? this.token;
    return { start: start.start, end: Math.max(start.start, last.range.end) };
  }

  stop(): SyntaxStop {
    return new SyntaxStop('syntax', this.token.range);
  }

  is(text: string): boolean {
    const { kind, text: own } = this.token;
    return (kind === 'mark' || kind === 'name') && own === text;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.#index += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.stop();
  }

  name(): Token {
    if (this.token.kind !== 'name') throw this.stop();
    return this.next();
  }

  descend<T>(work: () => T): T {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new SyntaxStop('tooDeep', this.token.range);
    const result = work();
    this.#depth -= 1;
    return result;
  }

  listOf<T>(one: () => T): readonly T[] {
    const found = [one()];
    while (this.take(',')) found.push(one());
    return found;
  }
}
