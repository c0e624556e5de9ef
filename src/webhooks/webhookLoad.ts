import { throwIfAborted } from '../base/errors';
import { isSeen, markSeen, nothingSeen, type SeenIds } from '../base/seenIds';
import { DataverseError } from '../dataverse/errors';
import type { Row, WebApi } from '../dataverse/webApi';
import type { OtherEndpoint, Step, Webhook } from './model';
import { nothingShared, otherEndpointOf, stepsOf, webhookOf } from './rows';
import {
  allStepsQuery,
  otherEndpointsQuery,
  stepsOfWebhooksQuery,
  webhookQuery,
  webhooksQuery,
  WEBHOOKS_PER_STEP_QUERY,
} from './webhookQueries';

/** Rows that have arrived, in the service's order: pages of webhooks and of steps, mixed as they come. */
export type LoadedPart =
  | { readonly kind: 'webhooks'; readonly webhooks: readonly Webhook[] }
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  /** What came before of the steps is void: the service refused the rest, and they are asked for in another form. */
  | { readonly kind: 'stepsAgain' };

/**
 * Loads all webhooks and their steps: one paged query for each, side by side, so that 1,000 webhooks with 10,000 steps
 * take three requests with the service's pages of 5,000 (FACTS 13.4). `onPart` hears of each page as it comes.
 * @throws DataverseError, CancelledError; the other query is ended then.
 */
export async function loadWebhooks(
  api: Pick<WebApi, 'pages'>,
  signal: AbortSignal,
  onPart: (part: LoadedPart) => void,
): Promise<void> {
  throwIfAborted(signal);
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const webhooks = readWebhooks(api, both, onPart);
  const steps = readSteps(api, both, onPart, webhooks);
  try {
    await Promise.all([webhooks, steps]);
  } catch (error) {
    failed.abort();
    await Promise.allSettled([webhooks, steps]);
    throw error;
  }
}

/** Some webhooks and their steps, after a change of these alone. A webhook that is gone is not among the result. */
export async function loadSomeWebhooks(
  api: Pick<WebApi, 'pages' | 'get'>,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly webhooks: readonly Webhook[]; readonly steps: readonly Step[] }> {
  const [webhooks, steps] = await Promise.all([
    Promise.all(ids.map((id) => oneWebhook(api, id, signal))),
    stepsInParts(api, ids, signal),
  ]);
  return { webhooks: webhooks.flatMap((webhook) => webhook ?? []), steps };
}

/** The endpoints of other contracts with what is registered on them; two requests or more (FACTS 15.3). */
export async function loadOtherEndpoints(
  api: Pick<WebApi, 'pages'>,
  signal: AbortSignal,
): Promise<{ readonly endpoints: readonly OtherEndpoint[]; readonly steps: readonly Step[] }> {
  const endpoints: OtherEndpoint[] = [];
  // With annotations, because the kind of an endpoint has a label.
  const read = { path: otherEndpointsQuery(), signal, annotations: true, rowsOf: otherEndpointsOf };
  await eachPage(api, read, (part) => endpoints.push(...part));
  const ids = endpoints.map((endpoint) => endpoint.id);
  return { endpoints, steps: await stepsInParts(api, ids, signal) };
}

function otherEndpointsOf(rows: readonly Row[]): readonly OtherEndpoint[] {
  return rows.map(otherEndpointOf);
}

async function readWebhooks(
  api: Pick<WebApi, 'pages'>,
  signal: AbortSignal,
  onPart: (part: LoadedPart) => void,
): Promise<readonly string[]> {
  const ids: string[] = [];
  const read = { path: webhooksQuery(), signal, annotations: false, rowsOf: webhooksOf };
  await eachPage(api, read, (webhooks) => {
    for (const { id } of webhooks) ids.push(id);
    onPart({ kind: 'webhooks', webhooks });
  });
  return ids;
}

function webhooksOf(rows: readonly Row[]): readonly Webhook[] {
  return rows.map(webhookOf);
}

async function readSteps(
  api: Pick<WebApi, 'pages'>,
  signal: AbortSignal,
  onPart: (part: LoadedPart) => void,
  webhooks: Promise<readonly string[]>,
): Promise<void> {
  const onSteps = (steps: readonly Step[]): void => onPart({ kind: 'steps', steps });
  try {
    await eachPage(
      api,
      { path: allStepsQuery(), signal, annotations: false, rowsOf: stepsReader() },
      onSteps,
    );
  } catch (error) {
    // The one query for all is UNVERIFIED (FACTS 6.3); a service that refuses it gets the documented form in parts.
    if (!DataverseError.is(error, 'invalid') && !DataverseError.is(error, 'unsupported')) throw error;
    const ids = await webhooks;
    onPart({ kind: 'stepsAgain' });
    await eachPart(api, ids, signal, onSteps);
  }
}

function stepsReader(): (rows: readonly Row[]) => readonly Step[] {
  const shared = nothingShared();
  return (rows) => stepsOf(rows, shared);
}

async function stepsInParts(
  api: Pick<WebApi, 'pages'>,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  await eachPart(api, ids, signal, (part) => steps.push(...part));
  return steps;
}

async function eachPart(
  api: Pick<WebApi, 'pages'>,
  ids: readonly string[],
  signal: AbortSignal,
  onSteps: (steps: readonly Step[]) => void,
): Promise<void> {
  const rowsOf = stepsReader();
  for (let start = 0; start < ids.length; start += WEBHOOKS_PER_STEP_QUERY) {
    const path = stepsOfWebhooksQuery(ids.slice(start, start + WEBHOOKS_PER_STEP_QUERY));
    await eachPage(api, { path, signal, annotations: false, rowsOf }, onSteps);
  }
}

/** Pages of one kind of row. */
interface PagedRead<T> {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly annotations: boolean;
  /** The rows of a page, checked. */
  readonly rowsOf: (rows: readonly Row[]) => readonly T[];
}

/** Reads page after page; the next one is on its way while the rows of this one are looked at. */
async function eachPage<T extends { readonly id: string }>(
  api: Pick<WebApi, 'pages'>,
  read: PagedRead<T>,
  onRows: (rows: readonly T[]) => void,
): Promise<void> {
  const { path, signal, annotations } = read;
  throwIfAborted(signal);
  const told = nothingSeen();
  for await (const page of api.pages(path, { signal, annotations, ahead: true })) {
    throwIfAborted(signal);
    const rows = read.rowsOf(page.rows);
    const fresh = told.ids.length === 0 ? rows : notIn(told, rows);
    if (page.more) markAll(told, fresh);
    onRows(fresh);
  }
}

/** A row that is renamed between two pages can stand in both, and a tree with the same row twice shows nothing at all. */
function notIn<T extends { readonly id: string }>(told: SeenIds, rows: readonly T[]): readonly T[] {
  return rows.some(({ id }) => isSeen(told, id)) ? rows.filter(({ id }) => !isSeen(told, id)) : rows;
}

function markAll(told: SeenIds, rows: ReadonlyArray<{ readonly id: string }>): void {
  for (const { id } of rows) markSeen(told, id);
}

async function oneWebhook(
  api: Pick<WebApi, 'get'>,
  id: string,
  signal: AbortSignal,
): Promise<Webhook | undefined> {
  try {
    return webhookOf(await api.get(webhookQuery(id), { signal }));
  } catch (error) {
    if (DataverseError.is(error, 'notFound')) return undefined;
    throw error;
  }
}
