import type { Column, Table } from '../schema/types';
import { isLookup } from './values';

/** A column as the Web API names it. */
export interface Property {
  readonly name: string;
  readonly column: Column;
}

/** A single-valued navigation property. `ownerid` leads to more than one table. */
export interface SingleNavigation {
  readonly kind: 'single';
  readonly name: string;
  readonly column: Column;
  readonly targets: readonly string[];
}

interface CollectionValuedNavigation {
  readonly kind: 'collection';
  readonly name: string;
  readonly table: string;
  readonly column: string;
}

interface ManyToManyNavigation {
  readonly kind: 'manyToMany';
  readonly name: string;
  readonly table: string;
  readonly intersect: string;
  readonly ownColumn: string;
}

export type Navigation = SingleNavigation | CollectionValuedNavigation | ManyToManyNavigation;

interface Shape {
  readonly properties: ReadonlyMap<string, Property>;
  readonly navigations: ReadonlyMap<string, Navigation>;
}

// A table never changes; its names are worked out once.
const shapes = new WeakMap<Table, Shape>();

/** The property name of a column: lookups are read as `_name_value` (FACTS 3). */
export function propertyName(column: Column): string {
  return isLookup(column) ? `_${column.name}_value` : column.name;
}

function shapeOf(table: Table): Shape {
  const known = shapes.get(table);
  if (known !== undefined) return known;
  const properties = new Map<string, Property>();
  const navigations = new Map<string, Navigation>();
  for (const column of table.columns) {
    // A column that is valid for nothing is no property at all, such as supportingsolutionid (FACTS 3).
    if (!column.create && !column.update && !column.read) continue;
    const name = propertyName(column);
    properties.set(name, { name, column });
    for (const target of column.targets ?? []) {
      const known = navigations.get(target.navigation);
      const targets = known?.kind === 'single' ? [...known.targets, target.table] : [target.table];
      navigations.set(target.navigation, { kind: 'single', name: target.navigation, column, targets });
    }
  }
  for (const { name, table: other, column } of table.collections) {
    navigations.set(name, { kind: 'collection', name, table: other, column });
  }
  for (const { name, table: other, intersect, ownColumn } of table.manyToMany) {
    navigations.set(name, { kind: 'manyToMany', name, table: other, intersect, ownColumn });
  }
  const shape = { properties, navigations };
  shapes.set(table, shape);
  return shape;
}

/** The column behind a property name, or undefined. Names are case-sensitive. */
export function findProperty(table: Table, name: string): Property | undefined {
  return shapeOf(table).properties.get(name);
}

export function findNavigation(table: Table, name: string): Navigation | undefined {
  return shapeOf(table).navigations.get(name);
}

/** All properties in the order of the schema. */
export function allProperties(table: Table): Iterable<Property> {
  return shapeOf(table).properties.values();
}

/** The navigation property that leads from a lookup column to a table. */
export function navigationTo(column: Column, table: string): string | undefined {
  return column.targets?.find((target) => target.table === table)?.navigation;
}
