import { EDM_TYPES, MANAGED_TYPE } from '../../schema/edmTypes';
import type { Column, ManagedProperty } from '../../schema/types';
import type { EdmType } from './syntax';

/** The EDM type of a column; the member's type of a managed property, or the complex type itself without a member. */
export function edmTypeOf(column: Column, part?: keyof ManagedProperty): EdmType | typeof MANAGED_TYPE {
  if (column.type !== 'managedproperty') return EDM_TYPES[column.type];
  if (part === undefined) return MANAGED_TYPE;
  return part === 'ManagedPropertyLogicalName' ? 'Edm.String' : 'Edm.Boolean';
}

const NUMERIC: ReadonlySet<string> = new Set(['Edm.Int32', 'Edm.Int64', 'Edm.Decimal', 'Edm.Double']);

/** Whether values of the two types may be compared. Numbers are promoted, a date is taken as its midnight. */
export function comparableTypes(column: string, other: string): boolean {
  if (column === other || other === 'Null') return true;
  if (NUMERIC.has(column) && NUMERIC.has(other)) return true;
  return column === 'Edm.DateTimeOffset' && other === 'Edm.Date';
}
