import { Emitter } from '../base/event';
import type { Disposable } from '../base/disposable';
import type { Secret } from '../base/secret';
import type { TokenQuestion, TokenSource } from './ports';
import { isCredentialProblem, SignInError } from './signInError';
import type { GateState } from './signInGate';

/**
 * A token source without a prompt of its own, an application or a kept token, that remembers whether its last answer
 * was one that only a person can change: its secret has ended, its token was refused. Errors go through unchanged.
 */
export class WatchedTokens implements TokenSource, Disposable {
  readonly #source: TokenSource;
  readonly #changed = new Emitter<GateState>();
  #state: GateState = { kind: 'ready' };

  readonly onDidChange = this.#changed.event;

  constructor(source: TokenSource) {
    this.#source = source;
  }

  /** `ready` or `needed`. */
  get state(): GateState {
    return this.#state;
  }

  async token(question: TokenQuestion): Promise<Secret | undefined> {
    let token: Secret | undefined;
    try {
      token = await this.#source.token(question);
    } catch (error) {
      if (
        SignInError.is(error, 'interactionNeeded') ||
        (SignInError.is(error) && isCredentialProblem(error))
      ) {
        this.#set({ kind: 'needed', error });
      }
      throw error;
    }
    // Nothing in the place of a token that was refused: the call ends with 401.
    if (token === undefined && question.refused !== undefined) {
      this.#set({
        kind: 'needed',
        error: new SignInError('interactionNeeded', 'The kept token was refused'),
      });
    } else if (token !== undefined) this.#set({ kind: 'ready' });
    return token;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #set(state: GateState): void {
    const isNews = state.kind !== this.#state.kind;
    this.#state = state;
    if (isNews) this.#changed.fire(state);
  }
}
