import type { HandlerColumn } from './model';

/** How a column's value travels (FACTS 17.4.5). */
export type ColumnKind =
  | 'text'
  | 'guid'
  | 'flag'
  | 'number'
  | 'date'
  | 'choice'
  | 'choices'
  | 'money'
  | 'reference'
  | 'parties'
  | 'unknown';

const KINDS: Readonly<Record<string, ColumnKind>> = {
  String: 'text',
  Memo: 'text',
  EntityName: 'text',
  Uniqueidentifier: 'guid',
  Boolean: 'flag',
  Integer: 'number',
  BigInt: 'number',
  Double: 'number',
  Decimal: 'number',
  DateTime: 'date',
  Picklist: 'choice',
  State: 'choice',
  Status: 'choice',
  MultiSelectPicklist: 'choices',
  Money: 'money',
  Lookup: 'reference',
  Customer: 'reference',
  Owner: 'reference',
  PartyList: 'parties',
};

/**
 * How the values of a column travel. Of files, images, managed properties and whatever comes new nobody has published a
 * body: `unknown`, UNVERIFIED.
 */
export function columnKind(column: Pick<HandlerColumn, 'type'>): ColumnKind {
  return Object.hasOwn(KINDS, column.type) ? (KINDS[column.type] ?? 'unknown') : 'unknown';
}
