import * as vscode from 'vscode';
import { tryAll } from '../../base/tryAll';
import {
  copyName,
  newWebhook,
  registerWebhookStart,
  registerWebhookWizard,
  type RegisterWebhookState,
} from '../../presentation/flows/registerWebhook';
import { answersOf, newStep } from '../../presentation/flows/stepAnswers';
import { answersOfAuth } from '../../presentation/flows/authQuestions';
import { goesOn, runFlow, type FlowAct, type WritingFlow } from '../../presentation/flows/unfinishedFlows';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { keptAuthText } from '../../webhooks/keptAuth';
import type { NewStep, Step, Webhook, WebhookAuth } from '../../webhooks/model';
import { undoRegisterWebhook } from '../../webhooks/undo';
import { failedNames } from '../../presentation/texts/failedNames';
import { settingsOf, stepCopyWrites } from '../../webhooks/writes';
import type { Connection } from '../connections';
import { flowHost, tellLeft, webhookContext } from './flowParts';
import type { Services } from './services';
import { registerStepOn } from './stepCommands';
import type { Handlers } from './table';
import { targetEnvironment, targetWebhook } from './targets';
import { deleteWebhook } from './webhookDeletion';
import { editWebhook, rotateSecret } from './webhookChanges';
import { afterChange } from './undoing';

type WebhookCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.registerWebhook'
  | 'dataverseWebhooks.editWebhook'
  | 'dataverseWebhooks.rotateSecret'
  | 'dataverseWebhooks.duplicateWebhook'
  | 'dataverseWebhooks.deleteWebhook'
  | 'dataverseWebhooks.copyId'
  | 'dataverseWebhooks.copyUrl'
>;

/** Commands about webhooks. */
export function webhookCommands(services: Services): WebhookCommands {
  return {
    'dataverseWebhooks.registerWebhook': async (nodes) => {
      const connection = await targetEnvironment(services, nodes);
      if ((await goesOn(flowHost(services, connection), registrationKey())) !== undefined) return;
      const solution = services.rememberedSolutions.of(connection.profile.id);
      await askAndRegister(services, connection, { ...registerWebhookStart, solution });
    },
    'dataverseWebhooks.editWebhook': (nodes) => editWebhook(services, nodes),
    'dataverseWebhooks.rotateSecret': (nodes) => rotateSecret(services, nodes),
    'dataverseWebhooks.duplicateWebhook': (nodes) => duplicateWebhook(services, nodes),
    'dataverseWebhooks.deleteWebhook': (nodes) => deleteWebhook(services, nodes),
    'dataverseWebhooks.copyId': async ([node]) => {
      const id = node === undefined ? undefined : rowId(node);
      if (id !== undefined) await vscode.env.clipboard.writeText(id);
    },
    'dataverseWebhooks.copyUrl': async (nodes) => {
      const { webhook } = await targetWebhook(services, nodes);
      await vscode.env.clipboard.writeText(webhook.url);
    },
  };
}

/** *Register WebHook…* with the address filled in, and the authentication where it is known. */
export async function registerWebhookAt(
  services: Services,
  connection: Connection,
  url: string,
  auth: WebhookAuth | undefined,
): Promise<void> {
  const solution = services.rememberedSolutions.of(connection.profile.id);
  const known = auth === undefined ? {} : { ...answersOfAuth(auth), recognised: true };
  await askAndRegister(services, connection, { ...registerWebhookStart, solution, url, ...known });
}

/** The webhook that is duplicated, with its steps as they are now. */
interface Original {
  readonly webhook: Webhook;
  readonly steps: readonly Step[];
}

async function duplicateWebhook(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, webhook } = await targetWebhook(services, nodes);
  const { profile, webhooks } = connection;
  if ((await goesOn(flowHost(services, connection), registrationKey(webhook))) !== undefined) return;
  const undone = vscode.l10n.t('Could not load the steps of "{name}".', { name: webhook.name });
  const steps = await services.report.need({ undone, environment: profile }, () =>
    services.tree.withProgress(() => webhooks.stepsOf(webhook.id, services.lifetime)),
  );
  const start: RegisterWebhookState = {
    ...registerWebhookStart,
    name: copyName(webhook.name),
    url: webhook.url,
    description: webhook.description,
    authType: webhook.authType === 'other' ? undefined : webhook.authType,
    solution: services.rememberedSolutions.of(profile.id),
  };
  await askAndRegister(services, connection, start, { webhook, steps });
}

/** Names the flow that registers a webhook, or a copy of one, for a start after one that failed. */
function registrationKey(original?: Pick<Webhook, 'id'>): string {
  return original === undefined ? 'registerWebhook' : `duplicateWebhook ${original.id}`;
}

async function askAndRegister(
  services: Services,
  connection: Connection,
  start: RegisterWebhookState,
  original?: Original,
): Promise<void> {
  const flow: WritingFlow<RegisterWebhookState> = {
    key: registrationKey(original?.webhook),
    wizard: registerWebhookWizard({
      ...webhookContext(services, connection),
      solutions: (signal) => connection.solutions.solutions(signal),
      ...(original === undefined
        ? {}
        : { original: { name: original.webhook.name, stepCount: original.steps.length } }),
    }),
    act: (answers) => registrationAct(services, connection, answers, original),
  };
  await runFlow(flowHost(services, connection), flow, { id: crypto.randomUUID(), ...start });
}

