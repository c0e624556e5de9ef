import * as vscode from 'vscode';
import type { Step, Webhook } from '../../webhooks/model';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { shownUrl } from '../../presentation/texts/urlText';
import { CancelledError } from '../../base/errors';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';

/** The environment a command is about: that of the item it was called on, the only one, or the one the user picks. */
export async function targetEnvironment(
  services: Services,
  nodes: readonly TreeNode[],
  accept: (connection: Connection) => boolean = () => true,
): Promise<Connection> {
  const named = nodes[0] === undefined ? undefined : services.connections.of(nodes[0].environmentId);
  if (named !== undefined) return named;
  const all = services.list.profiles.flatMap(({ id }) => services.connections.of(id) ?? []).filter(accept);
  return pickOne(
    services,
    vscode.l10n.t('Environment'),
    all.map((connection) => ({
      value: connection,
      label: connection.profile.name,
      description: connection.profile.url,
    })),
    vscode.l10n.t('There is no environment yet. Use Start Sandbox or Add Environment first.'),
  );
}

/** The webhook a command is about, from the item or picked. */
export async function targetWebhook(
  services: Services,
  nodes: readonly TreeNode[],
): Promise<{ readonly connection: Connection; readonly webhook: Webhook }> {
  const connection = await targetEnvironment(services, nodes);
  const [node] = nodes;
  if (node?.kind === 'webhook') return { connection, webhook: node.webhook };
  await loadOnce(services, connection);
  const { webhooks } = services.states.of(connection.profile.id);
  const choices = webhooks.map((webhook) => ({
    value: webhook,
    label: webhook.name,
    description: shownUrl(webhook.url),
  }));
  const none = vscode.l10n.t('{environment} has no webhook yet. Use Register WebHook first.', {
    environment: connection.profile.name,
  });
  return { connection, webhook: await pickOne(services, vscode.l10n.t('WebHook'), choices, none) };
}

/** The steps a command is about: all selected ones, or one that is picked. */
export async function targetSteps(
  services: Services,
  nodes: readonly TreeNode[],
  accept: (step: Step) => boolean = () => true,
): Promise<{ readonly connection: Connection; readonly steps: readonly Step[] }> {
  const connection = await targetEnvironment(services, nodes);
  const environmentId = connection.profile.id;
  const chosen = nodes.flatMap((node) =>
    node.kind === 'step' && node.environmentId === environmentId ? [node.step] : [],
  );
  if (chosen.length > 0) return { connection, steps: chosen };
  await loadOnce(services, connection);
  const state = services.states.of(environmentId);
  const choices = state.webhooks.flatMap((webhook) =>
    (state.steps.get(webhook.id) ?? []).filter(accept).map((step): PickChoice<Step> => ({
      value: step,
      label: step.name,
      description: step.description,
      group: webhook.name,
    })),
  );
  const none = vscode.l10n.t('{environment} has no step for this.', { environment: connection.profile.name });
  return { connection, steps: [await pickOne(services, vscode.l10n.t('Step'), choices, none)] };
}

async function loadOnce(services: Services, connection: Connection): Promise<void> {
  if (services.states.of(connection.profile.id).phase === 'unloaded')
    await services.states.load(connection.profile.id);
}

/** Asks only when there is a choice to make. Cancels, and says why, when there is nothing to choose. */
export async function pickOne<T>(
  services: Services,
  title: string,
  choices: ReadonlyArray<PickChoice<T>>,
  none: string,
): Promise<T> {
  const [first, second] = choices;
  if (first === undefined) {
    services.report.info(none);
    throw new CancelledError();
  }
  if (second === undefined) return first.value;
  const place = { title, number: 1, total: 1, canGoBack: false };
  const answer = await quickInputUi('').pick(place, { placeholder: title, choices }, services.lifetime);
  if (answer === BACK) throw new CancelledError();
  return answer;
}
