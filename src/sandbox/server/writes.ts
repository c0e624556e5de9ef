import type { OperationContext } from '../operations';
import type { Column, Reference, StoredRow, Table } from '../schema/types';
import { ServiceError, badRequest, rowNotFound } from '../serviceError';
import { emptyResponse, jsonResponse } from './api';
import type { ApiRequest, ApiResponse } from './api';
import { checkValue } from './cellValues';
import type { Host } from './host';
import { parseJsonObject, parseRow } from './payload';
import type { Payload, PayloadContext } from './payload';
import { parsePreferences } from './preferences';
import { applied, etagOf, readRequest, rowUrl } from './reads';

/** SdkEntityDoesNotSupportMessage (FACTS 12); the wording is general knowledge (UNVERIFIED). */
function refusedMessage(message: string, table: Table): ServiceError {
  return new ServiceError(
    400,
    '0x80040800',
    `The '${message}' method does not support entities of type '${table.name}'.`,
  );
}

function payloadContext(host: Host, request: ApiRequest, message: 'create' | 'update'): PayloadContext {
  return { reader: host.store, serviceRoot: request.serviceRoot, message };
}

/** `POST set` (FACTS 13.2): 204, or 201 with the row. */
export async function createRow(
  host: Host,
  request: ApiRequest,
  table: Table,
  context: OperationContext,
): Promise<ApiResponse> {
  if (!table.access.create) throw refusedMessage('Create', table);
  const payload = parseRow(table, parseJsonObject(request.body), payloadContext(host, request, 'create'));
  const made = await createDeep(host, table, payload.id, payload, context);
  return written(host, request, made, 201);
}

/** Creates a row, first those its lookups shall point to, then those that shall point to it. */
async function createDeep(
  host: Host,
  table: Table,
  id: string | undefined,
  payload: Payload,
  context: OperationContext,
): Promise<Reference> {
  const bound: Record<string, Reference> = {};
  for (const single of payload.singles) {
    bound[single.column] = await createDeep(host, single.table, single.payload.id, single.payload, context);
  }
  const values: StoredRow = { ...payload.values, ...bound };
  for (const column of table.columns) {
    if (column.enforced === true && (values[column.name] ?? null) === null) {
      // ApplicationRequired and most SystemRequired columns are not enforced (FACTS 5.2).
      throw badRequest(`You should specify a ${column.name} for the ${table.name}.`, '0x80040200');
    }
  }
  const made = await host.operations.create(table.name, id, values, context);
  for (const child of payload.many) {
    const pointing: Payload = {
      ...child.payload,
      values: { ...child.payload.values, [child.column]: made },
    };
    await createDeep(host, child.table, child.payload.id, pointing, context);
  }
  return made;
}

function written(host: Host, request: ApiRequest, target: Reference, status: 200 | 201): ApiResponse {
  const url = rowUrl(host, request, target);
  const headers = status === 201 ? { Location: url, 'OData-EntityId': url } : { 'OData-EntityId': url };
  const table = host.schema.table(target.table);
  const row = host.store.get(target.table, target.id);
  if (
    !parsePreferences(request.headers['prefer']).representation ||
    table === undefined ||
    row === undefined
  ) {
    return emptyResponse(headers);
  }
  const { body, preferenceApplied } = host.queries.single(readRequest(host, request, table), row);
  return jsonResponse(status, body, {
    ...headers,
    ETag: etagOf(host, target),
    ...applied(['return=representation', ...preferenceApplied]),
  });
}

