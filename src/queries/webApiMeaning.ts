import type { FetchLink } from '../dataverse/fetchXml';
import type { Relation } from '../dataverse/relations';
import { columnOfFunction, columnOfProperty } from './columnNames';
import type { FetchTerm, Names } from './expressionToFetchXml';
import type { Range } from './problem';
import type { Schema, TableSchema } from './schema';
import type { TranslationLog } from './translation';
import { lookupOf, type GatheredLinks } from './webApiLinks';
import type { Lambda } from './webApiSyntax';

/** What the names of a Web API query's expressions mean in FetchXML: columns, links, and links inside of filters. */
export class MeantNames {
  readonly #log: TranslationLog;
  readonly #schema: Schema;
  readonly #links: GatheredLinks;

  constructor(log: TranslationLog, schema: Schema, links: GatheredLinks) {
    this.#log = log;
    this.#schema = schema;
    this.#links = links;
  }

  /** What the paths of an expression mean: columns of the table, or of tables that lookups lead to. */
  of(table: TableSchema): Names {
    return {
      column: ({ segments, range }) => this.#links.column(segments, range, table),
      named: (name, range) => {
        const column = columnOfFunction(table, name);
        if (column === undefined) this.#log.lose('columnUnknown', range, name);
        return column;
      },
      lookup: ([name = '', ...more]) => (more.length === 0 ? lookupOf(table, name) : undefined),
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
        const place = rest === undefined ? undefined : this.#links.hops(rest.slice(0, -1), range, table);
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
        first === variable && more.length === 0 ? lookupOf(table, name) : undefined,
      existence: (lambda, inner) => this.#existence(lambda, table, variable, inner),
    };
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
    const place = own ? this.#links.hops(path.slice(0, -1), lambda.range, start) : undefined;
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
            name: relation.other,
            from: relation.otherColumn,
            to: relation.column,
            type: 'any',
            ...filter,
          }
        : pairsLink(relation.intersect, relation, place.table, other, filter);
    return place.hops.reduceRight<FetchLink>(
      (found, hop) => ({ ...hop, type: 'any', filter: { conditions: [found] } }),
      link,
    );
  }
}

/** A link to the table of pairs, and from there to the partner if anything is asked of it. */
function pairsLink(
  intersect: string,
  { column, otherColumn, other }: Relation,
  table: TableSchema,
  partner: TableSchema,
  filter: Pick<FetchLink, 'filter'>,
): FetchLink {
  const to = partner.table.primaryIdColumn ?? otherColumn;
  const link: FetchLink = { name: other, from: to, to: otherColumn, type: 'inner', ...filter };
  return {
    name: intersect,
    from: column,
    to: table.table.primaryIdColumn ?? column,
    type: 'any',
    ...(filter.filter === undefined ? {} : { links: [link] }),
  };
}
