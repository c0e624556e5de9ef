import type { Step, Webhook } from '../../webhooks/model';

/** What is known about one environment's webhooks. Replaced, never changed in place. */
export interface EnvironmentState {
  readonly phase: 'unloaded' | 'loading' | 'loaded' | 'failed';
  readonly webhooks: readonly Webhook[];
  /** By the id of their webhook, in the order the tree shows them. */
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  /** Why the last load failed; what was known before is kept. */
  readonly error: unknown;
  /** Rows that something is being done to, by id, with the localized word for it ("Deleting…"). */
  readonly pending: ReadonlyMap<string, string>;
}

export const unloadedEnvironment: EnvironmentState = {
  phase: 'unloaded',
  webhooks: [],
  steps: new Map(),
  error: undefined,
  pending: new Map(),
};

/** A load has begun. What is known stays on screen. */
export function loadStarted(state: EnvironmentState): EnvironmentState {
  return { ...state, phase: 'loading' };
}

/** A load has ended well: what it brought replaces what was known. */
export function loadSucceeded(
  state: EnvironmentState,
  loaded: { readonly webhooks: readonly Webhook[]; readonly steps: readonly Step[] },
): EnvironmentState {
  const { webhooks } = loaded;
  return {
    ...state,
    phase: 'loaded',
    error: undefined,
    webhooks,
    steps: Map.groupBy(loaded.steps, (step) => step.webhookId),
  };
}

/** A load has failed: what was known is kept, with the reason beside it. */
export function loadFailed(state: EnvironmentState, error: unknown): EnvironmentState {
  return { ...state, phase: 'failed', error };
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
