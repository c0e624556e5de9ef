import { DataverseError } from '../dataverse/errors';
import * as odata from '../dataverse/odata';
import { aggregateToWebApi } from './aggregateToWebApi';
import { familyOf, propertyName } from './columnNames';
import { columnAt, conditionOf, pathOf, type Condition, type Place } from './conditionToWebApi';
import { sourceAround, sourceMeant, tableOf } from './fetchNames';
import { isSet, type FetchText } from './fetchText';
import type { Schema, TableSchema } from './schema';
import { TranslationLog, type Translation } from './translation';
import { childrenOf, placeOf, valueOf, type XmlNode } from './xmlScan';

/** Columns of these types are the same in both languages, though they cannot be compared. */
const SHOWN: ReadonlySet<string> = new Set(['ManagedProperty']);
/** Attributes of `fetch` that leave the rows as they are. */
const WITHOUT_EFFECT = [
  ...['version', 'mapping', 'output-format', 'no-lock', 'latematerialize', 'options', 'utc-offset'],
  'min-active-row-version',
];

/**
 * A FetchXML query as the path of a Web API request that brings the same rows, or what keeps it from being one
 * (FACTS 13.4, 13.5). Linked tables become expanded rows, and names of columns may differ; both are noted.
 */
export function toWebApi(query: FetchText, schema: Schema): Translation {
  const log = new TranslationLog();
  const { fetch, entity } = query;
  const [problem] = query.problems;
  if (fetch === undefined || entity === undefined || problem !== undefined) {
    log.lose('malformed', problem?.range ?? { start: 0, end: query.text.length });
    return log.result(() => '');
  }
  const table = tableOf(schema, entity);
  if (table === undefined) {
    log.lose('tableUnknown', placeOf(entity, 'name'), valueOf(entity, 'name'));
    return log.result(() => '');
  }
  try {
    const path = new FetchTranslator(log, schema, fetch).write(entity, table);
    return log.result(() => path);
  } catch (error) {
    if (!DataverseError.is(error, 'invalid')) throw error;
    log.lose('value', entity.nameRange, error.message);
    return log.result(() => '');
  }
}

class FetchTranslator {
  readonly #log: TranslationLog;
  readonly #schema: Schema;
  readonly #fetch: XmlNode;
  /** Where the columns of a link are, for the conditions outside of it that name it. */
  readonly #places = new Map<XmlNode, Place>();
  #variables = 0;

  constructor(log: TranslationLog, schema: Schema, fetch: XmlNode) {
    this.#log = log;
    this.#schema = schema;
    this.#fetch = fetch;
  }

