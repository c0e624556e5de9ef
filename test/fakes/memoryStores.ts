import type { ProfileStorage, SecretStore } from '../../src/environments/environmentList';

/** A profile storage that keeps what it was given as the editor does: as JSON. */
export class MemoryProfileStorage implements ProfileStorage {
  /** Everything that was ever written, as text. */
  readonly written: string[] = [];
  #value: string | undefined;

  constructor(stored?: unknown) {
    this.#value = stored === undefined ? undefined : JSON.stringify(stored);
  }

  read(): unknown {
    return this.#value === undefined ? undefined : JSON.parse(this.#value);
  }

  async write(value: unknown): Promise<void> {
    this.#value = JSON.stringify(value);
    this.written.push(this.#value);
    await Promise.resolve();
  }
}

/** A secret store in memory. */
export class MemorySecretStore implements SecretStore {
  readonly secrets = new Map<string, string>();

  async get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.secrets.get(key));
  }

  async set(key: string, value: string): Promise<void> {
    this.secrets.set(key, value);
    await Promise.resolve();
  }

  async delete(key: string): Promise<void> {
    this.secrets.delete(key);
    await Promise.resolve();
  }
}
