import assert from 'node:assert/strict';
import { ToJobsPage } from '../../src/protocol/jobs';
import { jobId, jobsGrid, showing } from './fixtures';
import { axeFindings, type JobsPage, setTheme, usePages } from './jobsPage';

describe('Selected jobs on the page of the job report', () => {
  const pages = usePages();
  let jobs: JobsPage;
  beforeEach(async () => {
    jobs = await pages.open();
    await jobs.show(showing({ grid: jobsGrid(6) }));
    await jobs.posted();
    await jobs.page.locator('tr[data-index="0"] td').first().focus();
  });
  const selected = () =>
    jobs.page
      .locator('tbody tr[aria-selected="true"]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-index')).join(' '));
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await jobs.page.keyboard.press(key);
  };

  it('are chosen with the keyboard: one by one, by Shift and arrows, all of them', async () => {
    await press('ArrowDown', 'Control+Space', 'ArrowDown', 'ArrowDown', 'Control+Space');
    assert.equal(await selected(), '1 3');
    await press('Control+Space', 'Shift+ArrowDown');
    assert.equal(await selected(), '1 3 4');
    await press('Control+a');
    assert.equal(await selected(), '0 1 2 3 4 5');
    assert.equal(await jobs.focus(), 'row 4');
    const place = { selected: [{ from: 0, to: 6 }], active: 4, column: 0, top: 0 };
    assert.deepEqual((await jobs.posted(true)).at(-1), {
      method: 'jobs/place',
      params: { version: 1, place },
    });
  });

  it('are all chosen without the editor selecting the text of the page as well', async () => {
    // The editor listens at the window.
    await jobs.page.evaluate(() => {
      window.addEventListener('keydown', ({ key }) => (document.title += key));
    });
    await press('ArrowDown', 'Control+a');
    assert.match(await jobs.page.title(), /ArrowDown(?:Control)?$/);
    assert.equal(await selected(), '0 1 2 3 4 5');
  });

  it('are chosen with the mouse and copied together, one line each', async () => {
    const click = (index: number, modifier: 'Control' | 'Shift') =>
      jobs.page
        .locator(`tr[data-index="${index}"] td`)
        .first()
        .click({ modifiers: [modifier] });
    await click(1, 'Control');
    await click(3, 'Shift');
    assert.equal(await selected(), '1 2 3');
    await press('Control+c');
    const params = { what: 'selection', row: 3, column: 0 };
    assert.deepEqual((await jobs.posted()).at(-1), { method: 'jobs/copyRows', params });
  });

  it('have the actions that the service allows, and tell that a failed one cannot be resumed', async () => {
    await press('Control+Space', 'Shift+ArrowDown');
    const selection = { count: 2, can: [{ action: 'delete', count: 2 }] };
    await jobs.receive({ method: ToJobsPage.selection.method, params: selection });
    await jobs.posted();
    await jobs.page.getByRole('button', { name: 'Delete (2)' }).click();
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/act', params: { action: 'delete' } }]);
    assert.equal(await jobs.page.locator('.actions button').count(), 1);
    await jobs.page.getByText('cannot be resumed').waitFor();
    const going = { text: 'The service deletes: 1 of 2 jobs', failures: [], going: true };
    await jobs.receive({ method: ToJobsPage.acted.method, params: going });
    const button = jobs.page.getByRole('button', { name: 'Delete (2)', disabled: true });
    await button.click({ force: true });
    assert.deepEqual(await jobs.posted(), [], 'one thing at a time');
    assert.equal(await jobs.focus(), 'act-delete');
    const acted = { text: '1 of 2 jobs were deleted.', failures: [{ id: jobId(1), text: 'Orders: gone' }] };
    await jobs.receive({ method: ToJobsPage.acted.method, params: acted });
    await jobs.page.getByText('Orders: gone').waitFor();
    await jobs.page.getByRole('button', { name: 'Delete (2)', disabled: false }).waitFor();
    for (const theme of ['dark', 'light', 'hcDark', 'hcLight'] as const) {
      await setTheme(jobs.page, theme);
      assert.deepEqual(await axeFindings(jobs.page), [], theme);
    }
  });
});
