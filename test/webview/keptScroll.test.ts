import assert from 'node:assert/strict';
import { ToJobsPage } from '../../src/protocol/jobs';
import { EMPTY_GRID, jobDetails, jobFailures, jobsGrid, showing } from './fixtures';
import { type JobsPage, type OpenOptions, usePages } from './jobsPage';

describe('The scroll of the job report', () => {
  const pages = usePages();
  let jobs: JobsPage;

  const longJob = (index: number) => ({
    ...jobDetails(index),
    message: Array.from({ length: 200 }, (_, line) => `   at Line.Number${line}()`).join('\n'),
  });
  const { groups } = jobFailures(40);
  const manyGroups = Array.from({ length: 5 }, (_, at) =>
    groups.map((group) => ({ ...group, key: `${group.key}-${at}` })),
  ).flat();
  const open = showing({
    grid: jobsGrid(40),
    failures: { ...jobFailures(40), groups: manyGroups },
    details: longJob(1),
  });
  const details = (index: number) =>
    jobs.receive({ method: ToJobsPage.details.method, params: longJob(index) });

  const topOf = (selector: string) => jobs.page.locator(selector).evaluate(({ scrollTop }) => scrollTop);
  const scroll = (selector: string, top: number) =>
    jobs.page.locator(selector).evaluate((part, to) => part.scrollTo({ top: to }), top);

  /** What the page leaves behind when somebody has scrolled these parts and goes to another tab. */
  async function left(tops: Readonly<Record<string, number>>, options: OpenOptions = {}): Promise<unknown> {
    jobs = await pages.open(options);
    await jobs.show(open);
    for (const [selector, top] of Object.entries(tops)) await scroll(selector, top);
    await jobs.page.waitForFunction((count) => {
      const { state } = window.standIn;
      if (typeof state !== 'object' || state === null || !('tops' in state)) return false;
      return Object.keys(Object(state.tops) as object).length === count;
    }, Object.keys(tops).length);
    const kept = await jobs.state();
    await jobs.close();
    return kept;
  }

  it('is where it was in an open job and in the groups when the tab is shown again', async () => {
    const kept = await left({ aside: 400, '.groups': 60 });
    jobs = await pages.open({ kept });
    await jobs.show(open);
    assert.equal(await topOf('aside'), 400);
    assert.equal(await topOf('.groups'), 60);
    await details(1);
    assert.equal(await topOf('aside'), 400, 'a job that is read anew stays where it is');
  });

  it('is where it was in a narrow panel, which scrolls as a whole, and its message by itself', async () => {
    const narrow = { size: { width: 500, height: 600 } };
    const kept = await left({ html: 700, 'aside pre': 150 }, narrow);
    jobs = await pages.open({ ...narrow, kept });
    await jobs.show(open);
    assert.equal(await topOf('html'), 700);
    assert.equal(await topOf('aside pre'), 150);
  });

  it('is where it was after a reload of the window, when the job has come', async () => {
    const kept = await left({ aside: 400 });
    jobs = await pages.open({ kept });
    await jobs.show(showing({ run: { phase: 'idle', text: '' }, grid: EMPTY_GRID }));
    await jobs.run({ phase: 'running', text: 'Running…' });
    await details(1);
    assert.equal(await topOf('aside'), 400);
  });

  it('is at the top of a job that is another one', async () => {
    const kept = await left({ aside: 400 });
    jobs = await pages.open({ kept });
    await jobs.show({ ...open, details: longJob(2) });
    assert.equal(await topOf('aside'), 0);
    await scroll('aside', 300);
    await details(3);
    assert.equal(await topOf('aside'), 0);
  });

  it('is left to the reader who has gone on meanwhile', async () => {
    const kept = await left({ aside: 400 });
    jobs = await pages.open({ kept });
    await jobs.show(showing({ run: { phase: 'idle', text: '' }, grid: EMPTY_GRID }));
    await jobs.page.locator('#refresh').focus();
    await jobs.page.keyboard.press('Tab');
    await details(1);
    assert.equal(await topOf('aside'), 0);
  });
});
