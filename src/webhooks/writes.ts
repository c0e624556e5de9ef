import * as odata from '../dataverse/odata';
import type { Row } from '../dataverse/webApi';
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
function newImageRow(image: NewImage): Row {
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
