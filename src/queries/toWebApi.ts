import { DataverseError } from '../dataverse/errors';
import * as odata from '../dataverse/odata';
import { aggregateToWebApi } from './aggregateToWebApi';
import { familyOf, propertyName } from './columnNames';
import { columnAt, conditionOf, pathOf, type Condition, type Place } from './conditionToWebApi';
import { applied, differentValues, keepsRows } from './distinctToWebApi';
import {
  isConjunct,
  isDefinite,
  pairingOf,
  relationOf,
  showsNothing,
  typeOf,
  usesOf,
  type Pairing,
} from './fetchLinks';
import { sourceAround, sourceMeant, tableOf } from './fetchNames';
import { isSet, type FetchText } from './fetchText';
import type { Schema, TableSchema } from './schema';
import { TranslationLog, type Translation } from './translation';
import { attributeOf, childrenOf, placeOf, valueOf, type XmlNode } from './xmlScan';

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
    log.lose('other', entity.nameRange);
    return log.result(() => '');
  }
}

class FetchTranslator {
  readonly #log: TranslationLog;
  readonly #schema: Schema;
  readonly #fetch: XmlNode;
  readonly #aggregate: boolean;
  readonly #distinct: boolean;
  /** Where the columns of a link are, for the conditions outside of it that name it. */
  readonly #places = new Map<XmlNode, Place>();
  /** Links that are only asked whether they found nothing, with the condition that says so. */
  readonly #absent = new Map<XmlNode, odata.Expression>();
  #variables = 0;

