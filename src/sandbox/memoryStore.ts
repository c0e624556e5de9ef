import { LinkData } from './linkData';
import type { CellValue, Reference, Schema, StoredRow } from './schema/types';
import { ServiceError } from './serviceError';
import type { Store, Transaction } from './store';
import { TableData } from './tableData';
import type { Entry } from './tableData';

/** What a commit changed, as the journal keeps it: rows in their new state (null: gone) and links. */
export interface CommitRecord {
  readonly version: number;
  readonly rows: readonly StoredEntry[];
  readonly links: ReadonlyArray<readonly [intersect: string, row: StoredRow, present: boolean]>;
}

type StoredEntry = readonly [table: string, id: string, version: number, row: StoredRow | null];

/** Where commits go to be durable. */
export type CommitListener = (record: CommitRecord) => void;

/** Another open transaction holds the row. Online a request waits for the lock and fails after a while with this code (UNVERIFIED). */
function rowIsHeld(table: string, id: string): ServiceError {
  return new ServiceError(
    500,
    '0x80044151',
    `SQL timeout expired. The row ${table} ${id} is held by another request.`,
  );
}

/**
 * The data in memory. Readers see what open transactions have done; a row touched by one of them is refused to the
 * others until it ends, so that undoing never meets somebody else's change.
 */
export class MemoryStore implements Store {
  readonly schema: Schema;
  readonly #tables: ReadonlyMap<string, TableData>;
  readonly #links: LinkData;
  readonly #onCommit: CommitListener | undefined;
  #version = 1000000;
  #sequence = 0;

  constructor(schema: Schema, onCommit?: CommitListener) {
    this.schema = schema;
    this.#tables = new Map(schema.tables.map((table) => [table.name, new TableData(table)]));
    this.#links = new LinkData(schema);
    this.#onCommit = onCommit;
  }

  get(table: string, id: string): StoredRow | undefined {
    return this.#data(table).entry(id)?.row;
  }

  size(table: string): number {
    return this.#data(table).size;
  }

  rows(table: string): Iterable<StoredRow> {
    return this.#data(table).rows();
  }

  where(table: string, column: string, value: CellValue): Iterable<StoredRow> {
    return this.#data(table).where(column, value);
  }

