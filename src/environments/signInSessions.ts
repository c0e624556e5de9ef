import { ApplicationSession } from '../auth/applicationSession';
import { authorityOf, scopeOf, type Authority, type AuthorityOverride } from '../auth/authority';
import { AzureCliSession, type RunAzureCli } from '../auth/azureCli';
import type { BrowserInteraction } from '../auth/browserFlow';
import { placeOfHost, type CloudName } from '../auth/cloud';
import type { DeviceCodeInteraction } from '../auth/deviceCodeFlow';
import { EditorAccountSession, editorScopes, type EditorSessions } from '../auth/editorAccount';
import { noSignIn } from '../auth/noSignIn';
import type { SignInSession, TokenSource } from '../auth/ports';
import { SignInError } from '../auth/signInError';
import { SignInGate, type GateState } from '../auth/signInGate';
import { isCacheKey, type TokenCaches } from '../auth/tokenCache';
import { UserSession } from '../auth/userSession';
import { WatchedTokens } from '../auth/watchedTokens';
import { SAMPLE_CLIENT_ID } from '../auth/ways';
import type { Clock } from '../base/clock';
import { DisposableStore, type Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Transport } from '../dataverse/transport';
import type { EnvironmentList } from './environmentList';
import { keptToken } from './keptToken';
import type { EnvironmentProfile } from './profile';

/** Settings of the machine that point a sign-in elsewhere. */
export interface SignInSettings {
  /** The user's own app registration. */
  readonly clientId?: string;
  /** The tenant to sign in to, whatever an environment names. */
  readonly tenant?: string;
  /** The cloud of environments whose host name tells none. */
  readonly cloud?: CloudName;
  readonly override: AuthorityOverride;
}

/** What sessions are made of. */
export interface SignInParts {
  readonly list: EnvironmentList;
  readonly caches: TokenCaches;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly settings: () => SignInSettings;
  readonly editorSessions: (profile: EnvironmentProfile) => EditorSessions;
  readonly runAzureCli: RunAzureCli;
  /** With a code instead, where the browser's page could not come back to us. */
  readonly browser: (profile: EnvironmentProfile) => BrowserInteraction | DeviceCodeInteraction;
  readonly deviceCode: (profile: EnvironmentProfile) => DeviceCodeInteraction;
}

/** The way an environment gets its tokens, and the gate of a person's sign-in where there is one. */
export interface OpenSession {
  readonly tokens: TokenSource;
  readonly gate: SignInGate | undefined;
}

interface KeptSession extends OpenSession, Disposable {
  /** What it was made for; another name or flag of the profile does not end a sign-in. */
  readonly madeFor: string;
  readonly state: () => GateState | undefined;
}

