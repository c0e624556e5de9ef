import assert from 'node:assert/strict';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { until, Workbench } from './workbench';

/** A request to the sandbox as any program of this machine would send it. */
async function webApi(sandbox: SandboxProcess, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { Authorization: `Bearer ${sandbox.token}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${sandbox.url}/api/data/v9.2/${path}`, { ...init, headers });
  assert.ok(response.ok, `${path} answered ${response.status}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

async function post(sandbox: SandboxProcess, set: string, body: object): Promise<void> {
  await webApi(sandbox, set, { method: 'POST', body: JSON.stringify(body) });
}

/** Webhooks enough for a second page, one of them with what a check finds. */
async function fill(sandbox: SandboxProcess): Promise<void> {
  const webhook = { contract: 8, authtype: 4, authvalue: 'sample-key' };
  for (let n = 0; n < 230; n += 1) {
    const name = `Bulk ${String(n).padStart(3, '0')}`;
    await post(sandbox, 'serviceendpoints', { ...webhook, name, url: `https://bulk.contoso.example/${n}` });
  }
}

describe('The tree', () => {
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    sandbox = await startSandbox();
    await fill(sandbox);
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line } });
    await workbench.openView();
    await workbench.treeItem(/Bulk 000/).waitFor();
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
  });

  it('follows a search while it is typed, opens what was found, says how much that is, and is kept over a reload', async () => {
    await workbench.runCommand('Dataverse WebHooks: Find WebHooks');
    await workbench.quickInputStep(/Find WebHooks/);
    await workbench.typeText('update contact');
    await workbench.validationMessage(/1 webhooks? with \d steps?/);
    await workbench.treeItem(/Bulk 000/).waitFor({ state: 'hidden' });
    await workbench.treeItem(/Order intake: Update of contact/).waitFor();
    await workbench.accept();
    await workbench.sideBar.getByText('"update contact": 1 of 233 webhooks').waitFor();
    await workbench.screenshot('tree-search');
    await workbench.open();
    await workbench.openView();
    await workbench.sideBar.getByText('"update contact": 1 of 233 webhooks').waitFor();
    await workbench.treeItem(/Order intake: Update of contact/).waitFor();
    await workbench.runCommand('Dataverse WebHooks: Clear Filter');
    await workbench.treeItem(/Bulk 000/).waitFor();
  });

  it('keeps what was shown when a search is left with Escape', async () => {
    await workbench.runCommand('Dataverse WebHooks: Find WebHooks');
    await workbench.quickInputStep(/Find WebHooks/);
    await workbench.typeText('nothing has this name');
    await workbench.sideBar.getByText('Nothing matches').waitFor();
    await workbench.escapeQuickInput();
    await workbench.treeItem(/Bulk 000/).waitFor();
    await workbench.sideBar.getByText('Nothing matches').waitFor({ state: 'hidden' });
  });

  it('filters by failed jobs, which are counted beside the steps', async () => {
    await workbench.runCommand('Dataverse WebHooks: Filter WebHooks');
    await workbench.quickInputStep(/Filter WebHooks/);
    await workbench.quickInput
      .getByRole('checkbox', { name: /the last 30 days/ })
      .first()
      .click();
    await workbench.quickInput.getByRole('button', { name: 'OK' }).click();
    await workbench.treeItem(/\d+ failed/).waitFor();
    await workbench.treeItem(/Bulk 000/).waitFor({ state: 'hidden' });
    await workbench.screenshot('tree-failing');
    await workbench.runCommand('Dataverse WebHooks: Clear Filter');
    await workbench.treeItem(/Bulk 000/).waitFor();
  });

  it('groups steps by table and by message, and by webhook again', async () => {
    await workbench.runCommand('Dataverse WebHooks: Group WebHooks');
    await workbench.quickInputStep(/Group WebHooks/);
    await workbench.pick('Table');
    await workbench.treeItem(/^contact/).waitFor();
    await workbench.expand(/^contact/);
    await workbench.treeItem(/Order intake: Update of contact/).waitFor();
    await workbench.screenshot('tree-groups');
    await workbench.runCommand('Dataverse WebHooks: Group WebHooks');
    await workbench.quickInputStep(/Group WebHooks/);
    await workbench.pick('WebHook');
    await workbench.treeItem(/Bulk 000/).waitFor();
  });

  it('shows a long list in pages, and all of it by asking', async () => {
    const list = workbench.sideBar.locator('.monaco-list').first();
    await list.focus();
    await workbench.page.keyboard.press('End');
    const more = workbench.treeItem(/Load more \(200 of 233\)/);
    await more.waitFor();
    await more.click();
    await more.waitFor({ state: 'hidden' });
    // The rows come a moment after the row that has asked for them is gone.
    await until(async () => {
      await list.press('End', { timeout: 2000 });
      await workbench.treeItem(/Shipping notifications/).waitFor({ timeout: 2000 });
    });
  });

  it('checks the webhooks, and fixes what is ticked after asking', async () => {
    const kept = async (): Promise<number> => {
      const answer = (await webApi(
        sandbox,
        'sdkmessageprocessingsteps?$select=name&$filter=mode eq 1 and asyncautodelete eq false and statecode eq 0 and ismanaged eq false',
      )) as { value: unknown[] };
      return answer.value.length;
    };
    const before = await kept();
    assert.ok(before > 0);
    await workbench.runCommand('Dataverse WebHooks: Check WebHooks');
    await workbench.quickInputStep(/Check WebHooks in Sandbox/);
    await workbench.screenshot('check-webhooks');
    await workbench.typeText('Keeps its succeeded jobs');
    const row = workbench.quickInput.getByRole('checkbox', {
      name: /Keeps its succeeded jobs.*Order intake|Keeps its succeeded jobs/,
    });
    await row.first().click();
    await workbench.quickInput.getByRole('button', { name: 'OK' }).click();
    await workbench.quickInputAt('2/2');
    await workbench.screenshot('check-fix');
    await workbench.pick('Fix 1 Problem');
    const end = Date.now() + 10_000;
    while ((await kept()) !== before - 1) assert.ok(Date.now() < end, 'the step was not changed');
    await workbench.notificationButton('1 step was fixed.', 'Undo');
    const undone = Date.now() + 10_000;
    while ((await kept()) !== before) assert.ok(Date.now() < undone, 'the fix was not undone');
  });

  it('copies the query of a step in both languages', async () => {
    await workbench.runCommand('Dataverse WebHooks: Find WebHooks');
    await workbench.quickInputStep(/Find WebHooks/);
    await workbench.answer('update contact');
    const step = workbench.treeItem(/Order intake: Update of contact/);
    await workbench.contextMenu(step, 'Copy Query…');
    await workbench.quickInputStep(/Copy Query/);
    await workbench.screenshot('copy-query');
    await workbench.quickInput
      .getByRole('option', { name: /FetchXML/ })
      .nth(1)
      .click();
    await workbench.quickInput.waitFor({ state: 'hidden' });
    const text = await workbench.page.evaluate('navigator.clipboard.readText()');
    assert.match(String(text), /^<fetch[\s\S]*owningextensionid[\s\S]*value="31"/);
  });
});
