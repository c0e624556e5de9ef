import { Secret } from '../../base/secret';
import { TRIMMED_MEMBERS } from '../executionContext';
import type { DeliverySummary, KeptAnswer, KeptHeader, KeptRequest } from './deliveryRecord';

const MASK = '•••';

/** Headers that carry no secret: those of the transport, and those that Dataverse documents (FACTS 17.2). */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['accept', 'accept-encoding', 'accept-language', 'age', 'allow', 'cache-control', 'connection', 'date'],
  ...['content-encoding', 'content-language', 'content-length', 'content-type', 'etag', 'expect', 'expires'],
  ...['host', 'keep-alive', 'last-modified', 'pragma', 'request-id', 'retry-after', 'server', 'trailer'],
  ...[
    'traceparent',
    'tracestate',
    'transfer-encoding',
    'upgrade',
    'user-agent',
    'vary',
    'via',
    'x-powered-by',
  ],
  ...['x-ms-correlation-request-id', 'x-ms-dynamics-entity-name', 'x-ms-dynamics-msg-size-exceeded'],
  ...['x-ms-dynamics-organization', 'x-ms-dynamics-request-name', 'x-request-id'],
]);

/** The headers of a request, what may be a secret as one. */
export function keptHeaders(
  headers: ReadonlyArray<readonly [name: string, value: string]>,
): readonly KeptHeader[] {
  return headers.map(([name, value]) => [name, HARMLESS.has(name.toLowerCase()) ? value : new Secret(value)]);
}

/** The headers that an endpoint answered with: only what signs somebody in is a secret. */
export function keptAnswerHeaders(
  headers: ReadonlyArray<readonly [name: string, value: string]>,
): readonly KeptHeader[] {
  return headers.map(([name, value]) => [
    name,
    /^(set-cookie|authorization|.*-authorization|.*(api-?key|token|secret).*)$/i.test(name)
      ? new Secret(value)
      : value,
  ]);
}

/** Shorter values are in every text, and no key. */
const SHORTEST_MASKED = 4;

/** An answer without the keys of its request: some endpoints send back what they got, and an answer is shown and saved. */
export function withoutEchoes(answer: KeptAnswer, request: KeptRequest): KeptAnswer {
  if (answer.body === '' && answer.headers.length === 0) return answer;
  const secrets = [...new Set(secretsOf(request).flatMap(writtenForms))].toSorted(
    (a, b) => b.length - a.length,
  );
  if (secrets.length === 0) return answer;
  const masked = (text: string): string =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, MASK), text);
  return {
    ...answer,
    headers: answer.headers.map(([name, value]) => [name, typeof value === 'string' ? masked(value) : value]),
    body: masked(answer.body),
  };
}

function secretsOf({ headers, target }: KeptRequest): readonly string[] {
  const query = target.reveal().split(/\?(.*)/s, 2)[1] ?? '';
  return [
    ...headers.flatMap(([, value]) => (typeof value === 'string' ? [] : [value.reveal()])),
    ...new URLSearchParams(query).values(),
    ...query.split('&').map((part) => split(part, '=')[1] ?? part),
  ].filter((value) => value.length >= SHORTEST_MASKED);
}

/** As it is, in an address, and in JSON. */
function writtenForms(value: string): readonly string[] {
  return [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)];
}

/** An address or a path for showing: its query keeps the names only, a user and a password are left out. */
export function maskedAddress(address: string): string {
  const [before, query] = split(address.split('#')[0] ?? '', '?');
  const place = before.replace(/^(https?:\/\/)[^/@]*@/i, '$1');
  if (query === undefined) return place;
  const parts = query.split('&').map((part) => {
    const [name, value] = split(part, '=');
    // A part without a name may be a key by itself.
    return value === undefined ? (name === '' ? '' : MASK) : `${name}=${value === '' ? '' : MASK}`;
  });
  return `${place}?${parts.join('&')}`;
}

function split(text: string, at: string): readonly [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

/** What a body says by itself, for lists. Never throws; a stranger's body tells nothing. */
export function summaryOf(body: string): DeliverySummary {
  try {
    return summaryOfJson(JSON.parse(body.charCodeAt(0) === 0xfeff ? body.slice(1) : body));
  } catch {
    return NOTHING;
  }
}

const summaries = new WeakMap<KeptRequest, DeliverySummary>();

/** What a kept delivery says. Reading a body costs more than keeping it, so it is done when somebody first looks. */
export function deliverySummary({ request }: { readonly request: KeptRequest }): DeliverySummary {
  const known = summaries.get(request);
  if (known !== undefined) return known;
  const said = summaryOf(request.body);
  const summary = { ...said, trimmed: said.isContext && saysTrimmed(request.headers, said.trimmed) };
  summaries.set(request, summary);
  return summary;
}

const SIZE_EXCEEDED = 'x-ms-dynamics-msg-size-exceeded';

/**
 * Whether a request is one that lost members to its size. Its header says so; the header's value is UNVERIFIED, so that it is
 * there is enough (FACTS 17.2, 17.6). The body is asked only where the headers are not known: a body of a file has at most
 * its type.
 */
function saysTrimmed(headers: readonly KeptHeader[], body: boolean): boolean {
  const names = headers.map(([name]) => name.toLowerCase());
  if (names.includes(SIZE_EXCEEDED)) return true;
  return body && names.every((name) => name === 'content-type');
}

function summaryOfJson(json: unknown): DeliverySummary {
  if (!isObject(json) || !('MessageName' in json || 'PrimaryEntityName' in json)) return NOTHING;
  const owner = json['OwningExtension'];
  const stepId = isObject(owner) ? text(owner['Id']) : undefined;
  const mode = json['Mode'];
  return {
    isContext: true,
    message: text(json['MessageName']),
    table: text(json['PrimaryEntityName']),
    rowId: text(json['PrimaryEntityId']),
    step: stepId === undefined || !isObject(owner) ? undefined : { id: stepId, name: text(owner['Name']) },
    correlationId: text(json['CorrelationId']),
    asynchronous: mode === 0 ? false : mode === 1 ? true : undefined,
    depth: typeof json['Depth'] === 'number' ? json['Depth'] : undefined,
    organization: text(json['OrganizationName']),
    trimmed: TRIMMED_NAMES.every((name) => json[name] === undefined || json[name] === null),
  };
}

const TRIMMED_NAMES = TRIMMED_MEMBERS.map((name) => name.charAt(0).toUpperCase() + name.slice(1));

const NOTHING: DeliverySummary = {
  isContext: false,
  message: undefined,
  table: undefined,
  rowId: undefined,
  step: undefined,
  correlationId: undefined,
  asynchronous: undefined,
  depth: undefined,
  organization: undefined,
  trimmed: false,
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
