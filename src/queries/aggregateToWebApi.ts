import * as odata from '../dataverse/odata';
import { isIdentifier } from '../dataverse/odataLiteral';
import { familyOf, isDated } from './columnNames';
import { columnAt, pathOf, type Place } from './conditionToWebApi';
import { isSet, sourcesOf } from './fetchText';
import type { QueryColumn } from './schema';
import type { TranslationLog } from './translation';
import { childrenOf, placeOf, valueOf, type XmlNode } from './xmlScan';

/** A grouping or aggregation of the Web API, with the order of its results. */
export interface AppliedQuery {
  readonly apply: odata.Transformation;
  readonly orderby: readonly odata.Order[];
  /** What the rows must be like for the figures to be the same. */
  readonly condition?: odata.Expression | undefined;
}

const METHODS: Readonly<Record<string, 'sum' | 'average' | 'min' | 'max'>> = {
  sum: 'sum',
  avg: 'average',
  min: 'min',
  max: 'max',
};

/** The attributes of an aggregate query as `$apply` (FACTS 13.4, 13.5); what has no counterpart is noted. */
export function aggregateToWebApi(
  log: TranslationLog,
  fetch: XmlNode,
  places: ReadonlyMap<XmlNode, Place>,
): AppliedQuery | undefined {
  return new AggregateWriter(log, fetch, places).write();
}

class AggregateWriter {
  readonly #log: TranslationLog;
  readonly #fetch: XmlNode;
  readonly #places: ReadonlyMap<XmlNode, Place>;
  readonly #groups: string[] = [];
  readonly #figures: odata.Aggregate[] = [];
  /** What a result that can be ordered by is called in the Web API, by its alias. */
  readonly #names = new Map<string, string>();
  #condition: odata.Expression | undefined;

  constructor(log: TranslationLog, fetch: XmlNode, places: ReadonlyMap<XmlNode, Place>) {
    this.#log = log;
    this.#fetch = fetch;
    this.#places = places;
  }

  write(): AppliedQuery | undefined {
    const sources = sourcesOf(this.#fetch);
    const attributes = sources.flatMap((source) => childrenOf(source, 'attribute'));
    for (const source of sources) {
      const place = this.#places.get(source);
      for (const node of childrenOf(source, 'attribute')) {
        if (place !== undefined) this.#attribute(node, place, attributes.length === 1);
        else this.#log.lose('linkAggregate', node.nameRange, valueOf(node, 'name'));
      }
    }
    const orderby = sources.flatMap((source) =>
      childrenOf(source, 'order').flatMap((node) => this.#order(node)),
    );
    const [entity] = sources;
    if (entity !== undefined && attributes.length === 0) this.#log.lose('apply', entity.nameRange);
    if (this.#log.failed) return undefined;
    const [groups, figures] = [this.#groups, this.#figures];
    const apply = groups.length === 0 ? odata.aggregate(figures) : odata.groupBy(groups, figures);
    return { apply, orderby, condition: this.#condition };
  }

  #attribute(node: XmlNode, place: Place, only: boolean): void {
    const alias = valueOf(node, 'alias') ?? '';
    const range = placeOf(node, 'name');
    const column = columnAt(this.#log, place, valueOf(node, 'name') ?? '', range);
    if (column === undefined) return;
    const family = familyOf(column);
    if (family === 'other' || family === 'choices') this.#log.lose('columnType', range, column.logicalName);
    if (isSet(node, 'groupby')) {
      this.#group(node, place, column, alias);
      return;
    }
    if (place.prefix !== '') {
      this.#log.lose('linkAggregate', range, column.logicalName);
      return;
    }
    const figure = this.#figure(node, place, column, only);
    if (figure !== undefined) this.#figures.push(figure);
  }

  #group(node: XmlNode, place: Place, column: QueryColumn, alias: string): void {
    const family = familyOf(column);
    const range = placeOf(node, 'name');
    const part = valueOf(node, 'dategrouping');
    // The documentation says that $apply cannot group by dates, nor by parts of them in the zone of the user.
    if (part !== undefined) this.#log.lose('dateGrouping', placeOf(node, 'dategrouping'), part);
    else if (isDated(family)) this.#log.lose('dateGrouping', range, column.logicalName);
    // One step over a lookup is documented.
    if (place.prefix.split('/').length > 2) this.#log.lose('linkAggregate', range, column.logicalName);
    const path = pathOf(place, column);
    if (alias !== path) this.#log.note('renamed', alias);
    this.#groups.push(path);
    if (place.prefix !== '') return;
    // The Web API orders choices by their numbers.
    const labelled = (family === 'choice' || family === 'boolean') && !isSet(this.#fetch, 'useraworderby');
    const ordered = sourcesOf(this.#fetch).flatMap((source) => childrenOf(source, 'order'));
    if (labelled && ordered.some((order) => valueOf(order, 'alias') === alias))
      this.#log.lose('labelOrder', range, column.logicalName);
    this.#names.set(alias, path);
  }

  /** The documentation says that $apply cannot order by what it works out. */
  #order(node: XmlNode): readonly odata.Order[] {
    const alias = valueOf(node, 'alias') ?? valueOf(node, 'attribute') ?? '';
    const name = this.#names.get(alias);
    if (name === undefined) this.#log.lose('appliedOrder', node.nameRange, alias);
    return name === undefined ? [] : [{ by: name, descending: isSet(node, 'descending') }];
  }

  #figure(node: XmlNode, place: Place, column: QueryColumn, only: boolean): odata.Aggregate | undefined {
    const as = valueOf(node, 'alias') ?? '';
    if (!isIdentifier(as)) this.#log.lose('name', placeOf(node, 'alias'), as);
    const kind = valueOf(node, 'aggregate') ?? '';
    const path = pathOf(place, column);
    if (kind === 'count') return { as, count: true };
    const method = Object.hasOwn(METHODS, kind) ? METHODS[kind] : undefined;
    if (method !== undefined && !isSet(node, 'distinct')) return { as, column: path, method };
    // Versions of the documentation contradict one another about countdistinct (UNVERIFIED).
    if (kind === 'countcolumn' && isSet(node, 'distinct'))
      return { as, column: path, method: 'countdistinct' };
    if (kind === 'countcolumn' && column.isPrimaryId) return { as, count: true };
    if (kind === 'countcolumn' && only) {
      this.#condition = odata.ne(path, null);
      return { as, count: true };
    }
    // `$count` counts rows without a value, too, and a condition would hold for the other figures as well.
    this.#log.lose('countColumn', placeOf(node, 'aggregate'), kind);
    return undefined;
  }
}
