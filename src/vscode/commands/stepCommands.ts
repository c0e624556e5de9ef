import * as vscode from 'vscode';
import { isCancellation } from '../../base/errors';
import { tryAll, type Tried } from '../../base/tryAll';
import { DataverseError } from '../../dataverse/errors';
import { namedSteps } from '../../presentation/texts/deletionTexts';
import { failedNames } from '../../presentation/texts/failedNames';
import {
  copiedImages,
  registerStepWizard,
  stepWizard,
  type StepFlow,
} from '../../presentation/flows/registerStep';
import { answersOf, newStep, newStepAnswers, type StepAnswers } from '../../presentation/flows/stepAnswers';
import { goesOn, runFlow, type WritingFlow } from '../../presentation/flows/unfinishedFlows';
import type { TreeNode } from '../../presentation/tree/treeItems';
import type { Step, Webhook } from '../../webhooks/model';
import { undoDeleteStep, undoRegisterStep, undoStepStates, type Undo } from '../../webhooks/undo';
import { isLocked } from '../../webhooks/webhookRules';
import { deleteStepWrite, settingsOf } from '../../webhooks/writes';
import type { Connection } from '../connections';
import { flowHost, stepContext } from './flowParts';
import type { Services } from './services';
import { editStep, moveSteps } from './stepChanges';
import type { Handlers } from './table';
import { targetStep, targetSteps, targetWebhook } from './targets';
import { afterChange } from './undoing';

type StepCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.registerStep'
  | 'dataverseWebhooks.editStep'
  | 'dataverseWebhooks.duplicateStep'
  | 'dataverseWebhooks.moveStep'
  | 'dataverseWebhooks.enableStep'
  | 'dataverseWebhooks.disableStep'
  | 'dataverseWebhooks.enableAllSteps'
  | 'dataverseWebhooks.disableAllSteps'
  | 'dataverseWebhooks.deleteStep'
>;

/** Commands about steps. */
export function stepCommands(services: Services): StepCommands {
  const setEnabled = async (nodes: readonly TreeNode[], enabled: boolean): Promise<void> => {
    const other = (step: Step): boolean => step.enabled !== enabled;
    const { connection, steps } = await targetSteps(services, nodes, other, 'always');
    await eachStep(services, connection, steps.filter(other), enabling(enabled));
  };
  const setAllEnabled = async (nodes: readonly TreeNode[], enabled: boolean): Promise<void> => {
    const { connection, webhook } = await targetWebhook(services, nodes, undefined, 'always');
    const undone = vscode.l10n.t('Could not load the steps of "{name}".', { name: webhook.name });
    const steps = await services.report.need({ undone, environment: connection.profile }, () =>
      services.tree.withProgress(() => connection.webhooks.stepsOf(webhook.id, services.lifetime)),
    );
    const others = steps.filter((step) => step.enabled !== enabled);
    if (others.length > 0) return eachStep(services, connection, others, enabling(enabled));
    services.report.info(
      enabled
        ? vscode.l10n.t('No step of "{name}" is disabled.', { name: webhook.name })
        : vscode.l10n.t('No step of "{name}" is enabled.', { name: webhook.name }),
    );
  };
  return {
    'dataverseWebhooks.registerStep': async (nodes) => {
      const { connection, webhook } = await targetWebhook(services, nodes);
      await registerStepOn(services, connection, webhook);
    },
    'dataverseWebhooks.editStep': (nodes) => editStep(services, nodes),
    'dataverseWebhooks.duplicateStep': async (nodes) => {
      await duplicateStep(services, nodes);
    },
    'dataverseWebhooks.moveStep': (nodes) => moveSteps(services, nodes),
    'dataverseWebhooks.enableStep': (nodes) => setEnabled(nodes, true),
    'dataverseWebhooks.disableStep': (nodes) => setEnabled(nodes, false),
    'dataverseWebhooks.enableAllSteps': (nodes) => setAllEnabled(nodes, true),
    'dataverseWebhooks.disableAllSteps': (nodes) => setAllEnabled(nodes, false),
    'dataverseWebhooks.deleteStep': async (nodes) => {
      const { connection, steps } = await targetSteps(services, nodes, (step) => !isLocked(step));
      const own = steps.filter((step) => !isLocked(step));
      if (own.length > 0 && (await confirmDelete(services, connection, own)))
        await deleteSteps(services, connection, own);
    },
  };
}

/** Registers a step on a webhook: asks for it, and reveals it. */
export async function registerStepOn(
  services: Services,
  connection: Connection,
  webhook: Pick<Webhook, 'id' | 'name'>,
): Promise<void> {
  const host = flowHost(services, connection);
  const flow = registrationFlow(services, connection, webhook, { kind: 'register' });
  if ((await goesOn(host, flow.key)) !== undefined) return;
  const solution = services.rememberedSolutions.of(connection.profile.id);
  await runFlow(host, flow, { ...newStepAnswers, id: crypto.randomUUID(), solution });
}

