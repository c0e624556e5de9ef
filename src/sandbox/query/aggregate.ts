import { compareScalars, type Predicate, type Scope } from './evaluate';
import type { Family, Scalar } from './expression';
import { aggregateLimit } from './refusals';
import { comparable } from './values';

export type AggregateKind = 'count' | 'countcolumn' | 'countdistinct' | 'sum' | 'avg' | 'min' | 'max';

/** At most so many rows are aggregated (FACTS 13.5, UNVERIFIED). */
export const AGGREGATE_LIMIT = 50_000;

/** A value that rows are grouped by. */
export interface Grouping {
  readonly read: (scope: Scope) => Scalar;
  readonly family: Family;
}

/** A value worked out over the rows of a group. */
export interface Aggregation {
  readonly kind: AggregateKind;
  readonly read: (scope: Scope) => Scalar;
  readonly family: Family;
}

/** One group: a row that stands for it, the values it is grouped by, the results. */
export interface Group {
  readonly scope: Scope | undefined;
  readonly keys: readonly Scalar[];
  readonly results: readonly Scalar[];
}

/** Collects the values of one aggregation. Nulls count for `count` only. */
class Accumulator {
  readonly #aggregation: Aggregation;
  readonly #distinct = new Set<Scalar>();
  #rows = 0;
  #values = 0;
  #sum = 0;
  #best: Scalar = null;

  constructor(aggregation: Aggregation) {
    this.#aggregation = aggregation;
  }

  add(scope: Scope): void {
    this.#rows += 1;
    const { kind, family } = this.#aggregation;
    if (kind === 'count') return;
    const value = this.#aggregation.read(scope);
    if (value === null) return;
    this.#values += 1;
    if (kind === 'countdistinct') this.#distinct.add(comparable(value, family));
    else if (kind === 'sum' || kind === 'avg') this.#sum += Number(value);
    else if (kind === 'min' || kind === 'max') this.#keep(value, kind === 'min' ? -1 : 1);
  }

  #keep(value: string | number | boolean, direction: number): void {
    const { family } = this.#aggregation;
    const candidate = comparable(value, family);
    const best = comparable(this.#best, family);
    if (best === null || (candidate !== null && compareScalars(candidate, best) === direction))
      this.#best = value;
  }

  result(): Scalar {
    switch (this.#aggregation.kind) {
      case 'count':
        return this.#rows;
      case 'countcolumn':
        return this.#values;
      case 'countdistinct':
        return this.#distinct.size;
      case 'sum':
        return this.#values === 0 ? null : round(this.#sum);
      case 'avg':
        return this.#values === 0 ? null : round(this.#sum / this.#values);
      case 'min':
      case 'max':
        return this.#best;
    }
  }
}

/** Ten digits after the point, the most a decimal column can have: hides what binary fractions add to a sum. */
function round(value: number): number {
  return Number.isSafeInteger(value) ? value : Number(value.toFixed(10));
}

/**
 * Groups the matching rows. Without groupings there is always one group, also of no rows. Throws 0x8004e023 above
 * `limit` rows.
 */
export function aggregateRows(
  scopes: Iterable<Scope>,
  matches: Predicate,
  groupings: readonly Grouping[],
  aggregations: readonly Aggregation[],
  limit: number,
): readonly Group[] {
  const groups = new Map<
    string,
    { scope: Scope | undefined; keys: readonly Scalar[]; accumulators: readonly Accumulator[] }
  >();
  const open = (scope: Scope | undefined, keys: readonly Scalar[]) => ({
    scope,
    keys,
    accumulators: aggregations.map((aggregation) => new Accumulator(aggregation)),
  });
  if (groupings.length === 0) groups.set('[]', open(undefined, []));
  let rows = 0;
  for (const scope of scopes) {
    if (matches(scope) !== true) continue;
    rows += 1;
    if (rows > limit) throw aggregateLimit();
    const keys = groupings.map((grouping) => grouping.read(scope));
    const name = JSON.stringify(keys.map((key, at) => comparable(key, groupings[at]?.family ?? 'text')));
    let group = groups.get(name);
    if (group === undefined) {
      group = open(scope, keys);
      groups.set(name, group);
    }
    for (const accumulator of group.accumulators) accumulator.add(scope);
  }
  return [...groups.values()].map(({ scope, keys, accumulators }) => ({
    scope,
    keys,
    results: accumulators.map((accumulator) => accumulator.result()),
  }));
}

/** Order of two results, null first. */
export function compareResults(a: Scalar, b: Scalar, family: Family): number {
  const left = comparable(a, family);
  const right = comparable(b, family);
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  return compareScalars(left, right);
}
