import type { Disposable } from '../base/disposable';
import { Secret } from '../base/secret';
import type { EnvironmentList, SecretStore } from './environmentList';

/**
 * Secrets of webhooks that the user chose to keep on this machine for test deliveries, because the service never gives
 * them back. They live in the secret store only, one entry for each environment, and go away with the webhook or the
 * environment. Those of a sandbox of this window stay in memory, as its data does.
 */
export class KeptSecrets implements Disposable {
  readonly #store: SecretStore;
  readonly #list: EnvironmentList;
  readonly #inMemory = new Map<string, string>();
  readonly #listening: Disposable;
  #known: readonly string[];
  #last: Promise<void> = Promise.resolve();

  constructor(store: SecretStore, list: EnvironmentList) {
    this.#store = store;
    this.#list = list;
    this.#known = list.profiles.map((profile) => profile.id);
    this.#listening = list.onDidChange(() => this.#forgetRemoved());
  }

  /** The kept secret of a webhook, in the form it was given; undefined when none is kept. */
  async get(environmentId: string, webhookId: string): Promise<Secret | undefined> {
    await this.#last;
    const kept = (await this.#read(environmentId))[webhookId.toLowerCase()];
    return kept === undefined ? undefined : new Secret(kept);
  }

  /** Keeps a secret, or forgets it when none is given. */
  async set(environmentId: string, webhookId: string, secret: Secret | undefined): Promise<void> {
    const id = webhookId.toLowerCase();
    await this.#inTurn(async () => {
      const { [id]: old, ...others } = await this.#read(environmentId);
      if (secret === undefined && old === undefined) return;
      await this.#write(environmentId, secret === undefined ? others : { ...others, [id]: secret.reveal() });
    });
  }

  dispose(): void {
    this.#listening.dispose();
  }

  /** One change after the other, so that none is lost to another that began from the same entry. */
  async #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(change);
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  async #read(environmentId: string): Promise<Readonly<Record<string, string>>> {
    const key = keyOf(environmentId);
    return parseKept(this.#isSandbox(environmentId) ? this.#inMemory.get(key) : await this.#store.get(key));
  }

  async #write(environmentId: string, kept: Readonly<Record<string, string>>): Promise<void> {
    const key = keyOf(environmentId);
    const text = JSON.stringify(kept);
    if (this.#isSandbox(environmentId)) this.#inMemory.set(key, text);
    else if (Object.keys(kept).length === 0) await this.#store.delete(key);
    else await this.#store.set(key, text);
  }

  #isSandbox(environmentId: string): boolean {
    return this.#list.find(environmentId)?.sandbox === true;
  }

  #forgetRemoved(): void {
    const now = this.#list.profiles.map((profile) => profile.id);
    for (const id of this.#known.filter((known) => !now.includes(known))) {
      this.#inMemory.delete(keyOf(id));
      void this.#inTurn(() => this.#store.delete(keyOf(id))).catch(() => undefined);
    }
    this.#known = now;
  }
}

function keyOf(environmentId: string): string {
  return `environment/${environmentId}/webhookSecrets`;
}

function parseKept(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}
