import type { AccountInfo, AuthenticationResult, PublicClientApplication } from '@azure/msal-node';
import type { Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { throwIfAborted } from '../base/errors';
import type { Secret } from '../base/secret';
import type { Authority } from './authority';
import { browserFlow, type BrowserInteraction, type FlowRequest } from './browserFlow';
import { deviceCodeFlow, type DeviceCodeInteraction } from './deviceCodeFlow';
import { ClaimsChallenge, KeptToken } from './keptToken';
import { limited } from './limited';
import { networkModule, SignInNetwork } from './network';
import type { Account, Send, SignInSession, TokenQuestion } from './ports';
import { SharedCall } from '../base/sharedCall';
import { SignInError, type SignInReason } from './signInError';
import { signInFailure } from './signInFailure';
import { cacheKey, type TokenCaches } from './tokenCache';

/** A person has this long to finish; longer than a device code lives, which ends by itself. Milliseconds. */
const INTERACTION_LIMIT = 20 * 60_000;

/** Renewing failed for a reason that passes; a token that is still valid serves until then. */
const PASSING: ReadonlySet<SignInReason> = new Set([
  'unreachable',
  'timeout',
  'authorityDown',
  'throttled',
  'badAnswer',
]);

export interface UserSessionOptions {
  readonly authority: Authority;
  readonly clientId: string;
  /** `https://contoso.crm.dynamics.com/.default` */
  readonly scope: string;
  readonly interaction: BrowserInteraction | DeviceCodeInteraction;
  /** The account to use; without it the only one that is kept. */
  readonly accountId?: string;
  readonly caches: TokenCaches;
  readonly send: Send;
  readonly clock: Clock;
  /** Milliseconds; for tests. */
  readonly interactionLimit?: number;
}

/**
 * A person's sign-in for one environment, by browser or device code. Tokens come from the cache or are renewed
 * silently; equal questions at the same time are one request.
 */
export class UserSession implements SignInSession, Disposable {
  readonly #options: UserSessionOptions;
  readonly #key: string;
  readonly #kept: KeptToken;
  readonly #challenge = new ClaimsChallenge();
  readonly #renewals = new SharedCall<Secret>();
  readonly #listening: Disposable;
  #accountId: string | undefined;
  #signedOut = false;
  /** How often the entry of the account has changed, by this window or another one. */
  #changes = 0;

  constructor(options: UserSessionOptions) {
    this.#options = options;
    this.#key = cacheKey(options.authority.host, options.authority.tenant, options.clientId);
    this.#kept = new KeptToken(options.clock);
    this.#accountId = options.accountId;
    this.#listening = options.caches.onDidChange((key) => {
      if (key !== this.#key) return;
      this.#kept.drop();
      this.#changes += 1;
    });
  }

  async token({ signal, refused }: TokenQuestion): Promise<Secret> {
    throwIfAborted(signal);
    const kept = this.#kept.fresh;
    const stale = refused !== undefined && this.#kept.isLast(refused.token);
    if (kept !== undefined && !stale) return kept;
    if (stale && refused.claims !== undefined) this.#challenge.raise(refused.claims);
    const claims = this.#challenge.claims;
    const refusedText = refused?.token?.reveal();
    return this.#renewals.join(
      // A token that was refused is renewed also when the cache thinks that it is good.
      refused === undefined ? 'renew' : `replace ${refusedText ?? ''} ${claims ?? ''}`,
      async (call) => this.#renew(refused === undefined ? undefined : { text: refusedText }, call),
      signal,
    );
  }

  async signIn({ signal }: { readonly signal: AbortSignal }): Promise<Account> {
    const limit = this.#options.interactionLimit ?? INTERACTION_LIMIT;
    const claims = this.#challenge.claims;
    this.#challenge.reopen();
    const result = await limited(this.#options.clock, limit, signal, async (ended) =>
      this.#withApp(ended, false, async (app) => {
        const known = await this.#account(app);
        const request: FlowRequest = {
          scopes: [this.#options.scope],
          ...(claims === undefined ? {} : { claims }),
          ...(known === undefined || known.username === ''
            ? { prompt: 'select_account' }
            : { loginHint: known.username }),
        };
        const { interaction } = this.#options;
        return interaction.kind === 'browser'
          ? browserFlow(app, request, interaction, ended)
          : deviceCodeFlow(app, request, interaction, ended);
      }),
    );
    this.#challenge.answered('person');
    this.#take(result);
    if (result.account === null) throw new SignInError('badAnswer', 'The sign-in named no account');
    this.#accountId = result.account.homeAccountId;
    this.#signedOut = false;
    return { ...accountOf(result.account), entry: this.#key };
  }

  async signOut(): Promise<void> {
    this.#kept.forget();
    this.#challenge.clear();
    const never = new AbortController().signal;
    const others = await this.#withApp(never, true, async (app) => {
      const cache = app.getTokenCache();
      const mine = await this.#account(app);
      if (mine !== undefined) await cache.removeAccount(mine);
      return (await cache.getAllAccounts()).length;
    });
    // What cannot be read must go as well.
    if (others === 0) await this.#options.caches.delete(this.#key);
    this.#accountId = undefined;
    this.#signedOut = true;
    // A renewal may have ended meanwhile.
    this.#kept.forget();
  }

  dispose(): void {
    this.#listening.dispose();
    this.#kept.forget();
  }

  async #renew(
    refused: { readonly text: string | undefined } | undefined,
    signal: AbortSignal,
  ): Promise<Secret> {
    const before = await this.#options.caches.read(this.#key);
    try {
      return await this.#silent(refused, signal);
    } catch (error) {
      const still = refused === undefined ? this.#kept.valid : undefined;
      if (still !== undefined && error instanceof SignInError && PASSING.has(error.reason)) return still;
      if (!SignInError.is(error, 'interactionNeeded')) throw error;
      // Another window may have used up our refresh token a moment ago; then its new one is in the store.
      const now = await this.#options.caches.read(this.#key);
      if (now === before || now === undefined) throw error;
      return this.#silent(refused, signal);
    }
  }

  async #silent(
    refused: { readonly text: string | undefined } | undefined,
    signal: AbortSignal,
  ): Promise<Secret> {
    const claims = this.#challenge.claims;
    const changes = this.#changes;
    const result = await this.#withApp(signal, true, async (app) => {
      const account = await this.#account(app);
      if (account === undefined) throw new SignInError('interactionNeeded', 'Nobody is signed in');
      const request = {
        account,
        scopes: [this.#options.scope],
        ...(claims === undefined || refused === undefined ? {} : { claims }),
      };
      const found = await app.acquireTokenSilent(request);
      const same =
        refused !== undefined && (refused.text === undefined || found.accessToken === refused.text);
      return same && found.fromCache ? app.acquireTokenSilent({ ...request, forceRefresh: true }) : found;
    });
    // No token outlives a sign-out, here or in another window, that came while it was on its way.
    const isLeft = changes === this.#changes || (await this.#isSignedIn(signal));
    if (!isLeft || this.#signedOut) throw new SignInError('interactionNeeded', 'Signed out meanwhile');
    if (refused !== undefined) this.#challenge.answered('silence');
    return this.#take(result);
  }

  async #isSignedIn(signal: AbortSignal): Promise<boolean> {
    return this.#withApp(signal, true, async (app) => (await this.#account(app)) !== undefined);
  }

  #take(result: AuthenticationResult): Secret {
    return this.#kept.keep(result.accessToken, result.expiresOn?.getTime() ?? 0);
  }

  /** One application of the library for one sign-in: it ends with its signal and starts from what is stored. */
  async #withApp<T>(
    signal: AbortSignal,
    silent: boolean,
    run: (app: PublicClientApplication) => Promise<T>,
  ): Promise<T> {
    const { authority, clientId, send, clock, caches } = this.#options;
    const network = new SignInNetwork({ send, clock, signal, authority });
    const { PublicClientApplication } = await import('./msal');
    const app = new PublicClientApplication({
      auth: { clientId, authority: authority.url, knownAuthorities: [...authority.addedHosts] },
      cache: { cachePlugin: caches.plugin(this.#key) },
      system: { networkClient: networkModule(network), protocolMode: authority.protocolMode },
    });
    try {
      return await run(app);
    } catch (error) {
      throw signInFailure(error, { network, signal, credential: 'none', silent });
    }
  }

  async #account(app: PublicClientApplication): Promise<AccountInfo | undefined> {
    // The account that is left may be somebody else's.
    if (this.#signedOut) return undefined;
    const all = await app.getTokenCache().getAllAccounts();
    if (this.#accountId !== undefined)
      return all.find(({ homeAccountId }) => homeAccountId === this.#accountId);
    return all.length === 1 ? all[0] : undefined;
  }
}

function accountOf({ homeAccountId, username, name, tenantId }: AccountInfo): Account {
  const shown = username === '' ? (name ?? homeAccountId) : username;
  return { id: homeAccountId, username: shown, ...(tenantId === '' ? {} : { tenantId }) };
}
