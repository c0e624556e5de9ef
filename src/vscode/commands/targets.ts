import * as vscode from 'vscode';
import type { Image, Step, Webhook } from '../../webhooks/model';
import { isLocked } from '../../webhooks/webhookRules';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { commandTitle } from '../../presentation/texts/commandTitle';
import { shownUrl } from '../../presentation/texts/urlText';
import { imageTypeLabel } from '../../presentation/texts/webhookTexts';
import { CancelledError, toError } from '../../base/errors';
import { EnvironmentGuardError } from '../../environments/guardedApi';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Connection } from '../connections';
import { currentAct } from '../act';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import { WRITING } from './table';

/**
 * The environment a command is about: that of the item it was called on, the only one, or the one the user picks.
 * @throws EnvironmentGuardError when it is read-only here and the command would write
 */
export async function targetEnvironment(
  services: Services,
  nodes: readonly TreeNode[],
  accept?: (connection: Connection) => boolean,
): Promise<Connection> {
  const connection = await whichEnvironment(services, nodes, accept);
  const { profile } = connection;
  const command = currentAct()?.command;
  if (profile.readOnly !== true || command === undefined || !WRITING.has(command)) return connection;
  const title = commandTitle(services.manifest, command) ?? command;
  const undone = vscode.l10n.t('"{command}" was not begun.', { command: title });
  return services.report.need({ undone, environment: profile }, () =>
    Promise.reject(new EnvironmentGuardError('readOnly', `${profile.url} is read-only here`)),
  );
}

async function whichEnvironment(
  services: Services,
  nodes: readonly TreeNode[],
  accept: (connection: Connection) => boolean = () => true,
): Promise<Connection> {
  const named = nodes[0] === undefined ? undefined : services.connections.of(nodes[0].environmentId);
  if (named !== undefined) return named;
  const all = services.list.profiles.flatMap(({ id }) => services.connections.of(id) ?? []).filter(accept);
  return pickOne(
    services,
    vscode.l10n.t('Which environment?'),
    all.map((connection) => ({
      value: connection,
      label: connection.profile.name,
      description: connection.profile.url,
    })),
    services.list.profiles.length === 0
      ? vscode.l10n.t('There is no environment yet. Use Start Sandbox or Add Environment first.')
      : vscode.l10n.t('This is not for the sandbox. Use Add Environment for an environment of yours.'),
  );
}

/**
 * The webhook a command is about, from the item or picked.
 * @param when `always` where nothing else is asked before something is written
 */
export async function targetWebhook(
  services: Services,
  nodes: readonly TreeNode[],
  accept: (webhook: Webhook) => boolean = () => true,
  when?: Asked,
): Promise<{ readonly connection: Connection; readonly webhook: Webhook }> {
  const connection = await targetEnvironment(services, nodes);
  const [node] = nodes;
  if (node?.kind === 'webhook') return { connection, webhook: node.webhook };
  await loadOnce(services, connection);
  const { webhooks } = services.states.of(connection.profile.id);
  const choices = webhooks.filter(accept).map((webhook) => ({
    value: webhook,
    label: webhook.name,
    description: shownUrl(webhook.url),
  }));
  const none = vscode.l10n.t('{environment} has no webhook yet. Use Register WebHook first.', {
    environment: connection.profile.name,
  });
  return {
    connection,
    webhook: await pickOne(services, vscode.l10n.t('Which webhook?'), choices, none, when),
  };
}

/**
 * The steps a command is about: all selected ones, or one that is picked.
 * @param when `always` where nothing else is asked before something is written
 */
export async function targetSteps(
  services: Services,
  nodes: readonly TreeNode[],
  accept: (step: Step) => boolean = () => true,
  when?: Asked,
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
  return { connection, steps: [await pickOne(services, vscode.l10n.t('Which step?'), choices, none, when)] };
}

/** The one step a command is about, from the item or picked. */
export async function targetStep(
  services: Services,
  nodes: readonly TreeNode[],
  accept: (step: Step) => boolean = () => true,
): Promise<{ readonly connection: Connection; readonly step: Step }> {
  const { connection, steps } = await targetSteps(services, nodes.slice(0, 1), accept);
  const [step] = steps;
  if (step === undefined) throw new CancelledError();
  return { connection, step };
}

