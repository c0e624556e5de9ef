import type { ColumnType } from './types';

export const MANAGED_TYPE = 'Microsoft.Dynamics.CRM.BooleanManagedProperty';

/** The OData type of each type of column, as `$metadata` tells it. */
export const EDM_TYPES = {
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
  managedproperty: MANAGED_TYPE,
} as const satisfies Readonly<Record<ColumnType, string>>;
