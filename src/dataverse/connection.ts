import type { Clock } from '../base/clock';
import { AppError, CancelledError, isCancellation, throwIfAborted } from '../base/errors';
import type { Log } from '../base/log';
import type { Secret } from '../base/secret';
import { relativeTo, rootOf, type Root } from './address';
import { isMultipart } from './batchText';
import { decoded, type WholeBody } from './bodyBytes';
import { parseChallenge } from './challenge';
import { errorOfAnswer, requestIdOf } from './errorBody';
import { DataverseError, describePath, type DataverseErrorFacts } from './errors';
import { networkFailure } from './networkErrors';
import { BackOffGate, parseRetryAfter, Slots, waitBefore } from './throttle';
import { BodyTooLargeError, type HttpRequest, type HttpResponse, type Transport } from './transport';
import type { TokenProvider } from './webApi';

/** Why a call waits. */
export type WaitReason = 'throttled' | 'unavailable' | 'network';

/** What a client is made of. Everything but the first six has a sensible default. */
export interface ClientOptions {
  /** Any address within the environment; only its origin counts. */
  readonly environmentUrl: string;
  readonly transport: Transport;
  readonly tokens: TokenProvider;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Hears of waits longer than five seconds. */
  readonly onWait?: (milliseconds: number, reason: WaitReason) => void;
  /** The longest total wait of one call, in milliseconds. */
  readonly waitBudget?: number;
  /** Requests at once. The service allows 52 for a user over all clients (FACTS 13.8). */
  readonly concurrency?: number;
  /** The longest answer, in bytes. */
  readonly maxBytes?: number;
}

/** One request to the Web API. */
export interface Call {
  readonly method: HttpRequest['method'];
  /** Absolute, checked by `addressOf`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** True when the request changes nothing, so that it may be repeated after it was sent. */
  readonly safe: boolean;
  readonly maxBytes?: number | undefined;
  /** The body of success is wanted as it is; its text comes from it. */
  readonly asBytes?: boolean | undefined;
  /** The answer that counts, where it is packed into another one: a part of a batch. */
  readonly unwrap?: (answer: Answer) => Answer;
  /** What to call the request in logs and errors, when method and url do not tell. */
  readonly label?: Label;
}

/** Method and absolute address of a request. */
export interface Label {
  readonly method: string;
  readonly url: string;
}

/** An answer with its body. */
export interface Answer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly text: string;
  /** Where it was asked for; the text is there only until it is freed. */
  readonly body?: WholeBody;
}

const WAIT_BUDGET = 180_000;
const CONCURRENCY = 8;
const MAX_BYTES = 64 * 1024 * 1024;
/**
 * How often a call is tried at most, for each reason by itself: waiting for a throttled service says nothing of the
 * line. A service that names times to wait is asked more often, the waiting budget bounds it first; where only guessing
 * helps, a person is waiting in front of a progress bar.
 */
const MAX_ATTEMPTS: Readonly<Record<WaitReason, number>> = { throttled: 30, unavailable: 4, network: 4 };
/** Waits longer than this are told. Milliseconds. */
const TOLD_WAIT = 5000;
/** Nothing keeps the gate closed longer than this: a clock that is wrong must not lock the client. Milliseconds. */
const LONGEST_CLOSURE = 600_000;

/** The state of one call over its attempts. */
interface Attempts {
  /** Failed ones, by what made them fail. */
  readonly failed: Record<WaitReason, number>;
  waited: number;
  token: Secret | undefined;
  refused: boolean;
}

/**
 * Sends requests of one client: token, limits, waiting and repeating, errors, the log line. It knows nothing of
 * rows and queries.
 */
export class Connection {
  readonly root: Root;
  readonly #options: ClientOptions;
  readonly #slots: Slots;
  readonly #gate: BackOffGate;

  constructor(options: ClientOptions) {
    this.root = rootOf(options.environmentUrl);
    this.#options = options;
    this.#slots = new Slots(options.concurrency ?? CONCURRENCY);
    this.#gate = new BackOffGate(options.clock);
  }

  /**
   * Sends one request until it is answered with success or fails for good.
   * @throws DataverseError, CancelledError, and whatever the token provider throws.
   */
  async send(call: Call): Promise<Answer> {
    const failed = { throttled: 0, unavailable: 0, network: 0 };
    const attempts: Attempts = { failed, waited: 0, token: undefined, refused: false };
    attempts.token = await this.#options.tokens.token(signalOf(call));
    for (;;) {
      const release = await this.#enter(call, attempts);
      const outcome = await this.#exchange(call, attempts).finally(release);
      if (!(outcome instanceof DataverseError)) return outcome;
      await this.#prepareNext(call, attempts, outcome);
    }
  }

  /** Tells the client that a part of an answer was refused by the service protection limits. */
  holdBack(retryAfter: number | undefined): void {
    this.#close(waitBefore(0, retryAfter, this.#options.random()), 'throttled');
  }

