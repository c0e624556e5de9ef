import type { OperationContext } from '../operations';
import type { Reference } from '../schema/types';
import { badRequest, rowNotFound } from '../serviceError';
import { emptyResponse } from './api';
import type { ApiRequest, ApiResponse } from './api';
import { bindTarget, parseJsonObject } from './payload';
import { parseRowLink } from './path';
import type { Host } from './host';
import { existingRow, isManyToMany } from './resource';
import type { RelatedResource, Resource, SingleResource } from './resource';

/** POST, PUT and DELETE of `…/$ref` (FACTS 6.1): link and unlink rows. */
export async function writeReference(
  host: Host,
  request: ApiRequest,
  of: Resource,
  context: OperationContext,
): Promise<ApiResponse> {
  if (of.kind === 'single') return setLookup(host, request, of, context);
  if (of.kind === 'related') return changeCollection(host, request, of, context);
  if (of.kind === 'row' && request.method === 'DELETE') {
    throw badRequest(
      "The segment '$ref' cannot follow a row that was addressed by its own set.",
      '0x80060888',
    );
  }
  throw badRequest("The segment '$ref' cannot follow here.", '0x80060888');
}

function linkedRow(host: Host, request: ApiRequest): Reference {
  const id = parseJsonObject(request.body)['@odata.id'];
  if (typeof id !== 'string') throw badRequest("The body must have the member '@odata.id'.", '0x80048d19');
  const { table, id: key } = parseRowLink(host.schema, id, request.serviceRoot);
  if (host.store.get(table.name, key) === undefined) throw rowNotFound(table.name, key);
  return { table: table.name, id: key };
}

async function setLookup(
  host: Host,
  request: ApiRequest,
  { owner, column, navigation }: SingleResource,
  context: OperationContext,
): Promise<ApiResponse> {
  existingRow(host, owner);
  const table = host.schema.table(owner.table);
  if (table === undefined) throw rowNotFound(owner.table, owner.id);
  await host.locks.hold(context.work, owner.table, owner.id, context.signal);
  const tables = (column.targets ?? [])
    .filter((one) => one.navigation === navigation)
    .map((one) => one.table);
  const value =
    request.method === 'DELETE'
      ? null
      : bindTarget(table, navigation, parseJsonObject(request.body)['@odata.id'], tables, {
          reader: host.store,
          serviceRoot: request.serviceRoot,
          message: 'update',
        });
  if (column.update) await host.operations.update(owner, { [column.name]: value }, context);
  return emptyResponse();
}

/** The row to unlink stands in `$id` when it is not in the path. */
function unlinkedRow(host: Host, request: ApiRequest): Reference {
  const id = new URLSearchParams(request.query).get('$id');
  if (id === null) throw badRequest("The query option '$id' must name the row to unlink.", '0x80060888');
  const link = parseRowLink(host.schema, id, request.serviceRoot);
  return { table: link.table.name, id: link.id };
}

async function changeCollection(
  host: Host,
  request: ApiRequest,
  related: RelatedResource,
  context: OperationContext,
): Promise<ApiResponse> {
  const { owner, navigation } = related;
  existingRow(host, owner);
  const other = request.method === 'DELETE' ? unlinkedRow(host, request) : linkedRow(host, request);
  if (other.table !== related.table.name) {
    throw badRequest(
      `The navigation property '${navigation.name}' does not lead to '${other.table}'.`,
      '0x80048d19',
    );
  }
  await unlinkOrLink(host, request, related, other, context);
  return emptyResponse();
}

async function unlinkOrLink(
  host: Host,
  request: ApiRequest,
  { owner, navigation }: RelatedResource,
  other: Reference,
  context: OperationContext,
): Promise<void> {
  const relationship = isManyToMany(navigation) ? navigation.relationship : navigation.name;
  if (!isManyToMany(navigation)) await host.locks.hold(context.work, other.table, other.id, context.signal);
  if (request.method === 'DELETE') await host.operations.disassociate(owner, relationship, [other], context);
  else await host.operations.associate(owner, relationship, [other], context);
}

/** `DELETE set(id)/collection(otherid)/$ref`. */
export async function unlinkByPath(
  host: Host,
  request: ApiRequest,
  related: RelatedResource,
  otherId: string,
  context: OperationContext,
): Promise<ApiResponse> {
  existingRow(host, related.owner);
  await unlinkOrLink(host, request, related, { table: related.table.name, id: otherId }, context);
  return emptyResponse();
}