/** The sign-ins of this window, one for each environment, made when first needed. */
export class SignInSessions implements Disposable {
  readonly #parts: SignInParts;
  readonly #open = new Map<string, KeptSession>();
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new Emitter<string>());

  /** Fires with the environment's id when its sign-in became needed, began or ended. */
  readonly onDidChange = this.#changed.event;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#store.add(parts.list.onDidChange(() => this.#forgetRemoved()));
  }

  /** The session of an environment; the same one as long as how it signs in stays the same. */
  of(profile: EnvironmentProfile): OpenSession {
    const madeFor = signature(profile);
    const open = this.#open.get(profile.id);
    if (open?.madeFor === madeFor) return open;
    open?.dispose();
    const made = this.#make(profile, madeFor);
    this.#open.set(profile.id, made);
    return made;
  }

  /** What the tree and the status bar show; undefined when nobody has to sign in for this environment. */
  state(environmentId: string): GateState | undefined {
    return this.#open.get(environmentId)?.state();
  }

  /** Forgets the account of an environment and its tokens. */
  async signOut(profile: EnvironmentProfile): Promise<void> {
    const { gate } = this.of(profile);
    await gate?.signOut();
    await this.#forgetEntry(profile);
    this.#forget(profile.id);
  }

  /** Forgets where a person's tokens were kept before a sign-in that keeps them elsewhere. */
  async moved(profile: EnvironmentProfile, entry: string | undefined): Promise<void> {
    if (profile.account?.entry !== entry) await this.#forgetEntry(profile);
  }

  /**
   * Forgets the sign-in of an environment that is about to be removed. What another environment of the list signs in
   * with as well, the same client at the same authority, stays.
   */
  async leave(profile: EnvironmentProfile): Promise<void> {
    const shared = this.#parts.list.profiles.some(
      (other) => other.id !== profile.id && this.#sharesTokens(other, profile),
    );
    if (shared) {
      this.#forget(profile.id);
      return;
    }
    try {
      await this.signOut(profile);
    } catch (error) {
      // Settings that fit its sign-in no longer must not keep an environment in the list.
      if (!(error instanceof SignInError)) throw error;
      await this.#forgetEntry(profile);
      this.#forget(profile.id);
    }
  }

  dispose(): void {
    for (const id of [...this.#open.keys()]) this.#forget(id);
    this.#store.dispose();
  }

  /** The settings may have named another authority or client when the tokens were had; they are deleted there. */
  async #forgetEntry({ id, account }: EnvironmentProfile): Promise<void> {
    const { list, caches } = this.#parts;
    const entry = account?.entry;
    if (entry === undefined || !isCacheKey(entry)) return;
    const shared = list.profiles.some((other) => other.id !== id && other.account?.entry === entry);
    if (!shared) await caches.delete(entry);
  }

  /** The tokens of persons are kept together, by authority and client; of one another account is no concern. */
  #sharesTokens(one: EnvironmentProfile, other: EnvironmentProfile): boolean {
    if (!isPersonal(one.signIn) || !isPersonal(other.signIn)) return false;
    if (one.account !== undefined && other.account !== undefined && one.account.id !== other.account.id)
      return false;
    const own = this.#parts.settings().clientId;
    if ((one.clientId ?? own) !== (other.clientId ?? own)) return false;
    try {
      const [mine, theirs] = [this.#authority(one), this.#authority(other)];
      return mine.host === theirs.host && mine.tenant === theirs.tenant;
    } catch {
      return false;
    }
  }

  #forgetRemoved(): void {
    for (const id of this.#open.keys()) {
      if (this.#parts.list.find(id) === undefined) this.#forget(id);
    }
  }

  #forget(id: string): void {
    this.#open.get(id)?.dispose();
    this.#open.delete(id);
  }

  #make(profile: EnvironmentProfile, madeFor: string): KeptSession {
    const store = new DisposableStore();
    const dispose = (): void => store.dispose();
    const source = this.#source(profile, store);
    const changed = (): void => this.#changed.fire(profile.id);
    if (!isSession(source)) {
      const tokens = store.add(new WatchedTokens(source));
      store.add(tokens.onDidChange(changed));
      // Nobody can sign in to a sandbox, which brings its token with it.
      const state = (): GateState | undefined => (profile.sandbox ? undefined : tokens.state);
      return { madeFor, tokens, gate: undefined, state, dispose };
    }
    const gate = store.add(new SignInGate(source, { clock: this.#parts.clock }));
    store.add(gate.onDidChange(changed));
    return { madeFor, tokens: gate, gate, state: () => gate.state, dispose };
  }

  #source(profile: EnvironmentProfile, store: DisposableStore): TokenSource | SignInSession {
    const { list, clock, transport: send, caches, runAzureCli, ...parts } = this.#parts;
    const clientId = profile.clientId ?? parts.settings().clientId;
    const scope = scopeOf(profile.url);
    const account = profile.account === undefined ? {} : { accountId: profile.account.id };
    switch (profile.signIn) {
      case 'none':
        return noSignIn(profile.url);
      case 'token':
        return keptToken(list, profile);
      case 'editor': {
        const scopes = editorScopes(scope, this.#authority(profile), clientId);
        return new EditorAccountSession({ sessions: parts.editorSessions(profile), scopes, ...account });
      }
      case 'browser':
      case 'deviceCode': {
        const interaction = profile.signIn === 'browser' ? parts.browser(profile) : parts.deviceCode(profile);
        const authority = this.#authority(profile);
        const options = { authority, scope, interaction, caches, send, clock, ...account };
        return store.add(new UserSession({ ...options, clientId: clientId ?? SAMPLE_CLIENT_ID }));
      }
      case 'secret':
      case 'certificate': {
        if (clientId === undefined) throw new SignInError('clientRefused', 'An application needs its own id');
        const read = async () => list.credential(profile);
        const authority = this.#authority(profile);
        return new ApplicationSession({
          authority,
          clientId,
          scope,
          credential: profile.signIn,
          read,
          send,
          clock,
        });
      }
      case 'azureCli':
        return new AzureCliSession({
          run: runAzureCli,
          resource: profile.url,
          authority: this.#authority(profile),
          clock,
        });
    }
  }

  /** @throws SignInError when the kept authority is none of the cloud's, as after a change of the settings. */
  #authority(profile: EnvironmentProfile): Authority {
    const { override, cloud, tenant } = this.#parts.settings();
    const place = placeOfHost(new URL(profile.url).hostname, cloud) ?? 'public';
    const challenge = profile.authority === undefined ? {} : { authorizationUri: profile.authority };
    return authorityOf(challenge, { place, override, ...(tenant === undefined ? {} : { tenant }) });
  }
}

/** True for the ways whose tokens are in the cache that environments share. */
function isPersonal(way: EnvironmentProfile['signIn']): boolean {
  return way === 'browser' || way === 'deviceCode';
}

function signature({ url, signIn, authority, clientId, account }: EnvironmentProfile): string {
  return JSON.stringify([url, signIn, authority, clientId, account?.id]);
}

function isSession(source: TokenSource | SignInSession): source is SignInSession {
  return 'signIn' in source;
}
