import * as vscode from 'vscode';
import { webhookDifferences } from '../../presentation/flows/editConflict';
import {
  editWebhookStart,
  editWebhookWizard,
  rotateSecretStart,
  rotateSecretWizard,
  rotation,
  webhookChange,
  type EditWebhookState,
  type RotateSecretState,
} from '../../presentation/flows/editWebhook';
import { goesOn, runFlow, type WritingFlow } from '../../presentation/flows/unfinishedFlows';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { keptAuthText } from '../../webhooks/keptAuth';
import type { Webhook, WebhookChange } from '../../webhooks/model';
import { undoChangeWebhook, undoRotateSecret, type KnownSecret } from '../../webhooks/undo';
import { isLocked } from '../../webhooks/webhookRules';
import { changeWebhookWrite } from '../../webhooks/writes';
import type { Connection } from '../connections';
import { askConflict, flowHost, isVersionConflict, webhookContext } from './flowParts';
import type { Services } from './services';
import { targetWebhook } from './targets';
import { afterChange, knownSecret } from './undoing';

/** *Edit WebHook…*: name, URL and description, without the secret being typed again. */
export async function editWebhook(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const fresh = await readTarget(services, nodes, editKey);
  if (fresh !== undefined) await askAndEdit(services, fresh.connection, fresh.webhook);
}

function editKey({ id }: Pick<Webhook, 'id'>): string {
  return `editWebhook ${id}`;
}

function rotationKey({ id }: Pick<Webhook, 'id'>): string {
  return `rotateSecret ${id}`;
}

/** The webhook a command is about, as it is now; undefined also where the flow of a start before went on. */
async function readTarget(
  services: Services,
  nodes: readonly TreeNode[],
  keyOf: (webhook: Webhook) => string,
): Promise<{ readonly connection: Connection; readonly webhook: Webhook } | undefined> {
  const { connection, webhook } = await targetWebhook(services, nodes, (other) => !isLocked(other));
  if ((await goesOn(flowHost(services, connection), keyOf(webhook))) !== undefined) return undefined;
  const undone = vscode.l10n.t('Could not load the webhook "{name}".', { name: webhook.name });
  const fresh = await services.report.need({ undone, environment: connection.profile }, () =>
    services.tree.withProgress(() => connection.webhooks.webhook(webhook.id, services.lifetime)),
  );
  return { connection, webhook: fresh };
}

/** @param start the answers of a run before that was refused, or those to begin with. */
async function askAndEdit(
  services: Services,
  connection: Connection,
  webhook: Webhook,
  start: EditWebhookState = editWebhookStart(webhook),
): Promise<void> {
  const flow: WritingFlow<EditWebhookState> = {
    key: editKey(webhook),
    wizard: editWebhookWizard(webhookContext(services, connection), webhook),
    act: (answers) => {
      const change = webhookChange(answers);
      if (changeWebhookWrite(webhook, change) === undefined) return undefined;
      return {
        undone: vscode.l10n.t('Could not change the webhook "{name}".', { name: webhook.name }),
        work: async () => {
          await write(services, connection, webhook, change);
          await services.tree.refreshBranch(connection.profile.id, [webhook.id]);
        },
      };
    },
  };
  await runFlow(flowHost(services, connection), flow, start);
}

async function write(
  services: Services,
  connection: Connection,
  webhook: Webhook,
  change: WebhookChange,
): Promise<void> {
  const { profile, webhooks } = connection;
  const request = changeWebhookWrite(webhook, change);
  if (request === undefined) return;
  try {
    const { etag } = await services.states.whilePending(
      profile.id,
      [webhook.id],
      vscode.l10n.t('Changing…'),
      () => webhooks.write(request, services.lifetime),
    );
    tellChanged(services, connection, webhook, change, etag);
  } catch (error) {
    if (!isVersionConflict(error)) throw error;
    await settleConflict(services, connection, webhook, change);
  }
}

