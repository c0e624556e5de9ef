import type { ReadAnswer, ReadRequest } from '../../queryRequest';
import { ServiceError } from '../../serviceError';
import { annotationTest, appliedPreferences, MAX_PAGE, writeTotals, type Wants } from '../annotations';
import { readCookie, wrapCookie, writeCookie, type Cookie } from '../cookie';
import { compile, type Scope } from '../evaluate';
import { QueryContext } from '../expression';
import { parseQueryOptions } from '../odata/options';
import { compareKeys, sortValues, type OrderKey } from '../order';
import { takePage, type Page } from '../page';
import { wholeOf } from '../wholeAnswers';
import { propertyName } from '../properties';
import { invalidFetch, notImplemented, odataError } from '../refusals';
import { serializeRow, writeCell, type JsonRow } from '../serialize';
import { aggregateFetch } from './aggregate';
import { joinedScopes } from './join';
import { parseFetch } from './parse';
import {
  orderOf,
  outputsOf,
  planFetch,
  type FetchOrder,
  type FetchPlan,
  type Link,
  type Output,
} from './plan';

const MORE = 'Microsoft.Dynamics.CRM.morerecords';
const COOKIE = 'Microsoft.Dynamics.CRM.fetchxmlpagingcookie';
/** Pages without a cookie reach so far (FACTS 13.6). */
const LEGACY_LIMIT = 50_000;

/** A page of a FetchXML query and the cookie that leads on from it. */
interface FetchPage extends Page {
  readonly cookie: string | undefined;
}

/** Each row of the query has at most one partner in every link: then the entity's key identifies a result. */
function isToOne(links: readonly Link[]): boolean {
  return links.every(
    ({ type, from, source, links: inner }) =>
      type === 'exists' || (from.name === source.table.key && isToOne(inner)),
  );
}

/** The keys a cookie can hold, or undefined when the query pages without one (FACTS 13.6, point 4). */
function cookieKeys(plan: FetchPlan, order: FetchOrder): readonly OrderKey[] | undefined {
  if (plan.document.distinct || !order.ownOnly || !isToOne(plan.links)) return undefined;
  const key = order.last.slice(0, 1);
  const ordered = order.asked.some(({ name }) => name === plan.root.table.key);
  return ordered ? order.asked : [...order.asked, ...key];
}

function readPlace(plan: FetchPlan, keys: readonly OrderKey[] | undefined): Cookie | undefined {
  const { cookie: text } = plan.document;
  if (text === undefined || text === '') return undefined;
  const place = keys === undefined ? undefined : readCookie(text, keys);
  if (place === undefined) throw new ServiceError(400, '0x8004112a', 'The paging cookie is invalid.');
  return place;
}

/** Rows without repetitions of what is delivered, in order. */
function distinctScopes(
  context: QueryContext,
  scopes: readonly Scope[],
  keys: readonly OrderKey[],
  outputs: readonly Output[],
): readonly Scope[] {
  const seen = new Set<string>();
  return scopes
    .map((scope) => ({ scope, values: sortValues(keys, scope) }))
    .sort((a, b) => compareKeys(keys, a.values, b.values))
    .map(({ scope }) => scope)
    .filter((scope) => {
      const row: JsonRow = {};
      for (const [at, output] of outputs.entries()) {
        const cell = scope[output.source.slot];
        if (cell !== undefined)
          writeCell(context.reader, row, cell, output.column, { wants: () => false, name: String(at) });
      }
      const text = JSON.stringify(row).toLowerCase();
      if (seen.has(text)) return false;
      seen.add(text);
      return true;
    });
}

function distinctPage(
  context: QueryContext,
  plan: FetchPlan,
  order: FetchOrder,
  outputs: readonly Output[],
): FetchPage {
  const { page, size } = pageOf(plan);
  const matches = compile(context.reader, plan.joinedFilter);
  const matching = [...joinedScopes(context.reader, plan)].filter((scope) => matches(scope) === true);
  const all = distinctScopes(context, matching, [...order.asked, ...order.last], outputs);
  const start = (page - 1) * size;
  return {
    scopes: all.slice(start, start + size),
    more: plan.document.top === undefined && all.length > start + size,
    count: plan.document.totals ? all.length : undefined,
    cookie: undefined,
  };
}

/** The number of the page and how many rows it has. More than 5000 are never delivered. */
function pageOf(plan: FetchPlan): { readonly page: number; readonly size: number } {
  const { page = 1, count, top } = plan.document;
  return { page, size: Math.min(top ?? count ?? MAX_PAGE, MAX_PAGE) };
}

