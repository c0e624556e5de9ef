import assert from 'node:assert/strict';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import {
  crowdFilterId,
  crowdNumber,
  startCrowdedService,
  type CrowdedService,
} from '../fakes/crowdedService';
import { Workbench } from './workbench';

const USERS = 15_000;
const CROWD = { messages: 5000, tables: 1200, columns: 4000 };

/** The lists of *Register Step…* in an environment as large as they come. */
describe('Long lists while typing', () => {
  let sandbox: SandboxProcess;
  let service: CrowdedService;
  let workbench: Workbench;

  before(async () => {
    sandbox = await startSandbox();
    for (let from = 0; from < USERS; from += 1000) await addUsers(from, 1000);
    service = await startCrowdedService(sandbox.url, CROWD);
    const line = JSON.stringify({ url: service.origin, token: sandbox.token });
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: line } });
    await workbench.openView();
    await workbench.treeItem(/^Order intake/).waitFor();
  });

  after(async () => {
    await workbench.stop();
    await service.close();
    await sandbox.stop();
  });

  /** Registers users in one request. */
  async function addUsers(from: number, count: number): Promise<void> {
    const parts = Array.from({ length: count }, (_, index) => {
      const number = crowdNumber(from + index);
      const user = {
        firstname: 'Person',
        lastname: number,
        fullname: `Person ${number}`,
        domainname: `person.${number}@example.com`,
        internalemailaddress: `mail.${number}@example.com`,
        isdisabled: false,
      };
      return [
        '--b',
        'Content-Type: application/http',
        'Content-Transfer-Encoding: binary',
        '',
        `POST ${sandbox.url}/api/data/v9.2/systemusers HTTP/1.1`,
        'Content-Type: application/json',
        '',
        JSON.stringify(user),
      ].join('\r\n');
    });
    const response = await fetch(`${sandbox.url}/api/data/v9.2/$batch`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${sandbox.token}`,
        'Content-Type': 'multipart/mixed; boundary=b',
      },
      body: `${parts.join('\r\n')}\r\n--b--\r\n`,
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    assert.equal(text.split('HTTP/1.1 204').length - 1, count, text.slice(0, 500));
  }

  async function rowsOf(path: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
    const response = await fetch(`${sandbox.url}/api/data/v9.2/${path}`, {
      headers: { Authorization: `Bearer ${sandbox.token}` },
      signal: AbortSignal.timeout(10_000),
    });
    assert.ok(response.ok);
    const { value } = (await response.json()) as { value: ReadonlyArray<Readonly<Record<string, unknown>>> };
    return value;
  }

  /** Types key by key; after each, only rows that hold what was typed are left. */
  async function typeAndWatch(text: string): Promise<void> {
    await workbench.typeText('');
    await workbench.quickInput.getByRole('option').first().waitFor();
    for (let length = 1; length <= text.length; length += 1) {
      await workbench.page.keyboard.type(text.charAt(length - 1));
      const typed = new RegExp(text.slice(0, length).replace(/[.\\]/g, '\\$&'), 'i');
      const rows = workbench.quickInput.getByRole('option');
      await rows.filter({ hasText: typed }).first().waitFor();
      await rows.filter({ hasNotText: typed }).first().waitFor({ state: 'hidden' });
    }
  }

  const box = (name: string) => workbench.quickInput.getByRole('checkbox', { name, exact: true });
  const option = (text: string | RegExp) => workbench.quickInput.getByRole('option', { name: text });

  it('finds one of 5,000 messages, 1,200 tables and 4,000 columns without asking again, and one of 15,000 users', async () => {
    await workbench.contextMenu(workbench.treeItem(/^Order intake, /), 'Register Step…');
    await workbench.quickInputAt('1/4');
    await typeAndWatch('message04987');
    await workbench.screenshot('crowd-messages');
    assert.deepEqual(await workbench.pickLabels(), ['crowd_Message04987']);
    await workbench.accept();
    // A message of the crowd is no Update: it has no columns to ask for.
    await workbench.quickInputAt('2/3');
    await workbench.quickInputButton('Back');
    await workbench.quickInputAt('1/3');
    await workbench.pick('Update');
    await workbench.quickInputAt('2/4');
    await typeAndWatch('table00777');
    await workbench.screenshot('crowd-tables');
    await option(/crowd_table00777/).click();
    await workbench.quickInputAt('3/4');
    await workbench.quickInput.getByRole('checkbox').first().waitFor();
    const before = service.asked.length;
    await workbench.typeText('column 0399');
    await box('Crowd Column 03990').waitFor();
    await workbench.screenshot('crowd-columns');
    await workbench.typeText('column 03991');
    await box('Crowd Column 03990').waitFor({ state: 'hidden' });
    await box('Crowd Column 03991').click();
    // What was ticked stays ticked while something else is searched.
    await workbench.typeText('column 00002');
    await box('Crowd Column 00002').click();
    await workbench.quickInput.getByRole('button', { name: 'OK' }).click();
    await workbench.quickInputAt('4/4');
    const again = service.asked.slice(before);
    assert.deepEqual(
      again.filter((path) => /^(EntityDefinitions|sdkmessage)/.test(path)),
      [],
    );

    await workbench.pick('Run As');
    await workbench.quickInputAt('5/6');
    await option(/Person 00000/)
      .first()
      .waitFor();
    const searches = service.asked.length;
    await workbench.typeText('Person 0199');
    await option(/Person 01994/).waitFor();
    await workbench.screenshot('crowd-users');
    await workbench.typeText('mail.14999');
    await option(/Person 14999/).waitFor();
    await option(/Person 01994/).waitFor({ state: 'hidden' });
    await option(/Person 14999/).click();
    await workbench.quickInputAt('6/6');
    // A request for each pause in typing at most, and none for everybody.
    const asked = service.asked.slice(searches).filter((path) => path.startsWith('systemusers'));
    assert.ok(asked.length <= 2, asked.join('\n'));
    for (const path of asked) assert.match(path, /contains\(.*\$top=50/);
    await option(/Run As.*Person 14999/).waitFor();
    await workbench.pick('Show Request');
    await workbench.editorTab(/Request 1/).waitFor();
    const request = workbench.page.locator('.view-lines');
    await request.getByText('"crowd_column00002,crowd_column03991"').waitFor();
    await request.getByText(crowdFilterId(777)).first().waitFor();
    await workbench.escapeQuickInput();
    await workbench.assertNoNotification();
  });

  it('shows names of strangers as they are: no icon, no link, no line of their own, no other direction', async () => {
    const hostile = `$(zap) [Go](command:workbench.action.quit) <b>\u202Eevil\u{1F600}</b>\n• Fake ${'x'.repeat(100)}`;
    const ask = async (path: string, body: object): Promise<string> => {
      const response = await fetch(`${sandbox.url}/api/data/v9.2/${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${sandbox.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      assert.ok(response.ok, await response.text());
      return /\(([0-9a-f-]{36})\)/.exec(response.headers.get('OData-EntityId') ?? '')?.[1] ?? '';
    };
    const webhook = { name: hostile, description: hostile, url: 'https://hooks.example.com/x', contract: 8 };
    const id = await ask('serviceendpoints', { ...webhook, authtype: 4, authvalue: 'k' });
    const messages = await rowsOf("sdkmessages?$select=sdkmessageid&$filter=name eq 'Create'");
    for (const name of [`Step ${hostile}`, 'Harmless step']) {
      await ask('sdkmessageprocessingsteps', {
        name,
        description: hostile,
        stage: 40,
        mode: 1,
        rank: 1,
        supporteddeployment: 0,
        'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${id})`,
        'sdkmessageid@odata.bind': `/sdkmessages(${String(messages[0]?.['sdkmessageid'])})`,
      });
    }
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    const row = workbench.treeItem(/^\$\(zap\) \[Go\]\(command:workbench\.action\.quit\) <b> evil/);
    await row.waitFor();
    await workbench.expand(/^\$\(zap\) \[Go\]/);
    await workbench.treeItem(/^Step \$\(zap\)/).waitFor();
    const hover = await workbench.pointAt(row, 'WebHook:');
    assert.equal(await hover.locator('a[data-href*="command:"]').count(), 0);
    await workbench.screenshot('hostile-tree');

    await workbench.contextMenu(row, 'Edit WebHook…');
    await workbench.quickInputAt('1/1');
    const described = option(/Description/);
    await described.waitFor();
    assert.match(await described.innerText(), /\$\(zap\) \[Go\]/);
    await workbench.screenshot('hostile-edit');
    await workbench.pick('Name');
    await workbench.quickInputAt('2/3');
    await workbench.answer('Order intake');
    await workbench.validationMessage(/Order intake/);
    await workbench.escapeQuickInput();

    await workbench.contextMenu(row, 'Delete WebHook');
    await workbench.dialog.getByText(/Its 2 steps and their images/).waitFor();
    await workbench.screenshot('hostile-delete');
    // A line break in a name makes no line of its own.
    assert.doesNotMatch(await workbench.dialog.innerText(), /^• Fake/m);
    await workbench.answerDialog('Delete WebHook');
    const told = workbench.notification('was deleted.');
    await told.waitFor();
    await workbench.screenshot('hostile-toast');
    assert.equal(await told.locator('.notification-list-item-message a').count(), 0);
    await row.waitFor({ state: 'hidden' });
  });
});
