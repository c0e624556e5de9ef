import assert from 'node:assert/strict';
import type { Page } from '../../../src/dataverse/webApi';
import { jobsPanelState } from '../../../src/presentation/jobs/panelState';
import { pagesOf, report, until } from './jobsRig';

/** A service with jobs by their numbers, the newest first; in any other order it begins with the oldest. */
class Jobs {
  newest: number[];
  failing = false;

  constructor(count: number) {
    this.newest = Array.from({ length: count }, (_, n) => count - n);
  }

  readonly answers = {
    fetchPages: (_: string, text: string): AsyncIterable<Page> => {
      if (this.failing) return pagesOf([Promise.reject(new Error('unreachable'))]);
      if (text.includes('aggregate="true"')) return pagesOf([{ rows: [{ jobs: 200_000 }], more: false }]);
      const usual = !text.includes('attribute="retrycount" descending');
      const rows = (usual ? this.newest : [...this.newest].reverse())
        .slice(0, 50)
        .map((n) => ({ asyncoperationid: `j${n}`, name: 'n', statuscode: 31 }));
      return pagesOf([{ rows, more: this.newest.length > 50, total: 5000, totalIsLimit: true }]);
    },
  };

  add(...numbers: number[]): void {
    this.newest = [...numbers, ...this.newest];
  }
}

type Rig = ReturnType<typeof report>;

const state = jobsPanelState('e', { kind: 'environment' }, 'Test');

async function opened(jobs: Jobs, before?: Rig): Promise<Rig> {
  const rig = report(
    jobs.answers,
    before === undefined ? state : before.report.state,
    undefined,
    before?.page.bookmarks.at(-1),
  );
  rig.report.ready();
  await until(() => rig.page.last?.phase === 'done');
  return rig;
}

async function watched(jobs: Jobs, sorted: boolean): Promise<Rig> {
  const rig = await opened(jobs);
  if (sorted) await rig.report.sort({ key: 'retrycount', descending: true });
  rig.report.watch(true);
  await rig.clock.someoneWaits();
  return rig;
}

async function look({ clock }: Rig): Promise<void> {
  clock.advance(30_000);
  await clock.someoneWaits();
}

const news = ({ page }: Rig): Array<string | undefined> =>
  page.watches.flatMap((watch) => {
    const text = JSON.stringify(watch);
    return text.includes('news') ? [/(?:At least )?\d+ new jobs?/.exec(text)?.[0]] : [];
  });

/** Waits for the first news; no time passes. */
const told = (rig: Rig): Promise<void> =>
  until(() => {
    rig.clock.advance(0);
    return news(rig).length > 0;
  });

