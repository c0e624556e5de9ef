import type { Column } from '../../dataverse/metadata';
import * as read from '../../dataverse/row';
import type { Row } from '../../dataverse/webApi';
import type { Cell, Cells, ComposeColumn } from '../../delivery/compose/model';
import { NULL_VALUE, contextReference, type ContextValue } from '../../delivery/executionContext';

/** Types whose columns are no values of a body: they are read in other ways or never travel. */
const WITHOUT_VALUE: ReadonlySet<string> = new Set([
  ...['Virtual', 'PartyList', 'CalendarRules', 'File', 'Image', 'ManagedProperty'],
]);

/** The columns of a table that stand in a body: those that can be read and are nobody's companion. */
export function composedColumns(columns: readonly Column[]): readonly ComposeColumn[] {
  return columns
    .filter(
      ({ attributeOf, isValidForRead, type }) =>
        attributeOf === undefined && isValidForRead && !WITHOUT_VALUE.has(type),
    )
    .map(({ logicalName, type }) => ({ name: logicalName, type }));
}

/**
 * A row of the Web API as values of a body (FACTS 17.4.5), in the order of the columns. What is of another type than its
 * column says is left out: a body is better with one column less than with a wrong one.
 */
export function rowCells(columns: readonly ComposeColumn[], row: Row): Cells {
  const cells: Record<string, Cell> = {};
  for (const column of columns) {
    const value = cellValue(column, row);
    if (value === undefined) continue;
    const formatted = read.formatted(row, column.name);
    cells[column.name] = {
      value,
      ...(formatted === undefined ? {} : { formatted: textOf(value, row, column, formatted) }),
    };
  }
  return cells;
}

/** A day is told as the service writes it, not in the user's format. */
function textOf(value: ContextValue, row: Row, { name }: ComposeColumn, formatted: string): string {
  const raw = row[name];
  return value.kind === 'date' && typeof raw === 'string' && !raw.includes('T') ? raw : formatted;
}

function cellValue({ name, type }: ComposeColumn, row: Row): ContextValue | undefined {
  if (type === 'Lookup' || type === 'Customer' || type === 'Owner') return lookupValue(row, name);
  const raw = row[name];
  if (raw === null || raw === undefined) return NULL_VALUE;
  switch (type) {
    case 'Boolean':
      return typeof raw === 'boolean' ? { kind: 'boolean', value: raw } : undefined;
    case 'Picklist':
    case 'State':
    case 'Status':
      return typeof raw === 'number' ? { kind: 'optionSet', value: raw } : undefined;
    case 'MultiSelectPicklist':
      return choicesValue(raw);
    case 'Integer':
    case 'Double':
      return typeof raw === 'number' ? { kind: 'number', value: raw } : undefined;
    case 'BigInt':
      return digitsOf(raw, (digits) => ({ kind: 'decimal', digits }));
    case 'Decimal':
      // How many trailing zeros travel is UNVERIFIED (FACTS 17.4.5); the published sample has one.
      return digitsOf(raw, (digits) => ({
        kind: 'decimal',
        digits: /^-?\d+$/.test(digits) ? `${digits}.0` : digits,
      }));
    case 'Money':
      return digitsOf(raw, (digits) => ({ kind: 'money', digits }));
    case 'DateTime':
      return dateValue(raw);
    case 'Uniqueidentifier':
      return typeof raw === 'string' ? { kind: 'guid', value: raw.toLowerCase() } : undefined;
    default:
      return typeof raw === 'string' ? { kind: 'string', value: raw } : undefined;
  }
}

function lookupValue(row: Row, name: string): ContextValue | undefined {
  const lookup = read.optionalLookup(row, name);
  if (lookup === undefined) return NULL_VALUE;
  return lookup.table === undefined ? undefined : contextReference(lookup.table, lookup.id);
}

/** The service writes chosen values as text, `1,2`. */
function choicesValue(raw: unknown): ContextValue | undefined {
  if (typeof raw !== 'string' || !/^-?\d+(,-?\d+)*$/.test(raw)) return undefined;
  return { kind: 'optionSetCollection', values: raw.split(',').map(Number) };
}

function digitsOf(raw: unknown, valueOf: (digits: string) => ContextValue): ContextValue | undefined {
  const digits = typeof raw === 'number' && Number.isFinite(raw) ? String(raw) : raw;
  return typeof digits === 'string' && /^-?\d+(\.\d+)?$/.test(digits) ? valueOf(digits) : undefined;
}

function dateValue(raw: unknown): ContextValue | undefined {
  const milliseconds = typeof raw === 'string' ? Date.parse(raw) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : { kind: 'date', milliseconds };
}
