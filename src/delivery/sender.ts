import http from 'node:http';
import https from 'node:https';

import { systemClock, type Clock } from '../base/clock';
import { isCancellation } from '../base/errors';
import { applyAuthentication, type EndpointAuthentication } from './authentication';
import {
  post,
  postTarget,
  type PostLimits,
  type PostOutcome,
  type PostTarget,
  type RequestFailure,
} from './post';
import type { WireBody } from './wire';

/** What the documented headers of a delivery say (FACTS 17.2). */
export interface DeliveryHeaders {
  /** Domain name of the environment, such as `contoso.crm.dynamics.com`. */
  readonly organization: string;
  readonly entityName: string;
  readonly requestName: string;
  readonly correlationId: string;
  /** Sent as `x-request-id` when given: older environments did (FACTS 17.2). */
  readonly requestId?: string;
}

/** One delivery to one endpoint. */
export interface DeliveryRequest {
  readonly url: string;
  readonly authentication: EndpointAuthentication;
  readonly headers: DeliveryHeaders;
  readonly body: WireBody;
}

/** Why a delivery did not succeed; the sender's names for the error codes 0x80050201 to 0x80050207 (FACTS 12). */
export type DeliveryError =
  | { readonly kind: 'nonSuccess'; readonly status: number }
  | { readonly kind: 'timeout'; readonly milliseconds: number }
  | { readonly kind: 'invalidUrl' }
  | { readonly kind: 'invalidHeaders'; readonly name: string }
  | { readonly kind: 'invalidQueryParameters'; readonly name: string }
  | { readonly kind: 'requestFailed'; readonly failure: RequestFailure; readonly code: string }
  | { readonly kind: 'maxSizeExceeded'; readonly bytes: number }
  | { readonly kind: 'cancelled' };

/** One request that was really sent, or tried. */
export interface DeliveryAttempt {
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** Milliseconds until the answer was read or the attempt was given up. */
  readonly duration: number;
  readonly outcome: PostOutcome;
}

/** The result of a delivery: successful when `error` is undefined. */
export interface DeliveryResult {
  readonly attempts: readonly DeliveryAttempt[];
  readonly error: DeliveryError | undefined;
}

export interface SenderOptions {
  /** Milliseconds one attempt may take; 60 s as documented (FACTS 17.3). */
  readonly timeout?: number;
  /** Milliseconds before the one further attempt after 502, 503 and 504; the delay is undocumented (FACTS 17.3). */
  readonly retryDelay?: number;
  /** How many bytes of an answer's body are kept. The service ignores the body (FACTS 17.1); a trial wants to see it. */
  readonly keepBodyBytes?: number;
  /** Most connections to one endpoint at a time. */
  readonly maxConnections?: number;
  readonly clock?: Clock;
}

/** Posts deliveries. Holds connections open between them until disposed. */
export interface Sender {
  /** Never rejects: what went wrong, cancellation included, is the result. */
  send(request: DeliveryRequest, signal?: AbortSignal): Promise<DeliveryResult>;
  dispose(): void;
}

/** The content type is UNVERIFIED; it was seen in fixtures of other projects (FACTS 17.2). */
const CONTENT_TYPE = 'application/json; charset=utf-8';
/** The statuses after which the service tries exactly once more (FACTS 17.3). */
const TRY_AGAIN: ReadonlySet<number> = new Set([502, 503, 504]);
/**
 * Milliseconds an unused connection is kept. Short, because a server that closes a connection in the moment it is used
 * again looks like a failed delivery, and repeating the request could deliver it twice.
 */
const IDLE_CONNECTION = 1_000;

/**
 * A sender that behaves as the service's (FACTS 17): documented headers in lower case, redirects not followed, 2xx is
 * success, one more attempt after 502, 503 and 504 and after nothing else.
 */