/** Deletes steps as one act with one undo; nobody is asked. */
export function deleteSteps(
  services: Services,
  connection: Connection,
  steps: readonly Step[],
): Promise<void> {
  return eachStep(services, connection, steps, deleting(services));
}

/** Registers a step like another one: asks, beginning with what that one has. True when it was registered. */
export async function duplicateStep(services: Services, nodes: readonly TreeNode[]): Promise<boolean> {
  const { connection, step: known } = await targetStep(services, nodes);
  const host = flowHost(services, connection);
  const goneOn = await goesOn(host, duplicationKey(known));
  if (goneOn !== undefined) return goneOn;
  const undone = vscode.l10n.t('Could not load the step "{name}".', { name: known.name });
  const step = await services.report.need({ undone, environment: connection.profile }, () =>
    services.tree.withProgress(() => connection.webhooks.step(known.id, services.lifetime)),
  );
  const settings = settingsOf(step);
  if (settings === undefined) {
    services.report.info(vscode.l10n.t('This step runs in an internal stage, where nobody can register.'));
    return false;
  }
  const webhook = services.states
    .of(connection.profile.id)
    .webhooks.find((other) => other.id === step.webhookId);
  if (webhook === undefined) return false;
  const context = stepContext(services, connection, webhook);
  const solution = services.rememberedSolutions.of(connection.profile.id);
  const flow = registrationFlow(services, connection, webhook, { kind: 'duplicate', step });
  return runFlow(host, flow, { ...answersOf(context, settings), id: crypto.randomUUID(), solution });
}

function duplicationKey({ id }: Pick<Step, 'id'>): string {
  return `duplicateStep ${id}`;
}

/** Asks for a step that is registered, alone or with the images of the one that it copies. */
function registrationFlow(
  services: Services,
  connection: Connection,
  webhook: Pick<Webhook, 'id' | 'name'>,
  kind: Exclude<StepFlow, { kind: 'edit' }>,
): WritingFlow<StepAnswers> {
  const { profile, webhooks } = connection;
  const context = stepContext(services, connection, webhook);
  return {
    key: kind.kind === 'register' ? `registerStep ${webhook.id}` : duplicationKey(kind.step),
    wizard: kind.kind === 'register' ? registerStepWizard(context) : stepWizard(context, kind),
    act: (answers) => {
      const step = newStep(context, answers);
      if (step === undefined) return undefined;
      const { name } = step;
      const images = kind.kind === 'register' ? [] : copiedImages(kind.step, step);
      return {
        undone: vscode.l10n.t('Could not register the step "{name}".', { name }),
        work: async () => {
          await services.rememberedSolutions.keep(profile.id, answers.solution);
          const id = await services.tree.withProgress(() =>
            webhooks.registerStep(step, services.lifetime, images),
          );
          afterChange(services, connection, {
            done: vscode.l10n.t('The step "{name}" was registered.', { name }),
            what: vscode.l10n.t('registration of the step "{name}"', { name }),
            undos: [undoRegisterStep(id)],
            quiet: true,
          });
          await services.tree.refreshBranch(profile.id, [webhook.id]);
          await services.tree.revealStep(profile.id, webhook.id, id);
        },
      };
    },
  };
}

/** What is done to each of the selected steps; `act` gives what takes it back. */
interface StepAct {
  readonly pending: string;
  readonly undone: (name: string) => string;
  readonly undoneOf: (failed: number, total: number, names: string) => string;
  readonly done: (names: readonly string[]) => string;
  readonly what: (names: readonly string[]) => string;
  readonly act: (
    connection: Connection,
    step: Step,
    signal: AbortSignal,
  ) => Promise<ReadonlyArray<Undo | undefined>>;
  /** The opposite of one is at hand, so one alone needs no message. */
  readonly quietForOne: boolean;
}

function enabling(enabled: boolean): StepAct {
  return {
    pending: enabled ? vscode.l10n.t('Enabling…') : vscode.l10n.t('Disabling…'),
    undone: (name) =>
      enabled
        ? vscode.l10n.t('Could not enable the step "{name}".', { name })
        : vscode.l10n.t('Could not disable the step "{name}".', { name }),
    undoneOf: (failed, total, names) =>
      enabled
        ? vscode.l10n.t('Could not enable {failed} of {total} steps: {names}.', { failed, total, names })
        : vscode.l10n.t('Could not disable {failed} of {total} steps: {names}.', { failed, total, names }),
    done: (names) =>
      oneOrMany(
        names,
        (name) =>
          enabled
            ? vscode.l10n.t('The step "{name}" was enabled.', { name })
            : vscode.l10n.t('The step "{name}" was disabled.', { name }),
        (count) =>
          enabled
            ? vscode.l10n.t('{count} steps were enabled.', { count })
            : vscode.l10n.t('{count} steps were disabled.', { count }),
      ),
    what: (names) =>
      oneOrMany(
        names,
        (name) =>
          enabled
            ? vscode.l10n.t('enabling of the step "{name}"', { name })
            : vscode.l10n.t('disabling of the step "{name}"', { name }),
        (count) =>
          enabled
            ? vscode.l10n.t('enabling of {count} steps', { count })
            : vscode.l10n.t('disabling of {count} steps', { count }),
      ),
    act: async ({ webhooks }, step, signal) => {
      const { etag } = await webhooks.setStepEnabled(step.id, enabled, signal);
      return [undoStepStates([{ id: step.id, wasEnabled: step.enabled, etag }])];
    },
    quietForOne: true,
  };
}

