import { contextReference, type ContextValue } from '../executionContext';
import type { Cell, Cells, ComposeColumn, ComposeTable } from './model';

/** What sample values are made from, besides the types of the columns. */
export interface SampleFacts {
  /** The first choices of choice columns, by column; a column without an entry has 0 or 1 chosen. */
  readonly choices: Readonly<
    Record<string, ReadonlyArray<{ readonly value: number; readonly label: string }>>
  >;
  /** Tables that lookup columns lead to, by column, where they are known. */
  readonly lookups: Readonly<Record<string, string>>;
  /** Who is author and owner. */
  readonly userId: string;
  readonly businessUnitId: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/**
 * A row of sample values, one for each column by its type, the same ones each time. `variant` gives other values, so
 * that a row before a change differs from the one after it.
 */
export function sampleRow(table: ComposeTable, facts: SampleFacts, variant: 0 | 1 = 0): Cells {
  const cells: Record<string, Cell> = {};
  for (const column of table.columns) {
    if (column.name === table.key) continue;
    const cell = wellKnown(column, facts) ?? sampleCell(column, facts, variant);
    if (cell !== undefined) cells[column.name] = cell;
  }
  return cells;
}

/** Columns that mean the same in every table. */
function wellKnown({ name }: ComposeColumn, facts: SampleFacts): Cell | undefined {
  const user = { value: contextReference('systemuser', facts.userId) };
  switch (name) {
    case 'createdby':
    case 'modifiedby':
    case 'ownerid':
    case 'owninguser':
      return user;
    case 'owningbusinessunit':
      return { value: contextReference('businessunit', facts.businessUnitId) };
    case 'createdon':
    case 'modifiedon':
      return { value: { kind: 'date', milliseconds: wholeSeconds(facts.now) } };
    case 'createdonbehalfby':
    case 'modifiedonbehalfby':
    case 'owningteam':
    case 'overriddencreatedon':
    case 'importsequencenumber':
      return { value: { kind: 'null' } };
    case 'exchangerate':
      return { value: { kind: 'decimal', digits: '1.0' }, formatted: '1.0000000000' };
    case 'emailaddress1':
    case 'emailaddress2':
    case 'emailaddress3':
      return { value: { kind: 'string', value: 'maria@contoso.example' } };
    case 'websiteurl':
      return { value: { kind: 'string', value: 'https://contoso.example' } };
    case 'firstname':
      return { value: { kind: 'string', value: 'Maria' } };
    case 'fullname':
      return { value: { kind: 'string', value: 'Maria Campbell' } };
    default:
      return undefined;
  }
}

/** A value of the column's type; undefined for types that do not travel as a value of their own. */
export function sampleCell(column: ComposeColumn, facts: SampleFacts, variant: 0 | 1 = 0): Cell | undefined {
  switch (column.type) {
    case 'String':
    case 'Memo':
    case 'EntityName':
      return text(`Sample ${column.name}${variant === 0 ? '' : ' before'}`);
    case 'Boolean':
      return chosen(column, facts, variant, (value) => ({ kind: 'boolean', value: value === 1 }));
    case 'Integer':
      return number({ kind: 'number', value: 1250 + variant }, `1,25${variant}`);
    case 'BigInt':
      return number({ kind: 'decimal', digits: String(5948260 + variant) }, `5,948,26${variant}`);
    case 'Double':
      return number({ kind: 'number', value: 12.5 + variant }, `${12 + variant}.50`);
    case 'Decimal':
      return number({ kind: 'decimal', digits: `${12 + variant}.5` }, `${12 + variant}.50`);
    case 'Money':
      return number({ kind: 'money', digits: String(250_000 + variant) }, `$250,00${variant}.00`);
    case 'DateTime':
      return { value: { kind: 'date', milliseconds: wholeSeconds(facts.now) - (1 + variant) * 86_400_000 } };
    case 'Uniqueidentifier':
      return { value: { kind: 'guid', value: sampleId(column.name) } };
    case 'Picklist':
    case 'State':
    case 'Status':
      return chosen(column, facts, variant, (value) => ({ kind: 'optionSet', value }));
    case 'MultiSelectPicklist':
      return chosen(column, facts, variant, (value) => ({ kind: 'optionSetCollection', values: [value] }));
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return lookup(column, facts);
    default:
      return undefined;
  }
}

function text(value: string): Cell {
  return { value: { kind: 'string', value } };
}

function number(value: ContextValue, formatted: string): Cell {
  return { value, formatted };
}

function chosen(
  column: ComposeColumn,
  facts: SampleFacts,
  variant: 0 | 1,
  valueOf: (value: number) => ContextValue,
): Cell {
  const choices = facts.choices[column.name] ?? [];
  // State and Status begin with what a new row has; the other ones differ between the two variants.
  const wanted = column.type === 'State' || column.type === 'Status' ? 0 : variant;
  const choice = choices[wanted] ?? choices[0];
  if (choice !== undefined) return { value: valueOf(choice.value), formatted: choice.label };
  const value = column.type === 'Status' || column.type === 'Picklist' ? 1 : wanted;
  return { value: valueOf(value), formatted: String(value) };
}

function lookup(column: ComposeColumn, facts: SampleFacts): Cell {
  const table = facts.lookups[column.name];
  if (table === undefined) return { value: { kind: 'null' } };
  return { value: contextReference(table, table === 'systemuser' ? facts.userId : sampleId(column.name)) };
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

/** An id that is the same for the same name, and plainly no real one: its first part is all of `5a`. */
export function sampleId(name: string): string {
  let hash = 0;
  for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  const digits = hash.toString(16).padStart(8, '0');
  return `5a5a5a5a-5a5a-4a5a-8a5a-5a5a${digits}`;
}
