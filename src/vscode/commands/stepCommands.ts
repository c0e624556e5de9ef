import * as vscode from 'vscode';
import {
  newStep,
  registerStepStart,
  registerStepWizard,
  type RegisterStepContext,
  type RegisterStepState,
} from '../../presentation/flows/registerStep';
import type { TreeNode } from '../../presentation/tree/treeItems';
import type { Step, Webhook } from '../../webhooks/model';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetSteps, targetWebhook } from './targets';

type StepCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.registerStep'
  | 'dataverseWebhooks.enableStep'
  | 'dataverseWebhooks.disableStep'
  | 'dataverseWebhooks.deleteStep'
>;

/** Commands about steps. */
export function stepCommands(services: Services): StepCommands {
  return {
    'dataverseWebhooks.registerStep': (nodes) => registerStep(services, nodes),
    'dataverseWebhooks.enableStep': async (nodes) => {
      const { connection, steps } = await targetSteps(services, nodes, (step) => !step.enabled);
      await eachStep(
        services,
        connection,
        steps.filter((step) => !step.enabled),
        enabling(),
      );
    },
    'dataverseWebhooks.disableStep': async (nodes) => {
      const { connection, steps } = await targetSteps(services, nodes, (step) => step.enabled);
      await eachStep(
        services,
        connection,
        steps.filter((step) => step.enabled),
        disabling(),
      );
    },
    'dataverseWebhooks.deleteStep': async (nodes) => {
      const { connection, steps } = await targetSteps(services, nodes);
      if (await confirmDelete(services, connection, steps))
        await eachStep(services, connection, steps, deleting());
    },
  };
}

async function registerStep(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, webhook } = await targetWebhook(services, nodes);
  await askAndRegister(services, connection, webhook, registerStepStart);
}

/** @param start the answers of a run before whose step was refused, or none. */
async function askAndRegister(
  services: Services,
  connection: Connection,
  webhook: Webhook,
  start: RegisterStepState,
): Promise<void> {
  const { profile, webhooks } = connection;
  const context = stepContext(connection, webhook);
  const answers = await runWizard(
    registerStepWizard(context),
    quickInputUi(profile.name),
    start,
    services.lifetime,
  );
  const step = newStep(context, answers);
  if (step === undefined) return;
  const undone = vscode.l10n.t('Could not register the step "{name}".', { name: step.name });
  const changeAnswers = (): void =>
    void services.report.attempt({ undone, environment: profile }, () =>
      askAndRegister(services, connection, webhook, { ...answers, edits: [] }),
    );
  await services.report.attempt({ undone, environment: profile, changeAnswers }, async () => {
    const id = await services.tree.withProgress(() => webhooks.registerStep(step, services.lifetime));
    await services.tree.refresh([profile.id]);
    await services.tree.revealStep(profile.id, webhook.id, id);
  });
}

function stepContext({ webhooks, metadata }: Connection, webhook: Webhook): RegisterStepContext {
  return {
    webhook,
    messages: (signal) => webhooks.messages(signal),
    filters: (messageId, signal) => webhooks.filters(messageId, signal),
    columns: async (table, signal) =>
      (await metadata.columns(table, signal))
        .filter((column) => column.isValidForUpdate && column.attributeOf === undefined)
        .map((column) => ({ name: column.logicalName, label: column.label, type: column.type })),
  };
}

/** What is done to each of the selected steps. */
interface StepAct {
  readonly pending: string;
  readonly undone: (name: string) => string;
  readonly act: (connection: Connection, step: Step, signal: AbortSignal) => Promise<void>;
}

function enabling(): StepAct {
  return {
    pending: vscode.l10n.t('Enabling…'),
    undone: (name) => vscode.l10n.t('Could not enable the step "{name}".', { name }),
    act: (connection, step, signal) => connection.webhooks.setStepEnabled(step.id, true, signal),
  };
}

function disabling(): StepAct {
  return {
    pending: vscode.l10n.t('Disabling…'),
    undone: (name) => vscode.l10n.t('Could not disable the step "{name}".', { name }),
    act: (connection, step, signal) => connection.webhooks.setStepEnabled(step.id, false, signal),
  };
}

function deleting(): StepAct {
  return {
    pending: vscode.l10n.t('Deleting…'),
    undone: (name) => vscode.l10n.t('Could not delete the step "{name}".', { name }),
    act: (connection, step, signal) => connection.webhooks.deleteStep(step.id, signal),
  };
}

/** Does all that can be done; what could not is told by name. */
async function eachStep(
  services: Services,
  connection: Connection,
  steps: readonly Step[],
  act: StepAct,
): Promise<void> {
  const { profile } = connection;
  const ids = steps.map((step) => step.id);
  await services.states.whilePending(profile.id, ids, act.pending, async () => {
    await Promise.all(
      steps.map((step) =>
        services.report.attempt({ undone: act.undone(step.name), environment: profile }, () =>
          act.act(connection, step, services.lifetime),
        ),
      ),
    );
  });
  await services.tree.refresh([profile.id]);
}

function confirmDelete(services: Services, connection: Connection, steps: readonly Step[]): Promise<boolean> {
  const environment = connection.profile.name;
  const [first] = steps;
  const question =
    steps.length === 1 && first !== undefined
      ? vscode.l10n.t('Delete the step "{name}" in {environment}?', { name: first.name, environment })
      : vscode.l10n.t('Delete {count} steps in {environment}?', { count: steps.length, environment });
  const names = steps.length === 1 ? [] : steps.map((step) => `• ${step.name}`);
  const detail = [vscode.l10n.t('Images are deleted with their step.'), ...names].join('\n');
  return services.report.confirm(question, detail, vscode.l10n.t('Delete Step'));
}
