/** Files of a TypeScript handler that are the same for every step, as text. */

export const AUTHENTICATION_COMPARISON = `/** Compares without telling by its time how much was right: hashes have one length, whatever was sent. */
function isEqual(given: string | undefined, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  const same = timingSafeEqual(hash(given ?? ''), hash(expected));
  return same && given !== undefined;
}

/** A secret of the environment. @throws ConfigurationError when it is not set: without it, everybody would be let in. */
function secret(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '')
    throw new ConfigurationError('Set ' + variable + ': it holds what the webhook proves itself with.');
  return value;
}
`;

export const WEBHOOK = `import { isAuthentic } from './authentication.ts';
import { deliveryOf, type Delivery } from './delivery.ts';
import { isExecutionContext } from './executionContext.ts';
import { onDelivery } from './onDelivery.ts';
import { ConfigurationError, TemporaryFailure } from './failures.ts';

/** A request, whatever received it. */
export interface WebhookRequest {
  readonly method: string;
  /** The value of a header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** The answer. Dataverse looks at the status only. */
export interface WebhookResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Milliseconds the work may take. Dataverse waits 60 seconds for the answer and counts none as a failure; work that takes
 * longer belongs into a queue, and the delivery is done when it is in there.
 */
const TIME_LIMIT = 50_000;

/**
 * Handles one request.
 *
 * What Dataverse makes of the status: 2xx is success; 502, 503 and 504 bring exactly one more attempt; everything else is
 * a failure. A failed asynchronous step is a failed system job, a failed synchronous one rolls the operation back.
 */
export async function handleRequest(
  request: WebhookRequest,
  work: (delivery: Delivery, signal: AbortSignal) => Promise<void> = onDelivery,
): Promise<WebhookResponse> {
  try {
    if (request.method !== 'POST') return answer(405, 'A webhook is called with POST.', { allow: 'POST' });
    if (!isAuthentic(request)) return answer(401, 'The request does not prove that it comes from the webhook.');
    const type = request.header('content-type') ?? '';
    if (!/^application\\/json\\b/i.test(type)) return answer(415, 'The body of a webhook is application/json.');
    const context = parse(request.body);
    if (!isExecutionContext(context)) return answer(400, 'The body is not an execution context.');
    const signal = AbortSignal.timeout(TIME_LIMIT);
    // The header says that columns were removed; whether they are then null or absent is not documented.
    const isTrimmed =
      request.header('x-ms-dynamics-msg-size-exceeded') !== undefined || (context.InputParameters ?? null) === null;
    const delivery = await deliveryOf(context, isTrimmed, signal);
    await inTime(work(delivery, signal), signal);
    return { status: 204, headers: {}, body: '' };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): WebhookResponse {
  console.error(error);
  if (error instanceof TemporaryFailure) return answer(503, 'The delivery could not be handled now.');
  if (error instanceof Error && error.name === 'TimeoutError') return answer(504, 'The work took too long.');
  if (error instanceof ConfigurationError) return answer(500, 'The handler is not configured; its log says what is missing.');
  return answer(500, 'The delivery could not be handled; the log of the handler says why.');
}

/** Settles when the work does, or fails when the time is over: work that ignores the signal must not hold the answer. */
function inTime(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): WebhookResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}
`;

export const FAILURES = `/** Something that may go well a little later. It is answered with 503, and Dataverse makes exactly one more attempt. */
export class TemporaryFailure extends Error {
  override readonly name = 'TemporaryFailure';
}

/** A setting of the handler is missing. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
`;

