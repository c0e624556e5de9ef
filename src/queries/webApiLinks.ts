import type { FetchAttribute, FetchLink } from '../dataverse/fetchXml';
import type { Relation } from '../dataverse/relations';
import { columnOfProperty } from './columnNames';
import type { Hop, NamedColumn } from './expressionToFetchXml';
import type { Range } from './problem';
import type { QueryColumn, Schema, TableSchema } from './schema';
import type { TranslationLog } from './translation';

/** A linked table while it is gathered: several paths and an expand may lead over it. */
export interface Link {
  readonly table: TableSchema;
  readonly navigation: string;
  readonly from: string;
  readonly to: string;
  readonly alias: string;
  readonly links: Link[];
  attributes: readonly FetchAttribute[];
  allAttributes: boolean;
}

/** The tables that a Web API query leads to over lookups, each linked once however many paths lead there. */
export class GatheredLinks {
  readonly #log: TranslationLog;
  readonly #schema: Schema;
  /** Of links and of results, in small letters: FetchXML has them together. */
  readonly #aliases = new Set<string>();
  /** The links of the table itself. */
  readonly own: Link[] = [];

  constructor(log: TranslationLog, schema: Schema) {
    this.#log = log;
    this.#schema = schema;
  }

  /** The links as FetchXML writes them. */
  written(links: readonly Link[] = this.own): readonly FetchLink[] {
    return links.map(({ table, from, to, alias, attributes, allAttributes, links: inner }) => ({
      name: table.table.logicalName,
      from,
      to,
      type: 'outer',
      alias,
      attributes,
      ...(allAttributes ? { allAttributes } : {}),
      links: this.written(inner),
    }));
  }

  /** The column at the end of a path, with the alias of the link that has it; what has none is noted. */
  column(segments: readonly string[], range: Range, table: TableSchema): NamedColumn | undefined {
    let links = this.own;
    let at = table;
    let alias: string | undefined;
    for (const navigation of segments.slice(0, -1)) {
      const link = this.follow(navigation, range, at, links);
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
  follow(name: string, range: Range, table: TableSchema, links: Link[]): Link | undefined {
    const known = links.find(({ navigation }) => navigation === name);
    if (known !== undefined) return known;
    const found = this.lookedUp(name, range, table);
    if (found === undefined) return undefined;
    const link: Link = {
      table: found.table,
      navigation: name,
      from: found.relation.otherColumn,
      to: found.relation.column,
      alias: this.#alias(name),
      links: [],
      attributes: [],
      allAttributes: false,
    };
    links.push(link);
    return link;
  }

  /** The lookup of a single-valued navigation property, and the one table it leads to. */
  lookedUp(
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

  /** The way over lookups, without links of their own. */
  hops(
    navigations: readonly string[],
    range: Range,
    start: TableSchema,
  ): { readonly table: TableSchema; readonly hops: readonly Hop[] } | undefined {
    let table = start;
    const hops: Hop[] = [];
    for (const name of navigations) {
      const found = this.lookedUp(name, range, table);
      if (found === undefined) return undefined;
      hops.push({ name: found.relation.other, from: found.relation.otherColumn, to: found.relation.column });
      ({ table } = found);
    }
    return { table, hops };
  }

  /** Takes a name for a result, which is no other's then; false where it is taken. */
  take(alias: string): boolean {
    const known = this.#aliases.has(alias.toLowerCase());
    this.#aliases.add(alias.toLowerCase());
    return !known;
  }

  #alias(name: string): string {
    const base = name.slice(0, 100);
    let alias = base;
    for (let at = 2; !this.take(alias); at += 1) alias = `${base}${at}`;
    return alias;
  }
}

/** The lookup column of a navigation property that is its only one. */
export function lookupOf(table: TableSchema, name: string): QueryColumn | undefined {
  const leading = table.relations.filter(({ to, navigation }) => to === 'one' && navigation === name);
  const [only, ...others] = leading;
  if (only === undefined || others.length > 0) return undefined;
  const ways = table.relations.filter(({ to, column }) => to === 'one' && column === only.column);
  return ways.length === 1 ? table.columns.get(only.column) : undefined;
}
