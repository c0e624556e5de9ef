import type { Column, Table } from '../../schema/types';
import { ServiceError } from '../../serviceError';
import { allOf, negate, type Expression, type Operand, type QueryContext } from '../expression';
import { orderKey, type OrderKey } from '../order';
import { invalidFetch, noAttribute, notImplemented } from '../refusals';
import { bindFilter, type ConditionScope } from './conditions';
import type { AttributeNode, EntityNode, FetchDocument, LinkNode, OrderNode } from './document';
import { pairsTable } from './pairs';

/** At most so many link-entity elements (FACTS 13.5). */
const MAX_LINKS = 15;

/** An entity or link-entity with its place in the scope. */
export interface Source {
  readonly node: EntityNode;
  readonly table: Table;
  readonly slot: number;
  /** The name its columns are delivered under; undefined for the entity of the query. */
  readonly alias: string | undefined;
  /** It, or a link above it, only asks whether there is a partner: there are no columns to deliver or to order by. */
  readonly hidden: boolean;
}

/** A join: rows of `source` whose `from` equals the `to` of the row in `parent`. */
export interface Link {
  readonly source: Source;
  readonly parent: number;
  readonly from: Column;
  readonly to: Column;
  readonly type: 'inner' | 'outer' | 'exists';
  readonly condition: Expression;
  readonly links: readonly Link[];
}

/** FetchXML with every name looked up. */
export interface FetchPlan {
  readonly document: FetchDocument;
  readonly root: Source;
  readonly links: readonly Link[];
  /** All entities, in the order of their slots. */
  readonly sources: readonly Source[];
  /** Conditions on the entity itself. */
  readonly rootFilter: Expression;
  /** Conditions of the entity's filter that look at linked entities. */
  readonly joinedFilter: Expression;
}

function tooManyLinks(): ServiceError {
  return new ServiceError(
    400,
    '0x8004430d',
    `Number of link entities in query exceeded maximum limit. The maximum is ${MAX_LINKS}.`,
  );
}

/** Looks up a column by logical name. Throws 0x80041103 for one that does not exist (FACTS 12). */
function columnOf(context: QueryContext, table: Table, name: string): Column {
  const { schema } = context.reader;
  const column =
    table.pairs === true ? table.columns.find((one) => one.name === name) : schema.column(table.name, name);
  if (column === undefined || (!column.create && !column.update && !column.read))
    throw noAttribute(name, table.name);
  return column;
}

function tableOf(context: QueryContext, { name, link }: EntityNode): Table {
  const { schema } = context.reader;
  const table = schema.table(name) ?? pairsTable(schema, name, link?.from);
  if (table !== undefined) return table;
  // The code of the service for an unknown entity; the text is UNVERIFIED.
  throw new ServiceError(
    400,
    '0x80041102',
    `The entity with a name = '${name}' with namemapping = 'Logical' was not found in the MetadataCache.`,
  );
}

/** The documentation says that nothing of such a link is returned; the text is UNVERIFIED. */
function refuseShown(node: EntityNode): void {
  if (node.attributes.length > 0 || node.allAttributes || node.orders.length > 0) {
    throw invalidFetch(
      `A link-entity of type 'exists' or 'in' delivers no columns and takes no order ('${node.name}').`,
    );
  }
}

/** Gives every entity its slot and alias, depth first. */
function collectSources(context: QueryContext, root: EntityNode): readonly Source[] {
  const sources: Source[] = [];
  const visit = (node: EntityNode, above: boolean): void => {
    const slot = sources.length;
    if (slot > MAX_LINKS) throw tooManyLinks();
    // Links without an alias are numbered, as the service does it.
    const alias = node.link === undefined ? undefined : (node.link.alias ?? `${node.name}${slot}`);
    if (alias !== undefined && sources.some((one) => one.alias === alias)) {
      throw invalidFetch(`The alias '${alias}' is used more than once.`);
    }
    const hidden = above || node.link?.type === 'exists';
    if (hidden) refuseShown(node);
    const table = tableOf(context, node);
    sources.push({ node, table, slot, alias, hidden });
    for (const link of node.links) visit(link, hidden);
  };
  visit(root, false);
  return sources;
}

/** The links inside of filters count, too, and have slots behind those of the entities. */
interface FilterSlots {
  next: number;
}

