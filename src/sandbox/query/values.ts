import { isGuid } from '../../base/guid';
import type { Column, ColumnType, ManagedProperty, StoredRow } from '../schema/types';
import { isChoices, isManagedProperty, isReference, type Family, type Scalar } from './expression';

const FAMILIES: Readonly<Record<ColumnType, Family>> = {
  uniqueidentifier: 'guid',
  string: 'text',
  memo: 'text',
  integer: 'number',
  bigint: 'number',
  decimal: 'number',
  double: 'number',
  money: 'number',
  boolean: 'boolean',
  datetime: 'instant',
  dateonly: 'day',
  picklist: 'number',
  multiselect: 'choices',
  state: 'number',
  status: 'number',
  lookup: 'guid',
  owner: 'guid',
  customer: 'guid',
  entityname: 'text',
  managedproperty: 'boolean',
};

/** The family in which a column's values are compared. */
export function familyOf(column: Column, part?: keyof ManagedProperty): Family {
  return part === 'ManagedPropertyLogicalName' ? 'text' : FAMILIES[column.type];
}

export function isLookup(column: Column): boolean {
  return column.type === 'lookup' || column.type === 'owner' || column.type === 'customer';
}

export function isChoice(column: Column): boolean {
  return column.type === 'picklist' || column.type === 'state' || column.type === 'status';
}

/** A cell as a scalar: a reference is its id, a managed property its member, several choices their list as text. */
export function readScalar(row: StoredRow, column: Column, part?: keyof ManagedProperty): Scalar {
  const value = row[column.name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object') return value;
  if (isReference(value)) return value.id;
  if (isManagedProperty(value)) return value[part ?? 'Value'];
  return isChoices(value) ? value.join(',') : null;
}

/**
 * A value in the form it is compared in: text and GUIDs without regard to case (FACTS 13.4), times as milliseconds.
 * Whether the service's comparison also ignores accents is UNVERIFIED; this one does not.
 */
export function comparable(value: Scalar, family: Family): string | number | boolean | null {
  if (typeof value !== 'string') return value;
  if (family === 'instant' || family === 'day') return Date.parse(value);
  return value.toLowerCase();
}

/**
 * Text from a URL function or a FetchXML value in the form the column's values have, or undefined when it is none.
 * Braces around a GUID are tolerated (FACTS 16 #10, UNVERIFIED).
 */
export function coerceText(text: string, family: Family): Scalar | undefined {
  switch (family) {
    case 'text':
      return text;
    case 'guid': {
      const bare = text.trim().replace(/^\{(.*)\}$/, '$1');
      return isGuid(bare) ? bare.toLowerCase() : undefined;
    }
    case 'number':
    case 'choices':
      return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : undefined;
    case 'boolean': {
      const word = text.trim().toLowerCase();
      if (word === '1' || word === 'true') return true;
      return word === '0' || word === 'false' ? false : undefined;
    }
    case 'instant':
    case 'day': {
      // In one form with its zone: without one, Date.parse would take the machine's.
      const milliseconds = parseInstant(text);
      return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
    }
  }
}

/** Milliseconds of an ISO 8601 date or time; one without a zone is UTC. Undefined when it is none. */
export function parseInstant(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?)(Z|[+-]\d\d:\d\d)?)?$/i.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const [, day = '', time = '00:00:00', zone = 'Z'] = match;
  const milliseconds = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  // Date.parse accepts 2025-02-30 by rolling over into March.
  if (Number.isNaN(milliseconds) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day)
    return undefined;
  return milliseconds;
}
