import { isCancellation, toError } from '../../base/errors';
import type { OperationContext, UnitOfWork } from '../operations';
import type { Reference, Table } from '../schema/types';
import { ServiceError, badRequest, notImplemented } from '../serviceError';
import { annotationTest } from '../query';
import { runUnit } from '../unitOfWork';
import { emptyResponse, jsonResponse } from './api';
import type { ApiRequest, ApiResponse } from './api';
import { unlinkByPath, writeReference } from './associations';
import { runBatch } from './batch';
import { operationContext } from './context';
import type { Host } from './host';
import { metadataRoute } from './metadata';
import { callOperation } from './operationCalls';
import { splitPath, unknownSegment } from './path';
import type { Segment } from './path';
import { parsePreferences } from './preferences';
import type { Preferences } from './preferences';
import { read } from './reads';
import { expectRow, resolveResource } from './resource';
import type { RelatedResource, Resource } from './resource';
import { createRow, deleteRow, upsertRow, writeProperty } from './writes';

/** Answers one request; a failure becomes an error answer. `work` is the change set's, when the request is part of one. */
export async function answer(host: Host, request: ApiRequest, work?: UnitOfWork): Promise<ApiResponse> {
  try {
    return await respond(host, request, work);
  } catch (error) {
    return errorResponse(host, request, error);
  }
}

/** Answers one request and throws when it is refused: for change sets, which must roll back. */
function respond(host: Host, request: ApiRequest, work?: UnitOfWork): Promise<ApiResponse> {
  if (work !== undefined) return dispatch(host, request, work);
  return runUnit(host.store, (own) => dispatch(host, request, own));
}

/** The error in the form of FACTS 13.3; an unexpected one is logged and answered 500. */
function errorResponse(host: Host, request: ApiRequest, thrown: unknown): ApiResponse {
  if (!(thrown instanceof ServiceError)) {
    if (!isCancellation(thrown)) host.log.error(`Unexpected error: ${toError(thrown).stack ?? ''}`);
    const body = { error: { code: '0x80040224', message: 'An unexpected error occurred in the sandbox.' } };
    return jsonResponse(500, body);
  }
  const annotations = errorAnnotations(thrown, parsePreferences(request.headers['prefer']));
  const error = { code: thrown.code, message: thrown.message, ...annotations };
  return jsonResponse(thrown.httpStatus, { error }, thrown.headers);
}

/** Members that the caller asked for (FACTS 13.3). Their values, but for the texts, are general knowledge: UNVERIFIED. */
function errorAnnotations(
  error: ServiceError,
  { includeAnnotations }: Preferences,
): Readonly<Record<string, string>> {
  const wanted = annotationTest(includeAnnotations);
  const all = {
    'Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus': '0',
    'Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode': '2',
    'Microsoft.PowerApps.CDS.HelpLink': `http://go.microsoft.com/fwlink/?LinkID=398563&error=${encodeURIComponent(error.code)}&client=platform`,
    'Microsoft.PowerApps.CDS.TraceText': error.detail ?? error.message,
    'Microsoft.PowerApps.CDS.InnerError.Message': error.message,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (wanted(name) ? [[`@${name}`, value]] : [])),
  );
}

async function dispatch(host: Host, request: ApiRequest, work: UnitOfWork): Promise<ApiResponse> {
  const segments = splitPath(request.path);
  const [first] = segments;
  if (first === undefined || first.name === '') return serviceDocument(host, request);
  if (first.name === '$batch' && segments.length === 1) return batch(host, request);
  const metadata = metadataRoute(host, request, segments);
  if (metadata !== undefined) return metadata;
  const table = host.schema.bySet(first.name);
  const context = operationContext(host, request, work);
  if (table === undefined) {
    if (segments.length > 1) throw unknownSegment(first.name);
    return callOperation(
      host,
      request,
      { name: first.name, argument: first.argument, on: undefined },
      context,
    );
  }
  const unlinked = await unlink(host, request, table, segments, context);
  if (unlinked !== undefined) return unlinked;
  const resource = resolveResource(host, table, segments);
  if (resource.kind === 'operation') {
    return callOperation(host, request, { ...resource, on: resource.on }, context);
  }
  return perform(host, request, resource, context);
}

