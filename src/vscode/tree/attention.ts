import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Attention } from '../../presentation/tree/quietRefresh';
import type { WebhookTree } from './webhookTree';

/** Whether the user can see the tree, and when that may have changed. */
export function attentionTo(tree: WebhookTree): Attention {
  return {
    get attended() {
      return tree.visible && vscode.window.state.focused;
    },
    onDidChange: (listener) => {
      const store = new DisposableStore();
      store.add(tree.onDidChangeVisibility(() => listener()));
      store.add(vscode.window.onDidChangeWindowState(() => listener()));
      return store;
    },
  };
}
