import * as vscode from 'vscode';
import { tryAll } from '../../base/tryAll';
import {
  chooseSolutionsStart,
  chooseSolutionsWizard,
  solutionChanges,
} from '../../presentation/flows/chooseSolutions';
import { goesOn } from '../../presentation/flows/unfinishedFlows';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { failedNames } from '../../presentation/texts/failedNames';
import type { Component } from '../../webhooks/solutionService';
import { undoSolutions, type Undo } from '../../webhooks/undo';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { flowHost, forgetLeft, tellLeft } from './flowParts';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment, targetRow } from './targets';
import { afterChange, stillKept, undoLast } from './undoing';

type ChangeCommands = Pick<
  Handlers,
  'dataverseWebhooks.undoLastChange' | 'dataverseWebhooks.chooseSolutions'
>;

/** Commands about changes as such: what takes one back, and in which solutions it travels. */
export function changeCommands(services: Services): ChangeCommands {
  return {
    'dataverseWebhooks.undoLastChange': async (nodes) => {
      const connection = await targetEnvironment(
        services,
        nodes,
        ({ profile }) => services.undos.of(profile.id) !== undefined,
      );
      await undoLast(services, connection);
    },
    'dataverseWebhooks.chooseSolutions': (nodes) => chooseSolutions(services, nodes),
  };
}

async function chooseSolutions(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, row } = await targetRow(services, nodes);
  const { solutions } = connection;
  const component: Component = { kind: row.kind, id: row.id };
  const host = flowHost(services, connection);
  if ((await goesOn(host, keyOf(component))) !== undefined) return;
  const wizard = chooseSolutionsWizard({
    name: row.name,
    solutions: (signal) => solutions.solutions(signal),
    holding: (signal) => solutions.holding(component, signal),
  });
  const answers = await runWizard(wizard, host.ui, chooseSolutionsStart, services.lifetime);
  const { add, remove } = solutionChanges(answers);
  if (add.length + remove.length === 0) return;
  await services.tree.withProgress(() =>
    applyChanges(services, connection, { component, name: row.name, title: wizard.title }, { add, remove }),
  );
}

/** Names the flow for a start after one that failed. */
function keyOf({ id }: Component): string {
  return `chooseSolutions ${id}`;
}

/** What is put into solutions or taken out, and how the flow about it is called. */
interface Held {
  readonly component: Component;
  readonly name: string;
  readonly title: string;
}

/** Solutions by unique name: what was, or is to be, done. */
interface Changes {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Tries all of them: what was done can be undone, what could not is told by the names of the solutions.
 * @param earlier what tries before this one have done, and what takes that back.
 */
async function applyChanges(
  services: Services,
  connection: Connection,
  held: Held,
  { add, remove }: Changes,
  earlier: { readonly done: Changes; readonly undos: readonly Undo[] } = { done: NOTHING, undos: [] },
): Promise<void> {
  const { solutions } = connection;
  const { lifetime } = services;
  const { component } = held;
  const changes = [
    ...add.map((solution) => ({ solution, run: () => solutions.add(component, solution, lifetime) })),
    ...remove.map((solution) => ({ solution, run: () => solutions.remove(component, solution, lifetime) })),
  ];
  const tried = await tryAll(changes, ({ run }) => run());
  const failed = tried.failed.map(({ item, error }) => ({ name: item.solution, error }));
  const isDone = (solution: string): boolean => failed.every((one) => one.name !== solution);
  // Another change since then has an undo of its own, and this one begins anew.
  const { length } = stillKept(services, connection, earlier.undos);
  const before = length === earlier.undos.length ? earlier.done : NOTHING;
  const done = {
    add: [...before.add, ...add.filter(isDone)],
    remove: [...before.remove, ...remove.filter(isDone)],
  };
  const undo = undoSolutions(component, { added: done.add, removed: done.remove });
  if (undo !== undefined)
    afterChange(services, connection, {
      done: solutionsText(held.name, done.add, done.remove),
      what: vscode.l10n.t('change of the solutions of "{name}"', { name: held.name }),
      undos: [undo],
    });
  const left = { add: add.filter((one) => !isDone(one)), remove: remove.filter((one) => !isDone(one)) };
  const retry = async (): Promise<void> => {
    // One of which only the answer was lost is not taken out again: that would be refused.
    const holding = await solutions.holding(component, lifetime);
    const isGone = (one: string): boolean => holding.every(({ uniqueName }) => uniqueName !== one);
    const again = { add: left.add, remove: left.remove.filter((one) => !isGone(one)) };
    const arrived = { ...done, remove: [...done.remove, ...left.remove.filter(isGone)] };
    await applyChanges(services, connection, held, again, {
      done: arrived,
      undos: undo === undefined ? [] : [undo],
    });
  };
  tellSolutionsLeft(services, connection, held, failed, retry);
}

const NOTHING: Changes = { add: [], remove: [] };

/** Tells the solutions that could not be changed by their names. */
function tellSolutionsLeft(
  services: Services,
  connection: Connection,
  { component, name, title }: Held,
  failed: ReadonlyArray<{ readonly name: string; readonly error: unknown }>,
  retry: () => Promise<void>,
): void {
  const { profile } = connection;
  const keys = [keyOf(component)];
  const [first] = failed;
  if (first === undefined) {
    forgetLeft(services, profile.id, keys);
    return;
  }
  const undone = vscode.l10n.t('Could not change the solutions of "{name}": {names}.', {
    name,
    names: failedNames(failed, profile.name),
  });
  const again = (): Promise<void> => services.tree.withProgress(retry);
  tellLeft(services, connection, { keys, title, undone, error: first.error, again });
}

function solutionsText(name: string, add: readonly string[], remove: readonly string[]): string {
  const list = (names: readonly string[]): string => names.join(', ');
  if (remove.length === 0) return vscode.l10n.t('"{name}" was added to {added}.', { name, added: list(add) });
  if (add.length === 0)
    return vscode.l10n.t('"{name}" was removed from {removed}.', { name, removed: list(remove) });
  return vscode.l10n.t('"{name}" was added to {added} and removed from {removed}.', {
    name,
    added: list(add),
    removed: list(remove),
  });
}
