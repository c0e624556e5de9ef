import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import { Secret } from '../base/secret';
import { parseProfiles, storedProfiles, type EnvironmentProfile } from './profile';

/** Where the list of environments is kept. */
export interface ProfileStorage {
  read(): unknown;
  write(value: unknown): Promise<void>;
}

/** Where secrets are kept; the editor encrypts them. */
export interface SecretStore {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/**
 * The environments of the user, in the order they were added, with their secrets. Secrets never enter the profile
 * storage. A sandbox of this window keeps its token in memory only.
 */
export class EnvironmentList implements Disposable {
  readonly #storage: ProfileStorage;
  readonly #secrets: SecretStore;
  readonly #changed = new Emitter<void>();
  readonly #sandboxTokens = new Map<string, Secret>();
  #profiles: readonly EnvironmentProfile[];

  constructor(storage: ProfileStorage, secrets: SecretStore) {
    this.#storage = storage;
    this.#secrets = secrets;
    this.#profiles = parseProfiles(storage.read());
  }

  readonly onDidChange = this.#changed.event;

  get profiles(): readonly EnvironmentProfile[] {
    return this.#profiles;
  }

  find(id: string): EnvironmentProfile | undefined {
    return this.#profiles.find((profile) => profile.id === id);
  }

  /**
   * Adds an environment, or replaces the one with the same id.
   * @param secret its token, or the secret or certificate of its application; goes into the secret store.
   */
  async add(profile: EnvironmentProfile, secret: Secret | undefined): Promise<void> {
    if (secret !== undefined) {
      if (profile.sandbox) this.#sandboxTokens.set(profile.id, secret);
      else await this.#secrets.set(secretKey(profile), secret.reveal());
    }
    const current = this.#current();
    const place = current.findIndex((other) => other.id === profile.id);
    await this.#replace(place < 0 ? [...current, profile] : current.with(place, profile));
  }

  /** Removes an environment and everything kept for it. Nothing happens at the service. */
  async remove(id: string): Promise<void> {
    this.#sandboxTokens.delete(id);
    for (const kind of SECRET_KINDS) await this.#secrets.delete(`environment/${id}/${kind}`);
    await this.#replace(this.#current().filter((profile) => profile.id !== id));
  }

  /** The token of an environment; undefined when it needs none or none is kept. */
  async token(profile: EnvironmentProfile): Promise<Secret | undefined> {
    const own = this.#sandboxTokens.get(profile.id);
    if (own !== undefined) return own;
    return this.credential(profile);
  }

  /** The secret kept for an environment: its token, or the secret or certificate of its application. */
  async credential(profile: EnvironmentProfile): Promise<Secret | undefined> {
    const kept = await this.#secrets.get(secretKey(profile));
    return kept === undefined ? undefined : new Secret(kept);
  }

  /** Takes in what another window has changed meanwhile. */
  reload(): void {
    const current = this.#current();
    const same =
      current.length === this.#profiles.length &&
      current.every((profile, index) => profile === this.#profiles[index]);
    if (same) return;
    this.#profiles = current;
    this.#changed.fire();
  }

  /** Deletes the secret that is kept for an environment; the environment stays. */
  async forgetCredential(profile: EnvironmentProfile): Promise<void> {
    this.#sandboxTokens.delete(profile.id);
    await this.#secrets.delete(secretKey(profile));
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /**
   * What is kept, as another window may have left it, and the sandboxes of this window; what is known keeps its place. A
   * profile that has not changed stays the same object, so that its connection stays.
   */
  #current(): readonly EnvironmentProfile[] {
    const kept = parseProfiles(this.#storage.read());
    const known = new Map(this.#profiles.map((profile) => [JSON.stringify(profile), profile]));
    const places = new Map(this.#profiles.map(({ id }, place) => [id, place]));
    const placeOf = ({ id }: EnvironmentProfile): number => places.get(id) ?? places.size;
    return [
      ...kept.map((profile) => known.get(JSON.stringify(profile)) ?? profile),
      ...this.#profiles.filter((profile) => profile.sandbox),
    ].sort((a, b) => placeOf(a) - placeOf(b));
  }

  async #replace(profiles: readonly EnvironmentProfile[]): Promise<void> {
    this.#profiles = profiles;
    await this.#storage.write(storedProfiles(profiles));
    this.#changed.fire();
  }
}

const SECRET_KINDS = ['token', 'secret', 'certificate'] as const;

function secretKey({ id, signIn }: EnvironmentProfile): string {
  return `environment/${id}/${signIn === 'secret' || signIn === 'certificate' ? signIn : 'token'}`;
}
