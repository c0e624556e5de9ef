import assert from 'node:assert/strict';
import { ToJobsPage } from '../../src/protocol/jobs';
import { jobFailures, jobId, jobsGrid, showing, STATES } from './fixtures';
import { type JobsPage, PageHost } from './jobsPage';

describe('The failures on the page of the job report', () => {
  let host: PageHost;
  let jobs: JobsPage;
  before(async () => {
    host = await PageHost.start();
  });
  after(() => host.stop());
  afterEach(async () => {
    const troubles = await jobs.troubles();
    await jobs.close();
    assert.deepEqual(troubles, []);
  });
  const samples = () =>
    jobs.page
      .locator('tbody tr[data-index]')
      .evaluateAll((rows) => rows.map((row) => /sample (\d+)/.exec(row.textContent)?.[1]));
  const group = (index: number) => jobs.page.locator('.group').nth(index);

  it('come first, with bars of the right height and the same figures as a table', async () => {
    jobs = await host.open();
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
    assert.ok(
      await jobs.page.evaluate(() => {
        const [first, query] = [document.querySelector('.failures'), document.querySelector('.query')];
        return first !== null && query !== null && first.compareDocumentPosition(query) === 4;
      }),
    );
  });

  it('show the rows of one group when it is chosen, and all again', async () => {
    jobs = await host.open();
    await jobs.show(STATES['failures'] ?? assert.fail());
    await jobs.posted();
    assert.equal((await samples()).length, 40);
    await group(1).click();
    assert.equal(await group(1).getAttribute('aria-pressed'), 'true');
    assert.deepEqual(
      await samples(),
      Array.from({ length: 13 }, (_, n) => String(3 * n + 1)),
    );
    await jobs.page.locator('#openExample').click();
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/open', params: { id: jobId(1) } }]);
    const rows = jobsGrid(44).rows.slice(40);
    await jobs.receive({ method: ToJobsPage.rows.method, params: { rows, more: false } });
    assert.deepEqual((await samples()).slice(12), ['37', '40', '43']);
    await jobs.page.locator('#showAll').focus();
    await jobs.page.keyboard.press('Enter');
    assert.equal((await samples()).length, 44);
    assert.notEqual(await jobs.focus(), 'body');
  });

  it('keep the chosen group while the panel is hidden, and forget one that a new query has not', async () => {
    jobs = await host.open();
    await jobs.show(STATES['failures'] ?? assert.fail());
    await group(2).click();
    const kept = await jobs.state();
    await jobs.close();
    jobs = await host.open({ kept });
    await jobs.show(STATES['failures'] ?? assert.fail());
    assert.equal(await group(2).getAttribute('aria-pressed'), 'true');
    assert.equal((await samples()).length, 13);
    const other = { ...jobFailures(40), groups: jobFailures(40).groups.slice(0, 1) };
    await jobs.receive({ method: ToJobsPage.failures.method, params: other });
    assert.equal((await samples()).length, 40);
  });

  it('are gone where there are none', async () => {
    jobs = await host.open();
    await jobs.show(showing());
    assert.equal(await jobs.page.locator('.failures').count(), 0);
  });
});