function registrationAct(
  services: Services,
  connection: Connection,
  answers: RegisterWebhookState,
  original: Original | undefined,
): FlowAct | undefined {
  const webhook = newWebhook(answers);
  if (webhook === undefined) return undefined;
  const { name } = webhook;
  // Remembered outside, so that a retry of what comes after it never registers twice.
  let registered: RegisteredWebhook | undefined;
  let copies: Copies | undefined;
  return {
    undone: vscode.l10n.t('Could not register the webhook "{name}".', { name }),
    work: async () => {
      if (registered !== undefined) return;
      await services.rememberedSolutions.keep(connection.profile.id, answers.solution);
      const id = await services.tree.withProgress(() =>
        connection.webhooks.registerWebhook(webhook, services.lifetime),
      );
      registered = { id, name };
    },
    after: async () => {
      if (registered === undefined) return;
      if (answers.copySteps && original !== undefined) copies ??= stepCopies(registered, original);
      await afterRegistration(services, connection, registered, answers, copies);
    },
  };
}

interface RegisteredWebhook {
  readonly id: string;
  readonly name: string;
}

async function afterRegistration(
  services: Services,
  connection: Connection,
  registered: RegisteredWebhook,
  answers: RegisterWebhookState,
  copies: Copies | undefined,
): Promise<void> {
  const { profile } = connection;
  const { id, name } = registered;
  const done = {
    done: vscode.l10n.t('The webhook "{name}" was registered.', { name }),
    what: vscode.l10n.t('registration of the webhook "{name}"', { name }),
    quiet: true,
  };
  afterChange(services, connection, { ...done, undos: undoRegisterWebhook(id) });
  const auth = newWebhook(answers)?.auth;
  if (answers.keepSecret && auth !== undefined) {
    const undone = vscode.l10n.t('Could not keep the secret of "{name}".', { name });
    await services.report.attempt({ undone }, () =>
      services.keptSecrets.set(profile.id, id, keptAuthText(auth)),
    );
  }
  if (copies !== undefined && copies.steps.length > 0)
    await copySteps(services, connection, registered, copies, (stepIds) =>
      afterChange(services, connection, { ...done, undos: undoRegisterWebhook(id, stepIds) }),
    );
  await services.tree.refreshBranch(profile.id, [id]);
  await services.tree.revealWebhook(profile.id, id);
  if (answers.alternative === true) await registerStepOn(services, connection, registered);
}

/** A step to be copied, and the copy with an id of its own. */
interface StepCopy {
  readonly step: Step;
  readonly copy: NewStep & { readonly id: string };
}

/** Steps to be copied, and the webhook that has them. */
interface Copies {
  readonly from: Pick<Webhook, 'id' | 'name'>;
  readonly steps: readonly StepCopy[];
}

/** Names and descriptions that follow the webhook's name follow the new one's, written ones stay. */
function stepCopies(target: RegisteredWebhook, original: Original): Copies {
  const steps = original.steps.flatMap((step) => {
    const settings = settingsOf(step);
    const copy = settings && newStep({ webhook: target }, answersOf(original, settings));
    return copy === undefined ? [] : [{ step, copy: { ...copy, id: crypto.randomUUID() } }];
  });
  return { from: original.webhook, steps };
}

/**
 * Registers copies of steps, each with its images and its state or not at all; what could not be is told by name, and can
 * be tried again.
 * @param onCopied hears the ids of all copies that are there, after each try.
 */
async function copySteps(
  services: Services,
  connection: Connection,
  target: { readonly id: string },
  { from, steps }: Copies,
  onCopied: (stepIds: readonly string[]) => void,
  before: readonly string[] = [],
): Promise<void> {
  const { profile, webhooks } = connection;
  const { done, failed } = await services.tree.withProgress(() =>
    tryAll(steps, ({ step, copy }) => webhooks.register(stepCopyWrites(copy, step), services.lifetime)),
  );
  const left = failed.map(({ item }) => item);
  const there = [...before, ...done.map(({ item }) => item.copy.id)];
  onCopied(there);
  const [first] = failed;
  if (first === undefined) return;
  const undone = vscode.l10n.t('Could not copy {failed} of {total} steps: {names}.', {
    failed: failed.length,
    total: steps.length,
    names: failedNames(
      failed.map(({ item, error }) => ({ name: item.step.name, error })),
      profile.name,
    ),
  });
  tellLeft(services, connection, {
    keys: [registrationKey(from)],
    title: vscode.l10n.t('Duplicate WebHook {name}', { name: from.name }),
    undone,
    error: first.error,
    again: async () => {
      await copySteps(services, connection, target, { from, steps: left }, onCopied, there);
      await services.tree.refreshBranch(profile.id, [target.id]);
    },
  });
}

function rowId(node: TreeNode): string | undefined {
  switch (node.kind) {
    case 'webhook':
      return node.webhook.id;
    case 'step':
      return node.step.id;
    case 'image':
      return node.image.id;
    default:
      return undefined;
  }
}
