import { addressOf } from './address';
import type { Connection } from './connection';
import { eachPage, type Course } from './eachPage';
import { readHeaders } from './headers';
import { NEXT_LINK, type Reader } from './reader';
import type { Page, ReadOptions, Row } from './webApi';

const COUNT_LIMIT = 5000;

/**
 * GET of a collection, page by page. A next link is requested unchanged with the same headers (FACTS 13.4), and never
 * twice.
 */
export async function* collectionPages(
  connection: Connection,
  reader: Reader,
  path: string,
  options: ReadOptions,
): AsyncGenerator<Page, void, undefined> {
  const visited = new Set<string>();
  const course: Course = {
    first: addressOf(connection.root, path),
    headers: readHeaders(options),
    next: (page) => {
      visited.add(page.url);
      return reader.nextOf(page, page.body[NEXT_LINK], visited);
    },
    total: totalOf,
  };
  yield* eachPage(reader, course, options);
}

/** `@odata.count` counts to 5000 and no further (FACTS 13.4). */
function totalOf(body: Row): { total?: number; totalIsLimit?: boolean } {
  const count = body['@odata.count'];
  if (typeof count !== 'number' || count < 0) return {};
  return { total: count, totalIsLimit: count >= COUNT_LIMIT };
}
