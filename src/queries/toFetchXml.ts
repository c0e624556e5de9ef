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
import type { Column } from '../dataverse/metadata';
import { isGuid } from '../base/guid';
import { columnOfProperty, familyOf } from './columnNames';
import { conditionsOf, type FetchTerm, type Names } from './expressionToFetchXml';
import type { Schema, TableSchema } from './schema';
import { TranslationLog, type Translation } from './translation';
import type { Aggregation, Apply, Expand, Expression, Lambda, Options, Path } from './webApiSyntax';
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
  const [, set = '', key] = /^([A-Za-z_]\w*)(?:\(([^()]*)\))?$/.exec(query.path) ?? [];
  if (set === '' || (key !== undefined && !isGuid(key))) {
    log.lose('path', query.pathRange, query.path);
    return log.result(() => '');
  }
  const name = schema.tableOfSet(set);
  const table = name === undefined ? undefined : schema.table(name);
  if (table === undefined) {
    log.lose('tableUnknown', query.pathRange, set);
    return log.result(() => '');
  }
  try {
    const fetch = new WebApiTranslator(log, schema, query, table).write(key);
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
  readonly #exists: FetchLink[] = [];
  readonly #aliases = new Set<string>();
  #rawOrder = false;

  constructor(log: TranslationLog, schema: Schema, query: WebApiText, table: TableSchema) {
    this.#log = log;
    this.#schema = schema;
    this.#query = query;
    this.#table = table;
  }

  write(key: string | undefined): Fetch {
    const { options } = this.#query;
    const { primaryIdColumn, logicalName } = this.#table.table;
    const terms: FetchTerm[] =
      key === undefined || primaryIdColumn === undefined
        ? []
        : [{ attribute: primaryIdColumn, operator: 'eq', value: key }];
    if (options.filter !== undefined) terms.push(...this.#filter(options.filter));
    for (const filter of options.apply?.filters ?? []) terms.push(...this.#filter(filter));
    const common = {
      ...(options.top === undefined ? {} : { top: options.top }),
      ...(options.count ? { returnTotalRecordCount: true } : {}),
    };
    const filter: { filter?: FetchFilter } = terms.length === 0 ? {} : { filter: { conditions: terms } };
    if (options.apply !== undefined) {
      const { attributes, orders } = this.#applied(options.apply, options);
      const links = [...this.#written(), ...this.#exists];
      return {
        ...common,
        aggregate: true,
        entity: { name: logicalName, attributes, ...filter, links, orders },
      };
    }
    const columns = this.#columns(options, this.#table);
    for (const expand of options.expand) this.#expand(expand, this.#table, this.#links);
    const orders = options.orderby.flatMap(({ path, descending }) => this.#order(path, descending));
    const entity: FetchEntity = {
      ...{ name: logicalName, ...columns, ...filter, orders },
      links: [...this.#written(), ...this.#exists],
    };
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

  /** The conditions of a filter that all have to hold; existence of linked rows becomes links. */
  #filter(expression: Expression): readonly FetchTerm[] {
    const terms = expression.kind === 'and' ? expression.terms : [expression];
    return terms.flatMap((term) => {
      if (term.kind === 'and') return this.#filter(term);
      if (term.kind === 'lambda') {
        this.#lambda(term);
        return [];
      }
      return conditionsOf(this.#log, this.#names(this.#table), term, this.#query.aliases);
    });
  }

  /** What the paths of an expression mean: columns of the table, or of tables that lookups lead to. */
  #names(table: TableSchema, variable?: string): Names {
    return {
      column: ({ segments, range }) => {
        const inside = variable === undefined ? segments : segments.slice(1);
        if (variable !== undefined && (segments[0] !== variable || inside.length !== 1)) {
          this.#log.lose('lambda', range, segments.join('/'));
          return undefined;
        }
        return this.#column(inside, range, table);
      },
      // The logical name is documented; the name of a lookup's property is taken, too.
      named: (name) =>
        variable === undefined ? (table.columns.get(name) ?? columnOfProperty(table, name)) : undefined,
      lookup: (name) => this.#lookup(table, name),
    };
  }

  /** The lookup column of a navigation property that is its only one. */
  #lookup(table: TableSchema, name: string): Column | undefined {
    const leading = table.relations.filter(({ to, navigation }) => to === 'one' && navigation === name);
    const [only, ...others] = leading;
    if (only === undefined || others.length > 0) return undefined;
    const ways = table.relations.filter(({ to, column }) => to === 'one' && column === only.column);
    return ways.length === 1 ? table.columns.get(only.column) : undefined;
  }

  #column(
    segments: readonly string[],
    range: Path['range'],
    table: TableSchema,
  ): { readonly column: Column; readonly entityName: string | undefined } | undefined {
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

  /** The link for a single-valued navigation property; the same one for every way over it. */
  #follow(name: string, range: Path['range'], table: TableSchema, links: Link[]): Link | undefined {
    const known = links.find(({ navigation }) => navigation === name);
    if (known !== undefined) return known;
    const [relation, ...others] = table.relations.filter(
      ({ to, navigation }) => to === 'one' && navigation === name,
    );
    const other =
      relation === undefined || others.length > 0 ? undefined : this.#schema.table(relation.other);
    if (relation === undefined || other === undefined) {
      this.#log.lose('noRelation', range, name);
      return undefined;
    }
    const link: Link = {
      ...{ table: other, navigation: name, from: relation.otherColumn, to: relation.column },
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

  /** `contacts/any(o:…)` as a link that asks whether there is such a row. */
  #lambda(lambda: Lambda): void {
    const [name = '', ...more] = lambda.path;
    const relation = this.#table.relations.find(({ to, navigation }) => to === 'many' && navigation === name);
    const other = relation === undefined ? undefined : this.#schema.table(relation.other);
    if (lambda.quantifier === 'all' || more.length > 0 || relation === undefined || other === undefined) {
      this.#log.lose('lambda', lambda.range, lambda.path.join('/'));
      return;
    }
    const conditions =
      lambda.body === undefined
        ? []
        : conditionsOf(this.#log, this.#names(other, lambda.variable), lambda.body, this.#query.aliases);
    this.#exists.push({
      ...{ name: relation.other, from: relation.otherColumn, to: relation.column, type: 'exists' },
      ...{ alias: this.#alias(name) },
      ...(conditions.length === 0 ? {} : { filter: { conditions } }),
    });
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
  ): { readonly attributes: readonly FetchAttribute[]; readonly orders: readonly FetchOrder[] } {
    if (apply.other !== undefined) this.#log.lose('apply', apply.range, apply.other);
    if (apply.groupBy.length + apply.aggregate.length === 0) this.#log.lose('apply', apply.range, 'filter');
    if (options.select !== undefined || options.expand.length > 0 || options.count)
      this.#log.lose('apply', apply.range, '$select, $expand, $count');
    const groups = apply.groupBy.flatMap((path): readonly FetchAttribute[] => {
      const column = this.#ownColumn(path);
      return column === undefined
        ? []
        : [{ name: column.logicalName, alias: path.segments.join('_'), groupBy: true }];
    });
    const figures = apply.aggregate.flatMap((one) => this.#figure(one));
    const orders = options.orderby.map(({ path, descending }) => ({
      ...{ alias: path.segments.join('_'), ...(descending ? { descending } : {}) },
    }));
    return { attributes: [...groups, ...figures], orders };
  }

  #ownColumn(path: Path): Column | undefined {
    const column = columnOfProperty(this.#table, path.segments[0] ?? '');
    if (column !== undefined && path.segments.length === 1) return column;
    this.#log.lose(
      path.segments.length > 1 ? 'linkAggregate' : 'columnUnknown',
      path.range,
      path.segments.join('/'),
    );
    return undefined;
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
