import { DataverseError } from '../dataverse/errors';
import {
  writeFetchXml,
  type Fetch,
  type FetchAttribute,
  type FetchEntity,
  type FetchFilter,
  type FetchLink,
  type FetchOrder,
} from '../dataverse/fetchXml';
import type { Relation } from '../dataverse/relations';
import { columnOfProperty, familyOf } from './columnNames';
import { conditionsOf, type FetchTerm, type Hop, type NamedColumn, type Names } from './expressionToFetchXml';
import type { Range } from './problem';
import type { QueryColumn, Schema, TableSchema } from './schema';
import { TranslationLog, type Translation } from './translation';
import type { Aggregation, Apply, Expand, Lambda, Options, Path } from './webApiSyntax';
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
    return log.result(() => writeFetchXml(fetch));
  } catch (error) {
    if (!DataverseError.is(error, 'invalid')) throw error;
    log.lose('value', query.pathRange, error.message);
    return log.result(() => '');
  }
}

/** A linked table while it is gathered: several paths and an expand may lead over it. */
interface Link {
  readonly table: TableSchema;
  readonly navigation: string;
  readonly from: string;
  readonly to: string;
  readonly alias: string;
  readonly links: Link[];
  attributes: readonly FetchAttribute[];
  allAttributes: boolean;
}

class WebApiTranslator {
  readonly #log: TranslationLog;
  readonly #schema: Schema;
  readonly #query: WebApiText;
  readonly #table: TableSchema;
  readonly #links: Link[] = [];
  readonly #aliases = new Set<string>();
  #rawOrder = false;

  constructor(log: TranslationLog, schema: Schema, query: WebApiText, table: TableSchema) {
    this.#log = log;
    this.#schema = schema;
    this.#query = query;
    this.#table = table;
  }

