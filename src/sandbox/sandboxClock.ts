import type { Clock } from '../base/clock';
import { CancelledError, throwIfAborted } from '../base/errors';

/** setTimeout takes no longer time than this; a longer wait is armed again. */
const LONGEST = 2147483647;

/** Real time plus an offset that tests move. Who waits is woken when the moved clock has reached the time. */
export class SandboxClock implements Clock {
  readonly #waiting = new Set<() => void>();
  #offset = 0;

  /** Milliseconds added to the real time. */
  get offset(): number {
    return this.#offset;
  }

  set offset(milliseconds: number) {
    this.#offset = milliseconds;
    for (const rearm of [...this.#waiting]) rearm();
  }

  now(): number {
    return Date.now() + this.#offset;
  }

  delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      throwIfAborted(signal);
      const until = this.now() + milliseconds;
      let timer: NodeJS.Timeout | undefined;
      const stop = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(arm);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        stop();
        reject(new CancelledError());
      };
      const arm = (): void => {
        clearTimeout(timer);
        const rest = until - this.now();
        if (rest > 0) {
          timer = setTimeout(arm, Math.min(rest, LONGEST));
          return;
        }
        stop();
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(arm);
      arm();
    });
  }
}