  write(entity: XmlNode, table: TableSchema): string {
    const set = table.table.entitySetName;
    if (set === undefined) {
      this.#log.lose('noEntitySet', placeOf(entity, 'name'), table.table.logicalName);
      return '';
    }
    this.#head();
    const place: Place = { table, prefix: '' };
    this.#places.set(entity, place);
    const links = childrenOf(entity, 'link-entity').map((link) => this.#link(link, place));
    const filter = odata.allOf([this.#filters(entity), ...links.flatMap(({ conditions }) => conditions)]);
    const top = valueOf(this.#fetch, 'top');
    const common = { filter, ...(top === undefined ? {} : { top: Number(top) }) };
    if (isSet(this.#fetch, 'aggregate')) {
      const apply = aggregateToWebApi(this.#log, this.#fetch, entity, place);
      if (apply === undefined) return '';
      const steps = filter === undefined ? [apply.apply] : [odata.filterRows(filter), apply.apply];
      const { top: most } = common;
      return odata.query(odata.set(set), {
        ...{ apply: odata.inOrder(steps), orderby: apply.orderby },
        ...(most === undefined ? {} : { top: most }),
      });
    }
    return odata.query(odata.set(set), {
      ...common,
      ...this.#columns(entity, place),
      expand: links.flatMap(({ expand }) => expand ?? []),
      orderby: [...this.#orders(entity), ...links.flatMap(({ orderby }) => orderby)],
      ...(isSet(this.#fetch, 'returntotalrecordcount') ? { count: true } : {}),
    });
  }

  #head(): void {
    const fetch = this.#fetch;
    const has = (name: string): boolean => valueOf(fetch, name) !== undefined;
    if (has('paging-cookie') || Number(valueOf(fetch, 'page') ?? '1') > 1)
      this.#log.lose('pageNumber', placeOf(fetch, has('paging-cookie') ? 'paging-cookie' : 'page'));
    if (has('count')) this.#log.note('pageSize', valueOf(fetch, 'count'));
    if (isSet(fetch, 'distinct')) this.#log.lose('distinct', placeOf(fetch, 'distinct'));
    if (has('aggregatelimit')) this.#log.lose('aggregateLimit', placeOf(fetch, 'aggregatelimit'));
    if ((valueOf(fetch, 'datasource') ?? '') !== '')
      this.#log.lose('dataSource', placeOf(fetch, 'datasource'));
    for (const name of WITHOUT_EFFECT) if (has(name)) this.#log.note('leftOut', name);
  }

  /** The selected columns; all of them where nothing is selected. */
  #columns(source: XmlNode, place: Place): { readonly select?: readonly string[] } {
    if (childrenOf(source, 'all-attributes').length > 0) return {};
    const names = childrenOf(source, 'attribute').flatMap((node) => {
      const range = placeOf(node, 'name');
      const column = columnAt(this.#log, place, valueOf(node, 'name') ?? '', range);
      if (column === undefined) return [];
      if (familyOf(column) === 'other' && !SHOWN.has(column.type))
        this.#log.lose('columnType', range, column.logicalName);
      if (valueOf(node, 'rowaggregate') !== undefined)
        this.#log.lose('rowAggregate', placeOf(node, 'rowaggregate'));
      const alias = valueOf(node, 'alias');
      if (alias !== undefined) this.#log.note('renamed', alias);
      return [propertyName(column)];
    });
    const { primaryIdColumn } = place.table.table;
    // Without columns there is the key alone (UNVERIFIED).
    if (names.length === 0 && primaryIdColumn !== undefined) return { select: [primaryIdColumn] };
    return { select: [...new Set(names)] };
  }

  #orders(source: XmlNode): readonly odata.Order[] {
    return childrenOf(source, 'order').flatMap((node) => {
      const range = placeOf(node, 'attribute');
      const place = this.#placeMeant(node);
      const name = valueOf(node, 'attribute');
      if (place === undefined || name === undefined) {
        this.#log.lose('alias', node.nameRange, valueOf(node, 'alias') ?? valueOf(node, 'entityname'));
        return [];
      }
      const column = columnAt(this.#log, place, name, range);
      if (column === undefined) return [];
      const family = familyOf(column);
      if (family === 'other' || family === 'choices') this.#log.lose('columnType', range, name);
      // The Web API orders choices by their numbers, FetchXML by their labels unless it is told otherwise.
      if ((family === 'choice' || family === 'boolean') && !isSet(this.#fetch, 'useraworderby'))
        this.#log.lose('labelOrder', range, name);
      return [{ by: pathOf(place, column), descending: isSet(node, 'descending') }];
    });
  }

  /** The place of the table that a condition or an order is about. */
  #placeMeant(node: XmlNode): Place | undefined {
    const source = sourceMeant(this.#fetch, node);
    return source === undefined ? undefined : this.#places.get(source);
  }

  /** All filters of an entity or a link. */
  #filters(source: XmlNode): Condition {
    return odata.allOf(childrenOf(source, 'filter').map((filter) => this.#filter(filter)));
  }

  #filter(node: XmlNode): Condition {
    const terms = node.children.map((child) => {
      if (child.name === 'filter') return this.#filter(child);
      if (child.name === 'condition') return this.#condition(child);
      this.#log.lose('linkInFilter', child.nameRange, valueOf(child, 'name'));
      return undefined;
    });
    if ((valueOf(node, 'type') ?? 'and').toLowerCase() === 'and') return odata.allOf(terms);
    // One alternative that every row fits makes the others moot, and an empty filter lets all through.
    return terms.length === 0 || terms.includes(undefined) ? undefined : odata.anyOf(terms);
  }

  #condition(node: XmlNode): Condition {
    const place = this.#placeMeant(node);
    const named = (valueOf(node, 'entityname') ?? '') !== '';
    if (place === undefined || (named && sourceAround(node)?.name === 'link-entity')) {
      this.#log.lose('linkInFilter', placeOf(node, 'entityname'), valueOf(node, 'entityname'));
      return undefined;
    }
    for (const name of ['aggregate', 'rowaggregate', 'column'])
      if (valueOf(node, name) !== undefined) this.#log.lose('rowAggregate', placeOf(node, name));
    return conditionOf(this.#log, place, node);
  }

  #link(node: XmlNode, parent: Place): Link {
    const table = tableOf(this.#schema, node);
    if (table === undefined) {
      this.#log.lose('tableUnknown', placeOf(node, 'name'), valueOf(node, 'name'));
      return NO_LINK;
    }
    const { relations } = parent.table;
    const fitting = relations.filter(
      (relation) =>
        relation.navigation !== undefined &&
        relation.other === table.table.logicalName &&
        relation.column === valueOf(node, 'to') &&
        relation.otherColumn === valueOf(node, 'from') &&
        // `ownerid` leads to users and to teams by one name.
        relations.filter(({ navigation, to }) => to === relation.to && navigation === relation.navigation)
          .length === 1,
    );
    const [relation] = fitting;
    if (relation?.navigation === undefined) {
      this.#log.lose('noRelation', placeOf(node, 'name'), table.table.logicalName);
      return NO_LINK;
    }
    const navigation = relation.navigation;
    return relation.to === 'one'
      ? this.#single(node, { table, prefix: `${parent.prefix}${navigation}/` }, navigation)
      : this.#collection(node, table, `${parent.prefix}${navigation}`);
  }

  /** A link along a lookup: the rows stay as many as they are. */
  #single(node: XmlNode, place: Place, navigation: string): Link {
    const type = (valueOf(node, 'link-type') ?? 'inner').toLowerCase();
    if (!['inner', 'outer', 'exists', 'in'].includes(type)) {
      this.#log.lose('linkType', placeOf(node, 'link-type'), type);
      return NO_LINK;
    }
    if (type === 'inner' || type === 'outer') this.#places.set(node, place);
    const own = this.#ownFilters(node, place);
    const links = childrenOf(node, 'link-entity').map((link) => this.#link(link, place));
    const inner = links.flatMap(({ conditions }) => conditions);
    if (type === 'outer' && (own !== undefined || inner.length > 0))
      this.#log.lose('outerFilter', node.nameRange, valueOf(node, 'alias') ?? valueOf(node, 'name'));
    const expands = links.flatMap(({ expand }) => expand ?? []);
    const shown = [...childrenOf(node, 'attribute'), ...childrenOf(node, 'all-attributes')].length > 0;
    if (shown) this.#log.note('linkedNames', navigation);
    const expand = { path: navigation, ...this.#columns(node, place), expand: expands };
    return {
      conditions:
        type === 'outer' ? [] : [this.#present(place), ...(own === undefined ? [] : [own]), ...inner],
      orderby: [...this.#orders(node), ...links.flatMap(({ orderby }) => orderby)],
      ...(shown || expands.length > 0 ? { expand } : {}),
    };
  }

  /** The linked row is there. */
  #present({ table, prefix }: Place): odata.Expression {
    return odata.ne(prefix + (table.table.primaryIdColumn ?? ''), null);
  }

  /** A link against a lookup: one row for each partner, unless only their existence is asked for. */
  #collection(node: XmlNode, table: TableSchema, path: string): Link {
    const type = (valueOf(node, 'link-type') ?? 'inner').toLowerCase();
    if (type !== 'exists' && type !== 'in') {
      this.#log.lose('manyRows', node.nameRange, valueOf(node, 'alias') ?? valueOf(node, 'name'));
      return NO_LINK;
    }
    this.#variables += 1;
    const variable = `o${this.#variables}`;
    const place = { table, prefix: `${variable}/` };
    const own = this.#ownFilters(node, place);
    const links = childrenOf(node, 'link-entity').flatMap((link) => this.#link(link, place).conditions);
    const body = odata.allOf([own, ...links]);
    return {
      ...NO_LINK,
      conditions: [odata.any(path, body === undefined ? undefined : () => body, variable)],
    };
  }

  /** The filters of a link, whose own columns are at a place. */
  #ownFilters(node: XmlNode, place: Place): Condition {
    const before = this.#places.get(node);
    this.#places.set(node, place);
    const filters = this.#filters(node);
    // Outside of a link that only asks for existence its columns cannot be named.
    if (before === undefined) this.#places.delete(node);
    return filters;
  }
}

interface Link {
  readonly expand?: odata.Expand;
  readonly conditions: readonly odata.Expression[];
  readonly orderby: readonly odata.Order[];
}

const NO_LINK: Link = { conditions: [], orderby: [] };
