import assert from 'node:assert/strict';
import { ToJobsPage } from '../../src/protocol/jobs';
import { EMPTY_GRID, jobDetails, jobFailures, jobsGrid, showing, STATES } from './fixtures';
import { type JobsPage, usePages } from './jobsPage';

const ROW_HEIGHT = 22;
const PLACE = { selected: [], active: 7, column: 2, top: 0 };

describe('The focus on the page of the job report', () => {
  const pages = usePages();
  let jobs: JobsPage;

  /** What a page leaves behind when somebody goes to another tab while this has the focus. */
  async function left(focus: (page: JobsPage) => Promise<void>, params = showing()): Promise<unknown> {
    const before = await pages.open();
    await before.show(params);
    await focus(before);
    const kept = await before.state();
    await before.close();
    return kept;
  }
  const withRows = showing({ grid: { ...jobsGrid(40), place: PLACE } });
  const click = (selector: string) => (page: JobsPage) => page.page.locator(selector).first().click();
  const grid = (place: typeof PLACE) =>
    jobs.receive({ method: ToJobsPage.grid.method, params: { ...jobsGrid(300), place } });

  it('comes back to its cell when the tab is shown again, without a scroll', async () => {
    const kept = await left(click('tr[data-index="7"] td:nth-child(3)'), withRows);
    jobs = await pages.open({ kept });
    await jobs.show(showing({ grid: { ...jobsGrid(300), place: { ...PLACE, top: 100 } } }));
    assert.equal(await jobs.focus(), 'row 7, 2');
    const top = await jobs.page.locator('#scroll').evaluate(({ scrollTop }) => scrollTop);
    assert.equal(top, 100 * ROW_HEIGHT);
    await jobs.page.keyboard.press('ArrowDown');
    assert.equal(await jobs.focus(), 'row 8, 2');
  });

  it('comes back to the control that it was on, and to one of an open job', async () => {
    const failing = { ...withRows, failures: jobFailures(40) };
    const chosen = await left(click('.group:has-text("Audit")'), failing);
    jobs = await pages.open({ kept: chosen });
    await jobs.show(failing);
    assert.equal(await jobs.focus(), 'group-g2');
    await jobs.close();
    const open = STATES['details'] ?? assert.fail();
    const inJob = await left((page) => page.page.locator('#touch').focus(), open);
    jobs = await pages.open({ kept: inJob });
    await jobs.show(open);
    assert.equal(await jobs.focus(), 'touch');
  });

  it('comes back after a reload of the window, when the rows or the job have come', async () => {
    const kept = await left(click('tr[data-index="7"] td'), withRows);
    jobs = await pages.open({ kept });
    await jobs.show(showing({ run: { phase: 'idle', text: '' }, grid: EMPTY_GRID }));
    assert.equal(await jobs.focus(), 'body');
    await jobs.run({ phase: 'running', text: 'Running…' });
    await grid({ ...PLACE, column: 0 });
    assert.equal(await jobs.focus(), 'row 7');
    await jobs.close();
    const inJob = await left((page) => page.page.locator('#close').focus(), STATES['details']);
    jobs = await pages.open({ kept: inJob });
    await jobs.show(showing({ run: { phase: 'idle', text: '' }, grid: EMPTY_GRID }));
    await grid(PLACE);
    await jobs.receive({ method: ToJobsPage.details.method, params: jobDetails(1) });
    assert.equal(await jobs.focus(), 'close');
  });

  it('is not taken by a page that is not in use, but when it is used again', async () => {
    const kept = await left(click('tr[data-index="7"] td'), withRows);
    jobs = await pages.open({ kept });
    await jobs.page.evaluate(() => (document.hasFocus = () => false));
    await jobs.show(withRows);
    assert.equal(await jobs.focus(), 'body');
    await jobs.page.evaluate(() => {
      document.hasFocus = () => true;
      window.dispatchEvent(new FocusEvent('focus'));
    });
    assert.equal(await jobs.focus(), 'row 7, 2');
  });

  it('stays where the reader has put it meanwhile, and is nowhere for who had left everything', async () => {
    const inJob = await left((page) => page.page.locator('#close').focus(), STATES['details']);
    jobs = await pages.open({ kept: inJob });
    await jobs.show(withRows);
    await jobs.page.locator('#refresh').focus();
    await jobs.receive({ method: ToJobsPage.details.method, params: jobDetails(1) });
    assert.equal(await jobs.focus(), 'refresh');
    await jobs.close();
    const nowhere = await left(async (page) => {
      await page.page.locator('#refresh').focus();
      await page.page.locator('h1').click();
    }, withRows);
    jobs = await pages.open({ kept: nowhere });
    await jobs.show(withRows);
    assert.equal(await jobs.focus(), 'body');
  });

  it('leaves the scroll alone when rows are read anew and it was scrolled out of sight', async () => {
    jobs = await pages.open();
    await jobs.show(showing({ grid: jobsGrid(300) }));
    await jobs.page.locator('tr[data-index="2"] td').first().click();
    const top = () => jobs.page.locator('#scroll').evaluate(({ scrollTop }) => scrollTop);
    await jobs.page
      .locator('#scroll')
      .evaluate((scroll, to) => scroll.scrollTo({ top: to }), 150 * ROW_HEIGHT);
    await grid({ ...PLACE, active: 3, column: 0, top: 150 });
    assert.equal(await top(), 150 * ROW_HEIGHT, 'who watches reads on');
    assert.equal(await jobs.focus(), 'row 3');
    await jobs.page.keyboard.press('ArrowUp');
    assert.equal(await jobs.focus(), 'row 2');
    await grid({ ...PLACE, active: 60, column: 0, top: 0 });
    assert.ok((await top()) > 0, 'a row with the focus that was in sight stays in sight');
  });
});