  constructor(log: TranslationLog, schema: Schema, fetch: XmlNode) {
    this.#log = log;
    this.#schema = schema;
    this.#fetch = fetch;
    this.#aggregate = isSet(fetch, 'aggregate');
    this.#distinct = isSet(fetch, 'distinct');
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
    const most = top === undefined ? {} : { top: Number(top) };
    if (this.#aggregate) {
      const apply = aggregateToWebApi(this.#log, this.#fetch, this.#places);
      return apply === undefined ? '' : applied(set, filter, apply, most);
    }
    const orderby = [...this.#orders(entity), ...links.flatMap((link) => link.orderby)];
    const { select } = this.#columns(entity, place);
    if (this.#distinct && !keepsRows(this.#log, entity, table)) {
      const expands = links.flatMap(({ expand }) => expand ?? []);
      const columns = differentValues(this.#log, this.#fetch, { entity, place, orderby, expands });
      return columns === undefined
        ? ''
        : applied(set, filter, { apply: odata.groupBy(columns), orderby }, most);
    }
    return odata.query(odata.set(set), {
      filter,
      orderby,
      ...most,
      ...(select === undefined ? {} : { select }),
      expand: links.flatMap(({ expand }) => expand ?? []),
      ...(isSet(this.#fetch, 'returntotalrecordcount') ? { count: true } : {}),
    });
  }

  #head(): void {
    const fetch = this.#fetch;
    const has = (name: string): boolean => valueOf(fetch, name) !== undefined;
    if (has('paging-cookie') || Number(valueOf(fetch, 'page') ?? '1') > 1)
      this.#log.lose('pageNumber', placeOf(fetch, has('paging-cookie') ? 'paging-cookie' : 'page'));
    if (has('count')) this.#log.note('pageSize', valueOf(fetch, 'count'));
    if (this.#distinct && this.#aggregate) this.#log.lose('distinct', placeOf(fetch, 'distinct'));
    if (has('aggregatelimit'))
      this.#log.lose('aggregateLimit', placeOf(fetch, 'aggregatelimit'), 'aggregatelimit');
    if ((valueOf(fetch, 'datasource') ?? '') !== '')
      this.#log.lose('dataSource', placeOf(fetch, 'datasource'), 'datasource');
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
        this.#log.lose('rowAggregate', placeOf(node, 'rowaggregate'), 'rowaggregate');
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
      return child.name === 'condition' ? this.#condition(child) : this.#filterLink(child);
    });
    if ((valueOf(node, 'type') ?? 'and').toLowerCase() === 'and') return odata.allOf(terms);
    // One alternative that every row fits makes the others moot, and an empty filter lets all through.
    return terms.length === 0 || terms.includes(undefined) ? undefined : odata.anyOf(terms);
  }

  #condition(node: XmlNode): Condition {
    const source = sourceMeant(this.#fetch, node);
    const absent = source === undefined ? undefined : this.#absent.get(source);
    if (absent !== undefined) return absent;
    const place = source === undefined ? undefined : this.#places.get(source);
    const named = (valueOf(node, 'entityname') ?? '') !== '';
    if (place === undefined || (named && sourceAround(node)?.name === 'link-entity')) {
      this.#log.lose('linkInFilter', placeOf(node, 'entityname'), valueOf(node, 'entityname'));
      return undefined;
    }
    for (const name of ['aggregate', 'rowaggregate', 'column'])
      if (attributeOf(node, name) !== undefined) this.#log.lose('rowAggregate', placeOf(node, name), name);
    return conditionOf(this.#log, place, node);
  }

  /** The table of a link and the relation it goes along. */
  #target(node: XmlNode, parent: Place): Target | undefined {
    const table = tableOf(this.#schema, node);
    if (table === undefined) {
      this.#log.lose('tableUnknown', placeOf(node, 'name'), valueOf(node, 'name'));
      return undefined;
    }
    const relation = relationOf(node, parent.table, table);
    if (relation !== undefined) return { table, ...relation };
    this.#log.lose('noRelation', placeOf(node, 'name'), table.table.logicalName);
    return undefined;
  }

  #link(node: XmlNode, parent: Place): Link {
    const type = typeOf(node);
    if (type === 'exists' || type === 'in')
      return { ...NO_LINK, conditions: present(this.#existence(node, parent)) };
    if (pairingOf(node, parent.table) !== undefined) return this.#collection(node, parent, undefined);
    if (type !== 'inner' && type !== 'outer') {
      this.#log.lose('linkType', placeOf(node, 'link-type'), type);
      return NO_LINK;
    }
    const target = this.#target(node, parent);
    if (target === undefined) return NO_LINK;
    return target.to === 'one'
      ? this.#single(node, { table: target.table, prefix: `${parent.prefix}${target.navigation}/` }, target)
      : this.#collection(node, parent, target);
  }

  /** A link along a lookup: the rows stay as many as they are. */
  #single(node: XmlNode, place: Place, { navigation }: Target): Link {
    this.#places.set(node, place);
    const outer = typeOf(node) === 'outer';
    const own = this.#filters(node);
    const links = childrenOf(node, 'link-entity').map((link) => this.#link(link, place));
    const inner = links.flatMap(({ conditions }) => conditions);
    if (outer && (own !== undefined || inner.length > 0))
      this.#log.lose('outerFilter', node.nameRange, valueOf(node, 'alias') ?? valueOf(node, 'name'));
    const conditions = outer ? [] : [this.#found(place), ...present(own), ...inner];
    if (this.#aggregate) return { ...NO_LINK, conditions };
    const expands = links.flatMap(({ expand }) => expand ?? []);
    const shown = [...childrenOf(node, 'attribute'), ...childrenOf(node, 'all-attributes')].length > 0;
    if (shown) this.#log.note('linkedNames', navigation);
    const expand = { path: navigation, ...this.#columns(node, place), expand: expands };
    return {
      conditions,
      orderby: [...this.#orders(node), ...links.flatMap(({ orderby }) => orderby)],
      ...(shown || expands.length > 0 ? { expand } : {}),
    };
  }

  /** The linked row is there. */
  #found({ table, prefix }: Place): odata.Expression {
    return odata.ne(prefix + (table.table.primaryIdColumn ?? ''), null);
  }

  /**
   * A link against a lookup brings one row for each partner, which the Web API does not do. It means the same where equal
   * rows are left out and nothing of it is shown, and where all that is asked is that it has found nothing.
   */
  #collection(node: XmlNode, parent: Place, target: Target | undefined): Link {
    const uses = usesOf(this.#fetch, node);
    if (showsNothing(node) && typeOf(node) === 'inner' && this.#distinct && uses.length === 0)
      return { ...NO_LINK, conditions: present(this.#existence(node, parent)) };
    const keys = [target?.table.table.primaryIdColumn, valueOf(node, 'from')];
    const asksForNothing = (use: XmlNode): boolean =>
      use.name === 'condition' &&
      valueOf(use, 'operator') === 'null' &&
      keys.includes(valueOf(use, 'attribute')) &&
      sourceAround(use)?.name === 'entity' &&
      isConjunct(use);
    if (showsNothing(node) && typeOf(node) === 'outer' && uses.length > 0 && uses.every(asksForNothing)) {
      const existence = this.#existence(node, parent);
      if (existence !== undefined) this.#absent.set(node, odata.not(existence));
      return NO_LINK;
    }
    this.#log.lose('manyRows', node.nameRange, valueOf(node, 'alias') ?? valueOf(node, 'name'));
    return NO_LINK;
  }

  /** A link inside of a filter. */
  #filterLink(node: XmlNode): Condition {
    const source = sourceAround(node);
    const parent = source === undefined ? undefined : this.#places.get(source);
    const type = typeOf(node);
    if (parent === undefined || (type !== 'any' && type !== 'not any')) {
      // Versions of the documentation contradict one another: every partner fits, or none does.
      const code = type === 'all' || type === 'not all' ? 'linkAll' : 'linkType';
      this.#log.lose(code, placeOf(node, 'link-type'), type);
      return undefined;
    }
    const existence = this.#existence(node, parent, type === 'not any');
    return existence === undefined || type === 'any' ? existence : odata.not(existence);
  }

  /**
   * Whether there is a linked row that fits, by way of a lookup or against one. That the service takes `exists` and `any`
   * for the same, and a lambda inside of another, is UNVERIFIED.
   * @param negated the answer is going to be turned round, so it must not be unknown
   */
  #existence(node: XmlNode, parent: Place, negated = false): Condition {
    if (typeOf(node) === 'outer' && usesOf(this.#fetch, node).length === 0) return undefined;
    const pairing = pairingOf(node, parent.table);
    if (pairing !== undefined) return this.#paired(node, parent, pairing);
    const target = this.#target(node, parent);
    if (target === undefined) return undefined;
    const path = `${parent.prefix}${target.navigation}`;
    if (target.to === 'many') return this.#any(path, node, target.table);
    const place = { table: target.table, prefix: `${path}/` };
    const body = this.#partner(node, place);
    // Of a row whose columns are empty a comparison is unknown, and so is its opposite.
    if (negated && !isDefinite(node))
      this.#log.lose('negatedLink', placeOf(node, 'link-type'), valueOf(node, 'name'));
    return odata.allOf([this.#found(place), body]);
  }

  #any(path: string, node: XmlNode, table: TableSchema): odata.Expression {
    this.#variables += 1;
    const variable = `o${this.#variables}`;
    const body = this.#partner(node, { table, prefix: `${variable}/` });
    return odata.any(path, body === undefined ? undefined : () => body, variable);
  }

  /** Whether there is a pair, and a partner in it that fits. */
  #paired(node: XmlNode, parent: Place, pairing: Pairing | 'other'): Condition {
    const partner = pairing === 'other' ? undefined : pairing.partner;
    const table = partner === undefined ? undefined : tableOf(this.#schema, partner);
    const keyed = partner === undefined || valueOf(partner, 'from') === table?.table.primaryIdColumn;
    if (pairing === 'other' || !keyed) {
      this.#log.lose('noRelation', placeOf(node, 'name'), valueOf(node, 'name'));
      return undefined;
    }
    const path = `${parent.prefix}${pairing.navigation}`;
    return partner === undefined || table === undefined ? odata.any(path) : this.#any(path, partner, table);
  }

  /** What a partner must be like. Outside of such a link its columns cannot be named. */
  #partner(node: XmlNode, place: Place): Condition {
    this.#places.set(node, place);
    const filters = this.#filters(node);
    const links = childrenOf(node, 'link-entity').map((link) => this.#existence(link, place));
    this.#places.delete(node);
    return odata.allOf([filters, ...links]);
  }
}

function present(condition: Condition): readonly odata.Expression[] {
  return condition === undefined ? [] : [condition];
}

interface Target {
  readonly table: TableSchema;
  readonly to: 'one' | 'many';
  readonly navigation: string;
}

interface Link {
  readonly expand?: odata.Expand;
  readonly conditions: readonly odata.Expression[];
  readonly orderby: readonly odata.Order[];
}

const NO_LINK: Link = { conditions: [], orderby: [] };
