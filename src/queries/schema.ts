import { DataverseError } from '../dataverse/errors';
import type { Column, DateBehavior, Metadata, Table } from '../dataverse/metadata';
import type { Relation } from '../dataverse/relations';
import { familyOf, isLabelled } from './columnNames';

/** A column with what a query needs to know beside. */
export interface QueryColumn extends Column {
  /** How a date and time column takes zones; where that is not told it is a moment. */
  readonly dateBehavior?: DateBehavior | undefined;
  /** The choice, truth value or lookup whose label, name or type this is. The Web API has no such property (FACTS 13.4). */
  readonly labelOf?: string | undefined;
}

/** What a query needs to know of a table. */
export interface TableSchema {
  readonly table: Table;
  readonly columns: ReadonlyMap<string, QueryColumn>;
  readonly relations: readonly Relation[];
}

/** The tables that are known. What is not known yet is remembered as missing, and loaded before the next try. */
export interface Schema {
  readonly tables: readonly Table[];
  table(logicalName: string): TableSchema | undefined;
  /** Logical name of the table of an entity set. */
  tableOfSet(entitySet: string): string | undefined;
}

/** Where the schema of an environment comes from. */
export type SchemaSource = Pick<Metadata, 'tables' | 'columns' | 'dateBehaviors' | 'relations'>;

/** Enough for every chain of links a query can have. */
const MOST_ROUNDS = 20;

/**
 * Does work that looks up names, again and again until all tables it has asked for are there.
 * @throws DataverseError when metadata cannot be read; a table that does not exist is no error.
 */
export async function withSchema<T>(
  source: SchemaSource,
  signal: AbortSignal,
  work: (schema: Schema) => T,
): Promise<T> {
  const tables = await source.tables(signal);
  const byName = new Map(tables.map((table) => [table.logicalName, table]));
  const bySet = new Map(tables.map((table) => [table.entitySetName ?? '', table.logicalName]));
  const known = new Map<string, TableSchema>();
  const missing = new Set<string>();
  const schema: Schema = {
    tables,
    table: (name) => {
      const found = known.get(name);
      if (found === undefined && byName.has(name)) missing.add(name);
      return found;
    },
    tableOfSet: (set) => (set === '' ? undefined : bySet.get(set)),
  };
  for (let round = 0; ; round += 1) {
    missing.clear();
    const result = work(schema);
    if (missing.size === 0 || round === MOST_ROUNDS) return result;
    const load = async (name: string): Promise<void> => {
      const table = byName.get(name);
      const loaded = table === undefined ? undefined : await loadTable(source, table, signal);
      if (loaded === undefined) byName.delete(name);
      else known.set(name, loaded);
    };
    await Promise.all([...missing].map(load));
  }
}

async function loadTable(
  source: SchemaSource,
  table: Table,
  signal: AbortSignal,
): Promise<TableSchema | undefined> {
  try {
    const [columns, behaviors, relations] = await Promise.all([
      source.columns(table.logicalName, signal),
      source.dateBehaviors(table.logicalName, signal),
      source.relations(table.logicalName, signal),
    ]);
    const byName = new Map(columns.map((column) => [column.logicalName, column]));
    const known = columns.map((column): [string, QueryColumn] => [
      column.logicalName,
      {
        ...column,
        ...(column.type === 'DateTime' ? { dateBehavior: behaviors.get(column.logicalName) } : {}),
        ...(isCompanion(column, byName) ? { labelOf: column.attributeOf } : {}),
      },
    ]);
    return { table, columns: new Map(known), relations };
  } catch (error) {
    // Deleted meanwhile: as if it had never been there.
    if (DataverseError.is(error, 'notFound')) return undefined;
    throw error;
  }
}

/** Other columns that go along with one are properties all the same, such as the address of a picture. */
function isCompanion({ attributeOf, type }: Column, columns: ReadonlyMap<string, Column>): boolean {
  const owner = attributeOf === undefined ? undefined : columns.get(attributeOf);
  return (
    attributeOf !== undefined && (type === 'Virtual' || (owner !== undefined && isLabelled(familyOf(owner))))
  );
}
