import type { StoredRow } from '../../schema/types';
import type { StoreReader } from '../../store';
import { candidates } from '../candidates';
import { compile, rowsWith, type Predicate, type Scope } from '../evaluate';
import { readScalar } from '../values';
import type { FetchPlan, Link } from './plan';

interface Joiner {
  readonly link: Link;
  readonly matches: Predicate;
  readonly inner: readonly Joiner[];
  /** Slots to empty when an outer join finds nothing. */
  readonly slots: readonly number[];
}

function joinerOf(reader: StoreReader, link: Link): Joiner {
  const inner = link.links.map((one) => joinerOf(reader, one));
  return {
    link,
    matches: compile(reader, link.condition),
    inner,
    slots: [link.source.slot, ...inner.flatMap((one) => one.slots)],
  };
}

function related(reader: StoreReader, link: Link, parent: StoredRow | undefined): Iterable<StoredRow> {
  const value = parent === undefined ? null : readScalar(parent, link.to);
  return value === null ? [] : rowsWith(reader, link.source.table, link.from, value);
}

/**
 * Fills the slots of one link and those below it, once for each match. An inner link below an outer one restricts the
 * matches of the outer one, not the rows of the query (UNVERIFIED).
 */
function* fill(reader: StoreReader, joiner: Joiner, scope: Scope): Iterable<undefined> {
  const { link, matches, inner, slots } = joiner;
  let found = false;
  for (const row of related(reader, link, scope[link.parent])) {
    scope[link.source.slot] = row;
    if (matches(scope) !== true) continue;
    for (const match of fillAll(reader, inner, 0, scope)) {
      found = true;
      yield match;
      if (link.type === 'exists') return;
    }
  }
  if (found || link.type !== 'outer') return;
  for (const slot of slots) scope[slot] = undefined;
  yield undefined;
}

function* fillAll(
  reader: StoreReader,
  joiners: readonly Joiner[],
  at: number,
  scope: Scope,
): Iterable<undefined> {
  const joiner = joiners[at];
  if (joiner === undefined) {
    yield undefined;
    return;
  }
  for (const _match of fill(reader, joiner, scope)) yield* fillAll(reader, joiners, at + 1, scope);
}

/** All combinations of rows that the entity's own conditions and the links let through. */
export function* joinedScopes(reader: StoreReader, plan: FetchPlan): Iterable<Scope> {
  const matches = compile(reader, plan.rootFilter);
  const joiners = plan.links.map((link) => joinerOf(reader, link));
  for (const row of candidates(reader, plan.root.table, 0, plan.rootFilter)) {
    const scope: Scope = [row];
    if (matches(scope) !== true) continue;
    if (joiners.length === 0) yield scope;
    else for (const _match of fillAll(reader, joiners, 0, scope)) yield [...scope];
  }
}