function plainPage(context: QueryContext, plan: FetchPlan, order: FetchOrder): FetchPage {
  const { page, size } = pageOf(plan);
  const withCookie = cookieKeys(plan, order);
  const keys = withCookie ?? [...order.asked, ...order.last];
  const place = readPlace(plan, withCookie);
  // A cookie leads forward; a page before it is counted from the beginning.
  const forward = place !== undefined && page > place.page ? place : undefined;
  const skipped = (page - 1 - (forward?.page ?? 0)) * size;
  if (skipped + size > LEGACY_LIMIT) {
    throw invalidFetch(`Paging without a paging cookie is limited to ${LEGACY_LIMIT} rows.`);
  }
  const taken = takePage({
    scopes: joinedScopes(context.reader, plan),
    matches: compile(context.reader, plan.joinedFilter),
    keys,
    limit: skipped + size,
    after: forward?.after,
    whole: wholeOf(context, JSON.stringify({ ...plan.document, page: 0, count: 0, cookie: '' })),
    countUpTo: plan.document.totals ? MAX_PAGE : undefined,
  });
  const scopes = taken.scopes.slice(skipped);
  const more = taken.more && plan.document.top === undefined;
  const cookie = more && withCookie !== undefined ? writeCookie(page, keys, scopes) : undefined;
  return { scopes, more, count: taken.count, cookie };
}

function deliver(
  context: QueryContext,
  plan: FetchPlan,
  outputs: readonly Output[],
  scope: Scope,
  wants: Wants,
): JsonRow {
  const { table } = plan.root;
  const row = scope[0];
  const keyed = !plan.document.distinct && row !== undefined;
  const head = keyed ? serializeRow(context.reader, table, row, { columns: [], wants, etag: true }) : {};
  const into: JsonRow = '@odata.etag' in head ? { '@odata.etag': head['@odata.etag'] } : {};
  for (const { source, column, name } of outputs) {
    const cell = scope[source.slot];
    if (cell === undefined) continue;
    writeCell(context.reader, into, cell, column, {
      wants,
      omitNull: true,
      ...(name === undefined ? {} : { name }),
    });
  }
  if (keyed && !(table.key in into)) into[table.key] = row[table.key];
  return into;
}

function contextOf(plan: FetchPlan, outputs: readonly Output[], root: string): string {
  const own = outputs
    .filter(({ source }) => source.slot === 0)
    .map(({ column, name }) => name ?? propertyName(column));
  const all = plan.root.node.allAttributes || own.length === 0;
  return `${root}$metadata#${plan.root.table.set}${all ? '' : `(${own.join(',')})`}`;
}

function checkOptions(request: ReadRequest): string {
  const { system } = parseQueryOptions(request.query);
  for (const name of system.keys()) {
    if (name !== 'fetchXml')
      throw odataError(`The query parameter ${name} is not supported together with fetchXml`);
  }
  if (request.among !== undefined) throw notImplemented('fetchXml on a navigation property');
  return system.get('fetchXml') ?? '';
}

/**
 * Answers a GET of an entity set with `fetchXml` (FACTS 13.5, 13.6). Null columns are left out of the rows. Throws
 * `ServiceError`: 400 for what Dataverse refuses, 501 for what the sandbox leaves out.
 */
export function runFetchXml(request: ReadRequest): ReadAnswer {
  const { preferences, table } = request;
  const document = parseFetch(checkOptions(request));
  if (document.entity.name !== table.name) {
    // FACTS 13.5: the set must match the entity; the text is UNVERIFIED.
    throw invalidFetch(
      `The entity '${document.entity.name}' of the FetchXML does not match the entity set '${table.set}'.`,
    );
  }
  const context = new QueryContext(request);
  const wants = annotationTest(preferences.includeAnnotations);
  const plan = planFetch(context, document);
  const preferenceApplied = appliedPreferences(preferences, false);
  if (document.aggregate) {
    const { rows, more } = aggregateFetch(context, plan, wants);
    const body: JsonRow = { '@odata.context': `${request.serviceRoot}$metadata#${table.set}` };
    writeTotals(body, undefined, wants);
    if (wants(MORE)) body[`@${MORE}`] = more;
    return { body: { ...body, value: rows }, preferenceApplied };
  }
  const outputs = outputsOf(context, plan);
  const order = orderOf(context, plan);
  const page = document.distinct
    ? distinctPage(context, plan, order, outputs)
    : plainPage(context, plan, order);
  const body: JsonRow = { '@odata.context': contextOf(plan, outputs, request.serviceRoot) };
  writeTotals(body, page.count, wants);
  if (page.cookie !== undefined && wants(COOKIE)) {
    body[`@${COOKIE}`] = wrapCookie((document.page ?? 1) + 1, page.cookie);
  }
  if (wants(MORE)) body[`@${MORE}`] = page.more;
  body['value'] = page.scopes.map((scope) => deliver(context, plan, outputs, scope, wants));
  return { body, preferenceApplied };
}