export const READ_BACK_CALLS = `/** A token for the Web API: DATAVERSE_TOKEN while developing, else that of the application. */
async function accessToken(url: string, signal: AbortSignal): Promise<string> {
  const given = process.env['DATAVERSE_TOKEN'];
  if (given !== undefined && given !== '') return given;
  if (kept !== undefined && kept.until > Date.now()) return kept.token;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: setting('DATAVERSE_CLIENT_ID'),
    client_secret: setting('DATAVERSE_CLIENT_SECRET'),
    scope: new URL(url).origin + '/.default',
  });
  const tenant = encodeURIComponent(setting('DATAVERSE_TENANT_ID'));
  const address = 'https://login.microsoftonline.com/' + tenant + '/oauth2/v2.0/token';
  const response = await call(address, { method: 'POST', body: form, signal });
  if (!response.ok) throw new ConfigurationError('The application could not sign in: status ' + response.status);
  const answer = (await response.json()) as { readonly access_token: string; readonly expires_in: number };
  // Five minutes early, so that no request starts with a token that ends on the way.
  kept = { token: answer.access_token, until: Date.now() + (answer.expires_in - 300) * 1000 };
  return answer.access_token;
}

let kept: { readonly token: string; readonly until: number } | undefined;

/** A request; what a later attempt may mend is a TemporaryFailure. */
async function call(address: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, options);
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause;
    throw new TemporaryFailure('No answer from ' + new URL(address).host, { cause });
  }
  if (response.status === 429 || response.status >= 500)
    throw new TemporaryFailure(new URL(address).host + ' answered ' + response.status);
  return response;
}

function setting(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '')
    throw new ConfigurationError('Set ' + variable + ': a body above 256 KB comes without its columns, which are read back.');
  return value;
}

/** A row of the Web API in the form in which webhooks carry it. */
function entityOf(row: Readonly<Record<string, unknown>>, id: Guid, logicalName: string): Entity {
  const attributes = [...kinds].flatMap(([key, kind]): Entry[] => {
    const property = kind === 'reference' ? '_' + key + '_value' : key;
    if (!Object.hasOwn(row, property)) return [];
    return [{ key, value: wireValue(kind, row[property], row[property + LOGICAL_NAME]) }];
  });
  return {
    Attributes: attributes,
    EntityState: null,
    FormattedValues: [],
    Id: id,
    KeyAttributes: [],
    LogicalName: logicalName,
    RelatedEntities: [],
    RowVersion: null,
  };
}

const LOGICAL_NAME = '@Microsoft.Dynamics.CRM.lookuplogicalname';

function wireValue(kind: ColumnKind, value: unknown, table: unknown): unknown {
  if (value === null) return null;
  switch (kind) {
    case 'choice':
    case 'money':
      return { Value: value };
    case 'choices':
      return String(value).split(',').map((choice) => ({ Value: Number(choice) }));
    case 'date':
      return wireDate(new Date(String(value)));
    case 'reference':
      return { Id: value, KeyAttributes: [], LogicalName: table ?? '', Name: null, RowVersion: null };
    default:
      return value;
  }
}
`;

export const NODE_SERVER = `import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { checkSecrets } from './authentication.ts';
import { handleRequest } from './webhook.ts';

const host = process.env['HOST'] ?? '127.0.0.1';
const port = Number(process.env['PORT'] ?? '7071');
/** Bytes: Dataverse sends at most 256 KB. */
const BODY_LIMIT = 1024 * 1024;

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const url = new URL(request.url ?? '/', 'http://localhost');
  const answer = await handleRequest({
    method: request.method ?? '',
    header: (name) => request.headersDistinct[name]?.join(', '),
    query: url.searchParams,
    body,
  });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/** The body as text; undefined when it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // A body that is too large is not read to its end, but the connection stays for the answer.
  const pieces: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
  for await (const chunk of pieces) {
    length += chunk.length;
    if (length > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

checkSecrets();
server.listen(port, host, () => {
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  console.log('Listening at http://' + host + ':' + actual + '/');
});
`;

export const EXPRESS_SERVER = `import express from 'express';
import { checkSecrets } from './authentication.ts';
import { handleRequest } from './webhook.ts';

const host = process.env['HOST'] ?? '127.0.0.1';
const port = Number(process.env['PORT'] ?? '7071');

const app = express();
app.disable('x-powered-by');

// The body is read as text whatever its type is said to be: the handler judges the type. Dataverse sends at most 256 KB.
app.all('/', express.text({ type: () => true, limit: '1mb' }), async (request, response) => {
  const body: unknown = request.body;
  const answer = await handleRequest({
    method: request.method,
    header: (name) => request.get(name),
    query: new URL(request.originalUrl, 'http://localhost').searchParams,
    body: typeof body === 'string' ? body : '',
  });
  response.status(answer.status).set(answer.headers).send(answer.body);
});

checkSecrets();
const server = app.listen(port, host, (error) => {
  if (error !== undefined) throw error;
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  console.log('Listening at http://' + host + ':' + actual + '/');
});
`;
