import type { Column, ColumnType, ManagedProperty } from '../../schema/types';
import type { EdmType } from './syntax';

const TYPES: Readonly<Record<Exclude<ColumnType, 'managedproperty'>, EdmType>> = {
  uniqueidentifier: 'Edm.Guid',
  string: 'Edm.String',
  memo: 'Edm.String',
  integer: 'Edm.Int32',
  bigint: 'Edm.Int64',
  decimal: 'Edm.Decimal',
  double: 'Edm.Double',
  money: 'Edm.Decimal',
  boolean: 'Edm.Boolean',
  datetime: 'Edm.DateTimeOffset',
  dateonly: 'Edm.Date',
  picklist: 'Edm.Int32',
  multiselect: 'Edm.String',
  state: 'Edm.Int32',
  status: 'Edm.Int32',
  lookup: 'Edm.Guid',
  owner: 'Edm.Guid',
  customer: 'Edm.Guid',
  entityname: 'Edm.String',
};

export const MANAGED_TYPE = 'Microsoft.Dynamics.CRM.BooleanManagedProperty';

/** The EDM type of a column; the member's type of a managed property, or the complex type itself without a member. */
export function edmTypeOf(column: Column, part?: keyof ManagedProperty): EdmType | typeof MANAGED_TYPE {
  if (column.type !== 'managedproperty') return TYPES[column.type];
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
