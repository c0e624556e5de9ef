import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';
import type { Event } from '../../base/event';
import type { EnvironmentList } from '../../environments/environmentList';
import {
  failedBadge,
  filterMessage,
  filterSummary,
  unknownFactsMessage,
  type ShownCounts,
} from '../../presentation/texts/filterTexts';
import { reasonText } from '../../presentation/texts/errorTexts';
import { looksTheSame, type EnvironmentState } from '../../presentation/tree/environmentState';
import {
  isFiltered,
  shownRows,
  wholeTree,
  type ShownRows,
  type TreeView,
} from '../../presentation/tree/treeFilter';
import { environmentTooltip } from '../../presentation/tree/environmentItem';
import { treeIndex } from '../../presentation/tree/treeIndex';
import {
  environmentKey,
  PAGE_OF_CHILDREN,
  treeChildren,
  treeItem,
  type TreeNode,
} from '../../presentation/tree/treeItems';
import { listKey, parentOf, parentOfStep } from '../../presentation/tree/treeParents';
import { setContextKey } from '../contextKeys';
import { environmentColor } from '../environmentColors';
import type { EnvironmentStates } from '../environmentStates';
import type { Organizations } from '../organizations';
import { collapsibleState, tooltip } from './itemParts';

const WEBHOOKS_VIEW = 'dataverseWebhooks.webhooks';

/** Command behind the *Load more* item, the only item that acts on a click. */
const LOAD_MORE_COMMAND = 'dataverseWebhooks.loadMore';

/** Webhooks that are opened when they are all that a filter left. */
const OPENED = 10;

