import * as vscode from 'vscode';
import { isLoopbackHost } from '../../base/hosts';
import {
  newWebhook,
  registerWebhookStart,
  registerWebhookWizard,
  type RegisterWebhookState,
} from '../../presentation/flows/registerWebhook';
import { stepsOf } from '../../presentation/tree/environmentState';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment, targetWebhook } from './targets';

type WebhookCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.registerWebhook'
  | 'dataverseWebhooks.deleteWebhook'
  | 'dataverseWebhooks.copyId'
  | 'dataverseWebhooks.copyUrl'
>;

/** Commands about webhooks. */
export function webhookCommands(services: Services): WebhookCommands {
  return {
    'dataverseWebhooks.registerWebhook': (nodes) => registerWebhook(services, nodes),
    'dataverseWebhooks.deleteWebhook': (nodes) => deleteWebhook(services, nodes),
    'dataverseWebhooks.copyId': async (nodes) => {
      const ids = nodes.flatMap((node) => rowId(node) ?? []);
      if (ids.length > 0) await vscode.env.clipboard.writeText(ids.join('\n'));
    },
    'dataverseWebhooks.copyUrl': async (nodes) => {
      const urls = nodes.flatMap((node) => (node.kind === 'webhook' ? [node.webhook.url] : []));
      if (urls.length > 1) {
        await vscode.env.clipboard.writeText(urls.join('\n'));
        return;
      }
      const { webhook } = await targetWebhook(services, nodes);
      await vscode.env.clipboard.writeText(webhook.url);
    },
  };
}

async function registerWebhook(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  await askAndRegister(services, await targetEnvironment(services, nodes), registerWebhookStart);
}

/** @param start the answers of a run before whose webhook was refused, or none. */
async function askAndRegister(
  services: Services,
  connection: Connection,
  start: RegisterWebhookState,
): Promise<void> {
  const { profile, webhooks } = connection;
  const wizard = registerWebhookWizard({
    environmentName: profile.name,
    environmentIsLocal: isLoopbackHost(new URL(profile.url).hostname),
    isNameTaken: (name, signal) => webhooks.isNameTaken(name, signal),
  });
  const answers = await runWizard(wizard, quickInputUi(profile.name), start, services.lifetime);
  const webhook = newWebhook(answers);
  if (webhook === undefined) return;
  const undone = vscode.l10n.t('Could not register the webhook "{name}".', { name: webhook.name });
  const changeAnswers = (): void =>
    void services.report.attempt({ undone, environment: profile }, () =>
      askAndRegister(services, connection, { ...answers, edits: [] }),
    );
  await services.report.attempt({ undone, environment: profile, changeAnswers }, async () => {
    const id = await services.tree.withProgress(() => webhooks.registerWebhook(webhook, services.lifetime));
    await services.tree.refresh([profile.id]);
    await services.tree.revealWebhook(profile.id, id);
  });
}

async function deleteWebhook(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, webhook } = await targetWebhook(services, nodes);
  const { profile, webhooks } = connection;
  const steps = stepsOf(services.states.of(profile.id), webhook.id);
  const question = vscode.l10n.t('Delete the webhook "{name}" in {environment}?', {
    name: webhook.name,
    environment: profile.name,
  });
  const detail = stepsDetail(steps.map((step) => step.name));
  if (!(await services.report.confirm(question, detail, vscode.l10n.t('Delete WebHook')))) return;
  const undone = vscode.l10n.t('Could not delete the webhook "{name}".', { name: webhook.name });
  await services.report.attempt({ undone, environment: profile }, async () => {
    const ids = [webhook.id, ...steps.map((step) => step.id)];
    await services.states.whilePending(profile.id, ids, vscode.l10n.t('Deleting…'), () =>
      webhooks.deleteWebhook(webhook.id, services.lifetime),
    );
    await services.tree.refresh([profile.id]);
  });
}

/** Steps named before the rest is only counted. */
const NAMED_STEPS = 10;

function stepsDetail(names: readonly string[]): string {
  if (names.length === 0) return vscode.l10n.t('It has no steps.');
  const named = names.slice(0, NAMED_STEPS).map((name) => `• ${name}`);
  const rest = names.length - named.length;
  const more = rest > 0 ? [vscode.l10n.t('and {count} more', { count: rest })] : [];
  return [
    vscode.l10n.t('Its {count} steps and their images are deleted with it:', { count: names.length }),
    ...named,
    ...more,
  ].join('\n');
}

function rowId(node: TreeNode): string | undefined {
  switch (node.kind) {
    case 'webhook':
      return node.webhook.id;
    case 'step':
    case 'endpointStep':
      return node.step.id;
    case 'endpoint':
      return node.endpoint.id;
    case 'image':
      return node.image.id;
    case 'environment':
    case 'group':
    case 'more':
    case 'problem':
      return undefined;
  }
}
