import * as vscode from 'vscode';
import { tryAll } from '../../base/tryAll';
import { stepDifferences } from '../../presentation/flows/editConflict';
import { failedNames } from '../../presentation/texts/failedNames';
import { stepWizard } from '../../presentation/flows/registerStep';
import { arrivedMove, movedStep } from '../../presentation/flows/movedStep';
import { answersOf, newStep, type StepAnswers } from '../../presentation/flows/stepAnswers';
import { goesOn, runFlow, type WritingFlow } from '../../presentation/flows/unfinishedFlows';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { shownUrl } from '../../presentation/texts/urlText';
import type { NewStep, Step, Webhook } from '../../webhooks/model';
import { mergeStep } from '../../webhooks/stepMerge';
import { undoChangeStep, type Undo } from '../../webhooks/undo';
import { isLocked } from '../../webhooks/webhookRules';
import { changeStepWrite, settingsOf } from '../../webhooks/writes';
import type { Connection } from '../connections';
import { askConflict, flowHost, forgetLeft, isVersionConflict, stepContext, tellLeft } from './flowParts';
import type { Services } from './services';
import { pickOne, targetStep, targetSteps } from './targets';
import { afterChange, stillKept } from './undoing';

/** A step as it was read, with its settings. */
interface Base {
  readonly step: Step;
  readonly before: NewStep;
}

/** *Edit Step…*: begins with the step as it is now, writes what was changed, and tells when somebody else was faster. */
export async function editStep(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, step } = await targetStep(services, nodes, (other) => !isLocked(other));
  if ((await goesOn(flowHost(services, connection), editKey(step))) !== undefined) return;
  const base = await readBase(services, connection, step);
  const webhook = webhookOf(services, connection, step);
  if (base === undefined || webhook === undefined) return;
  const context = stepContext(services, connection, webhook);
  await askAndChange(services, connection, webhook, base, answersOf(context, base.before));
}

function editKey({ id }: Pick<Step, 'id'>): string {
  return `editStep ${id}`;
}

async function readBase(
  services: Services,
  connection: Connection,
  { id, name }: Step,
): Promise<Base | undefined> {
  const { profile, webhooks } = connection;
  const undone = vscode.l10n.t('Could not load the step "{name}".', { name });
  const step = await services.report.need({ undone, environment: profile }, () =>
    services.tree.withProgress(() => webhooks.step(id, services.lifetime)),
  );
  const before = settingsOf(step);
  if (before !== undefined) return { step, before };
  services.report.info(vscode.l10n.t('This step runs in an internal stage, where nobody can register.'));
  return undefined;
}

function webhookOf(services: Services, { profile }: Connection, step: Step): Webhook | undefined {
  return services.states.of(profile.id).webhooks.find((webhook) => webhook.id === step.webhookId);
}

