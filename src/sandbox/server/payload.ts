import { isGuid } from '../../base/guid';
import type { CellValue, Column, Reference, StoredRow, Table } from '../schema/types';
import type { ServiceError } from '../serviceError';
import { badRequest, notImplemented, rowNotFound } from '../serviceError';
import type { StoreReader } from '../store';
import { cannotConvert, checkValue, isJsonObject, payloadError } from './cellValues';
import { parseRowLink } from './path';

/** Rows that are made together with their parent: deep insert. */
interface NestedRow {
  readonly table: Table;
  readonly payload: Payload;
}

interface NestedSingle extends NestedRow {
  /** The lookup of the parent that will point to the new row. */
  readonly column: string;
}

interface NestedMany extends NestedRow {
  /** The lookup of the new row that will point to the parent. */
  readonly column: string;
}

/** A JSON body, checked against the schema. */
export interface Payload {
  readonly id: string | undefined;
  readonly values: StoredRow;
  readonly singles: readonly NestedSingle[];
  readonly many: readonly NestedMany[];
}

export interface PayloadContext {
  readonly reader: StoreReader;
  readonly serviceRoot: string;
  readonly message: 'create' | 'update';
}

type Json = Readonly<Record<string, unknown>>;

/** Parses a body that must be a JSON object. */
export function parseJsonObject(body: string): Json {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw badRequest(
      `Error identified in Payload provided by the user, the JSON is malformed: ${error instanceof Error ? error.message : ''}`,
      '0x80048d19',
    );
  }
  if (!isJsonObject(parsed)) throw badRequest('The request body must be a JSON object.', '0x80048d19');
  return parsed;
}

/** Checks a row's body: known names, right types, lengths and choices, references that exist. */
export function parseRow(table: Table, body: Json, context: PayloadContext): Payload {
  const values: Record<string, CellValue> = {};
  const singles: NestedSingle[] = [];
  const many: NestedMany[] = [];
  let id: string | undefined;
  for (const [name, value] of Object.entries(body)) {
    if (name === '@odata.type') checkType(table, value);
    if (name.startsWith('@')) continue;
    const at = name.indexOf('@');
    if (at > 0) {
      bindOrIgnore(table, name, at, value, context, values);
      continue;
    }
    if (name === table.key) {
      id = keyValue(table, value);
      continue;
    }
    const column = context.reader.schema.column(table.name, name);
    if (column !== undefined && !isLookup(column)) {
      const valid = context.message === 'create' ? column.create : column.update;
      const checked = checkValue(table, column, value);
      // Read-only properties in a body are ignored (UNVERIFIED for every table).
      if (valid) values[name] = checked;
      continue;
    }
    nested(table, name, value, context, singles, many);
  }
  return { id, values, singles, many };
}

