import { systemClock } from '../base/clock';
import { DisposableStore, type Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import { isCancellation } from '../base/errors';
import { isLoopbackHost } from '../base/hosts';
import { countFailedJobs } from '../jobs/failedCounts';
import {
  branchLoaded,
  loadContinued,
  loadFailed,
  loadStarted,
  loadSucceeded,
  nothingArrived,
  rowsArrived,
  unloadedEnvironment,
  withPending,
  type EnvironmentState,
} from '../presentation/tree/environmentState';
import { signedInUserId } from '../webhooks/signedInUser';
import { loadOtherEndpoints, loadSomeWebhooks, loadWebhooks } from '../webhooks/webhookLoad';
import { byItself } from './act';
import type { Connection, Connections } from './connections';

/** What the filters need to know besides the rows. */
export interface WantedFacts {
  /** Who is signed in. */
  readonly user: boolean;
  /** Count failed jobs of the last so many hours; undefined counts none. */
  readonly failedHours: number | undefined;
}

/** Changed webhooks that are loaded one by one; more are loaded with everything, in fewer requests. */
const BRANCHES = 20;

/** What this window knows of each environment's webhooks, and the loading of it. */
export class EnvironmentStates implements Disposable {
  readonly #connections: Connections;
  readonly #options: {
    readonly showOtherEndpoints: () => boolean;
    readonly onBackgroundError: (error: unknown) => void;
  };
  readonly #states = new Map<string, EnvironmentState>();
  readonly #loads = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  readonly #lifetime = new AbortController();
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new Emitter<string>());

  /** Fires with the id of the environment whose state was replaced. */
  readonly onDidChange = this.#changed.event;

  #wanted: WantedFacts = { user: false, failedHours: undefined };

  /**
   * @param options whether endpoints of other contracts are loaded too; who hears, for the log, of what could not be
   *   counted along with a load.
   */
  constructor(
    connections: Connections,
    options: {
      readonly showOtherEndpoints: () => boolean;
      readonly onBackgroundError: (error: unknown) => void;
    },
  ) {
    this.#connections = connections;
    this.#options = options;
  }

  of(environmentId: string): EnvironmentState {
    return this.#states.get(environmentId) ?? unloadedEnvironment;
  }

  /**
   * Loads an environment's webhooks and steps; never rejects, the outcome is in the state. Callers while a load runs
   * share it, unless it is `fresh`, which begins anew because something was written since; who waits for the one before
   * waits for the new one then.
   */
  load(environmentId: string, fresh = false): Promise<void> {
    const running = this.#loads.get(environmentId);
    if (running !== undefined && !fresh) return running.done;
    running?.abort.abort();
    const abort = new AbortController();
    // Waiting for a sign-in it would keep the tree from saying that one is needed.
    const done = byItself(() => this.#load(environmentId, abort)).then(() => {
      const last = this.#loads.get(environmentId);
      if (last?.abort !== abort) return last?.done;
      this.#loads.delete(environmentId);
      return undefined;
    });
    this.#loads.set(environmentId, { abort, done });
    return done;
  }

  /** Begins the first load, and resolves as soon as there is a row to show, or it has ended without one. */
  async loadFirst(environmentId: string): Promise<void> {
    const first = Promise.withResolvers<undefined>();
    const listening = this.onDidChange((id) => {
      if (id === environmentId && this.of(id).webhooks.length > 0) first.resolve(undefined);
    });
    try {
      await Promise.race([this.load(environmentId), first.promise]);
    } finally {
      listening.dispose();
    }
  }

  /**
   * Loads only some webhooks with their steps, after a change of these alone; never rejects. Where nothing is loaded
   * yet, or a load is under way that may have read before the change, everything is loaded.
   */
  async loadBranch(environmentId: string, webhookIds: readonly string[]): Promise<void> {
    const connection = this.#connections.of(environmentId);
    if (connection === undefined) return;
    if (!this.of(environmentId).complete || this.#loads.has(environmentId) || webhookIds.length > BRANCHES) {
      return this.load(environmentId, true);
    }
    const stop = this.#lifetime.signal;
    try {
      const loaded = await byItself(() => loadSomeWebhooks(connection.api, webhookIds, stop));
      this.#replace(environmentId, branchLoaded(this.of(environmentId), webhookIds, loaded));
    } catch (error) {
      if (isCancellation(error)) return;
      this.#replace(environmentId, loadFailed(this.of(environmentId), error));
    }
  }

  /**
   * Says what the filters need from now on, and gets it for the environments that are loaded. Never rejects: what could
   * not be found out is in the state.
   */
  async want(wanted: WantedFacts): Promise<void> {
    this.#wanted = wanted;
    const loaded = [...this.#states].filter(([, state]) => state.complete).map(([id]) => id);
    await Promise.all(loaded.map((id) => this.#loadFacts(id)));
  }

  /** Says what the filters need, before anything is loaded: it comes with the first load. */
  wantLater(wanted: WantedFacts): void {
    this.#wanted = wanted;
  }

  /** What the filters need from now on. */
  get wanted(): WantedFacts {
    return this.#wanted;
  }

  /** The columns of some tables, as far as they are known now, for the check of filtering attributes. */
  setColumns(environmentId: string, columns: ReadonlyMap<string, ReadonlySet<string>>): void {
    this.#replace(environmentId, { ...this.of(environmentId), columns });
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
    this.#loads.delete(environmentId);
    this.#states.delete(environmentId);
  }

  dispose(): void {
    this.#lifetime.abort();
    for (const { abort } of this.#loads.values()) abort.abort();
    this.#store.dispose();
  }

  async #load(environmentId: string, abort: AbortController): Promise<void> {
    const connection = this.#connections.of(environmentId);
    if (connection === undefined) return;
    this.#replace(environmentId, loadStarted(this.of(environmentId)));
    try {
      await this.#loadRows(connection, abort.signal);
      if (abort.signal.aborted) return;
    } catch (error) {
      if (isCancellation(error) || abort.signal.aborted) return;
      this.#replace(environmentId, loadFailed(this.of(environmentId), error));
      return;
    }
    // The rows are there; what the filters need besides comes when it comes.
    void this.#loadFacts(environmentId);
  }

  async #loadRows({ api, profile }: Connection, signal: AbortSignal): Promise<void> {
    let rows = nothingArrived;
    const others = this.#options.showOtherEndpoints() ? loadOtherEndpoints(api, signal) : undefined;
    // It is awaited below; until then a refusal of it must not count as unhandled.
    others?.catch(() => undefined);
    await loadWebhooks(api, signal, (part) => {
      rows = rowsArrived(rows, part);
      if (!signal.aborted) this.#replace(profile.id, loadContinued(this.of(profile.id), rows));
    });
    const other = await others;
    if (signal.aborted) return;
    if (other !== undefined) rows = rowsArrived(rows, { kind: 'steps', steps: other.steps });
    const loaded = {
      ...rows,
      otherEndpoints: other?.endpoints ?? [],
      at: systemClock.now(),
      local: isLoopbackHost(new URL(profile.url).hostname),
    };
    this.#replace(profile.id, loadSucceeded(this.of(profile.id), loaded));
  }

  async #loadFacts(environmentId: string): Promise<void> {
    try {
      await this.#askFacts(environmentId);
      this.#factsAsked(environmentId, undefined);
    } catch (error) {
      if (isCancellation(error)) return;
      this.#options.onBackgroundError(error);
      this.#factsAsked(environmentId, error);
    }
  }

  #factsAsked(environmentId: string, factsError: unknown): void {
    const state = this.of(environmentId);
    if (state.factsError !== factsError) this.#replace(environmentId, { ...state, factsError });
  }

  async #askFacts(environmentId: string): Promise<void> {
    const connection = this.#connections.of(environmentId);
    const { user, failedHours } = this.#wanted;
    if (connection === undefined) return;
    const { signal } = this.#lifetime;
    if (user && this.of(environmentId).userId === undefined) {
      const userId = await signedInUserId(connection.api, signal);
      this.#replace(environmentId, { ...this.of(environmentId), userId });
    }
    if (failedHours === undefined) {
      if (this.of(environmentId).failures === undefined) return;
      this.#replace(environmentId, { ...this.of(environmentId), failures: undefined });
      return;
    }
    const to = new Date(systemClock.now());
    const from = new Date(to.getTime() - failedHours * 3_600_000);
    const failures = await countFailedJobs(connection.api, { from, to }, signal);
    // Another period may have been chosen meanwhile.
    if (this.#wanted.failedHours !== failedHours) return;
    this.#replace(environmentId, { ...this.of(environmentId), failures });
  }

  /** An environment that was removed while something was done there stays forgotten. */
  #replace(environmentId: string, state: EnvironmentState): void {
    if (this.#connections.of(environmentId) === undefined) return;
    this.#states.set(environmentId, state);
    this.#changed.fire(environmentId);
  }
}
