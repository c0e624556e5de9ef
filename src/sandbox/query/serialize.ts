import type { Column, StoredRow, Table } from '../schema/types';
import type { StoreReader } from '../store';
import { isChoices, isReference } from './expression';
import { formattedValue } from './formatted';
import { allProperties, navigationTo, propertyName } from './properties';

export const FORMATTED = 'OData.Community.Display.V1.FormattedValue';
const LOOKUP_TABLE = 'Microsoft.Dynamics.CRM.lookuplogicalname';
const LOOKUP_NAVIGATION = 'Microsoft.Dynamics.CRM.associatednavigationproperty';

/** JSON of a row under construction. */
export type JsonRow = Record<string, unknown>;

export interface RowShape {
  /** The selected columns; all of them when undefined. The key is delivered in any case. */
  readonly columns: readonly Column[] | undefined;
  readonly wants: (annotation: string) => boolean;
  /** Whether `@odata.etag` comes first. */
  readonly etag: boolean;
  /** Null columns are left out, as FetchXML does (FACTS 13.5). */
  readonly omitNull?: boolean;
}

/** Writes one column with the annotations asked for, which stand before it (FACTS 15.2). */
export function writeCell(
  reader: StoreReader,
  into: JsonRow,
  row: StoredRow,
  column: Column,
  shape: Pick<RowShape, 'wants' | 'omitNull'> & { readonly name?: string },
): void {
  // Write-only columns such as authvalue may be selected but are never delivered. Left out rather than null: UNVERIFIED (FACTS 5.1).
  if (!column.read) return;
  const name = shape.name ?? propertyName(column);
  const value = row[column.name] ?? null;
  if (value === null) {
    if (shape.omitNull !== true) into[name] = null;
    return;
  }
  if (shape.wants(FORMATTED)) {
    const text = formattedValue(reader, row, column);
    if (text !== undefined) into[`${name}@${FORMATTED}`] = text;
  }
  if (isReference(value)) {
    const navigation = navigationTo(column, value.table);
    if (navigation !== undefined && shape.wants(LOOKUP_NAVIGATION))
      into[`${name}@${LOOKUP_NAVIGATION}`] = navigation;
    if (shape.wants(LOOKUP_TABLE)) into[`${name}@${LOOKUP_TABLE}`] = value.table;
    into[name] = value.id;
    return;
  }
  // Several choices travel as text, "1,2".
  into[name] = isChoices(value) ? value.join(',') : value;
}

/** The etag of a row as the Web API writes it, `W/"5948311"`. */
function etagOf(reader: StoreReader, table: Table, row: StoredRow): string | undefined {
  const id = row[table.key];
  const version = typeof id === 'string' ? reader.version(table.name, id) : undefined;
  return version === undefined ? undefined : `W/"${version}"`;
}

/**
 * A row as Web API JSON, without `@odata.context`: etag, the selected columns (all when undefined), the key.
 * Null columns are null unless `omitNull`. Serves queries, single rows and `Prefer: return=representation`.
 */
export function serializeRow(reader: StoreReader, table: Table, row: StoredRow, shape: RowShape): JsonRow {
  const into: JsonRow = {};
  const etag = shape.etag ? etagOf(reader, table, row) : undefined;
  if (etag !== undefined) into['@odata.etag'] = etag;
  if (shape.columns === undefined) {
    for (const { column } of allProperties(table)) writeCell(reader, into, row, column, shape);
    return into;
  }
  for (const column of shape.columns) writeCell(reader, into, row, column, shape);
  if (!(table.key in into)) into[table.key] = row[table.key] ?? null;
  return into;
}