/** Shows environments, webhooks, steps and images in the side bar. What it shows is decided in presentation/tree. */
export class WebhookTree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  readonly #list: EnvironmentList;
  readonly #states: EnvironmentStates;
  readonly #organizations: Organizations;
  readonly #onRevealFailed: (error: unknown) => void;
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<TreeNode | undefined>());
  readonly #limits = new Map<string, number>();
  readonly #roots = new Map<string, TreeNode>();
  readonly #view: vscode.TreeView<TreeNode>;
  /** The state that was shown last, and the rows that were left of it. */
  readonly #shown = new Map<string, { readonly state: EnvironmentState; readonly rows: ShownRows }>();
  #filter: TreeView;
  readonly #filterChanged = this.#store.add(new vscode.EventEmitter<TreeView>());

  readonly onDidChangeTreeData = this.#changed.event;

  /**
   * @param filter what is shown at first
   * @param onRevealFailed hears, for the log, that a row could not be shown.
   */
  constructor(
    list: EnvironmentList,
    states: EnvironmentStates,
    organizations: Organizations,
    filter: TreeView,
    onRevealFailed: (error: unknown) => void,
  ) {
    this.#filter = filter;
    this.#organizations = organizations;
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
    // The editor keeps the tooltip that came too early, until its row is another one.
    this.#store.add(organizations.onDidLearn((id) => this.#changed.fire(this.#root(id))));
    setContextKey('dataverseWebhooks.filtered', isFiltered(filter));
    this.#showHeader();
  }

  readonly onDidChangeFilter: Event<TreeView> = (listener) => this.#filterChanged.event(listener);

  /** Fires with the environment of the item the user has just selected. */
  readonly onDidSelect: Event<string> = (listener) =>
    this.#view.onDidChangeSelection(({ selection: [first] }) => {
      if (first !== undefined) listener(first.environmentId);
    });

  /** The items the user has selected. */
  get selection(): readonly TreeNode[] {
    return this.#view.selection;
  }

  /** What the user wants to see. */
  get filter(): TreeView {
    return this.#filter;
  }

  /** True while the view is on screen; `onDidChangeVisibility` tells when that changes. */
  get visible(): boolean {
    return this.#view.visible;
  }

  readonly onDidChangeVisibility: Event<void> = (listener) =>
    this.#view.onDidChangeVisibility(() => listener());

  /** Shows only what fits; the pages of long lists begin anew. */
  setFilter(filter: TreeView): void {
    this.#filter = filter;
    this.#limits.clear();
    setContextKey('dataverseWebhooks.filtered', isFiltered(filter));
    this.#showHeader();
    this.#changed.fire(undefined);
    this.#filterChanged.fire(filter);
  }

  /** Opens what a filter has left, as far as it is little: the editor remembers what was closed before. */
  async openShown(): Promise<void> {
    for (const { id: environmentId } of this.#list.profiles) {
      const { webhooks, steps } = this.#rowsOf(environmentId);
      const found = webhooks.filter(({ id }) => (steps.get(id)?.length ?? 0) > 0);
      if (!isFiltered(this.#filter) || this.#filter.groupBy !== 'webhook' || found.length > OPENED) continue;
      for (const webhook of found) {
        const node: TreeNode = { kind: 'webhook', environmentId, webhook };
        await this.#reveal(node, { expand: true, select: false, focus: false });
      }
    }
  }

  /** How many rows a filter would leave, over all environments that are loaded. */
  countShown(filter: TreeView): ShownCounts {
    const counts = { webhooks: 0, steps: 0, allWebhooks: 0, allSteps: 0 };
    for (const { id } of this.#list.profiles) {
      const state = this.#states.of(id);
      const rows = filter === this.#filter ? this.#rowsOf(id) : shownRows(state, filter);
      counts.webhooks += rows.webhooks.length;
      counts.steps += rows.stepCount;
      counts.allWebhooks += state.webhooks.length;
      counts.allSteps += treeIndex(state).stepCount;
    }
    return counts;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const profile = this.#list.find(node.environmentId);
    if (profile === undefined) return new vscode.TreeItem('');
    const model = treeItem(
      node,
      profile,
      this.#states.of(node.environmentId),
      this.#rowsOf(node.environmentId),
    );
    const item = new vscode.TreeItem(model.label, collapsibleState(model.expandable));
    item.id = model.id;
    item.description = model.description;
    const color = model.color === undefined ? undefined : environmentColor(model.color);
    item.iconPath = new vscode.ThemeIcon(model.icon, color);
    item.contextValue = model.contextValue;
    // Without this a screen reader hears the label only, and the state of a step is in the description.
    item.accessibilityInformation = {
      label: [model.spoken ?? model.label, model.description].filter((text) => text !== '').join(', '),
    };
    if (model.onClick === 'loadMore') {
      item.command = { command: LOAD_MORE_COMMAND, title: model.label, arguments: [node] };
    }
    return item;
  }

  /** The tooltip of a row that is pointed at. An environment is asked for more; without an answer it tells what is known. */
  async resolveTreeItem(
    item: vscode.TreeItem,
    node: TreeNode,
    cancel: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    const profile = this.#list.find(node.environmentId);
    if (profile === undefined) return item;
    const state = this.#states.of(profile.id);
    if (node.kind !== 'environment') {
      item.tooltip = tooltip(treeItem(node, profile, state, this.#rowsOf(profile.id)).tooltip());
      return item;
    }
    const stop = new AbortController();
    const listening = cancel.onCancellationRequested(() => stop.abort());
    try {
      const facts = await this.#organizations.of(profile.id, stop.signal);
      item.tooltip = tooltip(environmentTooltip(profile, this.#states.of(profile.id), facts));
    } catch (error) {
      // The editor keeps a tooltip even where it does not wait for it any more; without one it asks again.
      if (!isCancellation(error)) throw error;
    } finally {
      listening.dispose();
    }
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) return this.#list.profiles.map((profile) => this.#root(profile.id));
    if (node.kind === 'environment' && this.#states.of(node.environmentId).phase === 'unloaded') {
      await this.#states.loadFirst(node.environmentId);
    }
    const { environmentId } = node;
    return [...treeChildren(node, this.#states.of(environmentId), this.#limits, this.#rowsOf(environmentId))];
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

  /** Loads only some webhooks anew, after a change of these alone. */
  async refreshBranch(environmentId: string, webhookIds: readonly string[]): Promise<void> {
    await this.withProgress(() => this.#states.loadBranch(environmentId, webhookIds));
  }

  /** Shows progress in the view while something is done to what it shows. */
  withProgress<T>(work: () => Promise<T>): Promise<T> {
    return Promise.resolve(vscode.window.withProgress({ location: { viewId: WEBHOOKS_VIEW } }, work));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    const { environmentId } = node;
    const parent = parentOf(node, this.#states.of(environmentId), this.#rowsOf(environmentId));
    return parent?.kind === 'environment' ? this.#root(environmentId) : parent;
  }

  /**
   * Goes to a webhook in the tree, so that the result of a registration is in sight. False where it is not loaded. The
   * focus goes there, too: with the selection alone, the next key would act on another row than the one that is shown.
   */
  async revealWebhook(environmentId: string, id: string): Promise<boolean> {
    if (this.#filter.groupBy !== 'webhook') this.setFilter({ ...this.#filter, groupBy: 'webhook' });
    this.#ensureShown(environmentId, ({ webhooks }) => webhooks.some((webhook) => webhook.id === id));
    const { webhooks } = this.#rowsOf(environmentId);
    const place = webhooks.findIndex((webhook) => webhook.id === id);
    const webhook = webhooks[place];
    if (webhook === undefined) return false;
    this.#ensurePage(environmentId, environmentKey(environmentId), place);
    await this.#reveal({ kind: 'webhook', environmentId, webhook }, { focus: true });
    return true;
  }

  /** Goes to a step under its webhook, or in its group. False where it is not loaded. */
  async revealStep(environmentId: string, webhookId: string, id: string): Promise<boolean> {
    const has = ({ steps }: ShownRows): boolean =>
      steps.get(webhookId)?.some((step) => step.id === id) === true;
    this.#ensureShown(environmentId, has);
    const rows = this.#rowsOf(environmentId);
    const step = rows.steps.get(webhookId)?.find((other) => other.id === id);
    if (step === undefined) return false;
    const parent = parentOfStep(environmentId, step, this.#states.of(environmentId), rows);
    const siblings = parent.kind === 'group' ? parent.group.steps : (rows.steps.get(webhookId) ?? []);
    this.#ensurePage(environmentId, listKey(parent), siblings.indexOf(step));
    const [outer, place] =
      parent.kind === 'group'
        ? [environmentKey(environmentId), rows.groups.indexOf(parent.group)]
        : [environmentKey(environmentId), rows.webhooks.findIndex((webhook) => webhook.id === webhookId)];
    this.#ensurePage(environmentId, outer, place);
    await this.#reveal({ kind: 'step', environmentId, step }, { focus: true });
    return true;
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** A row that cannot be revealed, because the view is gone or was refreshed meanwhile, is no failure of what was done. */
  async #reveal(
    node: TreeNode,
    how: { readonly expand?: boolean; readonly select?: boolean; readonly focus: boolean },
  ): Promise<void> {
    // A tree that is refreshed while a row is looked for in it loses the row, and has it again after.
    const show = async (): Promise<void> => this.#view.reveal(node, how);
    try {
      await show().catch(show);
    } catch (error) {
      this.#onRevealFailed(error);
    }
  }

  /** What is to be revealed must not be hidden by a filter; the grouping stays. */
  #ensureShown(environmentId: string, has: (rows: ShownRows) => boolean): void {
    if (isFiltered(this.#filter) && !has(this.#rowsOf(environmentId))) {
      this.setFilter({ ...wholeTree, groupBy: this.#filter.groupBy });
    }
  }

  /** What is to be revealed must be among the children that are shown. */
  #ensurePage(environmentId: string, parentKey: string, place: number): void {
    if (place < (this.#limits.get(parentKey) ?? PAGE_OF_CHILDREN)) return;
    this.#limits.set(parentKey, Math.ceil((place + 1) / PAGE_OF_CHILDREN) * PAGE_OF_CHILDREN);
    this.#changed.fire(this.#root(environmentId));
  }

  /** The rows that the filter leaves, computed once for a state. */
  #rowsOf(environmentId: string): ShownRows {
    const state = this.#states.of(environmentId);
    const known = this.#shown.get(environmentId);
    if (known?.state === state && known.rows.view === this.#filter) return known.rows;
    const rows = shownRows(state, this.#filter);
    this.#shown.set(environmentId, { state, rows });
    return rows;
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
        this.#shown.delete(id);
        this.#states.forget(id);
      }
    }
    this.#showHeader();
    this.#changed.fire(undefined);
  }

  #stateChanged(environmentId: string): void {
    const state = this.#states.of(environmentId);
    const before = this.#shown.get(environmentId)?.state;
    // The start of a load changes nothing on screen; the view shows its progress by itself.
    const sameRows = before !== undefined && looksTheSame(before, state);
    if (state.phase === 'loading' && (sameRows || state.webhooks.length === 0)) return;
    this.#showHeader();
    this.#changed.fire(this.#root(environmentId));
  }

  /** What stands above and beside the tree: the filter, the failed jobs that were counted, and whether rows may be old. */
  #showHeader(): void {
    this.#view.description = filterSummary(this.#filter);
    const stale = this.#staleMessage();
    this.#view.message = [...this.#filterLines(), ...(stale === undefined ? [] : [stale])].join('\n');
    const counts = this.#list.profiles.flatMap(({ id }) => this.#states.of(id).failures ?? []);
    this.#view.badge = failedBadge(counts);
  }

  /** What the filter has left; that it has left nothing is only said where all that it asks is known. */
  #filterLines(): readonly string[] {
    if (!isFiltered(this.#filter)) return [];
    const unknown = this.#list.profiles.flatMap(
      ({ id, name }) => unknownFactsMessage(this.#filter, this.#states.of(id), name) ?? [],
    );
    const counts = this.countShown(this.#filter);
    const left = unknown.length > 0 && counts.webhooks === 0 ? [] : [filterMessage(this.#filter, counts)];
    return [...left, ...unknown];
  }

  /** A failed load keeps the items and says above them that they may be old, and why. */
  #staleMessage(): string | undefined {
    const failed = this.#list.profiles.find((profile) => {
      const state = this.#states.of(profile.id);
      return state.phase === 'failed' && state.webhooks.length > 0;
    });
    if (failed === undefined) return undefined;
    const reason = reasonText(this.#states.of(failed.id).error, failed.name).message;
    return vscode.l10n.t('Shown as it was before: {reason} Use Refresh to try again.', { reason });
  }
}