function tellChanged(
  services: Services,
  connection: Connection,
  webhook: Webhook,
  change: WebhookChange,
  etag: string | undefined,
): void {
  const name = change.name ?? webhook.name;
  afterChange(services, connection, {
    done: vscode.l10n.t('The webhook "{name}" was changed.', { name }),
    what: vscode.l10n.t('change of the webhook "{name}"', { name }),
    undos: [undoChangeWebhook(webhook, change, etag)],
  });
}

/** Somebody else changed the webhook since it was read: shows what is different now and asks whose values count. */
async function settleConflict(
  services: Services,
  connection: Connection,
  before: Webhook,
  change: WebhookChange,
): Promise<void> {
  const theirs = await connection.webhooks.webhook(before.id, services.lifetime);
  const mine = onlyChanged(before, change);
  // The change is there: it was written before, and only the answer was lost.
  if (changeWebhookWrite(theirs, mine) === undefined) {
    tellChanged(services, connection, before, change, theirs.etag);
    return;
  }
  const answer = await askConflict(services, connection, theirs.name, {
    differences: webhookDifferences(theirs, mine),
    changedByOther: webhookDifferences(theirs, before),
  });
  if (answer === 'overwrite') await write(services, connection, theirs, mine);
  if (answer !== 'change') return;
  await askAndEdit(services, connection, theirs, { ...editWebhookStart(theirs), ...textsOf(mine) });
}

/** What was really changed, so that the rest stays as somebody else left it. */
function onlyChanged(before: Webhook, change: WebhookChange): WebhookChange {
  return {
    ...(change.auth === undefined ? {} : { auth: change.auth }),
    ...(change.name === undefined || change.name === before.name ? {} : { name: change.name }),
    ...(change.url === undefined || change.url === before.url ? {} : { url: change.url }),
    ...(change.description === undefined || change.description === before.description
      ? {}
      : { description: change.description }),
  };
}

function textsOf({ auth: _auth, ...texts }: WebhookChange): Omit<WebhookChange, 'auth'> {
  return texts;
}

/** *Rotate Secret…*: a new type and values; what is kept on this machine follows. */
export async function rotateSecret(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const fresh = await readTarget(services, nodes, rotationKey);
  if (fresh === undefined) return;
  const { connection, webhook } = fresh;
  const old = await knownSecret(services, connection, webhook);
  const flow: WritingFlow<RotateSecretState> = {
    key: rotationKey(webhook),
    wizard: rotateSecretWizard(webhookContext(services, connection), webhook, old !== undefined),
    act: (answers) => {
      const auth = rotation(answers)?.auth;
      if (auth === undefined) return undefined;
      return {
        undone: vscode.l10n.t('Could not rotate the secret of "{name}".', { name: webhook.name }),
        work: () => rotate(services, connection, webhook, { auth, keep: answers.keepSecret }),
      };
    },
  };
  await runFlow(flowHost(services, connection), flow, rotateSecretStart(webhook, old?.keep === true));
}

async function rotate(
  services: Services,
  connection: Connection,
  webhook: Webhook,
  { auth, keep }: KnownSecret,
): Promise<void> {
  const { profile, webhooks } = connection;
  // Whoever else changed the webhook meanwhile, the new secret is meant to count.
  const request = changeWebhookWrite({ ...webhook, etag: undefined }, { auth });
  if (request === undefined) return;
  const old = await knownSecret(services, connection, webhook);
  const { etag } = await services.states.whilePending(
    profile.id,
    [webhook.id],
    vscode.l10n.t('Changing…'),
    () => webhooks.write(request, services.lifetime),
  );
  // One that was typed before for test deliveries is the old one.
  services.sending.secrets.forget(profile, webhook);
  await services.keptSecrets.set(profile.id, webhook.id, keep ? keptAuthText(auth) : undefined);
  const { name } = webhook;
  const done = vscode.l10n.t('The webhook "{name}" has a new secret. The next delivery carries it.', {
    name,
  });
  const what = vscode.l10n.t('new secret of the webhook "{name}"', { name });
  const undo = undoRotateSecret(webhook, old, etag);
  afterChange(services, connection, { done, what, undos: [undo] });
  if (undo === undefined) services.report.info(done);
  await services.tree.refreshBranch(profile.id, [webhook.id]);
}
