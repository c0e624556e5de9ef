import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One figure of the bench: a ratio against something bare, measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly ratio: number;
  /** Undefined: only told, nobody has promised anything. */
  readonly bar?: { readonly atMost: number } | { readonly atLeast: number };
  /** What the two sides were, in absolute terms. */
  readonly note: string;
}

/** A part of the bench. Gives its figures; throws only when something does not work at all. */
export interface Bench {
  readonly name: string;
  run(): Promise<readonly Figure[]>;
}

/** Says whether the ratio keeps to its bar. */
export function verdict({ ratio, bar }: Figure): 'kept' | 'missed' | '' {
  if (bar === undefined) return '';
  return ('atMost' in bar ? ratio <= bar.atMost : ratio >= bar.atLeast) ? 'kept' : 'missed';
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** Milliseconds that something takes. */
export async function time(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Milliseconds: by the clock, and those that the processors worked for this process, which others cannot disturb. */
export interface Cost {
  readonly time: number;
  readonly work: number;
}

/** What something costs. */
export async function costOf(run: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage();
  const passed = await time(run);
  const { user, system } = process.cpuUsage(before);
  return { time: passed, work: (user + system) / 1000 };
}

function medianCost(costs: readonly Cost[]): Cost {
  return { time: median(costs.map((cost) => cost.time)), work: median(costs.map((cost) => cost.work)) };
}

/** Collects garbage now. */
export const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/**
 * Medians of the costs of two things, taken in turns so that the noise of the machine hits both, after rounds that are
 * not counted. Each begins with an empty heap: the collector comes at intervals of allocated bytes, and where two
 * things of the same size take turns it would come in the same one of them every time, whoever made the garbage. Whoever
 * is first in one round is second in the next. What a side gives stays in memory until it gives it anew, as what is on a
 * screen stays until it is refreshed: with the last row of a form the collector takes what the engine has learnt of
 * reading these, and each round would be the first one again.
 * @param uncounted rounds before: one, or as many as the engine takes to compile what is measured
 */
export async function inTurns(
  rounds: number,
  measured: () => Promise<unknown>,
  bare: () => Promise<unknown>,
  uncounted = 1,
): Promise<{ readonly measured: Cost; readonly bare: Cost }> {
  const costs = { measured: [] as Cost[], bare: [] as Cost[] };
  const held: { measured?: unknown; bare?: unknown } = {};
  const take = async (side: 'measured' | 'bare', isCounted: boolean): Promise<void> => {
    collectGarbage();
    const cost = await costOf(async () => {
      held[side] = await (side === 'measured' ? measured : bare)();
    });
    if (isCounted) costs[side].push(cost);
  };
  for (let round = -uncounted; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['measured', 'bare'] as const) : (['bare', 'measured'] as const);
    for (const side of order) await take(side, round >= 0);
  }
  return { measured: medianCost(costs.measured), bare: medianCost(costs.bare) };
}
