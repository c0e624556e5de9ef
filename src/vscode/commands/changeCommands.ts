import * as vscode from 'vscode';
import {
  chooseSolutionsStart,
  chooseSolutionsWizard,
  solutionChanges,
} from '../../presentation/flows/chooseSolutions';
import type { TreeNode } from '../../presentation/tree/treeItems';
import type { Component } from '../../webhooks/solutionService';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import { undoLast } from './flowParts';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment, targetRow } from './targets';

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
  const undone = vscode.l10n.t('Could not change the solutions of "{name}".', { name: row.name });
  await services.report.attempt({ undone, environment: profile }, async () => {
    await services.tree.withProgress(() => applyChanges(services, connection, component, { add, remove }));
    services.report.info(solutionsText(row.name, add, remove));
  });
}

async function applyChanges(
  { lifetime }: Services,
  { solutions }: Connection,
  component: Component,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> {
  for (const name of add) await solutions.add(component, name, lifetime);
  for (const name of remove) await solutions.remove(component, name, lifetime);
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
