import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bareFetch, benchClient, startPeer } from './bare';
import { inTurns, type Bench, type Figure } from './figure';

const PAGES = 10;
const ROWS_PER_PAGE = 1000;

/** Collects garbage now. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  return () => {
    if (typeof gc === 'function') gc();
  };
}

const pathOf = (pages: number): string => `asyncoperations?$select=name&page=0&pages=${pages}`;

async function bareRows(origin: string, pages: number): Promise<number> {
  let count = 0;
  let url: string | undefined = `${origin}/api/data/v9.2/${pathOf(pages)}`;
  while (url !== undefined) {
    const page: { readonly value: readonly unknown[]; readonly '@odata.nextLink'?: string } = JSON.parse(
      await bareFetch(url),
    );
    count += page.value.length;
    url = page['@odata.nextLink'];
  }
  return count;
}

async function clientRows(
  origin: string,
  pages: number,
  onPage: () => void = () => undefined,
): Promise<number> {
  let count = 0;
  for await (const page of benchClient(origin).pages(pathOf(pages))) {
    count += page.rows.length;
    onPage();
  }
  return count;
}

/** Bytes of the heap that are in use at the worst page, beyond those before. */
async function memoryOf(origin: string, pages: number): Promise<number> {
  const collect = collector();
  collect();
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  await clientRows(origin, pages, () => {
    collect();
    most = Math.max(most, process.memoryUsage().heapUsed - before);
  });
  return most;
}

export const rows: Bench = {
  name: 'rows',
  async run(): Promise<readonly Figure[]> {
    const peer = await startPeer();
    try {
      const origin = peer.line;
      const count = await clientRows(origin, PAGES);
      if (count !== PAGES * ROWS_PER_PAGE) throw new Error(`The iterator gave ${count} rows`);
      const times = await inTurns(
        15,
        () => clientRows(origin, PAGES),
        () => bareRows(origin, PAGES),
      );
      await memoryOf(origin, 5);
      const few = await memoryOf(origin, 5);
      const many = await memoryOf(origin, 50);
      return [
        {
          name: '10,000 rows through the iterator: time',
          ratio: times.measured / times.bare,
          bar: { atMost: 1.3 },
          note: `${times.measured.toFixed(0)} ms, bare loop ${times.bare.toFixed(0)} ms`,
        },
        {
          name: '50 pages instead of 5: memory at the worst page',
          ratio: many / few,
          bar: { atMost: 1.3 },
          note: `${(many / 1024).toFixed(0)} KB, ${(few / 1024).toFixed(0)} KB`,
        },
      ];
    } finally {
      await peer.stop();
    }
  },
};
