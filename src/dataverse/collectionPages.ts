import { addressOf, resolveLink } from './address';
import type { Answer, Connection } from './connection';
import { readHeaders } from './headers';
import { NEXT_LINK, type Reader } from './reader';
import type { Page, ReadOptions, Row } from './webApi';

const COUNT_LIMIT = 5000;

/** A page that was asked for. */
interface Asked {
  readonly url: string;
  readonly answer: Promise<Answer>;
}

/**
 * GET of a collection, page by page. A next link is requested unchanged with the same headers (FACTS 13.4), and never
 * twice. Who asks for the pages ahead has the next one on its way while a page is parsed and worked on.
 */
export async function* collectionPages(
  connection: Connection,
  reader: Reader,
  path: string,
  options: ReadOptions,
): AsyncGenerator<Page, void, undefined> {
  const headers = readHeaders(options);
  const visited = new Set<string>();
  const left = new AbortController();
  const call = options.ahead === true ? { ...options, signal: either(options.signal, left.signal) } : options;
  const ask = (url: string): Asked => {
    const answer = reader.ask(url, headers, call);
    // It may fail before anybody waits for it.
    answer.catch(() => undefined);
    return { url, answer };
  };
  let asked = ask(addressOf(connection.root, path));
  let isStrayAsked = false;
  let isComplete = false;
  try {
    for (;;) {
      const answer = await asked.answer;
      visited.add(asked.url);
      const link = options.ahead === true ? linkInText(connection, asked.url, answer.text) : undefined;
      const ahead = link === undefined || visited.has(link) ? undefined : ask(link);
      // Parsing takes no pause in which the request could leave.
      if (ahead !== undefined) await new Promise((resolve) => setImmediate(resolve));
      const document = reader.documentOf(asked.url, answer);
      const rows = await reader.rowsOf(document, headers, options);
      const next = reader.nextOf(document, document.body[NEXT_LINK], visited);
      isStrayAsked ||= ahead !== undefined && ahead.url !== next;
      isComplete = next === undefined;
      yield { rows, ...totalOf(document.body), more: next !== undefined };
      if (next === undefined) return;
      asked = ahead?.url === next ? ahead : ask(next);
    }
  } finally {
    // With nothing on its way there is nothing to end: an abort makes an error with its stack, a millisecond's work.
    if (isStrayAsked || !isComplete) left.abort();
  }
}

function either(signal: AbortSignal | undefined, other: AbortSignal): AbortSignal {
  return signal === undefined ? other : AbortSignal.any([signal, other]);
}

const WRITTEN_LINK = `"${NEXT_LINK}":"`;
/** Characters at the end of a page, where the service writes the link. To look further would take milliseconds. */
const END_OF_PAGE = 100_000;

/**
 * The next link of a page that is not parsed yet; undefined where it is not found, or written in another way than the
 * service writes it. What is found is never in a text of the page, because there every quote has a backslash. It is only
 * asked for early: the parsed page decides what comes next.
 */
function linkInText(connection: Connection, url: string, text: string): string | undefined {
  const end = text.slice(-END_OF_PAGE);
  const at = end.lastIndexOf(WRITTEN_LINK);
  if (at === -1) return undefined;
  const written = /^"(?:[^"\\]|\\.)+"/.exec(end.slice(at + WRITTEN_LINK.length - 1))?.[0];
  if (written === undefined) return undefined;
  try {
    // Parsed, not cut: a cut would keep the text of the whole page in memory as long as the link.
    return resolveLink(connection.root, url, String(JSON.parse(written)));
  } catch {
    // Told when the page is parsed.
    return undefined;
  }
}

/** `@odata.count` counts to 5000 and no further (FACTS 13.4). */
function totalOf(body: Row): { total?: number; totalIsLimit?: boolean } {
  const count = body['@odata.count'];
  if (typeof count !== 'number' || count < 0) return {};
  return { total: count, totalIsLimit: count >= COUNT_LIMIT };
}
