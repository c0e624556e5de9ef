import http from 'node:http';
import https from 'node:https';

import { post, postTarget } from '../post';
import type { DeliveryResult } from '../sender';
import { NOT_KEPT, type KeptRequest } from './deliveryRecord';

/** Headers that belong to one connection, or that the transport writes anew. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'keep-alive', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
  // The way a request has come: who sends it again is no part of it.
  'via',
]);

/** Milliseconds an endpoint has to answer, as online (FACTS 17.3). */
const TIME_LIMIT = 60_000;
/** Of an answer's body this many bytes are kept. */
const KEPT_ANSWER_BYTES = 65_536;

/**
 * Where a request goes that is passed on: the path and query it had, behind the path of the address.
 * `undefined` when the address is none for http or https.
 */
export function forwardAddress(address: string, target: string): URL | undefined {
  const base = URL.parse(address);
  if (base === null || !/^https?:$/.test(base.protocol)) return undefined;
  const [path = '/', query] = target.split(/\?(.*)/s, 2);
  // Set part by part: a target such as `//elsewhere` must not change the host.
  base.pathname = `${base.pathname.replace(/\/$/, '')}${path.startsWith('/') ? path : `/${path}`}`;
  base.search = query === undefined ? '' : `?${query}`;
  base.hash = '';
  return base;
}

interface SendingAgain {
  /** Whether the values that may be keys travel along. */
  readonly withSecrets: boolean;
  /** The name of who passes it on; it stands behind those who did so before. Undefined for a request that begins anew. */
  readonly via?: string;
}

/**
 * Whether a request was passed on before by somebody of this name: it goes round then.
 * @param name as it was given to `Forwarder.send`
 */
export function cameVia(headers: KeptRequest['headers'], name: string): boolean {
  return viaOf(headers)
    .flatMap((value) => value.split(','))
    .some((hop) => hop.trim().split(/\s+/)[1] === name);
}

/** The header that tells who passed a request on (RFC 9110, 7.6.3), value by value. */
function viaOf(headers: KeptRequest['headers']): readonly string[] {
  return headers.flatMap(([name, value]) =>
    name.toLowerCase() === 'via' && typeof value === 'string' ? [value] : [],
  );
}

/** Sends kept requests to other places, with the connections it needs for that. */
export interface Forwarder {
  /** Posts a kept request to an address, once; a redirect is an answer like any other. Never rejects. */
  send(request: KeptRequest, to: URL, how: SendingAgain, signal?: AbortSignal): Promise<DeliveryResult>;
  dispose(): void;
}

export function createForwarder(timeLimit = TIME_LIMIT): Forwarder {
  const agents = { http: new http.Agent(), https: new https.Agent() };
  return {
    send: async (request, to, how, signal) => {
      const startedAt = Date.now();
      const started = performance.now();
      const outcome = await post(
        { target: postTarget(to), headers: headersOf(request, how), agents, body: request.body },
        { timeout: timeLimit, keepBodyBytes: KEPT_ANSWER_BYTES },
        signal,
      );
      const attempt = { startedAt, duration: performance.now() - started, outcome };
      if (outcome.kind !== 'answered') return { attempts: [attempt], error: outcome };
      const ok = outcome.status >= 200 && outcome.status < 300;
      return {
        attempts: [attempt],
        error: ok ? undefined : { kind: 'nonSuccess', status: outcome.status },
      };
    },
    dispose: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function headersOf(request: KeptRequest, { withSecrets, via }: SendingAgain): http.OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of request.headers) {
    if (OF_THE_CONNECTION.has(name.toLowerCase())) continue;
    if (value === NOT_KEPT || (typeof value !== 'string' && !withSecrets)) continue;
    const text = typeof value === 'string' ? value : value.reveal();
    const given = headers[name];
    headers[name] = given === undefined ? text : [...(Array.isArray(given) ? given : [given]), text];
  }
  if (via !== undefined) headers['Via'] = [...viaOf(request.headers), `1.1 ${via}`].join(', ');
  headers['Content-Length'] = String(Buffer.byteLength(request.body));
  return headers;
}