  /** What errors and logs may know of a request. */
  factsOf(request: Label): DataverseErrorFacts {
    return { method: request.method, path: describePath(this.describe(request.url)) };
  }

  /** An address relative to the root. */
  describe(url: string): string {
    return relativeTo(this.root, url);
  }

  /** The clock's time in milliseconds. */
  get now(): number {
    return this.#options.clock.now();
  }

  /** Waits where it helps and resolves when another attempt may be made; throws the error otherwise. */
  async #prepareNext(call: Call, attempts: Attempts, error: DataverseError): Promise<void> {
    if (error.reason === 'unauthorized' && error.status === 401) {
      await this.#renewToken(call, attempts, error);
      return;
    }
    const reason = waitReason(call, error);
    if (reason === undefined) throw error;
    const failures = attempts.failed[reason];
    if (failures + 1 >= MAX_ATTEMPTS[reason]) throw error;
    attempts.failed[reason] = failures + 1;
    const isThrottled = reason === 'throttled';
    const wait = isThrottled
      ? Math.max(this.#gate.remaining, error.retryAfter ?? 0)
      : waitBefore(failures, error.retryAfter, this.#options.random());
    if (attempts.waited + wait > this.#budget) throw error;
    // The gate is closed already, and every attempt waits there.
    if (isThrottled) return;
    this.#tell(wait, reason);
    attempts.waited += wait;
    await this.#options.clock.delay(wait, call.signal);
  }

  async #renewToken(call: Call, attempts: Attempts, error: DataverseError): Promise<void> {
    if (attempts.refused) throw error;
    attempts.refused = true;
    const refused = {
      ...(attempts.token === undefined ? {} : { token: attempts.token }),
      ...(error.facts.claims === undefined ? {} : { claims: error.facts.claims }),
    };
    const fresh = await this.#options.tokens.token({ ...signalOf(call), refused });
    if (fresh === undefined) throw error;
    attempts.token = fresh;
  }

  get #budget(): number {
    return this.#options.waitBudget ?? WAIT_BUDGET;
  }

  #close(wait: number, reason: WaitReason): void {
    const closure = Math.min(wait, LONGEST_CLOSURE);
    // One answer tells of the wait; those that come while the gate is closed already wait along silently.
    if (closure > this.#gate.remaining + TOLD_WAIT / 2) this.#tell(closure, reason);
    this.#gate.close(closure);
  }

  #tell(wait: number, reason: WaitReason): void {
    this.#options.log.warn(`Dataverse: waiting ${wait} ms (${reason})`);
    if (wait > TOLD_WAIT) this.#options.onWait?.(wait, reason);
  }

  async #passGate(call: Call, attempts: Attempts): Promise<void> {
    const wait = this.#gate.remaining;
    if (wait === 0) return;
    if (attempts.waited + wait > this.#budget) {
      throw new DataverseError('throttled', 'The service asked to wait longer than this call may', {
        ...this.factsOf(call.label ?? call),
        retryAfter: wait,
      });
    }
    const start = this.#options.clock.now();
    await this.#gate.pass(call.signal);
    attempts.waited += Math.max(wait, this.#options.clock.now() - start);
  }

  /** Waits for the gate and for a slot; the gate may have closed while the call stood in the queue. */
  async #enter(call: Call, attempts: Attempts): Promise<() => void> {
    for (;;) {
      await this.#passGate(call, attempts);
      const release = await this.#slots.take(call.signal);
      if (this.#gate.remaining === 0) return release;
      release();
    }
  }

  /** One request and its answer; a failure that might be worth another attempt is returned, not thrown. */
  async #exchange(call: Call, attempts: Attempts): Promise<Answer | DataverseError> {
    const outcome = await this.#request(call, attempts.token);
    // Before the slot is given back: the next in the queue would slip through.
    if (outcome instanceof DataverseError && waitReason(call, outcome) === 'throttled') {
      const wait = waitBefore(attempts.failed.throttled, outcome.retryAfter, this.#options.random());
      this.#close(wait, 'throttled');
    }
    return outcome;
  }

  async #request(call: Call, token: Secret | undefined): Promise<Answer | DataverseError> {
    throwIfAborted(call.signal);
    const start = this.#options.clock.now();
    const facts = this.factsOf(call.label ?? call);
    let response: HttpResponse | undefined;
    try {
      response = await this.#options.transport({
        method: call.method,
        url: call.url,
        // The one place where a token is shown: it goes to the environment's own origin, which `addressOf` saw to.
        headers:
          token === undefined ? call.headers : { ...call.headers, Authorization: `Bearer ${token.reveal()}` },
        ...(call.body === undefined ? {} : { body: call.body }),
        signal: call.signal ?? new AbortController().signal,
      });
      const raw = await readAnswer(response, call, call.maxBytes ?? this.#options.maxBytes ?? MAX_BYTES);
      const answer = call.unwrap?.(raw) ?? raw;
      this.#logLine(facts, answer, start);
      return answer.status >= 200 && answer.status < 300 ? answer : this.#refusal(answer, facts, token);
    } catch (error) {
      if (call.signal?.aborted === true || isCancellation(error)) throw new CancelledError();
      const failure = toFailure(error, facts, response?.status);
      this.#options.log.debug(
        `${facts.method ?? ''} ${facts.path ?? ''} failed: ${failure.kind ?? failure.reason} after ${this.#options.clock.now() - start} ms`,
      );
      return failure;
    }
  }

  #refusal(answer: Answer, facts: DataverseErrorFacts, token: Secret | undefined): DataverseError {
    // A server that echoes the request must not bring the token into an error text.
    const hide = (text: string): string =>
      token === undefined || token.isEmpty ? text : text.replaceAll(token.reveal(), '•••');
    if (answer.status >= 300 && answer.status < 400) {
      return redirectError(answer.status, hide(answer.header('Location') ?? ''), facts);
    }
    const now = this.#options.clock.now();
    const retryAfter = parseRetryAfter(answer.header('Retry-After'), now, answer.header('Date'));
    const { claims, authorizationUri } =
      answer.status === 401 ? parseChallenge(answer.header('WWW-Authenticate')) : {};
    return errorOfAnswer(
      { status: answer.status, header: (name) => answer.header(name), text: hide(answer.text) },
      {
        ...facts,
        ...(retryAfter === undefined ? {} : { retryAfter }),
        ...(claims === undefined ? {} : { claims }),
        ...(authorizationUri === undefined ? {} : { authorizationUri }),
      },
    );
  }

  #logLine(facts: DataverseErrorFacts, answer: Answer, start: number): void {
    const id = requestIdOf(answer);
    this.#options.log.debug(
      `${facts.method ?? ''} ${facts.path ?? ''} ${answer.status} ${this.#options.clock.now() - start} ms${id === undefined ? '' : ` ${id}`}`,
    );
  }
}

