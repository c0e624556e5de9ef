import type { Clock } from '../base/clock';
import { CancelledError, throwIfAborted } from '../base/errors';

interface Load<T> {
  readonly value: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
  /** Set when the value has come: the clock's time from which on it is too old. */
  until: number | undefined;
}

/**
 * Keeps values for a while and loads each only once at a time. A load belongs to all who wait for it: one of them
 * may give up without ending it for the others; when the last one gives up it is aborted. Failures are not kept.
 */
export class SharedLoads<T> {
  readonly #clock: Clock;
  readonly #life: number;
  readonly #loads = new Map<string, Load<T>>();

  /** @param life milliseconds that a value is kept. */
  constructor(clock: Clock, life: number) {
    this.#clock = clock;
    this.#life = life;
  }

  /** The value for a key, kept or loaded. */
  async get(key: string, load: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    const kept = this.#loads.get(key);
    const usable = kept !== undefined && (kept.until === undefined || kept.until > this.#clock.now());
    return this.#wait(key, usable ? kept : this.#start(key, load), signal);
  }

  /** Forgets everything, so that the next question is asked anew. Loads under way go on for those who wait. */
  clear(): void {
    this.#loads.clear();
  }

  #start(key: string, load: (signal: AbortSignal) => Promise<T>): Load<T> {
    const stop = new AbortController();
    const started: Load<T> = { value: load(stop.signal), stop, waiting: 0, until: undefined };
    this.#loads.set(key, started);
    started.value.then(
      () => (started.until = this.#clock.now() + this.#life),
      () => this.#forget(key, started),
    );
    return started;
  }

  #forget(key: string, load: Load<T>): void {
    if (this.#loads.get(key) === load) this.#loads.delete(key);
  }

  #wait(key: string, load: Load<T>, signal: AbortSignal | undefined): Promise<T> {
    load.waiting += 1;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => {
        load.waiting -= 1;
        if (load.waiting === 0 && load.until === undefined) {
          this.#forget(key, load);
          load.stop.abort();
        }
        reject(new CancelledError());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (): void => {
        load.waiting -= 1;
        signal?.removeEventListener('abort', onAbort);
      };
      load.value.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(error instanceof Error ? error : new CancelledError());
        },
      );
    });
  }
}
