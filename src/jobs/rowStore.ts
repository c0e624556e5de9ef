import type { Row } from '../dataverse/webApi';

/** Characters of one value that are kept; what is longer is read whole where it is opened or exported. */
export const VALUE_LIMIT = 4000;

/** Different values of a column after which its values are looked at for repetition. */
const SAMPLE = 1024;

/** Says nothing to a reader of rows, and is different in each of them. */
const LEFT_OUT = /(?:^@odata\.etag$|@Microsoft\.Dynamics\.CRM\.associatednavigationproperty$)/;
const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
const DATE = /^\d{4}-\d{2}-\d{2}T/;

/**
 * Many rows in little memory: by column, and a text that occurs in many rows is held once. A hundred thousand jobs take
 * about fifty megabytes so, a quarter of what they take as objects.
 */
export class RowStore {
  readonly #columns = new Map<string, StoredColumn>();
  #count = 0;

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /** Takes rows in, behind those that are there. */
  add(rows: readonly Row[]): void {
    for (const row of rows) {
      for (const key in row) this.#put(key, row);
      this.#count += 1;
    }
  }

  /** One value; undefined where the row has none. */
  value(at: number, key: string): unknown {
    return this.#columns.get(key)?.values[at];
  }

  /** A row as it came, without etag, with long texts cut. */
  row(at: number): Row {
    const row: Record<string, unknown> = {};
    for (const [key, { values }] of this.#columns) {
      const value = values[at];
      if (value !== undefined) row[key] = value;
    }
    return row;
  }

  #put(key: string, row: Row): void {
    if (LEFT_OUT.test(key)) return;
    const value = row[key];
    // A date is formatted for the reader; the service's own way of writing it is of no use.
    if (key.endsWith(FORMATTED)) {
      const raw = row[key.slice(0, -FORMATTED.length)];
      if (typeof raw === 'string' && DATE.test(raw)) return;
    }
    let column = this.#columns.get(key);
    if (column === undefined) this.#columns.set(key, (column = new StoredColumn()));
    // Without gaps: an array with holes becomes a slow one.
    while (column.values.length < this.#count) column.values.push(undefined);
    column.values.push(column.keep(value));
  }
}

class StoredColumn {
  readonly values: unknown[] = [];
  #known: Map<string, unknown> | undefined = new Map();
  #kept = 0;

  keep(value: unknown): unknown {
    if (typeof value === 'string') {
      const text = value.length > VALUE_LIMIT ? shortened(value) : value;
      return this.#once(text, text);
    }
    if (typeof value === 'object' && value !== null) return this.#once(JSON.stringify(value), value);
    return value;
  }

  #once(key: string, value: unknown): unknown {
    if (this.#known === undefined) return value;
    this.#kept += 1;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    // Ids and times differ from row to row: looking for them again would only cost.
    if (this.#known.size >= SAMPLE && this.#known.size * 2 > this.#kept) this.#known = undefined;
    else this.#known.set(key, value);
    return value;
  }
}

/** The beginning of a text, as a text of its own: a plain cut would keep all of it in memory. */
function shortened(text: string): string {
  const copy: unknown = JSON.parse(JSON.stringify(text.slice(0, VALUE_LIMIT)));
  return `${String(copy)}…`;
}
