import { DataverseError } from '../dataverse/errors';
import {
  countLinks,
  MOST_LINKS,
  writeFetchXml,
  type Fetch,
  type FetchAttribute,
  type FetchEntity,
  type FetchFilter,
  type FetchOrder,
} from '../dataverse/fetchXml';
import { isIdentifier } from '../dataverse/odataLiteral';
import { columnOfProperty, familyOf } from './columnNames';
import { conditionsOf, type FetchTerm } from './expressionToFetchXml';
import type { QueryColumn, Schema, TableSchema } from './schema';
import { TranslationLog, type Translation } from './translation';
import type { Aggregation, Apply, Expand, Options, Path } from './webApiSyntax';
import { GatheredLinks, type Link } from './webApiLinks';
import { MeantNames } from './webApiMeaning';
import { resourceOf, targetOf } from './webApiPath';
import type { WebApiText } from './webApiText';

/**
 * A Web API query as FetchXML that brings the same rows, or what keeps it from being one (FACTS 13.4, 13.5). Expanded
 * rows become linked tables, and names of columns may differ; both are noted.
 * @returns the text on one line.
 */
export function toFetchXml(query: WebApiText, schema: Schema): Translation {
  const log = new TranslationLog();
  const [problem] = query.problems;
  if (problem !== undefined) log.lose('malformed', problem.range);
  const own = query.other.get('fetchXml');
  if (own !== undefined) return log.result(() => own);
  for (const name of query.other.keys()) if (name !== 'tag') log.lose('option', query.pathRange, name);
  if (log.failed) return log.result(() => '');
  const resource = resourceOf(query.path);
  const name = resource === undefined ? undefined : schema.tableOfSet(resource.set);
  const start = name === undefined ? undefined : schema.table(name);
  const target =
    start === undefined || resource === undefined ? undefined : targetOf(schema, start, resource);
  if (resource === undefined || target === undefined) {
    const code = resource === undefined ? 'path' : start === undefined ? 'tableUnknown' : 'noRelation';
    const subject = { path: query.path, tableUnknown: resource?.set, noRelation: resource?.navigation }[code];
    log.lose(code, query.pathRange, subject);
    return log.result(() => '');
  }
  try {
    const fetch = new WebApiTranslator(log, schema, query, target.table).write(target.terms);
    if (countLinks(fetch.entity) > MOST_LINKS) log.lose('tooManyLinks', query.pathRange, String(MOST_LINKS));
    return log.result(() => writeFetchXml(fetch));
  } catch (error) {
    if (!DataverseError.is(error, 'invalid')) throw error;
    log.lose('other', query.pathRange);
    return log.result(() => '');
  }
}

class WebApiTranslator {
  readonly #log: TranslationLog;
  readonly #query: WebApiText;
  readonly #table: TableSchema;
  readonly #links: GatheredLinks;
  readonly #meant: MeantNames;
  #rawOrder = false;

