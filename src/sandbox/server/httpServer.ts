import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { systemClock } from '../../base/clock';
import { isLoopbackHost } from '../../base/hosts';
import type { Log } from '../../base/log';
import type { Secret } from '../../base/secret';
import { jsonResponse } from './api';
import type { ApiRequest, ApiResponse } from './api';
import type { AuthorityTokens, TokenVerdict } from './authorityTokens';
import { drip, faultAnswer } from './delivery';
import type { FaultEffect } from './faults';

/** 128 MB, the largest request the service takes (general knowledge, UNVERIFIED). */
const MAX_BODY = 128 * 1024 * 1024;
/** The service allows URLs of 32 KB outside a batch (FACTS 13.4). */
const LONGEST_URL = 32768;
/** Longest request line and headers together. */
const MAX_HEADER = 64 * 1024;

/** What the listener needs from the sandbox behind it. */
export interface Application {
  /** Undefined: no token is asked for. */
  readonly token: Secret | undefined;
  readonly log: Log;
  /** Where the 401 challenge sends a client (FACTS 14). */
  readonly authority: string;
  /** Whose tokens the Web API wants in the place of `token`, which then is for the control address alone. */
  readonly authorityTokens?: AuthorityTokens | undefined;
  /** Answers a request below `/api/data/v9.x/`. */
  api(request: ApiRequest): Promise<ApiResponse>;
  /** Answers a request below `/sandbox/`. */
  control(request: ApiRequest): Promise<ApiResponse>;
  /** How this request shall go wrong, if at all. */
  fault(method: string, target: string): FaultEffect | undefined;
}

export interface Listener {
  /** `http://127.0.0.1:5000` */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; port 0 takes a free one. Rejects when the port is taken. */
export async function listen(application: Application, port: number): Promise<Listener> {
  const server = createServer({ maxHeaderSize: MAX_HEADER, headersTimeout: 15000, requestTimeout: 300000 });
  server.on('request', (request, response) => {
    serve(application, request, response).catch((error: unknown) => {
      application.log.error(`A request failed: ${String(error)}`);
      response.destroy();
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Garbage instead of HTTP is answered and must not end the process.
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://127.0.0.1:${bound.toString()}`, port: bound, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function hostName(host: string): string {
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return '';
  }
}

/**
 * A web page must not reach the sandbox through the user's browser: neither by a name that resolves to this machine
 * (foreign `Host`) nor from its own origin.
 */
function isForeign(request: IncomingMessage): boolean {
  if (!isLoopbackHost(hostName(request.headers.host ?? ''))) return true;
  const { origin } = request.headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || !isLoopbackHost(new URL(origin).hostname);
}

function sameToken(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

async function verdictOn(application: Application, request: IncomingMessage): Promise<TokenVerdict> {
  const { token, authorityTokens } = application;
  const given = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (authorityTokens !== undefined && !isControl(request)) {
    return given === undefined ? 'bad' : authorityTokens.check(given, request.socket.localPort ?? 0);
  }
  if (token === undefined) return 'good';
  return given !== undefined && sameToken(given, token.reveal()) ? 'good' : 'bad';
}

function isControl(request: IncomingMessage): boolean {
  return (request.url ?? '').startsWith('/sandbox/');
}

/** 401 with the challenge that leads a client to the authority (FACTS 14, form UNVERIFIED). */
function challenge(authority: string, origin: string): ApiResponse {
  return jsonResponse(
    401,
    { error: { code: '0x80072560', message: 'The request has no valid access token.' } },
    { 'WWW-Authenticate': `Bearer authorization_uri=${authority}, resource_id=${origin}/` },
  );
}

async function serve(
  application: Application,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  if (isForeign(request)) {
    const message = 'Only programs on this machine may call the sandbox.';
    await send(request, response, jsonResponse(403, { error: { code: '', message } }));
    return;
  }
  const target = request.url ?? '/';
  const effect = isControl(request) ? undefined : application.fault(request.method ?? '', target);
  if (effect?.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (effect?.kind === 'delay' && !(await waited(effect.milliseconds, gone.signal))) return;
  const answer = await answerTo(application, request, effect, gone.signal);
  if (!gone.signal.aborted) await send(request, response, answer, effect, gone.signal);
}

/** False when the client went before the time was up. */
async function waited(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await systemClock.delay(milliseconds, signal);
    return true;
  } catch {
    return false;
  }
}

async function answerTo(
  application: Application,
  request: IncomingMessage,
  effect: FaultEffect | undefined,
  signal: AbortSignal,
): Promise<ApiResponse> {
  const verdict = effect?.kind === 'expiredToken' ? 'bad' : await verdictOn(application, request);
  if (verdict === 'bad') return challenge(application.authority, originOf(request));
  if (verdict === 'unknown') {
    const message = 'The authority of --authority does not answer, so no token can be checked.';
    return jsonResponse(503, { error: { code: '', message } });
  }
  const instead = effect === undefined ? undefined : faultAnswer(effect);
  if ((request.url ?? '').length > LONGEST_URL) {
    return jsonResponse(414, { error: { code: '', message: 'The URL is longer than 32 KB; use $batch.' } });
  }
  const body = await readBody(request);
  if (instead !== undefined) return instead;
  if (body === undefined) {
    return jsonResponse(413, {
      error: { code: '', message: 'The request is larger than the service takes.' },
    });
  }
  return route(application, request, body, signal);
}

function originOf(request: IncomingMessage): string {
  return `http://${request.headers.host ?? '127.0.0.1'}`;
}

function route(
  application: Application,
  request: IncomingMessage,
  body: string,
  signal: AbortSignal,
): Promise<ApiResponse> {
  const target = request.url ?? '/';
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? '' : target.slice(question + 1);
  const root =
    /^\/api\/data\/v9\.[0-2]\//.exec(path)?.[0] ?? (path.startsWith('/sandbox/') ? '/sandbox/' : undefined);
  if (root === undefined) {
    const message = `There is nothing at '${path}'. The Web API is below /api/data/v9.2/.`;
    return Promise.resolve(jsonResponse(404, { error: { code: '', message } }));
  }
  const api: ApiRequest = {
    method: request.method ?? 'GET',
    path: path.slice(root.length),
    query,
    headers: headersOf(request),
    body,
    serviceRoot: `${originOf(request)}${root}`,
    signal,
  };
  return root === '/sandbox/' ? application.control(api) : application.api(api);
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: ApiResponse,
  effect?: FaultEffect,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const requestId = randomUUID();
  const body = Buffer.from(answer.body, 'utf8');
  const headers: Record<string, string> = {
    'Cache-Control': 'no-cache',
    REQ_ID: requestId,
    'x-ms-service-request-id': requestId,
    // Formats of the two limits: FACTS 15.15, UNVERIFIED. The sandbox does not count requests.
    'x-ms-ratelimit-burst-remaining-xrm-requests': '5999',
    'x-ms-ratelimit-time-remaining-xrm-requests': '1,200.00',
    ...answer.headers,
  };
  if (answer.status !== 204 && answer.status !== 304) headers['Content-Length'] = body.length.toString();
  response.writeHead(answer.status, headers);
  if (effect?.kind === 'cut' && body.length > 0) {
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.socket?.destroy());
  } else if (effect?.kind === 'drip') {
    await drip(response, body, effect, systemClock, signal);
  } else {
    response.end(request.method === 'HEAD' || body.length === 0 ? undefined : body);
  }
}
