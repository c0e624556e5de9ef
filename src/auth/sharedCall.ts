import { CancelledError, throwIfAborted } from '../base/errors';

/**
 * Lets callers that want the same thing at the same time share one call. It belongs to all of them: one may give up
 * without ending it for the others; when the last gives up it is aborted. Results are not kept.
 */
export class SharedCall<T> {
  readonly #running = new Map<
    string,
    { readonly result: Promise<T>; readonly stop: AbortController; waiting: number }
  >();

  async join(key: string, call: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    const running = this.#running.get(key) ?? this.#start(key, call);
    running.waiting += 1;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => {
        running.waiting -= 1;
        if (running.waiting === 0) {
          this.#forget(key, running.stop);
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

  #start(
    key: string,
    call: (signal: AbortSignal) => Promise<T>,
  ): { readonly result: Promise<T>; readonly stop: AbortController; waiting: number } {
    const stop = new AbortController();
    const result = call(stop.signal);
    const started = { result, stop, waiting: 0 };
    this.#running.set(key, started);
    const forget = (): void => this.#forget(key, stop);
    result.then(forget, forget);
    return started;
  }

  #forget(key: string, stop: AbortController): void {
    if (this.#running.get(key)?.stop === stop) this.#running.delete(key);
  }
}
