import { DisposableStore, type Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import { isCancellation } from '../base/errors';
import {
  loadFailed,
  loadStarted,
  loadSucceeded,
  unloadedEnvironment,
  withPending,
  type EnvironmentState,
} from '../presentation/tree/environmentState';
import type { Connections } from './connections';

/** What this window knows of each environment's webhooks, and the loading of it. */
export class EnvironmentStates implements Disposable {
  readonly #connections: Connections;
  readonly #states = new Map<string, EnvironmentState>();
  readonly #loads = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new Emitter<string>());

  /** Fires with the id of the environment whose state was replaced. */
  readonly onDidChange = this.#changed.event;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  of(environmentId: string): EnvironmentState {
    return this.#states.get(environmentId) ?? unloadedEnvironment;
  }

  /**
   * Loads an environment's webhooks and steps; never rejects, the outcome is in the state. Callers while a load runs
   * share it, unless it is `fresh`, which begins anew because something was written since.
   */
  load(environmentId: string, fresh = false): Promise<void> {
    const running = this.#loads.get(environmentId);
    if (running !== undefined && !fresh) return running.done;
    running?.abort.abort();
    const abort = new AbortController();
    const done = this.#load(environmentId, abort).finally(() => {
      if (this.#loads.get(environmentId)?.abort === abort) this.#loads.delete(environmentId);
    });
    this.#loads.set(environmentId, { abort, done });
    return done;
  }

  /** Shows on the items that something is being done to them, until the work ends, however it ends. */
  async whilePending<T>(
    environmentId: string,
    ids: readonly string[],
    label: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const mark = (text: string | undefined): void => {
      this.#replace(
        environmentId,
        ids.reduce((state, id) => withPending(state, id, text), this.of(environmentId)),
      );
    };
    mark(label);
    try {
      return await work();
    } finally {
      mark(undefined);
    }
  }

  /** Forgets an environment that was removed. */
  forget(environmentId: string): void {
    this.#loads.get(environmentId)?.abort.abort();
    this.#states.delete(environmentId);
  }

  dispose(): void {
    for (const { abort } of this.#loads.values()) abort.abort();
    this.#store.dispose();
  }

  async #load(environmentId: string, abort: AbortController): Promise<void> {
    const connection = this.#connections.of(environmentId);
    if (connection === undefined) return;
    this.#replace(environmentId, loadStarted(this.of(environmentId)));
    try {
      const webhooks = await connection.webhooks.webhooks(abort.signal);
      const steps = await connection.webhooks.steps(webhooks, abort.signal);
      if (abort.signal.aborted) return;
      this.#replace(environmentId, loadSucceeded(this.of(environmentId), { webhooks, steps }));
    } catch (error) {
      if (isCancellation(error) || abort.signal.aborted) return;
      this.#replace(environmentId, loadFailed(this.of(environmentId), error));
    }
  }

  #replace(environmentId: string, state: EnvironmentState): void {
    this.#states.set(environmentId, state);
    this.#changed.fire(environmentId);
  }
}
