import { activation } from '../test/bench/activation';
import { batches } from '../test/bench/batches';
import { deliveries } from '../test/bench/deliveries';
import { faults } from '../test/bench/faults';
import { verdict, type Bench, type Figure } from '../test/bench/figure';
import { jobs } from '../test/bench/jobs';
import { prompts } from '../test/bench/prompts';
import { receiver } from '../test/bench/receiver';
import { rows } from '../test/bench/rows';
import { tree } from '../test/bench/tree';
import { volume } from '../test/bench/volume';

const BENCHES: readonly Bench[] = [
  rows,
  batches,
  faults,
  deliveries,
  receiver,
  volume,
  tree,
  prompts,
  jobs,
  activation,
];

/**
 * Prints each figure, of all benches or of those that are named, with its bar. The figures are ratios of one run; a
 * machine that is slow or busy does not make it fail, only what does not work at all does.
 */
async function main(): Promise<void> {
  const named = process.argv.slice(2);
  const chosen = BENCHES.filter(({ name }) => named.length === 0 || named.includes(name));
  if (chosen.length === 0) throw new Error(`There are ${BENCHES.map(({ name }) => name).join(', ')}.`);
  const figures: Figure[] = [];
  for (const bench of chosen) figures.push(...(await bench.run()));
  print(figures);
}

function print(figures: readonly Figure[]): void {
  const cells = figures.map((figure) => [
    figure.name,
    figure.ratio.toFixed(2),
    figure.bar === undefined
      ? ''
      : 'atMost' in figure.bar
        ? `≤ ${figure.bar.atMost}`
        : `≥ ${figure.bar.atLeast}`,
    verdict(figure),
    figure.note,
  ]);
  const table = [['figure', 'ratio', 'bar', '', 'measured'], ...cells];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  for (const line of table) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
  const missed = figures.filter((figure) => verdict(figure) === 'missed').length;
  console.log(`${figures.length - missed} figures kept, ${missed} missed`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
