import type { Range } from '../../protocol/jobs';

/** Ranges are ascending, do not touch and do not overlap; so many rows can be selected by few numbers. */
export type Ranges = readonly Range[];

export function holds(ranges: Ranges, position: number): boolean {
  return ranges.some(({ from, to }) => position >= from && position < to);
}

/** How many positions there are. */
export function sizeOf(ranges: Ranges): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The ranges with the positions of another one, which may overlap them. */
export function withRange(ranges: Ranges, added: Range): Ranges {
  const apart = ranges.filter(({ from, to }) => to < added.from || from > added.to);
  const near = ranges.filter(({ from, to }) => to >= added.from && from <= added.to);
  const merged = {
    from: Math.min(added.from, ...near.map(({ from }) => from)),
    to: Math.max(added.to, ...near.map(({ to }) => to)),
  };
  return [...apart, merged].sort((a, b) => a.from - b.from);
}

/** The ranges with one position added, or taken out when they hold it. */
export function toggled(ranges: Ranges, position: number): Ranges {
  if (!holds(ranges, position)) return withRange(ranges, { from: position, to: position + 1 });
  return ranges.flatMap(({ from, to }) =>
    position < from || position >= to
      ? [{ from, to }]
      : [
          { from, to: position },
          { from: position + 1, to },
        ].filter((range) => range.from < range.to),
  );
}

/** What is left of the ranges among so many positions. */
export function within(ranges: Ranges, count: number): Ranges {
  return ranges.flatMap(({ from, to }) => (from < count ? [{ from, to: Math.min(to, count) }] : []));
}