export function createSender(options: SenderOptions = {}): Sender {
  const clock = options.clock ?? systemClock;
  const limits: PostLimits = {
    timeout: options.timeout ?? 60_000,
    keepBodyBytes: options.keepBodyBytes ?? 0,
  };
  const retryDelay = options.retryDelay ?? 1_000;
  const pool = { keepAlive: true, timeout: IDLE_CONNECTION, maxSockets: options.maxConnections ?? 64 };
  const endpoints: EndpointCache = new WeakMap();
  const agents = { http: new http.Agent(pool), https: new https.Agent(pool) };
  return {
    send: async (request, signal) => {
      const target = prepare(request, endpoints);
      if (!target.ok) return { attempts: [], error: target.error };
      const attempt = async (): Promise<DeliveryAttempt> => {
        const startedAt = clock.now();
        const started = performance.now();
        const outcome = await post(
          { target: target.target, headers: target.headers, agents, body: request.body.text },
          limits,
          signal,
        );
        return { startedAt, duration: performance.now() - started, outcome };
      };
      const first = await attempt();
      if (first.outcome.kind !== 'answered' || !TRY_AGAIN.has(first.outcome.status)) return resultOf([first]);
      try {
        await clock.delay(retryDelay, signal);
      } catch (error) {
        if (!isCancellation(error)) throw error;
        return { attempts: [first], error: { kind: 'cancelled' } };
      }
      return resultOf([first, await attempt()]);
    },
    dispose: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

type Prepared =
  | { readonly ok: true; readonly target: PostTarget; readonly headers: http.OutgoingHttpHeaders }
  | { readonly ok: false; readonly error: DeliveryError };

/** A request as it goes over the wire, secrets in the clear: only for sending, and for copies with placeholders. */
export type WireRequest =
  | {
      readonly ok: true;
      readonly url: string;
      /** In order. A name stored twice stands here twice. */
      readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
    }
  | { readonly ok: false; readonly error: DeliveryError };

/** Address and headers of a delivery, without what the transport adds. */
export function wireRequest(request: DeliveryRequest): WireRequest {
  const endpoint = endpointOf(request);
  if (!endpoint.ok) return { ok: false, error: endpoint.error };
  const headers = Object.entries({ 'Content-Type': CONTENT_TYPE, ...documentedHeaders(request) });
  return { ok: true, url: endpoint.address, headers: [...headers, ...endpoint.headers] };
}

/** An endpoint's address and pairs, ready for the wire. */
type Endpoint =
  | {
      readonly ok: true;
      readonly url: string;
      /** The same with what authentication adds to it. */
      readonly address: string;
      readonly target: PostTarget;
      readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
    }
  | { readonly ok: false; readonly url: string; readonly error: DeliveryError };

/** Deliveries to one endpoint come in bursts: the last address used with an authentication is prepared only once. */
type EndpointCache = WeakMap<EndpointAuthentication, Endpoint>;

function prepare(request: DeliveryRequest, cache: EndpointCache): Prepared {
  if (request.body.tooLarge)
    return { ok: false, error: { kind: 'maxSizeExceeded', bytes: request.body.bytes } };
  const known = cache.get(request.authentication);
  const endpoint = known?.url === request.url ? known : endpointOf(request);
  if (endpoint !== known) cache.set(request.authentication, endpoint);
  if (!endpoint.ok) return { ok: false, error: endpoint.error };
  const headers = new Map<string, string | string[]>([
    ['Content-Type', CONTENT_TYPE],
    ['Content-Length', String(request.body.bytes)],
    ...Object.entries(documentedHeaders(request)),
  ]);
  // A name stored twice travels twice, as the pairs are.
  for (const [name, value] of endpoint.headers) {
    const given = headers.get(name);
    headers.set(name, given === undefined ? value : [given, value].flat());
  }
  // From entries, so that a header may be called `__proto__`.
  return { ok: true, target: endpoint.target, headers: Object.fromEntries(headers) };
}

function endpointOf({ url: address, authentication }: DeliveryRequest): Endpoint {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return { ok: false, url: address, error: { kind: 'invalidUrl' } };
  }
  const applied = applyAuthentication(url, authentication);
  if (!applied.ok) return { ok: false, url: address, error: { kind: applied.error, name: applied.name } };
  return {
    ok: true,
    url: address,
    address: sentAddress(applied.url),
    target: postTarget(applied.url),
    headers: applied.headers,
  };
}

/** What stands before the host and behind the hash of an address is not sent. */
function sentAddress(url: URL): string {
  const sent = new URL(url);
  sent.username = '';
  sent.password = '';
  sent.hash = '';
  return sent.href;
}

/** The names in lower case, as the service writes them (FACTS 17.2). */
function documentedHeaders(request: DeliveryRequest): Record<string, string> {
  const { organization, entityName, requestName, correlationId, requestId } = request.headers;
  return {
    'x-ms-dynamics-organization': organization,
    'x-ms-dynamics-entity-name': entityName,
    'x-ms-dynamics-request-name': requestName,
    'x-ms-correlation-request-id': correlationId,
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    // The value is UNVERIFIED (FACTS 17.2).
    ...(request.body.trimmed ? { 'x-ms-dynamics-msg-size-exceeded': 'true' } : {}),
  };
}

function resultOf(attempts: readonly DeliveryAttempt[]): DeliveryResult {
  const outcome = attempts.at(-1)?.outcome;
  return { attempts, error: outcome === undefined ? undefined : errorOf(outcome) };
}

function errorOf(outcome: PostOutcome): DeliveryError | undefined {
  if (outcome.kind !== 'answered') return outcome;
  const success = outcome.status >= 200 && outcome.status < 300;
  return success ? undefined : { kind: 'nonSuccess', status: outcome.status };
}
