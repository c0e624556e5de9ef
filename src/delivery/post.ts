import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';

import { toError } from '../base/errors';

/** What kept a request from being answered. */
export type RequestFailure =
  'nameNotResolved' | 'refused' | 'reset' | 'unreachable' | 'tls' | 'invalidResponse' | 'other';

/** How one request ended. */
export type PostOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** As they came, in order and with their case. */
      readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
      /** The kept start of the body. */
      readonly body: Buffer;
      /** There was more, or the rest did not come. */
      readonly bodyCut: boolean;
    }
  | { readonly kind: 'timeout'; readonly milliseconds: number }
  | { readonly kind: 'requestFailed'; readonly failure: RequestFailure; readonly code: string }
  | { readonly kind: 'cancelled' };

/** Where a request goes, taken apart once for many requests. */
export interface PostTarget {
  readonly secure: boolean;
  readonly hostname: string;
  /** Undefined: the scheme's own. */
  readonly port: number | undefined;
  /** Path and query string. */
  readonly path: string;
}

/** Takes an http or https address apart. A user and password in it are not sent. */
export function postTarget(url: URL): PostTarget {
  return {
    secure: url.protocol === 'https:',
    // Without the brackets of an IPv6 address, which belong to URLs only.
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? undefined : Number(url.port),
    path: `${url.pathname}${url.search}`,
  };
}

export interface PostRequest {
  readonly target: PostTarget;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: string;
  readonly agents: { readonly http: http.Agent; readonly https: https.Agent };
}

export interface PostLimits {
  /** Milliseconds until the answer's status must be there. */
  readonly timeout: number;
  readonly keepBodyBytes: number;
}

/** A body that goes on longer than this is not worth the connection: it is closed instead of drained for the next request. */
const DRAIN_BYTES = 65_536;

/** Sends one POST and tells how it ended. Redirects are answers like any other. Never rejects. */
export function post(
  request: PostRequest,
  limits: PostLimits,
  signal: AbortSignal | undefined,
): Promise<PostOutcome> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve({ kind: 'cancelled' });
      return;
    }
    let settled = false;
    const settle = (outcome: PostOutcome): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const give = (outcome: PostOutcome): void => {
      settle(outcome);
      sent?.destroy();
    };
    const onAbort = (): void => give({ kind: 'cancelled' });
    const timer = setTimeout(() => {
      if (answer?.expire() !== true) give({ kind: 'timeout', milliseconds: limits.timeout });
    }, limits.timeout);
    let sent: http.ClientRequest | undefined;
    let answer: AnswerReader | undefined;
    try {
      sent = open(request);
      answer = readAnswer(sent, limits.keepBodyBytes, settle);
      sent.on('error', (error) => settle({ kind: 'requestFailed', ...classify(error) }));
      signal?.addEventListener('abort', onAbort, { once: true });
      sent.end(request.body);
    } catch (error) {
      // A header value with characters that cannot travel, for example in an organization's name.
      settle({ kind: 'requestFailed', ...classify(toError(error)) });
    }
  });
}

function open({ target, headers, agents }: PostRequest): http.ClientRequest {
  const { secure, hostname, path } = target;
  const port = target.port ?? (secure ? 443 : 80);
  const options = { method: 'POST', hostname, port, path, headers, lookup: lookupLoopback };
  return secure
    ? https.request({ ...options, agent: agents.https })
    : http.request({ ...options, agent: agents.http });
}

interface AnswerReader {
  /** Ends the reading because time is up. False when there is no answer yet. */
  expire(): boolean;
}

/**
 * Reads the answer. The status alone decides (FACTS 17.1), so once it is there nothing that happens to the body makes
 * the delivery fail.
 */
function readAnswer(
  sent: http.ClientRequest,
  keepBodyBytes: number,
  settle: (outcome: PostOutcome) => void,
): AnswerReader {
  let finish: ((cut: boolean) => void) | undefined;
  sent.on('response', (response) => {
    const kept: Buffer[] = [];
    let keptBytes = 0;
    let seenBytes = 0;
    finish = (cut) => {
      settle({
        kind: 'answered',
        status: response.statusCode ?? 0,
        headers: headerPairs(response.rawHeaders),
        body: Buffer.concat(kept),
        bodyCut: cut || seenBytes > keptBytes,
      });
      if (cut) response.destroy();
    };
    response.on('data', (chunk: Buffer) => {
      const room = chunk.subarray(0, Math.max(0, keepBodyBytes - keptBytes));
      if (room.length > 0) kept.push(room);
      keptBytes += room.length;
      seenBytes += chunk.length;
      if (seenBytes > keepBodyBytes + DRAIN_BYTES) finish?.(true);
    });
    response.on('end', () => finish?.(false));
    response.on('error', () => finish?.(true));
    response.on('close', () => finish?.(true));
  });
  return {
    expire: () => {
      finish?.(true);
      return finish !== undefined;
    },
  };
}

/** Header pairs of Node's flat list, in order and with the case they came in. */
export function headerPairs(rawHeaders: readonly string[]): ReadonlyArray<readonly [string, string]> {
  const pairs: Array<readonly [string, string]> = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return pairs;
}

/** Names below `localhost` are this machine by definition (RFC 6761), whatever a name server says. */
const lookupLoopback: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname.toLowerCase().endsWith('.localhost') ? 'localhost' : hostname, options, callback);
};

const FAILURES: Readonly<Record<string, RequestFailure>> = {
  ENOTFOUND: 'nameNotResolved',
  EAI_AGAIN: 'nameNotResolved',
  EAI_FAIL: 'nameNotResolved',
  EAI_NODATA: 'nameNotResolved',
  EAI_NONAME: 'nameNotResolved',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EPROTO: 'tls',
  HOSTNAME_MISMATCH: 'tls',
};

function classify(error: Error): { readonly failure: RequestFailure; readonly code: string } {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const known = FAILURES[code];
  if (known !== undefined) return { failure: known, code };
  if (code.startsWith('HPE_')) return { failure: 'invalidResponse', code };
  const tls = /CERT|SIGNATURE|ISSUER|CRL|INVALID_(CA|PURPOSE)|^ERR_(TLS|SSL|OSSL)/.test(code);
  return { failure: tls ? 'tls' : 'other', code };
}
