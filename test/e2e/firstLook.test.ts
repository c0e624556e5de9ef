import assert from 'node:assert/strict';
import { type SandboxProcess, startSandbox } from '../../scripts/host/sandboxProcess';
import { Workbench } from './workbench';

describe('The packaged extension, when nothing is connected', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.start();
  });
  after(() => workbench.stop());

  it('says in its empty view how to begin, and nothing anywhere else', async () => {
    await workbench.openView();
    await workbench.sideBar.locator('.welcome-view').getByRole('button').first().waitFor();
    await workbench.assertNoNotification();
    await workbench.screenshot('first-look-empty');
  });

  it('offers its commands in the palette under its own name', async () => {
    const titles = await workbench.paletteTitles('Dataverse WebHooks: Add Environment');
    assert.ok(
      titles.some((title) => title.startsWith('Dataverse WebHooks: Add Environment')),
      titles.join('; '),
    );
    await workbench.escapeQuickInput();
  });

  it('leads through the first steps on request, and ticks what was done', async () => {
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await workbench.pick('Get Started with Dataverse WebHooks');
    const steps = workbench.page.locator('.getting-started-step');
    await steps.nth(3).waitFor();
    await steps.filter({ hasText: 'Connect an environment' }).click();
    await workbench.screenshot('walkthrough');
    await steps.getByRole('button', { name: 'Start Sandbox' }).click();
    await workbench.treeItem(/^Sandbox/).waitFor();
    const done = steps.filter({ hasText: 'Connect an environment' }).getByRole('checkbox', { checked: true });
    await done.waitFor();
    await workbench.screenshot('walkthrough-connected');
  });

  it('asks from the palette which row is meant, under the title of the command, also where there is only one', async () => {
    await workbench.runCommand('Dataverse WebHooks: Enable Step');
    const { placeholder } = await workbench.quickInputStep(/^Enable Step \(1\/1\)$/);
    assert.equal(placeholder, 'Which step?');
    assert.deepEqual(await workbench.pickLabels(), ['Order intake: Delete of contact']);
    await workbench.pick('Order intake: Delete of contact');
    await workbench.expand(/^Order intake/);
    await workbench.treeItem(/Delete of contact/).waitFor();
    await workbench.sideBar.getByText('3 steps, 1 disabled').waitFor({ state: 'hidden' });
    await workbench.runCommand('Dataverse WebHooks: Sign In');
    await workbench.notification('This is not for the sandbox.').waitFor();
    await workbench.clearNotifications();
  });

  it('ends the sandbox only when somebody wants to lose what was changed in it', async () => {
    await workbench.runCommand('Dataverse WebHooks: Stop Sandbox');
    await workbench.dialog.getByText('What was registered and changed in it is gone then.').waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.dialog.waitFor({ state: 'hidden' });
    await workbench.treeItem(/^Sandbox/).waitFor();
    await workbench.contextMenu(workbench.treeItem(/^Sandbox/), 'Stop Sandbox');
    await workbench.answerDialog('Stop Sandbox');
    await workbench.treeItem(/^Sandbox/).waitFor({ state: 'hidden' });
    await workbench.sideBar.locator('.welcome-view').getByRole('button', { name: 'Start Sandbox' }).click();
    await workbench.treeItem(/^Sandbox/).waitFor();
    await workbench.runCommand('Dataverse WebHooks: Stop Sandbox');
    await workbench.treeItem(/^Sandbox/).waitFor({ state: 'hidden' });
  });
});

describe('The packaged extension, started beside a sandbox', () => {
  let sandbox: SandboxProcess;
  let workbench: Workbench;
  before(async () => {
    sandbox = await startSandbox();
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line } });
  });
  after(async () => {
    await workbench.stop();
    await sandbox.stop();
  });

  it('shows the sandbox as an environment with its webhooks', async () => {
    await workbench.openView();
    await workbench.treeItem(/^Sandbox/).waitFor();
    await workbench.expand(/^Sandbox/);
    const rows = await workbench.treeRows();
    assert.ok(rows.length > 1, rows.join('; '));
    assert.match(rows[0] ?? '', new RegExp(`^Sandbox ${new URL(sandbox.url).host}$`));
    await workbench.screenshot('first-look-sandbox');
  });

  it('runs what needs a row without one, by asking for it, and is left with Escape in silence', async () => {
    const titles = [
      ...['Register Step', 'Edit WebHook', 'Delete WebHook', 'Copy URL', 'Edit Step', 'Delete Step'],
      ...['Edit Image', 'Choose Solutions', 'Send Test Delivery', 'Generate Handler'],
    ];
    for (const title of titles) {
      await workbench.runCommand(`Dataverse WebHooks: ${title}`);
      const bar = workbench.quickInput.locator('.quick-input-title');
      await bar.filter({ hasText: /./ }).waitFor();
      await workbench.quickInput.getByRole('option', { name: /./ }).first().waitFor();
      await workbench.escapeQuickInput();
    }
    await workbench.assertNoNotification();
  });

  it('keeps showing it after the window is reloaded', async () => {
    await workbench.open();
    await workbench.openView();
    await workbench.treeItem(/^Sandbox/).waitFor();
    await workbench.assertNoNotification();
  });
});
