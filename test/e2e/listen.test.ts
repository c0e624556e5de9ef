import assert from 'node:assert/strict';
import { startReceiver, type Receiver } from '../../src/delivery/receiver';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { Workbench } from './workbench';

/** A request to the sandbox as any program of this machine would send it. */
async function webApi(sandbox: SandboxProcess, path: string, init: RequestInit = {}): Promise<string> {
  const headers = { Authorization: `Bearer ${sandbox.token}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${sandbox.url}/api/data/v9.2/${path}`, { ...init, headers });
  assert.ok(response.ok, `${path} answered ${response.status}`);
  return response.text();
}

/** The id of the first row that a query finds. */
async function firstId(sandbox: SandboxProcess, query: string, column: string): Promise<string> {
  const { value } = JSON.parse(await webApi(sandbox, query)) as { value: Array<Record<string, string>> };
  return value[0]?.[column] ?? assert.fail(`${query} has no row`);
}

describe('Listening for deliveries', () => {
  let own: Receiver;
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    own = await startReceiver({ answer: { status: 202, body: 'taken' } });
    sandbox = await startSandbox();
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line } });
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
    await own.close();
  });

  async function changeContact(lastname: string): Promise<void> {
    const id = await firstId(sandbox, 'contacts?$select=contactid&$top=1', 'contactid');
    await webApi(sandbox, `contacts(${id})`, { method: 'PATCH', body: JSON.stringify({ lastname }) });
  }

  async function listeningAt(): Promise<string> {
    const message = workbench.sideBar.getByText(/http:\/\/127\.0\.0\.1:\d+/).first();
    await message.waitFor();
    return /http:\/\/127\.0\.0\.1:\d+/.exec(await message.innerText())?.[0] ?? assert.fail();
  }

  it('starts a listener that a webhook of the sandbox can call, and lists what comes', async () => {
    await workbench.openView();
    await workbench.treeItem(/^Sandbox/).waitFor();
    const view = workbench.sideBar.getByRole('button', { name: /^Deliveries\b.*Section/ });
    assert.equal(
      await view.count(),
      0,
      'before anything was asked for, the view of deliveries takes no room',
    );
    await workbench.screenshot('deliveries-unused');
    await workbench.runCommand('Dataverse WebHooks: Start Listening');
    await workbench.quickInputStep(/Start Listening/);
    await workbench.pick('Port');
    await workbench.quickInputAt('2/3');
    await workbench.answer('0');
    await workbench.quickInputAt('3/3');
    await workbench.pick('Start Listening');
    const url = await listeningAt();
    await view.waitFor();
    const next = workbench.sideBar.locator('.welcome-view').filter({ hasText: 'Nothing has come yet.' });
    await next.getByRole('button', { name: 'Register WebHook for Listener' }).waitFor();
    await workbench.screenshot('deliveries-empty');
    await workbench.statusBarItem(url.split(':')[2] ?? '').waitFor();
    const query = "serviceendpoints?$select=serviceendpointid&$filter=name eq 'Order intake'";
    const id = await firstId(sandbox, query, 'serviceendpointid');
    const body = JSON.stringify({ url: `${url}/orders` });
    await webApi(sandbox, `serviceendpoints(${id})`, { method: 'PATCH', body });
    await changeContact('Listened');
    await workbench.treeItem(/^Update contact.*success 200/).waitFor();
    await workbench.screenshot('deliveries');
  });

  it('opens a delivery, and replays it to another address', async () => {
    await workbench.treeItem(/^Update contact/).click();
    const page = await workbench.webviewFrame(/Update contact/);
    await page.getByRole('heading', { name: 'Update contact' }).waitFor();
    await page.getByRole('rowheader', { name: 'lastname' }).first().waitFor();
    await workbench.screenshot('delivery');
    await page.getByRole('button', { name: 'Replay…', exact: true }).click();
    await workbench.quickInputStep(/Replay Update contact/);
    await workbench.pick('Another Address…');
    await workbench.quickInputAt('2/3');
    await workbench.answer(own.url);
    await workbench.quickInputAt('3/3');
    await workbench.pick('Send');
    const [replayed] = await own.waitFor(1, AbortSignal.timeout(20_000));
    assert.equal(replayed?.target.split('?')[0], '/orders');
    assert.match(replayed.body.toString(), /"Listened"/);
    await workbench.screenshot('delivery-replayed');
    await workbench.expand(/^Update contact/);
    await workbench.treeItem(/success 202 · replayed/).waitFor();
  });

  it('forwards what comes to the own server, and gives its answer', async () => {
    await workbench.runCommand('Dataverse WebHooks: Change Listening');
    await workbench.quickInputStep(/Change Listening/);
    await workbench.pick('Forward to');
    await workbench.quickInputAt('2/3');
    await workbench.answer(own.url);
    await workbench.quickInputAt('3/3');
    await workbench.pick('Listen Like This');
    await workbench.sideBar.getByText(`Forwarding to ${own.url}`).first().waitFor();
    await changeContact('Forwarded');
    const requests = await own.waitFor(2, AbortSignal.timeout(20_000));
    assert.match(requests[1]?.body.toString() ?? '', /"Forwarded"/);
    await workbench.treeItem(/success 202 · forwarded/).waitFor();
    await workbench.runCommand('Dataverse WebHooks: Stop Listening');
    await workbench.sideBar
      .getByText(/Listening at/)
      .first()
      .waitFor({ state: 'hidden' });
    assert.deepEqual(await workbench.notifications(), []);
  });

  it('has its deliveries and the page again after a reload of the window, but no key that came with one', async () => {
    await workbench.runCommand('Dataverse WebHooks: Start Listening');
    await workbench.quickInputStep(/Start Listening/);
    await workbench.pick('Start Listening');
    const url = await listeningAt();
    const canary = 'canary-e2e-55f0';
    const body = '{"MessageName":"Delete","PrimaryEntityName":"account"}';
    await fetch(`${url}/?code=${canary}`, { method: 'POST', headers: { 'x-api-key': canary }, body });
    await workbench.treeItem(/^Delete account/).click();
    const page = await workbench.webviewFrame(/Delete account/);
    await page.getByRole('heading', { name: 'Delete account' }).waitFor();
    await workbench.reload();
    const again = await workbench.webviewFrame(/Delete account/);
    await again.getByRole('heading', { name: 'Delete account' }).waitFor();
    await again.getByText('a replay is sent without them').waitFor();
    await workbench.openView();
    await workbench.treeItem(/^Delete account.*success 202/).waitFor();
    await workbench.expand(/^Update contact/);
    await workbench.treeItem(/success 202 · replayed/).waitFor();
    await workbench.screenshot('deliveries-reloaded');
    assert.deepEqual(await workbench.placesWith(canary), []);
    assert.notDeepEqual(await workbench.placesWith('PrimaryEntityName'), []);
  });

  it('replays a sample that no environment is needed for, and one of a table of an environment, edited', async () => {
    const before = own.requests().length;
    await workbench.runCommand('Dataverse WebHooks: Replay Sample Delivery');
    await workbench.pick(/^All \d Samples/);
    await workbench.quickInputStep(/Replay 6 Deliveries/);
    await workbench.pick('Another Address…');
    await workbench.quickInputAt('2/3');
    await workbench.answer(`${own.url}/sample`);
    await workbench.quickInputAt('3/3');
    await workbench.pick('Rate');
    await workbench.quickInputAt('4/5');
    await workbench.pick('20 a second');
    await workbench.quickInputAt('5/5');
    await workbench.screenshot('sample-replay');
    await workbench.pick('Send 6 Deliveries');
    await own.waitFor(before + 6, AbortSignal.timeout(20_000));
    await workbench.notification('6 of 6 deliveries were sent, 6 succeeded.').waitFor();
    await workbench.clearNotifications();
    await workbench.runCommand('Dataverse WebHooks: Add Sample Delivery');
    await workbench.pick('Message and Table of Sandbox…');
    await workbench.quickInputStep(/Sample Delivery of Sandbox/);
    const { page: window } = workbench;
    await workbench.pick(/^Create(,|$)/);
    await window.getByPlaceholder(/^Table of the test/).waitFor();
    await workbench.pick('account');
    await window.getByPlaceholder(/^Row of account/).waitFor();
    await workbench.pick(/^Sample Values/);
    await workbench.pick('Make Create account');
    const page = await workbench.webviewFrame(/Create account/);
    await page.getByText('not sent · sample').waitFor();
    await workbench.screenshot('sample');
    await page.getByRole('button', { name: 'Edit and Replay…' }).click();
    await workbench.editorWithKeys('"BusinessUnitId"');
    await window.keyboard.press('Control+Home');
    await window.keyboard.press('ArrowRight');
    await window.keyboard.type('"Own": "edited",');
    await window.getByRole('button', { name: 'Replay with This Body…' }).click();
    await workbench.quickInputStep(/Replay Create account/);
    await workbench.pick('Another Address…');
    await workbench.quickInputAt('2/3');
    await workbench.answer(`${own.url}/edited`);
    await workbench.quickInputAt('3/3');
    await workbench.pick('Send');
    const requests = await own.waitFor(before + 7, AbortSignal.timeout(20_000));
    const last = requests.at(-1);
    assert.equal(last?.target, '/edited');
    assert.match(last.body.toString(), /^\{"Own":"edited",.*"MessageName":"Create"/);
    await workbench.screenshot('sample-edited');
  });
});
