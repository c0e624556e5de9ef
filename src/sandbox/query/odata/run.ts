import type { StoredRow } from '../../schema/types';
import type { ReadAnswer, ReadPreferences, ReadRequest } from '../../queryRequest';
import { annotationTest, appliedPreferences, MAX_PAGE, writeTotals } from '../annotations';
import { candidates } from '../candidates';
import { readCookie, unwrapCookie, wrapCookie, writeCookie, type Cookie } from '../cookie';
import { QueryContext } from '../expression';
import { takePage } from '../page';
import { wholeOf } from '../wholeAnswers';
import { propertyName } from '../properties';
import { notImplemented, odataError } from '../refusals';
import type { JsonRow } from '../serialize';
import { runApply } from './apply';
import { deliverRow, predicateOf, scopesOf, type Delivery } from './deliver';
import { parseQueryOptions, type QueryOptions } from './options';
import { buildCollectionQuery, parseAliases, selectionText, type CollectionQuery } from './shape';
import type { Syntax } from './syntax';

/** A request with everything in it looked up. */
interface Prepared {
  readonly context: QueryContext;
  readonly options: QueryOptions;
  readonly aliases: ReadonlyMap<string, Syntax>;
  readonly query: CollectionQuery;
  readonly delivery: Delivery;
}

function prepare(request: ReadRequest): Prepared {
  const { table, preferences } = request;
  const options = parseQueryOptions(request.query);
  if (options.system.has('savedQuery') || options.system.has('userQuery')) {
    throw notImplemented('predefined queries');
  }
  const context = new QueryContext(request);
  const aliases = parseAliases(options.aliases);
  return {
    context,
    options,
    aliases,
    query: buildCollectionQuery(context, table, withoutGroupOptions(options.system), aliases),
    delivery: {
      context,
      root: request.serviceRoot,
      wants: annotationTest(preferences.includeAnnotations),
      pageSize: preferences.maxPageSize ?? MAX_PAGE,
    },
  };
}

/** With $apply, $orderby names columns of the groups: it is not looked up in the table. */
function withoutGroupOptions(system: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (!system.has('$apply')) return system;
  return new Map([...system].filter(([name]) => name !== '$orderby'));
}

/** The rows to ask: those given, or the table's through the best index. */
function sourceRows(request: ReadRequest, query: CollectionQuery): Iterable<StoredRow> {
  return request.among ?? candidates(request.reader, request.table, 0, query.filter);
}

/** The place a $skiptoken tells, or a 400 for one that this query did not give out. */
function placeOf(query: CollectionQuery, token: string | undefined): Cookie | undefined {
  if (token === undefined) return undefined;
  const inner = unwrapCookie(token);
  const cookie = inner === undefined ? undefined : readCookie(inner, query.order);
  if (cookie === undefined) throw odataError('The $skiptoken does not belong to this query.');
  return cookie;
}

/** How many rows a page has, and whether another may follow. `$top` is ignored when a page size is given (FACTS 13.4). */
function pageLimit(
  query: CollectionQuery,
  preferences: ReadPreferences,
): { readonly limit: number; readonly pages: boolean } {
  if (preferences.maxPageSize !== undefined) return { limit: preferences.maxPageSize, pages: true };
  // More than 5000 at once are never delivered; whether a link follows then is UNVERIFIED, here it does not.
  if (query.top !== undefined) return { limit: Math.min(query.top, MAX_PAGE), pages: false };
  return { limit: MAX_PAGE, pages: true };
}

/** The query part without its $skiptoken: everything else as it was asked for. */
function withoutSkipToken(queryText: string): string {
  return queryText
    .split('&')
    .filter((part) => part !== '' && !/^(\$|%24)skiptoken=/i.test(part))
    .join('&');
}

/** The query part with another $skiptoken. */
function withSkipToken(queryText: string, token: string): string {
  return [withoutSkipToken(queryText), `$skiptoken=${encodeURIComponent(token)}`]
    .filter((part) => part !== '')
    .join('&');
}

/**
 * Answers a GET of an entity set or of a collection-valued navigation property: `$select`, `$expand`, `$filter`,
 * `$orderby`, `$top`, `$count`, `$apply`, `$skiptoken` (FACTS 13.4). Throws `ServiceError`: 400 for what Dataverse
 * refuses, 501 for what the sandbox leaves out.
 */
export function runODataQuery(request: ReadRequest): ReadAnswer {
  const { context, options, aliases, query, delivery } = prepare(request);
  const { table, preferences } = request;
  const rows = sourceRows(request, query);
  const apply = options.system.get('$apply');
  if (apply !== undefined) {
    const body = runApply({ ...delivery, table, aliases, options: options.system, rows, query }, apply);
    return { body, preferenceApplied: appliedPreferences(preferences, false) };
  }
  const place = placeOf(query, options.system.get('$skiptoken'));
  const { limit, pages } = pageLimit(query, preferences);
  const page = takePage({
    scopes: scopesOf(rows),
    matches: predicateOf(context, query),
    keys: query.order,
    limit,
    after: place?.after,
    whole: wholeOf(context, `${request.path}?${withoutSkipToken(request.query)}`),
    countUpTo: query.count ? MAX_PAGE : undefined,
  });
  const body: JsonRow = {
    '@odata.context': `${delivery.root}$metadata#${table.set}${selectionText(query, propertyName)}`,
  };
  if (page.count !== undefined) body['@odata.count'] = Math.min(page.count, MAX_PAGE);
  // That these come with OData as well, -1 when not counted, is UNVERIFIED (FACTS 13.5 tells it of FetchXML).
  writeTotals(body, page.count, delivery.wants);
  body['value'] = page.scopes.map(([row]) => deliverRow(delivery, table, row ?? {}, query, true));
  const number = place?.page ?? 0;
  const cookie = page.more && pages ? writeCookie(number + 1, query.order, page.scopes) : undefined;
  if (cookie !== undefined) {
    const link = withSkipToken(request.query, wrapCookie(number + 2, cookie));
    body['@odata.nextLink'] = `${delivery.root}${request.path}?${link}`;
  }
  return { body, preferenceApplied: appliedPreferences(preferences, true) };
}

/**
 * Answers a GET of one row with `$select` and `$expand`, and serves the representation of a written row. `row` is the
 * row itself, so that the caller decides how it was found. Throws 400 for options that only sets of rows know.
 */
export function runSingleRow(request: ReadRequest, row: StoredRow): ReadAnswer {
  const { options, query, delivery } = prepare(request);
  for (const name of options.system.keys()) {
    if (name === '$select' || name === '$expand') continue;
    throw odataError(
      'The requested resource is not a collection. Query options $filter, $orderby, $count, $skip, and $top can be applied only on collections.',
    );
  }
  const { table } = request;
  const body: JsonRow = {
    '@odata.context': `${delivery.root}$metadata#${table.set}${selectionText(query, propertyName)}/$entity`,
    ...deliverRow(delivery, table, row, query, true),
  };
  return { body, preferenceApplied: appliedPreferences(request.preferences, false) };
}

/** The number that `GET set/$count` answers: rows that fulfil `$filter`, at most 5000 (documentation: count rows). */
export function runODataCount(request: ReadRequest): number {
  const { context, query } = prepare(request);
  const matches = predicateOf(context, query);
  let count = 0;
  for (const row of sourceRows(request, query)) {
    if (matches([row]) === true) count += 1;
    if (count === MAX_PAGE) break;
  }
  return count;
}
