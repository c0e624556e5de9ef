import type { Clock } from '../base/clock';
import { throwIfAborted } from '../base/errors';
import { SharedCall } from '../base/sharedCall';

interface Kept<T> {
  readonly value: T;
  /** The clock's time from which on it is too old. */
  readonly until: number;
}

/** Keeps values for a while and loads each only once at a time, for all who wait for it. Failures are not kept. */
export class SharedLoads<T> {
  readonly #clock: Clock;
  readonly #life: number;
  readonly #calls = new SharedCall<T>();
  #kept = new Map<string, Kept<T>>();

  /** @param life milliseconds that a value is kept. */
  constructor(clock: Clock, life: number) {
    this.#clock = clock;
    this.#life = life;
  }

  /** The value for a key, kept or loaded. Rejects with what the load does, and with `CancelledError` when aborted. */
  async get(key: string, load: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > this.#clock.now()) return kept.value;
    return this.#calls.join(key, async (stop) => this.#load(key, load(stop)), signal);
  }

  /** Forgets everything, so that the next question is asked anew. Loads under way go on for those who wait. */
  clear(): void {
    this.#kept = new Map();
    this.#calls.close();
  }

  async #load(key: string, loading: Promise<T>): Promise<T> {
    // What was asked for before everything was forgotten is not kept either.
    const keeping = this.#kept;
    const value = await loading;
    keeping.set(key, { value, until: this.#clock.now() + this.#life });
    return value;
  }
}
