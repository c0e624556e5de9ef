import type { Column, StoredRow, Table } from '../schema/types';
import type { StoreReader } from '../store';
import {
  isChoices,
  isReference,
  type CollectionSource,
  type ComparisonOperator,
  type Expression,
  type Hop,
  type Operand,
  type Scalar,
  type Truth,
} from './expression';
import { likeTest } from './like';
import { comparable, familyOf, readScalar } from './values';

/** The rows a condition may look at, by slot. An outer join leaves a slot undefined. */
export type Scope = Array<StoredRow | undefined>;

export type Predicate = (scope: Scope) => Truth;

function follow(
  reader: StoreReader,
  start: StoredRow | undefined,
  hops: readonly Hop[],
): StoredRow | undefined {
  let row = start;
  for (const hop of hops) {
    const reference = row?.[hop.column];
    if (!isReference(reference) || reference.table !== hop.target) return undefined;
    row = reader.get(reference.table, reference.id);
  }
  return row;
}

function rowReader(
  reader: StoreReader,
  slot: number,
  hops: readonly Hop[],
): (scope: Scope) => StoredRow | undefined {
  if (hops.length === 0) return (scope) => scope[slot];
  return (scope) => follow(reader, scope[slot], hops);
}

/** Reads the operand's value out of a scope, as it is stored. */
export function scalarReader(reader: StoreReader, operand: Operand): (scope: Scope) => Scalar {
  const rowOf = rowReader(reader, operand.slot, operand.hops);
  const { column, part } = operand;
  return (scope) => {
    const row = rowOf(scope);
    return row === undefined ? null : readScalar(row, column, part);
  };
}

/** Reads the operand's value in the form it is compared in. */
function comparableReader(reader: StoreReader, operand: Operand): (scope: Scope) => Scalar {
  const read = scalarReader(reader, operand);
  const family = familyOf(operand.column, operand.part);
  if (family === 'number' || family === 'boolean') return read;
  return (scope) => comparable(read(scope), family);
}

/** The rows at the many side of `row`. */
export function* collectionRows(
  reader: StoreReader,
  source: CollectionSource,
  owner: { readonly table: string; readonly id: string },
): Iterable<StoredRow> {
  if (source.kind === 'collection') {
    yield* reader.where(source.table, source.column, { table: owner.table, id: owner.id });
    return;
  }
  for (const reference of reader.linked(source.intersect, source.ownColumn, owner.id)) {
    const row = reader.get(source.table, reference.id);
    if (row !== undefined) yield row;
  }
}

/** The rows of a table whose column has a value; a pair has the keys of both rows. */
export function* rowsWith(
  reader: StoreReader,
  table: Table,
  column: Column,
  value: string | number | boolean,
): Iterable<StoredRow> {
  if (table.pairs !== true) {
    yield* reader.where(table.name, column.name, value);
    return;
  }
  const other = table.columns.find(({ name }) => name !== column.name);
  if (other === undefined) return;
  for (const { id } of reader.linked(table.name, column.name, String(value)))
    yield { [column.name]: String(value), [other.name]: id };
}

const TESTS: Readonly<Record<ComparisonOperator, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

/** Order of two values of one family, in the form `comparable` gives. */
export function compareScalars(a: string | number | boolean, b: string | number | boolean): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compileJunction(kind: 'and' | 'or', terms: readonly Predicate[]): Predicate {
  const decisive = kind === 'or';
  return (scope) => {
    let result: Truth = !decisive;
    for (const term of terms) {
      const truth = term(scope);
      if (truth === decisive) return decisive;
      if (truth === null) result = null;
    }
    return result;
  };
}

function compileCompare(reader: StoreReader, expression: Expression & { kind: 'compare' }): Predicate {
  const read = comparableReader(reader, expression.operand);
  const wanted = comparable(expression.value, familyOf(expression.operand.column, expression.operand.part));
  if (wanted === null) return () => null;
  if (expression.operator === 'eq') {
    return (scope) => {
      const value = read(scope);
      return value === null ? null : value === wanted;
    };
  }
  const test = TESTS[expression.operator];
  return (scope) => {
    const value = read(scope);
    return value === null ? null : test(compareScalars(value, wanted));
  };
}

function compileCompareColumns(
  reader: StoreReader,
  expression: Expression & { kind: 'compareColumns' },
): Predicate {
  const left = comparableReader(reader, expression.operand);
  const right = comparableReader(reader, expression.other);
  const test = TESTS[expression.operator];
  return (scope) => {
    const a = left(scope);
    const b = right(scope);
    return a === null || b === null ? null : test(compareScalars(a, b));
  };
}

