import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { DeliveryLog } from '../../delivery/log/deliveryLog';
import type { DeliveryRecord } from '../../delivery/log/deliveryRecord';
import {
  allDeliveries,
  isDeliveryFilter,
  type DeliveryFilter,
} from '../../presentation/deliveries/deliveryFilter';
import {
  deliveryItem,
  deliveryRows,
  PAGE_OF_DELIVERIES,
  type DeliveryNode,
  type DeliveryRows,
} from '../../presentation/deliveries/deliveryItems';
import { listDescription, listMessage } from '../../presentation/deliveries/deliveryTexts';
import { shownUrl } from '../../presentation/texts/urlText';
import { setContextKey } from '../contextKeys';
import { tooltip } from '../tree/itemParts';
import type { Listening } from './listening';

const DELIVERIES_VIEW = 'dataverseWebhooks.deliveries';

/** Milliseconds between two looks of the list at the log: a burst redraws it some times, not thousands of times. */
const REDRAW_AFTER = 100;
const USED_KEY = 'deliveriesUsed';

/** The list of deliveries in the side bar, newest first. What a row says is decided in presentation/deliveries. */
export class DeliveriesTree implements vscode.TreeDataProvider<DeliveryNode>, Disposable {
  readonly #log: DeliveryLog;
  readonly #listening: Listening;
  readonly #memento: vscode.Memento;
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<DeliveryNode | undefined>());
  readonly #view: vscode.TreeView<DeliveryNode>;
  readonly #nodes = new Map<string, DeliveryNode>();
  #filter: DeliveryFilter = allDeliveries;
  #rows: DeliveryRows | undefined;
  #shown = PAGE_OF_DELIVERIES;
  #timer: NodeJS.Timeout | undefined;
  #used = false;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(log: DeliveryLog, listening: Listening, memento: vscode.Memento) {
    this.#log = log;
    this.#listening = listening;
    this.#memento = memento;
    this.#view = this.#store.add(
      vscode.window.createTreeView(DELIVERIES_VIEW, { treeDataProvider: this, canSelectMany: true }),
    );
    this.#store.add(log.onDidChange(() => this.#soon()));
    this.#store.add(listening.onDidChange(() => this.#redraw()));
    this.#redraw();
  }

  get filter(): DeliveryFilter {
    return this.#filter;
  }

  /** The deliveries the user has selected, in the order of the list. */
  get selection(): readonly DeliveryRecord[] {
    return this.#view.selection.flatMap((node) =>
      node.kind === 'delivery' ? (this.#log.find(node.deliveryId) ?? []) : [],
    );
  }

  /** The deliveries that the filter leaves, newest first. */
  get left(): readonly DeliveryRecord[] {
    const { roots, below } = this.#rowsNow();
    return roots.flatMap((record) => [record, ...(below.get(record.id) ?? [])]);
  }

  setFilter(filter: DeliveryFilter): void {
    this.#filter = filter;
    this.#shown = PAGE_OF_DELIVERIES;
    this.#redraw();
  }

  loadMore(): void {
    this.#shown += PAGE_OF_DELIVERIES;
    this.#redraw();
  }

  getTreeItem(node: DeliveryNode): vscode.TreeItem {
    if (node.kind === 'moreDeliveries') {
      const label = vscode.l10n.t('Load more ({shown} of {total})', { shown: node.shown, total: node.total });
      const more = new vscode.TreeItem(label);
      more.id = 'more';
      more.iconPath = new vscode.ThemeIcon('ellipsis');
      more.command = { command: 'dataverseWebhooks.loadMoreDeliveries', title: label };
      return more;
    }
    const record = this.#log.find(node.deliveryId);
    if (record === undefined) return new vscode.TreeItem('');
    const model = deliveryItem(record);
    const hasRowsBelow = this.#rowsNow().below.has(record.id);
    const item = new vscode.TreeItem(
      model.label,
      hasRowsBelow ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
    );
    item.id = model.id;
    item.description = model.description;
    item.iconPath = new vscode.ThemeIcon(model.icon);
    item.contextValue = model.contextValue;
    item.tooltip = tooltip(model.tooltip);
    item.accessibilityInformation = { label: `${model.label}, ${model.description}` };
    // As in the editor's own lists of documents: a row opens what it names.
    item.command = {
      command: 'dataverseWebhooks.showDelivery',
      title: vscode.l10n.t('Show Delivery'),
      arguments: [node],
    };
    return item;
  }

  getChildren(node?: DeliveryNode): DeliveryNode[] {
    const { roots, below } = this.#rowsNow();
    if (node?.kind === 'delivery')
      return (below.get(node.deliveryId) ?? []).slice(0, PAGE_OF_DELIVERIES).map(({ id }) => this.#node(id));
    if (node !== undefined) return [];
    const shown = roots.slice(0, this.#shown).map(({ id }) => this.#node(id));
    if (shown.length === roots.length) return shown;
    return [...shown, { kind: 'moreDeliveries', shown: shown.length, total: roots.length }];
  }

  getParent(node: DeliveryNode): DeliveryNode | undefined {
    if (node.kind !== 'delivery') return undefined;
    for (const [id, records] of this.#rowsNow().below)
      if (records.some((record) => record.id === node.deliveryId)) return this.#node(id);
    return undefined;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#store.dispose();
  }

  #rowsNow(): DeliveryRows {
    this.#rows ??= deliveryRows(this.#log.kept.records, this.#filter);
    return this.#rows;
  }

  #node(deliveryId: string): DeliveryNode {
    const known = this.#nodes.get(deliveryId);
    if (known !== undefined) return known;
    const node: DeliveryNode = { kind: 'delivery', deliveryId };
    this.#nodes.set(deliveryId, node);
    return node;
  }

  #soon(): void {
    this.#rows = undefined;
    // Whoever has added the first delivery goes to the view at once; it must be there by then.
    if (!this.#used) this.#redraw();
    else this.#timer ??= setTimeout(() => this.#redraw(), REDRAW_AFTER);
  }

  #redraw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#rows = undefined;
    const { kept } = this.#log;
    for (const id of this.#nodes.keys()) if (this.#log.find(id) === undefined) this.#nodes.delete(id);
    setContextKey('dataverseWebhooks.hasDeliveries', kept.records.length > 0);
    setContextKey('dataverseWebhooks.deliveriesFiltered', isDeliveryFilter(this.#filter));
    const { current } = this.#listening;
    this.#keepUsed(kept.records.length > 0 || current !== undefined);
    const forward = current?.options.forward?.to;
    const listening =
      current === undefined
        ? undefined
        : { url: current.url, forwardsTo: forward === undefined ? undefined : shownUrl(forward) };
    this.#view.message = listMessage(kept, listening, this.#rowsNow().count);
    this.#view.description = listDescription(kept, listening);
    this.#changed.fire(undefined);
  }

  /** The view comes with the first delivery or listener of a workspace, and stays: what is used has its place. */
  #keepUsed(hasSomething: boolean): void {
    const before = this.#memento.get<unknown>(USED_KEY) === true;
    this.#used = before || hasSomething;
    setContextKey('dataverseWebhooks.deliveriesUsed', this.#used);
    if (hasSomething && !before) void this.#memento.update(USED_KEY, true);
  }
}
