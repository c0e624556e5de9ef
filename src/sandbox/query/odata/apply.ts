import type { StoredRow, Table } from '../../schema/types';
import {
  AGGREGATE_LIMIT,
  aggregateRows,
  compareResults,
  type AggregateKind,
  type Aggregation,
  type Group,
} from '../aggregate';
import { MAX_PAGE } from '../annotations';
import { compile, scalarReader, type Predicate, type Scope } from '../evaluate';
import type { Family, Operand, Scalar } from '../expression';
import { formatScalar } from '../formatted';
import { propertyName } from '../properties';
import { notImplemented, odataError } from '../refusals';
import { FORMATTED, writeCell, type JsonRow } from '../serialize';
import { familyOf } from '../values';
import { bindCondition } from './binder';
import { predicateOf, scopesOf, type Delivery } from './deliver';
import { splitOutside } from './options';
import { parseExpression } from './parser';
import { bindOperand, rootBinding } from './paths';
import type { CollectionQuery } from './shape';
import type { Syntax } from './syntax';

/** What an $apply works on. `$filter` of the same query is applied before it, as the service does. */
export interface ApplyRequest extends Delivery {
  readonly table: Table;
  readonly aliases: ReadonlyMap<string, Syntax>;
  readonly options: ReadonlyMap<string, string>;
  readonly rows: Iterable<StoredRow>;
  readonly query: CollectionQuery;
}

interface NamedGrouping {
  readonly name: string;
  readonly operand: Operand;
  readonly linked: boolean;
}

interface NamedAggregation extends Aggregation {
  readonly name: string;
  /** Undefined for `$count`. */
  readonly operand: Operand | undefined;
}

/** The steps of an $apply: filters first, then one grouping or aggregation. */
interface Transformation {
  readonly filters: readonly Predicate[];
  readonly groupings: readonly NamedGrouping[];
  readonly aggregations: readonly NamedAggregation[];
}

const METHODS: Readonly<Record<string, AggregateKind>> = {
  sum: 'sum',
  min: 'min',
  max: 'max',
  average: 'avg',
  countdistinct: 'countdistinct',
};

function syntaxError(text: string): Error {
  return odataError(`Syntax error in the $apply expression '${text.trim()}'.`);
}

/** `name(inside)` taken apart. */
function call(text: string): { readonly name: string; readonly inside: string } {
  const match = /^\s*([a-z]+)\s*\((.*)\)\s*$/su.exec(text);
  if (match === null) throw syntaxError(text);
  return { name: match[1] ?? '', inside: match[2] ?? '' };
}

function operandAt(request: ApplyRequest, path: string): Operand {
  const operand = bindOperand(
    rootBinding(request.context, request.table, request.aliases),
    path.trim().split('/'),
  );
  if (operand.part !== undefined) throw notImplemented('a part of a column inside $apply');
  return operand;
}

function ownOperand(request: ApplyRequest, path: string): Operand {
  const operand = operandAt(request, path);
  if (operand.hops.length > 0) throw notImplemented('a figure over a linked column; FetchXML can do it');
  return operand;
}

/** The documentation shows one step over a lookup, whose column comes as `contact_fullname`. */
function groupingAt(request: ApplyRequest, name: string): NamedGrouping {
  const operand = operandAt(request, name);
  if (operand.hops.length > 1)
    throw notImplemented('a grouping over more than one lookup; FetchXML can do it');
  // The documentation says that such a grouping is not supported; the text is UNVERIFIED.
  if (['instant', 'day'].includes(familyOf(operand.column)))
    throw odataError(`The property '${name.trim()}' is a date, which $apply cannot group by.`);
  const [hop] = operand.hops;
  return {
    name: hop === undefined ? name.trim() : `${hop.target}_${propertyName(operand.column)}`,
    operand,
    linked: hop !== undefined,
  };
}

function parseAggregation(request: ApplyRequest, text: string): NamedAggregation {
  const match = /^\s*(\S+)(?:\s+with\s+(\S+))?\s+as\s+([\p{L}_]\w*)\s*$/u.exec(text);
  const [, subject = '', method, name = ''] = match ?? [];
  if (match === null) throw syntaxError(text);
  if (subject === '$count') {
    if (method !== undefined) throw syntaxError(text);
    return { name, operand: undefined, kind: 'count', read: () => null, family: 'number' };
  }
  const kind = method !== undefined && Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (kind === undefined)
    throw odataError(`The aggregation method '${method ?? ''}' is not valid in the $apply expression.`);
  const operand = ownOperand(request, subject);
  const family = familyOf(operand.column);
  const numeric = family === 'number' && operand.column.options === undefined;
  const dated = (kind === 'min' || kind === 'max') && (family === 'instant' || family === 'day');
  if (kind !== 'countdistinct' && !numeric && !dated) {
    throw odataError(`The aggregation method '${method ?? ''}' is not valid for the property '${subject}'.`);
  }
  return { name, operand, kind, read: scalarReader(request.context.reader, operand), family };
}

function parseGroupBy(
  request: ApplyRequest,
  inside: string,
): Pick<Transformation, 'groupings' | 'aggregations'> {
  const [list = '', inner, ...others] = splitOutside(inside, ',');
  const names = /^\s*\((.*)\)\s*$/s.exec(list)?.[1];
  if (names === undefined || others.length > 0) throw syntaxError(inside);
  const groupings = names.split(',').map((name) => {
    if (name.includes('(')) throw notImplemented('a function inside groupby');
    return groupingAt(request, name);
  });
  if (inner === undefined) return { groupings, aggregations: [] };
  const step = call(inner);
  if (step.name !== 'aggregate') throw notImplemented(`'${step.name}' inside groupby`);
  return {
    groupings,
    aggregations: splitOutside(step.inside, ',').map((one) => parseAggregation(request, one)),
  };
}

