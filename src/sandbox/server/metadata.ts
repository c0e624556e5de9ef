import { isGuid } from '../../base/guid';
import type { Table } from '../schema/types';
import { ServiceError, badRequest, notImplemented } from '../serviceError';
import { jsonResponse, textResponse } from './api';
import type { ApiRequest, ApiResponse } from './api';
import { schemaDocument } from './csdl';
import type { Host } from './host';
import { relationshipDocuments, tableDocument } from './metadataDocuments';
import type { Document } from './metadataDocuments';
import { documentJson, listJson, metadataOptions } from './metadataQuery';
import { unknownSegment } from './path';
import type { Segment } from './path';

const NAMESPACE = 'Microsoft.Dynamics.CRM.';
const sets = new Set([
  'EntityDefinitions',
  'RelationshipDefinitions',
  'GlobalOptionSetDefinitions',
  'ManagedPropertyDefinitions',
]);

/** Answers `$metadata`, `EntityDefinitions` and `RelationshipDefinitions`; undefined for every path that is none of the metadata's. */
export function metadataRoute(
  host: Host,
  request: ApiRequest,
  segments: readonly Segment[],
): ApiResponse | undefined {
  const [first, ...rest] = segments;
  if (first?.name === '$metadata') {
    if (request.method !== 'GET' || rest.length > 0) throw unknownSegment('$metadata');
    return textResponse(200, 'application/xml', schemaDocument(host.schema));
  }
  if (first === undefined || !sets.has(first.name)) return undefined;
  if (request.method !== 'GET') throw notImplemented('changes of metadata');
  if (first.name === 'EntityDefinitions') return entityDefinitions(host, request, first, rest);
  if (first.name === 'RelationshipDefinitions') return relationshipDefinitions(host, request, first, rest);
  throw notImplemented(`'${first.name}'`);
}

/** All relationships, one by its `SchemaName` or metadata id, and either restricted to one-to-many or many-to-many ones. */
function relationshipDefinitions(
  host: Host,
  request: ApiRequest,
  first: Segment,
  rest: readonly Segment[],
): ApiResponse {
  const options = metadataOptions(request.query);
  const context = `${request.serviceRoot}$metadata#RelationshipDefinitions`;
  const all = relationshipDocuments(host.schema);
  let found: Found = { documents: all, declared: 'RelationshipMetadataBase' };
  if (first.argument !== undefined)
    found = pick(all, first.argument, found.declared, '/$entity', 'a relationship');
  for (const segment of rest) found = next(found, segment);
  if (found.documents !== undefined) {
    return jsonResponse(200, {
      '@odata.context': context,
      value: listJson(found.documents, options, found.declared),
    });
  }
  const json = documentJson(found.document, options, found.declared);
  return jsonResponse(200, { '@odata.context': `${context}${found.single}`, ...json });
}

function entityDefinitions(
  host: Host,
  request: ApiRequest,
  first: Segment,
  rest: readonly Segment[],
): ApiResponse {
  const options = metadataOptions(request.query);
  const context = `${request.serviceRoot}$metadata#EntityDefinitions`;
  if (first.argument === undefined) {
    if (rest.length > 0) throw unknownSegment(rest[0]?.name ?? '');
    const documents = host.schema.tables.map((table) => tableDocument(host.schema, table));
    return jsonResponse(200, {
      '@odata.context': context,
      value: listJson(documents, options, 'EntityMetadata'),
    });
  }
  const table = findTable(host, first.argument);
  const found = follow(tableDocument(host.schema, table), rest);
  if (found.documents === undefined) {
    const json = documentJson(found.document, options, found.declared);
    return jsonResponse(200, { '@odata.context': `${context}${found.single}`, ...json });
  }
  const value = listJson(found.documents, options, found.declared);
  return jsonResponse(200, { '@odata.context': `${context}('${table.name}')/${rest[0]?.name ?? ''}`, value });
}

/** `LogicalName='account'` or the table's metadata id. */
function findTable(host: Host, argument: string): Table {
  const byName = /^\s*LogicalName\s*=\s*'((?:[^']|'')*)'\s*$/.exec(argument)?.[1]?.replaceAll("''", "'");
  if (byName === undefined && !isGuid(argument.trim()))
    throw badRequest('Bad Request - Error in query syntax.', '0x80060888');
  const id = argument.trim().toLowerCase();
  const table =
    byName === undefined
      ? host.schema.tables.find((one) => tableDocument(host.schema, one).properties['MetadataId'] === id)
      : host.schema.table(byName);
  if (table === undefined) {
    // Code and wording of an unknown table: general knowledge, UNVERIFIED.
    throw new ServiceError(
      404,
      '0x80060888',
      `Could not find an entity with name ${byName ?? id} and object type code 0.`,
    );
  }
  return table;
}

type Found =
  | { readonly documents: readonly Document[]; readonly declared: string }
  | {
      readonly documents: undefined;
      readonly document: Document;
      readonly declared: string;
      readonly single: string;
    };

function follow(table: Document, segments: readonly Segment[]): Found {
  let found: Found = {
    documents: undefined,
    document: table,
    declared: 'EntityMetadata',
    single: '/$entity',
  };
  for (const segment of segments) found = next(found, segment);
  return found;
}

function next(found: Found, { name, argument }: Segment): Found {
  if (name.startsWith(NAMESPACE)) return cast(found, name.slice(NAMESPACE.length));
  if (found.documents !== undefined) throw unknownSegment(name);
  const { navigations } = found.document;
  const navigation = Object.hasOwn(navigations, name) ? navigations[name] : undefined;
  if (navigation === undefined) throw unknownSegment(name);
  const value = navigation();
  if (value === null) throw unknownSegment(name);
  const declared = name === 'Attributes' ? 'AttributeMetadata' : name;
  if (!isList(value)) return { documents: undefined, document: value, declared: value.type, single: '' };
  if (argument === undefined) return { documents: value, declared };
  return pick(value, argument, declared, `/${name}/$entity`, 'an attribute');
}

/** One document of a list, by its name or its metadata id. Code and wording of an unknown one: general knowledge, UNVERIFIED. */
function pick(
  documents: readonly Document[],
  argument: string,
  declared: string,
  single: string,
  what: string,
): Found {
  const wanted = /^\s*(LogicalName|SchemaName)\s*=\s*'((?:[^']|'')*)'\s*$/.exec(argument);
  const property = wanted?.[1] ?? 'MetadataId';
  const text = wanted?.[2]?.replaceAll("''", "'") ?? argument.trim().toLowerCase();
  const document = documents.find((one) => one.properties[property] === text);
  if (document === undefined)
    throw new ServiceError(404, '0x80060888', `Could not find ${what} with the name '${text}'.`);
  return { documents: undefined, document, declared, single };
}

function isList(value: Document | readonly Document[]): value is readonly Document[] {
  return Array.isArray(value);
}

/** Restricts to a derived type: `/Microsoft.Dynamics.CRM.PicklistAttributeMetadata`. */
function cast(found: Found, type: string): Found {
  if (!/^[A-Z]\w+Metadata$/.test(type)) throw unknownSegment(type);
  if (found.documents !== undefined) {
    return { documents: found.documents.filter((one) => one.type === type), declared: type };
  }
  if (found.document.type !== type) throw unknownSegment(`${NAMESPACE}${type}`);
  return { ...found, declared: type };
}
