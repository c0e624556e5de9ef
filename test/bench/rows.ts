import { bareFetch, benchClient, startPeer } from './bare';
import { collectGarbage, inTurns, median, type Bench, type Figure } from './figure';

/** Ten thousand rows in the pages that the service makes of them when nobody asks for other ones (FACTS 13.4). */
const PAGES = 2;
const ROWS_PER_PAGE = 5000;
const SMALL_PAGE = 500;

const pathOf = (pages: number, size: number): string =>
  `asyncoperations?$select=name&page=0&pages=${pages}&rows=${size}`;

async function bareRows(origin: string, pages: number): Promise<number> {
  let count = 0;
  let url: string | undefined = `${origin}/api/data/v9.2/${pathOf(pages, ROWS_PER_PAGE)}`;
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
  size: number,
  onPage: () => void = () => undefined,
): Promise<number> {
  let count = 0;
  for await (const page of benchClient(origin).pages(pathOf(pages, size))) {
    count += page.rows.length;
    onPage();
  }
  return count;
}

/** Bytes of the heap in use after each page, what can be collected left out. */
async function memoryByPage(origin: string, pages: number): Promise<readonly number[]> {
  const used: number[] = [];
  await clientRows(origin, pages, SMALL_PAGE, () => {
    collectGarbage();
    used.push(process.memoryUsage().heapUsed);
  });
  return used;
}

export const rows: Bench = {
  name: 'rows',
  async run(): Promise<readonly Figure[]> {
    const peer = await startPeer();
    try {
      const origin = peer.line;
      const count = await clientRows(origin, PAGES, ROWS_PER_PAGE);
      if (count !== PAGES * ROWS_PER_PAGE) throw new Error(`The iterator gave ${count} rows`);
      const costs = await inTurns(
        60,
        () => clientRows(origin, PAGES, ROWS_PER_PAGE),
        () => bareRows(origin, PAGES),
      );
      await memoryByPage(origin, 10);
      const used = await memoryByPage(origin, 100);
      const [early, late] = [median(used.slice(5, 15)), median(used.slice(-10))];
      return [
        {
          name: '10,000 rows through the iterator: time',
          ratio: costs.measured.time / costs.bare.time,
          bar: { atMost: 1.3 },
          note: `${costs.measured.time.toFixed(0)} ms, bare loop ${costs.bare.time.toFixed(0)} ms`,
        },
        {
          name: '10,000 rows through the iterator: work of the processor',
          ratio: costs.measured.work / costs.bare.work,
          bar: { atMost: 1.3 },
          note: `${costs.measured.work.toFixed(0)} ms, bare loop ${costs.bare.work.toFixed(0)} ms`,
        },
        {
          name: 'memory in use at the hundredth page instead of the tenth',
          ratio: late / early,
          bar: { atMost: 1.05 },
          note: `${(late / 2 ** 20).toFixed(1)} MB, ${(early / 2 ** 20).toFixed(1)} MB`,
        },
      ];
    } finally {
      await peer.stop();
    }
  },
};
