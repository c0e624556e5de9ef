import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { JOBS_PER_LARGE_PAGE } from '../../src/jobs/jobQueries';
import { JobService } from '../../src/jobs/jobService';
import { exportJobs } from '../../src/presentation/jobs/jobExport';
import { JobsRun } from '../../src/presentation/jobs/jobsRun';
import { readerTimes } from '../../src/presentation/texts/readerTimes';
import { ToJobsPage } from '../../src/protocol/jobs';
import { SpooledFile } from '../../src/vscode/panels/spooledFile';
import { silentJobsPage } from '../fakes/silentJobsPage';
import { jobRow, jobsGrid, showing } from '../webview/fixtures';
import { PageHost } from '../webview/jobsPage';
import { bareFetch, benchClient, startPeer } from './bare';
import { collectGarbage, inTurns, type Bench, type Figure } from './figure';

const ROWS = 100_000;
const SCROLLED = 50_000;
const FRAMES = 240;
/** Pixels of a row. */
const ROW_HEIGHT = 22;
/** Pixels that Page Down goes with these sizes. */
const PAGE_OF_KEYS = 22 * ROW_HEIGHT;
/** Milliseconds of one picture of the screen. */
const FRAME = 16;
/** Megabytes, from the promise of the report. */
const HOST_BAR = 150;
const PAGE_BAR = 300;

const pathOf = (pages: number, rows: number): string =>
  `asyncoperations?$select=name&page=0&pages=${pages}&rows=${rows}`;
const nothing = (): void => undefined;

function reportRun(jobs: JobService): JobsRun {
  const times = readerTimes();
  const onFailure = (error: unknown): never => {
    throw error;
  };
  return new JobsRun({
    environmentName: () => 'Bench',
    jobs,
    page: silentJobsPage,
    times: () => times,
    onFailure,
  });
}

async function bareRows(origin: string, pages: number, rows: number): Promise<number> {
  let count = 0;
  let url: string | undefined = `${origin}/api/data/v9.2/${pathOf(pages, rows)}`;
  while (url !== undefined) {
    const answer: { readonly value: readonly unknown[]; readonly '@odata.nextLink'?: string } = JSON.parse(
      await bareFetch(url),
    );
    count += answer.value.length;
    url = pages === 1 ? undefined : answer['@odata.nextLink'];
  }
  return count;
}

/** All rows, in pages of the size that is asked for. */
const ALL = `asyncoperations?$select=name&page=0&all=${ROWS}`;

/** Streams all rows into the report as *Load All* does, after the first page of fifty: kept, grouped, counted. */
async function loadAll(jobs: JobService): Promise<JobsRun> {
  const run = reportRun(jobs);
  await run.start({ language: 'webApi', text: ALL });
  await run.all();
  if (run.result.loaded !== ROWS) throw new Error(`The report has ${run.result.loaded} rows`);
  return run;
}

/** Exports all rows as CSV into a real file. */
async function exportAll(jobs: JobService, target: string, tell: () => void = nothing): Promise<void> {
  await exportJobs(
    jobs,
    {
      choose: () => Promise.resolve(() => SpooledFile.beside(target)),
      progress: async (_, work) => {
        await work(tell, new AbortController().signal);
      },
    },
    {
      format: 'csv',
      title: 'Bench',
      group: undefined,
      query: { language: 'webApi', text: ALL },
    },
  );
}

/**
 * The most memory in use at any time of some work, in megabytes above what was before: what can be collected counts, too,
 * because somebody's machine has to have it.
 */
async function mostInUse(work: (look: () => void) => Promise<unknown>): Promise<number> {
  const before = memory();
  let most = 0;
  const look = (): void => {
    most = Math.max(most, inUse() - before);
  };
  const looking = setInterval(look, 5);
  try {
    await work(look);
  } finally {
    clearInterval(looking);
  }
  return most;
}

async function assertAllExported(target: string): Promise<void> {
  const lines = (await readFile(target, 'utf8')).split('\r\n').length;
  if (lines < ROWS) throw new Error(`The file has ${lines} lines`);
}

/** Megabytes in use, with what can be collected. */
function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

/** Megabytes in use, what can be collected left out. */
function memory(): number {
  collectGarbage();
  return inUse();
}

/** Rows that look different: a row that is drawn again with the same texts would cost nothing. */
const DIFFERENT = 97;
/** Runs in the page: answers for windows of rows, scrolls by so many pixels a frame, and counts what was drawn. */
const SCROLL = `async ({ rows, method, frames, step }) => {
  const scroll = document.getElementById('scroll');
  const answer = () => {
    for (const { method: asked, params } of standIn.posted.splice(0)) {
      if (asked !== 'jobs/window') continue;
      const window = Array.from({ length: params.count }, (_, at) => {
        const row = rows[(params.from + at) % rows.length];
        return { ...row, id: 'j' + (params.from + at) };
      });
      postMessage({ method, params: { version: params.version, from: params.from, rows: window } }, '*');
    }
  };
  const start = performance.now();
  for (let frame = 1; frame <= frames; frame += 1) {
    scroll.scrollTop = step * frame;
    answer();
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  const seconds = (performance.now() - start) / 1000;
  return { fps: frames / seconds, heap: performance.memory.usedJSHeapSize / 2 ** 20 };
}`;

/** What scrolling costs. Drawing is up to the machine; the work of scripts, styles and layout is the page's own. */
interface Scrolled {
  readonly fps: number;
  readonly heap: number;
  /** Milliseconds of each frame. */
  readonly script: number;
  readonly layout: number;
}

