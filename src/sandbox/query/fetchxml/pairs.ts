import type { Column, Schema, Table } from '../../schema/types';

/**
 * The table of pairs of a many-to-many relationship, as a link sees it (FACTS 13.5 has no word on it; the two keys are
 * columns of it in the documentation's examples, the names of further columns are UNVERIFIED and left out).
 * @param from the column that the link goes in by; the other one tells its rows apart.
 * @returns undefined when there is no relationship with such a table.
 */
export function pairsTable(schema: Schema, name: string, from: string | undefined): Table | undefined {
  const pairs = schema.tables
    .flatMap(({ manyToMany }) => manyToMany)
    .find(({ intersect }) => intersect === name);
  if (pairs === undefined) return undefined;
  const { ownColumn, otherColumn } = pairs;
  return {
    name,
    set: '',
    schemaName: name,
    label: name,
    collectionLabel: name,
    objectTypeCode: 0,
    key: from === otherColumn ? ownColumn : otherColumn,
    pairs: true,
    columns: [keyColumn(ownColumn), keyColumn(otherColumn)],
    collections: [],
    manyToMany: [],
    access: { create: false, update: false, delete: false },
  };
}

function keyColumn(name: string): Column {
  return { name, type: 'uniqueidentifier', label: name, create: false, update: false, read: true };
}
