import assert from 'node:assert/strict';
import { ToJobsPage } from '../../src/protocol/jobs';
import { jobDetails, jobId, jobsGrid, showing, STATES, type Show } from './fixtures';
import { type JobsPage, setTheme, usePages } from './jobsPage';

describe('The page of the job report, by keyboard alone', () => {
  const pages = usePages();
  let jobs: JobsPage;

  async function start(params: Show): Promise<void> {
    jobs = await pages.open();
    await jobs.show(params);
    await jobs.posted();
  }
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await jobs.page.keyboard.press(key);
  };
  const toRows = async () => {
    await jobs.page.locator('#queryFoldHead').focus();
    for (let stop = 0; stop < 8 && !(await jobs.focus()).startsWith('row'); stop += 1) await press('Tab');
    assert.equal(await jobs.focus(), 'row 0');
  };
  const answer = (details: ReturnType<typeof jobDetails> | undefined) =>
    jobs.receive({ method: ToJobsPage.details.method, params: details });

  it('is passed through from the first control to the last and out again, both ways, with the focus in sight', async () => {
    await start({
      ...(STATES['details'] ?? assert.fail()),
      grid: { ...(STATES['details']?.grid ?? assert.fail()), more: true },
    });
    const order = [
      ...['refresh', 'watch', 'period', 'state', 'webhook', 'cause', 'moreFiltersHead', 'queryFoldHead'],
      ...['more', 'all', 'export-csv', 'export-json', 'export-markdown'],
      'act-delete',
      'row 1',
      'close',
      ...['replay', 'touch', 'register'],
      ...['link-webhook', 'link-step', 'link-row', 'link-correlation', 'link-job'],
      'copyMessage',
      'pre',
    ];
    const walked: string[] = [];
    for (const _ of order) {
      await press('Tab');
      walked.push(await jobs.focus());
      const look = await jobs.page.evaluate(() => {
        const element = document.activeElement ?? document.body;
        const { outlineStyle, outlineColor, outlineWidth } = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        const inSight = box.bottom > 0 && box.top < innerHeight && box.width > 0;
        return { outlineStyle, outlineColor, outlineWidth, inSight };
      });
      assert.equal(look.outlineStyle, 'solid', walked.at(-1));
      assert.notEqual(look.outlineWidth, '0px', walked.at(-1));
      assert.notEqual(look.outlineColor, 'rgba(0, 0, 0, 0)', walked.at(-1));
      assert.ok(look.inSight, walked.at(-1));
    }
    assert.deepEqual(walked, order);
    await press('Tab');
    assert.ok(!order.includes(await jobs.focus()), 'the focus left the page');
    const back: string[] = [];
    for (const _ of order) {
      await press('Shift+Tab');
      back.push(await jobs.focus());
    }
    assert.deepEqual(back, order.toReversed());
  });

  it('moves through the cells with arrows, Page, Home and End, one tab stop for all of them', async () => {
    await start(showing({ grid: jobsGrid(40) }));
    await toRows();
    const page = await jobs.page.evaluate(() => {
      const scroll = document.querySelector('.scroll');
      return Math.floor(((scroll?.clientHeight ?? 0) - 22) / 22) - 1;
    });
    assert.ok(page > 3 && page < 38, `${page}`);
    const moves: ReadonlyArray<readonly [string, string]> = [
      ['ArrowDown', 'row 1'],
      ['ArrowRight', 'row 1, 1'],
      ['PageDown', `row ${1 + page}, 1`],
      ['ArrowUp', `row ${page}, 1`],
      ['PageUp', 'row 0, 1'],
      ['End', 'row 0, 14'],
      ['Home', 'row 0'],
      ['Control+End', 'row 39, 14'],
      ['ArrowDown', 'row 39, 14'],
      ['PageDown', 'row 39, 14'],
      ['Control+Home', 'row 0'],
      ['ArrowUp', 'row -1'],
      ['ArrowRight', 'row -1, 1'],
      ['ArrowDown', 'row 0, 1'],
    ];
    for (const [key, cell] of moves) {
      await press(key);
      assert.equal(await jobs.focus(), cell, key);
      assert.equal(await jobs.page.locator('[role="grid"] [tabindex="0"]').count(), 1, key);
    }
    assert.deepEqual(await jobs.posted(), []);
  });

  it('never hides the focused row under the headings or below the edge', async () => {
    await start(showing({ grid: jobsGrid(200) }));
    await toRows();
    for (const key of [
      'Control+End',
      'PageUp',
      'PageUp',
      'PageUp',
      'PageUp',
      'Control+Home',
      'PageDown',
      'PageDown',
      'PageDown',
    ]) {
      await press(key);
      const seen = await jobs.page.evaluate(() => {
        const row = document.activeElement?.getBoundingClientRect();
        const head = document.querySelector('thead th')?.getBoundingClientRect();
        const box = document.querySelector('.scroll')?.getBoundingClientRect();
        if (row === undefined || head === undefined || box === undefined) return undefined;
        return { above: row.top - head.bottom, below: box.bottom - row.bottom };
      });
      assert.ok(
        seen !== undefined && seen.above >= -1 && seen.below >= -1,
        `${key}: ${JSON.stringify(seen)}`,
      );
    }
  });

  it('goes on where it was when the editor gives the focus back to the page as a whole', async () => {
    await start(showing({ grid: jobsGrid(5) }));
    // What the editor does when a question over the page is closed.
    const givenBack = () =>
      jobs.page.evaluate(() => {
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        window.dispatchEvent(new FocusEvent('focus'));
      });
    await jobs.page.locator('#export-csv').focus();
    await givenBack();
    assert.equal(await jobs.focus(), 'export-csv');
    await toRows();
    await press('ArrowDown');
    await givenBack();
    assert.equal(await jobs.focus(), 'row 1');
    await jobs.page.locator('h1').click();
    await givenBack();
    assert.equal(await jobs.focus(), 'body', 'who clicked beside everything has left it');
  });

  it('goes back to the button that the example of a group was opened with', async () => {
    const failures = STATES['failures'] ?? assert.fail();
    await start({ ...failures, grid: { ...failures.grid, group: 'g1' } });
    await jobs.page.locator('#openExample').focus();
    await press('Enter');
    await answer(jobDetails(1));
    assert.equal(await jobs.focus(), 'details');
    await press('Escape');
    assert.equal(await jobs.focus(), 'openExample');
    await answer(undefined);
    assert.equal(await jobs.focus(), 'openExample');
  });

  for (const key of ['Enter', ' ']) {
    it(`opens a job with ${key === ' ' ? 'Space' : key}, goes into its details and back to its row with Escape`, async () => {
      await start(showing({ grid: jobsGrid(5) }));
      await toRows();
      await press('ArrowDown', 'ArrowDown', key);
      const posted = await jobs.posted();
      assert.deepEqual(posted.at(-1), { method: 'jobs/open', params: { id: jobId(2) } });
      assert.equal(await jobs.focus(), 'row 2', 'the focus stays until there is something to go to');
      await answer(jobDetails(2));
      assert.equal(await jobs.focus(), 'details');
      await press('Tab');
      assert.equal(await jobs.focus(), 'close');
      await press('Escape');
      assert.deepEqual(await jobs.posted(), [{ method: 'jobs/close', params: {} }]);
      await answer(undefined);
      assert.equal(await jobs.focus(), 'row 2');
      assert.equal(await jobs.page.locator('aside').count(), 0);
    });
  }

  it('closes the details with their button and goes back to the row', async () => {
    await start(showing({ grid: jobsGrid(5) }));
    await toRows();
    await press('ArrowDown', 'Enter');
    await answer(jobDetails(1));
    await press('Tab', 'Enter');
    await answer(undefined);
    assert.equal(await jobs.focus(), 'row 1');
  });

  it('goes back to the row too when the extension closes the details under the focus', async () => {
    await start(showing({ grid: jobsGrid(5) }));
    await toRows();
    await press('Enter');
    await answer(jobDetails(0));
    await answer(undefined);
    assert.equal(await jobs.focus(), 'row 0');
  });

  it('leaves Escape to the text while a query is written', async () => {
    await start(STATES['details'] ?? assert.fail());
    await jobs.unfoldQuery();
    await jobs.page.locator('#query').focus();
    await press('Escape');
    assert.deepEqual(await jobs.posted(), []);
    assert.equal(await jobs.focus(), 'query');
  });

  it('leaves the focus on the row that was clicked, ready for the arrows', async () => {
    await start(showing({ grid: jobsGrid(5) }));
    await jobs.page.locator('tr[data-index="3"] td').first().click();
    await answer(jobDetails(3));
    assert.equal(await jobs.focus(), 'row 3');
    await press('ArrowUp');
    assert.equal(await jobs.focus(), 'row 2');
  });

  it('runs with Ctrl+Enter out of the text, with what is written there', async () => {
    await start(showing());
    await jobs.unfoldQuery();
    await jobs.page.locator('#query').fill('<fetch/>');
    await press('Control+Enter');
    assert.deepEqual((await jobs.posted()).at(-1), {
      method: 'jobs/run',
      params: { language: 'fetchXml', text: '<fetch/>' },
    });
    assert.equal(await jobs.page.locator('#query').inputValue(), '<fetch/>');
  });

  it('keeps the focus on Run while the query runs, and does not run twice', async () => {
    await start(showing());
    await jobs.unfoldQuery();
    await jobs.page.locator('#run').focus();
    await press('Enter');
    await jobs.run({ phase: 'running', text: 'Running…' });
    assert.equal(await jobs.focus(), 'run');
    await press('Enter');
    assert.equal((await jobs.posted()).length, 1);
  });

  it('goes to the rows when Load More goes away', async () => {
    await start(showing({ grid: jobsGrid(5, true) }));
    await jobs.page.locator('#more').focus();
    await press('Enter');
    assert.equal(await jobs.focus(), 'row 0');
    await jobs.receive({ method: ToJobsPage.extent.method, params: { version: 1, count: 6, more: false } });
    await press('Control+End');
    assert.equal(await jobs.focus(), 'row 5, 14');
  });

  it('copies the cell with Ctrl+C, the rows that are selected, and leaves selected text alone', async () => {
    await start(showing({ grid: jobsGrid(3) }));
    await toRows();
    await press('ArrowDown', 'ArrowRight', 'Control+c');
    const cell = { what: 'cell', row: 1, column: 1 };
    assert.deepEqual((await jobs.posted()).at(-1), { method: 'jobs/copyRows', params: cell });
    await press('Control+Space', 'Shift+ArrowDown', 'Control+c');
    const rows = { what: 'selection', row: 2, column: 1 };
    assert.deepEqual((await jobs.posted()).at(-1), { method: 'jobs/copyRows', params: rows });
    await jobs.page.evaluate(() =>
      getSelection()?.selectAllChildren(document.querySelector('h1') ?? document.body),
    );
    await press('Control+c');
    assert.deepEqual(await jobs.posted(), []);
  });

  it('sorts by the heading of a column, up, down and not at all', async () => {
    await start(showing({ grid: jobsGrid(3) }));
    await toRows();
    await press('ArrowRight', 'ArrowUp', 'Enter');
    const key = '_owningextensionid_value';
    const sort = (sorting?: object) => ({
      method: 'jobs/sort',
      params: sorting === undefined ? {} : { sorting },
    });
    assert.deepEqual(await jobs.posted(), [sort({ key, descending: false })]);
    const heading = jobs.page.getByRole('grid').getByRole('columnheader', { name: 'Step' });
    for (const [descending, told, next] of [
      [false, 'ascending', sort({ key, descending: true })],
      [true, 'descending', sort()],
    ] as const) {
      const grid = { ...jobsGrid(3), sorting: { key, descending } };
      await jobs.receive({ method: ToJobsPage.grid.method, params: grid });
      assert.equal(await heading.getAttribute('aria-sort'), told);
      await heading.click();
      assert.deepEqual(await jobs.posted(), [next]);
    }
  });

  it('stays on the heading while the rows are put in order, and tells the extension of every move', async () => {
    await start(showing({ grid: jobsGrid(3) }));
    await toRows();
    await press('ArrowDown', 'ArrowRight');
    const place = { selected: [], active: 1, column: 1, top: 0 };
    assert.deepEqual((await jobs.posted(true)).at(-1), {
      method: 'jobs/place',
      params: { version: 1, place },
    });
    await press('ArrowUp', 'ArrowUp', 'Enter');
    const sorting = { key: '_owningextensionid_value', descending: false };
    const grid = { ...jobsGrid(3), sorting, place: { ...place, active: 0 } };
    await jobs.receive({ method: ToJobsPage.grid.method, params: grid });
    assert.equal(await jobs.focus(), 'row -1, 1');
  });

  it('stays on a heading that was clicked, and the sorted rows are shown from their top', async () => {
    await start(showing({ grid: jobsGrid(300) }));
    await jobs.page.getByRole('columnheader').nth(1).click();
    const sorting = { key: '_owningextensionid_value', descending: false };
    const place = { selected: [], active: 0, column: 1, top: 0 };
    assert.deepEqual((await jobs.posted(true)).slice(-2), [
      { method: 'jobs/place', params: { version: 1, place } },
      { method: 'jobs/sort', params: { sorting } },
    ]);
    const grid = { ...jobsGrid(300), version: 2, sorting, place: { ...place, active: 250 } };
    await jobs.receive({ method: ToJobsPage.grid.method, params: grid });
    assert.equal(await jobs.focus(), 'row -1, 1');
    assert.equal(await jobs.page.locator('#scroll').evaluate(({ scrollTop }) => scrollTop), 0);
  });

  it('makes a column wider with Alt and an arrow, and keeps that', async () => {
    await start(showing({ grid: jobsGrid(3) }));
    await toRows();
    await press('ArrowUp');
    const width = () =>
      jobs.page
        .getByRole('grid')
        .getByRole('columnheader')
        .first()
        .evaluate((each) => Math.round(each.getBoundingClientRect().width));
    const before = await width();
    await press('Alt+ArrowRight', 'Alt+ArrowRight');
    assert.equal(await width(), before + 32);
    assert.match(JSON.stringify(await jobs.state()), /"completedon":\d+/);
  });

  it('shows the focus on a row in each theme', async () => {
    await start(showing({ grid: jobsGrid(3) }));
    await toRows();
    for (const theme of ['dark', 'light', 'hcDark', 'hcLight'] as const) {
      await setTheme(jobs.page, theme);
      const outline = await jobs.page.evaluate(
        () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
      );
      assert.equal(outline, 'solid', theme);
    }
  });
});
