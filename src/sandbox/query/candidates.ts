import type { StoredRow, Table } from '../schema/types';
import type { StoreReader } from '../store';
import type { Expression, Operand, Scalar } from './expression';

interface Lookup {
  readonly column: string;
  readonly values: readonly Scalar[];
  /** Smaller is better: the key finds one row, a choice finds many. */
  readonly cost: number;
}

const UNINDEXED = new Set(['memo', 'multiselect', 'managedproperty']);

function costOf(table: Table, operand: Operand): number | undefined {
  const { type, name } = operand.column;
  if (operand.hops.length > 0 || UNINDEXED.has(type)) return undefined;
  if (name === table.key) return 0;
  if (type === 'uniqueidentifier' || type === 'lookup' || type === 'owner' || type === 'customer') return 1;
  if (type === 'string' || type === 'entityname') return 2;
  // Stored times of the same moment may differ in text (fractions of a second), numbers never do.
  if (type === 'datetime' || type === 'dateonly') return undefined;
  return type === 'boolean' ? 5 : 4;
}

/** The condition as "column is one of these values", when it is that. */
function asLookup(table: Table, slot: number, expression: Expression): Lookup | undefined {
  if (expression.kind === 'compare' || expression.kind === 'in') {
    if (expression.operand.slot !== slot) return undefined;
    const values = expression.kind === 'in' ? expression.values : [expression.value];
    if (expression.kind === 'compare' && expression.operator !== 'eq') return undefined;
    const cost = costOf(table, expression.operand);
    return cost === undefined ? undefined : { column: expression.operand.column.name, values, cost };
  }
  if (expression.kind !== 'or' || expression.terms.length > 100) return undefined;
  const parts = expression.terms.map((term) => asLookup(table, slot, term));
  const [first] = parts;
  const values: Scalar[] = [];
  for (const part of parts) {
    if (first === undefined || part?.column !== first.column) return undefined;
    values.push(...part.values);
  }
  return first === undefined ? undefined : { ...first, values };
}

function bestLookup(table: Table, slot: number, expression: Expression): Lookup | undefined {
  const terms = expression.kind === 'and' ? expression.terms : [expression];
  let best: Lookup | undefined;
  for (const term of terms) {
    const found = asLookup(table, slot, term);
    if (found !== undefined && (best === undefined || found.cost < best.cost)) best = found;
  }
  return best;
}

/**
 * Rows of a table among which all rows that fulfil the condition are: found through an index where an equality allows
 * it, else all of them. The condition must still be asked of each.
 */
export function* candidates(
  reader: StoreReader,
  table: Table,
  slot: number,
  condition: Expression | undefined,
): Iterable<StoredRow> {
  const lookup = condition === undefined ? undefined : bestLookup(table, slot, condition);
  if (lookup === undefined) {
    yield* reader.rows(table.name);
    return;
  }
  const distinct = new Set(
    lookup.values.map((value) => (typeof value === 'string' ? value.toLowerCase() : value)),
  );
  for (const value of distinct) {
    if (value !== null) yield* reader.where(table.name, lookup.column, value);
  }
}
