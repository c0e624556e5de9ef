import { CancelledError, throwIfAborted } from './errors';

interface Running<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Lets callers that want the same thing at the same time share one call. It belongs to all of them: one may give up
 * without ending it for the others; when the last gives up it is aborted. Results are not kept.
 */
export class SharedCall<T> {
  readonly #running = new Map<string, Running<T>>();

  /** Joins the call of a key that is under way, or begins it. Rejects with `CancelledError` when the signal is aborted. */
  async join(key: string, call: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    const running = this.#running.get(key) ?? this.#start(key, call);
    running.waiting += 1;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => {
        running.waiting -= 1;
        if (running.waiting === 0) {
          this.#forget(key, running);
          running.stop.abort();
        }
        reject(new CancelledError());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (): void => signal?.removeEventListener('abort', onAbort);
      running.result.then(
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

  /** Lets nobody join what is under way any more; it goes on for those who wait. */
  close(): void {
    this.#running.clear();
  }

  #start(key: string, call: (signal: AbortSignal) => Promise<T>): Running<T> {
    const stop = new AbortController();
    const started = { result: call(stop.signal), stop, waiting: 0 };
    this.#running.set(key, started);
    const forget = (): void => this.#forget(key, started);
    started.result.then(forget, forget);
    return started;
  }

  #forget(key: string, call: Running<T>): void {
    if (this.#running.get(key) === call) this.#running.delete(key);
  }
}
