import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { startHandler, type RunningHandler } from '../fakes/runningHandler';
import { registerForeignWebhook, webApi } from './foreignWebhook';
import { Workbench } from './workbench';

const SECRET = 'canary-whole-way-7';
const NAME = 'Whole way';
const STEP = `${NAME}: Update of contact`;

/** What a developer writes into the generated handler: it fails as long as a file is there. */
function work(broken: string): string {
  return `import { existsSync } from 'node:fs';
import type { Delivery } from './delivery.ts';

export async function onDelivery(delivery: Delivery): Promise<void> {
  if (existsSync(${JSON.stringify(broken)})) throw new Error('The handler is broken');
  console.log('Handled ' + delivery.message + ' of ' + delivery.context.PrimaryEntityName);
}
`;
}

/** Generated, called through listener and pipeline, broken, found among the failed jobs, replayed until it works. */
describe('The whole way of a handler', () => {
  let sandbox: SandboxProcess;
  let workbench: Workbench;
  let handler: RunningHandler | undefined;
  let webhook: string;

  before(async () => {
    sandbox = await startSandbox();
    webhook = await registerForeignWebhook(sandbox, {
      name: NAME,
      url: 'http://127.0.0.1:9/',
      auth: { type: 4, value: SECRET },
    });
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line } });
  });

  after(async () => {
    await handler?.stop();
    await workbench.stop();
    await sandbox.stop();
  });

  const step = () => workbench.treeItem(new RegExp(STEP));
  const broken = () => path.join(workbench.workspace, 'broken');

  /** Changes the first contact through the command of the sandbox. */
  async function trigger(): Promise<void> {
    await workbench.contextMenu(step(), 'Trigger…');
    await workbench.quickInputAt('1/3');
    await workbench.quickInput.getByRole('option').first().click();
    await workbench.quickInputAt('2/3');
    await workbench.typeText('lastname');
    await workbench.quickInput.getByRole('checkbox', { name: 'lastname' }).first().waitFor();
    await workbench.quickInput.getByRole('button', { name: 'OK' }).click();
    await workbench.quickInputAt('3/3');
    // In the box itself: the view that has just come with the listener may take the focus meanwhile.
    await workbench.quickInputBox.press('Enter');
    await workbench.notification('lastname of').waitFor();
    await workbench.clearNotifications();
  }

  it('begins with a generated handler that runs', async () => {
    await workbench.openView();
    await workbench.expand(new RegExp(`^${NAME}`));
    await workbench.contextMenu(step(), 'Generate Handler…');
    await workbench.quickInputStep(/Generate Handler for/);
    await workbench.pick('Node.js');
    await workbench.pick(`${path.basename(workbench.workspace)}/contact-update`);
    await workbench.pick(/Write \d+ Files/);
    await workbench.notification('The handler is in').waitFor();
    await workbench.clearNotifications();
    const folder = path.join(workbench.workspace, 'contact-update');
    await writeFile(path.join(folder, 'src', 'onDelivery.ts'), work(broken()));
    handler = await startHandler(folder, 'src/server.ts', {
      DATAVERSE_WEBHOOK_SECRET: SECRET,
      DATAVERSE_URL: sandbox.url,
      DATAVERSE_TOKEN: sandbox.token,
    });
  });

  it('goes on with a listener that forwards to it what the sandbox sends', async () => {
    assert.ok(handler);
    await workbench.runCommand('Dataverse WebHooks: Start Listening');
    await workbench.quickInputStep(/Start Listening/);
    await workbench.pick('Port');
    await workbench.quickInputAt('2/3');
    await workbench.answer('0');
    await workbench.quickInputAt('3/3');
    await workbench.pick('Forward to');
    await workbench.quickInputAt('4/5');
    await workbench.answer(handler.url);
    await workbench.quickInputAt('5/5');
    await workbench.pick('Start Listening');
    const message = workbench.sideBar.getByText(/http:\/\/127\.0\.0\.1:\d+/).first();
    await message.waitFor();
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await message.innerText())?.[0] ?? assert.fail();
    await webApi(sandbox, 'PATCH', `serviceendpoints(${webhook})`, { url: `${url}/` });
    await trigger();
    await handler.printed(/Handled Update of contact/g, 1);
    await workbench.treeItem(/^Update contact.*success 204/).waitFor();
  });

  it('breaks, and the failed job says what the handler answered', async () => {
    await writeFile(broken(), '');
    await trigger();
    await workbench.treeItem(/^Update contact.*500/).waitFor();
    await workbench.contextMenu(step(), 'Show Failed Jobs');
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page
      .getByRole('row', { name: /0x80050201/ })
      .first()
      .click();
    await page.getByRole('complementary').getByText('The endpoint answered with status 500.').waitFor();
    await workbench.screenshot('whole-way-failed');
  });

  it('is replayed until it succeeds', async () => {
    assert.ok(handler);
    const page = await workbench.webviewFrame(/Failed Jobs/);
    const replay = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Replay…' }).click();
      await workbench.quickInputStep(/Replay to/);
      await workbench.pick('Send Now');
    };
    await replay();
    const asked = await workbench.quickInputStep(/Secret of/);
    assert.ok(asked.password);
    await workbench.answer(SECRET);
    await workbench.pick('Use Until the Window Is Closed');
    await workbench.notification(`${NAME} answered 500`).waitFor();
    await workbench.clearNotifications();
    await rm(broken());
    await replay();
    await workbench.notification(`${NAME} answered 204`).waitFor();
    await handler.printed(/Handled Update of contact/g, 2);
    await workbench.screenshot('whole-way-replayed');
  });

  it('has left the key nowhere in the profile of the editor', async () => {
    assert.deepEqual(await workbench.placesWith(SECRET), []);
  });
});
