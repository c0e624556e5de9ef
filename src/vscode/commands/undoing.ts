import * as vscode from 'vscode';
import { failedNames } from '../../presentation/texts/failedNames';
import { keptAuthText } from '../../webhooks/keptAuth';
import type { Webhook } from '../../webhooks/model';
import { afterFailure, type FailedUndo } from '../../webhooks/runUndo';
import { noSecret, withSecret, type KnownSecret, type Undo } from '../../webhooks/undo';
import type { Connection } from '../connections';
import type { Services } from './services';

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

/**
 * What takes back the part of a change that a try before this one has done, as long as it is still the last change: then
 * one *Undo* is for all of it.
 */
export function stillKept(
  { undos }: Services,
  { profile }: Connection,
  earlier: readonly Undo[],
): readonly Undo[] {
  const kept = undos.of(profile.id)?.undos ?? [];
  return earlier.every((undo) => kept.includes(undo)) ? earlier : [];
}

/** Takes the last change back, once; what of it could not be taken back stays the last change. */
export async function undoLast(services: Services, connection: Connection): Promise<void> {
  const { profile } = connection;
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
    const undos: Undo[] = [];
    for (const undo of now.undos) undos.push(await withSecretTold(services, connection, undo));
    const failed = await services.tree.withProgress(() => runAll(services, connection, undos));
    // What was taken back is not taken back again by a retry.
    services.undos.keep(
      profile.id,
      last.what,
      failed.map(({ undo, error }) => afterFailure(undo, error)),
    );
    tellFailed(services, connection, last.what, { failed, total: undos.length });
  });
  await services.tree.refresh([profile.id]);
}

/** A webhook comes back with the secret that is known on this machine, or that is typed now. */
async function withSecretTold(services: Services, { profile }: Connection, undo: Undo): Promise<Undo> {
  const { webhook } = undo;
  if (webhook === undefined) return undo;
  const none = noSecret(webhook);
  if (none !== undefined) return withSecret(undo, none);
  const auth = await services.sending.secrets.of(profile, webhook, services.lifetime);
  // Whoever types it chooses whether it is kept.
  const kept = await services.keptSecrets.get(profile.id, webhook.id);
  return withSecret(undo, { auth, keep: kept !== undefined });
}

/** The secret of a webhook, where it was kept on this machine or typed in this window. */
export async function knownSecret(
  services: Services,
  { profile }: Connection,
  webhook: Webhook,
): Promise<KnownSecret | undefined> {
  const auth = await services.sending.secrets.known(profile, webhook);
  if (auth === undefined) return undefined;
  const kept = await services.keptSecrets.get(profile.id, webhook.id);
  return { auth, keep: kept !== undefined };
}

async function runAll(
  services: Services,
  { profile, webhooks }: Connection,
  undos: readonly Undo[],
): Promise<readonly FailedUndo[]> {
  const failed = await webhooks.undoAll(undos, services.lifetime);
  const broken = new Set(failed.map(({ undo }) => undo));
  for (const undo of undos) {
    if (broken.has(undo)) continue;
    // What is kept on this machine follows what the service has.
    if (undo.emptyWebhook !== undefined)
      await services.keptSecrets.set(profile.id, undo.emptyWebhook, undefined);
    if (undo.secret === undefined) continue;
    const { webhookId, auth, keep } = undo.secret;
    await services.keptSecrets.set(profile.id, webhookId, keep ? keptAuthText(auth) : undefined);
    services.sending.secrets.forget(profile, { id: webhookId });
  }
  return failed;
}

/** One message for all that failed: the first reason, and the names where it was not everything. */
function tellFailed(
  services: Services,
  connection: Connection,
  what: string,
  { failed, total }: { readonly failed: readonly FailedUndo[]; readonly total: number },
): void {
  const { profile } = connection;
  const [first] = failed;
  if (first === undefined) return;
  const things = failed.flatMap(({ undo, error }) =>
    undo.about === undefined ? [] : [{ name: undo.about.name, error }],
  );
  const isNamed = total > 1 && things.length === failed.length;
  services.report.failure({
    error: first.error,
    undone: isNamed
      ? vscode.l10n.t('Could not undo all of the {what}. Left: {names}.', {
          what,
          names: failedNames(things, profile.name),
        })
      : vscode.l10n.t('Could not undo the {what}.', { what }),
    environment: profile,
    retry: () => void undoLast(services, connection),
  });
}
