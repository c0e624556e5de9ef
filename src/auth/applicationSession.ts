import type { AuthenticationResult, Configuration } from '@azure/msal-node';
import type { Clock } from '../base/clock';
import { throwIfAborted } from '../base/errors';
import type { Secret } from '../base/secret';
import { isAnyTenant, type Authority } from './authority';
import { readCertificate } from './certificate';
import { ClaimsChallenge, KeptToken } from './keptToken';
import { networkModule, SignInNetwork } from './network';
import type { Send, TokenQuestion, TokenSource } from './ports';
import { SharedCall } from '../base/sharedCall';
import { SignInError } from './signInError';
import { signInFailure } from './signInFailure';

export interface ApplicationSessionOptions {
  readonly authority: Authority;
  readonly clientId: string;
  readonly scope: string;
  readonly credential: 'secret' | 'certificate';
  /** The client secret, or the PEM text with certificate and key, from the secret store; asked for when needed. */
  readonly read: () => Promise<Secret | undefined>;
  readonly send: Send;
  readonly clock: Clock;
}

/**
 * An application that signs in by itself, with a secret or a certificate. Its tokens are kept in memory only: they can
 * be had again at any time, so there is nothing worth storing.
 */
export class ApplicationSession implements TokenSource {
  readonly #options: ApplicationSessionOptions;
  readonly #kept: KeptToken;
  readonly #challenge = new ClaimsChallenge();
  readonly #calls = new SharedCall<Secret>();

  constructor(options: ApplicationSessionOptions) {
    this.#options = options;
    this.#kept = new KeptToken(options.clock);
  }

  async token({ signal, refused }: TokenQuestion): Promise<Secret> {
    throwIfAborted(signal);
    const kept = this.#kept.fresh;
    const stale = refused !== undefined && this.#kept.isLast(refused.token);
    if (kept !== undefined && !stale) return kept;
    if (stale && refused.claims !== undefined) this.#raise(refused.claims);
    return this.#calls.join(this.#challenge.claims ?? '', async (call) => this.#request(call), signal);
  }

  /** Nobody can be asked, so claims that the application does not bring are the end. */
  #raise(claims: string): void {
    try {
      this.#challenge.raise(claims);
    } catch {
      throw new SignInError(
        'claimsNotSatisfied',
        'The service wants claims that the application does not bring',
      );
    }
  }

  async #request(signal: AbortSignal): Promise<Secret> {
    const { authority, clientId, scope, credential, send, clock } = this.#options;
    if (isAnyTenant(authority)) {
      throw new SignInError('tenantNeeded', 'An application signs in to one tenant, not to any', {
        tenant: authority.tenant,
      });
    }
    const { protocolMode } = authority;
    const network = new SignInNetwork({ send, clock, signal, authority });
    const proof = await this.#proof(network);
    const { ConfidentialClientApplication } = await import('./msal');
    const claims = this.#challenge.claims;
    let result: AuthenticationResult | null;
    try {
      const app = new ConfidentialClientApplication({
        auth: { clientId, authority: authority.url, knownAuthorities: [...authority.addedHosts], ...proof },
        system: { networkClient: networkModule(network), protocolMode },
      });
      result = await app.acquireTokenByClientCredential({
        scopes: [scope],
        ...(claims === undefined ? {} : { claims }),
      });
    } catch (error) {
      throw signInFailure(error, { network, signal, credential, silent: false });
    }
    if (result === null) throw new SignInError('badAnswer', 'The sign-in service gave no token');
    this.#challenge.answered('silence');
    return this.#kept.keep(result.accessToken, result.expiresOn?.getTime() ?? 0);
  }

  async #proof(
    network: SignInNetwork,
  ): Promise<Pick<Configuration['auth'], 'clientSecret' | 'clientCertificate'>> {
    const { credential, read, clock } = this.#options;
    const secret = await read();
    if (secret === undefined || secret.isEmpty) {
      throw new SignInError('noSecret', `The ${credential} of the application is not kept on this machine`, {
        credential,
      });
    }
    network.keepSecret(secret.reveal());
    if (credential === 'secret') return { clientSecret: secret.reveal() };
    const { thumbprintSha256, privateKey } = readCertificate(secret, clock);
    return { clientCertificate: { thumbprintSha256, privateKey: privateKey.reveal() } };
  }
}
