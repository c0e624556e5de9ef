import * as vscode from 'vscode';
import { tryAll } from '../../base/tryAll';
import {
  chooseSolutionsStart,
  chooseSolutionsWizard,
  solutionChanges,
} from '../../presentation/flows/chooseSolutions';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { failedNames } from '../../presentation/texts/failedNames';
import type { Component } from '../../webhooks/solutionService';
import { undoSolutions } from '../../webhooks/undo';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment, targetRow } from './targets';
import { afterChange, undoLast } from './undoing';

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
  const { profile, solutions } = connection;
  const component: Component = { kind: row.kind, id: row.id };
  const wizard = chooseSolutionsWizard({
    name: row.name,
    solutions: (signal) => solutions.solutions(signal),
    holding: (signal) => solutions.holding(component, signal),
  });
  const answers = await runWizard(
    wizard,
    quickInputUi(profile.name),
    chooseSolutionsStart,
    services.lifetime,
  );
  const { add, remove } = solutionChanges(answers);
  if (add.length + remove.length === 0) return;
  await services.tree.withProgress(() =>
    applyChanges(services, connection, { component, name: row.name }, { add, remove }),
  );
}

/** Tries all of them: what was done can be undone, what could not is told by the names of the solutions. */
async function applyChanges(
  services: Services,
  connection: Connection,
  { component, name }: { readonly component: Component; readonly name: string },
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> {
  const { profile, solutions } = connection;
  const { lifetime } = services;
  const changes = [
    ...add.map((solution) => ({ solution, run: () => solutions.add(component, solution, lifetime) })),
    ...remove.map((solution) => ({ solution, run: () => solutions.remove(component, solution, lifetime) })),
  ];
  const tried = await tryAll(changes, ({ run }) => run());
  const failed = tried.failed.map(({ item, error }) => ({ name: item.solution, error }));
  const isDone = (solution: string): boolean => failed.every((one) => one.name !== solution);
  const [added, removed] = [add.filter(isDone), remove.filter(isDone)];
  const undo = undoSolutions(component, { added, removed });
  if (undo !== undefined)
    afterChange(services, connection, {
      done: solutionsText(name, added, removed),
      what: vscode.l10n.t('change of the solutions of "{name}"', { name }),
      undos: [undo],
    });
  const [first] = failed;
  if (first === undefined) return;
  const undone = vscode.l10n.t('Could not change the solutions of "{name}": {names}.', {
    name,
    names: failedNames(failed, profile.name),
  });
  const left = (names: readonly string[]): readonly string[] => names.filter((one) => !isDone(one));
  const retry = (): void =>
    void services.report.attempt({ undone, environment: profile }, () =>
      services.tree.withProgress(async () => {
        // One of which only the answer was lost is not taken out again: that would be refused.
        const holding = await solutions.holding(component, lifetime);
        const held = (one: string): boolean => holding.some(({ uniqueName }) => uniqueName === one);
        const again = { add: left(add), remove: left(remove).filter(held) };
        await applyChanges(services, connection, { component, name }, again);
      }),
    );
  services.report.failure({ error: first.error, undone, environment: profile, retry });
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
