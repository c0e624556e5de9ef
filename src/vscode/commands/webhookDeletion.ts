import * as vscode from 'vscode';
import { isCancellation } from '../../base/errors';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { deletionDetail } from '../../presentation/texts/deletionTexts';
import type { Step, Webhook } from '../../webhooks/model';
import type { Solution } from '../../webhooks/solutionService';
import { undoDeleteWebhook } from '../../webhooks/undo';
import { isLocked } from '../../webhooks/webhookRules';
import type { Connection } from '../connections';
import type { Services } from './services';
import { targetWebhook } from './targets';
import { afterChange, knownSecret } from './undoing';

/** *Delete WebHook*: names the steps that go with it before asking; *Undo* registers all of it again. */
export async function deleteWebhook(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, webhook: shown } = await targetWebhook(services, nodes, (other) => !isLocked(other));
  const { profile, webhooks } = connection;
  const { name } = shown;
  const undone = vscode.l10n.t('Could not delete the webhook "{name}".', { name });
  await services.report.attempt({ undone, environment: profile }, async () => {
    // As they are now: others may have registered steps, or changed it, since the tree was loaded.
    const [webhook, steps] = await services.tree.withProgress(() =>
      Promise.all([
        webhooks.webhook(shown.id, services.lifetime),
        webhooks.stepsOf(shown.id, services.lifetime),
      ]),
    );
    const secret = await knownSecret(services, connection, webhook);
    const question = vscode.l10n.t('Delete the webhook "{name}" in {environment}?', {
      name,
      environment: profile.name,
    });
    const detail = deletionDetail(webhook, steps, secret !== undefined);
    if (!(await services.report.confirm(question, detail, vscode.l10n.t('Delete WebHook')))) return;
    const ids = [webhook.id, ...steps.map((step) => step.id)];
    const holding = await services.states.whilePending(
      profile.id,
      ids,
      vscode.l10n.t('Deleting…'),
      async () => {
        const found = await solutionsOf(services, connection, webhook, steps);
        await webhooks.deleteWebhook(webhook.id, services.lifetime);
        return found;
      },
    );
    await services.keptSecrets.set(profile.id, webhook.id, undefined);
    afterChange(services, connection, {
      done: vscode.l10n.t('The webhook "{name}" was deleted.', { name }),
      what: vscode.l10n.t('deletion of the webhook "{name}"', { name }),
      undos: undoDeleteWebhook({ webhook, steps, holding, secret }),
    });
    await services.tree.refreshBranch(profile.id, [webhook.id]);
  });
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
