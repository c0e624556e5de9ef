import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startReceiver, type Receiver } from '../../src/delivery/receiver';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { Keyboard } from './keyboard';
import { Workbench } from './workbench';

const NAME = 'By keyboard';
const STEP = `${NAME}: Update of contact`;

/** From the first key to the exported file: keys are pressed, what they bring is waited for, and nothing is clicked. */
describe('A person without a mouse', () => {
  let receiver: Receiver;
  let sandbox: SandboxProcess;
  let workbench: Workbench;
  let keyboard: Keyboard;

  before(async () => {
    receiver = await startReceiver({ answer: { status: 500, body: 'no' } });
    sandbox = await startSandbox();
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line } });
    keyboard = new Keyboard(workbench.page);
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
    await receiver.close();
  });

  /** Waits for a choice, or for something to tick, in the list of the open question. */
  const offered = (role: 'option' | 'checkbox', name: RegExp): Promise<void> =>
    workbench.quickInput.getByRole(role, { name }).first().waitFor();

  it('registers a webhook from the tree, and stands on it then', async () => {
    await keyboard.command('Dataverse WebHooks: Focus on WebHooks View');
    await workbench.treeItem(/Order intake/).waitFor();
    // The view had no rows yet when it got the focus.
    await keyboard.pressUntil('Tab', /^WebHooks$|^Sandbox/);
    await keyboard.press('Home');
    await keyboard.focusIs(/^Sandbox/);
    await keyboard.menu(/^Register WebHook/);
    await workbench.quickInputAt('1/5');
    await keyboard.type(NAME);
    await keyboard.press('Enter');
    await workbench.quickInputAt('2/5');
    await keyboard.type(`${receiver.url}/hook`);
    await keyboard.press('Enter');
    await workbench.quickInputAt('3/5');
    await offered('option', /^HttpHeader, x-api-key/);
    await keyboard.press('Enter');
    await workbench.quickInputAt('4/5');
    await keyboard.type('canary-keys-only');
    await keyboard.press('Enter');
    await workbench.quickInputAt('5/5');
    await offered('option', /^Register WebHook, By keyboard/);
    await keyboard.press('Enter');
    await keyboard.focusIs(/^By keyboard, 127\.0\.0\.1/);
  });

  it('registers a step on it, and stands on that', async () => {
    await keyboard.menu(/^Register Step/);
    await workbench.quickInputAt('1/4');
    await keyboard.type('Update');
    await offered('option', /^Update\b/);
    await keyboard.press('Enter');
    await workbench.quickInputAt('2/4');
    await keyboard.type('contact');
    await offered('option', /^contact\b/);
    await keyboard.press('Enter');
    await workbench.quickInputAt('3/4');
    await keyboard.type('lastname');
    await offered('checkbox', /^Last Name, lastname/);
    await keyboard.press('ArrowDown');
    await keyboard.focusIs(/^Last Name, lastname/);
    await keyboard.press('Space', 'Enter');
    await workbench.quickInputAt('4/4');
    await offered('option', /^Register Step, By keyboard: Update of contact/);
    await keyboard.press('Enter');
    await keyboard.focusIs(/^By keyboard: Update of contact/);
  });

  it('lets a delivery fail, with the column that the step watches ticked in sight', async () => {
    await keyboard.menu(/^Trigger/);
    await workbench.quickInputAt('1/3');
    await offered('option', /./);
    await keyboard.press('Enter');
    await workbench.quickInputAt('2/3');
    await offered('checkbox', /^lastname/);
    await keyboard.press('Enter');
    await workbench.quickInputAt('3/3');
    await offered('option', /^lastname/);
    await keyboard.press('Enter');
    await receiver.waitFor(1, AbortSignal.timeout(20_000));
    await keyboard.focusIs(/^By keyboard: Update of contact/);
  });

  it('opens the failed jobs of all, reaches a group, and reads the cause of one of its jobs', async () => {
    await keyboard.press('Home');
    await keyboard.focusIs(/^Sandbox/);
    await keyboard.menu(/^Show Failed Jobs/);
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page.locator('.group', { hasText: NAME }).waitFor();
    await keyboard.pressUntil('Tab', /^1 failed job: The endpoint answered with status 500.*By keyboard/);
    await keyboard.press('Enter');
    await page.getByRole('status').getByText('One group: 1 of').waitFor();
    await keyboard.focusIs(/^1 failed job: /);
    await keyboard.pressUntil('Tab', /^Open an Example$/);
    await keyboard.press('Enter');
    await keyboard.focusIs(new RegExp(`^${STEP}$`));
    const details = page.getByRole('complementary');
    await details.getByText('The endpoint answered with status 500.').waitFor();
    await keyboard.pressUntil('Tab', /^Register Step Anew/);
  });

  it('is where it was when the job is closed, after a refresh, and after a question that was left', async () => {
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    await keyboard.focusIs(/^Open an Example$/);
    await keyboard.pressUntil('Tab', /^Export as CSV$/);
    await keyboard.pressUntil('Tab', /^\d+\/\d+\/\d+/);
    await keyboard.press('Enter');
    await keyboard.focusIs(new RegExp(`^${STEP}$`));
    await keyboard.press('Tab');
    await keyboard.focusIs(/^Close$/);
    await keyboard.press('Enter');
    await keyboard.focusIs(/^\d+\/\d+\/\d+/);
    await keyboard.pressUntil('Shift+Tab', /^Refresh$/);
    await keyboard.press('Enter');
    await page.getByRole('status').getByText('One group: 1 of').waitFor();
    await keyboard.focusIs(/^Refresh$/);
    await keyboard.pressUntil('Tab', /^Export as CSV$/);
    await keyboard.press('Enter');
    await workbench.quickInput.waitFor();
    await keyboard.press('Escape');
    await keyboard.focusIs(/^Export as CSV$/);
  });

  it('exports the group into the folder that is open', async () => {
    await keyboard.press('Enter');
    const name = 'Failed jobs of Sandbox.csv';
    await workbench.page.waitForFunction((end) => {
      const box = document.querySelector('.quick-input-widget .quick-input-box input');
      return box instanceof HTMLInputElement && box.value.endsWith(end);
    }, name);
    // The dialog takes no answer while it still reads the folder; then one presses the key again.
    for (let time = 0; time < 8 && (await workbench.quickInput.isVisible()); time += 1) {
      await keyboard.press('Enter');
      await workbench.quickInput.waitFor({ state: 'hidden', timeout: 2000 }).catch(() => undefined);
    }
    await workbench.notification('1 row was exported.').waitFor();
    await keyboard.focusIs(/^Export as CSV$/);
    const text = await readFile(path.join(workbench.workspace, name), 'utf8');
    assert.equal(text.trimEnd().split('\r\n').length, 2);
    assert.match(text, /0x80050201/);
  });
});