function parseApply(request: ApplyRequest, text: string): Transformation {
  const filters: Predicate[] = [];
  const steps = splitOutside(text, '/');
  for (const [at, step] of steps.entries()) {
    const { name, inside } = call(step);
    if (name === 'filter') {
      const binding = rootBinding(request.context, request.table, request.aliases);
      filters.push(compile(request.context.reader, bindCondition(binding, parseExpression(inside))));
      continue;
    }
    if (name !== 'groupby' && name !== 'aggregate')
      throw notImplemented(`the transformation '${name}' in $apply`);
    if (at !== steps.length - 1) throw notImplemented(`a transformation behind '${name}' in $apply`);
    if (name === 'groupby') return { filters, ...parseGroupBy(request, inside) };
    const aggregations = splitOutside(inside, ',').map((one) => parseAggregation(request, one));
    return { filters, groupings: [], aggregations };
  }
  throw notImplemented('an $apply without groupby or aggregate');
}

/** A group with its values by name. */
interface ResultRow {
  readonly row: StoredRow;
  readonly values: ReadonlyMap<string, Scalar>;
}

function resultOf({ groupings, aggregations }: Transformation, group: Group): ResultRow {
  const values = new Map<string, Scalar>();
  groupings.forEach(({ name }, at) => values.set(name, group.keys[at] ?? null));
  aggregations.forEach(({ name }, at) => values.set(name, group.results[at] ?? null));
  return { row: group.scope?.[0] ?? {}, values };
}

/** The order of the groups by `$orderby` over result names, then by what they are grouped by. */
function orderOf(
  { groupings, aggregations }: Transformation,
  text: string | undefined,
): (a: ResultRow, b: ResultRow) => number {
  const families = new Map<string, Family>(
    groupings.flatMap(({ name, operand, linked }) => (linked ? [] : [[name, familyOf(operand.column)]])),
  );
  const asked = text === undefined || text.trim() === '' ? [] : text.split(',');
  const keys = asked.map((part) => {
    const [name = '', direction = 'asc'] = part.trim().split(/\s+/);
    const family = families.get(name);
    if (aggregations.some((one) => one.name === name)) {
      // The documentation quotes this refusal.
      throw odataError('The query node SingleValueOpenPropertyAccess is not supported');
    }
    if (family === undefined || (direction !== 'asc' && direction !== 'desc')) {
      throw odataError(`Could not find a property named '${name}' in the result of $apply.`);
    }
    return { name, family, sign: direction === 'desc' ? -1 : 1 };
  });
  const rest = groupings.map(({ name, operand }) => ({ name, family: familyOf(operand.column), sign: 1 }));
  return (a, b) => {
    for (const { name, family, sign } of [...keys, ...rest]) {
      const order = compareResults(a.values.get(name) ?? null, b.values.get(name) ?? null, family);
      if (order !== 0) return order * sign;
    }
    return 0;
  };
}

function render(request: ApplyRequest, transformation: Transformation, result: ResultRow): JsonRow {
  const into: JsonRow = {};
  for (const { name, operand, linked } of transformation.groupings) {
    const value = result.values.get(name) ?? null;
    if (!linked)
      writeCell(request.context.reader, into, result.row, operand.column, { wants: request.wants });
    else if (value !== null) {
      const text = formatScalar(operand.column, value);
      if (text !== undefined && request.wants(FORMATTED)) into[`${name}@${FORMATTED}`] = text;
      into[name] = value;
    }
  }
  for (const { name, kind, operand } of transformation.aggregations) {
    const value = result.values.get(name) ?? null;
    const counted = kind === 'count' || kind === 'countdistinct';
    const text = counted
      ? Number(value).toLocaleString('en-US')
      : operand === undefined
        ? undefined
        : formatScalar(operand.column, value);
    if (text !== undefined && request.wants(FORMATTED)) into[`${name}@${FORMATTED}`] = text;
    into[name] = value;
  }
  return into;
}

/**
 * Answers `$apply` with `filter(…)/groupby((…),aggregate(…))` or `aggregate(…)`; `$orderby` and `$top` work on the
 * groups. Throws 501 for other transformations, 0x8004e023 above 50,000 rows.
 */
export function runApply(request: ApplyRequest, text: string): JsonRow {
  const { options, query } = request;
  for (const option of ['$select', '$expand', '$count', '$skiptoken']) {
    if (options.has(option)) throw notImplemented(`${option} together with $apply`);
  }
  const transformation = parseApply(request, text);
  const tests = [predicateOf(request.context, query), ...transformation.filters];
  const matches = (scope: Scope): boolean => tests.every((test) => test(scope) === true);
  const groups = aggregateRows(
    scopesOf(request.rows),
    matches,
    transformation.groupings.map(({ operand }) => ({
      read: scalarReader(request.context.reader, operand),
      family: familyOf(operand.column),
    })),
    transformation.aggregations,
    AGGREGATE_LIMIT,
  );
  const results = groups
    .map((group) => resultOf(transformation, group))
    .sort(orderOf(transformation, options.get('$orderby')));
  const names = [...transformation.groupings, ...transformation.aggregations].map(({ name }) => name);
  return {
    '@odata.context': `${request.root}$metadata#${request.table.set}(${names.join(',')})`,
    value: results
      .slice(0, Math.min(query.top ?? MAX_PAGE, MAX_PAGE))
      .map((result) => render(request, transformation, result)),
  };
}
