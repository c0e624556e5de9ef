import type { FailedCounts } from '../../jobs/failedCounts';
import type { OtherEndpoint, Step, Webhook } from '../../webhooks/model';
import type { LoadedPart } from '../../webhooks/webhookLoad';

/** What is known about one environment's webhooks. Replaced, never changed in place. */
export interface EnvironmentState {
  readonly phase: 'unloaded' | 'loading' | 'loaded' | 'failed';
  readonly webhooks: readonly Webhook[];
  /** By the id of their webhook or endpoint, in the order the tree shows them. */
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  /** Endpoints of other contracts, when they are wanted. */
  readonly otherEndpoints: readonly OtherEndpoint[];
  /** False while the first load still brings pages: what is not there yet may be on its way. */
  readonly complete: boolean;
  /** When the last complete load ended, in milliseconds since 1970; undefined before. */
  readonly loadedAt: number | undefined;
  /** Why the last load failed; what was known before is kept. */
  readonly error: unknown;
  /** Rows that something is being done to, by id, with the localized word for it ("Deleting…"). */
  readonly pending: ReadonlyMap<string, string>;
  /** The environment runs on this machine. */
  readonly local: boolean;
  /** Id of the user whose sign-in is used, once somebody asked for it. */
  readonly userId: string | undefined;
  /** Failed jobs by step, once somebody asked for them. */
  readonly failures: FailedCounts | undefined;
  /** Why the two above could not be found out when they were asked for last; what was known before is kept. */
  readonly factsError: unknown;
  /** Logical names of the columns of a table, for the tables that were looked up. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
}

export const unloadedEnvironment: EnvironmentState = {
  phase: 'unloaded',
  webhooks: [],
  steps: new Map(),
  otherEndpoints: [],
  complete: false,
  loadedAt: undefined,
  error: undefined,
  pending: new Map(),
  local: false,
  userId: undefined,
  failures: undefined,
  factsError: undefined,
  columns: new Map(),
};

/** Steps by the id of their webhook or endpoint. */
type StepsByWebhook = ReadonlyMap<string, readonly Step[]>;

/** The rows of a load as far as they have come. */
export interface ArrivedRows {
  readonly webhooks: readonly Webhook[];
  readonly steps: StepsByWebhook;
}

export const nothingArrived: ArrivedRows = { webhooks: [], steps: new Map() };

/** The rows with another page. What came before is not gone through again, and not changed: it may be on screen. */
export function rowsArrived(rows: ArrivedRows, part: LoadedPart): ArrivedRows {
  switch (part.kind) {
    case 'webhooks':
      return { webhooks: [...rows.webhooks, ...part.webhooks], steps: new Map(rows.steps) };
    case 'steps': {
      const steps = new Map(rows.steps);
      for (const [id, more] of byWebhook(part.steps)) {
        const known = steps.get(id);
        steps.set(id, known === undefined ? more : known.concat(more));
      }
      return { webhooks: rows.webhooks, steps };
    }
    case 'stepsAgain':
      return { webhooks: rows.webhooks, steps: new Map() };
  }
}

/** What a load has brought, all of it or the pages that have come. */
export interface LoadedRows {
  readonly webhooks: readonly Webhook[];
  readonly steps: readonly Step[] | StepsByWebhook;
  readonly otherEndpoints?: readonly OtherEndpoint[];
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly local?: boolean;
}

/** A load has begun. What is known stays on screen. */
export function loadStarted(state: EnvironmentState): EnvironmentState {
  return { ...state, phase: 'loading' };
}

/**
 * Pages of a load have come. They are shown at once when nothing was known before; else what is on screen stays until
 * the load is complete, so that no row goes away and comes back.
 */
export function loadContinued(state: EnvironmentState, loaded: LoadedRows): EnvironmentState {
  if (state.complete) return state;
  return { ...state, webhooks: loaded.webhooks, steps: byWebhook(loaded.steps) };
}

/** A load has ended well: what it brought replaces what was known. */
export function loadSucceeded(state: EnvironmentState, loaded: LoadedRows): EnvironmentState {
  return {
    ...state,
    phase: 'loaded',
    complete: true,
    error: undefined,
    webhooks: loaded.webhooks,
    steps: byWebhook(loaded.steps),
    otherEndpoints: loaded.otherEndpoints ?? [],
    loadedAt: loaded.at ?? state.loadedAt,
    local: loaded.local ?? state.local,
  };
}

/** A load has failed: what was known is kept, with the reason beside it. */
export function loadFailed(state: EnvironmentState, error: unknown): EnvironmentState {
  return { ...state, phase: 'failed', error };
}

/** Some webhooks were loaded anew after a change of these alone; one that did not come back is gone. */
export function branchLoaded(
  state: EnvironmentState,
  ids: readonly string[],
  loaded: { readonly webhooks: readonly Webhook[]; readonly steps: readonly Step[] },
): EnvironmentState {
  const fresh = new Map(loaded.webhooks.map((webhook) => [webhook.id, webhook]));
  const asked = new Set(ids);
  const known = new Set(state.webhooks.map((webhook) => webhook.id));
  const kept = state.webhooks.flatMap((webhook) =>
    asked.has(webhook.id) ? (fresh.get(webhook.id) ?? []) : webhook,
  );
  const added = loaded.webhooks.filter((webhook) => !known.has(webhook.id));
  const renamed = kept.some((webhook, index) => webhook.name !== state.webhooks[index]?.name);
  const webhooks = [...kept, ...added];
  const steps = new Map([...state.steps].filter(([id]) => !asked.has(id)));
  for (const [id, rows] of byWebhook(loaded.steps)) if (fresh.has(id)) steps.set(id, rows);
  const inOrder = added.length > 0 || renamed ? webhooks.toSorted(byName) : webhooks;
  return { ...state, webhooks: inOrder, steps };
}

/** Something is being done to a row, or no longer (`label` undefined). */
export function withPending(
  state: EnvironmentState,
  id: string,
  label: string | undefined,
): EnvironmentState {
  const pending = new Map(state.pending);
  if (label === undefined) pending.delete(id);
  else pending.set(id, label);
  return { ...state, pending };
}

/** The steps of a webhook. */
export function stepsOf(state: EnvironmentState, webhookId: string): readonly Step[] {
  return state.steps.get(webhookId) ?? [];
}

function byWebhook(steps: readonly Step[] | StepsByWebhook): StepsByWebhook {
  return isList(steps) ? grouped(steps) : steps;
}

/** What `Map.groupBy` does, which takes three times as long for ten thousand. */
function grouped(steps: readonly Step[]): StepsByWebhook {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const group = groups.get(step.webhookId);
    if (group === undefined) groups.set(step.webhookId, [step]);
    else group.push(step);
  }
  return groups;
}

function isList(steps: readonly Step[] | StepsByWebhook): steps is readonly Step[] {
  return Array.isArray(steps);
}

/** As the service orders names: without regard to case (FACTS 13.4). */
const collator = new Intl.Collator('en', { sensitivity: 'accent' });

function byName(a: Webhook, b: Webhook): number {
  return collator.compare(a.name, b.name);
}

/** True when nothing differs of what the rows and the lines above them show. */
export function looksTheSame(before: EnvironmentState, after: EnvironmentState): boolean {
  const shown = ['webhooks', 'steps', 'pending', 'failures', 'factsError', 'userId', 'columns'] as const;
  return shown.every((member) => before[member] === after[member]);
}
