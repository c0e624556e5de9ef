import assert from 'node:assert/strict';
import { startReceiver, type Receiver } from '../../src/delivery/receiver';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { registerForeignWebhook } from './foreignWebhook';
import { Workbench } from './workbench';

const SECRET = 'canary-5end-4711';
const KEY = 'canary-k3y-4711';
const SIGNATURE = 'canary-s1g&4711';
const NAME = 'Tried hook';
const STEP = `${NAME}: Update of contact`;

/** A handler that is broken, then mended: sent to, triggered, failing, replayed until it works. */
describe('Trying an endpoint', () => {
  let receiver: Receiver;
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    receiver = await startReceiver({ answer: { status: 500, body: 'The handler is broken' } });
    sandbox = await startSandbox();
    const value = `<settings><setting name="x-api-key" value="${SECRET}" /></settings>`;
    await registerForeignWebhook(sandbox, {
      name: NAME,
      url: `${receiver.url}/hooks`,
      auth: { type: 5, value },
    });
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line } });
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
    await receiver.close();
  });

  const step = () => workbench.treeItem(new RegExp(STEP));
  const received = (count: number) => receiver.waitFor(count, AbortSignal.timeout(20_000));

  it('sends a body of a real row, opened for changes, with the secret that is asked for', async () => {
    await workbench.openView();
    await workbench.expand(new RegExp(`^${NAME}`));
    await workbench.contextMenu(step(), 'Send Test Delivery…');
    await workbench.quickInputAt('1/2');
    await workbench.quickInput.getByRole('option', { name: 'Sample Values' }).waitFor();
    await workbench.quickInput.getByRole('option').nth(1).click();
    await workbench.quickInputAt('2/2');
    await workbench.screenshot('send-review');
    await workbench.pick('Open the Body');
    const editor = workbench.page.locator('.monaco-editor').filter({ hasText: 'BusinessUnitId' });
    await editor.waitFor();
    await workbench.lens(`Send to ${NAME}`).waitFor();
    await workbench.screenshot('send-body');
    await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Send Delivery' }).click();
    await workbench.quickInputStep(/Secret of Tried hook/);
    await workbench.answer('x-api-key');
    await workbench.quickInputAt('2/3');
    const value = await workbench.quickInputStep(/Secret of Tried hook/);
    assert.ok(value.password, 'the value is typed into a password box');
    await workbench.answer(SECRET);
    await workbench.quickInputAt('3/3');
    await workbench.pick('Use Until the Window Is Closed');
    const [request] = await received(1);
    const headers = new Map(request?.headers);
    assert.equal(headers.get('x-api-key'), SECRET);
    assert.equal(headers.get('x-ms-dynamics-request-name'), 'Update');
    assert.equal(headers.get('x-ms-dynamics-entity-name'), 'contact');
    const body = request?.body.toString('utf8') ?? '';
    assert.match(body, /^\{"BusinessUnitId":"/);
    assert.match(body, /\{"key":"lastname","value":"/);
  });

  it('says what came back and what Dataverse would make of it, and shows the answer', async () => {
    const told = workbench.notification(`${NAME} answered 500`);
    await told.waitFor();
    assert.match(await told.innerText(), /mark the system job as failed/);
    await workbench.screenshot('send-verdict');
    await workbench.notificationButton(`${NAME} answered 500`, 'Show Answer');
    await workbench.page.locator('.monaco-editor').filter({ hasText: 'The handler is broken' }).waitFor();
    await workbench.clearNotifications();
  });

  it('triggers the step in the sandbox, through the whole pipeline', async () => {
    await workbench.contextMenu(step(), 'Trigger…');
    await workbench.quickInputAt('1/3');
    await workbench.quickInput.getByRole('option').first().click();
    await workbench.quickInputAt('2/3');
    await workbench.typeText('lastname');
    await workbench.quickInput.getByRole('checkbox', { name: 'lastname' }).first().waitFor();
    await workbench.quickInput.getByRole('button', { name: 'OK' }).click();
    await workbench.quickInputAt('3/3');
    await workbench.accept();
    const [, request] = await received(2);
    assert.match(request?.body.toString('utf8') ?? '', /"key":"lastname","value":"Sample \d\d:\d\d:\d\d"/);
    await workbench.notification('lastname of').waitFor();
    await workbench.clearNotifications();
  });

  it('replays the failed job until the handler is mended, and says that the body is rebuilt', async () => {
    await workbench.contextMenu(step(), 'Show Failed Jobs');
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page
      .getByRole('row', { name: /0x80050201/ })
      .first()
      .click();
    await page.getByRole('complementary').getByText('The endpoint answered with status 500.').waitFor();
    await page.getByRole('button', { name: 'Replay…' }).click();
    await workbench.quickInputStep(/Replay to Tried hook/);
    const rebuilt = workbench.quickInput.getByRole('option', {
      name: /Rebuilt from the row as it is now, not recorded/,
    });
    await rebuilt.first().waitFor();
    await workbench.screenshot('replay');
    await workbench.pick('Send Now');
    await workbench.notification(`${NAME} answered 500`).waitFor();
    await workbench.clearNotifications();
    receiver.answerWith({ status: 204 });
    await page.getByRole('button', { name: 'Replay…' }).click();
    await workbench.quickInputStep(/Replay to Tried hook/);
    await rebuilt.first().waitFor();
    await workbench.pick('Send Now');
    await workbench.notification(`${NAME} answered 204`).waitFor();
    const all = await received(4);
    const ids = all
      .slice(1)
      .map(({ body }) => (JSON.parse(body.toString('utf8')) as { OperationId: string }).OperationId);
    assert.equal(new Set(ids).size, 1, 'the replays stand for the delivery of the job');
  });

  it('sends a body over 256 KB with a key, and copies the request without it', async () => {
    const url = `${receiver.url}/keyed`;
    await registerForeignWebhook(sandbox, { name: 'Keyed hook', url, auth: { type: 4, value: KEY } });
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    await workbench.expand(/^Keyed hook/);
    await workbench.contextMenu(workbench.treeItem(/Keyed hook: Update of contact/), 'Send Test Delivery…');
    await workbench.quickInputAt('1/2');
    await workbench.pick('Sample Values');
    await workbench.quickInputAt('2/2');
    await workbench.pick(/\bSize\b/);
    await workbench.quickInput.getByRole('option', { name: /four members are missing/ }).waitFor();
    await workbench.pick(/four members are missing/);
    await workbench.quickInput.getByRole('option', { name: /Size.*four members are missing/ }).waitFor();
    await workbench.pick('Open the Body');
    await workbench.lens('Send to Keyed hook').waitFor();
    await workbench.lens('Copy Request…').click();
    await workbench.pick('curl for bash');
    await workbench.notification('Words that begin with YOUR_ stand for secrets').waitFor();
    const copied = String(await workbench.page.evaluate('navigator.clipboard.readText()'));
    assert.match(copied, /^curl .*\/keyed\?code=YOUR_/s);
    await workbench.lens('Send to Keyed hook').click();
    const { password } = await workbench.quickInputStep(/Secret of Keyed hook/);
    assert.ok(password, 'the key is typed into a password box');
    await workbench.answer(KEY);
    await workbench.quickInputAt('2/2');
    await workbench.pick('Use Until the Window Is Closed');
    const request = (await received(5)).at(-1);
    assert.equal(request?.target, `/keyed?code=${KEY}`);
    assert.equal(new Map(request.headers).get('x-ms-dynamics-msg-size-exceeded'), 'true');
    assert.doesNotMatch(request.body.toString('utf8'), /"InputParameters":\[\{/);
    await workbench.notification('Keyed hook answered 204').waitFor();
    await workbench.clearNotifications();
  });

  it('sends to a webhook with a parameter in its query string', async () => {
    const value = `<settings><setting name="sig" value="${SIGNATURE.replace('&', '&amp;')}" /></settings>`;
    const url = `${receiver.url}/asked`;
    await registerForeignWebhook(sandbox, { name: 'Asked hook', url, auth: { type: 6, value } });
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    await workbench.expand(/^Asked hook/);
    await workbench.contextMenu(workbench.treeItem(/Asked hook: Update of contact/), 'Send Test Delivery…');
    await workbench.quickInputAt('1/2');
    await workbench.pick('Sample Values');
    await workbench.quickInputAt('2/2');
    await workbench.pick('Send Now');
    await workbench.quickInputStep(/Secret of Asked hook/);
    await workbench.answer('sig');
    await workbench.quickInputAt('2/3');
    await workbench.answer(SIGNATURE);
    await workbench.quickInputAt('3/3');
    await workbench.pick('Use Until the Window Is Closed');
    const request = (await received(6)).at(-1);
    assert.equal(new URL(request?.target ?? '', url).searchParams.get('sig'), SIGNATURE);
    await workbench.notification('Asked hook answered 204').waitFor();
  });

  it('never wrote the secrets anywhere in the profile of the editor', async () => {
    for (const secret of [SECRET, KEY, SIGNATURE]) assert.deepEqual(await workbench.placesWith(secret), []);
  });
});
