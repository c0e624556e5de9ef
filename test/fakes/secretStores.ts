import { Emitter } from '../../src/base/event';
import type { SecretStore } from '../../src/auth/ports';

/** The secret store that several windows of one editor share. */
export class MemorySecrets {
  readonly entries = new Map<string, string>();
  /** Every write, in its order. */
  readonly writes: string[] = [];
  readonly #changed = new Emitter<string>();

  /** The store as one window sees it. */
  window(): Required<SecretStore> {
    return {
      get: (key) => Promise.resolve(this.entries.get(key)),
      set: (key, value) => {
        this.entries.set(key, value);
        this.writes.push(key);
        this.#changed.fire(key);
        return Promise.resolve();
      },
      delete: (key) => {
        if (this.entries.delete(key)) this.#changed.fire(key);
        return Promise.resolve();
      },
      onDidChange: (listener) => this.#changed.event(listener),
    };
  }
}
