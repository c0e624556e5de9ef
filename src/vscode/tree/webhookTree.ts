import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { EnvironmentList } from '../../environments/environmentList';
import { reasonText } from '../../presentation/texts/errorTexts';
import { stepsOf } from '../../presentation/tree/environmentState';
import {
  PAGE_OF_CHILDREN,
  treeChildren,
  treeItem,
  type TooltipLine,
  type TreeNode,
} from '../../presentation/tree/treeItems';
import type { EnvironmentStates } from '../environmentStates';

export const WEBHOOKS_VIEW = 'dataverseWebhooks.webhooks';

/** Command behind the *Load more* item, the only item that acts on a click. */
export const LOAD_MORE_COMMAND = 'dataverseWebhooks.loadMore';

/** Shows environments, webhooks, steps and images in the side bar. What it shows is decided in presentation/tree. */
export class WebhookTree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  readonly #list: EnvironmentList;
  readonly #states: EnvironmentStates;
  readonly #onRevealFailed: (error: unknown) => void;
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<TreeNode | undefined>());
  readonly #limits = new Map<string, number>();
  readonly #roots = new Map<string, TreeNode>();
  readonly #view: vscode.TreeView<TreeNode>;

  readonly onDidChangeTreeData = this.#changed.event;

  /** @param onRevealFailed hears, for the log, that a row could not be shown. */
  constructor(list: EnvironmentList, states: EnvironmentStates, onRevealFailed: (error: unknown) => void) {
    this.#onRevealFailed = onRevealFailed;
    this.#list = list;
    this.#states = states;
    this.#view = this.#store.add(
      vscode.window.createTreeView(WEBHOOKS_VIEW, {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this.#store.add(list.onDidChange(() => this.#rootsChanged()));
    this.#store.add(states.onDidChange((environmentId) => this.#stateChanged(environmentId)));
  }

  /** The items the user has selected. */
  get selection(): readonly TreeNode[] {
    return this.#view.selection;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const profile = this.#list.find(node.environmentId);
    if (profile === undefined) return new vscode.TreeItem('');
    const model = treeItem(node, profile, this.#states.of(node.environmentId));
    const item = new vscode.TreeItem(model.label, collapsibleState(model.expandable));
    item.id = model.id;
    item.description = model.description;
    item.tooltip = tooltip(model.tooltip);
    item.iconPath = new vscode.ThemeIcon(model.icon);
    item.contextValue = model.contextValue;
    // Without this a screen reader hears the label only, and the state of a step is in the description.
    item.accessibilityInformation = {
      label: [model.label, model.description].filter((text) => text !== '').join(', '),
    };
    if (node.kind === 'more') {
      item.command = { command: LOAD_MORE_COMMAND, title: model.label, arguments: [node] };
    }
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) return this.#list.profiles.map((profile) => this.#root(profile.id));
    if (node.kind === 'environment' && this.#states.of(node.environmentId).phase === 'unloaded') {
      await this.#states.load(node.environmentId);
    }
    return [...treeChildren(node, this.#states.of(node.environmentId), this.#limits)];
  }

  /** Shows the next page of a long list. */
  loadMore(node: TreeNode): void {
    if (node.kind !== 'more') return;
    this.#limits.set(node.parentKey, node.shown + PAGE_OF_CHILDREN);
    this.#changed.fire(this.#root(node.environmentId));
  }

  /** Loads environments anew with progress in the view. */
  async refresh(environmentIds: readonly string[]): Promise<void> {
    await this.withProgress(() => Promise.all(environmentIds.map((id) => this.#states.load(id, true))));
  }

  /** Shows progress in the view while something is done to what it shows. */
  withProgress<T>(work: () => Promise<T>): Promise<T> {
    return Promise.resolve(vscode.window.withProgress({ location: { viewId: WEBHOOKS_VIEW } }, work));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    const { environmentId } = node;
    const state = this.#states.of(environmentId);
    switch (node.kind) {
      case 'environment':
        return undefined;
      case 'step': {
        const webhook = state.webhooks.find((other) => other.id === node.step.webhookId);
        return webhook === undefined
          ? this.#root(environmentId)
          : { kind: 'webhook', environmentId, webhook };
      }
      case 'image': {
        const step = [...state.steps.values()].flat().find((other) => other.id === node.image.stepId);
        return step === undefined ? this.#root(environmentId) : { kind: 'step', environmentId, step };
      }
      case 'webhook':
      case 'more':
      case 'problem':
        return this.#root(environmentId);
    }
  }

  /** Selects a webhook in the tree, so that the result of a registration is in sight. */
  async revealWebhook(environmentId: string, id: string): Promise<void> {
    const webhook = this.#states.of(environmentId).webhooks.find((other) => other.id === id);
    if (webhook !== undefined) await this.#reveal({ kind: 'webhook', environmentId, webhook });
  }

  /** Selects a step under its webhook. */
  async revealStep(environmentId: string, webhookId: string, id: string): Promise<void> {
    const step = stepsOf(this.#states.of(environmentId), webhookId).find((other) => other.id === id);
    if (step !== undefined) await this.#reveal({ kind: 'step', environmentId, step });
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** A row that cannot be revealed, because the view is gone or was refreshed meanwhile, is no failure of what was done. */
  async #reveal(node: TreeNode): Promise<void> {
    try {
      await this.#view.reveal(node);
    } catch (error) {
      this.#onRevealFailed(error);
    }
  }

  /** One object per environment, so that VS Code can refresh its branch alone. */
  #root(environmentId: string): TreeNode {
    const known = this.#roots.get(environmentId);
    if (known !== undefined) return known;
    const node: TreeNode = { kind: 'environment', environmentId };
    this.#roots.set(environmentId, node);
    return node;
  }

  #rootsChanged(): void {
    for (const id of this.#roots.keys()) {
      if (this.#list.find(id) === undefined) {
        this.#roots.delete(id);
        this.#states.forget(id);
      }
    }
    this.#showMessage();
    this.#changed.fire(undefined);
  }

  #stateChanged(environmentId: string): void {
    // The start of a load changes nothing on screen; the view shows its progress by itself.
    if (this.#states.of(environmentId).phase === 'loading') return;
    this.#showMessage();
    this.#changed.fire(this.#root(environmentId));
  }

  /** A failed load keeps the items and says above them that they may be old, and why. */
  #showMessage(): void {
    const failed = this.#list.profiles.find((profile) => {
      const state = this.#states.of(profile.id);
      return state.phase === 'failed' && state.webhooks.length > 0;
    });
    const reason =
      failed === undefined ? '' : reasonText(this.#states.of(failed.id).error, failed.name).message;
    this.#view.message =
      failed === undefined
        ? ''
        : vscode.l10n.t('Shown as it was before: {reason} Use Refresh to try again.', { reason });
  }
}

function collapsibleState(expandable: 'no' | 'collapsed' | 'expanded'): vscode.TreeItemCollapsibleState {
  switch (expandable) {
    case 'no':
      return vscode.TreeItemCollapsibleState.None;
    case 'collapsed':
      return vscode.TreeItemCollapsibleState.Collapsed;
    case 'expanded':
      return vscode.TreeItemCollapsibleState.Expanded;
  }
}

/** Names and URLs are strangers' text: they go in as text, so that no markup of theirs becomes a link. */
function tooltip(lines: readonly TooltipLine[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  lines.forEach((line, index) => {
    markdown.appendMarkdown(index === 0 ? '**' : '  \n**');
    markdown.appendMarkdown(`${escapeMarkdown(line.label)}:** ${escapeMarkdown(line.value)}`);
  });
  return markdown;
}

/** Every sign as a character reference: nothing of a stranger's text is markup, and no address of theirs a link. */
function escapeMarkdown(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (sign) => `&#${sign.codePointAt(0) ?? 0xfffd};`);
}