/** @param step pixels for each frame */
async function scrolled(step: number): Promise<Scrolled> {
  const host = await PageHost.start();
  try {
    const jobs = await host.open({ size: { width: 1280, height: 800 } });
    await jobs.show(showing({ grid: { ...jobsGrid(100), count: SCROLLED } }));
    const tools = await jobs.page.context().newCDPSession(jobs.page);
    await tools.send('Performance.enable');
    const spent = async (...names: readonly string[]): Promise<number> => {
      const { metrics } = await tools.send('Performance.getMetrics');
      return metrics.reduce((sum, { name, value }) => (names.includes(name) ? sum + value * 1000 : sum), 0);
    };
    const [script, layout] = [['ScriptDuration'], ['LayoutDuration', 'RecalcStyleDuration']] as const;
    const [scriptBefore, layoutBefore] = [await spent(...script), await spent(...layout)];
    const rows = Array.from({ length: DIFFERENT }, (_, at) => jobRow(at));
    const argument = JSON.stringify({ rows, method: ToJobsPage.rows.method, frames: FRAMES, step });
    const seen = await jobs.page.evaluate<{ fps: number; heap: number }>(`(${SCROLL})(${argument})`);
    return {
      ...seen,
      script: ((await spent(...script)) - scriptBefore) / FRAMES,
      layout: ((await spent(...layout)) - layoutBefore) / FRAMES,
    };
  } finally {
    await host.stop();
  }
}

/** The job report at its promised size: 100,000 failed jobs. The page must have been built (`node esbuild.js`). */
export const jobs: Bench = {
  name: 'jobs',
  async run(): Promise<readonly Figure[]> {
    const peer = await startPeer();
    const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
    const target = path.join(folder, 'jobs.csv');
    try {
      const origin = peer.line;
      const service = new JobService(benchClient(origin), () => Promise.resolve(undefined));
      const first = await inTurns(
        40,
        () => reportRun(service).start({ language: 'webApi', text: pathOf(2000, 50) }),
        () => bareRows(origin, 1, 50),
      );
      const before = memory();
      const kept = await loadAll(service);
      const held = memory() - before;
      if (kept.result.count !== ROWS) throw new Error('Rows were lost');
      const streamed = await inTurns(
        5,
        () => loadAll(service),
        () => bareRows(origin, ROWS / JOBS_PER_LARGE_PAGE, JOBS_PER_LARGE_PAGE),
      );
      const exported = await inTurns(
        5,
        () => exportAll(service, target),
        () => bareRows(origin, ROWS / JOBS_PER_LARGE_PAGE, JOBS_PER_LARGE_PAGE),
      );
      const reading = await mostInUse(() => loadAll(service));
      const spooled = await mostInUse((look) => exportAll(service, target, look));
      await assertAllExported(target);
      const { fps, heap, script, layout } = await scrolled((SCROLLED * ROW_HEIGHT) / FRAMES);
      const paged = await scrolled(PAGE_OF_KEYS);
      return [
        ratio('jobs: first page against one bare request', first),
        {
          ...ratio('jobs: 100,000 rows streamed and grouped against the bare loop', streamed),
          bar: { atMost: 1.5 },
        },
        {
          ...ratio('jobs: 100,000 rows exported as CSV against the bare loop', exported),
          bar: { atMost: 1.5 },
        },
        {
          name: 'jobs: memory of the host for 100,000 rows, of its 150 MB',
          ratio: held / HOST_BAR,
          bar: { atMost: 1 },
          note: `${held.toFixed(1)} MB`,
        },
        {
          name: 'jobs: most memory in use while 100,000 rows are streamed and grouped, of the same',
          ratio: reading / HOST_BAR,
          bar: { atMost: 1 },
          note: `${reading.toFixed(1)} MB, with what can be collected`,
        },
        {
          name: 'jobs: most memory in use while 100,000 rows are exported, of the same',
          ratio: spooled / HOST_BAR,
          bar: { atMost: 1 },
          note: `${spooled.toFixed(1)} MB, with what can be collected`,
        },
        {
          name: 'jobs: frames a second while 50,000 rows are scrolled in four seconds, of 60',
          ratio: fps / 60,
          note: `${fps.toFixed(0)} frames a second`,
        },
        {
          name: `jobs: work of the page's scripts for each of these frames, of ${FRAME} ms`,
          ratio: script / FRAME,
          note: `${script.toFixed(1)} ms, styles and layout ${layout.toFixed(1)} ms; the rest is drawing, here without a graphics card`,
        },
        {
          name: 'jobs: frames a second while each shows the next page of rows, of 60',
          ratio: paged.fps / 60,
          note: `${paged.fps.toFixed(0)} frames a second, scripts ${paged.script.toFixed(1)} ms, styles and layout ${paged.layout.toFixed(1)} ms`,
        },
        {
          name: 'jobs: memory of the page after it, of its 300 MB',
          ratio: heap / PAGE_BAR,
          bar: { atMost: 1 },
          note: `${heap.toFixed(1)} MB`,
        },
      ];
    } finally {
      await peer.stop();
      await rm(folder, { recursive: true });
    }
  },
};

function ratio(
  name: string,
  { measured, bare }: { readonly measured: { time: number }; readonly bare: { time: number } },
): Figure {
  return {
    name,
    ratio: measured.time / bare.time,
    note: `${measured.time.toFixed(1)} ms, bare ${bare.time.toFixed(1)} ms`,
  };
}
