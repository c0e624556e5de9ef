import * as vscode from 'vscode';
import { isLoopbackHost } from '../../base/hosts';
import { DataverseError } from '../../dataverse/errors';
import { conflictWizard, type ConflictAnswer, type Conflict } from '../../presentation/flows/editConflict';
import type { WebhookFlowContext } from '../../presentation/flows/registerWebhook';
import type { StepFlowContext } from '../../presentation/flows/stepAnswers';
import { requestText } from '../../presentation/texts/requestText';
import type { Undo } from '../../webhooks/undo';
import { VERSION_MISMATCH, type Write } from '../../webhooks/writes';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';

/** Opens what would be sent as text. */
export function showRequest(
  services: Services,
  { profile }: Connection,
): (writes: readonly Write[]) => Promise<void> {
  return (writes) => services.requests.show(requestText(profile.url, writes));
}

/** What the flows about webhooks ask an environment for. */
export function webhookContext(services: Services, connection: Connection): WebhookFlowContext {
  const { profile, webhooks } = connection;
  return {
    environmentName: profile.name,
    environmentIsLocal: isLoopbackHost(new URL(profile.url).hostname),
    isNameTaken: (name, signal) => webhooks.isNameTaken(name, signal),
    showRequest: showRequest(services, connection),
  };
}

/** What the flows about steps ask an environment for. */
export function stepContext(
  services: Services,
  connection: Connection,
  webhook: { readonly id: string; readonly name: string },
): StepFlowContext {
  const { webhooks, metadata, solutions } = connection;
  return {
    webhook,
    messages: (signal) => webhooks.messages(signal),
    filters: (messageId, signal) => webhooks.filters(messageId, signal),
    columns: async (table, signal) =>
      (await metadata.columns(table, signal))
        .filter((column) => column.isValidForUpdate && column.attributeOf === undefined)
        .map((column) => ({ name: column.logicalName, label: column.label, type: column.type })),
    users: (text, signal) => webhooks.users(text, signal),
    solutions: (signal) => solutions.solutions(signal),
    showRequest: showRequest(services, connection),
  };
}

/** The row was changed since it was read (FACTS 13.1). */
export function isVersionConflict(error: unknown): boolean {
  return DataverseError.is(error, 'conflict') && (error.status === 412 || error.code === VERSION_MISMATCH);
}

/** Asks whose values count. Rejects with `CancelledError` when the user leaves. */
export async function askConflict(
  services: Services,
  { profile }: Connection,
  name: string,
  conflict: Conflict,
): Promise<ConflictAnswer | undefined> {
  const wizard = conflictWizard(name, conflict);
  const { answer } = await runWizard(
    wizard,
    quickInputUi(profile.name),
    { answer: undefined },
    services.lifetime,
  );
  return answer;
}

/** What was done, and what takes it back. */
export interface Done {
  /** A localized sentence: `The step "Orders" was changed.` */
  readonly done: string;
  /** The same as a name, for the undo: `change of the step "Orders"`. */
  readonly what: string;
  readonly undos: ReadonlyArray<Undo | undefined>;
  /** The result is in sight and its opposite at hand, so that no message is needed. */
  readonly quiet?: boolean;
}

/** Keeps the way back of a change and offers it. */
export function afterChange(services: Services, connection: Connection, change: Done): void {
  const { profile } = connection;
  const undos = change.undos.filter((undo) => undo !== undefined);
  const kept = services.undos.keep(profile.id, change.what, undos);
  if (kept === undefined || change.quiet === true) return;
  void services.report.offer(change.done, vscode.l10n.t('Undo'), kept.ended).then(async (taken) => {
    if (taken) await undoLast(services, connection);
  });
}

/** Takes the last change back, once; a change that could not be taken back stays the last one. */
export async function undoLast(services: Services, connection: Connection): Promise<void> {
  const { profile, webhooks } = connection;
  const last = services.undos.of(profile.id);
  if (last === undefined) {
    services.report.info(
      vscode.l10n.t('There is nothing to undo in {environment}.', { environment: profile.name }),
    );
    return;
  }
  const undone = vscode.l10n.t('Could not undo the {what}.', { what: last.what });
  await services.report.attempt({ undone, environment: profile }, async () => {
    const now = services.undos.of(profile.id);
    if (now?.what !== last.what) return;
    const failed: Array<{ readonly undo: Undo; readonly error: unknown }> = [];
    await services.tree.withProgress(async () => {
      for (const undo of now.undos)
        await webhooks.undo(undo, services.lifetime).catch((error: unknown) => failed.push({ undo, error }));
    });
    // What was taken back is not taken back again by a retry.
    services.undos.keep(
      profile.id,
      last.what,
      failed.map(({ undo }) => undo),
    );
    for (const { error } of failed) throw error;
  });
  await services.tree.refresh([profile.id]);
}
