import { randomUUID } from 'node:crypto';
import { systemClock } from '../../base/clock';
import { isLoopbackHost } from '../../base/hosts';
import type { EndpointAuthentication } from '../authentication';
import { startReceiver, type Answer, type ReceivedRequest, type Receiver } from '../receiver';
import type { DeliveryLog } from './deliveryLog';
import type { DeliveryRecord, KeptRequest, Refusal } from './deliveryRecord';
import { refusalOf } from './checkAuthentication';
import { answeredBy, pendingRecord, receivedRecord, resultParts } from './keepDelivery';
import { maskedAddress } from './keptParts';
import { cameVia, forwardAddress, type Forwarder } from './sendAgain';

/** What a listener answers and does with what it gets. */
export interface ListenOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly status: number;
  /** Milliseconds before the answer. */
  readonly delay: number;
  readonly body: string;
  /** Requests without these values are refused with 401. */
  readonly authentication: EndpointAuthentication | undefined;
  readonly forward: Forwarding | undefined;
}

/** Requests are passed on as they are, authentication included, so this should be a server of the developer's own. */
interface Forwarding {
  /** Where to; the path of each request is put behind it. */
  readonly to: string;
  /** Whether its answer is the listener's answer. */
  readonly answers: boolean;
}

/** A listener at work. */
export interface Listener {
  readonly port: number;
  readonly url: string;
  readonly options: ListenOptions;
  /** Answers, expects and passes on differently from now on; the port stays. */
  change(options: Omit<ListenOptions, 'port'>): void;
  close(): Promise<void>;
}

/** Largest body that is kept: above what the service ever sends (FACTS 17.6). */
const MAX_BODY = 1_048_576;

/**
 * Listens on this machine's loopback address and keeps every request with what became of it.
 * @throws the system's error when the port cannot be had, with its `code` (EADDRINUSE, EACCES)
 */
export async function listen(
  options: ListenOptions,
  log: DeliveryLog,
  forwarder: Forwarder,
): Promise<Listener> {
  const receiver = await startReceiver({
    port: options.port,
    maxBodyBytes: MAX_BODY,
    // The log keeps them.
    keepRequests: 0,
    // Nobody waits in line for a burst: connections are cheap on this machine.
    maxConnections: 1_000,
  });
  return new ListenerAtWork(receiver, options, log, forwarder);
}

/** For whoever tries the listener by hand. */
const NOT_JSON: Answer = {
  status: 400,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: 'The body is not JSON. A webhook of Dataverse posts its execution context as JSON.\n',
};

/** Whether a body is JSON. It is parsed whole: a sender whose body nobody can read must not be told that it arrived. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    return true;
  } catch {
    return false;
  }
}

class ListenerAtWork implements Listener {
  readonly #receiver: Receiver;
  readonly #log: DeliveryLog;
  readonly #forwarder: Forwarder;
  readonly #closing = new AbortController();
  /** By which it knows a request that it has passed on, when others send it back. */
  readonly #name = `dataverse-webhooks-${randomUUID()}`;
  #options: ListenOptions;

  constructor(receiver: Receiver, options: ListenOptions, log: DeliveryLog, forwarder: Forwarder) {
    this.#receiver = receiver;
    this.#options = options;
    this.#log = log;
    this.#forwarder = forwarder;
    receiver.onGarbage(() => log.countIncomplete());
    // A body that is too large is answered by the receiver itself; of one that broke off nobody needs the half.
    receiver.onRequest((request) => {
      if (!request.bodyCut) return;
      if (request.body.length < MAX_BODY) log.countIncomplete();
      else this.#keep(request, { refusal: { reason: 'tooLarge' }, ...answeredBy(413, '', 0) });
    });
    receiver.answerWith((request) => this.#answer(request));
  }

  get port(): number {
    return this.#receiver.port;
  }

  get url(): string {
    return this.#receiver.url;
  }

  get options(): ListenOptions {
    return this.#options;
  }

  change(options: Omit<ListenOptions, 'port'>): void {
    this.#options = { ...options, port: this.#options.port };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#receiver.close();
  }

  async #answer(request: ReceivedRequest): Promise<Answer> {
    const { authentication, forward, status, delay, body } = this.#options;
    const refusal = authentication === undefined ? undefined : refusalOf(request, authentication);
    if (refusal !== undefined) return this.#refuse(request, refusal, { status: 401 });
    const text = request.body.toString('utf8');
    if (!isJson(text)) return this.#refuse(request, { reason: 'notJson' }, NOT_JSON);
    if (forward !== undefined && (this.#isOwn(forward) || cameVia(request.headers, this.#name)))
      return this.#refuse(request, { reason: 'loop' }, { status: 508 });
    const started = performance.now();
    const record = receivedRecord(request, { url: this.url, text });
    // A delivery that is answered at once is kept with its answer; one that has to wait is seen waiting.
    if (delay > 0 || forward !== undefined) this.#log.put(record);
    const forwarded = forward === undefined ? undefined : await this.#forward(record, forward);
    if (delay > 0) await systemClock.delay(delay, this.#closing.signal);
    const answer = forwarded ?? { status, body };
    const answered = answeredBy(answer.status, answer.body ?? '', performance.now() - started);
    if (delay > 0 || forward !== undefined) this.#log.change(record.id, answered);
    else this.#log.put({ ...record, ...answered });
    return answer;
  }

  #isOwn({ to }: Forwarding): boolean {
    const url = URL.parse(to);
    return url !== null && isLoopbackHost(url.hostname) && Number(url.port || 80) === this.port;
  }

  #refuse(request: ReceivedRequest, refusal: Refusal, answer: Answer): Answer {
    this.#keep(request, { refusal, ...answeredBy(answer.status, answer.body ?? '', 0) });
    return answer;
  }

  #keep(request: ReceivedRequest, change: Partial<DeliveryRecord>): DeliveryRecord {
    const record = { ...receivedRecord(request, { url: this.url }), ...change };
    this.#log.put(record);
    return record;
  }

  /** The answer to give, when the forwarded one is to be it. */
  async #forward(received: DeliveryRecord, { to, answers }: Forwarding): Promise<Answer | undefined> {
    const target = received.request.target.reveal();
    const url = forwardAddress(to, target);
    if (url === undefined) return undefined;
    const request: KeptRequest = { ...received.request, url: maskedAddress(url.href) };
    const record = pendingRecord(request, { source: 'forwarded', at: Date.now(), of: received.id });
    this.#log.put(record);
    const result = await this.#forwarder.send(
      request,
      url,
      { withSecrets: true, via: this.#name },
      this.#closing.signal,
    );
    const parts = resultParts(result);
    this.#log.change(record.id, parts);
    if (!answers) return undefined;
    // Where the own server did not answer, the sender learns what a gateway would tell.
    if (parts.answer === undefined) return { status: 502 };
    const type = parts.answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    return {
      status: parts.answer.status,
      body: parts.answer.body,
      ...(typeof type === 'string' ? { headers: { 'Content-Type': type } } : {}),
    };
  }
}
