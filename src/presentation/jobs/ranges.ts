import type { Range } from '../../protocol/jobs';

/** Positions in ascending order as ranges without gaps: `from` is in it, `to` is not. */
export function rangesOf(positions: Iterable<number>): Range[] {
  const ranges: Array<{ from: number; to: number }> = [];
  for (const position of positions) {
    const last = ranges.at(-1);
    if (last?.to === position) last.to += 1;
    else ranges.push({ from: position, to: position + 1 });
  }
  return ranges;
}

/** Every position of ranges, those beyond the end left out. */
export function* positionsOf(ranges: readonly Range[], count: number): Iterable<number> {
  for (const { from, to } of ranges) for (let at = from; at < Math.min(to, count); at += 1) yield at;
}