/** Optimistic concurrency (FACTS 13.1): `If-Match` with an etag must name the row's version. */
function checkEtag(host: Host, request: ApiRequest, target: Reference): void {
  const wanted = request.headers['if-match'];
  if (wanted === undefined || wanted === '*') return;
  if (!/^(W\/)?"[^"]*"$/.test(wanted)) throw badRequest('The If-Match header is malformed.', '0x80060888');
  if (host.schema.table(target.table)?.optimisticConcurrency === false) {
    // The code is in FACTS 12; status and wording are general knowledge (UNVERIFIED).
    throw badRequest(`Optimistic concurrency is not enabled for entity type ${target.table}.`, '0x8006088d');
  }
  if (wanted.replace(/^W\//, '') !== etagOf(host, target).slice(2)) {
    throw new ServiceError(
      412,
      '0x80060882',
      "The version of the existing record doesn't match the RowVersion property provided.",
    );
  }
}

/** `PATCH set(id)`: an update, or a create when there is no such row and the headers do not forbid it (FACTS 13.2). */
export async function upsertRow(
  host: Host,
  request: ApiRequest,
  target: Reference,
  context: OperationContext,
): Promise<ApiResponse> {
  const table = host.schema.table(target.table);
  if (table === undefined) throw rowNotFound(target.table, target.id);
  await host.locks.hold(context.work, target.table, target.id, context.signal);
  if (host.store.get(target.table, target.id) === undefined) {
    return insertByPatch(host, request, table, target, context);
  }
  if (request.headers['if-none-match'] === '*') {
    throw new ServiceError(412, '0x80040237', 'A record with matching key values already exists.');
  }
  checkEtag(host, request, target);
  if (!table.access.update) throw refusedMessage('Update', table);
  const { id, values } = parseRow(
    table,
    parseJsonObject(request.body),
    payloadContext(host, request, 'update'),
  );
  if (id !== undefined && id !== target.id) {
    throw badRequest('The key in the body differs from the key in the URL.', '0x80048d19');
  }
  await host.operations.update(target, values, context);
  return written(host, request, target, 200);
}

async function insertByPatch(
  host: Host,
  request: ApiRequest,
  table: Table,
  target: Reference,
  context: OperationContext,
): Promise<ApiResponse> {
  if (request.headers['if-match'] !== undefined) throw rowNotFound(target.table, target.id);
  if (!table.access.create) throw refusedMessage('Create', table);
  const payload = parseRow(table, parseJsonObject(request.body), payloadContext(host, request, 'create'));
  const made = await createDeep(host, table, target.id, payload, context);
  return written(host, request, made, 201);
}

/** `DELETE set(id)`. */
export async function deleteRow(
  host: Host,
  request: ApiRequest,
  target: Reference,
  context: OperationContext,
): Promise<ApiResponse> {
  const table = await heldTable(host, target, context);
  checkEtag(host, request, target);
  if (!table.access.delete) throw refusedMessage('Delete', table);
  await host.operations.remove(target, context);
  return emptyResponse();
}

/**
 * The table of a row that is there, and that no other request changes from now on.
 * @throws ServiceError 404 where it is not
 */
async function heldTable(host: Host, row: Reference, context: OperationContext): Promise<Table> {
  const table = host.schema.table(row.table);
  await host.locks.hold(context.work, row.table, row.id, context.signal);
  if (table === undefined || host.store.get(row.table, row.id) === undefined)
    throw rowNotFound(row.table, row.id);
  return table;
}

/** `PUT set(id)/column` with `{"value": …}`, and `DELETE set(id)/column`, which clears it. */
export async function writeProperty(
  host: Host,
  request: ApiRequest,
  owner: Reference,
  column: Column,
  context: OperationContext,
): Promise<ApiResponse> {
  const table = await heldTable(host, owner, context);
  if (!table.access.update) throw refusedMessage('Update', table);
  if (column.targets !== undefined || column.name === table.key) {
    throw badRequest(`The property '${column.name}' cannot be written by itself.`, '0x80060888');
  }
  checkEtag(host, request, owner);
  const value = request.method === 'DELETE' ? null : bodyValue(request);
  const checked = checkValue(table, column, value);
  await host.operations.update(owner, column.update ? { [column.name]: checked } : {}, context);
  return emptyResponse();
}

function bodyValue(request: ApiRequest): unknown {
  const body = parseJsonObject(request.body);
  if (!('value' in body)) throw badRequest("The body must have the member 'value'.", '0x80048d19');
  return body['value'];
}