/** A text about one step by its name, or about so many. */
function oneOrMany(
  names: readonly string[],
  one: (name: string) => string,
  many: (count: number) => string,
): string {
  const [name] = names;
  return name !== undefined && names.length === 1 ? one(name) : many(names.length);
}

function deleting(services: Services): StepAct {
  // What was tried to be deleted: when it is gone at the next try, only the answer was lost.
  const tried = new Map<string, readonly Undo[]>();
  return {
    pending: vscode.l10n.t('Deleting…'),
    undone: (name) => vscode.l10n.t('Could not delete the step "{name}".', { name }),
    undoneOf: (failed, total, names) =>
      vscode.l10n.t('Could not delete {failed} of {total} steps: {names}.', { failed, total, names }),
    done: (names) =>
      oneOrMany(
        names,
        (name) => vscode.l10n.t('The step "{name}" was deleted.', { name }),
        (count) => vscode.l10n.t('{count} steps were deleted.', { count }),
      ),
    what: (names) =>
      oneOrMany(
        names,
        (name) => vscode.l10n.t('deletion of the step "{name}"', { name }),
        (count) => vscode.l10n.t('deletion of {count} steps', { count }),
      ),
    act: async ({ webhooks, solutions }, step, signal) => {
      const before = tried.get(step.id);
      try {
        // As it is now, not as the tree has it: this is what an undo registers again.
        const [fresh, holding] = await Promise.all([
          webhooks.step(step.id, signal),
          solutions.holding({ kind: 'step', id: step.id }, signal).catch((error: unknown) => {
            if (isCancellation(error)) throw error;
            // Whoever may not read solutions may delete a step nevertheless.
            services.report.background(error, 'Undo will not put a deleted step into its solutions again.');
            return [];
          }),
        ]);
        const undo = undoDeleteStep(fresh, holding);
        tried.set(step.id, undo);
        await webhooks.write(deleteStepWrite(step.id), signal);
        return undo;
      } catch (error) {
        if (before === undefined || !DataverseError.is(error, 'notFound')) throw error;
        return before;
      }
    },
    quietForOne: false,
  };
}

/** Does all that can be done, as one act with one undo; what could not is told by name with its reason. */
async function eachStep(
  services: Services,
  connection: Connection,
  steps: readonly Step[],
  act: StepAct,
): Promise<void> {
  const { profile } = connection;
  const ids = steps.map((step) => step.id);
  const { done, failed } = await services.states.whilePending(profile.id, ids, act.pending, () =>
    tryAll(steps, (step) => act.act(connection, step, services.lifetime)),
  );
  const names = done.map(({ item }) => item.name);
  if (done.length > 0)
    afterChange(services, connection, {
      done: act.done(names),
      what: act.what(names),
      undos: done.flatMap(({ value }) => value),
      quiet: act.quietForOne && steps.length === 1,
    });
  tellFailed(services, connection, steps.length, failed, act);
  await services.tree.refreshBranch(profile.id, [...new Set(steps.map((step) => step.webhookId))]);
}

function tellFailed(
  services: Services,
  connection: Connection,
  total: number,
  failed: Tried<Step, unknown>['failed'],
  act: StepAct,
): void {
  const { profile } = connection;
  const [first] = failed;
  if (first === undefined) return;
  const names = failedNames(
    failed.map(({ item, error }) => ({ name: item.name, error })),
    profile.name,
  );
  const undone = total === 1 ? act.undone(first.item.name) : act.undoneOf(failed.length, total, names);
  const steps = failed.map(({ item }) => item);
  services.report.failure({
    error: first.error,
    undone,
    environment: profile,
    retry: () =>
      void services.report.attempt({ undone, environment: profile }, () =>
        eachStep(services, connection, steps, act),
      ),
  });
}

function confirmDelete(services: Services, connection: Connection, steps: readonly Step[]): Promise<boolean> {
  const environment = connection.profile.name;
  const [first] = steps;
  const question =
    steps.length === 1 && first !== undefined
      ? vscode.l10n.t('Delete the step "{name}" in {environment}?', { name: first.name, environment })
      : vscode.l10n.t('Delete {count} steps in {environment}?', { count: steps.length, environment });
  const names = steps.length === 1 ? [] : namedSteps(steps);
  const detail = [
    vscode.l10n.t(
      'Images are deleted with their step. Undo registers them again with the same ids, in the same unmanaged solutions.',
    ),
    ...names,
  ].join('\n');
  return services.report.confirm(question, detail, vscode.l10n.t('Delete Step'));
}
