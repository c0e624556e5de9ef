import { CancelledError } from './errors';
import type { Disposable } from './disposable';
import { Emitter } from './event';

/** A part whose code is loaded when it is first asked for, once; it ends with its owner, also when it arrives too late. */
export class LazyPart<T extends Disposable> implements Disposable {
  readonly #make: () => Promise<T>;
  readonly #loads = new Emitter<T>();
  #loading: Promise<T> | undefined;
  #loaded: T | undefined;
  #disposed = false;
  /** Fires with the part before anybody who asked for it gets it. */
  readonly onLoad = this.#loads.event;

  /** @param make loads the code and makes the part; is called again after it has failed */
  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** The part, when it has been asked for before; nothing is loaded. */
  get loaded(): T | undefined {
    return this.#loaded;
  }

  /** @throws what loading threw; CancelledError when the owner has ended */
  load(): Promise<T> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  dispose(): void {
    this.#disposed = true;
    this.#loaded?.dispose();
    this.#loaded = undefined;
    this.#loads.dispose();
  }

  async #load(): Promise<T> {
    try {
      const part = await this.#make();
      if (this.#disposed) {
        part.dispose();
        throw new CancelledError();
      }
      this.#loaded = part;
      this.#loads.fire(part);
      return part;
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }
}
