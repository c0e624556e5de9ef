import { addressOf } from './address';
import type { Connection } from './connection';
import { eachPage, type Course } from './eachPage';
import { DataverseError } from './errors';
import { decodeCookie, readFetchXml, withPaging } from './fetchXmlText';
import { checkedPageSize, fetchHeaders } from './headers';
import { badAnswer } from './json';
import { fetchPath } from './odata';
import type { Reader } from './reader';
import type { Page, ReadOptions, Row } from './webApi';

/** Rows that paging by number alone reaches (FACTS 13.6). */
const LEGACY_LIMIT = 50_000;
/** What the service takes for a page when the query does not say (FACTS 13.4). */
const DEFAULT_COUNT = 5000;

/**
 * Runs a FetchXML query page by page (FACTS 13.6). A query with `top` is sent once, as it is. A query without
 * paging attributes, and an aggregate, is sent as it is too and goes on when the service says that more rows follow.
 * @throws DataverseError `invalid` for a text that is no FetchXML, `tooLarge` beyond 50,000 rows without a cookie.
 */
export async function* fetchPages(
  connection: Connection,
  reader: Reader,
  entitySet: string,
  fetchXml: string,
  options: ReadOptions,
): AsyncGenerator<Page, void, undefined> {
  yield* eachPage(reader, courseOf(connection, entitySet, fetchXml, options), options);
}

function courseOf(connection: Connection, entitySet: string, fetchXml: string, options: ReadOptions): Course {
  const facts = readFetchXml(fetchXml);
  const once = facts.top !== undefined;
  const wanted = options.pageSize === undefined ? undefined : checkedPageSize(options.pageSize);
  // Groups are few; a page size would only be one more thing that an aggregate may be refused for.
  const count = facts.aggregate ? facts.count : (wanted ?? facts.count);
  const size = count ?? DEFAULT_COUNT;
  let page = facts.page ?? 1;
  let cookie = facts.pagingCookie;
  let wasEmpty = false;
  const urlOf = (text: string): string => addressOf(connection.root, fetchPath(entitySet, text));
  return {
    first: urlOf(once || count === undefined ? fetchXml : withPaging(fetchXml, { page, count, cookie })),
    headers: fetchHeaders(options),
    next: ({ answer, body, facts: asked }, isEmpty) => {
      if (once || body['@Microsoft.Dynamics.CRM.morerecords'] !== true) return undefined;
      const next = decodeCookie(body['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']);
      // A page may be empty, but a service that gives nothing and promises more again and again would never end.
      if ((next !== undefined && next === cookie) || (isEmpty && wasEmpty))
        throw badAnswer(answer, asked, 'promises more rows but does not get any further');
      if (next === undefined && page * size >= LEGACY_LIMIT) {
        const problem = `Without a paging cookie no more than ${LEGACY_LIMIT} rows can be read`;
        throw new DataverseError('tooLarge', problem, asked);
      }
      wasEmpty = isEmpty;
      cookie = next;
      page += 1;
      return urlOf(withPaging(fetchXml, { page, count: size, cookie }));
    },
    total: totalOf,
  };
}

/** The total is -1 when it was not asked for (FACTS 13.5). */
function totalOf(body: Row): { total?: number; totalIsLimit?: boolean } {
  const total = body['@Microsoft.Dynamics.CRM.totalrecordcount'];
  if (typeof total !== 'number' || total < 0) return {};
  return { total, totalIsLimit: body['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] === true };
}
