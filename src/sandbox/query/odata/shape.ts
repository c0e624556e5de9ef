import type { Column, Table } from '../../schema/types';
import type { Expression, QueryContext } from '../expression';
import { orderKey, type OrderKey } from '../order';
import { findNavigation, findProperty, type Navigation } from '../properties';
import { notImplemented, odataError, unknownProperty } from '../refusals';
import { bindCondition } from './binder';
import { parseCount, parseFlag, splitOutside } from './options';
import { parseExpression } from './parser';
import { bindOperand, rootBinding } from './paths';
import type { Syntax } from './syntax';

/** At most so many $expand in a query (FACTS 13.4). */
const MAX_EXPANDS = 15;

/** One expanded navigation property. */
export interface Expand {
  readonly navigation: Navigation;
  readonly table: Table;
  readonly query: CollectionQuery;
  /** The options as written between the parentheses (`$select=name`), for the link to the next page. */
  readonly options: readonly string[];
}

/** What is asked of a set of rows, at the top or in an $expand. */
export interface CollectionQuery {
  /** All columns when undefined. */
  readonly columns: readonly Column[] | undefined;
  readonly expands: readonly Expand[];
  readonly filter: Expression | undefined;
  /** Ends with the key of the table. */
  readonly order: readonly OrderKey[];
  readonly top: number | undefined;
  readonly count: boolean;
}

interface Builder {
  readonly context: QueryContext;
  readonly aliases: ReadonlyMap<string, Syntax>;
  /** How many more $expand are allowed. */
  readonly budget: { left: number };
}

/** The columns of a $select. Blanks around names are let through (FACTS 16 #4: what the service does is UNVERIFIED). */
function parseSelect(table: Table, text: string | undefined): readonly Column[] | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const columns: Column[] = [];
  for (const part of text.split(',')) {
    const name = part.trim();
    if (name === '*') return undefined;
    if (name === '') throw odataError(`Term '${text}' is not valid in a $select or $expand expression.`);
    const property = findProperty(table, name);
    // A lookup is selected as _name_value; whether its navigation property would pass is UNVERIFIED.
    if (property === undefined) throw unknownProperty(name, table.name);
    if (!columns.includes(property.column)) columns.push(property.column);
  }
  return columns;
}

/**
 * The keys of an $orderby, with the table's key as the last one. Without an order rows come by their key, in the order of
 * its text (that of the service's database differs: UNVERIFIED).
 */
function parseOrder(builder: Builder, table: Table, text: string | undefined): readonly OrderKey[] {
  const { context, aliases } = builder;
  const keys: OrderKey[] = [];
  const binding = rootBinding(context, table, aliases);
  const add = (path: readonly string[], descending: boolean): void => {
    const operand = bindOperand(binding, path);
    if (operand.column.type === 'managedproperty' && operand.part === undefined) {
      throw odataError(`The $orderby expression must evaluate to a single value of primitive type.`);
    }
    if (operand.column.type === 'multiselect') throw notImplemented('$orderby over a choices column');
    keys.push(
      orderKey(context.reader, operand, {
        name: path.join('.').replace('$', ''),
        descending,
        byLabel: false,
      }),
    );
  };
  for (const part of text === undefined || text.trim() === '' ? [] : text.split(',')) {
    const words = part.trim().split(/\s+/);
    const [path = '', direction = 'asc'] = words;
    if (path === '' || words.length > 2 || (direction !== 'asc' && direction !== 'desc')) {
      throw odataError(`Syntax error at position ${part.length} in '${part.trim()}'.`);
    }
    const resolved = path.startsWith('@') ? aliasPath(aliases, path) : path.split('/');
    if (resolved !== undefined) add(resolved, direction === 'desc');
  }
  // Nothing behind the key could change the order any more.
  if (!keys.some((key) => key.name === table.key)) add([table.key], false);
  return keys;
}

/** A path given through an alias; undefined (no order) for one without a value. */
function aliasPath(aliases: ReadonlyMap<string, Syntax>, name: string): readonly string[] | undefined {
  const value = aliases.get(name);
  if (value === undefined) return undefined;
  if (value.kind === 'path') return value.segments;
  throw odataError(`The parameter alias '${name}' is no property.`);
}

/** Takes the options between the parentheses of an $expand item apart. */
function nestedOptions(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of splitOutside(text, ';')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = part.slice(0, equals < 0 ? part.length : equals).trim();
    if (equals < 0 || found.has(name))
      throw odataError(`Term '${part}' is not valid in a $select or $expand expression.`);
    if (!['$select', '$filter', '$orderby', '$top', '$expand', '$count'].includes(name)) {
      throw name === '$levels'
        ? notImplemented('$levels in $expand')
        : odataError(`Term '${part}' is not valid in a $select or $expand expression.`);
    }
    found.set(name, part.slice(equals + 1));
  }
  return found;
}