  get changes(): number {
    let changes = this.#links.changes;
    for (const data of this.#tables.values()) changes += data.changes;
    return changes;
  }

  version(table: string, id: string): number | undefined {
    const entry = this.#data(table).entry(id);
    return entry?.row === undefined ? undefined : entry.version;
  }

  linked(intersect: string, column: string, id: string): Iterable<Reference> {
    return this.#links.linked(intersect, column, id);
  }

  begin(): Transaction {
    return new OpenTransaction({
      data: (table) => this.#data(table),
      links: this.#links,
      nextVersion: () => ++this.#version,
      nextSequence: () => ++this.#sequence,
      committed: (record) => this.#onCommit?.({ ...record, version: this.#version }),
    });
  }

  /** Puts back what a snapshot or a journal holds. Only before the store is in use. */
  load(record: CommitRecord): void {
    this.#version = Math.max(this.#version, record.version);
    for (const [table, id, version, row] of record.rows) {
      const data = this.#tables.get(table);
      if (data === undefined) continue;
      const entry = data.place(id, ++this.#sequence);
      data.set(entry, row ?? undefined, version);
      data.release(entry);
    }
    for (const [intersect, row, present] of record.links) this.#links.set(intersect, row, present);
  }

  /** Everything there is, for a snapshot. Not to be called while a transaction is open. */
  *dump(): Iterable<CommitRecord> {
    yield { version: this.#version, rows: [], links: [] };
    for (const data of this.#tables.values()) {
      for (const row of data.rows()) {
        const id = row[data.table.key];
        if (typeof id !== 'string') continue;
        const version = data.entry(id)?.version ?? 0;
        yield { version, rows: [[data.table.name, id, version, row]], links: [] };
      }
    }
    for (const [intersect, row] of this.#links.all())
      yield { version: 0, rows: [], links: [[intersect, row, true]] };
  }

  #data(table: string): TableData {
    const data = this.#tables.get(table);
    if (data === undefined) throw new Error(`There is no table ${table}`);
    return data;
  }
}

interface StoreParts {
  readonly data: (table: string) => TableData;
  readonly links: LinkData;
  readonly nextVersion: () => number;
  readonly nextSequence: () => number;
  readonly committed: (record: Omit<CommitRecord, 'version'>) => void;
}

interface Touched {
  readonly data: TableData;
  readonly entry: Entry;
  readonly row: StoredRow | undefined;
  readonly version: number;
}

class OpenTransaction implements Transaction {
  readonly #parts: StoreParts;
  /** State before the first touch of each row. */
  readonly #touched = new Map<Entry, Touched>();
  readonly #links: Array<[intersect: string, row: StoredRow, present: boolean]> = [];
  #open = true;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  insert(table: string, row: StoredRow): void {
    const data = this.#parts.data(table);
    const id = row[data.table.key];
    if (typeof id !== 'string') throw new Error(`A row of ${table} has no id`);
    const entry = data.place(id, this.#parts.nextSequence());
    this.#touch(data, entry);
    if (entry.row !== undefined) throw new Error(`There already is a ${table} with the id ${id}`);
    this.#write(data, entry, row);
  }

  change(table: string, id: string, values: StoredRow): void {
    const { data, entry, row } = this.#existing(table, id);
    this.#write(data, entry, { ...row, ...values });
  }

  remove(table: string, id: string): void {
    const { data, entry } = this.#existing(table, id);
    for (const { intersect, ownColumn } of data.table.manyToMany) {
      for (const row of this.#parts.links.rowsOf(intersect, ownColumn, id)) this.unlink(intersect, row);
    }
    data.set(entry, undefined, entry.version);
  }

  link(intersect: string, row: StoredRow): void {
    this.#setLink(intersect, row, true);
  }

  unlink(intersect: string, row: StoredRow): void {
    this.#setLink(intersect, row, false);
  }

  commit(): void {
    this.#close();
    const rows = [...this.#touched.values()].map(({ data, entry }): StoredEntry => {
      return [data.table.name, entry.id, entry.version, entry.row ?? null];
    });
    this.#release();
    if (rows.length > 0 || this.#links.length > 0) this.#parts.committed({ rows, links: this.#links });
  }

  rollback(): void {
    this.#close();
    for (const [intersect, row, present] of this.#links.reverse())
      this.#parts.links.set(intersect, row, !present);
    for (const { data, entry, row, version } of this.#touched.values()) data.set(entry, row, version);
    this.#release();
  }

  #existing(table: string, id: string): { data: TableData; entry: Entry; row: StoredRow } {
    const data = this.#parts.data(table);
    const entry = data.entry(id);
    if (entry?.row === undefined) throw new Error(`There is no ${table} with the id ${id}`);
    this.#touch(data, entry);
    return { data, entry, row: entry.row };
  }

  #touch(data: TableData, entry: Entry): void {
    if (!this.#open) throw new Error('The transaction has ended');
    if (entry.holder === this) return;
    if (entry.holder !== undefined) throw rowIsHeld(data.table.name, entry.id);
    entry.holder = this;
    this.#touched.set(entry, { data, entry, row: entry.row, version: entry.version });
  }

  #write(data: TableData, entry: Entry, row: StoredRow): void {
    const version = this.#parts.nextVersion();
    const kept: Record<string, CellValue> = {};
    for (const [name, value] of Object.entries(row)) if (value !== null) kept[name] = value;
    if (data.versioned) kept['versionnumber'] = version;
    data.set(entry, kept, version);
  }

  #setLink(intersect: string, row: StoredRow, present: boolean): void {
    if (!this.#open) throw new Error('The transaction has ended');
    if (this.#parts.links.has(intersect, row) === present) return;
    this.#parts.links.set(intersect, row, present);
    this.#links.push([intersect, row, present]);
  }

  #close(): void {
    if (!this.#open) throw new Error('The transaction has already ended');
    this.#open = false;
  }

  #release(): void {
    for (const { data, entry } of this.#touched.values()) {
      entry.holder = undefined;
      data.release(entry);
    }
  }
}
