import type { Clock } from '../../src/base/clock';
import { CancelledError, throwIfAborted } from '../../src/base/errors';

/** A clock whose time passes only by waiting, at once. */
export class EagerClock implements Clock {
  readonly delays: number[] = [];
  #now: number;

  constructor(now = Date.UTC(2025, 2, 4, 10, 0, 0)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }

  async delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    this.delays.push(milliseconds);
    this.#now += milliseconds;
    await Promise.resolve();
    throwIfAborted(signal);
  }
}

/** A clock on which a wait ends only when it is aborted or the test lets it. */
export class StoppedClock implements Clock {
  #now = 0;
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  readonly #arrivals: Array<() => void> = [];

  now(): number {
    return this.#now;
  }

  /** Resolves when that many wait. */
  async someoneWaits(count = 1): Promise<void> {
    while (this.#sleepers.size < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
  }

  get waiting(): number {
    return this.#sleepers.size;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const sleeper of [...this.#sleepers]) if (sleeper.until <= this.#now) sleeper.wake();
  }

  delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      throwIfAborted(signal);
      const sleeper = {
        until: this.#now + milliseconds,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(new CancelledError());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.add(sleeper);
      for (const arrived of this.#arrivals.splice(0)) arrived();
    });
  }
}
