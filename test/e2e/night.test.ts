import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ROW_HEIGHT } from '../../src/webview/jobs/gridView';
import { filterId, messageId } from '../../src/sandbox/seed/ids';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { webApi } from './foreignWebhook';
import { Workbench } from './workbench';

/** What the endpoint of the ERP does, how often: answers with a status, or breaks the connection. */
const ERP: ReadonlyArray<readonly [number | 'reset', number]> = [
  [500, 160],
  [404, 60],
  [401, 40],
  ['reset', 20],
];
/** Deliveries to a port where nothing answers, and over TLS to a server that has none. */
const REFUSED = 140;
const NO_TLS = 80;
/** Hundredths of it that happen in each hour of the night, the last of which ends now. */
const HOURS: readonly number[] = [3, 5, 4, 12, 36, 22, 11, 7];

/** Five hundred deliveries that fail for six causes at three webhooks, as they fail: nothing is made up. */
describe('A night of 500 failures', () => {
  let server: Server;
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    const answers = ERP.flatMap(([answer, times]) => Array<number | 'reset'>(times).fill(answer));
    server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        const answer = answers.pop() ?? 500;
        if (answer === 'reset') request.socket.destroy();
        else response.writeHead(answer).end();
      });
    });
    const port = await listening(server);
    const closed = createServer();
    const nobody = await listening(closed);
    await new Promise((resolve) => closed.close(resolve));
    sandbox = await startSandbox(['--empty']);
    await register('ERP', `http://127.0.0.1:${port}/orders`, 'account');
    await register('Data lake', `http://127.0.0.1:${nobody}/rows`, 'contact');
    await register('Loyalty', `https://127.0.0.1:${port}/points`, 'lead');
    const accounts = answers.length;
    let from = 0;
    for (const [index, share] of HOURS.entries()) {
      const to = from + share;
      await order('clock', { offsetSeconds: -3600 * (HOURS.length - 1 - index) });
      await make('accounts', accounts, from, to, (n) => ({ name: `Account ${n}` }));
      await make('contacts', REFUSED, from, to, (n) => ({ lastname: `Contact ${n}` }));
      await make('leads', NO_TLS, from, to, (n) => ({ lastname: `Lead ${n}` }));
      await delivered();
      from = to;
    }
    workbench = await Workbench.start({
      env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line },
      size: { width: 1500, height: 950 },
    });
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function register(name: string, url: string, table: string): Promise<void> {
    const hook = { name, url, contract: 8, authtype: 4, authvalue: 'k', messageformat: 2 };
    await webApi(sandbox, 'POST', 'serviceendpoints', hook);
    const found = (await webApi(
      sandbox,
      'GET',
      `serviceendpoints?$select=serviceendpointid&$filter=name eq '${name}'`,
    )) as { value: ReadonlyArray<{ serviceendpointid: string }> };
    await webApi(sandbox, 'POST', 'sdkmessageprocessingsteps', {
      name: `${name}: Create of ${table}`,
      stage: 40,
      mode: 1,
      rank: 1,
      asyncautodelete: false,
      supporteddeployment: 0,
      'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${found.value[0]?.serviceendpointid})`,
      'sdkmessageid@odata.bind': `/sdkmessages(${messageId('Create')})`,
      'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${filterId('Create', table)})`,
    });
  }

  /** Makes the rows between two hundredths of a number of rows, eight at a time. */
  async function make(
    set: string,
    count: number,
    from: number,
    to: number,
    row: (n: number) => object,
  ): Promise<void> {
    let next = Math.round((count * from) / 100);
    const end = Math.round((count * to) / 100);
    const one = async (): Promise<void> => {
      for (let n = next++; n < end; n = next++) await webApi(sandbox, 'POST', set, row(n));
    };
    await Promise.all(Array.from({ length: 8 }, one));
  }

  async function delivered(): Promise<void> {
    const answer = await order('idle', { timeoutSeconds: 60 });
    assert.deepEqual(await answer.json(), { pending: 0 });
  }

  /** Asks the sandbox for something at its control address. */
  async function order(name: string, body: object): Promise<Response> {
    const answer = await fetch(`${sandbox.url}/sandbox/${name}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${sandbox.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${name}: ${answer.status}`);
    return answer;
  }

  const report = () => workbench.webviewFrame(/Failed Jobs/);

  it('is one answer: how many, of how many kinds, and which endpoint is the worst', async () => {
    await workbench.openView();
    await workbench.treeItem(/^ERP/).waitFor();
    await workbench.runCommand('Dataverse WebHooks: Show Failed Jobs');
    const page = await report();
    await page.getByText('500 failed jobs of 6 kinds, most often ERP').waitFor();
    await page.getByText('500 rows', { exact: true }).waitFor();
    const counts = await page.locator('.group .count').allInnerTexts();
    assert.deepEqual(counts, ['160', '140', '80', '60', '40', '20']);
    const worst = page.locator('.group').first();
    assert.match(await worst.innerText(), /status 500[\s\S]*ERP › Create of account/);
    await workbench.screenshot('night-answer');
  });

  it('opens a job of the worst endpoint, and says its cause and what can be done', async () => {
    const page = await report();
    await page.locator('.group').first().click();
    await page.locator('#openExample').click();
    const details = page.getByRole('complementary');
    await details.getByText('The endpoint answered with status 500.').waitFor();
    await details.getByText('Look into its own log').waitFor();
    await workbench.screenshot('night-job');
    await details.locator('#close').click();
    await details.waitFor({ state: 'detached' });
  });

  it('exports the group, every row of it and no other', async () => {
    const page = await report();
    await page.locator('#export-csv').click();
    // The name that is suggested, in the folder that is open.
    const name = 'Failed jobs of Sandbox.csv';
    const file = path.join(workbench.workspace, name);
    await workbench.page.waitForFunction((end) => {
      const box = document.querySelector('.quick-input-widget .quick-input-box input');
      return box instanceof HTMLInputElement && box.value.endsWith(end);
    }, name);
    await workbench.screenshot('night-export');
    await workbench.quickInput.getByRole('button', { name: 'OK', exact: true }).click();
    await workbench.notification('160 rows were exported.').waitFor();
    const text = await readFile(file, 'utf8');
    const [head = '', ...lines] = text.slice(1).trimEnd().split('\r\n');
    assert.equal(lines.length, 160);
    const code = head.split(',').indexOf('Error Code');
    for (const line of lines) {
      assert.equal(line.split(',')[code], '0x80050201');
      assert.match(line, /ERP: Create of account/);
    }
    assert.deepEqual(
      (await readdir(workbench.workspace)).filter((each) => each.includes('jobs')),
      [name],
    );
    await workbench.clearNotifications();
  });

  it('is there again after the window was reloaded, where the person was, and is still watched', async () => {
    const page = await report();
    await page.locator('#state').selectOption('all');
    await page.locator('#period').selectOption('day');
    await page.getByText('500 rows', { exact: true }).waitFor();
    await page.locator('#watch').click();
    await page.locator('#watch[aria-pressed="true"]').waitFor();
    await page.getByRole('columnheader', { name: 'Webhook' }).click();
    await page.locator('th[aria-sort="ascending"]').waitFor();
    const first = page.locator('tr[data-index="0"]');
    assert.match(await first.innerText(), /Data lake: Create of contact/);
    await page.locator('tr[data-index="0"] td').first().click();
    await page.getByRole('complementary').waitFor();
    for (let pages = 0; pages < 6; pages += 1) await workbench.page.keyboard.press('PageDown');
    await workbench.page.keyboard.press('Control+Space');
    await workbench.page.keyboard.press('Shift+ArrowDown');
    const selected = (of: typeof page) =>
      of.locator('tbody tr[aria-selected="true"]').evaluateAll((rows) => rows.map((row) => row.textContent));
    const before = await selected(page);
    assert.equal(before.length, 2);
    const top = (of: typeof page) => of.locator('#scroll').evaluate(({ scrollTop }) => scrollTop);
    const scrolled = await top(page);
    assert.ok(scrolled > 1000, `${scrolled} px`);
    const heading = await page.locator('#details').innerText();
    await workbench.reload();
    const again = await report();
    await again.getByText('500 failed jobs of 6 kinds').waitFor();
    await again.locator('tbody tr[aria-selected="true"]').nth(1).waitFor();
    assert.deepEqual(await selected(again), before);
    assert.ok(Math.abs((await top(again)) - scrolled) <= ROW_HEIGHT, 'the rows are where they were');
    assert.equal(await again.locator('th[aria-sort="ascending"]').innerText(), 'Webhook');
    assert.equal(await again.locator('#details').innerText(), heading);
    assert.equal(await again.locator('#period').inputValue(), 'day');
    assert.equal(await again.locator('#state').inputValue(), 'all');
    await again.locator('#watch[aria-pressed="true"]').waitFor();
    await workbench.screenshot('night-again');
  });

  it('has rows, job, scroll and focus as they were when somebody comes back from another tab', async () => {
    const page = await report();
    await page.locator('tbody tr[aria-selected="true"] td').first().click();
    const focused = (of: typeof page) => of.locator('tr:has(td:focus)').getAttribute('data-index');
    const row = Number(await focused(page));
    await page.locator('tr[aria-current="true"]').waitFor();
    const heading = await page.locator('#details').innerText();
    const scrollOf = (of: typeof page) => of.locator('aside').evaluate(({ scrollTop }) => scrollTop);
    await page.locator('aside').evaluate((job) => job.scrollTo({ top: 60 }));
    const scrolled = await scrollOf(page);
    assert.ok(scrolled > 0, 'the job is longer than its room');
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.editorTab(/Untitled-1/).waitFor();
    const again = await report();
    assert.equal(Number(await focused(again)), row);
    assert.equal(await again.locator('#details').innerText(), heading);
    assert.equal(await scrollOf(again), scrolled);
    await workbench.page.keyboard.press('ArrowDown');
    await again.locator(`tr[data-index="${row + 1}"] td:focus`).waitFor();
  });
});

/** The port that a server has got. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
