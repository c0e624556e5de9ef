import { throwIfAborted } from '../base/errors';
import { DataverseError } from '../dataverse/errors';
import type { Page, Row, WebApi } from '../dataverse/webApi';
import type { OtherEndpoint, Step, Webhook } from './model';
import { otherEndpointOf, stepReader, webhookOf } from './rows';
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
  const read = { signal, annotations: true };
  await eachPage(api, otherEndpointsQuery(), read, (rows) => endpoints.push(...rows.map(otherEndpointOf)));
  const ids = endpoints.map((endpoint) => endpoint.id);
  return { endpoints, steps: await stepsInParts(api, ids, signal) };
}

async function readWebhooks(
  api: Pick<WebApi, 'pages'>,
  signal: AbortSignal,
  onPart: (part: LoadedPart) => void,
): Promise<readonly string[]> {
  const ids: string[] = [];
  await eachPage(api, webhooksQuery(), { signal, annotations: false }, (rows) => {
    const webhooks = rows.map(webhookOf);
    for (const { id } of webhooks) ids.push(id);
    onPart({ kind: 'webhooks', webhooks });
  });
  return ids;
}

async function readSteps(
  api: Pick<WebApi, 'pages'>,
  signal: AbortSignal,
  onPart: (part: LoadedPart) => void,
  webhooks: Promise<readonly string[]>,
): Promise<void> {
  const stepOf = stepReader();
  const onRows = (rows: readonly Row[]): void =>
    onPart({ kind: 'steps', steps: rows.map((row) => stepOf(row)) });
  try {
    await eachPage(api, allStepsQuery(), { signal, annotations: false }, onRows);
  } catch (error) {
    // The one query for all is UNVERIFIED (FACTS 6.3); a service that refuses it gets the documented form in parts.
    if (!DataverseError.is(error, 'invalid') && !DataverseError.is(error, 'unsupported')) throw error;
    const ids = await webhooks;
    onPart({ kind: 'stepsAgain' });
    await eachPart(api, ids, signal, onRows);
  }
}

async function stepsInParts(
  api: Pick<WebApi, 'pages'>,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Step[]> {
  const stepOf = stepReader();
  const steps: Step[] = [];
  await eachPart(api, ids, signal, (rows) => {
    for (const row of rows) steps.push(stepOf(row));
  });
  return steps;
}

async function eachPart(
  api: Pick<WebApi, 'pages'>,
  ids: readonly string[],
  signal: AbortSignal,
  onRows: (rows: readonly Row[]) => void,
): Promise<void> {
  for (let start = 0; start < ids.length; start += WEBHOOKS_PER_STEP_QUERY) {
    const part = ids.slice(start, start + WEBHOOKS_PER_STEP_QUERY);
    await eachPage(api, stepsOfWebhooksQuery(part), { signal, annotations: false }, onRows);
  }
}

/** Reads page after page; the next one is on its way while the rows of this one are looked at. */
async function eachPage(
  api: Pick<WebApi, 'pages'>,
  path: string,
  read: { readonly signal: AbortSignal; readonly annotations: boolean },
  onRows: (rows: readonly Row[]) => void,
): Promise<void> {
  throwIfAborted(read.signal);
  const told = new Set<unknown>();
  for await (const page of api.pages(path, { ...read, ahead: true })) {
    throwIfAborted(read.signal);
    onRows(notYetTold(page, told));
  }
}

/** A row that is renamed between two pages can stand in both, and a tree with the same row twice shows nothing at all. */
function notYetTold({ rows, more }: Page, told: Set<unknown>): readonly Row[] {
  const fresh = told.size === 0 ? rows : rows.filter((row) => !told.has(idIn(row)));
  if (more) for (const row of fresh) told.add(idIn(row));
  return fresh;
}

function idIn(row: Row): unknown {
  return row['sdkmessageprocessingstepid'] ?? row['serviceendpointid'];
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
