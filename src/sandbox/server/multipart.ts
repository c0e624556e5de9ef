import { badRequest } from '../serviceError';

/** Headers (names in lower case) and what follows the blank line. */
export interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string;
}

const refuse = (message: string): never => {
  throw badRequest(message, '0x80048d19');
};

/** The boundary of a `multipart/mixed` content type; undefined for any other type. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^\s*multipart\/mixed\s*;(?:.*;)?\s*boundary\s*=\s*(?:"([^"]+)"|([^;\s"]+))/i.exec(
    contentType ?? '',
  );
  return match?.[1] ?? match?.[2];
}

/** Splits header lines from the rest at the first blank line. Lines end with CRLF (FACTS 13.7). */
export function parsePart(text: string): Part {
  const blank = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n');
  const head = blank < 0 ? text : text.slice(0, blank);
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n')) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon <= 0 || line.includes('\n'))
      return refuse(`The message header '${line}' in the batch is not valid.`);
    headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const content = blank < 0 ? '' : text.slice(blank + (text.startsWith('\r\n') ? 2 : 4));
  return { headers, content };
}

/** The parts between the delimiter lines. What stands before the first and after the last delimiter is ignored. */
export function splitParts(body: string, boundary: string): readonly Part[] {
  const parts: Part[] = [];
  const delimiter = `--${boundary}`;
  let start: number | undefined;
  for (
    let at = findDelimiter(body, delimiter, 0);
    ;
    at = findDelimiter(body, delimiter, at + delimiter.length)
  ) {
    if (at < 0) return refuse('The batch has no closing boundary.');
    if (start !== undefined) parts.push(parsePart(body.slice(start, Math.max(start, at - 2))));
    if (body.startsWith('--', at + delimiter.length)) return parts;
    const end = body.indexOf('\r\n', at);
    if (end < 0) return refuse('The lines of a batch must end with CRLF.');
    start = end + 2;
  }
}

/** The next line that is a delimiter: at the start of the body or of a line, followed by `--`, blanks or the line's end. */
function findDelimiter(body: string, delimiter: string, from: number): number {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    const startsLine = at === 0 || body.slice(at - 2, at) === '\r\n';
    const after = body.slice(at + delimiter.length, at + delimiter.length + 2);
    if (startsLine && (after === '--' || after === '\r\n' || /^[ \t]/.test(after))) return at;
  }
  return -1;
}

/** A multipart body of parts, each with its own header lines. */
export function joinParts(boundary: string, parts: readonly string[]): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
}
