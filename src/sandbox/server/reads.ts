import type { ReadRequest } from '../queryRequest';
import type { CellValue, Column, ManagedProperty, Reference, StoredRow, Table } from '../schema/types';
import { badRequest, rowNotFound } from '../serviceError';
import { emptyResponse, jsonResponse, textResponse } from './api';
import type { ApiRequest, ApiResponse } from './api';
import { callingUser } from './context';
import type { Host } from './host';
import { parsePreferences } from './preferences';
import { existingRow, relatedRows } from './resource';
import type { RelatedResource, Resource } from './resource';

/** The request in the form the query module takes. */
export function readRequest(
  host: Host,
  request: ApiRequest,
  table: Table,
  among?: Iterable<StoredRow>,
): ReadRequest {
  return {
    reader: host.store,
    table,
    query: request.query,
    preferences: parsePreferences(request.headers['prefer']),
    serviceRoot: request.serviceRoot,
    path: request.path,
    ...(among === undefined ? {} : { among }),
    userId: callingUser(host, request),
    now: host.clock.now(),
  };
}

/** `Preference-Applied`, when there is something to tell. */
export function applied(preferences: readonly string[]): Readonly<Record<string, string>> {
  return preferences.length === 0 ? {} : { 'Preference-Applied': preferences.join(',') };
}

/** The URL of a row: `OData-EntityId`, `@odata.id`. */
export function rowUrl(host: Host, request: ApiRequest, { table, id }: Reference): string {
  return `${request.serviceRoot}${host.schema.table(table)?.set ?? table}(${id})`;
}

/** The etag of a row, `W/"1000123"`. */
export function etagOf(host: Host, { table, id }: Reference): string {
  return `W/"${(host.store.version(table, id) ?? 0).toString()}"`;
}

/** Answers a GET on what the path leads to. */
export function read(host: Host, request: ApiRequest, resource: Resource): ApiResponse {
  switch (resource.kind) {
    case 'set':
      return collection(host, readRequest(host, request, resource.table));
    case 'related':
      existingRow(host, resource.owner);
      return collection(host, readRequest(host, request, resource.table, relatedRows(host, resource)));
    case 'row':
      return row(host, request, { table: resource.table.name, id: resource.id });
    case 'single': {
      existingRow(host, resource.owner);
      // A lookup without a value is answered 204 (OData; UNVERIFIED here).
      return resource.value === undefined ? emptyResponse() : row(host, request, resource.value);
    }
    case 'property':
    case 'value':
      return property(host, request, resource.owner, resource.column, resource.kind === 'value');
    case 'count':
      return count(host, request, resource.of);
    case 'ref':
      return references(host, request, resource.of);
    case 'operation':
      throw new Error('Operations are not read');
  }
}

function collection(host: Host, wanted: ReadRequest): ApiResponse {
  const { body, preferenceApplied } = host.queries.collection(wanted);
  return jsonResponse(200, body, applied(preferenceApplied));
}

function row(host: Host, request: ApiRequest, target: Reference): ApiResponse {
  const stored = existingRow(host, target);
  const table = host.schema.table(target.table);
  if (table === undefined) throw rowNotFound(target.table, target.id);
  const etag = etagOf(host, target);
  if (request.headers['if-none-match'] === etag) return emptyResponse({ ETag: etag }, 304);
  const { body, preferenceApplied } = host.queries.single(readRequest(host, request, table), stored);
  return jsonResponse(200, body, { ...applied(preferenceApplied), ETag: etag });
}

/** A cell as JSON: a reference is its id, several choices are a comma separated text. */
function plain(value: CellValue | undefined): string | number | boolean | ManagedProperty | null {
  if (typeof value !== 'object' || value === null) return value ?? null;
  if ('id' in value) return value.id;
  return 'Value' in value ? value : value.join(',');
}

function property(
  host: Host,
  request: ApiRequest,
  owner: Reference,
  column: Column,
  raw: boolean,
): ApiResponse {
  const stored = existingRow(host, owner);
  const value = column.read ? plain(stored[column.name]) : null;
  if (value === null) return emptyResponse();
  if (raw) {
    return textResponse(200, 'text/plain', typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const name = column.targets === undefined ? column.name : `_${column.name}_value`;
  const set = host.schema.table(owner.table)?.set ?? owner.table;
  return jsonResponse(200, {
    '@odata.context': `${request.serviceRoot}$metadata#${set}(${owner.id})/${name}`,
    value,
  });
}

function count(host: Host, request: ApiRequest, of: Resource): ApiResponse {
  if (of.kind !== 'set' && of.kind !== 'related') {
    throw badRequest("The segment '$count' can follow a collection only.", '0x80060888');
  }
  if (of.kind === 'related') existingRow(host, of.owner);
  const among = of.kind === 'related' ? relatedRows(host, of) : undefined;
  const number = host.queries.count(readRequest(host, request, of.table, among));
  return textResponse(200, 'text/plain', number.toString());
}

function references(host: Host, request: ApiRequest, of: Resource): ApiResponse {
  if (of.kind === 'single') {
    existingRow(host, of.owner);
    if (of.value === undefined) return emptyResponse();
    return jsonResponse(200, {
      '@odata.context': `${request.serviceRoot}$metadata#$ref`,
      '@odata.id': rowUrl(host, request, of.value),
    });
  }
  if (of.kind !== 'related') throw badRequest("The segment '$ref' cannot follow here.", '0x80060888');
  return jsonResponse(200, {
    '@odata.context': `${request.serviceRoot}$metadata#Collection($ref)`,
    value: relatedReferences(host, of).map((target) => ({ '@odata.id': rowUrl(host, request, target) })),
  });
}

/** The ids at the other side of a relationship. */
function relatedReferences(host: Host, related: RelatedResource): readonly Reference[] {
  existingRow(host, related.owner);
  return [...relatedRows(host, related)].flatMap((stored) => {
    const id = stored[related.table.key];
    return typeof id === 'string' ? [{ table: related.table.name, id }] : [];
  });
}
