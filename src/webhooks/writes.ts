import { DataverseError } from '../dataverse/errors';
import * as odata from '../dataverse/odata';
import * as column from '../dataverse/row';
import type { BatchOperation, Row, WebApi } from '../dataverse/webApi';
import { authTypeValue, formatAuthValue } from './authValue';
import {
  WEBHOOK_CONTRACT,
  type Image,
  type NewImage,
  type NewStep,
  type NewWebhook,
  type Step,
  type Webhook,
  type WebhookAuth,
  type WebhookChange,
} from './model';
import { supportsFilteringColumns } from './stepRules';
import { deploymentValue, imageTypeValue, stageValue } from './stepValues';

/** One request that changes something, as data: what is sent is what *Show Request* shows. Paths are below the Web API root. */
export type Write =
  | { readonly method: 'POST'; readonly path: string; readonly body: Row; readonly solution?: string }
  | { readonly method: 'PATCH'; readonly path: string; readonly body: Row; readonly etag?: string }
  | { readonly method: 'DELETE'; readonly path: string; readonly etag?: string };

/** What is known of the row after a write. */
export interface Written {
  readonly id?: string;
  readonly etag?: string;
}

const WEBHOOKS = 'serviceendpoints';
const STEPS = 'sdkmessageprocessingsteps';
const IMAGES = 'sdkmessageprocessingstepimages';

/** The body of the POST that registers a webhook (FACTS 15.5): the five columns every known tool sends. */
export function newWebhookRow(webhook: NewWebhook): Row {
  return {
    name: webhook.name,
    url: webhook.url,
    contract: WEBHOOK_CONTRACT,
    ...authRow(webhook),
    ...(webhook.description === undefined || webhook.description === ''
      ? {}
      : { description: webhook.description }),
  };
}

/** `authtype` and `authvalue`, which travel together or not at all (FACTS 5.1, 15.6). */
function authRow({ auth }: Pick<WebhookChange, 'auth'>): Row {
  if (auth === undefined) return {};
  // The one place where a stored secret leaves for the service.
  return { authtype: authTypeValue(auth.type), authvalue: formatAuthValue(auth).reveal() };
}

export function registerWebhookWrite(webhook: NewWebhook): Write {
  return {
    method: 'POST',
    path: odata.set(WEBHOOKS),
    body: { ...newWebhookRow(webhook), ...ownId('serviceendpointid', webhook.id) },
    ...(webhook.solution === undefined ? {} : { solution: webhook.solution }),
  };
}

/** A row may be created with an id of the client's choice (FACTS 15.5). */
function ownId(key: string, id: string | undefined): Row {
  return id === undefined ? {} : { [key]: id };
}

/**
 * The POST that registers a deleted webhook again with the same id; a row of that id that is there already is refused. A
 * webhook that had no secret gets its type with an empty value, as Microsoft's own module writes it (FACTS 5.1; that a
 * bare key may be empty is UNVERIFIED).
 */
export function registerWebhookAgainWrite(webhook: Webhook, auth: WebhookAuth): Write {
  const { name, url, description } = webhook;
  return registerWebhookWrite({ id: webhook.id, name, url, description, auth });
}

/** The PATCH of what differs from the webhook as it was read (FACTS 15.6); undefined when nothing does. */
export function changeWebhookWrite(webhook: Webhook, change: WebhookChange): Write | undefined {
  const body = {
    ...differing('name', webhook.name, change.name),
    ...differing('url', webhook.url, change.url),
    ...differing('description', webhook.description, change.description),
    ...authRow(change),
  };
  return patch(odata.row(WEBHOOKS, webhook.id), body, webhook.etag);
}

function differing(column: string, before: string, after: string | undefined): Row {
  return after === undefined || after === before ? {} : { [column]: orNull(after) };
}

export function deleteWebhookWrite(webhookId: string): Write {
  return { method: 'DELETE', path: odata.row(WEBHOOKS, webhookId) };
}

/** The body of the POST that registers a step (FACTS 15.7, 6.2). A webhook takes no configuration. */
export function newStepRow(step: NewStep): Row {
  const bare = Object.entries(stepMembers(step)).filter(([, value]) => value !== null);
  return Object.fromEntries(bare);
}

