import {
  NULL_VALUE,
  contextReference,
  type ContextEntity,
  type ContextPair,
  type ContextValue,
  type FormattedPair,
} from '../../delivery/executionContext';
import { formattedValue } from '../query/formatted';
import type { CellValue, Column, Reference, StoredRow, Table } from '../schema/types';
import type { StoreReader } from '../store';

/** A cell as a value of the execution context (FACTS 17.4.5). */
function contextValue(column: Column, cell: CellValue | undefined): ContextValue {
  if (cell === null || cell === undefined) return NULL_VALUE;
  if (typeof cell === 'boolean') return { kind: 'boolean', value: cell };
  if (typeof cell === 'number') return numberValue(column, cell);
  if (typeof cell === 'string') return textValue(column, cell);
  if ('id' in cell) return contextReference(cell.table, cell.id);
  if ('Value' in cell) {
    // A managed property in a body was not seen anywhere: UNVERIFIED.
    const { CanBeChanged, ManagedPropertyLogicalName, Value } = cell;
    const type = 'BooleanManagedProperty:http://schemas.microsoft.com/xrm/2011/Contracts';
    const json = JSON.stringify({ __type: type, CanBeChanged, ManagedPropertyLogicalName, Value });
    return { kind: 'unknown', json: json.replaceAll('/', '\\/') };
  }
  return cell.length === 0 ? { kind: 'list', items: [] } : { kind: 'optionSetCollection', values: cell };
}

function numberValue(column: Column, cell: number): ContextValue {
  switch (column.type) {
    case 'picklist':
    case 'state':
    case 'status':
      return { kind: 'optionSet', value: cell };
    case 'money':
      return { kind: 'money', digits: String(cell) };
    case 'decimal':
      return { kind: 'decimal', digits: Number.isInteger(cell) ? `${cell}.0` : String(cell) };
    default:
      return { kind: 'number', value: cell };
  }
}

function textValue(column: Column, cell: string): ContextValue {
  if (column.type === 'uniqueidentifier') return { kind: 'guid', value: cell };
  if (column.type === 'datetime' || column.type === 'dateonly') {
    return { kind: 'date', milliseconds: Date.parse(cell) };
  }
  return { kind: 'string', value: cell };
}

/** A row as the context's Entity: the given columns, in that order. Write-only columns never travel. */
export function contextEntity(
  table: Table,
  id: string,
  values: StoredRow,
  more: Partial<ContextEntity> = {},
): ContextEntity {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  const attributes: ContextPair[] = [];
  for (const [name, cell] of Object.entries(values)) {
    const column = columns.get(name);
    if (column?.read === true) attributes.push({ key: name, value: contextValue(column, cell) });
  }
  return {
    attributes,
    entityState: null,
    formattedValues: [],
    id,
    keyAttributes: [],
    logicalName: table.name,
    relatedEntities: [],
    rowVersion: null,
    ...more,
  };
}

/** An Entity as a parameter. */
export function entityPair(key: string, entity: ContextEntity): ContextPair {
  return { key, value: { kind: 'entity', entity } };
}

export function referencePair(key: string, reference: Reference): ContextPair {
  return { key, value: contextReference(reference.table, reference.id) };
}

/** The rows of a bulk message. The JSON of Targets is UNVERIFIED (FACTS 17.4.5); the members are those of a party list. */
export function entitiesPair(key: string, table: string, entities: readonly ContextEntity[]): ContextPair {
  return {
    key,
    value: {
      kind: 'entityCollection',
      collection: {
        entities,
        entityName: table,
        minActiveRowVersion: null,
        moreRecords: false,
        pagingCookie: null,
        totalRecordCount: -1,
        totalRecordCountLimitExceeded: false,
      },
    },
  };
}

/**
 * The formatted values of the columns that have one: labels, `No`, `$250,000.00`, dates in ISO form with `-00:00`
 * (FACTS 17.5, 18.1). Lookups have none there.
 */
export function formattedPairs(
  reader: StoreReader,
  table: Table,
  values: StoredRow,
): readonly FormattedPair[] {
  return Object.keys(values).flatMap((name) => {
    const column = reader.schema.column(table.name, name);
    const text = column?.read === true ? formattedText(reader, values, column) : undefined;
    return text === undefined ? [] : [{ key: name, value: text }];
  });
}

function formattedText(reader: StoreReader, values: StoredRow, column: Column): string | undefined {
  const cell = values[column.name];
  if (cell === null || cell === undefined) return undefined;
  if (column.type === 'datetime' && typeof cell === 'string') return `${cell.slice(0, 19)}-00:00`;
  if (column.type === 'dateonly') return typeof cell === 'string' ? cell : undefined;
  if (column.type === 'lookup' || column.type === 'owner' || column.type === 'customer') return undefined;
  // Booleans of the sandbox's schema have no labels of their own: the platform's are Yes and No.
  return formattedValue(reader, values, column);
}