  write(rows: readonly FetchTerm[]): Fetch {
    const { options } = this.#query;
    const { logicalName } = this.#table.table;
    const terms = [...rows];
    for (const filter of [options.filter, ...(options.apply?.filters ?? [])])
      if (filter !== undefined)
        terms.push(...conditionsOf(this.#log, this.#names(this.#table), filter, this.#query.aliases));
    const common = {
      ...(options.top === undefined ? {} : { top: options.top }),
      ...(options.count ? { returnTotalRecordCount: true } : {}),
    };
    const filter: { filter?: FetchFilter } = terms.length === 0 ? {} : { filter: { conditions: terms } };
    if (options.apply !== undefined) {
      const { attributes, orders, distinct } = this.#applied(options.apply, options);
      const links = this.#written();
      return {
        ...{ ...common, ...(distinct ? { distinct } : { aggregate: true }) },
        ...(this.#rawOrder ? { rawOrder: true } : {}),
        entity: { name: logicalName, attributes, ...filter, links, orders },
      };
    }
    const columns = this.#columns(options, this.#table);
    for (const expand of options.expand) this.#expand(expand, this.#table, this.#links);
    const orders = options.orderby.flatMap(({ path, descending }) => this.#order(path, descending));
    const entity: FetchEntity = { name: logicalName, ...columns, ...filter, orders, links: this.#written() };
    return { ...common, ...(this.#rawOrder ? { rawOrder: true } : {}), entity };
  }

  #written(links: readonly Link[] = this.#links): readonly FetchLink[] {
    return links.map(({ table, from, to, alias, attributes, allAttributes, links: inner }) => ({
      ...{ name: table.table.logicalName, from, to, type: 'outer', alias, attributes },
      ...(allAttributes ? { allAttributes } : {}),
      links: this.#written(inner),
    }));
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

  /** What the paths of an expression mean: columns of the table, or of tables that lookups lead to. */
  #names(table: TableSchema): Names {
    return {
      column: ({ segments, range }) => this.#column(segments, range, table),
      // The logical name is documented; the name of a lookup's property is taken, too (UNVERIFIED).
      named: (name, range) => {
        const column = table.columns.get(name) ?? columnOfProperty(table, name);
        if (column === undefined) this.#log.lose('columnUnknown', range, name);
        return column;
      },
      lookup: ([name = '', ...more]) => (more.length === 0 ? this.#lookup(table, name) : undefined),
      existence: (lambda, inner) => this.#existence(lambda, table, undefined, inner),
    };
  }

  /** The same inside of a lambda, where every path begins with its variable. */
  #innerNames(table: TableSchema, variable: string | undefined): Names {
    const inside = (segments: readonly string[], range: Range): readonly string[] | undefined => {
      const [first, ...rest] = segments;
      if (first === variable && rest.length > 0) return rest;
      this.#log.lose('lambda', range, segments.join('/'));
      return undefined;
    };
    return {
      column: ({ segments, range }) => {
        const rest = inside(segments, range);
        const place = rest === undefined ? undefined : this.#hops(rest.slice(0, -1), range, table);
        if (rest === undefined || place === undefined) return undefined;
        const column = columnOfProperty(place.table, rest.at(-1) ?? '');
        if (column === undefined) this.#log.lose('columnUnknown', range, segments.join('/'));
        return column === undefined ? undefined : { column, hops: place.hops };
      },
      named: (name, range) => {
        this.#log.lose('linkedFunction', range, name);
        return undefined;
      },
      lookup: ([first, name = '', ...more]) =>
        first === variable && more.length === 0 ? this.#lookup(table, name) : undefined,
      existence: (lambda, inner) => this.#existence(lambda, table, variable, inner),
    };
  }

  /** The way over lookups, without links of their own. */
  #hops(
    navigations: readonly string[],
    range: Range,
    start: TableSchema,
  ): { readonly table: TableSchema; readonly hops: readonly Hop[] } | undefined {
    let table = start;
    const hops: Hop[] = [];
    for (const name of navigations) {
      const found = this.#lookedUp(name, range, table);
      if (found === undefined) return undefined;
      hops.push({ name: found.relation.other, from: found.relation.otherColumn, to: found.relation.column });
      ({ table } = found);
    }
    return { table, hops };
  }

  /** `contacts/any(o:…)` as a link inside of the filter that asks whether there is such a row. */
  #existence(
    lambda: Lambda,
    start: TableSchema,
    outer: string | undefined,
    inner: (names: Names) => readonly FetchTerm[],
  ): FetchLink | undefined {
    const path = outer === undefined ? lambda.path : lambda.path.slice(1);
    const own = outer === undefined || lambda.path[0] === outer;
    const place = own ? this.#hops(path.slice(0, -1), lambda.range, start) : undefined;
    const name = path.at(-1);
    const [relation, ...others] = (place?.table.relations ?? []).filter(
      ({ to, navigation }) => to !== 'one' && navigation === name,
    );
    const other =
      relation === undefined || others.length > 0 ? undefined : this.#schema.table(relation.other);
    if (place === undefined || relation === undefined || other === undefined) {
      this.#log.lose('lambda', lambda.range, lambda.path.join('/'));
      return undefined;
    }
    const conditions = inner(this.#innerNames(other, lambda.variable));
    const filter = conditions.length === 0 ? {} : { filter: { conditions } };
    const link: FetchLink =
      relation.intersect === undefined
        ? {
            ...{ name: relation.other, from: relation.otherColumn, to: relation.column, type: 'any' },
            ...filter,
          }
        : this.#pairs(relation.intersect, relation, place.table, other, filter);
    return place.hops.reduceRight<FetchLink>(
      (found, hop) => ({ ...hop, type: 'any', filter: { conditions: [found] } }),
      link,
    );
  }

  /** The lookup column of a navigation property that is its only one. */
  #lookup(table: TableSchema, name: string): QueryColumn | undefined {
    const leading = table.relations.filter(({ to, navigation }) => to === 'one' && navigation === name);
    const [only, ...others] = leading;
    if (only === undefined || others.length > 0) return undefined;
    const ways = table.relations.filter(({ to, column }) => to === 'one' && column === only.column);
    return ways.length === 1 ? table.columns.get(only.column) : undefined;
  }

  /** A link to the table of pairs, and from there to the partner if anything is asked of it. */
  #pairs(
    intersect: string,
    { column, otherColumn, other }: Relation,
    table: TableSchema,
    partner: TableSchema,
    filter: Pick<FetchLink, 'filter'>,
  ): FetchLink {
    const to = partner.table.primaryIdColumn ?? otherColumn;
    const link: FetchLink = { name: other, from: to, to: otherColumn, type: 'inner', ...filter };
    return {
      ...{ name: intersect, from: column, to: table.table.primaryIdColumn ?? column, type: 'any' },
      ...(filter.filter === undefined ? {} : { links: [link] }),
    };
  }

  #column(segments: readonly string[], range: Range, table: TableSchema): NamedColumn | undefined {
    let links = this.#links;
    let at = table;
    let alias: string | undefined;
    for (const navigation of segments.slice(0, -1)) {
      const link = this.#follow(navigation, range, at, links);
      if (link === undefined) return undefined;
      ({ links, table: at, alias } = link);
    }
    const name = segments.at(-1) ?? '';
    const column = columnOfProperty(at, name);
    if (column !== undefined) return { column, entityName: alias };
    this.#log.lose('columnUnknown', range, segments.join('/'));
    return undefined;
  }

  /** The lookup of a single-valued navigation property, and the one table it leads to. */
  #lookedUp(
    name: string,
    range: Range,
    table: TableSchema,
  ): { readonly relation: Relation; readonly table: TableSchema } | undefined {
    const [relation, ...others] = table.relations.filter(
      ({ to, navigation }) => to === 'one' && navigation === name,
    );
    const other =
      relation === undefined || others.length > 0 ? undefined : this.#schema.table(relation.other);
    if (relation !== undefined && other !== undefined) return { relation, table: other };
    this.#log.lose('noRelation', range, name);
    return undefined;
  }

  /** The link for a single-valued navigation property; the same one for every way over it. */
  #follow(name: string, range: Range, table: TableSchema, links: Link[]): Link | undefined {
    const known = links.find(({ navigation }) => navigation === name);
    if (known !== undefined) return known;
    const found = this.#lookedUp(name, range, table);
    if (found === undefined) return undefined;
    const link: Link = {
      ...{
        table: found.table,
        navigation: name,
        from: found.relation.otherColumn,
        to: found.relation.column,
      },
      ...{ alias: this.#alias(name), links: [], attributes: [], allAttributes: false },
    };
    links.push(link);
    return link;
  }

  #alias(name: string): string {
    const base = name.slice(0, 100);
    let alias = base;
    for (let at = 2; this.#aliases.has(alias.toLowerCase()); at += 1) alias = `${base}${at}`;
    this.#aliases.add(alias.toLowerCase());
    return alias;
  }

  #expand(expand: Expand, table: TableSchema, links: Link[]): void {
    const { name, suffix, range } = expand;
    if (table.relations.some(({ to, navigation }) => to === 'many' && navigation === name)) {
      this.#log.lose('expandMany', range, name);
      return;
    }
    const odd =
      expand.filter !== undefined || expand.orderby.length > 0 || expand.top !== undefined || expand.count;
    if (odd || suffix !== undefined) {
      this.#log.lose('expandOptions', range, name);
      return;
    }
    const link = this.#follow(name, range, table, links);
    if (link === undefined) return;
    this.#log.note('linkedNames', name);
    const { attributes = [], allAttributes = false } = this.#columns(expand, link.table);
    link.attributes = attributes;
    link.allAttributes = allAttributes;
    for (const inner of expand.expand) this.#expand(inner, link.table, link.links);
  }

  #order(path: Path, descending: boolean): readonly FetchOrder[] {
    const found = this.#column(path.segments, path.range, this.#table);
    if (found === undefined) return [];
    const { column, entityName } = found;
    const family = familyOf(column);
    if (family === 'other' || family === 'choices')
      this.#log.lose('columnType', path.range, column.logicalName);
    // The Web API orders choices by their numbers, FetchXML by their labels unless it is told otherwise.
    if (family === 'choice' || family === 'boolean') this.#rawOrder = true;
    return [
      {
        ...{ attribute: column.logicalName, ...(descending ? { descending } : {}) },
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
    const link = more.length === 1 ? this.#follow(first, path.range, this.#table, this.#links) : undefined;
    const column = link === undefined ? undefined : columnOfProperty(link.table, more[0] ?? '');
    if (link === undefined || column === undefined) {
      this.#log.lose('linkAggregate', path.range, path.segments.join('/'));
      return [];
    }
    const alias = `${link.table.table.logicalName}_${more[0] ?? ''}`;
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
