import { addressOf } from './address';
import type { Connection } from './connection';
import { DataverseError } from './errors';
import { decodeCookie, readFetchXml, withPaging } from './fetchXmlText';
import { checkedPageSize, fetchHeaders } from './headers';
import { badAnswer } from './json';
import { fetchPath } from './odata';
import type { Document, Reader } from './reader';
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
  const facts = readFetchXml(fetchXml);
  const once = facts.top !== undefined;
  const wanted = options.pageSize === undefined ? undefined : checkedPageSize(options.pageSize);
  // Groups are few; a page size would only be one more thing that an aggregate may be refused for.
  const count = facts.aggregate ? facts.count : (wanted ?? facts.count);
  let page = facts.page ?? 1;
  let cookie = facts.pagingCookie;
  let text = once || count === undefined ? fetchXml : withPaging(fetchXml, { page, count, cookie });
  let wasEmpty = false;
  for (;;) {
    const url = addressOf(connection.root, fetchPath(entitySet, text));
    const document: Document = await reader.read(url, fetchHeaders(options), options);
    const rows = await reader.rowsOf(document, fetchHeaders(options), options);
    const more = !once && document.body['@Microsoft.Dynamics.CRM.morerecords'] === true;
    yield { rows, ...totalOf(document.body), more };
    if (!more) return;
    const next = decodeCookie(document.body['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie']);
    // A page may be empty, but a service that gives nothing and promises more again and again would never end.
    if ((next !== undefined && next === cookie) || (rows.length === 0 && wasEmpty)) {
      throw badAnswer(document.answer, document.facts, 'promises more rows but does not get any further');
    }
    const size = count ?? DEFAULT_COUNT;
    if (next === undefined && page * size >= LEGACY_LIMIT) {
      throw new DataverseError(
        'tooLarge',
        `Without a paging cookie no more than ${LEGACY_LIMIT} rows can be read`,
        document.facts,
      );
    }
    wasEmpty = rows.length === 0;
    cookie = next;
    page += 1;
    text = withPaging(fetchXml, { page, count: size, cookie });
  }
}

/** The total is -1 when it was not asked for (FACTS 13.5). */
function totalOf(body: Row): { total?: number; totalIsLimit?: boolean } {
  const total = body['@Microsoft.Dynamics.CRM.totalrecordcount'];
  if (typeof total !== 'number' || total < 0) return {};
  return { total, totalIsLimit: body['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] === true };
}