  constructor(log: TranslationLog, schema: Schema, query: WebApiText, table: TableSchema) {
    this.#log = log;
    this.#query = query;
    this.#table = table;
    this.#links = new GatheredLinks(log, schema);
    this.#meant = new MeantNames(log, schema, this.#links);
    for (const { as, range } of query.options.apply?.aggregate ?? []) {
      if (!isIdentifier(as)) log.lose('name', range, as);
      if (!this.#links.take(as)) log.lose('apply', range, as);
    }
  }

  write(rows: readonly FetchTerm[]): Fetch {
    const { options } = this.#query;
    const { logicalName } = this.#table.table;
    const terms = [...rows];
    for (const filter of [options.filter, ...(options.apply?.filters ?? [])])
      if (filter !== undefined)
        terms.push(...conditionsOf(this.#log, this.#meant.of(this.#table), filter, this.#query.aliases));
    if (options.top === 0) this.#log.lose('option', this.#query.pathRange, '$top');
    // FetchXML has no total beside `top` (documentation: count rows).
    if (options.top !== undefined && options.count) this.#log.note('leftOut', '$count');
    const counted = options.count ? { returnTotalRecordCount: true } : {};
    const common = options.top === undefined ? counted : { top: options.top };
    const filter: { filter?: FetchFilter } = terms.length === 0 ? {} : { filter: { conditions: terms } };
    if (options.apply !== undefined) {
      const { attributes, orders, distinct } = this.#applied(options.apply, options);
      const links = this.#links.written();
      return {
        ...common,
        ...(distinct ? { distinct } : { aggregate: true }),
        ...(this.#rawOrder ? { rawOrder: true } : {}),
        entity: { name: logicalName, attributes, ...filter, links, orders },
      };
    }
    const columns = this.#columns(options, this.#table);
    for (const expand of options.expand) this.#expand(expand, this.#table, this.#links.own);
    const orders = options.orderby.flatMap(({ path, descending }) => this.#order(path, descending));
    const entity: FetchEntity = {
      name: logicalName,
      ...columns,
      ...filter,
      orders,
      links: this.#links.written(),
    };
    return { ...common, ...(this.#rawOrder ? { rawOrder: true } : {}), entity };
  }

  #columns(options: Options, table: TableSchema): Pick<FetchEntity, 'attributes' | 'allAttributes'> {
    const { select } = options;
    if (select === undefined || select.some(({ segments }) => segments[0] === '*'))
      return { allAttributes: true };
    const attributes = select.flatMap((path) => {
      const [name = '', ...more] = path.segments;
      const column = columnOfProperty(table, name);
      if (column === undefined || more.length > 0)
        this.#log.lose('columnUnknown', path.range, path.segments.join('/'));
      return column?.logicalName ?? [];
    });
    return { attributes: [...new Set(attributes)] };
  }

  #expand(expand: Expand, table: TableSchema, links: Link[]): void {
    const { name, suffix, range } = expand;
    if (table.relations.some(({ to, navigation }) => to !== 'one' && navigation === name)) {
      this.#log.lose('expandMany', range, name);
      return;
    }
    const odd =
      expand.filter !== undefined || expand.orderby.length > 0 || expand.top !== undefined || expand.count;
    if (odd || suffix !== undefined) {
      this.#log.lose('expandOptions', range, name);
      return;
    }
    const link = this.#links.follow(name, range, table, links);
    if (link === undefined) return;
    this.#log.note('linkedNames', name);
    const { attributes = [], allAttributes = false } = this.#columns(expand, link.table);
    link.attributes = attributes;
    link.allAttributes = allAttributes;
    for (const inner of expand.expand) this.#expand(inner, link.table, link.links);
  }

  #order(path: Path, descending: boolean): readonly FetchOrder[] {
    const found = this.#links.column(path.segments, path.range, this.#table);
    if (found === undefined) return [];
    const { column, entityName } = found;
    const family = familyOf(column);
    if (family === 'other' || family === 'choices')
      this.#log.lose('columnType', path.range, column.logicalName);
    // The Web API orders choices by their numbers, FetchXML by their labels unless it is told otherwise.
    if (family === 'choice' || family === 'boolean') this.#rawOrder = true;
    return [
      {
        attribute: column.logicalName,
        ...(descending ? { descending } : {}),
        ...(entityName === undefined ? {} : { entityName }),
      },
    ];
  }

  #applied(
    apply: Apply,
    options: Options,
  ): {
    readonly attributes: readonly FetchAttribute[];
    readonly orders: readonly FetchOrder[];
    readonly distinct: boolean;
  } {
    if (apply.other !== undefined) this.#log.lose('apply', apply.range, apply.other);
    if (apply.groupBy.length + apply.aggregate.length === 0) this.#log.lose('apply', apply.range, 'filter');
    if (options.select !== undefined || options.expand.length > 0 || options.count)
      this.#log.lose('apply', apply.range, '$select, $expand, $count');
    // Groups without figures are the different values.
    const plain = apply.groupBy.every(({ segments }) => segments.length === 1);
    if (apply.aggregate.length === 0 && plain) {
      const attributes = apply.groupBy.flatMap((path) => this.#ownColumn(path)?.logicalName ?? []);
      return { attributes, orders: this.#groupOrders(apply, options, false), distinct: true };
    }
    const groups = apply.groupBy.flatMap((path) => this.#group(path));
    const figures = apply.aggregate.flatMap((one) => this.#figure(one));
    return {
      attributes: [...groups, ...figures],
      orders: this.#groupOrders(apply, options, true),
      distinct: false,
    };
  }

  /** An order by what is grouped by; the service takes no other (documentation: aggregate data). */
  #groupOrders({ groupBy }: Apply, { orderby }: Options, aggregated: boolean): readonly FetchOrder[] {
    return orderby.flatMap(({ path, descending }): readonly FetchOrder[] => {
      const name = path.segments.join('/');
      if (path.segments.length !== 1 || !groupBy.some(({ segments }) => segments.join('/') === name)) {
        this.#log.lose('appliedOrder', path.range, name);
        return [];
      }
      const orders = this.#order(path, descending);
      return aggregated ? [{ alias: name, ...(descending ? { descending } : {}) }] : orders;
    });
  }

  /** A column to group by, of the table itself or of one that a lookup leads to. */
  #group(path: Path): readonly FetchAttribute[] {
    const [first = '', ...more] = path.segments;
    if (more.length === 0) {
      const column = this.#ownColumn(path);
      return column === undefined ? [] : [{ name: column.logicalName, alias: first, groupBy: true }];
    }
    // Rows without such a partner are a group of their own, as in OData (UNVERIFIED).
    const link =
      more.length === 1 ? this.#links.follow(first, path.range, this.#table, this.#links.own) : undefined;
    const column = link === undefined ? undefined : columnOfProperty(link.table, more[0] ?? '');
    const alias = `${link?.table.table.logicalName ?? ''}_${more[0] ?? ''}`;
    if (link === undefined || column === undefined || !this.#links.take(alias)) {
      this.#log.lose('linkAggregate', path.range, path.segments.join('/'));
      return [];
    }
    link.attributes = [...link.attributes, { name: column.logicalName, alias, groupBy: true }];
    return [];
  }

  #ownColumn(path: Path): QueryColumn | undefined {
    const column = columnOfProperty(this.#table, path.segments[0] ?? '');
    if (column === undefined || path.segments.length > 1) {
      const code = path.segments.length > 1 ? 'linkAggregate' : 'columnUnknown';
      this.#log.lose(code, path.range, path.segments.join('/'));
      return undefined;
    }
    return column;
  }

  #figure({ path, method, as, range }: Aggregation): readonly FetchAttribute[] {
    const { primaryIdColumn } = this.#table.table;
    if (path === undefined)
      return primaryIdColumn === undefined ? [] : [{ name: primaryIdColumn, alias: as, aggregate: 'count' }];
    const column = this.#ownColumn(path);
    if (column === undefined) return [];
    const base = { name: column.logicalName, alias: as };
    switch (method) {
      case 'sum':
      case 'min':
      case 'max':
        return [{ ...base, aggregate: method }];
      case 'average':
        return [{ ...base, aggregate: 'avg' }];
      case 'countdistinct':
        return [{ ...base, aggregate: 'countcolumn', distinct: true }];
      default:
        this.#log.lose('apply', range, method);
        return [];
    }
  }
}
