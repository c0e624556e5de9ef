import { CancelledError, isCancellation, throwIfAborted } from '../base/errors';
import { Secret } from '../base/secret';
import type { Authority } from './authority';
import { ClaimsChallenge } from './keptToken';
import type { Account, SignInSession, TokenQuestion } from './ports';
import { SignInError } from './signInError';

/** A session of the editor's own account provider. */
export interface EditorSession {
  readonly accessToken: string;
  readonly account: { readonly id: string; readonly label: string };
}

/** What is asked of the editor. */
export interface EditorRequest {
  readonly scopes: readonly string[];
  /** A claims challenge, as JSON text; the adapter makes a `WWW-Authenticate` request of it. */
  readonly claims?: string;
}

/** The editor's accounts, provider `microsoft` (`microsoft-sovereign-cloud` outside the public cloud). */
export interface EditorSessions {
  /**
   * `silent` never asks; `ask` shows the editor's sign-in when there is no session; `askAgain` shows it always.
   * Undefined when there is no session and nobody was asked.
   */
  getSession(
    request: EditorRequest,
    options: { readonly mode: 'silent' | 'ask' | 'askAgain'; readonly accountId?: string },
  ): Promise<EditorSession | undefined>;
}

/**
 * The scopes for the editor's provider: the environment's, and pseudo-scopes that choose tenant and app registration.
 * @param clientId our own registration; without it the editor's counts.
 */
export function editorScopes(scope: string, authority: Authority, clientId?: string): readonly string[] {
  return [
    scope,
    `VSCODE_TENANT:${authority.tenant}`,
    ...(clientId === undefined ? [] : [`VSCODE_CLIENT_ID:${clientId}`]),
  ];
}

/** The account that the user has signed in to the editor with. The editor keeps and renews its tokens. */
export class EditorAccountSession implements SignInSession {
  readonly #sessions: EditorSessions;
  readonly #scopes: readonly string[];
  readonly #challenge = new ClaimsChallenge();
  /** The last token given out; only to tell whether the one refused is it. */
  #given: Secret | undefined;
  #accountId: string | undefined;
  #refused = false;
  /** The editor would give its session again without asking. */
  #signedOut = false;

  constructor(options: {
    readonly sessions: EditorSessions;
    /** See `editorScopes`. */
    readonly scopes: readonly string[];
    readonly accountId?: string;
  }) {
    this.#sessions = options.sessions;
    this.#scopes = options.scopes;
    this.#accountId = options.accountId;
  }

  async token({ signal, refused }: TokenQuestion): Promise<Secret> {
    throwIfAborted(signal);
    this.#refuseSignedOut();
    const current = refused !== undefined && isSame(refused.token, this.#given);
    if (current && refused.claims !== undefined) this.#challenge.raise(refused.claims);
    const session = await this.#ask('silent');
    throwIfAborted(signal);
    this.#refuseSignedOut();
    if (session === undefined) throw new SignInError('interactionNeeded', 'The editor has no session');
    const token = new Secret(session.accessToken);
    if (refused !== undefined && isSame(refused.token ?? this.#given, token)) {
      this.#refused = true;
      throw new SignInError('interactionNeeded', 'The service refused the token that the editor has', {
        because: refused.claims === undefined ? 'sessionExpired' : 'mfaNeeded',
      });
    }
    if (current) this.#challenge.answered('silence');
    this.#given = token;
    return token;
  }

  async signIn({ signal }: { readonly signal: AbortSignal }): Promise<Account> {
    throwIfAborted(signal);
    const again = this.#refused || this.#challenge.claims !== undefined;
    this.#challenge.reopen();
    const session = await this.#ask(again ? 'askAgain' : 'ask');
    throwIfAborted(signal);
    if (session === undefined) throw new CancelledError();
    this.#challenge.answered('person');
    this.#refused = false;
    this.#signedOut = false;
    this.#given = new Secret(session.accessToken);
    this.#accountId = session.account.id;
    return { id: session.account.id, username: session.account.label };
  }

  /** The session is the editor's and stays; what we know of it goes, and it is not used until somebody signs in. */
  signOut(): Promise<void> {
    this.#signedOut = true;
    this.#given = undefined;
    this.#accountId = undefined;
    this.#challenge.clear();
    return Promise.resolve();
  }

  #refuseSignedOut(): void {
    if (this.#signedOut) throw new SignInError('interactionNeeded', 'Signed out of this environment');
  }

  async #ask(mode: 'silent' | 'ask' | 'askAgain'): Promise<EditorSession | undefined> {
    const claims = this.#challenge.claims;
    try {
      return await this.#sessions.getSession(
        { scopes: this.#scopes, ...(claims === undefined ? {} : { claims }) },
        { mode, ...(this.#accountId === undefined ? {} : { accountId: this.#accountId }) },
      );
    } catch (error) {
      throw editorFailure(error, mode !== 'silent');
    }
  }
}

function isSame(a: Secret | undefined, b: Secret | undefined): boolean {
  return a === undefined || a.reveal() === b?.reveal();
}

/** The editor tells by text only. Its sentences for a user who said no: UNVERIFIED beyond version 1.139. */
function editorFailure(error: unknown, asked: boolean): Error {
  const text = error instanceof Error ? error.message : '';
  if (isCancellation(error) || (asked && /cancel|did not consent|abort/i.test(text)))
    return new CancelledError();
  if (/no authentication provider|timed out waiting for authentication provider/i.test(text)) {
    return new SignInError('editorAccountMissing', 'The editor has no provider of Microsoft accounts');
  }
  return new SignInError('unexpected', 'The editor could not give a session');
}
