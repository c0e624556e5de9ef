import { MOST_BOOKMARKED, MOST_STRETCHES, type Bookmark, type Place } from '../../protocol/jobGrid';
import { positionsOf, rangesOf } from './ranges';

/** The rows of a grid by their positions; rows without an id have an empty one. */
export interface RowIds {
  readonly count: number;
  readonly idOf: (position: number) => string;
}

/** The positions of rows by their ids; none where an id stands for several rows and so for none. */
function positionsById({ count, idOf }: RowIds): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (let at = 0; at < count; at += 1) {
    const id = idOf(at);
    if (id === '') continue;
    if (positions.has(id)) return new Map();
    positions.set(id, at);
  }
  return positions;
}

/**
 * The same place among rows that have come anew: the same rows selected, in focus and on top. Where the one on top or in
 * focus is gone, its next neighbour that is left stands in.
 */
export function placeAfter(place: Place, before: RowIds, after: RowIds): Place {
  const positions = positionsById(after);
  const same = (position: number): number | undefined => positions.get(before.idOf(position));
  const near = (position: number): number => {
    if (positions.size === 0) return Math.min(position, Math.max(0, after.count - 1));
    for (let at = position; at < before.count; at += 1) {
      const found = same(at);
      if (found !== undefined) return found;
    }
    for (let at = Math.min(position, before.count) - 1; at >= 0; at -= 1) {
      const found = same(at);
      if (found !== undefined) return found;
    }
    return 0;
  };
  const selected = [...positionsOf(place.selected, before.count)]
    .flatMap((position) => same(position) ?? [])
    .sort((a, b) => a - b);
  return {
    selected: rangesOf(selected),
    active: near(place.active),
    column: place.column,
    // Who looks at the newest wants to see what is newer.
    top: place.top === 0 ? 0 : near(place.top),
  };
}

/** What to keep of a place, so that it can be found again when these rows are gone. */
export function bookmarkOf(
  place: Place,
  rows: RowIds,
  rest: Pick<Bookmark, 'loaded' | 'sorting' | 'group' | 'opened'>,
): Bookmark {
  const idAt = (at: number): Bookmark['top'] => {
    const id = at < rows.count ? rows.idOf(at) : '';
    return id === '' ? { at } : { id, at };
  };
  const size = place.selected.reduce((sum, { from, to }) => sum + to - from, 0);
  const few = size <= MOST_BOOKMARKED;
  const ids = few ? [...positionsOf(place.selected, rows.count)].map((at) => rows.idOf(at)) : [];
  // A part of a selection would be another one.
  const kept = few || place.selected.length > MOST_STRETCHES ? [] : place.selected;
  return {
    ...rest,
    selected: ids.filter((id) => id !== ''),
    stretches: kept.flatMap(({ from, to }) => {
      const [first, last] = [rows.idOf(from), rows.idOf(Math.min(to, rows.count) - 1)];
      return first === '' || last === '' ? [] : { from: first, to: last, count: to - from };
    }),
    active: idAt(place.active),
    column: place.column,
    top: idAt(place.top),
  };
}

/**
 * The place that a bookmark means among rows.
 * @returns complete: all its rows are there
 */
export function placeOfBookmark(
  { selected, stretches, active, top, column }: Bookmark,
  rows: RowIds,
): { readonly place: Place; readonly complete: boolean } {
  const positions = positionsById(rows);
  let complete = true;
  const find = (id: string): number | undefined => {
    const found = positions.get(id);
    if (found === undefined) complete = false;
    return found;
  };
  const placeOf = ({ id, at }: Bookmark['top']): number =>
    (id === undefined ? undefined : find(id)) ?? Math.min(at, Math.max(0, rows.count - 1));
  const ones = selected.flatMap((id) => find(id) ?? []);
  const many = stretches.flatMap(({ from, to, count }) => {
    const [first, last] = [find(from), find(to)];
    // With other rows in between, or without some of them, it is not what the person has selected.
    if (first === undefined || last === undefined || last - first + 1 !== count) return [];
    return Array.from({ length: count }, (_, at) => first + at);
  });
  const all = [...ones, ...many].sort((a, b) => a - b);
  const place = {
    selected: rangesOf(all),
    active: placeOf(active),
    column,
    top: top.at === 0 ? 0 : placeOf(top),
  };
  return { place, complete };
}
