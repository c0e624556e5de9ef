import type { Step, Webhook } from '../../webhooks/model';
import type { EnvironmentState } from './environmentState';
import { treeIndex } from './treeIndex';

/** What a row must be to be shown; of several, all. */
export type FilterKind = 'disabled' | 'synchronous' | 'managed' | 'mine' | 'failing';

export type GroupBy = 'webhook' | 'table' | 'message';

/** What the user wants to see of the rows. */
export interface TreeView {
  /** Words that must all be found in name, host and path, message or table; case does not matter. */
  readonly text: string;
  readonly kinds: ReadonlySet<FilterKind>;
  readonly groupBy: GroupBy;
}

/** Everything, by webhook. */
export const wholeTree: TreeView = { text: '', kinds: new Set(), groupBy: 'webhook' };

/** Steps of one table, or of one message. */
export interface StepGroup {
  /** Logical name of the table or name of the message; undefined for steps of any table. */
  readonly key: string | undefined;
  readonly steps: readonly Step[];
}

/** What is left of a state's rows. */
export interface ShownRows {
  readonly view: TreeView;
  readonly webhooks: readonly Webhook[];
  /** By the id of their webhook. */
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  /** Filled when the tree is grouped by table or message. */
  readonly groups: readonly StepGroup[];
  readonly stepCount: number;
}

/** True when some rows may be left out. */
export function isFiltered(view: TreeView): boolean {
  return view.text.trim() !== '' || view.kinds.size > 0;
}

/** The rows of a state that a view shows. Costs one pass over the rows, on what the index has ready. */
export function shownRows(state: EnvironmentState, view: TreeView): ShownRows {
  const rows = isFiltered(view) ? filteredRows(state, view) : allRows(state, view);
  return view.groupBy === 'webhook' ? rows : { ...rows, groups: groupsOf(rows, view.groupBy) };
}

function allRows(state: EnvironmentState, view: TreeView): ShownRows {
  const { webhooks, steps } = state;
  return { view, webhooks, steps, groups: [], stepCount: treeIndex(state).stepCount };
}

function filteredRows(state: EnvironmentState, view: TreeView): ShownRows {
  const words = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const texts = words.length === 0 ? NO_TEXTS : treeIndex(state).texts();
  const passes = stepTest(state, view.kinds);
  const webhooks: Webhook[] = [];
  const steps = new Map<string, readonly Step[]>();
  let stepCount = 0;
  for (const webhook of state.webhooks) {
    // A word that the webhook has needs not be in the step again.
    const text = texts.get(webhook.id) ?? '';
    const open = words.filter((word) => !text.includes(word));
    const own = (state.steps.get(webhook.id) ?? []).filter(
      (step) => passes(step) && hasAll(texts, step.id, open),
    );
    if (own.length === 0 && !(open.length === 0 && webhookPasses(state, webhook, view.kinds))) continue;
    webhooks.push(webhook);
    steps.set(webhook.id, own);
    stepCount += own.length;
  }
  return { view, webhooks, steps, groups: [], stepCount };
}

const NO_TEXTS: ReadonlyMap<string, string> = new Map();

function hasAll(texts: ReadonlyMap<string, string>, id: string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = texts.get(id) ?? '';
  return words.every((word) => text.includes(word));
}

function stepTest(state: EnvironmentState, kinds: ReadonlySet<FilterKind>): (step: Step) => boolean {
  const { userId, failures } = state;
  const tests: Array<(step: Step) => boolean> = [];
  if (kinds.has('disabled')) tests.push((step) => !step.enabled);
  if (kinds.has('synchronous')) tests.push((step) => step.mode === 'synchronous');
  if (kinds.has('managed')) tests.push((step) => step.managed);
  if (kinds.has('mine')) tests.push((step) => isTouchedBy(step, userId));
  if (kinds.has('failing')) tests.push((step) => failures?.byStep.has(step.id) === true);
  return (step) => tests.every((test) => test(step));
}

/** A webhook that is shown for its own sake: only some of the kinds can be said of a webhook. */
function webhookPasses(state: EnvironmentState, webhook: Webhook, kinds: ReadonlySet<FilterKind>): boolean {
  for (const kind of kinds) {
    if (kind === 'managed' ? !webhook.managed : kind !== 'mine' || !isTouchedBy(webhook, state.userId)) {
      return false;
    }
  }
  return true;
}

function isTouchedBy(row: { readonly touchedBy?: readonly string[] }, userId: string | undefined): boolean {
  return userId !== undefined && row.touchedBy?.includes(userId) === true;
}

/** Groups by name; the steps of any table come last. */
function groupsOf(rows: ShownRows, by: 'table' | 'message'): readonly StepGroup[] {
  const groups = new Map<string | undefined, Step[]>();
  for (const webhook of rows.webhooks) {
    for (const step of rows.steps.get(webhook.id) ?? []) {
      const key = by === 'table' ? step.table : step.message.name;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [step]);
      else group.push(step);
    }
  }
  return [...groups].map(([key, steps]) => ({ key, steps })).sort(byKey);
}

function byKey(a: StepGroup, b: StepGroup): number {
  if (a.key === undefined || b.key === undefined) return a.key === b.key ? 0 : a.key === undefined ? 1 : -1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
