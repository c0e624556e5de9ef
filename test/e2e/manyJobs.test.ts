import assert from 'node:assert/strict';
import { watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { registerForeignWebhook, webApi } from './foreignWebhook';
import { order } from './sandboxFaults';
import { Workbench } from './workbench';

/** One in ten of them has failed. */
const JOBS = 13_010;

/** What is read of the jobs, a page after the first. */
const laterPages = (effect: object, first = 1) => ({
  method: 'GET',
  contains: 'asyncoperations',
  skip: first,
  times: 0,
  effect,
});

describe('A report of thousands of jobs', () => {
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    sandbox = await startSandbox(['--webhooks', '3', '--steps', '6', '--jobs', String(JOBS)]);
    await registerForeignWebhook(sandbox, {
      name: 'Silent',
      url: 'https://hooks.example.com/silent',
      auth: { type: 4, value: 'k' },
    });
    workbench = await Workbench.start({
      env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line },
      size: { width: 1500, height: 950 },
    });
    await workbench.openView();
    await workbench.treeItem(/^Silent/).waitFor();
    await workbench.runCommand('Dataverse WebHooks: Show Failed Jobs');
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
  });

  afterEach(() => order(sandbox, undefined));

  const report = (title = /Failed Jobs/) => workbench.webviewFrame(title);
  type Page = Awaited<ReturnType<typeof report>>;
  const rowsText = (page: Page, text: string | RegExp) => page.locator('.status', { hasText: text });
  const acted = (page: Page) => page.locator('.acted');

  it('opens on the last days, says where a period has none, and leads to those of all time', async () => {
    const page = await report();
    await rowsText(page, /\d rows/).waitFor();
    assert.equal(await page.locator('#period').inputValue(), 'week');
    await workbench.screenshot('jobs-opened');
    await page.locator('#period').selectOption('custom');
    await page.locator('#from').fill('2099-01-01T00:00');
    await page.locator('#from').press('Tab');
    await page.getByText(/^There are none in this period, but 1,30\d at other times\.$/).waitFor();
    await workbench.screenshot('jobs-other-times');
    await page.locator('#allTimes').click();
    await rowsText(page, /^\s*1,30\d rows/).waitFor();
    assert.equal(await page.locator('#period').inputValue(), 'all');
  });

  it('says of a step that is gone that it is, and closes the job', async () => {
    const page = await report();
    await page.getByText(/^1,30\d failed jobs of \d kinds/).waitFor();
    await page.locator('tr[data-index="0"] td').first().click();
    const details = page.getByRole('complementary');
    const reveal = details.getByRole('button', { name: 'Reveal in the Tree: Step' });
    await reveal.waitFor();
    const { value } = (await webApi(
      sandbox,
      'GET',
      'asyncoperations?$select=_owningextensionid_value&$filter=statuscode eq 31&$orderby=completedon desc,asyncoperationid&$top=1',
    )) as { value: ReadonlyArray<{ _owningextensionid_value: string }> };
    const step = value[0]?._owningextensionid_value ?? assert.fail('nothing has failed');
    await webApi(sandbox, 'DELETE', `sdkmessageprocessingsteps(${step})`);
    await reveal.click();
    await workbench.notification('The step does not exist any more.').waitFor();
    await workbench.clearNotifications();
    await details.locator('#close').click();
    await details.waitFor({ state: 'detached' });
  });

  it('says that its groups cover some rows only', async () => {
    const page = await report();
    await page.locator('#state').selectOption('all');
    await rowsText(page, /50 of 13,0\d\d rows/).waitFor();
    // The newest jobs have succeeded: there is nothing to group, and no groups of before.
    await page.locator('#failuresHead').waitFor({ state: 'detached' });
    // In another order, which the service is asked for, some of the first have failed.
    await page.getByRole('columnheader', { name: 'Table' }).click();
    await page.locator('th[aria-sort="ascending"]').waitFor();
    await page.getByText(/^The groups cover the first 50 of 13,0\d\d rows\./).waitFor();
    await workbench.screenshot('jobs-partial');
  });

  it('keeps its rows where the session expires in the middle of a stream, and goes on when asked', async () => {
    const page = await report();
    // The rows have been counted: from here on the service refuses.
    await rowsText(page, /50 of 13,0\d\d rows/).waitFor();
    await order(sandbox, laterPages({ kind: 'expiredToken' }));
    await page.locator('#all').click();
    const reason = page.getByRole('alert').getByText('does not accept the sign-in (401)');
    await reason.waitFor();
    assert.ok((await page.locator('tbody tr').count()) > 10, 'what has come stays');
    await workbench.screenshot('jobs-expired');
    await order(sandbox, undefined);
    await page.locator('#more').click();
    await reason.waitFor({ state: 'detached' });
    await rowsText(page, /of 13,0\d\d rows/).waitFor();
  });

  it('keeps its rows where the connection is lost in the middle of a stream, and goes on at Retry', async () => {
    const page = await report();
    await page.getByRole('columnheader', { name: 'Table' }).click();
    await page.locator('th[aria-sort="descending"]').waitFor();
    await rowsText(page, /50 of 13,0\d\d rows/).waitFor();
    await order(sandbox, laterPages({ kind: 'reset' }));
    await page.locator('#all').click();
    await page.getByRole('alert').getByText('closed the connection').waitFor();
    assert.ok((await page.locator('tbody tr').count()) > 10, 'what has come stays');
    await workbench.screenshot('jobs-lost');
    await order(sandbox, undefined);
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await rowsText(page, /^\s*13,0\d\d rows/).waitFor();
    await page.locator('#goOn').waitFor({ state: 'detached' });
  });

  it('waits where it is throttled in the middle, can be cancelled at once, and goes on', async () => {
    const page = await report();
    await page.locator('#state').selectOption('succeeded');
    await rowsText(page, /50 of 11,7\d\d rows/).waitFor();
    await page.locator('#state').selectOption('all');
    await rowsText(page, /50 of 13,0\d\d rows/).waitFor();
    await order(sandbox, {
      method: 'GET',
      contains: 'asyncoperations',
      skip: 1,
      effect: { kind: 'throttle', retryAfterSeconds: 8, limit: 'requests' },
    });
    await page.locator('#all').click();
    await workbench.statusBarItem('Sandbox asks for a pause').waitFor();
    await workbench.screenshot('jobs-throttled');
    await page.locator('#endRun').click();
    await rowsText(page, 'Cancelled.').waitFor();
    await page.locator('#all').click();
    await rowsText(page, /^\s*13,0\d\d rows/).waitFor();
    assert.equal(await page.locator('.partial').count(), 0, 'the groups cover all');
  });

  /** Lets the export that is asked for go to the folder that is open. */
  async function acceptPlace(ending: string): Promise<void> {
    await workbench.page.waitForFunction((end) => {
      const box = document.querySelector('.quick-input-widget .quick-input-box input');
      return box instanceof HTMLInputElement && box.value.endsWith(end);
    }, `Jobs of Sandbox.${ending}`);
    await workbench.quickInput.getByRole('button', { name: 'OK', exact: true }).click();
  }

  const exported = async (): Promise<readonly string[]> =>
    (await readdir(workbench.workspace)).filter((name) => name.includes('Jobs of Sandbox')).sort();

  /** Resolves when an export has begun to write. */
  const begun = (): Promise<void> =>
    folderBecomes(workbench.workspace, async () => {
      const part = (await exported()).find((name) => name.endsWith('.part'));
      return part !== undefined && (await stat(path.join(workbench.workspace, part))).size > 0;
    });

  it('goes on with an export when its panel is closed', async () => {
    const page = await report();
    await order(sandbox, laterPages({ kind: 'delay', milliseconds: 500 }));
    await page.locator('#export-json').click();
    await acceptPlace('json');
    await begun();
    await workbench.runCommand('View: Close Editor');
    await workbench.editorTab(/^Failed Jobs/).waitFor({ state: 'detached' });
    await workbench.notification(/13,0\d\d rows were exported\./).waitFor();
    assert.deepEqual(await exported(), ['Jobs of Sandbox.json']);
    const file = path.join(workbench.workspace, 'Jobs of Sandbox.json');
    const rows = JSON.parse(await readFile(file, 'utf8')) as unknown[];
    assert.match(rows.length.toLocaleString('en-US'), /^13,0\d\d$/);
    await workbench.clearNotifications();
  });

  it('leaves nothing of an export that a reload of the window ends, and is there again', async () => {
    await workbench.runCommand('Dataverse WebHooks: Show Failed Jobs');
    const before = await report();
    await before.locator('#period').selectOption('all');
    await before.locator('#state').selectOption('all');
    await rowsText(before, /50 of 13,0\d\d rows/).waitFor();
    // Four pages are more than is gathered before it is written.
    await order(sandbox, laterPages({ kind: 'delay', milliseconds: 60_000 }, 4));
    await before.locator('#export-csv').click();
    await acceptPlace('csv');
    await begun();
    // By then the page that does not come has been asked for.
    await workbench.notification(/5,000 of 13,0\d\d rows/).waitFor();
    await order(sandbox, undefined);
    await workbench.reload();
    const page = await report();
    await rowsText(page, /50 of 13,0\d\d rows/).waitFor();
    await workbench.assertNoNotification();
    await folderBecomes(workbench.workspace, async () => (await exported()).length === 1);
    await page.locator('#export-markdown').click();
    await acceptPlace('md');
    await workbench.notification(/13,0\d\d rows were exported\./).waitFor();
    assert.deepEqual(await exported(), ['Jobs of Sandbox.json', 'Jobs of Sandbox.md']);
    await workbench.clearNotifications();
    await page.locator('#all').click();
    await rowsText(page, /^\s*13,0\d\d rows/).waitFor();
  });

  it('deletes the selected rows after a yes, and shows the others', async () => {
    const page = await report();
    const row = (index: number) => page.locator(`tr[data-index="${index}"]`);
    const before = /13,0\d\d/.exec((await page.locator('.status').textContent()) ?? '')?.[0];
    const left = (Number(before?.replace(',', '')) - 3).toLocaleString('en-US');
    await row(0)
      .locator('td')
      .first()
      .click({ modifiers: ['ControlOrMeta'] });
    await workbench.page.keyboard.press('Shift+ArrowDown');
    await workbench.page.keyboard.press('Shift+ArrowDown');
    await page.locator('#act-delete', { hasText: 'Delete (3)' }).click();
    await workbench.dialog.getByText('Delete 3 jobs of Sandbox?').waitFor();
    await workbench.answerDialog('Delete');
    await acted(page).getByText('3 of 3 jobs were deleted.').waitFor();
    await rowsText(page, `${left} rows`).waitFor();
  });

  it('lets the service delete thousands after a yes, tells how far it is, and ends where it is cancelled', async () => {
    const page = await report();
    await page
      .locator('tr[data-index="0"] td')
      .first()
      .click({ modifiers: ['ControlOrMeta'] });
    await workbench.page.keyboard.press('Control+a');
    await page.locator('#act-delete', { hasText: /Delete \(13,?0\d\d\)/ }).waitFor();
    await page.locator('#act-delete').click();
    await workbench.dialog.getByText(/Delete 13,?0\d\d jobs of Sandbox\?/).waitFor();
    await workbench.dialog.getByText('in a system job of its own').waitFor();
    await workbench.answerDialog('Delete');
    await acted(page)
      .getByText(/The service deletes: [1-9][\d,]* of 13,?0\d\d jobs/)
      .waitFor();
    await workbench.screenshot('jobs-bulk');
    await page.locator('#endAct').click();
    await acted(page)
      .getByText(/[\d,]+ of 13,?0\d\d jobs were deleted by the service\. Cancelled\./)
      .waitFor();
    await workbench.screenshot('jobs-bulk-cancelled');
    // While they are read anew it says how far that is, which has rows in it, too.
    await rowsText(page, /^\s*[\d,]+ (?:of [\d,]+ )?rows/).waitFor();
  });

  it('switches the trace log on after a yes', async () => {
    const page = await report();
    const { value: steps } = (await webApi(
      sandbox,
      'GET',
      "sdkmessageprocessingsteps?$select=name&$filter=name eq 'Silent: Update of contact'",
    )) as { value: ReadonlyArray<{ sdkmessageprocessingstepid: string }> };
    const synchronous = { mode: 0, asyncautodelete: false };
    const id = steps[0]?.sdkmessageprocessingstepid ?? assert.fail('there is no step');
    await webApi(sandbox, 'PATCH', `sdkmessageprocessingsteps(${id})`, synchronous);
    const { value } = (await webApi(sandbox, 'GET', 'organizations?$select=organizationid')) as {
      value: ReadonlyArray<{ organizationid: string }>;
    };
    await webApi(sandbox, 'PATCH', `organizations(${value[0]?.organizationid})`, {
      plugintracelogsetting: 0,
    });
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    await workbench.expand(/^Silent/);
    await workbench
      .treeItem(/Silent: Update of contact/)
      .and(workbench.page.locator('[aria-label*="sync"]'))
      .waitFor();
    await page.locator('#refresh').click();
    await page.locator('#tracesHead').getByText('The trace log is switched off').waitFor();
    await page.locator('#tracesHead').click();
    await page.locator('#switchOnTrace').click();
    await workbench.dialog.getByText('Switch on the trace log of Sandbox for exceptions?').waitFor();
    await workbench.screenshot('jobs-trace');
    await workbench.answerDialog('Switch On');
    await page.locator('#tracesHead').getByText('The trace log has no failed call.').waitFor();
    assert.equal(await page.locator('#switchOnTrace').count(), 0);
  });
});

/** Resolves when something is true of a folder, which is looked at whenever something in it changes. */
async function folderBecomes(folder: string, isTrue: () => Promise<boolean>): Promise<void> {
  const late = AbortSignal.timeout(20_000);
  let changed: () => void = () => undefined;
  late.addEventListener('abort', () => changed());
  const watching = watch(folder, () => changed());
  try {
    for (;;) {
      const change = new Promise<void>((resolve) => (changed = resolve));
      if (await isTrue()) return;
      assert.ok(!late.aborted, `It did not come true: ${isTrue.toString()}`);
      await change;
    }
  } finally {
    watching.close();
  }
}