/** Every column of a step that this extension writes; what is not set is null. */
function stepMembers(step: NewStep): Row {
  return {
    name: step.name,
    stage: stageValue(step.stage),
    mode: step.mode === 'asynchronous' ? 1 : 0,
    rank: step.rank,
    supporteddeployment: deploymentValue(step.deployment),
    asyncautodelete: step.deleteJobOnSuccess,
    description: orNull(step.description),
    filteringattributes: orNull(step.filteringColumns.join(',')),
    'eventhandler_serviceendpoint@odata.bind': odata.bind(WEBHOOKS, step.webhookId),
    'sdkmessageid@odata.bind': odata.bind('sdkmessages', step.message.id),
    'sdkmessagefilterid@odata.bind':
      step.filter === undefined ? null : odata.bind('sdkmessagefilters', step.filter.id),
    'impersonatinguserid@odata.bind':
      step.runAs === undefined ? null : odata.bind('systemusers', step.runAs.id),
  };
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

export function registerStepWrite(step: NewStep): Write {
  return {
    method: 'POST',
    path: odata.set(STEPS),
    body: { ...newStepRow(step), ...ownId('sdkmessageprocessingstepid', step.id) },
    ...(step.solution === undefined ? {} : { solution: step.solution }),
  };
}

/** The members of a step that are different, with their new values (FACTS 6.2, 15.9); a binding that goes is null. */
export function changedStepRow(before: NewStep, after: NewStep): Row {
  const old = stepMembers(before);
  const idle = idleMembers(before, after);
  return Object.fromEntries(
    Object.entries(stepMembers(after)).filter(([name, value]) => old[name] !== value && !idle.has(name)),
  );
}

/**
 * Members that mean nothing for the step, neither before nor after (FACTS 6.2): other tools have written them, nobody was
 * asked for them, and they stay as they are.
 */
function idleMembers(before: NewStep, after: NewStep): ReadonlySet<string> {
  const idle = new Set<string>();
  if (before.mode === 'synchronous' && after.mode === 'synchronous') idle.add('asyncautodelete');
  const filters = ({ message, filter }: NewStep): boolean =>
    filter?.table !== undefined && supportsFilteringColumns(message.name);
  const sameEvent = before.message.id === after.message.id && before.filter?.id === after.filter?.id;
  if (sameEvent && after.filteringColumns.length === 0 && !filters(after)) idle.add('filteringattributes');
  return idle;
}

/** The PATCH of what is different; undefined when nothing is. */
export function changeStepWrite(
  step: Pick<Step, 'id' | 'etag'>,
  before: NewStep,
  after: NewStep,
): Write | undefined {
  return patch(odata.row(STEPS, step.id), changedStepRow(before, after), step.etag);
}

function patch(path: string, body: Row, etag: string | undefined): Write | undefined {
  if (Object.keys(body).length === 0) return undefined;
  return { method: 'PATCH', path, body, ...(etag === undefined ? {} : { etag }) };
}

/** Enables or disables a step (FACTS 15.9). */
export function stepStateWrite(stepId: string, enabled: boolean, etag?: string): Write {
  return {
    method: 'PATCH',
    path: odata.row(STEPS, stepId),
    body: enabled ? { statecode: 0, statuscode: 1 } : { statecode: 1, statuscode: 2 },
    ...(etag === undefined ? {} : { etag }),
  };
}

export function deleteStepWrite(stepId: string): Write {
  return { method: 'DELETE', path: odata.row(STEPS, stepId) };
}

/** The body of the POST that registers an image (FACTS 15.8). */
export function newImageRow(image: NewImage): Row {
  return {
    name: image.name,
    entityalias: image.alias,
    imagetype: imageTypeValue(image.type),
    messagepropertyname: image.messageProperty,
    ...(image.columns.length === 0 ? {} : { attributes: image.columns.join(',') }),
    'sdkmessageprocessingstepid@odata.bind': odata.bind(STEPS, image.stepId),
  };
}

export function registerImageWrite(image: NewImage): Write {
  const body = { ...newImageRow(image), ...ownId('sdkmessageprocessingstepimageid', image.id) };
  return { method: 'POST', path: odata.set(IMAGES), body };
}

/**
 * What changes an image. A PATCH may carry alias and columns, and some versions want the step's binding again; name,
 * type and property are changed by deleting and registering anew in one change set, because a PATCH of them is said to
 * be ignored (UNVERIFIED, FACTS 8). Empty when nothing is different.
 */
export function changeImageWrites(image: Image, after: NewImage): readonly Write[] {
  const replaced =
    image.name !== after.name || image.type !== after.type || image.messageProperty !== after.messageProperty;
  if (replaced) return [deleteImageWrite(image.id), registerImageWrite(after)];
  const columns = after.columns.join(',');
  const body: Row = {
    ...differing('entityalias', image.alias, after.alias),
    ...differing('attributes', image.columns.join(','), columns),
  };
  if (Object.keys(body).length === 0) return [];
  return [
    {
      method: 'PATCH',
      path: odata.row(IMAGES, image.id),
      body: { ...body, 'sdkmessageprocessingstepid@odata.bind': odata.bind(STEPS, image.stepId) },
    },
  ];
}

export function deleteImageWrite(imageId: string): Write {
  return { method: 'DELETE', path: odata.row(IMAGES, imageId) };
}

/** The settings of a registered step, to change or copy them; undefined for a stage in which nobody can register (FACTS 4). */
export function settingsOf(step: Step): NewStep | undefined {
  if (step.stage === 'internal') return undefined;
  return {
    webhookId: step.webhookId,
    name: step.name,
    description: step.description,
    message: step.message,
    filter:
      step.filterId === undefined
        ? undefined
        : { id: step.filterId, table: step.table, secondaryTable: step.secondaryTable },
    filteringColumns: step.filteringColumns,
    stage: step.stage,
    mode: step.mode,
    rank: step.rank,
    deleteJobOnSuccess: step.deleteJobOnSuccess,
    deployment: step.deployment,
    runAs:
      step.runAsUserId === undefined
        ? undefined
        : { id: step.runAsUserId, name: step.runAsUserName ?? step.runAsUserId },
  };
}

/**
 * The writes that register a step with its images, all or nothing, as `runWrites` takes them. Steps in a change set are
 * UNVERIFIED (FACTS 15.14).
 * @param keepImageIds whether the images get the ids that they have; else the service chooses them.
 */
export function stepWithImagesWrites(
  step: NewStep,
  images: readonly Image[],
  keepImageIds = false,
): readonly Write[] {
  return [
    registerStepWrite(step),
    ...images.map((image): Write => ({
      method: 'POST',
      path: odata.set(IMAGES),
      body: {
        // The step's own id stands in for the one that the reference replaces.
        ...newImageRow(image),
        'sdkmessageprocessingstepid@odata.bind': '$1',
        ...(keepImageIds ? ownId('sdkmessageprocessingstepimageid', image.id) : {}),
      },
    })),
  ];
}

/** The writes that register a copy of a step with the images and the state of the original, all or nothing. */
export function stepCopyWrites(copy: NewStep & { readonly id: string }, original: Step): readonly Write[] {
  const register = stepWithImagesWrites(copy, original.images);
  // A new step is enabled (FACTS 6.2).
  return original.enabled ? register : [...register, stepStateWrite(copy.id, false)];
}

/** ConcurrencyVersionMismatch, 0x80060882 (FACTS 12). */
export const VERSION_MISMATCH = -2147088254;
/** OptimisticConcurrencyNotEnabled, 0x8006088D (FACTS 12). */
const NO_VERSION_CHECK = -2147088243;

function isVersionCheckRefused(error: unknown): boolean {
  return DataverseError.is(error) && error.code === NO_VERSION_CHECK;
}

/**
 * Sends a change of a row in the version that was read. Not every table takes an etag in `If-Match`: metadata that others
 * have published say that steps do and endpoints do not. Where it is refused, nothing was done; then the row is read
 * once more and changed only while it is still the one that was read.
 */
async function sendVersioned<T>(
  api: Pick<WebApi, 'get'>,
  { path, etag }: { readonly path: string; readonly etag?: string },
  signal: AbortSignal,
  send: (version: { readonly etag?: string }) => Promise<T>,
): Promise<T> {
  if (etag === undefined) return send({});
  try {
    return await send({ etag });
  } catch (error) {
    if (!isVersionCheckRefused(error)) throw error;
    await requireVersion(api, path, etag, signal);
    return send({});
  }
}

/** @throws DataverseError `conflict` when a row is no longer in the version that was read. */
async function requireVersion(
  api: Pick<WebApi, 'get'>,
  path: string,
  etag: string,
  signal: AbortSignal,
): Promise<void> {
  const row = await api.get(odata.query(path, { select: ['modifiedon'] }), { signal, annotations: false });
  const current = column.etag(row);
  if (current === undefined || current === etag) return;
  throw new DataverseError('conflict', `${path} was changed since it was read`, {
    path,
    code: VERSION_MISMATCH,
  });
}

/** Sends one write. A change asks for the row, because its new etag is what an undo must name. */
export async function runWrite(
  api: Pick<WebApi, 'create' | 'update' | 'remove' | 'get'>,
  write: Write,
  signal: AbortSignal,
): Promise<Written> {
  switch (write.method) {
    case 'POST': {
      const solution = write.solution === undefined ? {} : { solution: write.solution };
      const { id } = await api.create(write.path, write.body, { signal, ...solution });
      return { id };
    }
    case 'PATCH': {
      const row = await sendVersioned(api, write, signal, (version) =>
        api.update(write.path, write.body, { signal, returnRow: true, ...version }),
      );
      const fresh = row === undefined ? undefined : column.etag(row);
      return fresh === undefined ? {} : { etag: fresh };
    }
    case 'DELETE': {
      await sendVersioned(api, write, signal, (version) => api.remove(write.path, { signal, ...version }));
      return {};
    }
  }
}

/**
 * Sends several writes as one change set: all of them take place or none, each in the version that it names. One alone
 * is sent as itself. Where a table takes no etag, nothing was done; its rows are then read once more (`sendVersioned`).
 * @throws the error of the write that was refused.
 */
export async function runWrites(
  api: Pick<WebApi, 'create' | 'update' | 'remove' | 'batch' | 'get'>,
  writes: readonly Write[],
  signal: AbortSignal,
): Promise<readonly Written[]> {
  const [only] = writes;
  if (only !== undefined && writes.length === 1) return [await runWrite(api, only, signal)];
  const outcomes = await api.batch({ atomicity: 'all', operations: writes.map(operationOf) }, { signal });
  const failures = outcomes.flatMap((outcome, at) => (outcome.ok ? [] : [{ error: outcome.error, at }]));
  const cause = failures.find(({ error }) => !DataverseError.is(error, 'notRun')) ?? failures[0];
  if (cause === undefined) {
    return outcomes.map((outcome) => (outcome.ok && outcome.id !== undefined ? { id: outcome.id } : {}));
  }
  const refused = isVersionCheckRefused(cause.error) ? setOf(writes[cause.at]) : undefined;
  const unversioned = writes.map((write) => (setOf(write) === refused ? withoutVersion(write) : write));
  const dropped = writes.filter((write, at) => write !== unversioned[at]);
  if (refused === undefined || dropped.length === 0) throw cause.error;
  for (const write of dropped) await requireVersion(api, write.path, versionOf(write) ?? '', signal);
  return runWrites(api, unversioned, signal);
}

/** The entity set of a write; undefined when its path refers to another operation. */
function setOf(write: Write | undefined): string | undefined {
  return write === undefined ? undefined : /^\w+/.exec(write.path)?.[0];
}

function versionOf(write: Write): string | undefined {
  return write.method === 'POST' ? undefined : write.etag;
}

function withoutVersion(write: Write): Write {
  if (versionOf(write) === undefined || write.method === 'POST') return write;
  const { etag: _etag, ...bare } = write;
  return bare;
}

function operationOf(write: Write): BatchOperation {
  const etag = versionOf(write);
  const version = etag === undefined ? {} : { etag };
  if (write.method === 'DELETE') return { method: 'DELETE', path: write.path, ...version };
  const solution =
    write.method === 'POST' && write.solution !== undefined ? { solution: write.solution } : {};
  return { method: write.method, path: write.path, body: write.body, ...solution, ...version };
}