function compileIn(reader: StoreReader, expression: Expression & { kind: 'in' }): Predicate {
  const read = comparableReader(reader, expression.operand);
  const family = familyOf(expression.operand.column, expression.operand.part);
  const wanted = new Set(expression.values.map((value) => comparable(value, family)));
  // As in SQL: a null among the values makes a miss unknown instead of false.
  const miss = wanted.delete(null) ? null : false;
  return (scope) => {
    const value = read(scope);
    if (value === null) return null;
    return wanted.has(value) ? true : miss;
  };
}

function compileQuantifier(reader: StoreReader, expression: Expression & { kind: 'any' | 'all' }): Predicate {
  const rowOf = rowReader(reader, expression.slot, expression.hops);
  const body = expression.body === undefined ? () => true : compile(reader, expression.body);
  const { source, variable, kind, owner } = expression;
  return (scope) => {
    const id = rowOf(scope)?.[owner.key];
    if (typeof id !== 'string') return kind === 'all';
    for (const related of collectionRows(reader, source, { table: owner.name, id })) {
      scope[variable] = related;
      const truth = body(scope);
      if (kind === 'any' && truth === true) return true;
      // A row for which the condition is unknown does not count as fulfilling it.
      if (kind === 'all' && truth !== true) return false;
    }
    return kind === 'all';
  };
}

/** Two-valued, as EXISTS is: a row for which the body is unknown is none that fulfils it. */
function compileLinked(reader: StoreReader, expression: Expression & { kind: 'linked' }): Predicate {
  const { slot, to, from, table, variable } = expression;
  const body = compile(reader, expression.body);
  return (scope) => {
    const row = scope[slot];
    const value = row === undefined ? null : readScalar(row, to);
    if (value === null) return false;
    for (const related of rowsWith(reader, table, from, value)) {
      scope[variable] = related;
      if (body(scope) === true) return true;
    }
    return false;
  };
}

function compileWithin(reader: StoreReader, expression: Expression & { kind: 'within' }): Predicate {
  const read = comparableReader(reader, expression.operand);
  const { from = -Infinity, to = Infinity } = expression;
  return (scope) => {
    const value = read(scope);
    return typeof value === 'number' ? value >= from && value < to : null;
  };
}

function compileLike(reader: StoreReader, expression: Expression & { kind: 'like' }): Predicate {
  const read = comparableReader(reader, expression.operand);
  const test = likeTest(expression.pattern);
  return (scope) => {
    const value = read(scope);
    return value === null ? null : test(String(value));
  };
}

function compileHasChoice(reader: StoreReader, expression: Expression & { kind: 'hasChoice' }): Predicate {
  const rowOf = rowReader(reader, expression.operand.slot, expression.operand.hops);
  const { name } = expression.operand.column;
  return (scope) => {
    const value = rowOf(scope)?.[name];
    return isChoices(value) ? expression.values.some((wanted) => value.includes(wanted)) : null;
  };
}

function compileRefersTo(reader: StoreReader, expression: Expression & { kind: 'refersTo' }): Predicate {
  const rowOf = rowReader(reader, expression.operand.slot, expression.operand.hops);
  const { name } = expression.operand.column;
  return (scope) => {
    const value = rowOf(scope)?.[name];
    return isReference(value) && value.table === expression.target;
  };
}

/** Turns a condition into a function over scopes. What it needs of the expression is worked out once, here. */
export function compile(reader: StoreReader, expression: Expression): Predicate {
  switch (expression.kind) {
    case 'constant':
      return () => expression.value;
    case 'and':
    case 'or':
      return compileJunction(
        expression.kind,
        expression.terms.map((term) => compile(reader, term)),
      );
    case 'not': {
      const term = compile(reader, expression.term);
      return (scope) => {
        const truth = term(scope);
        return truth === null ? null : !truth;
      };
    }
    case 'isNull': {
      const read = scalarReader(reader, expression.operand);
      return (scope) => read(scope) === null;
    }
    case 'refersTo':
      return compileRefersTo(reader, expression);
    case 'compare':
      return compileCompare(reader, expression);
    case 'compareColumns':
      return compileCompareColumns(reader, expression);
    case 'in':
      return compileIn(reader, expression);
    case 'like':
      return compileLike(reader, expression);
    case 'within':
      return compileWithin(reader, expression);
    case 'hasChoice':
      return compileHasChoice(reader, expression);
    case 'linked':
      return compileLinked(reader, expression);
    case 'any':
    case 'all':
      return compileQuantifier(reader, expression);
  }
}
