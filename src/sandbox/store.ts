import type { CellValue, Reference, Schema, StoredRow } from './schema/types';

/** Reading side of the data: what queries see. All of it is synchronous and in memory. */
export interface StoreReader {
  readonly schema: Schema;
  /** The row, or undefined. The id is matched without regard to case. */
  get(table: string, id: string): StoredRow | undefined;
  size(table: string): number;
  /** All rows in the order they were created. */
  rows(table: string): Iterable<StoredRow>;
  /**
   * The rows whose column equals the value (text without regard to case, a reference by its id), in order of creation.
   * Answered from an index, made on first use, for every column type but memo and multiselect.
   */
  where(table: string, column: string, value: CellValue): Iterable<StoredRow>;
  /** Grows with whatever is put, changed or taken away anywhere: while it stays the same, so does every answer. */
  readonly changes: number;
  /** The etag number of a row, which grows with every change in the whole store. */
  version(table: string, id: string): number | undefined;
  /** The ids at the other side of a many-to-many relationship. */
  linked(intersect: string, column: string, id: string): Iterable<Reference>;
}

/** A unit of work. What it did is visible to readers at once and is taken back by `rollback()`. */
export interface Transaction {
  insert(table: string, row: StoredRow): void;
  /** Replaces the given columns; throws when there is no such row. */
  change(table: string, id: string, values: StoredRow): void;
  remove(table: string, id: string): void;
  link(intersect: string, row: StoredRow): void;
  unlink(intersect: string, row: StoredRow): void;
  /** Makes the work durable. */
  commit(): void;
  rollback(): void;
}

/** Reading and writing. */
export interface Store extends StoreReader {
  begin(): Transaction;
}
