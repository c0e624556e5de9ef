import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { asAct } from '../act';
import type { Services } from './services';
import { COMMANDS, type CommandId, type Handler, type Handlers } from './table';

/** The code behind the commands is most of the extension, so it is loaded when the first of them runs. */
const loadHandlers = () => import('./handlers');

/** Registers every command once, behind the one funnel that catches what a handler throws, and the links of jobs. */
export function registerCommands(services: Services): Disposable {
  const store = new DisposableStore();
  let handlers: Handlers | undefined;
  const handlerOf = async (id: CommandId): Promise<Handler> => {
    const { allHandlers } = await loadHandlers();
    // Only now, so that two commands at once get the same ones.
    handlers ??= allHandlers(services);
    return handlers[id];
  };
  for (const id of COMMANDS) {
    store.add(
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        const resource = args[0] instanceof vscode.Uri ? args[0] : undefined;
        const nodes = nodesOf(args, isTreeNode);
        const deliveryIds = nodesOf(args, isDelivery).map((node) => node.deliveryId);
        const undone = vscode.l10n.t('The command did not finish.');
        const handle = async (): Promise<void> => (await handlerOf(id))(nodes, resource, deliveryIds);
        await asAct(() => services.report.attempt({ undone }, handle), id);
      }),
    );
  }
  store.add(
    services.panels.onLoad((panels) => {
      store.add(
        panels.onFollow((followed) => {
          void loadHandlers().then(({ followJob }) => followJob(services, followed));
        }),
      );
    }),
  );
  return store;
}

/**
 * The tree passes the item that was clicked and all that are selected. A click outside the selection is about the
 * clicked item alone. Whatever else a caller passes is left out.
 *
 * Without an item the command asks which one is meant. That is so from the palette, and for a right click while the editor
 * fetches the tree anew, when it passes none. The selection of the tree is no answer then: a right click does not select
 * its row, so what is selected may be another one.
 */
function nodesOf<T>(
  [clicked, selected]: readonly unknown[],
  isNode: (value: unknown) => value is T,
): readonly T[] {
  if (!isNode(clicked)) return [];
  const all: readonly T[] = Array.isArray(selected) ? selected.filter(isNode) : [];
  return all.includes(clicked) ? all : [clicked];
}

function isDelivery(value: unknown): value is { readonly deliveryId: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'deliveryId' in value &&
    typeof value.deliveryId === 'string'
  );
}

function isTreeNode(value: unknown): value is TreeNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    'environmentId' in value &&
    typeof value.environmentId === 'string'
  );
}
