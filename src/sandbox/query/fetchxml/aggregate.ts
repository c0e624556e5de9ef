import type { Column } from '../../schema/types';
import {
  AGGREGATE_LIMIT,
  aggregateRows,
  compareResults,
  type AggregateKind,
  type Aggregation,
  type Group,
  type Grouping,
} from '../aggregate';
import { MAX_PAGE, type Wants } from '../annotations';
import { compile, scalarReader, type Scope } from '../evaluate';
import type { Family, QueryContext, Scalar } from '../expression';
import { formatScalar } from '../formatted';
import { invalidFetch, notImplemented } from '../refusals';
import { FORMATTED, writeCell, type JsonRow } from '../serialize';
import { familyOf } from '../values';
import { joinedScopes } from './join';
import { operandOf, type FetchPlan, type Source } from './plan';
import type { AttributeNode } from './document';

/** An attribute of an aggregate query, looked up. */
interface Field {
  readonly alias: string;
  readonly source: Source;
  readonly column: Column;
  readonly family: Family;
  readonly read: (scope: Scope) => Scalar;
  /** Undefined for what is grouped by. */
  readonly kind: AggregateKind | undefined;
  /** Grouped by a part of a date: the result is that part's number. */
  readonly byPart: boolean;
}

const KINDS: Readonly<Record<string, AggregateKind>> = {
  count: 'count',
  countcolumn: 'countcolumn',
  sum: 'sum',
  avg: 'avg',
  min: 'min',
  max: 'max',
};

/** Days since the first of January, and that day's weekday: week 1 begins on January 1st, the others on Sunday. */
function weekOf(date: Date): number {
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  const day = Math.floor((date.getTime() - first) / 86_400_000);
  return Math.floor((day + new Date(first).getUTCDay()) / 7) + 1;
}

const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  day: (date) => date.getUTCDate(),
  week: weekOf,
  month: (date) => date.getUTCMonth() + 1,
  quarter: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  year: (date) => date.getUTCFullYear(),
};

function datePart(grouping: string, family: Family, column: Column): (value: Scalar) => Scalar {
  if (grouping.startsWith('fiscal')) throw notImplemented(`the date grouping '${grouping}'`);
  const part = Object.hasOwn(PARTS, grouping) ? PARTS[grouping] : undefined;
  if (part === undefined) throw invalidFetch(`The date grouping '${grouping}' is not valid.`);
  if (family !== 'instant' && family !== 'day') {
    throw invalidFetch(`The attribute '${column.name}' is no date and cannot have a date grouping.`);
  }
  return (value) => (typeof value === 'string' ? part(new Date(value)) : null);
}

function kindOf(attribute: AttributeNode, family: Family, column: Column): AggregateKind {
  const name = attribute.aggregate ?? '';
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined) throw invalidFetch(`The aggregate '${name}' is not valid.`);
  const numeric = family === 'number' && !column.options;
  if (
    ((kind === 'sum' || kind === 'avg') && !numeric) ||
    ((kind === 'min' || kind === 'max') && !numeric && family !== 'instant' && family !== 'day')
  ) {
    throw invalidFetch(
      `The aggregate '${kind}' is not valid for the attribute '${column.name}' of type '${column.type}'.`,
    );
  }
  return kind === 'countcolumn' && attribute.distinct ? 'countdistinct' : kind;
}

function fieldOf(context: QueryContext, source: Source, attribute: AttributeNode): Field {
  const operand = operandOf(context, source, attribute.name);
  const { column } = operand;
  const family = familyOf(column);
  if (attribute.alias === undefined) {
    throw invalidFetch(`The attribute '${attribute.name}' needs an alias in an aggregate query.`);
  }
  if ((attribute.aggregate === undefined) === !attribute.groupBy) {
    throw invalidFetch(
      `The attribute '${attribute.name}' needs either 'aggregate' or 'groupby' in an aggregate query.`,
    );
  }
  const read = scalarReader(context.reader, operand);
  const base = { alias: attribute.alias, source, column };
  if (!attribute.groupBy)
    return { ...base, read, family, kind: kindOf(attribute, family, column), byPart: false };
  if (attribute.dateGrouping === undefined) return { ...base, read, family, kind: undefined, byPart: false };
  const part = datePart(attribute.dateGrouping, family, column);
  return { ...base, read: (scope) => part(read(scope)), family: 'number', kind: undefined, byPart: true };
}

