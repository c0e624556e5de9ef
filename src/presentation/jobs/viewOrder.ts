import { sortedRows } from '../../jobs/rowOrder';
import type { RowStore } from '../../jobs/rowStore';
import type { Sorting } from '../../protocol/jobs';
import type { RowGroups } from './rowGroups';

/**
 * Which rows are in view, and in which order. Rows have a number for good, in the order they came; a position is a place in
 * the view.
 */
export class ViewOrder {
  readonly #rows: RowStore;
  readonly #groups: RowGroups;
  readonly #webhookName: (stepId: string) => string | undefined;
  #sorting: Sorting | undefined;
  #group: string | undefined;
  /** Numbers of the rows in view; undefined when they are all of them as they came. */
  #order: Uint32Array | undefined;
  #unsorted = false;

  /** @param webhookName what the webhook of a step is called here, where it is called otherwise than in its rows */
  constructor(rows: RowStore, groups: RowGroups, webhookName: (stepId: string) => string | undefined) {
    this.#rows = rows;
    this.#groups = groups;
    this.#webhookName = webhookName;
  }

  get sorting(): Sorting | undefined {
    return this.#sorting;
  }

  /** Key of the group whose rows alone are in view. */
  get group(): string | undefined {
    return this.#group;
  }

  get count(): number {
    return this.#order?.length ?? this.#rows.count;
  }

  /** Rows have come that are not in the order yet: they stand at its end. */
  get isUnsorted(): boolean {
    return this.#unsorted;
  }

  /** The number of the row at a position; of one beyond the view, where a part of the rows is in view, that of the first row. */
  numberAt(position: number): number {
    return this.#order === undefined ? position : (this.#order[position] ?? 0);
  }

  /** Sorts all rows there are, or those of one group. */
  look(sorting: Sorting | undefined, group: string | undefined): void {
    this.#sorting = sorting;
    this.#group = group;
    this.#order = sorting === undefined && group === undefined ? undefined : this.#ordered(sorting, group);
    this.#unsorted = false;
  }

  /** Rows have come. @param from number of the first of them */
  added(from: number): void {
    if (this.#order !== undefined) this.#append(this.#order, from);
    this.#unsorted ||= this.#sorting !== undefined;
  }

  #ordered(sorting: Sorting | undefined, group: string | undefined): Uint32Array {
    const all = Uint32Array.from({ length: this.#rows.count }, (_, at) => at);
    const chosen = group === undefined ? all : all.filter(this.#groups.membersOf(group));
    if (sorting === undefined) return chosen;
    return sortedRows(this.#rows, chosen, { ...sorting, webhookName: this.#webhookName });
  }

  #append(before: Uint32Array, from: number): void {
    const isShown = this.#groups.membersOf(this.#group);
    const added: number[] = [];
    for (let at = from; at < this.#rows.count; at += 1) if (isShown(at)) added.push(at);
    const order = new Uint32Array(before.length + added.length);
    order.set(before);
    order.set(added, before.length);
    this.#order = order;
  }
}
