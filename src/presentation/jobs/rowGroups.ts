/** Which group each row is of, in the order the rows came: as a number, because a hundred thousand rows have one. */
export class RowGroups {
  /** An index into the keys; -1 for none. */
  readonly #groupOf: number[] = [];
  readonly #keys: string[] = [];
  readonly #indexOf = new Map<string, number>();

  /** Takes the next row in. @param key of its group; undefined where it has none */
  add(key: string | undefined): void {
    this.#groupOf.push(key === undefined ? -1 : this.#place(key));
  }

  /** True when any row is of this group. */
  has(key: string): boolean {
    return this.#indexOf.has(key);
  }

  /** The group of a row. */
  keyOf(number: number): string | undefined {
    return this.#keys[this.#groupOf[number] ?? -1];
  }

  /** Tells the rows of a group; every row when it is undefined. */
  membersOf(key: string | undefined): (number: number) => boolean {
    if (key === undefined) return () => true;
    const index = this.#indexOf.get(key);
    return (number) => this.#groupOf[number] === index;
  }

  #place(key: string): number {
    let index = this.#indexOf.get(key);
    if (index === undefined) {
      index = this.#keys.push(key) - 1;
      this.#indexOf.set(key, index);
    }
    return index;
  }
}
