import type { Reference, Schema, StoredRow } from './schema/types';

function referenceIn(row: StoredRow, column: string): Reference | undefined {
  const value = row[column];
  return typeof value === 'object' && value !== null && 'id' in value ? value : undefined;
}

/** The rows of one intersect table, found from either side. A row holds a reference per side. */
class Intersect {
  readonly #columns: readonly [string, string];
  readonly #rows = new Map<string, StoredRow>();
  readonly #sides: ReadonlyMap<string, Map<string, Set<StoredRow>>>;

  constructor(columns: readonly [string, string]) {
    this.#columns = columns;
    this.#sides = new Map(columns.map((column) => [column, new Map<string, Set<StoredRow>>()]));
  }

  #key(row: StoredRow): string {
    return this.#columns.map((column) => referenceIn(row, column)?.id.toLowerCase() ?? '').join('|');
  }

  has(row: StoredRow): boolean {
    return this.#rows.has(this.#key(row));
  }

  add(row: StoredRow): void {
    this.#rows.set(this.#key(row), row);
    for (const [column, byId] of this.#sides) {
      const id = referenceIn(row, column)?.id.toLowerCase() ?? '';
      const rows = byId.get(id);
      if (rows === undefined) byId.set(id, new Set([row]));
      else rows.add(row);
    }
  }

  delete(row: StoredRow): void {
    const stored = this.#rows.get(this.#key(row));
    if (stored === undefined) return;
    this.#rows.delete(this.#key(row));
    for (const [column, byId] of this.#sides) {
      byId.get(referenceIn(stored, column)?.id.toLowerCase() ?? '')?.delete(stored);
    }
  }

  rowsOf(column: string, id: string): readonly StoredRow[] {
    return [...(this.#sides.get(column)?.get(id.toLowerCase()) ?? [])];
  }

  all(): Iterable<StoredRow> {
    return this.#rows.values();
  }

  otherSide(column: string, row: StoredRow): Reference | undefined {
    return referenceIn(row, this.#columns[0] === column ? this.#columns[1] : this.#columns[0]);
  }
}

/** All many-to-many links. */
export class LinkData {
  readonly #intersects = new Map<string, Intersect>();
  #changes = 0;

  constructor(schema: Schema) {
    for (const { intersect, ownColumn, otherColumn } of schema.tables.flatMap((table) => table.manyToMany)) {
      if (!this.#intersects.has(intersect))
        this.#intersects.set(intersect, new Intersect([ownColumn, otherColumn]));
    }
  }

  /** Grows with every link that is made or taken away. */
  get changes(): number {
    return this.#changes;
  }

  *linked(intersect: string, column: string, id: string): Iterable<Reference> {
    const data = this.#find(intersect);
    for (const row of data.rowsOf(column, id)) {
      const other = data.otherSide(column, row);
      if (other !== undefined) yield other;
    }
  }

  rowsOf(intersect: string, column: string, id: string): readonly StoredRow[] {
    return this.#find(intersect).rowsOf(column, id);
  }

  has(intersect: string, row: StoredRow): boolean {
    return this.#find(intersect).has(row);
  }

  set(intersect: string, row: StoredRow, present: boolean): void {
    this.#changes += 1;
    if (present) this.#find(intersect).add(row);
    else this.#find(intersect).delete(row);
  }

  *all(): Iterable<readonly [intersect: string, row: StoredRow]> {
    for (const [name, data] of this.#intersects) for (const row of data.all()) yield [name, row];
  }

  #find(intersect: string): Intersect {
    const data = this.#intersects.get(intersect);
    if (data === undefined) throw new Error(`There is no intersect table ${intersect}`);
    return data;
  }
}
