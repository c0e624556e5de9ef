import * as vscode from 'vscode';
import { isCancellation } from '../../base/errors';
import { DataverseError } from '../../dataverse/errors';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { deletionDetail } from '../../presentation/texts/deletionTexts';
import type { Step, Webhook } from '../../webhooks/model';
import type { Solution } from '../../webhooks/solutionService';
import { undoDeleteWebhook, type DeletedWebhook } from '../../webhooks/undo';
import { isLocked } from '../../webhooks/webhookRules';
import type { Connection } from '../connections';
import type { Services } from './services';
import { targetWebhook } from './targets';
import { afterChange, knownSecret } from './undoing';

/** What a try to delete a webhook knew of it, for the next try and for *Undo*. */
interface Confirmed extends DeletedWebhook {
  readonly detail: string;
}

/** *Delete WebHook*: names the steps that go with it before asking; *Undo* registers all of it again. */
export async function deleteWebhook(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, webhook: shown } = await targetWebhook(services, nodes, (other) => !isLocked(other));
  const { profile } = connection;
  const { name } = shown;
  const undone = vscode.l10n.t('Could not delete the webhook "{name}".', { name });
  let tried: Confirmed | undefined;
  await services.report.attempt({ undone, environment: profile }, async () => {
    const known = await readAll(services, connection, shown, tried);
    if (known !== tried) {
      // A question that was answered is not asked again by a retry, unless there is something else to say.
      if (known.detail !== tried?.detail && !(await confirmed(services, connection, name, known.detail)))
        return;
      tried = known;
      await remove(services, connection, known);
    }
    await services.keptSecrets.set(profile.id, shown.id, undefined);
    afterChange(services, connection, {
      done: vscode.l10n.t('The webhook "{name}" was deleted.', { name }),
      what: vscode.l10n.t('deletion of the webhook "{name}"', { name }),
      undos: undoDeleteWebhook(known),
    });
    await services.tree.refreshBranch(profile.id, [shown.id]);
  });
}

/**
 * The webhook and its steps as they are now: others may have registered steps, or changed it, since the tree was loaded.
 * @returns what was known before where it is gone since a try to delete it: only the answer was lost.
 */
async function readAll(
  services: Services,
  connection: Connection,
  { id }: Webhook,
  tried: Confirmed | undefined,
): Promise<Confirmed> {
  const { webhooks } = connection;
  try {
    const [webhook, steps] = await services.tree.withProgress(() =>
      Promise.all([webhooks.webhook(id, services.lifetime), webhooks.stepsOf(id, services.lifetime)]),
    );
    const secret = await knownSecret(services, connection, webhook);
    const holding = await solutionsOf(services, connection, webhook, steps);
    const detail = deletionDetail(webhook, steps, secret !== undefined);
    return { webhook, steps, holding, secret, detail };
  } catch (error) {
    if (tried !== undefined && DataverseError.is(error, 'notFound')) return tried;
    throw error;
  }
}

function confirmed(
  services: Services,
  { profile }: Connection,
  name: string,
  detail: string,
): Promise<boolean> {
  const environment = profile.name;
  const question = vscode.l10n.t('Delete the webhook "{name}" in {environment}?', { name, environment });
  return services.report.confirm(question, detail, vscode.l10n.t('Delete WebHook'));
}

function remove(
  services: Services,
  { profile, webhooks }: Connection,
  { webhook, steps }: Confirmed,
): Promise<void> {
  const ids = [webhook.id, ...steps.map((step) => step.id)];
  return services.states.whilePending(profile.id, ids, vscode.l10n.t('Deleting…'), () =>
    webhooks.deleteWebhook(webhook.id, services.lifetime),
  );
}

/** Whoever may not read solutions may delete a webhook nevertheless. */
async function solutionsOf(
  services: Services,
  { solutions }: Connection,
  webhook: Webhook,
  steps: readonly Step[],
): Promise<ReadonlyMap<string, readonly Solution[]>> {
  try {
    return await solutions.holdingAll([webhook.id, ...steps.map((step) => step.id)], services.lifetime);
  } catch (error) {
    if (isCancellation(error)) throw error;
    services.report.background(error, 'Undo will not put a deleted webhook into its solutions again.');
    return new Map();
  }
}
