import { DataverseError } from '../dataverse/errors';
import type { Column, Table } from '../dataverse/metadata';
import * as odata from '../dataverse/odata';
import * as read from '../dataverse/row';
import type { WebApi } from '../dataverse/webApi';

/** A row that is written once more with a value it has already, so that a step on Update fires. */
export interface Touch {
  readonly path: string;
  /** Logical name. */
  readonly table: string;
  readonly column: string;
  readonly value: unknown;
  /** The value as the service shows it; empty for none. */
  readonly shown: string;
  /** Primary name of the row; its id where it has none. */
  readonly rowName: string;
  readonly etag: string | undefined;
}

/** Columns that are read to find one with a value. */
const MOST_COLUMNS = 20;

/** Types whose values can be written as they were read; a lookup would have to be bound to its row anew. */
const WRITTEN_AS_READ: ReadonlySet<string> = new Set([
  ...['String', 'Memo', 'Boolean', 'Picklist', 'MultiSelectPicklist'],
  ...['Integer', 'BigInt', 'Decimal', 'Double', 'Money', 'DateTime'],
]);

/** `OptimisticConcurrencyNotEnabled`: the table has no versions (FACTS 12). */
const NO_VERSIONS = -2147088243;

/**
 * The columns whose writing fires a step, the likeliest first: of those it listens to, or of all where it listens to all,
 * the ones that can be written as they are read.
 */
export function touchableColumns(
  filteringColumns: readonly string[],
  columns: readonly Column[],
): readonly Column[] {
  const heard = new Set(filteringColumns);
  const rank = ({ isPrimaryName, type }: Column): number => (isPrimaryName ? 0 : type === 'String' ? 1 : 2);
  return columns
    .filter(
      ({ logicalName, type, attributeOf, isValidForRead, isValidForUpdate, isPrimaryId }) =>
        (heard.size === 0 || heard.has(logicalName)) &&
        attributeOf === undefined &&
        isValidForRead &&
        isValidForUpdate &&
        !isPrimaryId &&
        WRITTEN_AS_READ.has(type),
    )
    .toSorted((a, b) => rank(a) - rank(b));
}

/**
 * What would be written: the first column with a value, else the first one, without a value. Undefined where no column
 * can be written so. That a step fires for a value that is the same is UNVERIFIED (FACTS 6.2).
 * @throws DataverseError `notFound` when the row is gone, CancelledError.
 */
export async function planTouch(
  api: Pick<WebApi, 'get'>,
  row: { readonly table: Table; readonly id: string; readonly columns: readonly Column[] },
  filteringColumns: readonly string[],
  signal: AbortSignal,
): Promise<Touch | undefined> {
  const { entitySetName, primaryNameColumn } = row.table;
  const candidates = touchableColumns(filteringColumns, row.columns)
    .slice(0, MOST_COLUMNS)
    .map(({ logicalName }) => logicalName);
  if (entitySetName === undefined || candidates.length === 0) return undefined;
  const path = odata.row(entitySetName, row.id);
  const select = [
    ...new Set([...candidates, ...(primaryNameColumn === undefined ? [] : [primaryNameColumn])]),
  ];
  const found = await api.get(odata.query(path, { select }), { signal });
  const hasValue = (name: string): boolean => found[name] !== null && found[name] !== undefined;
  const column = candidates.find(hasValue) ?? candidates[0];
  if (column === undefined) return undefined;
  const value = found[column] ?? null;
  const name = primaryNameColumn === undefined ? undefined : read.optionalText(found, primaryNameColumn);
  return {
    path,
    table: row.table.logicalName,
    column,
    value,
    shown: read.formatted(found, column) ?? plain(value),
    rowName: name === undefined || name === '' ? row.id : name,
    etag: read.etag(found),
  };
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}

/**
 * Writes the column with the value it had, unless somebody has changed the row since it was read.
 * @throws DataverseError `conflict` when somebody has; EnvironmentGuardError, CancelledError.
 */
export async function touchRow(
  api: Pick<WebApi, 'update'>,
  { path, column, value, etag }: Touch,
  signal: AbortSignal,
): Promise<void> {
  const body = { [column]: value };
  try {
    await api.update(path, body, { signal, ...(etag === undefined ? {} : { etag }) });
  } catch (error) {
    if (!DataverseError.is(error) || error.code !== NO_VERSIONS) throw error;
    await api.update(path, body, { signal });
  }
}
