import type { OperationContext } from '../operations';
import { ServiceError, notImplemented } from '../serviceError';
import { emptyResponse, jsonResponse } from './api';
import type { Table } from '../schema/types';
import type { ApiRequest, ApiResponse } from './api';
import { callBulk } from './bulkOperations';
import type { Host } from './host';
import { functionParameters } from './functionParameters';
import { knownOperations } from './knownOperations.data';
import { unknownSegment } from './path';
import { parseJsonObject } from './payload';
import { platformActions, platformFunctions } from './platformOperations';
import { expectRow } from './resource';
import type { Resource } from './resource';

/** A function or action in a path, unbound or on a resource. */
export interface Call {
  readonly name: string;
  readonly argument: string | undefined;
  readonly on: Resource | undefined;
}

/** Runs a function (GET) or an action (POST). Unknown names are 404, known ones the sandbox lacks 501. */
export async function callOperation(
  host: Host,
  request: ApiRequest,
  call: Call,
  context: OperationContext,
): Promise<ApiResponse> {
  const isFunction = platformFunctions.has(call.name);
  const bulk = bulkTable(call);
  const isAction =
    bulk !== undefined || platformActions.has(call.name) || host.operations.knowsAction(call.name);
  if (!isFunction && !isAction) {
    if (knownOperations.has(call.name)) throw notImplemented(`'${call.name}'`);
    throw unknownSegment(call.name);
  }
  const method = isFunction ? 'GET' : 'POST';
  if (request.method !== method) {
    throw new ServiceError(405, '0x80060888', `The operation '${call.name}' must be called with ${method}.`);
  }
  const result = isFunction
    ? callFunction(host, request, call)
    : await callAction(host, request, call, context);
  if (result === undefined) return emptyResponse();
  return jsonResponse(200, {
    '@odata.context': `${request.serviceRoot}$metadata#Microsoft.Dynamics.CRM.${call.name}Response`,
    ...result,
  });
}

/** The table of a CreateMultiple or UpdateMultiple, which are bound to a set. */
function bulkTable(call: Call): Table | undefined {
  const isBulk = call.name === 'CreateMultiple' || call.name === 'UpdateMultiple';
  return isBulk && call.on?.kind === 'set' ? call.on.table : undefined;
}

function callFunction(
  host: Host,
  request: ApiRequest,
  call: Call,
): Readonly<Record<string, unknown>> | undefined {
  const run = platformFunctions.get(call.name);
  if (run === undefined || call.on !== undefined) throw unknownSegment(call.name);
  return run(host, functionParameters(call.name, call.argument, request.query), request);
}

async function callAction(
  host: Host,
  request: ApiRequest,
  call: Call,
  context: OperationContext,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const parameters = request.body.trim() === '' ? {} : parseJsonObject(request.body);
  const bulk = bulkTable(call);
  if (bulk !== undefined) return callBulk(host, request, call.name, bulk, parameters, context);
  const target = call.on === undefined || call.on.kind === 'set' ? undefined : expectRow(host, call.on);
  const own = platformActions.get(call.name);
  if (own !== undefined) return own(host, { target, parameters }, context);
  const table = call.on?.kind === 'set' ? call.on.table.name : undefined;
  return host.operations.execute({ name: call.name, target, table, parameters }, context);
}
