import type { Row } from '../dataverse/webApi';

/** Different sets of columns that are remembered; FetchXML leaves out what is null, so one result has a few. */
const MOST_SHAPES = 16;

/**
 * Tells rows with the same columns in the same order apart from others, so that what follows from the names of columns is
 * found out once and not for each row.
 */
export class RowShapes {
  readonly #known: Array<readonly string[]> = [];
  #last: readonly string[] = [];

  /** The names of a row's columns: the very same list for rows that have the same ones. */
  of(row: Row): readonly string[] {
    if (!hasNames(row, this.#last)) this.#last = this.#find(Object.keys(row));
    return this.#last;
  }

  #find(names: readonly string[]): readonly string[] {
    for (const known of this.#known) if (areSame(known, names)) return known;
    if (this.#known.length >= MOST_SHAPES) this.#known.shift();
    this.#known.push(names);
    return names;
  }
}

/** Most rows are like the one before: they are compared with it without a list of their own. */
function hasNames(row: Row, names: readonly string[]): boolean {
  let at = 0;
  for (const name in row) {
    if (names[at] !== name) return false;
    at += 1;
  }
  return at === names.length && at > 0;
}

/** Names of columns come from the same parser again and again, which gives equal ones the same place in memory. */
function areSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
