import type { StoredRow, Table } from '../../schema/types';
import { MAX_PAGE, type Wants } from '../annotations';
import { wrapCookie, writeCookie } from '../cookie';
import { collectionRows, compile, type Predicate, type Scope } from '../evaluate';
import { isReference, type QueryContext } from '../expression';
import { takePage } from '../page';
import { serializeRow, type JsonRow } from '../serialize';
import type { CollectionQuery, Expand } from './shape';

/** What serialising needs to know everywhere. */
export interface Delivery {
  readonly context: QueryContext;
  /** Root of the Web API with a slash at its end. */
  readonly root: string;
  readonly wants: Wants;
  /** Size of the pages of expanded collections. */
  readonly pageSize: number;
}

export function* scopesOf(rows: Iterable<StoredRow>): Iterable<Scope> {
  for (const row of rows) yield [row];
}

/** The condition of a query, which lets everything through when there is none. */
export function predicateOf(context: QueryContext, query: CollectionQuery): Predicate {
  return query.filter === undefined ? () => true : compile(context.reader, query.filter);
}

function expandSingle(delivery: Delivery, row: StoredRow, expand: Expand): JsonRow | null {
  const { navigation } = expand;
  if (navigation.kind !== 'single') return null;
  const { reader } = delivery.context;
  const reference = row[navigation.column.name];
  // A lookup with several targets has a navigation for each; those that do not lead to this row are null.
  if (!isReference(reference) || !navigation.targets.includes(reference.table)) return null;
  const table = reader.schema.table(reference.table);
  const related = table === undefined ? undefined : reader.get(reference.table, reference.id);
  if (table === undefined || related === undefined) return null;
  // As in FACTS 15.3, a row behind a lookup comes without an etag.
  return deliverRow(delivery, table, related, expand.query, false);
}

function encodeOption(option: string): string {
  const equals = option.indexOf('=');
  return `${option.slice(0, equals).trim()}=${encodeURIComponent(option.slice(equals + 1))}`;
}

function expandCollection(
  delivery: Delivery,
  table: Table,
  row: StoredRow,
  expand: Expand,
  into: JsonRow,
): void {
  const { reader } = delivery.context;
  const id = row[table.key];
  if (expand.navigation.kind === 'single' || typeof id !== 'string') return;
  const { query, navigation } = expand;
  const size = delivery.pageSize;
  const page = takePage({
    scopes: scopesOf(collectionRows(reader, navigation, { table: table.name, id })),
    matches: predicateOf(delivery.context, query),
    keys: query.order,
    limit: Math.min(query.top ?? size, size),
    after: undefined,
    countUpTo: query.count ? MAX_PAGE : undefined,
  });
  const { name } = navigation;
  if (page.count !== undefined) into[`${name}@odata.count`] = Math.min(page.count, MAX_PAGE);
  into[name] = page.scopes.map(([related]) => deliverRow(delivery, expand.table, related ?? {}, query, true));
  const cookie = page.more && query.top === undefined ? writeCookie(1, query.order, page.scopes) : undefined;
  if (cookie === undefined) return;
  const options = [...expand.options, `$skiptoken=${wrapCookie(2, cookie)}`].map(encodeOption).join('&');
  into[`${name}@odata.nextLink`] = `${delivery.root}${table.set}(${id})/${name}?${options}`;
}

/** A row with what the query selects and expands. */
export function deliverRow(
  delivery: Delivery,
  table: Table,
  row: StoredRow,
  query: CollectionQuery,
  etag: boolean,
): JsonRow {
  const { wants } = delivery;
  const into = serializeRow(delivery.context.reader, table, row, { columns: query.columns, wants, etag });
  for (const expand of query.expands) {
    if (expand.navigation.kind === 'single')
      into[expand.navigation.name] = expandSingle(delivery, row, expand);
    else expandCollection(delivery, table, row, expand, into);
  }
  return into;
}
