import { Secret } from '../base/secret';
import type { Image, NewStep, Step, Webhook, WebhookAuth, WebhookChange } from './model';
import type { Component, Solution } from './solutionService';
import {
  changeImageWrites,
  changeStepWrite,
  changeWebhookWrite,
  deleteImageWrite,
  deleteStepWrite,
  deleteWebhookWrite,
  registerImageWrite,
  registerWebhookAgainWrite,
  settingsOf,
  stepStateWrite,
  stepWithImagesWrites,
  type Write,
} from './writes';

/** What takes a change back, as data. A change of many rows has several; `runUndos` runs them in the order they need. */
export interface Undo {
  readonly writes: readonly Write[];
  /** `all`: one change set. `each`: independent of one another. */
  readonly atomicity: 'all' | 'each';
  /** The row it is about, to name what could not be taken back, and for those that need it. */
  readonly about?: { readonly id: string; readonly name: string };
  /** Ids of rows whose undos stand before this one: where one of them fails, this one is not tried. */
  readonly needs?: readonly string[];
  /** The webhook that is deleted by it, which must have no steps: they would go with it. */
  readonly emptyWebhook?: string;
  /** The webhook that is registered again by it, as soon as its secret is told: see `withSecret`. */
  readonly webhook?: Webhook;
  /** The secret that a webhook has afterwards, and whether it is kept on this machine. */
  readonly secret?: KnownSecret & { readonly webhookId: string };
  /** It registers something with the id it had; where that is there already, it is as good. */
  readonly again?: true;
  /** It was tried before without an answer, so it may have been carried out: see `afterFailure`. */
  readonly unsure?: true;
  /** Solutions, by unique name, that a component is put into again, or taken out of. */
  readonly membership?: {
    readonly component: Component;
    readonly solutions: readonly string[];
    readonly without?: readonly string[];
  };
}

/** The secret of a webhook as far as this machine knows it, from having kept it or from its having been typed here. */
export interface KnownSecret {
  readonly auth: WebhookAuth;
  /** It is in the secret store of the editor. */
  readonly keep: boolean;
}

function single(write: Write | undefined): Undo | undefined {
  return write === undefined ? undefined : { writes: [write], atomicity: 'all' };
}

/**
 * Registering a webhook is undone by deleting it, as long as it has no steps.
 * @param stepIds steps that were registered with it, which are deleted before.
 */
export function undoRegisterWebhook(webhookId: string, stepIds: readonly string[] = []): readonly Undo[] {
  const steps = stepIds.map((id): Undo => ({ ...undoRegisterStep(id), about: { id, name: id } }));
  return [
    ...steps,
    {
      writes: [deleteWebhookWrite(webhookId)],
      atomicity: 'all',
      emptyWebhook: webhookId,
      needs: stepIds,
    },
  ];
}

/** A webhook that was deleted, with the steps that went with it and the solutions that held them, by the ids of the rows. */
export interface DeletedWebhook {
  readonly webhook: Webhook;
  readonly steps: readonly Step[];
  readonly holding: ReadonlyMap<string, readonly Solution[]>;
  /** Undefined where it is to be asked for. */
  readonly secret: KnownSecret | undefined;
}

/**
 * A deleted webhook is registered again with the same id, then its steps and images with theirs, each step by itself, then
 * all of them are put into their unmanaged solutions. Managed rows come back unmanaged. Its secret is to be told first.
 * Empty for a webhook whose kind of authentication is unknown, because nobody can type its value.
 */
export function undoDeleteWebhook({ webhook, steps, holding, secret }: DeletedWebhook): readonly Undo[] {
  if (webhook.authType === 'other') return [];
  const about = { id: webhook.id, name: webhook.name };
  const registered: Undo = { writes: [], atomicity: 'all', webhook, about, again: true };
  return [
    secret === undefined ? registered : withSecret(registered, secret),
    ...membershipUndo({ kind: 'webhook', id: webhook.id }, webhook.name, holding.get(webhook.id) ?? []),
    ...steps
      .flatMap((step) => undoDeleteStep(step, holding.get(step.id) ?? []))
      .map((undo) => ({ ...undo, needs: [webhook.id, ...(undo.needs ?? [])] })),
  ];
}

/** The undo with the secret that it waits for. */
export function withSecret(undo: Undo, secret: KnownSecret): Undo {
  const { webhook, ...rest } = undo;
  if (webhook === undefined) return undo;
  return {
    ...rest,
    writes: [registerWebhookAgainWrite(webhook, secret.auth)],
    secret: { ...secret, webhookId: webhook.id },
  };
}

/** What a webhook that never had a secret is registered with; undefined where it had one. */
export function noSecret({ hasSecret, authType }: Webhook): KnownSecret | undefined {
  if (hasSecret || authType === 'other') return undefined;
  const auth: WebhookAuth =
    authType === 'webhookKey' ? { type: authType, key: new Secret('') } : { type: authType, pairs: [] };
  return { auth, keep: false };
}

/** A webhook with a new secret gets the old one, where that is known on this machine; the service never gives it back. */
export function undoRotateSecret(
  webhook: Webhook,
  old: KnownSecret | undefined,
  etag: string | undefined,
): Undo | undefined {
  if (old === undefined) return undefined;
  const undo = single(changeWebhookWrite({ ...webhook, etag }, { auth: old.auth }));
  return undo && { ...undo, secret: { ...old, webhookId: webhook.id } };
}

/** A changed webhook gets its old values, unless somebody changed it since. A new secret has an undo of its own. */
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
  const about = { id: step.id, name: step.name };
  const registered: Undo = {
    about,
    again: true,
    writes: [
      ...stepWithImagesWrites({ ...settings, id: step.id }, step.images, true),
      // A new step is enabled (FACTS 6.2).
      ...(step.enabled ? [] : [stepStateWrite(step.id, false)]),
    ],
    atomicity: 'all',
  };
  return [registered, ...membershipUndo({ kind: 'step', id: step.id }, step.name, holding)];
}

function membershipUndo(component: Component, name: string, holding: readonly Solution[]): readonly Undo[] {
  const solutions = holding.filter(({ managed }) => !managed).map(({ uniqueName }) => uniqueName);
  if (solutions.length === 0) return [];
  const about = { id: `solutions of ${component.id}`, name };
  return [
    { writes: [], atomicity: 'each', about, needs: [component.id], membership: { component, solutions } },
  ];
}

/** A component that was put into solutions and taken out of others is put back as it was. */
export function undoSolutions(
  component: Component,
  change: { readonly added: readonly string[]; readonly removed: readonly string[] },
): Undo | undefined {
  const { added, removed } = change;
  if (added.length + removed.length === 0) return undefined;
  return { writes: [], atomicity: 'each', membership: { component, solutions: removed, without: added } };
}

export function undoRegisterImage(imageId: string): Undo {
  return { writes: [deleteImageWrite(imageId)], atomicity: 'all' };
}

/** @param now the image as it is after the change: its id differs where it was registered anew. */
export function undoChangeImage(before: Image, now: Image): Undo | undefined {
  const writes = changeImageWrites(now, before);
  return writes.length === 0 ? undefined : { writes, atomicity: 'all' };
}

/** A deleted image is registered again with the same id. */
export function undoDeleteImage(image: Image): Undo {
  return { writes: [registerImageWrite(image)], atomicity: 'all', again: true };
}
