import type { Predicate, Scope } from './evaluate';
import type { Scalar } from './expression';
import { compareKeys, sortValues, type OrderKey } from './order';

/** What a page is taken from, and where. */
export interface PageRequest {
  readonly scopes: Iterable<Scope>;
  readonly matches: Predicate;
  /** The last key makes the order total, so that pages neither repeat nor miss rows. */
  readonly keys: readonly OrderKey[];
  /** Rows wanted. */
  readonly limit: number;
  /** Only rows behind these values, in the form `sortValues` gives: what makes paging robust while rows come and go. */
  readonly after: readonly Scalar[] | undefined;
  /** Keeps everything that matches for the pages behind the first; without it each page looks at every scope. */
  readonly whole?: Whole | undefined;
  /** Count all matching rows, up to one more than this. */
  readonly countUpTo: number | undefined;
}

export interface Page {
  readonly scopes: readonly Scope[];
  /** True when rows follow. */
  readonly more: boolean;
  /** All matching rows, at most `countUpTo + 1`. */
  readonly count: number | undefined;
}

/** A row and its place in the order. */
export interface Candidate {
  /** In the form `sortValues` gives. */
  readonly values: readonly Scalar[];
  readonly scope: Scope;
}

/** All matching rows in order: made when first asked for. */
export type Whole = (make: () => readonly Candidate[]) => readonly Candidate[];

/** Keeps the smallest `size` candidates of a stream. */
class Smallest {
  readonly #size: number;
  readonly #compare: (a: Candidate, b: Candidate) => number;
  #items: Candidate[] = [];
  #largest: Candidate | undefined;

  constructor(size: number, compare: (a: Candidate, b: Candidate) => number) {
    this.#size = size;
    this.#compare = compare;
  }

  /** False for what cannot be among the smallest any more. */
  admits(candidate: Candidate): boolean {
    return this.#largest === undefined || this.#compare(candidate, this.#largest) < 0;
  }

  add(candidate: Candidate): void {
    this.#items.push(candidate);
    // Cutting back now and then costs less than keeping a heap in order.
    if (this.#items.length >= this.#size * 2 + 64) this.#cut();
  }

  sorted(): readonly Candidate[] {
    this.#cut();
    return this.#items;
  }

  #cut(): void {
    this.#items.sort(this.#compare);
    this.#items.length = Math.min(this.#items.length, this.#size);
    if (this.#items.length === this.#size) this.#largest = this.#items.at(-1);
  }
}

/**
 * One page of the matching rows in order. The first one reads every scope once and asks the condition only where it must;
 * those behind it are cut out of the whole where it is kept.
 */
export function takePage(request: PageRequest): Page {
  const { after, whole } = request;
  return after === undefined || whole === undefined
    ? searchedPage(request)
    : cutPage(
        request,
        whole(() => wholeOrder(request)),
        after,
      );
}

function wholeOrder({ scopes, matches, keys }: PageRequest): readonly Candidate[] {
  const all: Candidate[] = [];
  for (const scope of scopes)
    if (matches(scope) === true) all.push({ values: sortValues(keys, scope), scope });
  return all.sort((a, b) => compareKeys(keys, a.values, b.values));
}

function cutPage(
  { keys, limit, countUpTo }: PageRequest,
  all: readonly Candidate[],
  after: readonly Scalar[],
): Page {
  let [start, end] = [0, all.length];
  while (start < end) {
    const middle = (start + end) >> 1;
    if (compareKeys(keys, all[middle]?.values ?? [], after) <= 0) start = middle + 1;
    else end = middle;
  }
  return {
    scopes: all.slice(start, start + limit).map((candidate) => candidate.scope),
    more: all.length > start + limit,
    count: countUpTo === undefined ? undefined : Math.min(all.length, countUpTo + 1),
  };
}

function searchedPage(request: PageRequest): Page {
  const { keys, limit, after, countUpTo, matches } = request;
  const compare = (a: Candidate, b: Candidate): number => compareKeys(keys, a.values, b.values);
  // One row more than wanted tells whether there is a next page.
  const smallest = new Smallest(limit + 1, compare);
  let count = 0;
  for (const scope of request.scopes) {
    const counting = countUpTo !== undefined && count <= countUpTo;
    if (counting) {
      if (matches(scope) !== true) continue;
      count += 1;
    }
    const values = sortValues(keys, scope);
    if (after !== undefined && compareKeys(keys, values, after) <= 0) continue;
    const candidate = { values, scope };
    if (!smallest.admits(candidate) || (!counting && matches(scope) !== true)) continue;
    smallest.add(candidate);
  }
  const found = smallest.sorted();
  return {
    scopes: found.slice(0, limit).map((candidate) => candidate.scope),
    more: found.length > limit,
    count: countUpTo === undefined ? undefined : count,
  };
}