describe('A report that was watched when the window went away', () => {
  for (const sorted of [false, true]) {
    const order = sorted ? 'in an order that the service makes' : 'in the usual order';

    it(`tells at once, and once, what came meanwhile, ${order}`, async () => {
      const jobs = new Jobs(200);
      const before = await watched(jobs, sorted);
      before.report.dispose();
      jobs.add(203, 202, 201);
      const after = await opened(jobs, before);
      await told(after);
      assert.equal(after.clock.now(), before.clock.now(), 'nobody has waited for half a minute');
      assert.deepEqual(news(after), ['3 new jobs']);
      await look(after);
      assert.deepEqual(news(after), ['3 new jobs']);
      jobs.add(204);
      await look(after);
      assert.deepEqual(news(after), ['3 new jobs', '1 new job']);
      after.report.dispose();
    });

    it(`knows it still after another reload before it could look, ${order}`, async () => {
      const jobs = new Jobs(200);
      const first = await watched(jobs, sorted);
      first.report.dispose();
      jobs.add(201);
      jobs.failing = true;
      const bookmark = first.page.bookmarks.at(-1);
      const second = report(jobs.answers, first.report.state, undefined, bookmark);
      second.report.ready();
      await until(() => second.page.last?.phase === 'failed');
      second.report.dispose();
      jobs.failing = false;
      second.page.bookmarks.unshift(...(bookmark === undefined ? [] : [bookmark]));
      const third = await opened(jobs, second);
      await told(third);
      assert.deepEqual(news(third), ['1 new job']);
      third.report.dispose();
    });

    it(`says nothing where nothing came, also where others were deleted, ${order}`, async () => {
      const jobs = new Jobs(200);
      const before = await watched(jobs, sorted);
      before.report.dispose();
      jobs.newest = jobs.newest.slice(20);
      const after = await opened(jobs, before);
      await after.clock.someoneWaits();
      await look(after);
      assert.deepEqual(news(after), []);
      after.report.dispose();
    });
  }

  it('tells of the first jobs there are, and of more than a page as of so many at least', async () => {
    const jobs = new Jobs(0);
    const before = await watched(jobs, false);
    before.report.dispose();
    jobs.add(2, 1);
    const after = await opened(jobs, before);
    await told(after);
    assert.deepEqual(news(after), ['2 new jobs']);
    after.report.dispose();
    jobs.add(...Array.from({ length: 80 }, (_, n) => 100 - n));
    const later = await opened(jobs, after);
    await told(later);
    assert.deepEqual(news(later), ['At least 50 new jobs']);
    later.report.dispose();
  });

  it('keeps nothing of it where nobody watched', async () => {
    const jobs = new Jobs(200);
    const before = await opened(jobs);
    assert.equal(before.page.bookmarks.at(-1)?.seen, undefined);
    before.report.dispose();
    jobs.add(201);
    const after = await opened(jobs, before);
    assert.deepEqual(news(after), []);
    assert.equal(after.clock.waiting, 0);
    after.report.dispose();
  });

  it('says it again to a page that comes back, until the watch ends', async () => {
    const jobs = new Jobs(60);
    const rig = await watched(jobs, false);
    jobs.add(61);
    await look(rig);
    const shown = (): string => JSON.stringify(rig.page.shows.at(-1));
    rig.report.ready();
    assert.match(shown(), /"news":\{"text":"1 new job, /);
    const { filter } = rig.report.state;
    await rig.report.filter({ ...(filter ?? assert.fail()), cause: 'timeout' });
    assert.deepEqual(rig.page.watches.at(-1), { on: true }, 'other jobs are shown');
    rig.report.ready();
    assert.doesNotMatch(shown(), /1 new job/);
    jobs.add(62);
    await look(rig);
    rig.report.ready();
    assert.match(shown(), /1 new job/);
    rig.report.watch(false);
    rig.report.ready();
    assert.doesNotMatch(shown(), /1 new job/);
    rig.report.dispose();
  });
});

describe('Two windows that watch one environment', () => {
  it('tell each once what is new, and ask once in half a minute each', async () => {
    const jobs = new Jobs(200);
    const windows = [await watched(jobs, false), await watched(jobs, true)];
    const asked = (): number[] => windows.map(({ api }) => api.calls.length);
    const before = asked();
    for (const rig of windows) await look(rig);
    assert.deepEqual(
      asked().map((count, at) => count - (before[at] ?? 0)),
      [1, 1],
    );
    jobs.add(202, 201);
    for (const rig of windows) await look(rig);
    for (const rig of windows) await look(rig);
    assert.deepEqual(windows.map(news), [['2 new jobs'], ['2 new jobs']]);
    for (const { report: one } of windows) one.dispose();
  });

  it('have nothing of what a report of before watched in the same window', async () => {
    const jobs = new Jobs(60);
    const environment = await watched(jobs, false);
    // The panel of an environment shows one report at a time: that of a webhook takes its place.
    environment.report.dispose();
    const webhook = await watched(jobs, false);
    const { length } = environment.api.calls;
    jobs.add(61);
    environment.clock.advance(90_000);
    await look(webhook);
    assert.equal(environment.api.calls.length, length);
    assert.deepEqual([news(environment), news(webhook)], [[], ['1 new job']]);
    webhook.report.dispose();
  });
});