function isCount(field: Field): boolean {
  return field.kind === 'count' || field.kind === 'countcolumn' || field.kind === 'countdistinct';
}

function formatted(field: Field, value: Scalar): string | undefined {
  if (field.byPart) return value === null ? undefined : String(value);
  if (isCount(field)) return typeof value === 'number' ? value.toLocaleString('en-US') : undefined;
  return formatScalar(field.column, value);
}

/** A group with its values by alias. */
interface ResultRow {
  readonly scope: Scope | undefined;
  readonly values: ReadonlyMap<string, Scalar>;
}

function compareBy(plan: FetchPlan, fields: readonly Field[]): (a: ResultRow, b: ResultRow) => number {
  const orders = plan.sources.flatMap((source) => source.node.orders);
  const keys = orders.map((order) => {
    const field = fields.find((one) => one.alias === order.alias);
    if (field !== undefined) return { field, sign: order.descending ? -1 : 1 };
    throw invalidFetch("An order of an aggregate query needs the 'alias' of one of its attributes.");
  });
  // Without an order groups come by what they are grouped by, so that pages are stable.
  const rest = fields.filter((field) => field.kind === undefined).map((field) => ({ field, sign: 1 }));
  return (a, b) => {
    for (const { field, sign } of [...keys, ...rest]) {
      const family = isCount(field) ? 'number' : field.family;
      const order = compareResults(
        a.values.get(field.alias) ?? null,
        b.values.get(field.alias) ?? null,
        family,
      );
      if (order !== 0) return order * sign;
    }
    return 0;
  };
}

function resultOf(groupFields: readonly Field[], sumFields: readonly Field[], group: Group): ResultRow {
  const values = new Map<string, Scalar>();
  groupFields.forEach((field, at) => values.set(field.alias, group.keys[at] ?? null));
  sumFields.forEach((field, at) => values.set(field.alias, group.results[at] ?? null));
  return { scope: group.scope, values };
}

function render(context: QueryContext, fields: readonly Field[], result: ResultRow, wants: Wants): JsonRow {
  const into: JsonRow = {};
  for (const field of fields) {
    const row = result.scope?.[field.source.slot];
    if (field.kind === undefined && !field.byPart) {
      if (row !== undefined)
        writeCell(context.reader, into, row, field.column, { wants, omitNull: true, name: field.alias });
      continue;
    }
    const value = result.values.get(field.alias) ?? null;
    if (value === null) continue;
    const text = wants(FORMATTED) ? formatted(field, value) : undefined;
    if (text !== undefined) into[`${field.alias}@${FORMATTED}`] = text;
    into[field.alias] = value;
  }
  return into;
}

/** Runs a fetch with `aggregate="true"`: a row for each group, in the order asked for. Throws 0x8004e023 above 50,000 rows. */
export function aggregateFetch(
  context: QueryContext,
  plan: FetchPlan,
  wants: Wants,
): { readonly rows: readonly JsonRow[]; readonly more: boolean } {
  const { document } = plan;
  const fields = plan.sources.flatMap((source) => {
    if (source.node.allAttributes) throw invalidFetch('all-attributes is not valid in an aggregate query.');
    return source.node.attributes.map((attribute) => fieldOf(context, source, attribute));
  });
  if (fields.length === 0) throw invalidFetch('An aggregate query needs at least one attribute.');
  if (new Set(fields.map((field) => field.alias)).size !== fields.length)
    throw invalidFetch('An alias is used more than once.');
  const groupFields = fields.filter((field) => field.kind === undefined);
  const sumFields = fields.filter((field) => field.kind !== undefined);
  const groups = aggregateRows(
    joinedScopes(context.reader, plan),
    compile(context.reader, plan.joinedFilter),
    groupFields.map(({ read, family }): Grouping => ({ read, family })),
    sumFields.flatMap(({ kind, read, family }): readonly Aggregation[] =>
      kind === undefined ? [] : [{ kind, read, family }],
    ),
    Math.min(document.aggregateLimit ?? AGGREGATE_LIMIT, AGGREGATE_LIMIT),
  );
  const results = groups
    .map((group) => resultOf(groupFields, sumFields, group))
    .sort(compareBy(plan, fields));
  const size = Math.min(document.top ?? document.count ?? MAX_PAGE, MAX_PAGE);
  const start = ((document.page ?? 1) - 1) * size;
  return {
    rows: results.slice(start, start + size).map((result) => render(context, fields, result, wants)),
    more: document.top === undefined && results.length > start + size,
  };
}
