import * as odata from '../dataverse/odata';
import type { WebApi } from '../dataverse/webApi';
import { AppError } from '../base/errors';
import type { Image, NewImage, NewStep, Step, Webhook, WebhookChange } from './model';
import { SolutionService, type Component, type Solution } from './solutionService';
import {
  changeImageWrites,
  changeStepWrite,
  changeWebhookWrite,
  deleteImageWrite,
  deleteStepWrite,
  deleteWebhookWrite,
  registerImageWrite,
  runWrite,
  runWrites,
  settingsOf,
  stepStateWrite,
  stepWithImagesWrites,
  type Write,
} from './writes';

/** What takes a change back, as data. */
export interface Undo {
  readonly writes: readonly Write[];
  /** `all`: one change set. `each`: independent of one another. */
  readonly atomicity: 'all' | 'each';
  /** The webhook that is deleted by it, which must have no steps: they would go with it. */
  readonly emptyWebhook?: string;
  /** Solutions, by unique name, that a component is put into again. */
  readonly membership?: { readonly component: Component; readonly solutions: readonly string[] };
}

/** Why a change cannot be taken back any more. */
export class UndoError extends AppError<'webhookHasSteps'> {
  override readonly name = 'UndoError';
}

function single(write: Write | undefined): Undo | undefined {
  return write === undefined ? undefined : { writes: [write], atomicity: 'all' };
}

/** Registering a webhook is undone by deleting it, as long as it has no steps. */
export function undoRegisterWebhook(webhookId: string): Undo {
  return { writes: [deleteWebhookWrite(webhookId)], atomicity: 'all', emptyWebhook: webhookId };
}

/**
 * A changed webhook gets its old values, unless somebody changed it since. A new secret cannot be taken back: the old
 * one is unknown, so there is no undo of it.
 */
export function undoChangeWebhook(
  before: Webhook,
  change: WebhookChange,
  etag: string | undefined,
): Undo | undefined {
  if (change.auth !== undefined) return undefined;
  const after = { ...before, ...change, etag };
  return single(
    changeWebhookWrite(after, { name: before.name, url: before.url, description: before.description }),
  );
}

export function undoRegisterStep(stepId: string): Undo {
  return { writes: [deleteStepWrite(stepId)], atomicity: 'all' };
}

/** A changed step gets the old values of what was changed, unless somebody changed it since. */
export function undoChangeStep(
  stepId: string,
  before: NewStep,
  after: NewStep,
  etag: string | undefined,
): Undo | undefined {
  return single(changeStepWrite({ id: stepId, etag }, after, before));
}

/** Steps that were enabled or disabled get their old state back; each by itself. */
export function undoStepStates(
  steps: ReadonlyArray<{
    readonly id: string;
    readonly wasEnabled: boolean;
    readonly etag: string | undefined;
  }>,
): Undo | undefined {
  if (steps.length === 0) return undefined;
  return {
    writes: steps.map((step) => stepStateWrite(step.id, step.wasEnabled, step.etag)),
    atomicity: 'each',
  };
}

/**
 * A deleted step is registered again with the same id, its images with theirs, disabled again where it was. Then, by
 * itself so that it can be tried again alone, it is put into the unmanaged solutions that held it; a managed one takes
 * nothing in.
 */
export function undoDeleteStep(step: Step, holding: readonly Solution[]): readonly Undo[] {
  const settings = settingsOf(step);
  if (settings === undefined) return [];
  const registered: Undo = {
    writes: [
      ...stepWithImagesWrites(settings, step.images, { step: step.id, keepImageIds: true }),
      // A new step is enabled (FACTS 6.2).
      ...(step.enabled ? [] : [stepStateWrite(step.id, false)]),
    ],
    atomicity: 'all',
  };
  const solutions = holding.filter(({ managed }) => !managed).map(({ uniqueName }) => uniqueName);
  if (solutions.length === 0) return [registered];
  const membership = { component: { kind: 'step', id: step.id }, solutions } as const;
  return [registered, { writes: [], atomicity: 'each', membership }];
}

export function undoRegisterImage(imageId: string): Undo {
  return { writes: [deleteImageWrite(imageId)], atomicity: 'all' };
}

/** @param now the image as it is after the change: its id differs where it was registered anew. */
export function undoChangeImage(before: Image, now: Image): Undo | undefined {
  const writes = changeImageWrites(now, before).map((write) =>
    write.method === 'POST' ? withImageId(write, before.id) : write,
  );
  return writes.length === 0 ? undefined : { writes, atomicity: 'all' };
}

/** A deleted image is registered again with the same id. */
export function undoDeleteImage(image: Image): Undo {
  return { writes: [withImageId(registerImageWrite(imageSettings(image)), image.id)], atomicity: 'all' };
}

function imageSettings({ id: _id, ...settings }: Image): NewImage {
  return settings;
}

function withImageId(write: Write, id: string): Write {
  return write.method === 'POST'
    ? { ...write, body: { ...write.body, sdkmessageprocessingstepimageid: id } }
    : write;
}

/**
 * Takes a change back.
 * @throws UndoError when a webhook that would be deleted has steps; DataverseError for what is refused, also 412 when
 *   somebody changed the row since. Of independent writes all are tried before the first refusal is thrown.
 */
export async function runUndo(
  api: Pick<WebApi, 'create' | 'update' | 'remove' | 'batch' | 'get' | 'action' | 'pages'>,
  undo: Undo,
  signal: AbortSignal,
): Promise<void> {
  if (undo.membership !== undefined) {
    const { component, solutions } = undo.membership;
    const service = new SolutionService(api);
    // One that is there already is as good, so all of them can be tried again after one was refused.
    await allOf(solutions.map((solution) => service.add(component, solution, signal)));
  }
  if (undo.emptyWebhook !== undefined) await checkEmpty(api, undo.emptyWebhook, signal);
  if (undo.atomicity === 'all') {
    await runWrites(api, undo.writes, signal);
    return;
  }
  await allOf(undo.writes.map((write) => runWrite(api, write, signal)));
}

/** Waits for all before it throws the first failure. */
async function allOf(work: ReadonlyArray<Promise<unknown>>): Promise<void> {
  for (const outcome of await Promise.allSettled(work))
    if (outcome.status === 'rejected') throw outcome.reason;
}

async function checkEmpty(api: Pick<WebApi, 'get'>, webhookId: string, signal: AbortSignal): Promise<void> {
  const path = odata.query(
    odata.property(odata.row('serviceendpoints', webhookId), 'serviceendpoint_sdkmessageprocessingstep'),
    { select: ['sdkmessageprocessingstepid'], top: 1 },
  );
  const { value } = await api.get(path, { signal });
  if (Array.isArray(value) && value.length > 0)
    throw new UndoError('webhookHasSteps', 'The webhook has steps, which would be deleted with it');
}
