const MASK = '•••';

/**
 * A value that must not be seen: a token, a key, the value of an authentication header. However it is turned into
 * text (template, JSON, console, inspection) it prints as `•••`. `reveal()` is called only where the value goes on
 * the wire or into the secret store.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Every call is a place to look at in a review. */
  reveal(): string {
    return this.#value;
  }

  get isEmpty(): boolean {
    return this.#value === '';
  }

  /** Length in UTF-16 units, for limits that must be checked without showing the value. */
  get length(): number {
    return this.#value.length;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}
