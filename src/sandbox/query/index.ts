/**
 * The query languages of the sandbox: OData and FetchXML over a `StoreReader`. Pure functions: they read, they throw
 * `ServiceError`, nothing else.
 */
import type { Queries } from '../queryRequest';
import { runFetchXml } from './fetchxml/run';
import { parseQueryOptions } from './odata/options';
import { runODataCount, runODataQuery, runSingleRow } from './odata/run';

export { annotationTest } from './annotations';

/** What the server asks; the language of a collection is told by its query options. */
export const queries: Queries = {
  collection: (request) =>
    parseQueryOptions(request.query).system.has('fetchXml') ? runFetchXml(request) : runODataQuery(request),
  single: runSingleRow,
  count: runODataCount,
};
