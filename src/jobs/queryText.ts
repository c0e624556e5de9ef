import { AppError } from '../base/errors';
import { separatorsIn } from '../queries/quotes';

/** Why a query that can be read is not sent: its table is not there, or the FetchXML in its address is none. */
export class QueryTextError extends AppError<'noTable' | 'notXml'> {
  override readonly name = 'QueryTextError';
}

/** A FetchXML text of ours, which has no text between its tags, with one tag a line. */
export function readableFetchXml(text: string): string {
  let depth = 0;
  return text
    .split(/(?<=>)(?=<)/)
    .map((tag) => {
      if (tag.startsWith('</')) depth -= 1;
      const line = `${'  '.repeat(depth)}${tag}`;
      if (!tag.startsWith('</') && !tag.endsWith('/>') && !tag.includes('</')) depth += 1;
      return line;
    })
    .join('\n');
}

/**
 * A Web API query as a person reads it: one option a line, blanks and quotes as they are. `webApiPath` makes the same
 * request of it again, so what would be read otherwise stays encoded: line breaks, and a percent sign that looks like
 * the beginning of an escape.
 * @param path an encoded path, as `odata.ts` writes it.
 */
export function readableWebApi(path: string): string {
  return path
    .split('&')
    .map((part) =>
      decodeURIComponent(
        part.replace(/%25(?=[0-9A-Fa-f]{2})|%0[AaDd]/g, (escape) => `%25${escape.slice(1)}`),
      ),
    )
    .join('\n  &');
}

/**
 * The path of a request from a Web API query as a person writes it, relative to the Web API root: line breaks and
 * indents between options are left out, others are blanks, values are percent-encoded, an `&` inside quotes belongs to the value.
 * What is percent-encoded already stays as it is.
 * @param text one that `refuseMalformed` has let pass.
 */
export function webApiPath(text: string): string {
  const [path = '', written = ''] = splitOutsideQuotes(onOneLine(text), '?');
  const options = splitOutsideQuotes(written, '&').filter((option) => option !== '');
  const encoded = encodePart(path.trim());
  return options.length === 0
    ? encoded
    : `${encoded}?${options.map((option) => encodeOption(option)).join('&')}`;
}

function encodeOption(option: string): string {
  const mark = option.indexOf('=');
  if (mark < 0) return encodePart(option.trim());
  return `${encodePart(option.slice(0, mark).trim())}=${encodePart(option.slice(mark + 1).trim())}`;
}

/** A line break is a blank where a blank means something, and in texts; it is nothing beside what separates. */
function onOneLine(text: string): string {
  let whole = '';
  for (const part of splitOutsideQuotes(text, '\r\n')) {
    const line = part.trim().replace(/[\r\n]/g, ' ');
    if (line === '') continue;
    const glued = whole === '' || /[?&,(=;]$/.test(whole) || /^[?&]/.test(line);
    whole += glued ? line : ` ${line}`;
  }
  return whole;
}

/** Percent-encodes what may not stand in an address and leaves escapes that are there already. */
function encodePart(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$'()*,;:@/=]/gu, (part) =>
    part.length === 3 && part.startsWith('%') ? part : encodeURIComponent(part),
  );
}

/** Splits at characters that are not inside of a text. */
function splitOutsideQuotes(text: string, marks: string): readonly string[] {
  const { places } = separatorsIn(text, 0, text.length, marks);
  const starts = [0, ...places.map((place) => place + 1)];
  return starts.map((start, at) => text.slice(start, places[at]));
}
