import { toError } from './errors';

/** Something that must be given back: a listener, a timer, a socket, a panel. */
export interface Disposable {
  dispose(): void;
}

/** A disposable from a function; the function runs at most once. */
export function toDisposable(dispose: () => void): Disposable {
  let done = false;
  return {
    dispose: () => {
      if (done) return;
      done = true;
      dispose();
    },
  };
}

/**
 * Owns disposables and gives them back in reverse order. What is added after the store itself was disposed is
 * disposed at once: an asynchronous start that finishes after the stop must not leak.
 */
export class DisposableStore implements Disposable {
  #items: Disposable[] | undefined = [];

  /** True after `dispose()`. */
  get disposed(): boolean {
    return this.#items === undefined;
  }

  /** Takes ownership of `item` and returns it, so that it can be opened and stored on one line. */
  add<T extends Disposable>(item: T): T {
    if (this.#items === undefined) item.dispose();
    else this.#items.push(item);
    return item;
  }

  /** One that fails does not keep the others; the first failure is thrown at the end. */
  dispose(): void {
    const items = this.#items;
    this.#items = undefined;
    const failures: unknown[] = [];
    for (const item of items?.reverse() ?? []) {
      try {
        item.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw toError(failures[0]);
  }
}

/** A signal that is aborted when its owner lets go of it. */
export function createLifetime(): Disposable & { readonly signal: AbortSignal } {
  const abort = new AbortController();
  return { signal: abort.signal, dispose: () => abort.abort() };
}