function signalOf(call: Call): { signal?: AbortSignal } {
  return call.signal === undefined ? {} : { signal: call.signal };
}

/** Which failures are worth waiting for; a write only when the service says that it was not run (TOOLING 4). */
function waitReason(call: Call, error: DataverseError): WaitReason | undefined {
  if (error.status === 429 || (call.safe && error.reason === 'throttled')) return 'throttled';
  if (!call.safe) return undefined;
  if (error.status === 502 || error.status === 503 || error.status === 504) return 'unavailable';
  return error.reason === 'network' && (error.kind === 'reset' || error.kind === 'cut')
    ? 'network'
    : undefined;
}

/** A refusal's body is only there to be told of; what is longer is not read. Bytes. */
const MAX_REFUSAL_BYTES = 1024 * 1024;

/**
 * The body is read to its end, also where none is expected, so that the connection can be used again. Of a refusal the
 * status says enough: a body that is cut or endless must not hide a 401 or a 429.
 */
async function readAnswer(response: HttpResponse, call: Call, maxBytes: number): Promise<Answer> {
  const header = (name: string): string | undefined => response.header(name);
  const { status } = response;
  const isMany = isMultipart(header('Content-Type'));
  const isRefusal = status >= 400 && !isMany;
  if (call.asBytes === true && status < 300 && !isMany) {
    const body = await response.body(maxBytes);
    let text: string | undefined;
    return {
      status,
      header,
      body,
      // A page that comes in parts never is one text.
      get text() {
        return (text ??= decoded(body.bytes));
      },
    };
  }
  try {
    return { status, header, text: await response.text(isRefusal ? MAX_REFUSAL_BYTES : maxBytes) };
  } catch (error) {
    if (!isRefusal || call.signal?.aborted === true) throw error;
    return { status, header, text: '' };
  }
}

/** Origin and path of the place only: a sign-in page's query carries state and nonce. */
function redirectError(status: number, target: string, facts: DataverseErrorFacts): DataverseError {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  const location = url === undefined ? (target.split(/[?#]/, 1)[0] ?? '') : url.origin + url.pathname;
  return new DataverseError('redirected', `The environment redirects to ${location || 'nowhere'}`, {
    ...facts,
    status,
    location,
  });
}

/** The transport's own error is no cause of ours: its text has the whole address with the values of the query. */
function toFailure(error: unknown, facts: DataverseErrorFacts, status: number | undefined): DataverseError {
  const what = `${facts.method ?? 'Request'} ${facts.path ?? ''}`.trim();
  if (error instanceof AppError) throw error;
  if (error instanceof BodyTooLargeError) {
    return new DataverseError('tooLarge', `${what} answered more than ${error.limit} bytes`, facts);
  }
  const { kind, code } = networkFailure(error);
  const told = { ...facts, ...(status === undefined ? {} : { status }), kind };
  if (kind === 'timeout') return new DataverseError('timeout', `${what} was not answered in time`, told);
  return new DataverseError('network', `${what} got no complete answer: ${kind} (${code})`, told);
}