function batch(host: Host, request: ApiRequest): Promise<ApiResponse> {
  if (request.method !== 'POST')
    throw new ServiceError(405, '0x80060888', '$batch must be called with POST.');
  return runBatch(host, request, {
    answer: (one) => answer(host, one),
    respond: (one, work) => respond(host, one, work),
    errorResponse: (one, error) => errorResponse(host, one, error),
  });
}

/** `DELETE set(id)/collection(otherid)/$ref`: the row at the end of the path stays, only the link goes. */
async function unlink(
  host: Host,
  request: ApiRequest,
  table: Table,
  segments: readonly Segment[],
  context: OperationContext,
): Promise<ApiResponse | undefined> {
  const last = segments.at(-2);
  if (request.method !== 'DELETE' || segments.at(-1)?.name !== '$ref' || last?.argument === undefined)
    return undefined;
  if (segments.length < 3) return undefined;
  const row = resolveResource(host, table, segments.slice(0, -1));
  const related = resolveResource(host, table, [
    ...segments.slice(0, -2),
    { name: last.name, argument: undefined },
  ]);
  if (row.kind !== 'row' || related.kind !== 'related') throw unknownSegment(last.name);
  return unlinkByPath(host, request, related, row.id, context);
}

function notAllowed(request: ApiRequest, resource: Resource): ServiceError {
  return new ServiceError(
    405,
    '0x80060888',
    `The requested resource does not support http method '${request.method}' (${resource.kind}).`,
  );
}

async function perform(
  host: Host,
  request: ApiRequest,
  resource: Resource,
  context: OperationContext,
): Promise<ApiResponse> {
  if (request.method === 'GET') return performRead(host, request, resource, context);
  const target = (): Reference =>
    resource.kind === 'row' ? { table: resource.table.name, id: resource.id } : expectRow(host, resource);
  switch (`${request.method} ${resource.kind}`) {
    case 'POST set':
      return createRow(host, request, setTable(resource), context);
    case 'PATCH row':
    case 'PATCH single':
      return upsertRow(host, request, target(), context);
    case 'DELETE row':
      return deleteRow(host, request, target(), context);
    case 'PUT row':
      throw notImplemented('PUT on a row; use PATCH');
    case 'POST related':
      throw notImplemented('creating a row through a collection navigation; POST to its set with a binding');
    default:
  }
  if (resource.kind === 'property' && (request.method === 'PUT' || request.method === 'DELETE')) {
    return writeProperty(host, request, resource.owner, resource.column, context);
  }
  if (resource.kind === 'ref' && ['POST', 'PUT', 'DELETE'].includes(request.method)) {
    return writeReference(host, request, resource.of, context);
  }
  throw notAllowed(request, resource);
}

function setTable(resource: Resource): Table {
  if (resource.kind !== 'set') throw badRequest('The path does not lead to a set.');
  return resource.table;
}

/** A read runs inside the steps that are registered on Retrieve and RetrieveMultiple. */
function performRead(
  host: Host,
  request: ApiRequest,
  resource: Resource,
  context: OperationContext,
): Promise<ApiResponse> {
  const [table, id] = readTarget(resource);
  if (table === undefined) return Promise.resolve(read(host, request, resource));
  return host.operations.retrieve({ table, id }, () => read(host, request, resource), context);
}

function readTarget(resource: Resource): readonly [table: string | undefined, id: string | undefined] {
  switch (resource.kind) {
    case 'set':
      return [resource.table.name, undefined];
    case 'related':
      return [(resource satisfies RelatedResource).table.name, undefined];
    case 'row':
      return [resource.table.name, resource.id];
    case 'single':
      return [resource.value?.table, resource.value?.id];
    case 'property':
    case 'value':
      return [resource.owner.table, resource.owner.id];
    default:
      return [undefined, undefined];
  }
}

function serviceDocument(host: Host, request: ApiRequest): ApiResponse {
  if (request.method !== 'GET') return emptyResponse({}, 405);
  const sets = host.schema.tables.map((table) => ({ name: table.set, kind: 'EntitySet', url: table.set }));
  return jsonResponse(200, { '@odata.context': `${request.serviceRoot}$metadata`, value: sets });
}
