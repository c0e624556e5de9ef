import type { Disposable } from '../base/disposable';
import type { Secret } from '../base/secret';

/** Where tokens are kept; the editor encrypts them. */
export interface SecretStore {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  /** Tells the key of an entry that this or another window changed. */
  readonly onDidChange?: (listener: (key: string) => void) => Disposable;
}

/** One request to a sign-in service. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** The body as text; rejects when it has more than `maxBytes` bytes. */
  text(maxBytes: number): Promise<string>;
  discard(): void;
}

/** The one door to HTTP, as the Dataverse client has it: no redirects followed, an answer of any status resolves. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** What a caller asks a token source. */
export interface TokenQuestion {
  readonly signal?: AbortSignal;
  /** The token that the service has just answered 401 to, with its claims challenge where there was one. */
  readonly refused?: { readonly token?: Secret; readonly claims?: string };
}

/**
 * Where a bearer token comes from, without asking anybody. `undefined` means that none is needed.
 * Throws `SignInError`, with `interactionNeeded` when a person has to sign in.
 */
export interface TokenSource {
  token(question: TokenQuestion): Promise<Secret | undefined>;
}

/** Who is signed in. Safe to store and show. */
export interface Account {
  /** The way's own id, to find the account again. */
  readonly id: string;
  /** What the person typed to sign in, or the application's name. */
  readonly username: string;
  readonly tenantId?: string;
  /** The entry of the secret store that holds its tokens, where they are kept there. Names host, tenant and client. */
  readonly entry?: string;
}

/** A token source that a person can sign in to and out of. */
export interface SignInSession extends TokenSource {
  /**
   * Asks the person. Claims of the last challenge are asked for by themselves.
   * Throws `CancelledError` when the person or the signal ended it, else `SignInError`.
   */
  signIn(options: { readonly signal: AbortSignal }): Promise<Account>;
  /** Forgets the account and its tokens. */
  signOut(): Promise<void>;
}
