import assert from 'node:assert/strict';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { order } from './sandboxFaults';
import { Workbench } from './workbench';

/** A fault for every read of the webhooks, until it is cleared. */
function whenReadingWebhooks(effect: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { method: 'GET', contains: 'serviceendpoints', times: 0, effect };
}

describe('An environment that fails', () => {
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    sandbox = await startSandbox();
    workbench = await Workbench.start();
    await workbench.openView();
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
  });

  it('is added by its address, and asks for a token only because the server does', async () => {
    await workbench.runCommand('Dataverse WebHooks: Add Environment');
    await workbench.quickInputStep('Add Environment');
    // The editor has Microsoft accounts, so the first question offers their environments.
    await workbench.pick('Type Its URL');
    await workbench.quickInput.getByText('URL of the environment').waitFor();
    await workbench.typeText('https://make.powerapps.com/environments/1');
    await workbench.validationMessage('is a portal');
    await workbench.answer(sandbox.url.replace('http://', ''));
    await workbench.quickInput.getByText('Bearer token that').waitFor();
    await workbench.answer('not-the-token');
    await workbench.validationMessage('does not accept this token');
    await workbench.answer(sandbox.token);
    await workbench.quickInput.getByText('Name of the environment').waitFor();
    await workbench.answer('Local <b>copy</b>');
    await workbench.treeItem(/Order intake/).waitFor();
    assert.ok((await workbench.treeRows())[0]?.startsWith('Local <b>copy</b>'), 'the name is shown as text');
    assert.notDeepEqual(await workbench.placesWith('Local <b>copy</b>'), [], 'the search finds what is kept');
    assert.deepEqual(await workbench.placesWith(sandbox.token), []);
  });

  it('takes another token where the one that was pasted is refused', async () => {
    await order(sandbox, whenReadingWebhooks({ kind: 'expiredToken' }));
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    const environment = workbench.treeItem(/^Local <b>copy/);
    await environment.and(workbench.page.locator('[aria-label*="signed out"]')).waitFor();
    await order(sandbox, undefined);
    await workbench.inlineAction('Sign In…', environment);
    await workbench.quickInput.getByText('Bearer token that').waitFor();
    await workbench.answer('another-wrong-one');
    await workbench.validationMessage('does not accept this token');
    await workbench.answer(sandbox.token);
    await environment.and(workbench.page.locator('[aria-label*="127.0.0.1"]')).waitFor();
    assert.ok((await workbench.treeRows()).some((row) => row.startsWith('Order intake')));
    await workbench.assertNoNotification();
  });

  const failures: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>, string]> = [
    ['a page of HTML', { kind: 'html', status: 200 }, 'something that is not a Dataverse answer'],
    ['a body cut short', { kind: 'cut' }, 'ended before it was complete'],
    ['status 500', { kind: 'status', status: 500, message: 'Out of order' }, 'says: Out of order'],
    ['a refused token', { kind: 'expiredToken' }, 'does not accept the sign-in (401)'],
  ];
  for (const [name, effect, reason] of failures) {
    it(`keeps what the tree had and says why, after ${name}`, async () => {
      await order(sandbox, whenReadingWebhooks(effect));
      await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
      await workbench.sideBar.getByText(reason).waitFor();
      assert.ok((await workbench.treeRows()).some((row) => row.startsWith('Order intake')));
      await workbench.assertNoNotification();
      await order(sandbox, undefined);
      await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
      await workbench.sideBar.getByText(reason).waitFor({ state: 'hidden' });
    });
  }

  it('shows in the view alone that a slow server is asked, and keeps open what was open', async () => {
    await workbench.expand(/^Order intake/);
    const step = workbench.treeItem(/Update of contact/);
    await step.waitFor();
    await order(sandbox, whenReadingWebhooks({ kind: 'delay', milliseconds: 3000 }));
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    const progress = workbench.sideBar.locator('.monaco-progress-container.active');
    await progress.first().waitFor();
    await workbench.assertNoNotification();
    await step.waitFor();
    await progress.first().waitFor({ state: 'hidden' });
    await workbench
      .treeItem(/^Order intake/)
      .and(workbench.page.locator('[aria-expanded="true"]'))
      .waitFor();
    await step.waitFor();
    await order(sandbox, undefined);
  });

  it('writes nothing when a wizard is left at any of its questions', async () => {
    const answers = ['Left behind', 'https://hooks.example.com/x'];
    for (let asked = 0; asked <= answers.length; asked += 1) {
      await workbench.runCommand('Dataverse WebHooks: Register WebHook');
      for (const [index, answer] of answers.slice(0, asked).entries()) {
        await workbench.quickInputAt(`${index + 1}/5`);
        await workbench.answer(answer);
      }
      await workbench.quickInputAt(`${asked + 1}/5`);
      await workbench.escapeQuickInput();
    }
    await workbench.assertNoNotification();
    const response = await fetch(`${sandbox.url}/api/data/v9.2/serviceendpoints?$select=name`, {
      headers: { Authorization: `Bearer ${sandbox.token}` },
    });
    assert.doesNotMatch(await response.text(), /Left behind/);
  });

  it('names action, object and reason when a write is refused, and Retry loses no answer', async () => {
    await order(sandbox, {
      method: 'POST',
      contains: 'serviceendpoints',
      effect: {
        kind: 'status',
        status: 403,
        code: '0x80040220',
        message: 'Principal lacks prvCreateServiceEndpoint',
      },
    });
    await workbench.runCommand('Dataverse WebHooks: Register WebHook');
    await workbench.quickInputAt('1/5');
    await workbench.answer('Twice is enough');
    await workbench.quickInputAt('2/5');
    await workbench.answer('https://hooks.example.com/twice');
    await workbench.quickInputAt('3/5');
    await workbench.pick('WebhookKey');
    await workbench.quickInputAt('4/5');
    await workbench.answer('k3y');
    await workbench.quickInputAt('5/5');
    await workbench.pick('Register WebHook');
    const told = workbench.notification('Could not register the webhook "Twice is enough".');
    await told.waitFor();
    assert.match(await told.innerText(), /Principal lacks prvCreateServiceEndpoint \(0x80040220\)/);
    await workbench.notificationButton('Twice is enough', 'Retry');
    await workbench.treeItem(/Twice is enough/).waitFor();
  });

  it('tells of a webhook that somebody else has deleted, and shows it no longer', async () => {
    const name = encodeURIComponent("name eq 'Twice is enough'");
    const address = `${sandbox.url}/api/data/v9.2/serviceendpoints`;
    const headers = { Authorization: `Bearer ${sandbox.token}` };
    const found = await fetch(`${address}?$select=name&$filter=${name}`, { headers });
    const { value } = (await found.json()) as { value: ReadonlyArray<{ serviceendpointid: string }> };
    const deleted = await fetch(`${address}(${value[0]?.serviceendpointid})`, { method: 'DELETE', headers });
    assert.equal(deleted.status, 204);
    await workbench.contextMenu(workbench.treeItem(/^Twice is enough/), 'Edit WebHook…');
    await workbench.notification('The webhook does not exist').waitFor();
    await workbench.treeItem(/^Twice is enough/).waitFor({ state: 'hidden' });
    await workbench.clearNotifications();
  });

  it('says that nothing answers when the server is gone, and keeps what it had', async () => {
    await sandbox.stop();
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    await workbench.sideBar.getByText('Nothing answers at the address of Local <b>copy</b>').waitFor();
    assert.ok((await workbench.treeRows()).some((row) => row.startsWith('Order intake')));
  });
});
