import { systemClock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { isCancellation, throwIfAborted } from '../base/errors';
import { Emitter } from '../base/event';
import { SharedLoads } from '../dataverse/sharedLoads';
import { organizationFacts, type OrganizationFacts } from '../environments/organization';
import { byItself } from './act';
import type { Connection } from './connections';

/** Milliseconds that a tooltip waits for facts before it shows what there is without them. */
const PATIENCE = 3000;
/** An organization changes its version about once a week. Milliseconds. */
const LIFE = 60 * 60_000;

/** Where the connection of an environment is found; undefined for one that is not in the list. */
interface Known {
  of(environmentId: string): Pick<Connection, 'api' | 'profile'> | undefined;
}

/** What environments say about their organizations, asked when somebody points at one. */
export class Organizations implements Disposable {
  readonly #connections: Known;
  readonly #onError: (error: unknown) => void;
  readonly #patience: number;
  readonly #loads = new SharedLoads<OrganizationFacts>(systemClock, LIFE);
  readonly #learned = new Emitter<string>();
  /** Fires with the id of an environment whose answer has come after somebody was told nothing. */
  readonly onDidLearn = this.#learned.event;

  /**
   * @param onError hears, for the log, that an environment could not be asked.
   * @param patience milliseconds that an answer is waited for.
   */
  constructor(connections: Known, onError: (error: unknown) => void, patience: number = PATIENCE) {
    this.#connections = connections;
    this.#onError = onError;
    this.#patience = patience;
  }

  /**
   * The facts of an environment; undefined where they are not to be had soon. Opens no prompt: who points at an
   * environment has asked for nothing. A question that was asked is not taken back: its answer is for the next time.
   * @throws CancelledError when the signal aborts, and nothing else
   */
  async of(environmentId: string, signal: AbortSignal): Promise<OrganizationFacts | undefined> {
    throwIfAborted(signal);
    const connection = this.#connections.of(environmentId);
    if (connection === undefined) return undefined;
    const { api, profile } = connection;
    // Another URL or account is another organization's answer.
    const key = JSON.stringify([profile.id, profile.url, profile.account?.id]);
    const answer = (wait?: AbortSignal): Promise<OrganizationFacts> =>
      byItself(() => this.#loads.get(key, (stop) => organizationFacts(api, stop), wait));
    const whole = answer();
    try {
      return await answer(AbortSignal.any([signal, AbortSignal.timeout(this.#patience)]));
    } catch (error) {
      const late = isCancellation(error) && !signal.aborted;
      void whole.then(
        () => (late ? this.#learned.fire(environmentId) : undefined),
        (failure: unknown) => (isCancellation(failure) ? undefined : this.#onError(failure)),
      );
      throwIfAborted(signal);
      return undefined;
    }
  }

  dispose(): void {
    this.#learned.dispose();
  }
}
