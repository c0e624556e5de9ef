import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { systemClock, type Clock } from '../base/clock';
import { CancelledError } from '../base/errors';
import { Emitter, type Event } from '../base/event';
import { headerPairs } from './post';

/** One request as it came, before anybody interprets it. */
export interface ReceivedRequest {
  /** Counts the requests of one receiver from 1. */
  readonly number: number;
  /** Milliseconds since 1970 UTC when the head was read. */
  readonly receivedAt: number;
  readonly method: string;
  /** Path and query string as they were sent. */
  readonly target: string;
  /** In order, with the case they were sent in. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: Buffer;
  /** The body was larger than the receiver takes, or the sender broke off; `body` holds the start. */
  readonly bodyCut: boolean;
}

/** What the receiver answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds to wait before answering. */
  readonly delay?: number;
  /** Instead of an answer: close the connection, or say nothing until the sender gives up. */
  readonly instead?: 'reset' | 'silence';
}

/** Decides what a request is answered with; a rejection is answered with 500. */
type Answering = (request: ReceivedRequest) => Answer | Promise<Answer>;

export interface ReceiverOptions {
  /** 0 takes any free port. */
  readonly port?: number;
  readonly answer?: Answer | Answering;
  readonly maxBodyBytes?: number;
  readonly maxConnections?: number;
  /** Milliseconds a sender has for its whole request. */
  readonly requestTimeout?: number;
  /** How many requests are remembered; the oldest go first. */
  readonly keepRequests?: number;
  readonly clock?: Clock;
}

/** A listener on 127.0.0.1 that records what comes. */
export interface Receiver {
  readonly port: number;
  /** `http://127.0.0.1:<port>` without a slash at the end. */
  readonly url: string;
  /** The remembered requests, oldest first. */
  requests(): readonly ReceivedRequest[];
  /** Fires when a request is complete, before it is answered. */
  readonly onRequest: Event<ReceivedRequest>;
  /**
   * Fires when something came that is no HTTP request, which was answered 400, or over more connections than are taken
   * (`TOO_MANY_CONNECTIONS`), which were closed.
   */
  readonly onGarbage: Event<string>;
  answerWith(answer: Answer | Answering): void;
  /** Resolves with the first `count` requests once that many have come. Rejects when aborted or closed. */
  waitFor(count: number, signal?: AbortSignal): Promise<readonly ReceivedRequest[]>;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts a listener that records webhook requests. It is open to every program of this machine and to nobody else, so
 * it limits size, time and number of connections and survives whatever is sent to it.
 */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = new RecordingReceiver(options);
  await receiver.listen(options.port ?? 0);
  return receiver;
}

class RecordingReceiver implements Receiver {
  readonly #server: http.Server;
  readonly #clock: Clock;
  readonly #maxBodyBytes: number;
  readonly #keepRequests: number;
  readonly #received = new Emitter<ReceivedRequest>();
  readonly #garbage = new Emitter<string>();
  readonly #closing = new AbortController();
  readonly #requests: ReceivedRequest[] = [];
  #count = 0;
  #answer: Answering;
  #port = 0;

  readonly onRequest = this.#received.event;
  readonly onGarbage = this.#garbage.event;

  constructor(options: ReceiverOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#maxBodyBytes = options.maxBodyBytes ?? 1_048_576;
    this.#keepRequests = options.keepRequests ?? 1_000;
    this.#answer = toFunction(options.answer ?? { status: 200 });
    const requestTimeout = options.requestTimeout ?? 30_000;
    this.#server = http.createServer(
      {
        requestTimeout,
        headersTimeout: requestTimeout,
        connectionsCheckingInterval: Math.min(requestTimeout, 5_000),
      },
      (request, response) => this.#record(request, response),
    );
    this.#server.maxConnections = options.maxConnections ?? 100;
    this.#server.on('drop', () => this.#garbage.fire('TOO_MANY_CONNECTIONS'));
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      this.#garbage.fire(error.code ?? error.name);
      if (socket.writable && error.code !== 'ECONNRESET') {
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      } else socket.destroy();
    });
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      // The queue of the system holds a burst until it is taken.
      this.#server.listen({ port, host: '127.0.0.1', backlog: 1_024 }, () => {
        this.#server.off('error', reject);
        const address: string | AddressInfo | null = this.#server.address();
        this.#port = typeof address === 'object' && address !== null ? address.port : port;
        resolve();
      });
    });
  }

  requests(): readonly ReceivedRequest[] {
    return [...this.#requests];
  }

  answerWith(answer: Answer | Answering): void {
    this.#answer = toFunction(answer);
  }

  waitFor(count: number, signal?: AbortSignal): Promise<readonly ReceivedRequest[]> {
    return new Promise((resolve, reject) => {
      const ended =
        signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
      const check = (): void => {
        if (this.#requests.length < count) return;
        subscription.dispose();
        ended.removeEventListener('abort', onAbort);
        resolve(this.#requests.slice(0, count));
      };
      const onAbort = (): void => {
        subscription.dispose();
        reject(new CancelledError());
      };
      const subscription = this.onRequest(check);
      if (ended.aborted) onAbort();
      else {
        ended.addEventListener('abort', onAbort, { once: true });
        check();
      }
    });
  }

  close(): Promise<void> {
    this.#closing.abort();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #record(request: http.IncomingMessage, response: http.ServerResponse): void {
    const receivedAt = this.#clock.now();
    const chunks: Buffer[] = [];
    let bytes = 0;
    let done = false;
    const complete = (bodyCut: boolean): void => {
      if (done) return;
      done = true;
      this.#count += 1;
      const received: ReceivedRequest = {
        number: this.#count,
        receivedAt,
        method: request.method ?? '',
        target: request.url ?? '',
        headers: headerPairs(request.rawHeaders),
        body: Buffer.concat(chunks),
        bodyCut,
      };
      this.#requests.push(received);
      if (this.#requests.length > this.#keepRequests) this.#requests.shift();
      this.#received.fire(received);
      void this.#answerTo(received).then((answer) => this.#respond(answer, response));
    };
    request.on('data', (chunk: Buffer) => {
      if (done) return;
      const room = chunk.subarray(0, this.#maxBodyBytes - bytes);
      chunks.push(room);
      bytes += room.length;
      if (room.length < chunk.length) complete(true);
    });
    request.on('end', () => complete(false));
    request.on('error', () => complete(true));
    request.on('close', () => complete(!request.complete));
  }

  async #answerTo(received: ReceivedRequest): Promise<Answer> {
    if (received.bodyCut) return { status: 413, headers: { Connection: 'close' } };
    try {
      return await this.#answer(received);
    } catch {
      return { status: 500 };
    }
  }

  async #respond(answer: Answer, response: http.ServerResponse): Promise<void> {
    if (answer.delay !== undefined && answer.delay > 0) {
      try {
        await this.#clock.delay(answer.delay, this.#closing.signal);
      } catch {
        return; // Closed while waiting: the connection is gone with the receiver.
      }
    }
    if (answer.instead === 'silence') return;
    if (answer.instead === 'reset' || response.destroyed) {
      response.socket?.resetAndDestroy();
      return;
    }
    const body = answer.body ?? '';
    // With its length an answer is one piece on the wire. Statuses without a body have none.
    const length =
      answer.status === 204 || answer.status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) };
    response.writeHead(answer.status, { ...answer.headers, ...length });
    response.end(body);
  }
}

function toFunction(answer: Answer | Answering): Answering {
  return typeof answer === 'function' ? answer : () => answer;
}
