import assert from 'node:assert/strict';
import { ToJobsPage } from '../../src/protocol/jobs';
import { jobId, showing, tracesShown } from './fixtures';
import { axeFindings, type JobsPage, usePages, setTheme } from './jobsPage';

describe('The synchronous failures on the page of the job report', () => {
  const pages = usePages();
  let jobs: JobsPage;
  beforeEach(async () => {
    jobs = await pages.open();
    await jobs.show(showing());
  });
  const receive = (traces: ReturnType<typeof tracesShown> | undefined) =>
    jobs.receive({ method: ToJobsPage.traces.method, params: traces });
  const open = async () => {
    await jobs.page.locator('#tracesHead').click();
    await jobs.page.locator('.trace summary').first().click();
  };

  it('are told in the heading of their part, and each unfolds with cause, remedy, facts and exception', async () => {
    await receive(tracesShown());
    const head = jobs.page.locator('#tracesHead');
    assert.match(await head.innerText(), /Synchronous failures\s+1 call failed/);
    await open();
    const text = await jobs.page.locator('.trace').innerText();
    for (const part of [
      '7:59:42 PM',
      'status 503',
      'ERP › Orders',
      'Look into the log',
      '1,234 ms',
      jobId(4000),
    ])
      assert.ok(text.includes(part), part);
    assert.equal(await jobs.page.locator('.trace .when').getAttribute('title'), '2026-11-23T19:59:42.000Z');
    await jobs.posted();
    await jobs.page.getByRole('button', { name: 'Show Jobs with It' }).click();
    await jobs.page.getByRole('button', { name: 'Copy Message' }).click();
    const [followed, copied] = await jobs.posted();
    assert.deepEqual(followed, { method: 'traces/follow', params: { id: jobId(7000), link: 'correlation' } });
    assert.deepEqual(copied, { method: 'jobs/copy', params: { text: tracesShown().rows[0]?.exception } });
  });

  it('go away when the report is about something else', async () => {
    await receive(tracesShown());
    await receive(undefined);
    assert.equal(await jobs.page.locator('#traces').count(), 0);
  });

  it('have no button that does nothing: switching on only where it is off, kin only with a correlation id', async () => {
    await receive({ ...tracesShown({ correlated: false }), canSwitchOn: false });
    await open();
    assert.equal(await jobs.page.locator('#switchOnTrace').count(), 0);
    assert.equal(await jobs.page.getByRole('button', { name: 'Show Jobs with It' }).count(), 0);
  });

  it('have nothing that axe finds, in every theme and width', async () => {
    await receive(tracesShown());
    await open();
    for (const theme of ['dark', 'light', 'hcDark', 'hcLight'] as const) {
      await setTheme(jobs.page, theme);
      for (const width of [320, 1000]) {
        await jobs.page.setViewportSize({ width, height: 700 });
        assert.deepEqual(await axeFindings(jobs.page), [], `${theme}, ${width} px`);
        const { scrollWidth, clientWidth } = await jobs.page.evaluate(() => ({
          scrollWidth: document.documentElement.scrollWidth,
          clientWidth: document.documentElement.clientWidth,
        }));
        assert.ok(scrollWidth <= clientWidth, `${theme}, ${width} px`);
      }
    }
  });

  it('show texts of strangers as they are: markup, zero bytes, a hundred thousand characters', async () => {
    const markup = '<img src=x onerror="window.ran = 1"> before\0after \u202Eexe';
    const long = 'x'.repeat(99_999);
    await receive(tracesShown({ cause: markup, place: markup, remedy: markup, exception: markup + long }));
    await open();
    assert.equal(await jobs.page.locator('.trace pre').evaluate((pre) => pre.textContent), markup + long);
    assert.equal(await jobs.page.locator('.trace img').count(), 0);
  });
});
