import type { Column } from '../dataverse/metadata';
import type { QueryColumn, TableSchema } from './schema';

const LOOKUPS: ReadonlySet<string> = new Set(['Lookup', 'Customer', 'Owner']);
const NUMBERS: ReadonlySet<string> = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'Money']);
const CHOICES: ReadonlySet<string> = new Set(['Picklist', 'State', 'Status']);
const TEXTS: ReadonlySet<string> = new Set(['String', 'Memo', 'EntityName']);

/**
 * How the values of a column are written and compared. `time` is a moment, `day` a date that is the same in every zone,
 * `clock` a date and time without a zone.
 */
export type Family =
  | 'text'
  | 'number'
  | 'choice'
  | 'boolean'
  | 'time'
  | 'day'
  | 'clock'
  | 'guid'
  | 'lookup'
  | 'choices'
  | 'other';

/** The family of a column's type, as metadata names it. */
export function familyOf({ type, dateBehavior }: Pick<QueryColumn, 'type' | 'dateBehavior'>): Family {
  if (LOOKUPS.has(type)) return 'lookup';
  if (NUMBERS.has(type)) return 'number';
  if (CHOICES.has(type)) return 'choice';
  if (TEXTS.has(type)) return 'text';
  if (type === 'Boolean') return 'boolean';
  if (type === 'DateTime') return timeFamily(dateBehavior);
  if (type === 'Uniqueidentifier') return 'guid';
  return type === 'MultiSelectPicklist' ? 'choices' : 'other';
}

/** True for columns whose values have a label or a name, which metadata tells as columns of their own. */
export function isLabelled(family: Family): boolean {
  return family === 'choice' || family === 'choices' || family === 'boolean' || family === 'lookup';
}

/** True for all columns of dates and times. */
export function isDated(family: Family): boolean {
  return family === 'time' || family === 'day' || family === 'clock';
}

function timeFamily(behavior: QueryColumn['dateBehavior']): Family {
  if (behavior === 'DateOnly') return 'day';
  return behavior === 'TimeZoneIndependent' ? 'clock' : 'time';
}

/** A day of the calendar as both languages write it. */
export function isDay(text: string): boolean {
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : Number.NaN);
  // The 31st of February is taken for a day of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The name of a column in the Web API: a lookup is read as `_name_value` (FACTS 13.5). */
export function propertyName(column: Pick<Column, 'logicalName' | 'type'>): string {
  return familyOf(column) === 'lookup' ? `_${column.logicalName}_value` : column.logicalName;
}

/** The column behind a name of the Web API, which has none for labels. Names are case-sensitive. */
export function columnOfProperty({ columns }: TableSchema, name: string): QueryColumn | undefined {
  const lookup = /^_(.+)_value$/.exec(name)?.[1];
  const column = columns.get(lookup ?? name) ?? columns.get(name);
  if (column === undefined || column.labelOf !== undefined) return undefined;
  return propertyName(column) === name ? column : undefined;
}

/**
 * The column that a query function names. The logical name is documented; the name of a lookup's property is taken, too
 * (UNVERIFIED).
 */
export function columnOfFunction(table: TableSchema, name: string): QueryColumn | undefined {
  const column = table.columns.get(name) ?? columnOfProperty(table, name);
  return column?.labelOf === undefined ? column : undefined;
}

/** An id without the blanks and braces that FetchXML may have around it (FACTS 16, row 10; UNVERIFIED). */
export function bareGuid(text: string): string {
  return text.trim().replace(/^\{(.*)\}$/, '$1');
}
