/**
 * Reads unchecked rows. Each reader comes twice: the plain one insists on a value, the `optional` one gives undefined
 * for null and for a column that is not there, which are the same thing to the service: FetchXML leaves null columns
 * out (FACTS 13.5). A value of another type is a `DataverseError` `badAnswer` that names the column and what was found.
 */
import { lowerGuid } from '../base/guid';
import { DataverseError } from './errors';
import { isRow } from './json';
import type { Row } from './webApi';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
const LOOKUP_TABLE = '@Microsoft.Dynamics.CRM.lookuplogicalname';
const LOOKUP_NAVIGATION = '@Microsoft.Dynamics.CRM.associatednavigationproperty';

type Reader<T> = (row: Row, column: string) => T;

/** A column's value; what every object has, `constructor` for one, is no column. Those are never plain values. */
function valueOf(row: Row, column: string): unknown {
  const value = row[column];
  if (value === null) return undefined;
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return plain || Object.hasOwn(row, column) ? value : undefined;
}

/** @param accept gives the value in its type, or undefined when it is of another one. */
function optional<T>(kind: string, accept: (value: unknown) => T | undefined): Reader<T | undefined> {
  return (row, column) => {
    const value = valueOf(row, column);
    if (value === undefined) return undefined;
    const accepted = accept(value);
    if (accepted === undefined) throw unexpected(column, kind, value);
    return accepted;
  };
}

function required<T>(kind: string, read: Reader<T | undefined>): Reader<T> {
  return (row, column) => {
    const value = read(row, column);
    if (value === undefined) throw unexpected(column, kind, row[column]);
    return value;
  };
}

function unexpected(column: string, kind: string, value: unknown): DataverseError {
  return new DataverseError('badAnswer', `Column ${column} should be ${kind} but is ${describe(value)}`);
}

/** The type of a value, never the value: it may be anything, a secret too. */
function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a number';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? `a text of ${value.length} characters` : `a ${typeof value}`;
}

/**
 * The `value…` readers are for rows by the ten thousand: they take a value that the caller has read from its row by a
 * name written out (`row['name']`), which costs a tenth of what a name in a variable does. Null and undefined are no value.
 * @param column for the error.
 */
export function valueText(value: unknown, column: string): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  throw unexpected(column, 'a text', value);
}

/** @see valueText */
export function valueGuid(value: unknown, column: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const id = typeof value === 'string' ? lowerGuid(value) : undefined;
  if (id === undefined) throw unexpected(column, 'a GUID', value);
  return id;
}

/** The GUID without which a row is none. @see valueText */
export function valueKey(value: unknown, column: string): string {
  const id = valueGuid(value, column);
  if (id === undefined) throw unexpected(column, 'a GUID', value);
  return id;
}

/** @see valueText */
export function valueInteger(value: unknown, column: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = integerOf(value);
  if (number === undefined) throw unexpected(column, 'an integer', value);
  return number;
}

/** The integer without which a row is none. @see valueText */
export function valueRequiredInteger(value: unknown, column: string): number {
  const number = integerOf(value);
  if (number === undefined) throw unexpected(column, 'an integer', value);
  return number;
}

/** @see valueText */
export function valueBoolean(value: unknown, column: string): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === undefined || value === null) return undefined;
  throw unexpected(column, 'true or false', value);
}

/** @see valueText */
export function valueRow(value: unknown, column: string): Row | undefined {
  if (value === undefined || value === null) return undefined;
  if (isRow(value)) return value;
  throw unexpected(column, 'an expanded row', value);
}

/** Undefined where the collection was not asked for. @see valueText */
export function valueRows(value: unknown, column: string): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw unexpected(column, 'expanded rows', value);
  const list: readonly unknown[] = value;
  return list;
}

/** A text, as it is. */
export function optionalText(row: Row, column: string): string | undefined {
  return valueText(valueOf(row, column), column);
}
export const text = required('a text', optionalText);

/** A GUID in lower case. */
export function optionalGuid(row: Row, column: string): string | undefined {
  return valueGuid(valueOf(row, column), column);
}
export const guid = required('a GUID', optionalGuid);

/** An integer; a choice is one too. BigInt columns come as text when they are too large for a number. */
function integerOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
export const optionalInteger = optional('an integer', integerOf);
export const integer = required('an integer', optionalInteger);

export const optionalNumber = optional('a number', (value) =>
  typeof value === 'number' ? value : undefined,
);
export const number = required('a number', optionalNumber);

export const optionalBoolean = optional('true or false', (value) =>
  typeof value === 'boolean' ? value : undefined,
);
export const boolean = required('true or false', optionalBoolean);

/** A moment, `2025-03-04T10:00:12Z`, or a day, `2025-03-04`, which is its midnight in UTC. */
export const optionalDate = optional('a date', (value) => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}(T[\d:.]{5,20}(Z|[+-]\d{2}:\d{2}))?$/.test(value)) {
    return undefined;
  }
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
});
export const date = required('a date', optionalDate);

/** A managed property, such as `iscustomizable` (FACTS 13.4). */
export interface ManagedProperty {
  readonly value: boolean;
  readonly canBeChanged: boolean;
  readonly logicalName?: string;
}

export const optionalManaged = optional<ManagedProperty>('a managed property', (value) => {
  if (!isRow(value) || typeof value['Value'] !== 'boolean') return undefined;
  const logicalName = value['ManagedPropertyLogicalName'];
  return {
    value: value['Value'],
    canBeChanged: value['CanBeChanged'] === true,
    ...(typeof logicalName === 'string' ? { logicalName } : {}),
  };
});
export const managed = required('a managed property', optionalManaged);

/** The row that a lookup column points to. */
export interface Lookup {
  readonly id: string;
  /** Logical name of its table; told with annotations. */
  readonly table?: string;
  /** Its primary name; told with annotations. */
  readonly name?: string;
  /** The single-valued navigation property that leads there; told with annotations. */
  readonly navigation?: string;
}

/** A lookup by its column's name, `owningextensionid`; read from `_owningextensionid_value` and its annotations. */
export function optionalLookup(row: Row, column: string): Lookup | undefined {
  const property = `_${column}_value`;
  const id = optionalGuid(row, property);
  if (id === undefined) return undefined;
  const table = optionalText(row, property + LOOKUP_TABLE);
  const name = optionalText(row, property + FORMATTED);
  const navigation = optionalText(row, property + LOOKUP_NAVIGATION);
  return {
    id,
    ...(table === undefined ? {} : { table }),
    ...(name === undefined ? {} : { name }),
    ...(navigation === undefined ? {} : { navigation }),
  };
}

export const lookup = required('a lookup', optionalLookup);

/** The service's own text for a value: the label of a choice, a date in the user's format. Told with annotations. */
export function formatted(row: Row, column: string): string | undefined {
  return optionalText(row, column + FORMATTED);
}

/** The row behind an expanded single-valued navigation property; undefined when there is none. */
export const optionalExpanded = optional<Row>('an expanded row', (value) =>
  isRow(value) ? value : undefined,
);
export const expanded = required('an expanded row', optionalExpanded);

/** The rows behind an expanded collection-valued navigation property. */
export const expandedRows = required(
  'expanded rows',
  optional<readonly Row[]>('expanded rows', (value) =>
    Array.isArray(value) && value.every(isRow) ? value.filter(isRow) : undefined,
  ),
);

/** The etag of a row, for optimistic concurrency. */
export function etag(row: Row): string | undefined {
  return optionalText(row, '@odata.etag');
}