/** The conditions of a link inside of a filter, and of the links below it. */
function bindInside(context: QueryContext, slots: FilterSlots, source: Source): Expression {
  const scope: ConditionScope = {
    context,
    operand: (attribute, entityName) => {
      if ((entityName ?? '') !== '') throw notImplemented("'entityname' on a condition inside a link-entity");
      return operandOf(context, source, attribute);
    },
    link: (inner) => bindFilterLink(context, slots, source, inner),
  };
  return allOf([
    ...source.node.filters.map((filter) => bindFilter(scope, filter)),
    ...source.node.links.map((inner) => bindFilterLink(context, slots, source, inner)),
  ]);
}

/** A link inside of a filter: whether there is such a row. Links below it ask for nothing more than that either. */
function bindFilterLink(
  context: QueryContext,
  slots: FilterSlots,
  parent: Pick<Source, 'table' | 'slot'>,
  node: EntityNode,
): Expression {
  if (node.link === undefined) throw invalidFetch(`The link to '${node.name}' is not valid.`);
  if (slots.next > MAX_LINKS) throw tooManyLinks();
  if (node.attributes.length > 0 || node.allAttributes || node.orders.length > 0) {
    // Nothing of such a link is returned; the text is UNVERIFIED.
    throw invalidFetch(
      `A link-entity inside of a filter delivers no columns and takes no order ('${node.name}').`,
    );
  }
  if (node.link.type === 'outer') throw notImplemented('an outer link below a link inside of a filter');
  const table = tableOf(context, node);
  const source: Source = { node, table, slot: slots.next++, alias: undefined, hidden: true };
  const [from, to] = [
    columnOf(context, table, node.link.from),
    columnOf(context, parent.table, node.link.to),
  ];
  if (UNJOINABLE.has(from.type) || UNJOINABLE.has(to.type))
    throw notImplemented(`a link over '${from.name}' and '${to.name}'`);
  const linked: Expression = {
    kind: 'linked',
    slot: parent.slot,
    to,
    from,
    table,
    variable: source.slot,
    body: bindInside(context, slots, source),
  };
  return node.link.type === 'not any' ? negate(linked) : linked;
}

/** A readable column of an entity as an operand. */
export function operandOf(context: QueryContext, source: Source, attribute: string): Operand {
  const column = columnOf(context, source.table, attribute);
  // FACTS 5.1: a write-only column cannot be filtered or ordered by; the text is UNVERIFIED.
  if (!column.read) throw invalidFetch(`The attribute '${attribute}' is not valid for read.`);
  return { slot: source.slot, hops: [], table: source.table, column };
}

function named(sources: readonly Source[], entityName: string): Source {
  const found =
    sources.find((one) => one.alias === entityName) ?? sources.find((one) => one.table.name === entityName);
  if (found?.hidden === true)
    throw notImplemented(`a condition or order outside of the link '${entityName}' of type 'exists' or 'in'`);
  if (found !== undefined) return found;
  throw invalidFetch(`There is no link-entity with the name or alias '${entityName}'.`);
}

function scopeOf(
  context: QueryContext,
  sources: readonly Source[],
  own: Source,
  slots: FilterSlots,
): ConditionScope {
  return {
    context,
    link: (node) => bindFilterLink(context, slots, own, node),
    operand: (attribute, entityName) => {
      const source = entityName === undefined || entityName === '' ? own : named(sources, entityName);
      if (source !== own && own.slot !== 0)
        throw notImplemented("'entityname' on a condition inside a link-entity");
      return operandOf(context, source, attribute);
    },
  };
}

/** The parser lets the types of filters stand in filters only. */
function joinType(type: LinkNode['type']): Link['type'] {
  return type === 'any' || type === 'not any' ? 'exists' : type;
}

const UNJOINABLE: ReadonlySet<string> = new Set(['memo', 'multiselect', 'managedproperty']);

function bindLinks(
  context: QueryContext,
  sources: readonly Source[],
  parent: Source,
  slots: FilterSlots,
): readonly Link[] {
  return parent.node.links.flatMap((node) => {
    const source = sources.find((one) => one.node === node);
    if (source === undefined || node.link === undefined)
      throw invalidFetch(`The link to '${node.name}' is not valid.`);
    const from = columnOf(context, source.table, node.link.from);
    const to = columnOf(context, parent.table, node.link.to);
    if (UNJOINABLE.has(from.type) || UNJOINABLE.has(to.type))
      throw notImplemented(`a link over '${from.name}' and '${to.name}'`);
    const scope = scopeOf(context, sources, source, slots);
    return {
      source,
      parent: parent.slot,
      from,
      to,
      type: joinType(node.link.type),
      condition: allOf(node.filters.map((filter) => bindFilter(scope, filter))),
      links: bindLinks(context, sources, source, slots),
    };
  });
}

