import { addressOf } from './address';
import type { Connection } from './connection';
import { eachPage, type Course } from './eachPage';
import { readHeaders } from './headers';
import { badAnswer } from './json';
import { NEXT_LINK, type Document, type Reader } from './reader';
import type { Page, ReadOptions, Row } from './webApi';

const COUNT_LIMIT = 5000;
/** A query that wants so many rows and no more, in either language: `$top=5`, `fetchXml=%3Cfetch%20top%3D%225%22`. */
const WANTS_TOP = /(?:\$|%24|%20|\b)top(?:=|%3D)/i;

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
      const next = reader.nextOf(page, page.body[NEXT_LINK], visited);
      if (next === undefined && !WANTS_TOP.test(path)) refuseLost(page);
      return next;
    },
    total: totalOf,
  };
  yield* eachPage(reader, course, options);
}

/**
 * What the service answers by FetchXML has no next link but an annotation (FACTS 13.6), and an address leads there in more
 * ways than one. Rows that it keeps back must not be taken for rows that are not there.
 */
function refuseLost({ body, answer, facts }: Document): void {
  if (body['@Microsoft.Dynamics.CRM.morerecords'] === true)
    throw badAnswer(answer, facts, 'promises more rows but no link leads to them');
}

/** `@odata.count` counts to 5000 and no further (FACTS 13.4). */
function totalOf(body: Row): { total?: number; totalIsLimit?: boolean } {
  const count = body['@odata.count'];
  if (typeof count !== 'number' || count < 0) return {};
  return { total: count, totalIsLimit: count >= COUNT_LIMIT };
}
