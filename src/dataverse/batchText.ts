import type { Headers } from './headers';

/** One request inside a batch. */
export interface BatchRequest {
  readonly method: string;
  /** Absolute, or `$n` for the result of an earlier request of the same change set. */
  readonly url: string;
  readonly headers: Headers;
  readonly body?: string;
}

/** One answer inside a batch. */
export interface BatchAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly text: string;
  /** Content-ID of the request it answers, where the service tells it. */
  readonly contentId?: string;
  /** True when it came inside the answer to a change set. */
  readonly inChangeSet: boolean;
}

/** A batch that could not be read. */
export class BatchFormatError extends Error {
  override readonly name = 'BatchFormatError';
}

const CRLF = '\r\n';
/** A batch holds change sets, a change set holds no further level (FACTS 13.7). */
const DEEPEST = 1;

/** The body of a batch of independent requests. */
export function writeIndependent(requests: readonly BatchRequest[], boundary: string): string {
  return multipart(
    boundary,
    requests.map((request) => part(request)),
  );
}

/** The body of a batch with one change set; its requests have the Content-IDs 1, 2, 3 … */
export function writeChangeSet(requests: readonly BatchRequest[], boundary: string): string {
  const inner = `changeset_${boundary}`;
  const parts = requests.map((request, index) => part(request, index + 1));
  const head = `Content-Type: multipart/mixed; boundary=${inner}${CRLF}${CRLF}`;
  return multipart(boundary, [head + multipart(inner, parts)]);
}

/**
 * A boundary that none of the bodies contains, of letters, digits and `_` only: so it needs no quotes, which not every
 * OData server reads.
 * @param random 0 to 1.
 */
export function boundaryFor(requests: readonly BatchRequest[], random: number): string {
  const seed = Math.floor(random * 0x100000000)
    .toString(16)
    .padStart(8, '0');
  for (let attempt = 0; ; attempt += 1) {
    const boundary = `batch_${seed}_${attempt}`;
    if (!requests.some((request) => request.body?.includes(boundary) === true)) return boundary;
  }
}

function multipart(boundary: string, parts: readonly string[]): string {
  return `${parts.map((text) => `--${boundary}${CRLF}${text}${CRLF}`).join('')}--${boundary}--${CRLF}`;
}

function part(request: BatchRequest, contentId?: number): string {
  const lines = [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
    '',
    `${request.method} ${request.url} HTTP/1.1`,
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
    '',
    request.body ?? '',
  ];
  return lines.join(CRLF);
}

/** True for the content type of a batch's answer. */
export function isMultipart(contentType: string | undefined): boolean {
  return /^\s*multipart\/mixed\b/i.test(contentType ?? '');
}

/**
 * The answers in a batch's answer, in their order, those of a change set among them. An answer that ends in the
 * middle gives the parts that came.
 * @throws BatchFormatError for a text that is no batch at all.
 */
export function parseBatch(contentType: string | undefined, text: string): readonly BatchAnswer[] {
  return parseLevel(contentType, text, 0);
}

function parseLevel(contentType: string | undefined, text: string, depth: number): readonly BatchAnswer[] {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw new BatchFormatError('A batch answer has no boundary');
  if (depth > DEEPEST) throw new BatchFormatError('A batch answer is nested too deeply');
  const answers: BatchAnswer[] = [];
  for (const content of split(text, boundary)) {
    const { headers, rest } = readHeaderBlock(content);
    const type = headers.get('content-type');
    if (isMultipart(type)) answers.push(...parseLevel(type, rest, depth + 1));
    else answers.push(readAnswer(rest, headers.get('content-id'), depth > 0));
  }
  return answers;
}

function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType ?? '');
  return match?.[1] ?? match?.[2];
}

/** The texts between delimiter lines. Lines may end with CRLF or LF. */
function split(text: string, boundary: string): readonly string[] {
  const delimiter = `--${boundary}`;
  const parts: string[] = [];
  let start: number | undefined;
  for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && text[at - 1] !== '\n') continue;
    const after = at + delimiter.length;
    const line = /^(--)?[ \t]*(\r?\n|$)/.exec(text.slice(after, after + 80));
    if (line === null) continue;
    if (start !== undefined) parts.push(withoutLastBreak(text.slice(start, at)));
    if (line[1] !== undefined) return parts;
    start = after + line[0].length;
  }
  if (start !== undefined && start < text.length) parts.push(text.slice(start));
  return parts;
}

/** The line break before a delimiter belongs to the delimiter. */
function withoutLastBreak(text: string): string {
  if (text.endsWith('\r\n')) return text.slice(0, -2);
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

interface HeaderBlock {
  readonly headers: ReadonlyMap<string, string>;
  readonly rest: string;
}

/** Header lines up to the first empty line. Of a name that comes twice the first one counts. */
function readHeaderBlock(text: string): HeaderBlock {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end).replace(/\r$/, '');
    at = end < 0 ? text.length : end + 1;
    if (line === '') break;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return { headers, rest: text.slice(at) };
}

function readAnswer(text: string, contentId: string | undefined, inChangeSet: boolean): BatchAnswer {
  const begin = text.trimStart();
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})[^\r\n]*\r?(?:\n|$)/.exec(begin);
  if (status === null) throw new BatchFormatError('A part of a batch answer is no HTTP answer');
  const { headers, rest } = readHeaderBlock(begin.slice(status[0].length));
  const id = contentId ?? headers.get('content-id');
  return {
    status: Number(status[1]),
    header: (name) => headers.get(name.toLowerCase()),
    text: rest.trim(),
    inChangeSet,
    ...(id === undefined ? {} : { contentId: id }),
  };
}
