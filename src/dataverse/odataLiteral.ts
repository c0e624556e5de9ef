import { isGuid } from '../base/guid';
import { DataverseError } from './errors';

/**
 * A piece of an OData expression that can stand on one side of a comparison: a literal, a column, or a parameter
 * alias. Its text is percent-encoded already, so pieces are joined without looking into them.
 */
export interface Operand {
  readonly operand: string;
}

/** What is written as a literal of its own type: texts quoted, numbers, booleans, dates (UTC) and null bare. */
export type Value = string | number | boolean | Date | null;

/** An operand, or a plain value that becomes a literal. GUIDs need `guid()`: as a plain text they would be quoted. */
export type ValueOrOperand = Value | Operand;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** A refusal to write a request that could not arrive as it was meant. */
export function refuse(message: string): never {
  throw new DataverseError('invalid', message);
}

/** True for a name of OData, which one of FetchXML is as well. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/** Checks a name of OData: letters, digits and underscores (OASIS OData ABNF, `odataIdentifier`). */
export function identifier(name: string): string {
  return isIdentifier(name) ? name : refuse('A name has a character that OData names cannot have');
}

/** Checks a path of names, `sdkmessageid/name`. */
export function propertyPath(path: string): string {
  return path.split('/').map(identifier).join('/');
}

/** Checks a name that may carry a namespace, `Microsoft.Dynamics.CRM.In`. */
export function qualifiedName(name: string): string {
  return name.split('.').map(identifier).join('.');
}

/**
 * Percent-encodes text for a URL. Letters, digits and `-_.!~*'()` stay.
 * @throws DataverseError `invalid` for half of a surrogate pair, which UTF-8 has no form for.
 */
export function encode(text: string): string {
  if (!text.isWellFormed()) refuse('A text has half of a surrogate pair, which cannot be sent');
  return encodeURIComponent(text);
}

/** A text in single quotes, quotes inside doubled (FACTS 13.4). */
export function text(value: string): Operand {
  return { operand: `'${encode(value.replaceAll("'", "''"))}'` };
}

/** A GUID, without quotes. */
export function guid(value: string): Operand {
  return isGuid(value) ? { operand: value } : refuse('A value is no GUID');
}

/** A number that is finite. */
function number(value: number): Operand {
  if (!Number.isFinite(value)) refuse('A number is not finite');
  // `1e+21` has a plus sign, which a URL would turn into a blank.
  return { operand: encode(String(value === 0 ? 0 : value)) };
}

/** A moment in UTC, without quotes; milliseconds only where there are any. */
function dateTime(value: Date): Operand {
  const milliseconds = value.getTime();
  if (Number.isNaN(milliseconds)) refuse('A date is no date');
  const iso = value.toISOString();
  // Years before 0 and after 9999 are written with a sign.
  if (!/^\d{4}-/.test(iso)) refuse('A date has a year that Dataverse has no form for');
  return { operand: iso.replace('.000Z', 'Z') };
}

/** A day, `2025-03-01`. */
export function day(value: Date): Operand {
  return { operand: dateTime(value).operand.slice(0, 10) };
}

/** A list of texts in JSON, as the query functions of Dataverse take it: `["a","b"]`. */
export function textList(values: readonly string[]): Operand {
  // JSON would write half of a surrogate pair as an escape, which stands for no character either.
  for (const value of values) encode(value);
  return { operand: encode(JSON.stringify(values)) };
}

/** Another column (or path to one), to compare with. */
export function column(path: string): Operand {
  return { operand: propertyPath(path) };
}

/** A parameter alias, `@p1`; its value goes into the option `aliases` of the query. */
export function alias(name: string): Operand {
  return { operand: `@${identifier(name)}` };
}

/** The operand for a plain value, or the operand itself. */
export function toOperand(value: ValueOrOperand): Operand {
  if (value === null) return { operand: 'null' };
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return { operand: String(value) };
  return value instanceof Date ? dateTime(value) : value;
}
