import type { Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { CancelledError, throwIfAborted } from '../base/errors';
import { Emitter } from '../base/event';
import type { Secret } from '../base/secret';
import type { Account, SignInSession, TokenQuestion, TokenSource } from './ports';
import { SignInError } from './signInError';

/** What the tree and the status bar show of a session. */
export type GateState =
  | { readonly kind: 'ready' }
  /** A person has to sign in; `error` says why. */
  | { readonly kind: 'needed'; readonly error: SignInError }
  | { readonly kind: 'running' };

interface Waiter {
  readonly go: () => void;
  readonly giveUp: (error: Error) => void;
}

/** Work waits this long for somebody to sign in. Milliseconds. */
const PATIENCE = 10 * 60_000;

/**
 * Stands between the work of an environment and its session. When a person is needed it says so once, and work that
 * asks for a token waits for the sign-in instead of failing. However many ask, there is one prompt at a time, and
 * only the user's action starts one.
 */
export class SignInGate implements TokenSource, Disposable {
  readonly #session: SignInSession;
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #changed = new Emitter<GateState>();
  readonly #waiting = new Set<Waiter>();
  readonly #disposed = new AbortController();
  #state: GateState = { kind: 'ready' };
  #running: Promise<Account> | undefined;

  constructor(session: SignInSession, options: { readonly clock: Clock; readonly patience?: number }) {
    this.#session = session;
    this.#clock = options.clock;
    this.#patience = options.patience ?? PATIENCE;
  }

  readonly onDidChange = this.#changed.event;

  get state(): GateState {
    return this.#state;
  }

  /** Waits for a sign-in where one is needed. */
  async token(question: TokenQuestion): Promise<Secret | undefined> {
    return this.#token(question, true);
  }

  /** The same tokens for callers that rather fail than wait, such as a tree that shows what is needed. */
  get impatient(): TokenSource {
    return { token: async (question) => this.#token(question, false) };
  }

  /**
   * Asks the person; a second call joins the prompt that is open. Those who wait go on after a success, and hear the
   * reason when it was ended or failed.
   */
  async signIn(options: { readonly signal: AbortSignal }): Promise<Account> {
    this.#running ??= this.#prompt(options.signal);
    return this.#running;
  }

  async signOut(): Promise<void> {
    await this.#session.signOut();
    this.#set({ kind: 'needed', error: new SignInError('interactionNeeded', 'Signed out') });
  }

  /** Work that waits ends as cancelled. */
  dispose(): void {
    this.#disposed.abort();
    this.#release((waiter) => waiter.giveUp(new CancelledError()));
    this.#changed.dispose();
  }

  async #token(question: TokenQuestion, patient: boolean): Promise<Secret | undefined> {
    throwIfAborted(question.signal);
    if (this.#running !== undefined && patient) await this.#wait(question.signal);
    try {
      return this.#good(await this.#session.token(question));
    } catch (error) {
      if (!SignInError.is(error, 'interactionNeeded')) throw error;
      if (this.#running === undefined) this.#set({ kind: 'needed', error });
      if (!patient) throw error;
      await this.#wait(question.signal, error);
    }
    // After a sign-in there is a new token, so nothing is refused any more.
    const { signal } = question;
    return this.#good(await this.#session.token(signal === undefined ? {} : { signal }));
  }

  #good(token: Secret | undefined): Secret | undefined {
    if (this.#state.kind === 'needed') this.#set({ kind: 'ready' });
    return token;
  }

  async #prompt(signal: AbortSignal): Promise<Account> {
    const before = this.#state;
    this.#set({ kind: 'running' });
    const ended = AbortSignal.any([signal, this.#disposed.signal]);
    try {
      const account = await this.#session.signIn({ signal: ended });
      this.#running = undefined;
      this.#set({ kind: 'ready' });
      this.#release((waiter) => waiter.go());
      return account;
    } catch (error) {
      this.#running = undefined;
      this.#set(before.kind === 'running' ? { kind: 'ready' } : before);
      const failure = error instanceof Error ? error : new CancelledError();
      this.#release((waiter) => waiter.giveUp(failure));
      throw failure;
    }
  }

  /** @param needed what to fail with when nobody signs in; without it, waits for the end of the prompt that is open. */
  async #wait(signal: AbortSignal | undefined, needed?: SignInError): Promise<void> {
    throwIfAborted(this.#disposed.signal);
    // A signal that is aborted already tells nobody any more.
    throwIfAborted(signal);
    const done = new AbortController();
    try {
      await new Promise<void>((resolve, reject) => {
        const waiter: Waiter = {
          go: resolve,
          giveUp: (error) => {
            if (this.#disposed.signal.aborted) reject(error);
            else if (needed === undefined) resolve();
            // A prompt that the user closed leaves the work with what it needed.
            else reject(error instanceof CancelledError ? needed : error);
          },
        };
        this.#waiting.add(waiter);
        const leave = (error: Error): void => {
          this.#waiting.delete(waiter);
          reject(error);
        };
        signal?.addEventListener('abort', () => leave(new CancelledError()), {
          once: true,
          signal: done.signal,
        });
        if (needed === undefined) return;
        this.#clock.delay(this.#patience, done.signal).then(
          () => leave(needed),
          () => undefined,
        );
      });
    } finally {
      done.abort();
    }
  }

  #release(tell: (waiter: Waiter) => void): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const waiter of waiting) tell(waiter);
  }

  #set(state: GateState): void {
    if (this.#state.kind === state.kind && state.kind !== 'needed') return;
    const same = this.#state.kind === 'needed' && state.kind === 'needed' && sameError(this.#state, state);
    this.#state = state;
    // Many requests may fail for the same reason; the user hears it once.
    if (!same) this.#changed.fire(state);
  }
}

function sameError(a: { readonly error: SignInError }, b: { readonly error: SignInError }): boolean {
  return a.error.because === b.error.because;
}