/** A body may say what it is, with or without `#`; wording from general knowledge (UNVERIFIED). */
function checkType(table: Table, value: unknown): void {
  const expected = `Microsoft.Dynamics.CRM.${table.name}`;
  if (typeof value === 'string' && value.replace(/^#/, '') === expected) return;
  const given = typeof value === 'string' ? value : JSON.stringify(value);
  throw payloadError(
    table,
    `Microsoft.OData.ODataException: An entry with type '${given}' was found, but it is not assignable to the expected type '${expected}'.`,
  );
}

function isLookup(column: Column): boolean {
  return column.type === 'lookup' || column.type === 'owner' || column.type === 'customer';
}

function keyValue(table: Table, value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'string' || !isGuid(value)) {
    throw payloadError(table, cannotConvert(value, 'Edm.Guid'));
  }
  return value.toLowerCase();
}

/** The column and target behind a navigation property, with every target the same name may lead to. */
function findNavigation(
  table: Table,
  navigation: string,
): { column: Column; tables: readonly string[] } | undefined {
  for (const column of table.columns) {
    const targets = column.targets?.filter((target) => target.navigation === navigation) ?? [];
    if (targets.length > 0) return { column, tables: targets.map((target) => target.table) };
  }
  return undefined;
}

function bindOrIgnore(
  table: Table,
  name: string,
  at: number,
  value: unknown,
  context: PayloadContext,
  values: Record<string, CellValue>,
): void {
  const property = name.slice(0, at);
  if (name.slice(at) !== '@odata.bind') {
    if (!knowsProperty(table, property)) throw undeclared(table, property);
    return;
  }
  const found = findNavigation(table, property);
  if (found === undefined) throw undeclared(table, property);
  const { column, tables } = found;
  const valid = context.message === 'create' ? column.create : column.update;
  const reference = value === null ? null : bindTarget(table, property, value, tables, context);
  if (valid) values[column.name] = reference;
}

/** Reads the value of `@odata.bind` and makes sure that the row is there. */
export function bindTarget(
  table: Table,
  property: string,
  value: unknown,
  tables: readonly string[],
  context: PayloadContext,
): Reference {
  if (typeof value !== 'string') throw payloadError(table, cannotConvert(value, 'Edm.String'));
  const link = parseRowLink(context.reader.schema, value, context.serviceRoot);
  if (!tables.includes(link.table.name)) {
    throw payloadError(
      table,
      `Microsoft.OData.ODataException: The navigation property '${property}' does not lead to '${link.table.set}'.`,
    );
  }
  if (context.reader.get(link.table.name, link.id) === undefined) throw rowNotFound(link.table.name, link.id);
  return { table: link.table.name, id: link.id };
}

function knowsProperty(table: Table, name: string): boolean {
  const plain = /^_(.*)_value$/.exec(name)?.[1] ?? name;
  return (
    table.columns.some(
      (column) => column.name === plain || column.targets?.some((t) => t.navigation === name),
    ) ||
    table.collections.some((collection) => collection.name === name) ||
    table.manyToMany.some((relationship) => relationship.name === name)
  );
}

function undeclared(table: Table, name: string): ServiceError {
  return payloadError(
    table,
    `Microsoft.OData.ODataException: An undeclared property '${name}' which only has property annotations in the payload but no property value was found in the payload. In OData, only declared navigation properties and declared named streams can be represented as properties without values.`,
  );
}

function nested(
  table: Table,
  name: string,
  value: unknown,
  context: PayloadContext,
  singles: NestedSingle[],
  many: NestedMany[],
): void {
  if (/^_.*_value$/.test(name) && knowsProperty(table, name)) {
    throw badRequest(
      'CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.',
      '0x80048d19',
    );
  }
  const single = findNavigation(table, name);
  const collection = table.collections.find((one) => one.name === name);
  const manyToMany = table.manyToMany.find((one) => one.name === name);
  if (single === undefined && collection === undefined && manyToMany === undefined) {
    throw payloadError(
      table,
      `System.InvalidOperationException: Invalid property '${name}' was found in entity 'Microsoft.Dynamics.CRM.${table.name}'.`,
    );
  }
  if (context.message === 'update') {
    throw badRequest('Deep update of navigation properties is not allowed.', '0x80048d19');
  }
  if (manyToMany !== undefined) throw notImplemented('deep insert over a many-to-many relationship');
  if (single !== undefined) {
    if (value === null) return;
    const [target] = single.tables;
    const targetTable =
      single.tables.length === 1 && target !== undefined ? context.reader.schema.table(target) : undefined;
    if (targetTable === undefined) throw notImplemented(`deep insert over '${name}'`);
    if (!isJsonObject(value))
      throw payloadError(table, cannotConvert(value, 'Microsoft.Dynamics.CRM.' + targetTable.name));
    const payload = parseRow(targetTable, value, context);
    singles.push({ table: targetTable, column: single.column.name, payload });
    return;
  }
  if (collection === undefined) return;
  const targetTable = context.reader.schema.table(collection.table);
  if (targetTable === undefined || !Array.isArray(value)) {
    throw payloadError(table, cannotConvert(value, `Collection(Microsoft.Dynamics.CRM.${collection.table})`));
  }
  for (const item of value as readonly unknown[]) {
    if (!isJsonObject(item))
      throw payloadError(table, cannotConvert(item, `Microsoft.Dynamics.CRM.${collection.table}`));
    many.push({
      table: targetTable,
      column: collection.column,
      payload: parseRow(targetTable, item, context),
    });
  }
}
