import { CancelledError, throwIfAborted } from '../base/errors';
import { addBytes, noBytes, textOf, wholeOf, type BodyBytes } from './bodyBytes';
import { unchangedTarget } from './requestTarget';
import { BodyCutError, BodyTooLargeError, TimeLimitError } from './transport';
import type { HttpRequest, HttpResponse, Transport } from './transport';

/** The service stops a request after two minutes; a little more lets its own answer arrive. Milliseconds. */
const DEFAULT_TIME_LIMIT = 150_000;

/** A function of the shape of `fetch`, as much of it as is used. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly redirect: 'manual';
    /** Bytes of a body that are read ahead; an option of node-fetch that other functions leave alone. */
    readonly highWaterMark: number;
    /** Hears of the parsed address before it is used; undefined takes the default agent. node-fetch's own option. */
    readonly agent?: (url: URL) => undefined;
    readonly signal: AbortSignal;
  },
) => Promise<FetchedResponse>;

/** The part of fetch's answer that is used. */
export interface FetchedResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array | string> | null;
}

async function loadNodeFetch(): Promise<FetchLike> {
  return (await import('node-fetch')).default;
}

/**
 * HTTP over node-fetch, which goes through Node's `http` and `https` and so through the proxy and certificate
 * settings of the editor. It is loaded with the first request. No agents, no redirects followed. Path and query
 * are sent as they are written in the address (`requestTarget.ts`).
 * @param options.timeLimit milliseconds from the start to the last byte of the body.
 * @param options.load gives the function behind the transport; node-fetch unless said otherwise.
 */
export function createNodeFetchTransport(
  options: { readonly timeLimit?: number; readonly load?: () => Promise<FetchLike> } = {},
): Transport {
  const limit = options.timeLimit ?? DEFAULT_TIME_LIMIT;
  return async (request) => {
    throwIfAborted(request.signal);
    const send = await (options.load ?? loadNodeFetch)();
    const deadline = startDeadline(limit, request.signal);
    try {
      const response = await send(request.url, {
        method: request.method,
        headers: { ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: 'manual',
        // The default of 16 KB stops the socket many times in a page of rows.
        highWaterMark: 1024 * 1024,
        ...keepTarget(request.url),
        signal: deadline.signal,
      });
      return toHttpResponse(response, deadline);
    } catch (error) {
      deadline.stop();
      throw deadline.explain(error);
    }
  };
}

/**
 * node-fetch passes the address through WHATWG URL, which rewrites some characters, and reads path and query from
 * there after it has asked for the agent: that is where they can be put back. A contract test holds the bytes.
 */
function keepTarget(address: string): { agent?: (url: URL) => undefined } {
  const target = unchangedTarget(address);
  if (target === undefined) return {};
  return {
    agent: (url) => {
      Object.defineProperties(url, { pathname: { value: target.path }, search: { value: target.query } });
      return undefined;
    },
  };
}

interface Deadline {
  readonly signal: AbortSignal;
  stop(): void;
  /** Says why a request really ended: the caller's wish, the time limit, or the error itself. */
  explain(error: unknown): unknown;
}

function startDeadline(limit: number, caller: HttpRequest['signal']): Deadline {
  const timer = new AbortController();
  const handle = setTimeout(() => timer.abort(), limit);
  return {
    signal: AbortSignal.any([caller, timer.signal]),
    stop: () => clearTimeout(handle),
    explain: (error) => {
      if (caller.aborted) return new CancelledError();
      return timer.signal.aborted ? new TimeLimitError(limit) : error;
    },
  };
}

function toHttpResponse(response: FetchedResponse, deadline: Deadline): HttpResponse {
  const read = async (maxBytes: number): Promise<BodyBytes> => {
    try {
      return await readBytes(response, maxBytes);
    } catch (error) {
      closeBody(response.body);
      throw deadline.explain(error);
    } finally {
      deadline.stop();
    }
  };
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    text: async (maxBytes) => textOf(await read(maxBytes)),
    body: async (maxBytes) => wholeOf(await read(maxBytes)),
    discard: () => {
      deadline.stop();
      closeBody(response.body);
    },
  };
}

async function readBytes(response: FetchedResponse, maxBytes: number): Promise<BodyBytes> {
  const announced = announcedLength(response);
  if (announced !== undefined && announced > maxBytes) throw new BodyTooLargeError(maxBytes);
  const body = noBytes();
  if (response.body === null) return body;
  const encoder = new TextEncoder();
  let read = 0;
  const take = (chunk: Uint8Array | string): boolean => {
    const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
    read += bytes.byteLength;
    if (read <= maxBytes) addBytes(body, bytes, announced);
    return read <= maxBytes;
  };
  try {
    await eachChunk(response.body, take);
  } catch (error) {
    // Whatever breaks off once an answer has begun has cut it.
    throw new BodyCutError(error);
  }
  if (read > maxBytes) throw new BodyTooLargeError(maxBytes);
  if (announced !== undefined && read < announced) throw new BodyCutError();
  return body;
}

/**
 * Gives the chunks of a body to `take` until it says false. A stream is listened to: its iterator joins the chunks that
 * are waiting, which copies a page of rows once more.
 */
async function eachChunk(
  body: AsyncIterable<Uint8Array | string>,
  take: (chunk: Uint8Array | string) => boolean,
): Promise<void> {
  if (!isStream(body)) {
    for await (const chunk of body) if (!take(chunk)) return;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    body.on('data', (chunk) => {
      if (!take(chunk)) resolve();
    });
    body.on('end', () => resolve());
    body.on('error', reject);
    // Behind one of the others it says nothing; alone, the stream was ended before its end.
    body.on('close', () => reject(new Error('The stream was closed')));
  });
}

/** The part of a stream of Node that is used. */
interface ByteStream {
  on(event: 'data', listener: (chunk: Uint8Array | string) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

function isStream(body: object): body is ByteStream {
  return 'on' in body && typeof body.on === 'function';
}

/** The announced number of bytes, when it counts the bytes we read: a compressed body is announced compressed. */
function announcedLength(response: FetchedResponse): number | undefined {
  const encoding = response.headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') return undefined;
  const length = response.headers.get('content-length');
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/** Ends the connection of a body that is not wanted to its end. */
function closeBody(body: FetchedResponse['body']): void {
  if (body !== null && isDestroyable(body)) body.destroy();
}

function isDestroyable(body: object): body is { destroy(): void } {
  return 'destroy' in body && typeof body.destroy === 'function';
}
