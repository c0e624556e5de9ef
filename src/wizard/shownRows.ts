/** Milliseconds after which the editor is taken to show the rows it was given, also when it has not said so. */
const PATIENCE = 500;

/**
 * Whether the rows on screen are those we know. The editor names a chosen row by its place only, so a choice that was
 * on its way while the rows were replaced would mean whatever stands at that place now. The editor says which row is
 * active after it has shown new rows; until then a choice counts for nothing.
 */
export class ShownRows<R> {
  readonly #now: () => number;
  #waiting: { readonly active: R | undefined; readonly until: number } | undefined;

  /** @param now the time in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The editor was given other rows. `active` is the one it was asked to make active, if any. */
  replaced(active: R | undefined): void {
    this.#waiting = { active, until: this.#now() + PATIENCE };
  }

  /** The editor says which row is active. */
  activated(row: R | undefined): void {
    const expected = this.#waiting?.active;
    if (expected === undefined || expected === row) this.#waiting = undefined;
  }

  /** True when a choice that comes now is about the rows we know. */
  get areKnown(): boolean {
    return this.#waiting === undefined || this.#now() >= this.#waiting.until;
  }
}
