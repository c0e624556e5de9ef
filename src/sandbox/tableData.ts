import type { CellValue, StoredRow, Table } from './schema/types';

/** One row's place. It outlives the row while a transaction that removed it is open, so that undoing keeps the order. */
export interface Entry {
  readonly id: string;
  /** Grows with every row created: the order of `rows` and `where`. */
  readonly sequence: number;
  row: StoredRow | undefined;
  version: number;
  /** The open transaction that touched the row: nobody else may until it ends. */
  holder: object | undefined;
}

/** The entries that share an index key, in order of creation; sorted again only after an older row has joined. */
class Bucket {
  #entries = new Set<Entry>();
  #last = -1;
  #sorted = true;

  add(entry: Entry): void {
    this.#entries.add(entry);
    if (entry.sequence < this.#last) this.#sorted = false;
    else this.#last = entry.sequence;
  }

  delete(entry: Entry): void {
    this.#entries.delete(entry);
  }

  entries(): Iterable<Entry> {
    if (!this.#sorted) {
      this.#entries = new Set([...this.#entries].sort((a, b) => a.sequence - b.sequence));
      this.#sorted = true;
    }
    return this.#entries;
  }
}

/** The key under which equal values meet: text without regard to case, references by their id, absent as null. */
function indexKey(value: CellValue | undefined): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'string') return `s${value.toLowerCase()}`;
  if (typeof value !== 'object') return `${(typeof value).charAt(0)}${String(value)}`;
  if ('id' in value) return `s${value.id.toLowerCase()}`;
  return `j${JSON.stringify(value)}`;
}

/** The rows of one table with their indexes. An index is made when first asked for and kept up to date from then on. */
export class TableData {
  readonly table: Table;
  /** The table has a `versionnumber` column, which tells the etag number. */
  readonly versioned: boolean;
  readonly #entries = new Map<string, Entry>();
  readonly #indexes = new Map<string, Map<string, Bucket>>();
  #size = 0;
  #changes = 0;

  constructor(table: Table) {
    this.table = table;
    this.versioned = table.columns.some((column) => column.name === 'versionnumber');
  }

  get size(): number {
    return this.#size;
  }

  /** Grows with every row that is put, changed or taken away. */
  get changes(): number {
    return this.#changes;
  }

  entry(id: string): Entry | undefined {
    return this.#entries.get(id.toLowerCase());
  }

  *rows(): Iterable<StoredRow> {
    for (const entry of this.#entries.values()) if (entry.row !== undefined) yield entry.row;
  }

  *where(column: string, value: CellValue): Iterable<StoredRow> {
    if (column === this.table.key) {
      const id =
        typeof value === 'string'
          ? value
          : typeof value === 'object' && value && 'id' in value
            ? value.id
            : '';
      const row = this.entry(id)?.row;
      if (row !== undefined) yield row;
      return;
    }
    const bucket = this.#index(column).get(indexKey(value));
    if (bucket === undefined) return;
    for (const entry of bucket.entries()) if (entry.row !== undefined) yield entry.row;
  }

  /** A place for a new row; the one of a row removed in the same transaction is used again. */
  place(id: string, sequence: number): Entry {
    const lower = id.toLowerCase();
    const known = this.#entries.get(lower);
    if (known !== undefined) return known;
    const entry: Entry = { id: lower, sequence, row: undefined, version: 0, holder: undefined };
    this.#entries.set(lower, entry);
    return entry;
  }

  /** Puts a row into its place, or takes it away. */
  set(entry: Entry, row: StoredRow | undefined, version: number): void {
    this.#changes += 1;
    for (const [column, index] of this.#indexes) this.#move(index, column, entry, row);
    this.#size += (row === undefined ? 0 : 1) - (entry.row === undefined ? 0 : 1);
    entry.row = row;
    entry.version = version;
  }

  /** Gives up the place of a row that is gone for good. */
  release(entry: Entry): void {
    if (entry.row === undefined && this.#entries.get(entry.id) === entry) this.#entries.delete(entry.id);
  }

  #move(index: Map<string, Bucket>, column: string, entry: Entry, row: StoredRow | undefined): void {
    const before = entry.row === undefined ? undefined : indexKey(entry.row[column]);
    const after = row === undefined ? undefined : indexKey(row[column]);
    if (before === after) return;
    if (before !== undefined) index.get(before)?.delete(entry);
    if (after !== undefined) bucketOf(index, after).add(entry);
  }

  #index(column: string): Map<string, Bucket> {
    const known = this.#indexes.get(column);
    if (known !== undefined) return known;
    const index = new Map<string, Bucket>();
    for (const entry of this.#entries.values()) {
      if (entry.row !== undefined) bucketOf(index, indexKey(entry.row[column])).add(entry);
    }
    this.#indexes.set(column, index);
    return index;
  }
}

function bucketOf(index: Map<string, Bucket>, key: string): Bucket {
  const known = index.get(key);
  if (known !== undefined) return known;
  const bucket = new Bucket();
  index.set(key, bucket);
  return bucket;
}
