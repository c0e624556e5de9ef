import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { UnitOfWork } from '../operations';
import { ServiceError, badRequest } from '../serviceError';
import { runUnit } from '../unitOfWork';
import type { ApiRequest, ApiResponse } from './api';
import { isJsonObject } from './cellValues';
import type { Host } from './host';
import { boundaryOf, joinParts, parsePart, splitParts } from './multipart';
import type { Part } from './multipart';
import { relativePath } from './path';
import { parsePreferences } from './preferences';

const MOST_REQUESTS = 1000;
/** Longest URL of a request in a batch (FACTS 13.4). */
const LONGEST_URL = 65536;

/** How the batch has its requests answered: by the same code as single ones. */
export interface Answering {
  answer(request: ApiRequest): Promise<ApiResponse>;
  /** Throws when refused. */
  respond(request: ApiRequest, work: UnitOfWork): Promise<ApiResponse>;
  errorResponse(request: ApiRequest, thrown: unknown): ApiResponse;
}

interface BatchedRequest {
  readonly contentId: string | undefined;
  readonly request: ApiRequest;
}

type Item =
  | { readonly kind: 'request'; readonly one: BatchedRequest }
  | { readonly kind: 'changeSet'; readonly all: readonly BatchedRequest[] };

const refuse = (message: string): ServiceError => badRequest(message, '0x80048d19');

/** `POST $batch` (FACTS 13.7). */
export async function runBatch(host: Host, outer: ApiRequest, answering: Answering): Promise<ApiResponse> {
  const boundary = boundaryOf(outer.headers['content-type']);
  if (boundary === undefined) {
    throw refuse('The Content-Type of a batch must be multipart/mixed with a boundary.');
  }
  const items = splitParts(outer.body, boundary).map((part) => readItem(outer, part));
  const count = items.reduce((sum, item) => sum + (item.kind === 'request' ? 1 : item.all.length), 0);
  if (count > MOST_REQUESTS) {
    throw refuse(
      `The maximum number of requests in a batch is ${MOST_REQUESTS.toString()}; there are ${count.toString()}.`,
    );
  }
  const { continueOnError } = parsePreferences(outer.headers['prefer']);
  const parts: string[] = [];
  let failed = false;
  for (const item of items) {
    const result = await (item.kind === 'request'
      ? runSingle(item.one, answering)
      : runChangeSet(host, item.all, answering));
    parts.push(result.part);
    failed = result.failed;
    if (failed && !continueOnError) break;
    failed = false;
  }
  const own = `batchresponse_${randomUUID()}`;
  return {
    status: failed ? 400 : 200,
    headers: {
      'Content-Type': `multipart/mixed; boundary=${own}`,
      'OData-Version': '4.0',
      ...(continueOnError ? { 'Preference-Applied': 'odata.continue-on-error' } : {}),
    },
    body: joinParts(own, parts),
  };
}

function readItem(outer: ApiRequest, part: Part): Item {
  const boundary = boundaryOf(part.headers['content-type']);
  if (boundary === undefined) return { kind: 'request', one: readRequest(outer, part, false) };
  return {
    kind: 'changeSet',
    all: splitParts(part.content, boundary).map((one) => readRequest(outer, one, true)),
  };
}

function readRequest(outer: ApiRequest, part: Part, inChangeSet: boolean): BatchedRequest {
  const type = part.headers['content-type'] ?? '';
  if (!/^application\/http\b/i.test(type)) {
    throw refuse(`A part of a batch must be of type application/http, not '${type}'.`);
  }
  const lineEnd = part.content.indexOf('\r\n');
  const line = lineEnd < 0 ? part.content : part.content.slice(0, lineEnd);
  const match = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(line);
  if (match === null) throw refuse(`The request line '${line}' in the batch is not valid.`);
  const [, method = '', url = ''] = match;
  if (url.length > LONGEST_URL)
    throw new ServiceError(414, '', 'The URL of a request in the batch is too long.');
  if (inChangeSet && method === 'GET') throw refuse('A change set cannot contain a GET request.');
  const { headers, content } = parsePart(lineEnd < 0 ? '' : part.content.slice(lineEnd + 2));
  const [path = '', ...query] = relativePath(url, outer.serviceRoot).split('?');
  const plain = path.replace(/^\//, '');
  if (/^\$batch$/i.test(plain)) throw refuse('A batch cannot contain a batch.');
  const contentId = part.headers['content-id'] ?? headers['content-id'];
  if (inChangeSet && contentId === undefined)
    throw refuse('A request of a change set must have a Content-ID.');
  return {
    contentId,
    request: { ...outer, method, path: plain, query: query.join('?'), headers, body: content },
  };
}

interface ItemResult {
  readonly part: string;
  readonly failed: boolean;
}

async function runSingle({ request, contentId }: BatchedRequest, answering: Answering): Promise<ItemResult> {
  const response = await answering.answer(request);
  return { part: responsePart(response, contentId), failed: response.status >= 400 };
}

/** All or nothing. A failure is answered by one part, as OData 4.0 has it. */
async function runChangeSet(
  host: Host,
  all: readonly BatchedRequest[],
  answering: Answering,
): Promise<ItemResult> {
  const made = new Map<string, string>();
  let current: BatchedRequest | undefined;
  try {
    const responses = await runUnit(host.store, async (work) => {
      const parts: string[] = [];
      for (const one of all) {
        current = one;
        const response = await answering.respond(resolveReferences(one.request, made), work);
        const url = response.headers['OData-EntityId'];
        if (one.contentId !== undefined && url !== undefined) made.set(one.contentId, url);
        parts.push(responsePart(response, one.contentId));
      }
      return parts;
    });
    const boundary = `changesetresponse_${randomUUID()}`;
    const part = `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${joinParts(boundary, responses)}`;
    return { part, failed: false };
  } catch (error) {
    if (current === undefined) throw error;
    return {
      part: responsePart(answering.errorResponse(current.request, error), current.contentId),
      failed: true,
    };
  }
}

function reference(made: ReadonlyMap<string, string>, name: string): string {
  const url = made.get(name);
  if (url === undefined)
    throw refuse(`Content-ID Reference: '$${name}' does not exist in the batch context.`);
  return url;
}

/** Replaces `$1` at the start of the URL, and in bindings, by the URL of the row that request made. */
function resolveReferences(request: ApiRequest, made: ReadonlyMap<string, string>): ApiRequest {
  const match = /^\$(\d+)(\/.*)?$/s.exec(request.path);
  const path =
    match === null
      ? request.path
      : `${relativePath(reference(made, match[1] ?? ''), request.serviceRoot)}${match[2] ?? ''}`;
  return { ...request, path, body: resolveBody(request.body, made) };
}

function resolveBody(body: string, made: ReadonlyMap<string, string>): string {
  if (!/"\$\d+"/.test(body)) return body;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return body;
  }
  return JSON.stringify(resolveValue(parsed, '', made));
}

function resolveValue(value: unknown, name: string, made: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, name, made));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, resolveValue(item, key, made)]),
    );
  }
  const isLink = name.endsWith('@odata.bind') || name === '@odata.id';
  const match = isLink && typeof value === 'string' ? /^\$(\d+)$/.exec(value) : null;
  return match === null ? value : reference(made, match[1] ?? '');
}

function responsePart(response: ApiResponse, contentId: string | undefined): string {
  const head = [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
    '',
    `HTTP/1.1 ${response.status.toString()} ${STATUS_CODES[response.status] ?? ''}`,
    ...Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`),
    '',
  ];
  return `${head.join('\r\n')}\r\n${response.body}`;
}
