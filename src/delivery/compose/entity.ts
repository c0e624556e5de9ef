import type { ContextEntity, ContextPair, ContextValue, FormattedPair } from '../executionContext';
import { contextReference } from '../executionContext';
import type { Cell, Cells, ComposeTable } from './model';

/** A row as the context's Entity: the key first, then the given columns in their order. */
export function composedEntity(
  table: ComposeTable,
  id: string,
  cells: Cells,
  more: Partial<ContextEntity> = {},
): ContextEntity {
  const attributes: ContextPair[] = [{ key: table.key, value: { kind: 'guid', value: id } }];
  for (const [key, { value }] of Object.entries(cells))
    if (key !== table.key) attributes.push({ key, value });
  return { ...emptyEntity(table.name, id), attributes, ...more };
}

/** An Entity of exactly these pairs. */
export function entityOf(table: ComposeTable, id: string, attributes: readonly ContextPair[]): ContextEntity {
  return { ...emptyEntity(table.name, id), attributes };
}

function emptyEntity(logicalName: string, id: string): ContextEntity {
  return {
    attributes: [],
    entityState: null,
    formattedValues: [],
    id,
    keyAttributes: [],
    logicalName,
    relatedEntities: [],
    rowVersion: null,
  };
}

export function entityPair(key: string, entity: ContextEntity): ContextPair {
  return { key, value: { kind: 'entity', entity } };
}

export function referencePair(key: string, table: string, id: string): ContextPair {
  return { key, value: contextReference(table, id) };
}

/** The rows of a bulk message. The JSON of Targets is UNVERIFIED (FACTS 17.4.5): the members are those of a party list. */
export function collectionPair(
  key: string,
  entityName: string,
  entities: readonly ContextEntity[],
): ContextPair {
  const collection = {
    entities,
    entityName,
    minActiveRowVersion: null,
    moreRecords: false,
    pagingCookie: null,
    totalRecordCount: -1,
    totalRecordCountLimitExceeded: false,
  };
  return { key, value: { kind: 'entityCollection', collection } };
}

/**
 * The formatted values of Target of a synchronous Create: labels, `No`, `$250,000.00`, times as `…T10:15:30-00:00`
 * (FACTS 17.5, 18.1). Lookups, texts and ids have none there.
 */
export function formattedPairs(table: ComposeTable, cells: Cells): readonly FormattedPair[] {
  const types = new Map(table.columns.map((column) => [column.name, column.type]));
  return Object.entries(cells).flatMap(([key, cell]) => {
    const value = formattedText(types.get(key), cell);
    return value === undefined ? [] : [{ key, value }];
  });
}

function formattedText(type: string | undefined, { value, formatted }: Cell): string | undefined {
  if (value.kind === 'date') {
    const iso = new Date(value.milliseconds).toISOString();
    // A day without a time has no zone to tell.
    return formatted !== undefined && /^\d{4}-\d\d-\d\d$/.test(formatted)
      ? formatted
      : `${iso.slice(0, 19)}-00:00`;
  }
  return type !== undefined && WITH_TEXT.has(type) && value.kind !== 'null' ? formatted : undefined;
}

const WITH_TEXT: ReadonlySet<string> = new Set([
  ...['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean'],
  ...['Integer', 'BigInt', 'Decimal', 'Double', 'Money'],
]);

/** A value that says nothing: such a column is absent from an image (FACTS 8, UNVERIFIED). */
export function isEmptyValue(value: ContextValue | undefined): boolean {
  return value === undefined || value.kind === 'null';
}
