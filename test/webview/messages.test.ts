import assert from 'node:assert/strict';
import { FromJobsPage, KeptJobsPanel, ToJobsPage } from '../../src/protocol/jobs';
import { Envelope } from '../../src/protocol/message';
import {
  FETCH_XML,
  EMPTY_GRID,
  jobDetails,
  jobFailures,
  jobId,
  jobRow,
  jobsGrid,
  showing,
  STATES,
  tracesShown,
  WEB_API,
  type Show,
} from './fixtures';
import { type JobsPage, type OpenOptions, usePages } from './jobsPage';

/** Fails for a message that is not one of the protocol, exactly as its schema has it. */
function assertAgreed(message: unknown): void {
  const envelope = Envelope.parse(message);
  assert.deepEqual(Object.keys(envelope).toSorted(), Object.keys(message ?? {}).toSorted());
  const descriptor = Object.values(FromJobsPage).find(({ method }) => method === envelope.method);
  assert.ok(descriptor, envelope.method);
  assert.deepEqual(descriptor.params.parse(envelope.params), envelope.params);
}

/** The browser of the tests has this zone. */
const READY = {
  method: 'jobs/ready',
  params: { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
};

describe('The page of the job report and the extension', () => {
  const pages = usePages();
  let jobs: JobsPage;

  async function start(params: Show, options: OpenOptions = {}): Promise<void> {
    jobs = await pages.open(options);
    assert.deepEqual(await jobs.posted(), [READY]);
    await jobs.show(params);
  }

  it('exchange every message of the protocol, and each has the agreed shape', async () => {
    await start({
      ...(STATES['details'] ?? assert.fail()),
      grid: { ...jobsGrid(5, true), count: 150 },
      failures: jobFailures(5),
      details: jobDetails(1),
    });
    const { page } = jobs;
    await jobs.unfoldQuery();
    const sent: unknown[] = [READY];
    const ids = [
      'run',
      ...['chooseQuery', 'saveQuery', 'editQuery', 'copyAddress'],
      'copyQuery',
      'refresh',
      'watch',
      'more',
      'all',
      'export-csv',
      'copyMessage',
      'replay',
      'register',
      'link-step',
      'close',
    ];
    for (const id of ids) {
      await page.locator(`#${id}`).click();
      sent.push(...(await jobs.posted(true)));
    }
    await page.locator('[data-action="delete"]').click();
    await page.locator('.group').first().click();
    await page.getByRole('grid').getByRole('columnheader').first().click();
    await page.locator('#state').selectOption('waiting');
    await page.locator('tr[data-index="2"] td').first().click();
    await page.keyboard.press('Control+c');
    await jobs.run({ phase: 'running', text: 'Running…' });
    await page.locator('#cancel').click();
    await jobs.run({ phase: 'failed', text: 'It went away.', next: 'retry' });
    await page.locator('#goOn').click();
    sent.push(...(await jobs.posted(true)));
    sent.forEach(assertAgreed);
    const fields = { period: 'all', state: 'waiting', message: '', table: '', errorCode: '', text: '' };
    for (const expected of [
      { method: 'jobs/run', params: { language: 'fetchXml', text: FETCH_XML } },
      { method: 'jobs/copy', params: { text: FETCH_XML } },
      { method: 'jobs/window', params: { version: 1, from: 0, count: 100 } },
      { method: 'jobs/watchWanted', params: { on: true } },
      { method: 'jobs/export', params: { format: 'csv' } },
      { method: 'jobs/remedy', params: { id: jobId(1), remedy: 'replay' } },
      { method: 'jobs/copy', params: { text: jobDetails(1).message } },
      { method: 'jobs/remedy', params: { id: jobId(1), remedy: 'register' } },
      { method: 'jobs/act', params: { action: 'delete' } },
      { method: 'jobs/sort', params: { sorting: { key: 'completedon', descending: false } } },
      { method: 'jobs/filter', params: fields },
      { method: 'jobs/open', params: { id: jobId(2) } },
      { method: 'jobs/copyRows', params: { what: 'cell', row: 2, column: 0 } },
    ])
      assert.ok(
        sent.some((message) => JSON.stringify(message) === JSON.stringify(expected)),
        JSON.stringify(expected),
      );
    const plain = showing();
    const filter = { ...(plain.state.filter ?? assert.fail()), correlation: jobId(1) };
    await jobs.show({ ...plain, state: { ...plain.state, filter } });
    await page.locator('#endCorrelated').click();
    await jobs.receive({ method: ToJobsPage.traces.method, params: tracesShown() });
    await page.locator('#tracesHead').click();
    await page.locator('#switchOnTrace').click();
    await page.locator('.trace summary').click();
    await page.locator('.trace [data-link="step"]').click();
    sent.push(...(await jobs.posted(true)));
    await page.locator('#query').fill('<fetch/>');
    await page.keyboard.press('Control+Space');
    await page.waitForFunction(() => window.standIn.posted.length > 1);
    const checks = await jobs.posted(true);
    checks.forEach(assertAgreed);
    const methods = [...sent, ...checks].map((message) => Envelope.parse(message).method);
    const all = Object.values(FromJobsPage).map(({ method }) => method);
    assert.deepEqual([...new Set(methods)].toSorted(), all.toSorted());
  });

  it('bring another heading, and news with their time in UTC', async () => {
    await start(showing());
    await jobs.receive({ method: ToJobsPage.title.method, params: 'Failed jobs of <b>ERP</b>' });
    await jobs.page.getByRole('heading', { level: 1, name: 'Failed jobs of <b>ERP</b>' }).waitFor();
    const news = { text: '2 new jobs, 8:00', title: '2026-11-24T07:00:00.000Z' };
    await jobs.receive({ method: ToJobsPage.watch.method, params: { on: true, news } });
    await jobs.page.getByText(news.text).waitFor();
    assert.equal(await jobs.page.locator('.news').getAttribute('title'), news.title);
    await jobs.show({ ...showing(), watched: true });
    assert.equal(await jobs.page.locator('.news').count(), 0);
    await jobs.show({ ...showing(), watched: true, news });
    await jobs.page.getByText(news.text).waitFor();
  });

  it('end a run beside its progress, also while the query is folded away', async () => {
    await start(showing({ grid: jobsGrid(3), run: { phase: 'running', text: 'Running…' } }));
    await jobs.page.locator('#endRun').click();
    assert.deepEqual(await jobs.posted(), [{ method: 'jobs/cancel', params: {} }]);
    assert.equal(await jobs.focus(), 'row 0');
    await jobs.run({ phase: 'cancelled', text: 'Cancelled.' });
    assert.equal(await jobs.page.locator('#endRun').count(), 0);
  });

  it('turn Run off and Cancel on while a query runs, and back after it', async () => {
    await start(showing());
    await jobs.unfoldQuery();
    const enabled = async () => [
      await jobs.page.locator('#run').isEnabled(),
      await jobs.page.locator('#cancel').isEnabled(),
    ];
    assert.deepEqual(await enabled(), [true, false]);
    await jobs.page.locator('#cancel').dispatchEvent('click');
    await jobs.run({ phase: 'running', text: 'Running…' });
    assert.deepEqual(await enabled(), [false, true]);
    await jobs.page.locator('#run').dispatchEvent('click');
    assert.deepEqual(await jobs.posted(), [], 'what is off does nothing');
    for (const phase of ['done', 'failed', 'cancelled', 'idle'] as const) {
      await jobs.run({ phase, text: phase });
      assert.deepEqual(await enabled(), [true, false], phase);
    }
  });

  it('switch the language with its own text, and run in the one that is shown', async () => {
    await start(showing());
    await jobs.unfoldQuery();
    const { page } = jobs;
    const text = page.locator('#query');
    assert.equal(await text.inputValue(), FETCH_XML);
    await text.fill('<fetch top="1"/>');
    await page.locator('#language').selectOption('webApi');
    assert.equal(await text.inputValue(), WEB_API);
    await page.locator('#run').click();
    await page.locator('#language').selectOption('fetchXml');
    assert.equal(await text.inputValue(), '<fetch top="1"/>');
    await page.locator('#run').click();
    const sent = (await jobs.posted()).map((message) => Envelope.parse(message));
    assert.deepEqual(
      sent.filter(({ method }) => method === 'jobs/run').map(({ params }) => params),
      [
        { language: 'webApi', text: WEB_API },
        { language: 'fetchXml', text: '<fetch top="1"/>' },
      ],
    );
  });

  it('load more rows below those that are there, until there are no more', async () => {
    await start(showing({ grid: jobsGrid(2, true) }));
    const more = jobs.page.getByRole('button', { name: 'Load More' });
    await more.click();
    await jobs.run({ phase: 'running', text: 'Running…' });
    assert.equal(await more.count(), 0);
    await jobs.receive({ method: ToJobsPage.extent.method, params: { version: 1, count: 4, more: false } });
    assert.deepEqual((await jobs.posted()).at(-1), {
      method: 'jobs/window',
      params: { version: 1, from: 0, count: 100 },
    });
    const rows4 = [jobRow(0), jobRow(1), jobRow(2), jobRow(3)];
    await jobs.receive({ method: ToJobsPage.rows.method, params: { version: 1, from: 0, rows: rows4 } });
    await jobs.run({ phase: 'done', text: '4 rows' });
    assert.equal(await more.count(), 0);
    const rows = await jobs.page.locator('tbody tr').evaluateAll((all) => all.map((row) => row.textContent));
    assert.equal(rows.length, 4);
    assert.equal(new Set(rows).size, 4);
    assert.match(rows[3] ?? '', /sample 3/);
  });

  it('replace the rows with a new result, of other columns too', async () => {
    await start(showing({ grid: jobsGrid(30) }));
    const columns = [{ key: 'n', label: 'Number', numeric: true }];
    const grid = { ...EMPTY_GRID, version: 2, count: 1, columns, rows: [{ cells: [{ text: '7' }] }] };
    await jobs.receive({ method: ToJobsPage.grid.method, params: grid });
    assert.deepEqual(await jobs.page.getByRole('columnheader').allInnerTexts(), ['Number']);
    assert.deepEqual(await jobs.page.getByRole('gridcell').allInnerTexts(), ['7']);
    await jobs.page.getByRole('gridcell').click();
    await jobs.page.keyboard.press('Enter');
    const opened = (await jobs.posted()).filter((message) => JSON.stringify(message).includes('jobs/open'));
    assert.deepEqual(opened, [], 'a row that is no job opens nothing');
  });

  it('do not open a job because its text was selected', async () => {
    await start(showing({ grid: jobsGrid(3) }));
    const box = await jobs.page.locator('tr[data-index="1"] td').nth(1).boundingBox();
    assert.ok(box);
    await jobs.page.mouse.move(box.x + 12, box.y + 10);
    await jobs.page.mouse.down();
    await jobs.page.mouse.move(box.x + 90, box.y + 10, { steps: 4 });
    await jobs.page.mouse.up();
    assert.notEqual(await jobs.page.evaluate(() => getSelection()?.toString()), '');
    assert.doesNotMatch(JSON.stringify(await jobs.posted()), /jobs\/open/);
  });

  it('ignore messages that were never agreed, and go on working', async () => {
    await start(showing({ grid: jobsGrid(3) }));
    const before = await jobs.page.locator('#root').innerHTML();
    const odd: readonly unknown[] = [
      null,
      undefined,
      0,
      'jobs/show',
      [],
      {},
      { method: 'jobs/grid' },
      { method: 'jobs/grid', params: { columns: 1, rows: [], more: false } },
      { method: 'jobs/grid', params: { columns: [], rows: [{ cells: [{ text: 1 }] }], more: false } },
      { method: 'jobs/show', params: { title: '<b>' } },
      { method: 'jobs/runState', params: { phase: 'flying', text: '' } },
      { method: 'jobs/rows', params: { version: 1, from: 0, rows: null } },
      { method: 'jobs/rows', params: { version: 1, from: -1, rows: [] } },
      { method: 'jobs/details', params: { id: 1 } },
      { method: 'jobs/unknown', params: {} },
      { method: '__proto__', params: {} },
      { method: 'constructor', params: {} },
    ];
    for (const message of odd) await jobs.receive(message);
    assert.equal(await jobs.page.locator('#root').innerHTML(), before);
    await jobs.run({ phase: 'done', text: 'still here' });
    assert.equal(await jobs.page.getByRole('status').innerText(), 'still here');
    assert.deepEqual(await jobs.posted(), []);
  });

  it('ignore rows and details that come before there is a report', async () => {
    jobs = await pages.open();
    await jobs.receive({ method: ToJobsPage.grid.method, params: jobsGrid(2) });
    await jobs.receive({ method: ToJobsPage.details.method, params: jobDetails(1) });
    assert.equal(await jobs.page.locator('#root').innerText(), '');
    assert.equal(await jobs.state(), undefined);
  });

  it('keep the query, also one that was not run, and bring it back when the panel is shown again', async () => {
    await start(showing({ grid: jobsGrid(9) }));
    await jobs.unfoldQuery();
    await jobs.page.locator('#language').selectOption('webApi');
    await jobs.page.locator('#query').fill('contacts?$top=1');
    const kept = await jobs.state();
    await jobs.close();
    await start(showing({ grid: jobsGrid(9) }), { kept });
    assert.equal(await jobs.page.locator('#language').inputValue(), 'webApi');
    assert.equal(await jobs.page.locator('#query').inputValue(), 'contacts?$top=1');
    assert.deepEqual(await jobs.state(), kept);
  });

  it('keep where the reader is, in the words of the extension, until it has found that place again', async () => {
    const bookmark = {
      loaded: 9,
      selected: [jobId(3)],
      stretches: [],
      column: 2,
      opened: jobId(3),
      active: { id: jobId(3), at: 3 },
      top: { id: jobId(1), at: 1 },
    };
    await start(showing({ grid: jobsGrid(9) }));
    await jobs.receive({ method: ToJobsPage.bookmark.method, params: bookmark });
    const kept = await jobs.state();
    assert.deepEqual(KeptJobsPanel.parse(kept).bookmark, bookmark);
    await jobs.close();
    const idle = { phase: 'idle', text: '' } as const;
    await start(showing({ run: idle }), { kept });
    assert.deepEqual(KeptJobsPanel.parse(await jobs.state()).bookmark, bookmark, 'nothing has come yet');
    assert.deepEqual(await jobs.posted(true), [], 'the empty grid is no place');
    const place = { selected: [{ from: 4, to: 5 }], active: 4, column: 2, top: 0 };
    await jobs.receive({ method: ToJobsPage.grid.method, params: { ...jobsGrid(9), place } });
    const row = jobs.page.locator('tr[data-index="4"]');
    assert.equal(await row.getAttribute('aria-selected'), 'true');
    assert.equal(await row.locator('td[tabindex="0"]').getAttribute('data-column'), '2');
    await jobs.close();
    await start(showing({ run: idle }), { kept: { ...KeptJobsPanel.parse(kept), bookmark: 'none' } });
    assert.equal(KeptJobsPanel.parse(await jobs.state()).bookmark, undefined);
  });

  it('show what the extension says where nothing usable was kept', async () => {
    for (const kept of ['text', { environmentId: 1 }, null]) {
      await start(showing(), { kept });
      assert.equal(await jobs.page.locator('#query').inputValue(), FETCH_XML);
      if (kept !== null) await jobs.close();
    }
  });
});
