import assert from 'node:assert/strict';
import { jobDetails, jobId, jobsGrid, showing, STATES } from './fixtures';
import { axeFindings, type JobsPage, usePages } from './jobsPage';

describe('The links of a job on its page', () => {
  const pages = usePages();
  let jobs: JobsPage;
  beforeEach(async () => {
    jobs = await pages.open();
  });

  it('stand behind what they lead from, and are called by it', async () => {
    await jobs.show(STATES['details'] ?? assert.fail());
    await jobs.posted();
    const wanted = [
      ['Reveal in the Tree: Webhook', 'webhook'],
      ['Reveal in the Tree: Step', 'step'],
      ['Open in the Web Application: Row', 'row'],
      ['Show Jobs with It: Correlation', 'correlation'],
      ['Open in the Web Application: Job', 'job'],
    ] as const;
    for (const [name] of wanted) await jobs.page.getByRole('button', { name, exact: true }).click();
    assert.deepEqual(
      (await jobs.posted()).slice(-wanted.length),
      wanted.map(([, link]) => ({ method: 'jobs/follow', params: { id: jobId(1), link } })),
    );
  });

  it('are not there for a fact that leads nowhere', async () => {
    const details = { ...jobDetails(1), lines: [{ label: 'Row', value: 'gone' }] };
    await jobs.show(showing({ details }));
    assert.equal(await jobs.page.locator('dl button').count(), 0);
  });

  it('end in a filter that says what it is and can be taken away', async () => {
    const shown = showing({ grid: jobsGrid(3), run: { phase: 'done', text: '3 rows' } });
    const filter = { ...(shown.state.filter ?? assert.fail()), correlation: jobId(4001) };
    await jobs.show({ ...shown, state: { ...shown.state, filter } });
    await jobs.page.getByText(`Only jobs with the correlation id ${jobId(4001)}`).waitFor();
    assert.deepEqual(await axeFindings(jobs.page), []);
    await jobs.page.locator('#state').selectOption('failed');
    await jobs.page.getByRole('button', { name: 'Back to the Filter of Before' }).click();
    const [changed, ended] = (await jobs.posted()).slice(-2);
    assert.deepEqual(changed, { method: 'jobs/filter', params: { ...filter, state: 'failed' } });
    assert.deepEqual(ended, { method: 'jobs/endCorrelated', params: {} });
  });

  it('are offered in the menu of a row only where the row is a job', async () => {
    const grid = jobsGrid(2);
    const { id: _, ...other } = grid.rows[1] ?? assert.fail();
    await jobs.show(showing({ grid: { ...grid, rows: [grid.rows[0] ?? assert.fail(), other] } }));
    const contexts = await jobs.page
      .locator('tr[data-index]:not([data-index="-1"])')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-vscode-context')));
    assert.deepEqual(
      contexts.map((text): unknown => JSON.parse(text ?? '')),
      [
        { row: 0, job: true },
        { row: 1, job: false },
      ],
    );
  });
});

describe('What can be done about a failed job, on its page', () => {
  const pages = usePages();

  it('stands under its cause as buttons, and one that is off says why and does nothing', async () => {
    const jobs = await pages.open();
    await jobs.show(STATES['details'] ?? assert.fail());
    await jobs.posted();
    await jobs.page.getByText('A failed job cannot be resumed').waitFor();
    const touch = jobs.page.getByRole('button', { name: 'Touch the Row…' });
    assert.equal(await touch.getAttribute('aria-disabled'), 'true');
    const why = await jobs.page
      .locator(`#${(await touch.getAttribute('aria-describedby')) ?? ''}`)
      .innerText();
    assert.match(why, /Only a step on Update/);
    await touch.click({ force: true });
    await jobs.page.getByRole('button', { name: 'Register Step Anew…' }).click();
    assert.deepEqual(await jobs.posted(), [
      { method: 'jobs/remedy', params: { id: jobId(1), remedy: 'register' } },
    ]);
  });
});

describe('The filters of the job report beside a query on another table', () => {
  const pages = usePages();

  it('give way to a sentence that says so, and come back with the report', async () => {
    const jobs = await pages.open();
    const run = { phase: 'done', text: '3 rows' } as const;
    await jobs.show(showing({ run: { ...run, otherTable: 'contact' } }));
    await jobs.page.getByText('The filters are about jobs; this query is about contact.').waitFor();
    assert.equal(await jobs.page.locator('#period, #moreFilters').count(), 0);
    assert.deepEqual(await axeFindings(jobs.page), []);
    await jobs.posted();
    await jobs.page.getByRole('button', { name: 'Back to the Jobs' }).click();
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/filter', params: showing().state.filter }]);
    await jobs.run(run);
    await jobs.page.locator('#period').waitFor();
  });
});
