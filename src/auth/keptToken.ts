import type { Clock } from '../base/clock';
import { Secret } from '../base/secret';
import { SignInError } from './signInError';

/** A token is renewed this long before it ends, as the library below does. Milliseconds. */
const RENEWED_BEFORE = 5 * 60_000;

/** The token in hand. */
export class KeptToken {
  readonly #clock: Clock;
  #token: Secret | undefined;
  /** The token that was had last, also when it is not in hand any more. */
  #last: Secret | undefined;
  /** Milliseconds since 1970. */
  #ends = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The token while it need not be renewed yet. */
  get fresh(): Secret | undefined {
    return this.#ends - RENEWED_BEFORE > this.#clock.now() ? this.#token : undefined;
  }

  /** The token while it is valid at all, for when it cannot be renewed just now. */
  get valid(): Secret | undefined {
    return this.#ends > this.#clock.now() ? this.#token : undefined;
  }

  /** True when a refused token is the one that was had last; one that nobody names, or that nobody here gave, counts as it. */
  isLast(token: Secret | undefined): boolean {
    return token === undefined || this.#last === undefined || token.reveal() === this.#last.reveal();
  }

  /** @param ends milliseconds since 1970. */
  keep(text: string, ends: number): Secret {
    const token = new Secret(text);
    this.#token = token;
    this.#last = token;
    this.#ends = ends;
    return token;
  }

  /** Has another one be asked for. */
  drop(): void {
    this.#token = undefined;
    this.#ends = 0;
  }

  /** Leaves nothing of any token in memory. */
  forget(): void {
    this.drop();
    this.#last = undefined;
  }
}

/** How far a claims challenge has come: first a silent try, then one prompt, then it is given up. */
export class ClaimsChallenge {
  #claims: string | undefined;
  #stage: 'open' | 'tried' | 'prompted' = 'open';

  /** The claims that the next request for a token has to carry. */
  get claims(): string | undefined {
    return this.#claims;
  }

  /**
   * The service wants claims for the token in hand.
   * @throws SignInError `interactionNeeded` when a silent try did not help, `claimsNotSatisfied` when a prompt did not
   *   either: a second prompt would only be the first of an endless row.
   */
  raise(claims: string): void {
    if (claims !== this.#claims) {
      this.#claims = claims;
      this.#stage = 'open';
      return;
    }
    if (this.#stage === 'prompted') {
      throw new SignInError(
        'claimsNotSatisfied',
        'The service wants claims that the last sign-in did not bring',
      );
    }
    if (this.#stage === 'tried') {
      throw new SignInError('interactionNeeded', 'The service wants claims that only a person can bring', {
        because: 'mfaNeeded',
      });
    }
  }

  /** A token with the claims was had, silently or from a person. */
  answered(by: 'silence' | 'person'): void {
    if (this.#claims !== undefined) this.#stage = by === 'person' ? 'prompted' : 'tried';
  }

  /** The person wants to sign in whatever was before. */
  reopen(): void {
    this.#stage = 'open';
  }

  clear(): void {
    this.#claims = undefined;
    this.#stage = 'open';
  }
}
