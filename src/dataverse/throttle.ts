import type { Clock } from '../base/clock';
import { CancelledError, throwIfAborted } from '../base/errors';

/** Lets at most a fixed number of requests run at once, first come, first served. */
export class Slots {
  #free: number;
  readonly #waiting: Array<() => void> = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves with the function that gives the slot back; rejects with `CancelledError` when aborted while waiting. */
  async take(signal?: AbortSignal): Promise<() => void> {
    throwIfAborted(signal);
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#giveBack();
    };
  }

  #giveBack(): void {
    // Handed over directly, so that a newcomer cannot overtake the queue.
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }

  #wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(new CancelledError());
      };
      const enter = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#waiting.push(enter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}

/**
 * The moment before which no request of a client is sent: the service counts per user, so one refused request
 * means that all must wait, and polling in parallel only prolongs it (FACTS 13.8).
 */
export class BackOffGate {
  readonly #clock: Clock;
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps everybody back for `milliseconds` from now; a shorter time never shortens a longer one. */
  close(milliseconds: number): void {
    this.#until = Math.max(this.#until, this.#clock.now() + milliseconds);
  }

  /** Milliseconds until the gate opens. */
  get remaining(): number {
    return Math.max(0, this.#until - this.#clock.now());
  }

  /** Waits until the gate is open, also when it is closed anew meanwhile. */
  async pass(signal?: AbortSignal): Promise<void> {
    while (this.remaining > 0) {
      const waitedFor = this.#until;
      await this.#clock.delay(this.remaining, signal);
      // Said, not computed: a timer may ring a little early, and a clock may stand still while it delays.
      if (this.#until === waitedFor) this.#until = 0;
    }
  }
}

/** Bounds of a single wait without `Retry-After`, in milliseconds. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 32_000;

/**
 * Milliseconds to wait before the attempt after `attempt` (0 for the first one). What the service asks for is a
 * lower bound, the jitter comes on top, so that several clients do not come back in the same moment.
 * @param random 0 to 1.
 */
export function waitBefore(attempt: number, retryAfter: number | undefined, random: number): number {
  if (retryAfter !== undefined) return retryAfter + Math.round(random * Math.min(1000, retryAfter / 4 + 100));
  const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}

/**
 * Milliseconds that a `Retry-After` header asks for: seconds, or an HTTP date. Nonsense gives undefined.
 * @param now this machine's time, for a date where the answer does not tell its own.
 * @param date the answer's `Date` header: a date is meant by the clock of whoever wrote it.
 */
export function parseRetryAfter(header: string | undefined, now: number, date?: string): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const moment = parseHttpDate(text);
  return moment === undefined ? undefined : Math.max(0, moment - (parseHttpDate(date?.trim() ?? '') ?? now));
}

function parseHttpDate(text: string): number | undefined {
  // `Date.parse` takes bare numbers and other things for dates; an HTTP date begins with the name of a day.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}