/** @param start the answers to begin with: the step's own, or those of a run before that was refused. */
async function askAndChange(
  services: Services,
  connection: Connection,
  webhook: Webhook,
  base: Base,
  start: StepAnswers,
): Promise<void> {
  const { profile } = connection;
  const context = stepContext(services, connection, webhook);
  const flow: WritingFlow<StepAnswers> = {
    key: editKey(base.step),
    wizard: stepWizard(context, { kind: 'edit', ...base }),
    act: (answers) => {
      const mine = newStep(context, answers);
      if (mine === undefined || changeStepWrite(base.step, base.before, mine) === undefined) return undefined;
      return {
        undone: vscode.l10n.t('Could not change the step "{name}".', { name: base.step.name }),
        work: async () => {
          await write(services, connection, webhook, base, mine);
          await services.tree.refreshBranch(profile.id, [webhook.id]);
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
  base: Base,
  mine: NewStep,
): Promise<void> {
  try {
    const undo = await changeOne(services, connection, base, mine);
    tellChanged(services, connection, mine.name, undo);
  } catch (error) {
    if (!isVersionConflict(error)) throw error;
    await settleConflict(services, connection, webhook, base, mine);
  }
}

function tellChanged(services: Services, connection: Connection, name: string, undo: Undo | undefined): void {
  afterChange(services, connection, {
    done: vscode.l10n.t('The step "{name}" was changed.', { name }),
    what: vscode.l10n.t('change of the step "{name}"', { name }),
    undos: [undo],
  });
}

/** Writes what is different, if the step is still as it was read, and gives what takes it back. */
async function changeOne(
  services: Services,
  { profile, webhooks }: Connection,
  { step, before }: Base,
  after: NewStep,
): Promise<Undo | undefined> {
  const change = changeStepWrite(step, before, after);
  if (change === undefined) return undefined;
  const { etag } = await services.states.whilePending(profile.id, [step.id], vscode.l10n.t('Changing…'), () =>
    webhooks.write(change, services.lifetime),
  );
  return undoChangeStep(step.id, before, after, etag);
}

/** Somebody else changed the step since it was read: shows what is different now and asks whose values count. */
async function settleConflict(
  services: Services,
  connection: Connection,
  webhook: Webhook,
  base: Base,
  mine: NewStep,
): Promise<void> {
  const theirs = await readBase(services, connection, base.step);
  if (theirs === undefined) return;
  const merged = mergeStep(base.before, mine, theirs.before);
  // The change is there: it was written before, and only the answer was lost.
  if (changeStepWrite(theirs.step, theirs.before, merged) === undefined) {
    tellChanged(
      services,
      connection,
      mine.name,
      undoChangeStep(theirs.step.id, base.before, mine, theirs.step.etag),
    );
    return;
  }
  const answer = await askConflict(services, connection, theirs.step.name, {
    differences: stepDifferences(theirs.before, merged),
    changedByOther: stepDifferences(theirs.before, base.before),
  });
  if (answer === 'overwrite') await write(services, connection, webhook, theirs, merged);
  if (answer !== 'change') return;
  const context = stepContext(services, connection, webhook);
  await askAndChange(services, connection, webhook, theirs, answersOf(context, merged));
}

/** *Move Step to Another WebHook…*: the suggested name and description follow, written ones stay. */
export async function moveSteps(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, steps } = await targetSteps(services, nodes, (step) => !isLocked(step));
  const { profile } = connection;
  const own = steps.filter((step) => !isLocked(step));
  const [first] = own;
  if (first === undefined) return;
  const key = own.map(moveKey).find((one) => services.unfinished.of(profile.id, one) !== undefined);
  if (key !== undefined && (await goesOn(flowHost(services, connection), key)) !== undefined) return;
  const same = own.every((step) => step.webhookId === first.webhookId) ? first.webhookId : undefined;
  const others = services.states.of(profile.id).webhooks.filter((webhook) => webhook.id !== same);
  const target = await pickOne(
    services,
    vscode.l10n.t('WebHook to move the step to'),
    others.map((webhook) => ({ value: webhook, label: webhook.name, description: shownUrl(webhook.url) })),
    vscode.l10n.t('There is no other webhook.'),
    'always',
  );
  await moveTo(services, connection, own, target);
}

/** Names the move of a step for a start after one that failed. */
function moveKey({ id }: Pick<Step, 'id'>): string {
  return `moveStep ${id}`;
}

/**
 * Moves all that can be moved; the rest is told by name, and can be tried again.
 * @param earlier what takes back that which a try before this one has moved.
 */
async function moveTo(
  services: Services,
  connection: Connection,
  own: readonly Step[],
  target: Webhook,
  earlier: readonly Undo[] = [],
): Promise<void> {
  const { profile } = connection;
  const { done, failed } = await tryAll(own, (step) => moveOne(services, connection, step, target));
  forgetLeft(services, profile.id, own.map(moveKey));
  const moved = done.flatMap(({ value }) => value ?? []);
  const undos = [...stillKept(services, connection, earlier), ...moved];
  const [firstFailed] = failed;
  if (firstFailed !== undefined) {
    const undone = vscode.l10n.t('Could not move {failed} of {total} steps: {names}.', {
      failed: failed.length,
      total: own.length,
      names: failedNames(
        failed.map(({ item, error }) => ({ name: item.name, error })),
        profile.name,
      ),
    });
    const left = failed.map(({ item }) => item);
    tellLeft(services, connection, {
      keys: left.map(moveKey),
      title: vscode.l10n.t('Move to {webhook}', { webhook: target.name }),
      undone,
      error: firstFailed.error,
      again: () => moveTo(services, connection, left, target, undos),
    });
  }
  if (moved.length > 0)
    afterChange(services, connection, {
      done:
        undos.length === 1
          ? vscode.l10n.t('The step was moved to "{name}".', { name: target.name })
          : vscode.l10n.t('{count} steps were moved to "{name}".', {
              count: undos.length,
              name: target.name,
            }),
      what:
        undos.length === 1
          ? vscode.l10n.t('move of a step to "{name}"', { name: target.name })
          : vscode.l10n.t('move of {count} steps to "{name}"', { count: undos.length, name: target.name }),
      undos,
    });
  await services.tree.refreshBranch(profile.id, [target.id, ...new Set(own.map((step) => step.webhookId))]);
  const [first] = done;
  if (first !== undefined) await services.tree.revealStep(profile.id, target.id, first.item.id);
}

async function moveOne(
  services: Services,
  connection: Connection,
  known: Step,
  target: Webhook,
): Promise<Undo | undefined> {
  const step = await connection.webhooks.step(known.id, services.lifetime);
  const from = webhookOf(services, connection, known) ?? { id: known.webhookId, name: '' };
  const move = movedStep(step, from, target);
  if (move !== undefined) return changeOne(services, connection, { step, before: move.before }, move.after);
  const arrived = arrivedMove(known, step, from, target);
  return arrived && undoChangeStep(step.id, arrived.before, arrived.after, step.etag);
}
