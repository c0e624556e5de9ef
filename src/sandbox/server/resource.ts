import type { CollectionNavigation, Column, ManyToMany, Reference, StoredRow, Table } from '../schema/types';
import { badRequest, notImplemented, rowNotFound } from '../serviceError';
import type { Host } from './host';
import { rowId, unknownSegment } from './path';
import type { Segment } from './path';

/** The row that a path leads to. `row` is undefined when there is none: only the last segment may name such a row. */
interface RowResource {
  readonly kind: 'row';
  readonly table: Table;
  readonly id: string;
}

/** Rows on the many side of a row's relationship. */
export interface RelatedResource {
  readonly kind: 'related';
  readonly owner: Reference;
  readonly navigation: CollectionNavigation | ManyToMany;
  readonly table: Table;
}

/** A row's lookup, by its navigation property. */
export interface SingleResource {
  readonly kind: 'single';
  readonly owner: Reference;
  readonly column: Column;
  readonly navigation: string;
  readonly value: Reference | undefined;
}

export type Resource =
  | { readonly kind: 'set'; readonly table: Table }
  | RowResource
  | RelatedResource
  | SingleResource
  | { readonly kind: 'property'; readonly owner: Reference; readonly column: Column }
  | { readonly kind: 'value'; readonly owner: Reference; readonly column: Column }
  | { readonly kind: 'count'; readonly of: Resource }
  | { readonly kind: 'ref'; readonly of: Resource }
  | {
      readonly kind: 'operation';
      readonly name: string;
      readonly argument: string | undefined;
      readonly on: Resource;
    };

const NAMESPACE = 'Microsoft.Dynamics.CRM.';

/** True for a many-to-many navigation. */
export function isManyToMany(navigation: CollectionNavigation | ManyToMany): navigation is ManyToMany {
  return 'intersect' in navigation;
}

/** A row, or the 404 of FACTS 13.2. */
export function existingRow(host: Host, target: Reference): StoredRow {
  const row = host.store.get(target.table, target.id);
  if (row === undefined) throw rowNotFound(target.table, target.id);
  return row;
}

/** The rows at the other side, in no particular order beyond that of the store. */
export function* relatedRows(host: Host, related: RelatedResource): Iterable<StoredRow> {
  const { navigation, owner } = related;
  if (!isManyToMany(navigation)) {
    yield* host.store.where(navigation.table, navigation.column, owner);
    return;
  }
  for (const other of host.store.linked(navigation.intersect, navigation.ownColumn, owner.id)) {
    const row = host.store.get(other.table, other.id);
    if (row !== undefined) yield row;
  }
}

/** Follows a path through sets, rows and navigations. Throws 404 for unknown segments and for rows that are not there. */
export function resolveResource(host: Host, table: Table, segments: readonly Segment[]): Resource {
  const [first, ...rest] = segments;
  let resource: Resource =
    first?.argument === undefined
      ? { kind: 'set', table }
      : { kind: 'row', table, id: rowId(table, first.argument) };
  for (const segment of rest) resource = step(host, resource, segment);
  return resource;
}

function step(host: Host, from: Resource, segment: Segment): Resource {
  const { name, argument } = segment;
  if (name.startsWith(NAMESPACE))
    return { kind: 'operation', name: name.slice(NAMESPACE.length), argument, on: from };
  if (name === '$count') return { kind: 'count', of: from };
  if (name === '$ref') return { kind: 'ref', of: from };
  switch (from.kind) {
    case 'row':
      return fromRow(host, from, segment);
    case 'single': {
      if (from.value === undefined) throw unknownSegment(name);
      const table = host.schema.table(from.value.table);
      if (table === undefined) throw unknownSegment(name);
      return fromRow(host, { kind: 'row', table, id: from.value.id }, segment);
    }
    case 'property':
      if (name === '$value' && argument === undefined) return { ...from, kind: 'value' };
      throw unknownSegment(name);
    case 'related':
      if (name === '' && argument !== undefined)
        return { kind: 'row', table: from.table, id: rowId(from.table, argument) };
      throw unknownSegment(name);
    default:
      throw unknownSegment(name);
  }
}

function fromRow(host: Host, { table, id }: RowResource, { name, argument }: Segment): Resource {
  const owner: Reference = { table: table.name, id };
  const collection =
    table.collections.find((one) => one.name === name) ?? table.manyToMany.find((one) => one.name === name);
  if (collection !== undefined) return related(host, owner, collection, argument);
  if (argument !== undefined) throw unknownSegment(name);
  for (const column of table.columns) {
    if (column.targets?.some((target) => target.navigation === name) === true) {
      return {
        kind: 'single',
        owner,
        column,
        navigation: name,
        value: lookupValue(host, owner, column, name),
      };
    }
  }
  const column = host.schema.column(table.name, /^_(.+)_value$/.exec(name)?.[1] ?? name);
  const isLookup = column?.targets !== undefined;
  if (column !== undefined && isLookup === name.startsWith('_')) return { kind: 'property', owner, column };
  throw unknownSegment(name);
}

/** The lookup's value when it points to a table this navigation leads to. */
function lookupValue(
  host: Host,
  owner: Reference,
  column: Column,
  navigation: string,
): Reference | undefined {
  const value = host.store.get(owner.table, owner.id)?.[column.name];
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  const leads = column.targets?.some(
    (target) => target.navigation === navigation && target.table === value.table,
  );
  return leads === true ? value : undefined;
}

function related(
  host: Host,
  owner: Reference,
  navigation: CollectionNavigation | ManyToMany,
  argument: string | undefined,
): Resource {
  const table = host.schema.table(navigation.table);
  if (table === undefined) throw notImplemented(`the table ${navigation.table}`);
  const all: RelatedResource = { kind: 'related', owner, navigation, table };
  if (argument === undefined) return all;
  const id = rowId(table, argument);
  for (const row of relatedRows(host, all)) if (row[table.key] === id) return { kind: 'row', table, id };
  throw rowNotFound(table.name, id);
}

/** The row at the end of a path, which must be there. */
export function expectRow(host: Host, resource: Resource): Reference {
  if (resource.kind === 'row') {
    existingRow(host, { table: resource.table.name, id: resource.id });
    return { table: resource.table.name, id: resource.id };
  }
  if (resource.kind === 'single' && resource.value !== undefined) return resource.value;
  throw badRequest('The path does not lead to a row.', '0x80060888');
}