/** The image a command is about, with its step, from the item or picked; those of locked steps are left out. */
export async function targetImage(
  services: Services,
  nodes: readonly TreeNode[],
): Promise<{ readonly connection: Connection; readonly step: Step; readonly image: Image }> {
  const connection = await targetEnvironment(services, nodes);
  await loadOnce(services, connection);
  const [node] = nodes;
  const all = [...services.states.of(connection.profile.id).steps.values()].flat();
  const images = all
    .filter((step) => !isLocked(step))
    .flatMap((step) => step.images.map((image) => ({ step, image })));
  const named = images.find(({ image }) => node?.kind === 'image' && image.id === node.image.id);
  if (named !== undefined) return { connection, ...named };
  const choices = images.map((value) => ({
    value,
    label: value.image.alias,
    description: imageTypeLabel(value.image.type),
    group: value.step.name,
  }));
  const none = vscode.l10n.t('{environment} has no image for this.', {
    environment: connection.profile.name,
  });
  return { connection, ...(await pickOne(services, vscode.l10n.t('Which image?'), choices, none)) };
}

/** A webhook or step as a component of solutions. */
export interface TargetRow {
  readonly kind: 'webhook' | 'step';
  readonly id: string;
  readonly name: string;
}

/** The webhook or step a command is about, from the item or picked among all. */
export async function targetRow(
  services: Services,
  nodes: readonly TreeNode[],
): Promise<{ readonly connection: Connection; readonly row: TargetRow }> {
  const [node] = nodes;
  if (node?.kind === 'step') {
    const { connection, step } = await targetStep(services, nodes);
    return { connection, row: { kind: 'step', id: step.id, name: step.name } };
  }
  if (node?.kind === 'webhook') {
    const { connection, webhook } = await targetWebhook(services, nodes);
    return { connection, row: { kind: 'webhook', id: webhook.id, name: webhook.name } };
  }
  const connection = await targetEnvironment(services, nodes);
  await loadOnce(services, connection);
  const state = services.states.of(connection.profile.id);
  const choices = state.webhooks.flatMap((webhook) => [
    rowChoice('webhook', webhook, webhook.name),
    ...(state.steps.get(webhook.id) ?? []).map((step) => rowChoice('step', step, webhook.name)),
  ]);
  const none = vscode.l10n.t('{environment} has no webhook yet. Use Register WebHook first.', {
    environment: connection.profile.name,
  });
  return { connection, row: await pickOne(services, vscode.l10n.t('Which webhook or step?'), choices, none) };
}

function rowChoice(
  kind: TargetRow['kind'],
  row: { readonly id: string; readonly name: string },
  group: string,
): PickChoice<TargetRow> {
  const description = kind === 'step' ? vscode.l10n.t('Step') : vscode.l10n.t('WebHook');
  return { value: { kind, id: row.id, name: row.name }, label: row.name, description, group };
}

/** Loads what was not loaded yet. Where that fails the command ends: rows that could not be loaded are not none. */
async function loadOnce({ report, states, tree }: Services, { profile }: Connection): Promise<void> {
  if (states.of(profile.id).complete) return;
  const undone = vscode.l10n.t('Could not load the webhooks of {environment}.', {
    environment: profile.name,
  });
  await report.need({ undone, environment: profile }, async () => {
    await tree.withProgress(() => states.load(profile.id));
    const { complete, error } = states.of(profile.id);
    if (!complete) throw error === undefined ? new CancelledError() : toError(error);
  });
}

/** `always` asks for a single choice, too, because the answer is the act itself. */
export type Asked = 'choice' | 'always';

/**
 * Asks only when there is a choice to make. Cancels, and says why, when there is nothing to choose. The title is that of
 * the command, so that somebody who came from the palette sees what the choice is for.
 * @param question what is to be chosen: `Which webhook?`
 */
export async function pickOne<T>(
  services: Services,
  question: string,
  choices: ReadonlyArray<PickChoice<T>>,
  none: string,
  when: Asked = 'choice',
): Promise<T> {
  const [first, second] = choices;
  if (first === undefined) {
    services.report.info(none);
    throw new CancelledError();
  }
  if (second === undefined && when === 'choice') return first.value;
  const title = commandTitle(services.manifest, currentAct()?.command) ?? question;
  const place = { title, number: 1, total: 1, canGoBack: false };
  const answer = await quickInputUi('').pick(place, { placeholder: question, choices }, services.lifetime);
  if (answer === BACK) throw new CancelledError();
  return answer;
}
