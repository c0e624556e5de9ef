import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import type { BatchOperation } from '../../src/dataverse/webApi';
import { benchClient, startBenchSandbox } from './bare';
import { time, type Bench, type Figure } from './figure';

const CREATES = 1000;
/** One of twenty is refused. */
const isBad = (index: number): boolean => index % 20 === 7;

const bodyOf = (index: number): Readonly<Record<string, unknown>> =>
  isBad(index) ? { nonsense: index } : { name: 'Bench', accountnumber: String(index) };

export const batches: Bench = {
  name: 'batches',
  async run(): Promise<readonly Figure[]> {
    const sandbox = await startBenchSandbox('--empty');
    try {
      let trips = 0;
      const transport = createNodeFetchTransport();
      const client = benchClient(sandbox.url, sandbox.token, (request) => {
        trips += 1;
        return transport(request);
      });
      const refused: number[] = [];
      const oneByOne = await time(async () => {
        for (let index = 0; index < CREATES; index += 1) {
          await client.create('accounts', bodyOf(index)).catch(() => refused.push(index));
        }
      });
      const single = trips;
      trips = 0;
      const operations = Array.from({ length: CREATES }, (_, index): BatchOperation => ({
        method: 'POST',
        path: 'accounts',
        body: bodyOf(index),
      }));
      let attributed = 0;
      const together = await time(async () => {
        const outcomes = await client.batch({ atomicity: 'each', operations });
        attributed = outcomes.filter((outcome, index) => !outcome.ok === isBad(index)).length;
      });
      return [
        {
          name: '1,000 creates one by one instead of $batch: round trips',
          ratio: single / trips,
          bar: { atLeast: 20 },
          note: `${single} trips in ${oneByOne.toFixed(0)} ms, ${trips} in ${together.toFixed(0)} ms`,
        },
        {
          name: '1,000 creates, 50 refused: outcomes at their own place',
          ratio: attributed / CREATES,
          bar: { atLeast: 1 },
          note: `${attributed} of ${CREATES}; one by one ${refused.length} refused`,
        },
      ];
    } finally {
      await sandbox.stop();
    }
  },
};
