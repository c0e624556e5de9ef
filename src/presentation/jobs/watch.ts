import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';

/** Milliseconds between two looks, and at most after failures. */
const EVERY = 30_000;
const LONGEST = 600_000;

export interface WatchOptions {
  readonly clock: Clock;
  /** Looks once. A rejection makes the next look later. */
  readonly look: (signal: AbortSignal) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Looks again and again while it is on and somebody can see it: every half minute, after each failure in a row twice as
 * late, at most ten minutes. Who comes back to a hidden panel gets a look at once.
 */
export class Watch implements Disposable {
  readonly #options: WatchOptions;
  #on = false;
  #visible = true;
  #looking: AbortController | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  get on(): boolean {
    return this.#on;
  }

  /** Turns it on or off. */
  turn(on: boolean): void {
    if (this.#on === on) return;
    this.#on = on;
    this.#restart(EVERY);
  }

  /** The panel is shown, or hidden. */
  seen(visible: boolean): void {
    if (this.#visible === visible) return;
    this.#visible = visible;
    this.#restart(0);
  }

  /** Looks at once, if it is on and somebody can see it. */
  now(): void {
    this.#restart(0);
  }

  dispose(): void {
    this.#on = false;
    this.#restart(0);
  }

  #restart(first: number): void {
    this.#looking?.abort();
    this.#looking = undefined;
    if (!this.#on || !this.#visible) return;
    this.#looking = new AbortController();
    void this.#loop(first, this.#looking.signal);
  }

  async #loop(first: number, signal: AbortSignal): Promise<void> {
    const { clock, look, onFailure } = this.#options;
    let wait = first;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await clock.delay(wait, signal);
        await look(signal);
        failures = 0;
      } catch (error) {
        if (isCancellation(error)) return;
        failures += 1;
        onFailure(error);
      }
      wait = Math.min(LONGEST, EVERY * 2 ** failures);
    }
  }
}
