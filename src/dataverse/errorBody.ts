import { DataverseError, parseErrorCode, reasonOf, type DataverseErrorFacts } from './errors';

/** The longest service message that is kept, in UTF-16 units; some carry whole stack traces. */
const MESSAGE_LIMIT = 8000;

/** What could be read out of an error answer's body. */
export interface ServiceError {
  readonly code?: number;
  readonly message?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Reads the body of an error answer, whatever it is: the Web API's JSON (FACTS 13.3), older JSON shapes, JSON that
 * ends in the middle, an HTML page of a gateway, plain text, nothing. Never throws.
 */
export function readErrorBody(body: string): ServiceError {
  const text = body.trim();
  if (text === '') return {};
  if (text.startsWith('{')) return fromJson(text) ?? fromBrokenJson(text);
  if (text.startsWith('<')) return withMessage(htmlSentence(text));
  return withMessage(text.slice(0, 300));
}

/** An answer's parts that an error needs. */
export interface FailedAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly text: string;
}

/** The error for an answer of the service that is no success. */
export function errorOfAnswer(answer: FailedAnswer, facts: DataverseErrorFacts): DataverseError {
  const { code, message, annotations } = readErrorBody(answer.text);
  const requestId = requestIdOf(answer);
  const all: DataverseErrorFacts = {
    ...facts,
    status: answer.status,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { serviceMessage: message }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(answer.text.trimStart().startsWith('<') ? { page: true } : {}),
  };
  const said = message === undefined ? '' : `: ${message}`;
  const what = `${facts.method ?? 'Request'} ${facts.path ?? ''}`.trim();
  return new DataverseError(reasonOf(answer.status, code), `${what} answered ${answer.status}${said}`, all);
}

/** The id under which the service's operators find the request. */
export function requestIdOf(answer: Pick<FailedAnswer, 'header'>): string | undefined {
  const id = answer.header('REQ_ID') ?? answer.header('x-ms-service-request-id');
  // It goes into the log, so it must look like an id.
  return id !== undefined && /^[\w.:{}-]{1,100}$/.test(id) ? id : undefined;
}

function withMessage(message: string): ServiceError {
  const text = message.replace(/\s+/g, ' ').trim();
  return text === '' ? {} : { message: text.slice(0, MESSAGE_LIMIT) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fromJson(text: string): ServiceError | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(parsed)) return {};
  // `{"error":{…}}` is the Web API's shape; ASP.NET's own answers are `{"Message":"…"}`.
  const error = isRecord(parsed['error']) ? parsed['error'] : parsed;
  const code = parseErrorCode(error['code'] ?? error['ErrorCode']);
  const message =
    textOf(error['message']) ??
    textOf(error['Message']) ??
    innerMessage(error) ??
    // What stands between us and the service may answer in its own form: OAuth's, or a problem of RFC 9457.
    textOf(error['error_description']) ??
    textOf(error['detail']) ??
    textOf(error['title']);
  const annotations = annotationsOf(error);
  return {
    ...(code === undefined ? {} : { code }),
    ...withDetails(message, error),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** More details than these, or longer ones, say no more. */
const MOST_DETAILS = 5;
const DETAIL_LIMIT = 300;

/**
 * The message with what says more: the `details` of OData's errors (OData JSON Format, error response), each with what it is about,
 * and what ASP.NET puts beside its general sentence.
 */
function withDetails(message: string | undefined, error: Readonly<Record<string, unknown>>): ServiceError {
  const listed: readonly unknown[] = Array.isArray(error['details']) ? error['details'] : [];
  const details = listed.filter(isRecord).flatMap(({ message: text, target, code }) => {
    const said = textOf(text) ?? textOf(code);
    const about = textOf(target);
    return said === undefined ? [] : [about === undefined ? said : `${about}: ${said}`];
  });
  const more = [
    textOf(error['ExceptionMessage']) ?? textOf(error['MessageDetail']) ?? '',
    ...details.slice(0, MOST_DETAILS),
    ...(details.length > MOST_DETAILS ? ['…'] : []),
  ].filter((text) => text !== '' && message?.includes(text) !== true);
  const all = [...(message === undefined ? [] : [message]), ...more.map(short)].join(' ');
  return all === '' ? {} : { message: all.slice(0, MESSAGE_LIMIT) };
}

function short(text: string): string {
  return text.length <= DETAIL_LIMIT ? text : `${text.slice(0, DETAIL_LIMIT)}…`;
}

/** A text, or the `value` of OData's verbose `{"lang":…,"value":…}`. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  return isRecord(value) ? textOf(value['value']) : undefined;
}

function innerMessage(error: Readonly<Record<string, unknown>>): string | undefined {
  const annotated = textOf(error['@Microsoft.PowerApps.CDS.InnerError.Message']);
  if (annotated !== undefined) return annotated;
  const inner = error['innererror'];
  return isRecord(inner) ? textOf(inner['message']) : undefined;
}

function annotationsOf(
  error: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> | undefined {
  const found: Array<readonly [string, string]> = [];
  for (const [name, value] of Object.entries(error)) {
    if (!name.startsWith('@')) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      found.push([name, String(value).slice(0, MESSAGE_LIMIT)]);
    }
  }
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** What is left of JSON that ends in the middle. */
function fromBrokenJson(text: string): ServiceError {
  const head = text.slice(0, 4 * MESSAGE_LIMIT);
  const code = parseErrorCode(/"code"\s*:\s*"([^"]{0,20})"/.exec(head)?.[1]);
  const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)/i.exec(head)?.[1];
  return {
    ...(code === undefined ? {} : { code }),
    ...withMessage(message === undefined ? '' : unescapeJson(message)),
  };
}

function unescapeJson(text: string): string {
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

/** The title or else the visible words of a gateway's page. */
function htmlSentence(page: string): string {
  const head = page.slice(0, 20_000);
  const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(head)?.[1];
  if (title !== undefined && title.trim() !== '') return title;
  return head
    .replace(/<(script|style)\b[^<>]*>[^<]*/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .trim()
    .slice(0, 300);
}