function parseExpandItem(builder: Builder, table: Table, item: string): Expand {
  const match = /^([\p{L}_][\p{L}\p{N}_]*)(\/\$ref|\/\$count)?\s*(?:\((.*)\))?$/su.exec(item.trim());
  const [, name = '', suffix, text = ''] = match ?? [];
  if (match === null)
    throw odataError(`Term '${item.trim()}' is not valid in a $select or $expand expression.`);
  const navigation = findNavigation(table, name);
  if (navigation === undefined) {
    if (findProperty(table, name) === undefined) throw unknownProperty(name, table.name);
    throw odataError(
      `Property '${name}' on type 'Microsoft.Dynamics.CRM.${table.name}' is not a navigation property or complex property. Only navigation properties can be expanded.`,
    );
  }
  if (suffix !== undefined) throw notImplemented(`'${suffix.slice(1)}' in $expand`);
  builder.budget.left -= 1;
  if (builder.budget.left < 0) {
    throw odataError(`The number of $expand in a query is limited to ${MAX_EXPANDS}.`);
  }
  const options = nestedOptions(text);
  const target = targetOf(builder, navigation, options);
  const single = navigation.kind === 'single';
  for (const option of ['$filter', '$orderby', '$top', '$count']) {
    // A single row can only be shaped. The service's own text is UNVERIFIED.
    if (single && options.has(option))
      throw odataError(`${option} is not allowed for the single-valued navigation property '${name}'.`);
  }
  return {
    navigation,
    table: target,
    query: buildQuery(builder, target, options),
    options: [...options].map(([option, value]) => `${option}=${value}`),
  };
}

function refuseAliases(text: string): void {
  // Aliases are documented for $filter and $orderby, not inside $expand (FACTS 13.4).
  if (/(^|[\s=(,;])@[A-Za-z_]/.test(text.replace(/'(?:[^']|'')*'/g, ''))) {
    throw odataError('Parameter aliases are not supported inside $expand.');
  }
}

/** `ownerid` leads to several tables: the first one that has all selected names is taken as the type. */
function targetOf(builder: Builder, navigation: Navigation, options: ReadonlyMap<string, string>): Table {
  const { schema } = builder.context.reader;
  const names = navigation.kind === 'single' ? navigation.targets : [navigation.table];
  const tables = names.flatMap((name) => schema.table(name) ?? []);
  const [first] = tables;
  if (first === undefined) throw notImplemented(`the table '${names.join(', ')}'`);
  const selected = (options.get('$select') ?? '').split(',').map((name) => name.trim());
  return (
    tables.find((table) =>
      selected.every((name) => name === '' || findProperty(table, name) !== undefined),
    ) ?? first
  );
}

/** Looks up everything that a set of options names. Throws 400 for what the table does not have. */
function buildQuery(builder: Builder, table: Table, options: ReadonlyMap<string, string>): CollectionQuery {
  const { context, aliases } = builder;
  const filterText = options.get('$filter');
  const expandText = options.get('$expand');
  const filter =
    filterText === undefined
      ? undefined
      : bindCondition(rootBinding(context, table, aliases), parseExpression(filterText));
  const expands =
    expandText === undefined || expandText.trim() === ''
      ? []
      : splitOutside(expandText, ',').map((item) => parseExpandItem(builder, table, item));
  return {
    columns: parseSelect(table, options.get('$select')),
    expands,
    filter,
    order: parseOrder(builder, table, options.get('$orderby')),
    top: parseCount('$top', options.get('$top')),
    count: parseFlag('$count', options.get('$count')),
  };
}

/** Parses the values of the parameter aliases. One that is no expression is refused when it is used and when it is not. */
export function parseAliases(aliases: ReadonlyMap<string, string>): ReadonlyMap<string, Syntax> {
  return new Map([...aliases].map(([name, text]) => [name, parseExpression(text)]));
}

/** What the options ask of the rows of a table. Throws 400 for unknown names, wrong types and too many $expand. */
export function buildCollectionQuery(
  context: QueryContext,
  table: Table,
  options: ReadonlyMap<string, string>,
  aliases: ReadonlyMap<string, Syntax>,
): CollectionQuery {
  const expand = options.get('$expand');
  if (expand !== undefined) refuseAliases(expand);
  return buildQuery({ context, aliases, budget: { left: MAX_EXPANDS } }, table, options);
}

/** What `@odata.context` tells in parentheses: the selected properties and the expanded ones; empty for all columns. */
export function selectionText(query: CollectionQuery, nameOf: (column: Column) => string): string {
  const expanded = query.expands.map((one) => {
    const inner = selectionText(one.query, nameOf);
    return `${one.navigation.name}${inner === '' ? '()' : inner}`;
  });
  const parts = [...(query.columns ?? []).map(nameOf), ...expanded];
  return parts.length === 0 ? '' : `(${parts.join(',')})`;
}
