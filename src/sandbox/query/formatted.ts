import type { Column, Option, StoredRow } from '../schema/types';
import type { StoreReader } from '../store';
import { isChoices, isReference, type Scalar } from './expression';
import { isChoice } from './values';

const numberFormats = new Map<number, Intl.NumberFormat>();

function formatNumber(value: number, digits: number): string {
  const known = numberFormats.get(digits);
  const format =
    known ?? new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (known === undefined) numberFormats.set(digits, format);
  return format.format(value);
}

/** `3/4/2025 10:00 AM`, the form of FACTS 15.2 (UTC, English). */
function formatDate(text: string, withTime: boolean): string {
  const date = new Date(text);
  const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  if (!withTime) return day;
  const hour = date.getUTCHours();
  const minute = String(date.getUTCMinutes()).padStart(2, '0');
  return `${day} ${hour % 12 === 0 ? 12 : hour % 12}:${minute} ${hour < 12 ? 'AM' : 'PM'}`;
}

function labelOf(options: readonly Option[] | undefined, value: number): string | undefined {
  return options?.find((option) => option.value === value)?.label;
}

/** The primary name of the row a lookup refers to, or undefined when there is none. */
function nameOfReference(reader: StoreReader, row: StoredRow, column: Column): string | undefined {
  const reference = row[column.name];
  if (!isReference(reference)) return undefined;
  const table = reader.schema.table(reference.table);
  if (table?.primaryName === undefined) return undefined;
  const name = reader.get(reference.table, reference.id)?.[table.primaryName];
  return typeof name === 'string' ? name : undefined;
}

/** The FormattedValue of a plain value: choices, booleans, numbers, money, dates. Undefined for types without one. */
export function formatScalar(column: Column, value: Scalar): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'boolean') {
    if (column.type !== 'boolean') return undefined;
    return labelOf(column.options, value ? 1 : 0) ?? (value ? 'Yes' : 'No');
  }
  if (typeof value === 'number') {
    if (isChoice(column)) return labelOf(column.options, value);
    if (column.type === 'money')
      return `${value < 0 ? '-' : ''}$${formatNumber(Math.abs(value), column.precision ?? 2)}`;
    return formatNumber(
      value,
      column.type === 'integer' || column.type === 'bigint' ? 0 : (column.precision ?? 2),
    );
  }
  if (column.type === 'datetime') return formatDate(value, true);
  return column.type === 'dateonly' ? formatDate(value, false) : undefined;
}

/** The FormattedValue of a cell (FACTS 13.4), or undefined for types and values without one. */
export function formattedValue(reader: StoreReader, row: StoredRow, column: Column): string | undefined {
  const value = row[column.name];
  if (value === undefined || value === null) return undefined;
  if (isReference(value)) return nameOfReference(reader, row, column);
  if (isChoices(value)) return value.map((one) => labelOf(column.options, one) ?? String(one)).join('; ');
  return typeof value === 'object' ? undefined : formatScalar(column, value);
}
