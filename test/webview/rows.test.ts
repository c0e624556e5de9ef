import assert from 'node:assert/strict';
import { ToJobsPage } from '../../src/protocol/jobs';
import { jobRow, jobsGrid, showing } from './fixtures';
import { type JobsPage, usePages } from './jobsPage';

const ROW_HEIGHT = 22;
const COUNT = 2000;

describe('The rows of the job report while they are scrolled', () => {
  const pages = usePages();
  let jobs: JobsPage;
  beforeEach(async () => {
    jobs = await pages.open();
    const grid = jobsGrid(COUNT);
    await jobs.show(showing({ grid: { ...grid, rows: grid.rows.slice(0, 1000) } }));
    await jobs.posted();
  });

  /** Scrolls until a row is on top, and waits for the picture after it. */
  const scrollTo = (row: number) =>
    jobs.page.evaluate(async (top) => {
      document.getElementById('scroll')?.scrollTo({ top });
      for (let pictures = 0; pictures < 3; pictures += 1)
        await new Promise((resolve) => requestAnimationFrame(resolve));
    }, row * ROW_HEIGHT);
  const element = (row: number) => jobs.page.locator(`tr[data-index="${row}"]`).elementHandle();
  const isSame = async (one: ReturnType<typeof element>, other: ReturnType<typeof element>) =>
    jobs.page.evaluate(([a, b]) => a === b, [await one, await other] as const);
  const drawn = () =>
    jobs.page.locator('tbody[role] > tr').evaluateAll((rows) => {
      const scroll = document.getElementById('scroll') ?? document.body;
      const head = scroll.querySelector('thead')?.getBoundingClientRect().height ?? 0;
      const top = scroll.getBoundingClientRect().top + scroll.clientTop + head - scroll.scrollTop;
      return rows.map((row) => ({
        index: Number(row.getAttribute('data-index')),
        told: Number(row.getAttribute('aria-rowindex')),
        place: Math.round(row.getBoundingClientRect().top - top),
        name: (row.children[6]?.textContent ?? '').trim(),
      }));
    });

  it('are each where they belong and say what they are, wherever somebody goes', async () => {
    for (const top of [0, 3, 500, 480, 900, 0]) {
      await scrollTo(top);
      const rows = await drawn();
      assert.ok(rows.length > 20 && rows.length < 80, `${rows.length} rows`);
      for (const { index, told, place, name } of rows) {
        assert.equal(name, `Fourth Coffee (sample ${index})`, `on top: ${top}`);
        assert.equal(told, index + 2);
        assert.equal(place, index * ROW_HEIGHT, `row ${index}, on top: ${top}`);
      }
      const order = rows.map(({ index }) => index);
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
        'read aloud in their order',
      );
      assert.ok(order.includes(top) && order.includes(top + 10));
    }
  });

  it('keep their elements while they stay in sight, and leave them to others when they go', async () => {
    const stays = element(20);
    await stays;
    await scrollTo(10);
    assert.ok(await isSame(stays, element(20)));
    const before = await jobs.page.locator('tbody[role] > tr').evaluateAll((rows) => {
      for (const row of rows) row.setAttribute('data-seen', '');
      return rows.length;
    });
    await scrollTo(700);
    const again = await jobs.page.locator('tbody[role] > tr[data-seen]').count();
    assert.ok(again > before / 2, `${again} of ${before} elements were used again`);
  });

  it('keep the focus on its cell, which comes back as it was', async () => {
    await jobs.page.locator('tr[data-index="5"] td').nth(2).click();
    await jobs.page.keyboard.press('ArrowRight');
    const focused = await jobs.page.evaluateHandle(() => document.activeElement);
    for (const top of [300, 900, 40, 12, 3, 0]) {
      await scrollTo(top);
      assert.equal(await jobs.focus(), 'row 5, 3', `on top: ${top}`);
      assert.ok(await focused.evaluate((each) => each === document.activeElement));
      assert.equal(await jobs.page.locator('[role="grid"] [tabindex="0"]').count(), 1);
    }
    await scrollTo(900);
    await jobs.page.keyboard.press('ArrowDown');
    assert.equal(await jobs.focus(), 'row 6, 3', 'the next key goes on from there');
    assert.ok(await jobs.page.locator('tr[data-index="6"]').isVisible());
  });

  it('show nothing of others until they have come, and open what was clicked', async () => {
    await scrollTo(1500);
    const waiting = await drawn();
    assert.deepEqual([...new Set(waiting.slice(1).map(({ name }) => name))], ['']);
    const asked = (await jobs.posted()).map((message) => JSON.stringify(message));
    assert.ok(asked.some((message) => message.includes('"from":1500')));
    const rows = Array.from({ length: 100 }, (_, at) => jobRow(1500 + at));
    await jobs.receive({ method: ToJobsPage.rows.method, params: { version: 1, from: 1500, rows } });
    const row = (await drawn()).find(({ index }) => index === 1507);
    assert.equal(row?.name, 'Fourth Coffee (sample 1507)');
    await jobs.page.locator('tr[data-index="1507"] td').nth(1).click();
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/open', params: { id: jobRow(1507).id } }]);
    assert.equal(await jobs.focus(), 'row 1507, 1');
  });

  it('take marked text away with them: it does not become that of other rows', async () => {
    await jobs.page.evaluate(() => {
      const [first, last] = ['20', '22'].map((row) => document.querySelector(`tr[data-index="${row}"]`));
      if (first && last) getSelection()?.setBaseAndExtent(first, 0, last, 1);
    });
    assert.match(await jobs.page.evaluate(() => String(getSelection())), /sample 21/);
    await scrollTo(700);
    assert.doesNotMatch(await jobs.page.evaluate(() => String(getSelection())), /sample 7/);
  });

  it('are written from right to left where their text is, and only there', async () => {
    const row = jobRow(0);
    const texts = ['שלום', '12 (مرحبا)', 'Order 7', '', '42'];
    const cells = row.cells.map((cell, at) => ({ ...cell, text: texts[at] ?? cell.text }));
    await jobs.receive({
      method: ToJobsPage.rows.method,
      params: { version: 1, from: 0, rows: [{ ...row, cells }] },
    });
    const directions = await jobs.page
      .locator('tr[data-index="0"] td')
      .evaluateAll((each) => each.map((cell) => getComputedStyle(cell).direction));
    assert.deepEqual(directions.slice(0, texts.length), ['rtl', 'rtl', 'ltr', 'ltr', 'ltr']);
  });

  it('come and take the focus without anything around them being written anew', async () => {
    await jobs.page.locator('tr[data-index="0"] td').first().focus();
    await jobs.page.evaluate(() => {
      const watching = new MutationObserver((changes) => {
        const around = changes.filter(({ target }) => target.parentElement?.closest('tbody[role]') === null);
        const names = around.map(({ target, type }) => `${target.nodeName} ${type}`);
        if (names.length > 0) document.body.dataset['changes'] = names.join(', ');
      });
      const root = document.getElementById('root') ?? document.body;
      watching.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    const rows = Array.from({ length: 100 }, (_, at) => jobRow(1000 + at));
    await jobs.receive({ method: ToJobsPage.rows.method, params: { version: 1, from: 1000, rows } });
    await jobs.page.keyboard.press('ArrowDown');
    assert.equal(await jobs.focus(), 'row 1');
    assert.equal(await jobs.page.locator('body').getAttribute('data-changes'), null);
  });
});
