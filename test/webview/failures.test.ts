import assert from 'node:assert/strict';
import { ToJobsPage, type JobFilterFields } from '../../src/protocol/jobs';
import { jobDetails, jobFailures, jobId, jobsGrid, showing, STATES } from './fixtures';
import { type JobsPage, usePages } from './jobsPage';

describe('The failures on the page of the job report', () => {
  const pages = usePages();
  let jobs: JobsPage;
  const samples = () =>
    jobs.page
      .locator('tbody tr[data-index]')
      .evaluateAll((rows) => rows.map((row) => /sample (\d+)/.exec(row.textContent)?.[1]));
  const group = (index: number) => jobs.page.locator('.group').nth(index);

  it('come first, with bars of the right height and the same figures as a table', async () => {
    jobs = await pages.open();
    await jobs.show(STATES['failures'] ?? assert.fail());
    const failures = jobs.page.getByRole('region', { name: 'Failures' });
    const { bars } = jobFailures(40);
    const heights = await failures
      .locator('rect')
      .evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('height'))));
    assert.deepEqual(
      heights,
      bars.map(({ count }) => (count / 10) * 60),
    );
    const figures = failures.getByRole('table', { name: 'Failures over time' });
    assert.equal(await figures.getByRole('row').count(), 1 + bars.filter(({ count }) => count > 0).length);
    assert.match((await figures.getByRole('row').nth(1).textContent()) ?? '', /11\/23, 1:00\s*7/);
    await failures.getByRole('figure', { name: 'Failures over time' }).waitFor();
    const group = failures.getByRole('button', {
      name: /^14 failed jobs: The endpoint answered with status 503\. ERP › /,
    });
    await group.first().waitFor();
    assert.ok(
      await jobs.page.evaluate(() => {
        const [first, query] = [document.querySelector('.failures'), document.querySelector('.query')];
        return first !== null && query !== null && first.compareDocumentPosition(query) === 4;
      }),
    );
  });

  it('have bars as high as there are groups beside them, and no higher', async () => {
    jobs = await pages.open();
    const failures = jobFailures(40);
    const heights = [];
    for (const shown of [failures, { ...failures, groups: failures.groups.slice(0, 1) }]) {
      await jobs.show(showing({ grid: jobsGrid(40), failures: shown }));
      const heightOf = (part: string) =>
        jobs.page.locator(part).evaluate((element) => element.getBoundingClientRect().height);
      const [bars, figure, groups] = [
        await heightOf('svg'),
        await heightOf('figure'),
        await heightOf('.groups'),
      ];
      assert.ok(figure <= Math.max(groups, 90), `${figure} beside ${groups}`);
      heights.push(bars);
    }
    const [many = 0, one = 0] = heights;
    assert.ok(one >= 64 && many > one + 20, `${many} and ${one}`);
  });

  it('say so where they are only those of the rows that have come, and offer all', async () => {
    jobs = await pages.open();
    const partial = 'The groups cover the first 50 of 12,345 rows.';
    await jobs.show(showing({ grid: jobsGrid(40), failures: { ...jobFailures(40), partial } }));
    await jobs.posted();
    const failures = jobs.page.getByRole('region', { name: 'Failures' });
    await failures.getByText(partial).waitFor();
    await failures.getByRole('button', { name: 'Load and Group All' }).press('Enter');
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/all', params: {} }]);
    await jobs.receive({ method: ToJobsPage.failures.method, params: jobFailures(40) });
    await failures.getByText(partial).waitFor({ state: 'detached' });
  });

  it('are sought at all times by a button where the period has none, and the focus goes to the period', async () => {
    jobs = await pages.open();
    const plain = showing();
    const before: JobFilterFields = { ...(plain.state.filter ?? assert.fail()), cause: 'timeout' };
    const filter: JobFilterFields = { ...before, period: 'custom', from: '2026-11-23T00:00:00.000Z' };
    await jobs.show({ ...plain, state: { ...plain.state, filter } });
    assert.equal(await jobs.page.locator('#allTimes').count(), 0);
    const otherTimes = 'There are none in this period, but 12 at other times.';
    await jobs.run({ phase: 'done', text: 'No rows.', otherTimes });
    await jobs.posted();
    await jobs.page.locator('.results').getByText(otherTimes).waitFor();
    await jobs.page.getByRole('button', { name: 'Search All Times' }).press('Enter');
    const [asked] = await jobs.posted();
    const { from: _, ...rest } = filter;
    assert.deepEqual(asked, { method: 'jobs/filter', params: { ...rest, period: 'all' } });
    assert.match(JSON.stringify(await jobs.focus()), /period/);
    await jobs.run({ phase: 'done', text: '12 rows' });
    assert.equal(await jobs.page.locator('#allTimes').count(), 0);
  });

  it('are asked for by several filters, also where the second is chosen before the first was answered', async () => {
    jobs = await pages.open();
    await jobs.show(STATES['failures'] ?? assert.fail());
    await jobs.posted();
    await jobs.page.locator('#state').selectOption('all');
    await jobs.page.locator('#period').selectOption('day');
    const [, second] = await jobs.posted();
    assert.match(JSON.stringify(second), /"period":"day".*"state":"all"/);
  });

  it('show the rows of one group when it is chosen, and all again', async () => {
    jobs = await pages.open();
    await jobs.show(STATES['failures'] ?? assert.fail());
    await jobs.posted();
    await group(1).click();
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/group', params: { group: 'g1' } }]);
    const grid = jobsGrid(40);
    const rows = grid.rows.filter((row) => row.group === 'g1');
    const chosen = { ...grid, version: 2, group: 'g1', count: rows.length, rows };
    await jobs.receive({ method: ToJobsPage.grid.method, params: chosen });
    assert.equal(await group(1).getAttribute('aria-pressed'), 'true');
    assert.deepEqual(
      await samples(),
      Array.from({ length: 13 }, (_, n) => String(3 * n + 1)),
    );
    await jobs.page.locator('#openExample').click();
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/open', params: { id: jobId(1) } }]);
    await jobs.page.locator('#showAll').focus();
    await jobs.page.keyboard.press('Enter');
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/group', params: {} }]);
    await jobs.receive({ method: ToJobsPage.grid.method, params: { ...jobsGrid(40), version: 3 } });
    assert.equal(await jobs.page.locator('#showAll').count(), 0);
  });

  it('leave room for about four groups beside an open job, whose remedies stand over what they do', async () => {
    jobs = await pages.open({ size: { width: 940, height: 740 } });
    const failures = jobFailures(40);
    const [first = assert.fail()] = failures.groups;
    const groups = Array.from({ length: 6 }, (_, n) => ({ ...first, key: `g${n}` }));
    const plain = STATES['failures'] ?? assert.fail();
    await jobs.show({ ...plain, failures: { ...failures, groups }, details: jobDetails(1) });
    const list = await jobs.page.locator('.groups').boundingBox();
    const second = await group(1).boundingBox();
    assert.ok(list !== null && second !== null);
    assert.ok(list.width > 400, `the groups are ${list.width} wide`);
    assert.ok(list.height / second.height > 3.5, `${list.height / second.height} groups are in sight`);
    const button = await jobs.page.locator('#replay').boundingBox();
    const hint = await jobs.page.locator('#hint-replay').boundingBox();
    assert.ok(button !== null && hint !== null && hint.y >= button.y + button.height);
  });

  it('of a run have a button that goes on beside their words, and leave the focus on the rows', async () => {
    jobs = await pages.open();
    await jobs.show(showing({ grid: jobsGrid(40) }));
    await jobs.run({ phase: 'failed', text: 'ERP wants a new sign-in.', next: 'signIn' });
    await jobs.posted();
    await jobs.page.getByRole('button', { name: 'Sign In' }).press('Enter');
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/goOn', params: {} }]);
    await jobs.run({ phase: 'running', text: 'Running…' });
    assert.equal(await jobs.page.locator('#goOn').count(), 0);
    assert.equal(
      await jobs.page.evaluate(() => document.activeElement?.closest('[role=grid]') !== null),
      true,
    );
    await jobs.run({ phase: 'failed', text: 'ERP closed the connection.', next: 'retry' });
    await jobs.page.getByRole('button', { name: 'Retry' }).waitFor();
    await jobs.run({ phase: 'failed', text: 'The query was not sent.', unsent: true });
    assert.equal(await jobs.page.locator('#goOn').count(), 0);
  });

  it('say that they and the rows are of the query before where the one that was run has failed', async () => {
    jobs = await pages.open();
    await jobs.show(STATES['failures'] ?? assert.fail());
    const before = 'The rows and groups here are those of the query before.';
    await jobs.run({ phase: 'failed', text: 'No such column.', before });
    await jobs.page.getByRole('status').getByText(before).waitFor();
    assert.equal(await jobs.page.locator('[id^=export-]').count(), 0, 'an export would be of the query');
    await jobs.run({ phase: 'done', text: '40 rows' });
    assert.equal(await jobs.page.locator('.before').count(), 0);
    await jobs.page.locator('#export-csv').waitFor();
  });

  it('have their number on one line, also where thousands are the same', async () => {
    jobs = await pages.open();
    const failures = jobFailures(3);
    const [group = assert.fail()] = failures.groups;
    const groups = [1, 16_667, 100_003].map((count) => ({ ...group, key: `n${count}`, count }));
    await jobs.show(showing({ grid: jobsGrid(3), failures: { ...failures, groups } }));
    const counts = await jobs.page.locator('.group .count').allTextContents();
    assert.deepEqual(counts, ['1', '16,667', '100,003']);
    const lines = await jobs.page.locator('.group .count').evaluateAll((all) =>
      all.map((each) => {
        const range = document.createRange();
        range.selectNodeContents(each);
        return range.getClientRects().length;
      }),
    );
    assert.deepEqual(lines, [1, 1, 1]);
  });

  it('are gone where there are none', async () => {
    jobs = await pages.open();
    await jobs.show(showing());
    assert.equal(await jobs.page.locator('.failures').count(), 0);
  });
});