function looksBeyond(expression: Expression): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.terms.some(looksBeyond);
    case 'not':
      return looksBeyond(expression.term);
    case 'constant':
      return false;
    case 'compareColumns':
      return expression.operand.slot !== 0 || expression.other.slot !== 0;
    case 'linked':
    case 'any':
    case 'all':
      return expression.slot !== 0;
    default:
      return expression.operand.slot !== 0;
  }
}

/** Looks up everything the query names. Throws 400 for what does not exist. */
export function planFetch(context: QueryContext, document: FetchDocument): FetchPlan {
  const sources = collectSources(context, document.entity);
  const [root] = sources;
  if (root === undefined) throw invalidFetch('A fetch has exactly one entity.');
  const slots: FilterSlots = { next: sources.length };
  const scope = scopeOf(context, sources, root, slots);
  const filter = allOf(document.entity.filters.map((one) => bindFilter(scope, one)));
  const terms = filter.kind === 'and' ? filter.terms : [filter];
  return {
    document,
    root,
    links: bindLinks(context, sources, root, slots),
    sources,
    rootFilter: allOf(terms.filter((term) => !looksBeyond(term))),
    joinedFilter: allOf(terms.filter(looksBeyond)),
  };
}

/** A delivered column and the name it is delivered under; undefined for the Web API's own name. */
export interface Output {
  readonly source: Source;
  readonly column: Column;
  readonly name: string | undefined;
}

function outputOf(context: QueryContext, source: Source, attribute: AttributeNode): Output {
  const column = columnOf(context, source.table, attribute.name);
  if (attribute.aggregate !== undefined || attribute.groupBy) {
    throw invalidFetch("'aggregate' and 'groupby' need a fetch with aggregate='true'.");
  }
  const linked = source.alias === undefined ? undefined : `${source.alias}.${column.name}`;
  return { source, column, name: attribute.alias ?? linked };
}

/** The columns a query that is no aggregate delivers. Without attributes there is the key alone (UNVERIFIED). */
export function outputsOf(context: QueryContext, plan: FetchPlan): readonly Output[] {
  return plan.sources.flatMap((source) => {
    if (!source.node.allAttributes)
      return source.node.attributes.map((one) => outputOf(context, source, one));
    const columns = source.table.columns.filter((column) => column.read);
    return columns.map((column) => ({
      source,
      column,
      name: source.alias === undefined ? undefined : `${source.alias}.${column.name}`,
    }));
  });
}

function keyOf(context: QueryContext, plan: FetchPlan, source: Source, order: OrderNode): OrderKey {
  const owner =
    order.entityName === undefined || order.entityName === ''
      ? source
      : named(plan.sources, order.entityName);
  if (order.attribute === undefined)
    throw invalidFetch("An order by 'alias' needs a fetch with aggregate='true'.");
  const operand = operandOf(context, owner, order.attribute);
  if (operand.column.type === 'multiselect') throw notImplemented('an order by a choices column');
  const name = owner.alias === undefined ? operand.column.name : `${owner.alias}.${operand.column.name}`;
  return orderKey(context.reader, operand, {
    name,
    descending: order.descending,
    byLabel: !plan.document.rawOrder,
  });
}

/** The keys of an order: those asked for, and those that make it total. */
export interface FetchOrder {
  readonly asked: readonly OrderKey[];
  /** True when only columns of the entity itself are asked for. */
  readonly ownOnly: boolean;
  /** The key of the entity, then those of the links. */
  readonly last: readonly OrderKey[];
}

/** The order of the rows: the entity's orders, then those of the links (documentation: order rows), then the keys. */
export function orderOf(context: QueryContext, plan: FetchPlan): FetchOrder {
  const asked = plan.sources.flatMap((source) =>
    source.node.orders.map((order) => ({
      key: keyOf(context, plan, source, order),
      own: source.slot === 0 && (order.entityName ?? '') === '',
    })),
  );
  const visible = plan.sources.filter((source) => !source.hidden);
  const last = visible.map((source) => {
    const operand = operandOf(context, source, source.table.key);
    const name = source.alias === undefined ? operand.column.name : `${source.alias}.${operand.column.name}`;
    return orderKey(context.reader, operand, { name, descending: false, byLabel: false });
  });
  return { asked: asked.map(({ key }) => key), ownOnly: asked.every(({ own }) => own), last };
}
