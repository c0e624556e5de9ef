import assert from 'node:assert/strict';
import { startReceiver, type Receiver } from '../../src/delivery/receiver';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { expectedUpdateOfLastName, withoutVolatile } from './deliveryText';
import { axeFindings } from '../webview/jobsPage';
import { Workbench } from './workbench';

const SECRET = 'canary-5ecret-4711';
/** Name of a picture, the theme, and what the editor calls its kind. */
const THEMES = [
  ['dark', 'Dark Modern', 'vscode-dark'],
  ['light', 'Light Modern', 'vscode-light'],
  ['hc-dark', 'Dark High Contrast', 'vscode-high-contrast'],
  ['hc-light', 'Light High Contrast', 'vscode-high-contrast-light'],
] as const;

const STEP = 'Contact events: Update of contact';

/** A request to the sandbox as any program of this machine would send it. */
async function webApi(sandbox: SandboxProcess, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { Authorization: `Bearer ${sandbox.token}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${sandbox.url}/api/data/v9.2/${path}`, { ...init, headers });
  assert.ok(response.ok, `${path} answered ${response.status}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

async function firstRow(sandbox: SandboxProcess, path: string): Promise<Readonly<Record<string, string>>> {
  const answer = (await webApi(sandbox, path)) as { value: Array<Record<string, string>> };
  const [row] = answer.value;
  assert.ok(row !== undefined, `${path} has no row`);
  return row;
}

describe('The story of a webhook', () => {
  let receiver: Receiver;
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    receiver = await startReceiver({ answer: { status: 500, body: 'no' } });
    sandbox = await startSandbox();
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line } });
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
    await receiver.close();
  });

  it('opens connected to the sandbox and shows its sample webhooks with their steps', async () => {
    await workbench.openView();
    await workbench.treeItem(/Order intake/).waitFor();
    await workbench.expand(/Order intake/);
    const rows = await workbench.treeRows();
    assert.ok(
      rows.some((row) => row.startsWith('Sandbox')),
      rows.join('\n'),
    );
    assert.ok(
      rows.some((row) => row.startsWith('Update of contact')),
      rows.join('\n'),
    );
    await workbench.screenshot('tree');
  });

  it('registers a webhook with a header, told what is wrong while typing', async () => {
    await workbench.runCommand('Dataverse WebHooks: Register WebHook');
    const first = await workbench.quickInputStep(/Register WebHook in Sandbox/);
    assert.equal(first.step, '1/5');
    await workbench.typeText('order INTAKE');
    await workbench.validationMessage('has a webhook named "order INTAKE" already');
    await workbench.answer('Contact events');
    await workbench.quickInputAt('2/5');
    await workbench.typeText('hooks.example.com');
    await workbench.validationMessage('beginning with https://');
    await workbench.typeText('https://hooks.example.com:8443/x');
    await workbench.validationMessage('Remove port 8443');
    await workbench.typeText(`${receiver.url}/hooks/contact`);
    await workbench.validationMessage(`Port ${receiver.port} works here`);
    await workbench.screenshot('register-webhook');
    await workbench.accept();
    await workbench.quickInputAt('3/5');
    await workbench.pick('HttpHeader with Another Name…');
    await workbench.quickInputAt('4/6');
    await workbench.typeText('x api key');
    await workbench.validationMessage('Remove "U+0020"');
    await workbench.answer('x-api-key');
    await workbench.quickInputAt('5/6');
    const value = await workbench.quickInputStep(/Register WebHook in Sandbox/);
    assert.ok(value.password, 'the value is typed into a password box');
    await workbench.answer(SECRET);
    await workbench.quickInputAt('6/6');
    await workbench.pick('Register WebHook');
    await workbench.treeItem(/^Contact events/).waitFor();
  });

  it('registers a step on it, with name and description filled in and editable', async () => {
    await workbench.contextMenu(workbench.treeItem(/^Contact events/), 'Register Step…');
    await workbench.quickInputAt('1/4');
    await workbench.pick('Update');
    await workbench.quickInputAt('2/4');
    await workbench.pick('contact');
    await workbench.quickInputAt('3/4');
    await workbench.pickMany(['lastname', 'emailaddress1']);
    await workbench.quickInputAt('4/4');
    await workbench.quickInput.getByRole('option', { name: 'Description' }).waitFor();
    const rows = await workbench.pickLabels();
    assert.deepEqual(
      rows.map((row) => row.trim()),
      [
        'Register Step',
        'Filtering Attributes',
        'Name',
        'Description',
        'When It Runs',
        'Execution Order',
        'Delete the Job When It Succeeds',
        'Run As',
        'Deployment',
        'Solution',
        'Show Request',
      ],
    );
    await workbench.screenshot('register-step');
    await workbench.pick('Description');
    await workbench.quickInputAt('5/6');
    const description = await workbench.quickInputStep(/Register Step of Contact events/);
    assert.equal(description.value, 'Update of contact (emailaddress1, lastname) calls Contact events');
    await workbench.answer('Tells the receiver');
    await workbench.quickInputAt('6/6');
    await workbench.pick('Register Step');
    await workbench.treeItem(new RegExp(STEP)).waitFor();
    const step = await firstRow(
      sandbox,
      `sdkmessageprocessingsteps?$select=name,description,stage,mode,rank,asyncautodelete,filteringattributes,statecode&$filter=name eq '${STEP}'`,
    );
    const {
      name,
      description: written,
      stage,
      mode,
      rank,
      asyncautodelete,
      filteringattributes,
      statecode,
    } = step;
    assert.deepEqual(
      { name, written, stage, mode, rank, asyncautodelete, filteringattributes, statecode },
      {
        name: STEP,
        written: 'Tells the receiver',
        stage: 40,
        mode: 1,
        rank: 1,
        asyncautodelete: true,
        filteringattributes: 'emailaddress1,lastname',
        statecode: 0,
      },
    );
  });

  it('delivers a change made from outside, byte for byte as documented', async () => {
    const contact = await firstRow(sandbox, 'contacts?$select=contactid,firstname&$orderby=fullname&$top=1');
    const { contactid = '', firstname = '' } = contact;
    await webApi(sandbox, `contacts(${contactid})`, {
      method: 'PATCH',
      body: '{"lastname":"New/Name \\"1\\""}',
    });
    const [request] = await receiver.waitFor(1, AbortSignal.timeout(20_000));
    assert.ok(request !== undefined);
    const headers = Object.fromEntries(request.headers.map(([name, value]) => [name, value]));
    const body = request.body.toString('utf8');
    const context = JSON.parse(body) as { CorrelationId: string; OperationId: string; RequestId: string };
    const who = (await webApi(sandbox, 'WhoAmI')) as {
      UserId: string;
      BusinessUnitId: string;
      OrganizationId: string;
    };
    const user = await firstRow(
      sandbox,
      `systemusers?$select=azureactivedirectoryobjectid&$filter=systemuserid eq ${who.UserId}`,
    );
    const step = await firstRow(
      sandbox,
      `sdkmessageprocessingsteps?$select=sdkmessageprocessingstepid&$filter=name eq '${STEP}'`,
    );
    assert.equal(`${request.method} ${request.target}`, 'POST /hooks/contact');
    assert.equal(headers['x-api-key'], SECRET);
    assert.equal(headers['x-ms-dynamics-entity-name'], 'contact');
    assert.equal(headers['x-ms-dynamics-request-name'], 'Update');
    assert.match(headers['x-ms-dynamics-organization'] ?? '', /^[a-z0-9.-]+$/);
    assert.equal(headers['x-ms-correlation-request-id'], context.CorrelationId);
    assert.equal(headers['x-ms-dynamics-msg-size-exceeded'], undefined);
    const known = {
      contact: contactid,
      user: who.UserId,
      businessUnit: who.BusinessUnitId,
      organization: who.OrganizationId,
      directoryUser: user['azureactivedirectoryobjectid'] ?? '',
      step: step['sdkmessageprocessingstepid'] ?? '',
      correlation: context.CorrelationId,
      job: context.OperationId,
      request: context.RequestId,
    };
    const text = withoutVolatile(body, known)
      .replaceAll(`"${firstname} `, '"<first> ')
      .replace(/"InitiatingUserAgent":"[^"]*"/g, '"InitiatingUserAgent":"<agent>"');
    assert.equal(text, expectedUpdateOfLastName());
  });

  it('delivers a change made with the command', async () => {
    await workbench.contextMenu(workbench.treeItem(/^Sandbox/), 'Trigger…');
    await workbench.quickInputAt('1/5');
    await workbench.pick('Change a Row');
    await workbench.quickInputAt('2/5');
    await workbench.pick('contact');
    await workbench.quickInputAt('3/5');
    await workbench.quickInput.getByRole('option').first().click();
    await workbench.quickInputAt('4/5');
    await workbench.pickMany(['emailaddress1']);
    await workbench.quickInputAt('5/5');
    await workbench.pick('emailaddress1');
    await workbench.quickInputAt('6/7');
    await workbench.answer('changed@contoso.example');
    await workbench.quickInputAt('7/7');
    await workbench.screenshot('trigger');
    await workbench.accept();
    const requests = await receiver.waitFor(2, AbortSignal.timeout(20_000));
    assert.match(requests[1]?.body.toString('utf8') ?? '', /changed@contoso\.example/);
    await workbench.notification('emailaddress1').waitFor();
    await workbench.clearNotifications();
  });

  it('shows the failed job of the step with the query that was run, and explains it', async () => {
    await workbench.contextMenu(workbench.treeItem(new RegExp(STEP)), 'Show Failed Jobs');
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page
      .getByRole('row', { name: /0x80050201/ })
      .nth(1)
      .waitFor();
    // The answer comes first; the query is folded until somebody wants it.
    await page.locator('#queryFoldHead').click();
    const query = await page.getByRole('textbox', { name: 'Query' }).inputValue();
    assert.match(query, /<entity name="asyncoperation">/);
    assert.match(query, /attribute="statuscode" operator="eq" value="31"/);
    await page
      .getByRole('row', { name: /0x80050201/ })
      .first()
      .click();
    const details = page.getByRole('complementary');
    await details.getByText('The endpoint answered with status 500.').waitFor();
    const text = await details.innerText();
    for (const part of ['0x80050201', 'Update', 'contact', 'Look into its own log', '500']) {
      assert.ok(text.includes(part), `the details name ${part}:\n${text}`);
    }
    assert.match(text, /Completed\s+\d/);
    await workbench.screenshot('failed-jobs');
  });

  it('runs the same question as a Web API request', async () => {
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page.getByRole('combobox', { name: 'Language' }).selectOption('webApi');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('status').getByText('2 rows').waitFor();
    const query = await page.getByRole('textbox', { name: 'Query' }).inputValue();
    assert.match(query, /^asyncoperations\?\$select=/);
    assert.match(query, /\$filter=statuscode eq 31 and _owningextensionid_value eq [0-9a-f-]{36}/);
  });

  it('is as it was left when the report was behind another tab', async () => {
    const before = await workbench.webviewFrame(/Failed Jobs/);
    const query = await before.getByRole('textbox', { name: 'Query' }).inputValue();
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.editorTab(/^Untitled-1/).waitFor();
    await workbench.runCommand('View: Close Editor');
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page.getByRole('status').getByText('2 rows').waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'Language' }).inputValue(), 'webApi');
    assert.equal(await page.getByRole('textbox', { name: 'Query' }).inputValue(), query);
    await page
      .getByRole('row', { name: /0x80050201/ })
      .nth(1)
      .waitFor();
  });

  it('goes from a job to its step in the tree, and says where it cannot go', async () => {
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page
      .getByRole('row', { name: /0x80050201/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Reveal in the Tree: Step' }).click();
    const selected = workbench.page.locator('[aria-selected="true"]');
    await workbench.treeItem(new RegExp(STEP)).and(selected).waitFor();
    await page.getByRole('button', { name: 'Reveal in the Tree: Webhook' }).click();
    await workbench
      .treeItem(/^Contact events/)
      .and(selected)
      .waitFor();
    await page.getByRole('button', { name: 'Open in the Web Application: Row' }).click();
    await workbench.notification('Sandbox has no web application').waitFor();
    await workbench.clearNotifications();
  });

  it('shows the jobs of one operation, and goes back to the filter', async () => {
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page.getByRole('button', { name: 'Show Jobs with It: Correlation' }).click();
    await page.getByText('Only jobs with the correlation id').waitFor();
    // A step of another webhook fired for the same change; the sandbox calls no address but this machine's.
    await page.getByRole('row', { name: /0x80050206/ }).waitFor();
    assert.equal(await page.getByRole('row', { name: /0x80050201/ }).count(), 1);
    const query = page.getByRole('textbox', { name: 'Query' });
    assert.match(await query.inputValue(), /\$filter=correlationid eq [0-9a-f-]{36}/);
    await page.getByRole('button', { name: 'Back to the Filter of Before' }).click();
    await page
      .getByRole('row', { name: /0x80050201/ })
      .nth(1)
      .waitFor();
  });

  it('has the same ways in the menu of a row', async () => {
    const page = await workbench.webviewFrame(/Failed Jobs/);
    const cell = page
      .getByRole('row', { name: /0x80050201/ })
      .first()
      .getByRole('gridcell')
      .first();
    await workbench.contextMenu(cell, 'Reveal Step of the Job');
    const selected = workbench.page.locator('[aria-selected="true"]');
    await workbench.treeItem(new RegExp(STEP)).and(selected).waitFor();
    await workbench.contextMenu(cell, 'Show Jobs with the Same Correlation Id');
    await page.locator('#endCorrelated').click();
    await page.locator('#endCorrelated').waitFor({ state: 'detached' });
  });

  it('touches the row of a job after a yes that names column and value, and the step fires again', async () => {
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page.getByRole('button', { name: 'Touch the Row…' }).click();
    await workbench.dialog.getByText(/Write (emailaddress1|lastname) of ".+" in Sandbox/).waitFor();
    assert.match(await workbench.dialog.innerText(), new RegExp(`The step "${STEP}" fires again`));
    await workbench.answerDialog('Write');
    const requests = await receiver.waitFor(3, AbortSignal.timeout(20_000));
    assert.match(requests[2]?.body.toString('utf8') ?? '', /"MessageName":"Update"/);
    await workbench.notification('was written; the step fires again').waitFor();
    await workbench.clearNotifications();
  });

  it('shows the failure of a synchronous call, which has no job, from the trace log', async () => {
    const { sdkmessageprocessingstepid: id = '' } = await firstRow(
      sandbox,
      `sdkmessageprocessingsteps?$select=sdkmessageprocessingstepid&$filter=name eq '${STEP}'`,
    );
    await webApi(sandbox, `sdkmessageprocessingsteps(${id})`, {
      method: 'PATCH',
      body: '{"mode":0,"asyncautodelete":false}',
    });
    const { contactid = '' } = await firstRow(sandbox, 'contacts?$select=contactid&$top=1');
    const changed = { method: 'PATCH', body: '{"lastname":"Refused"}' };
    await assert.rejects(webApi(sandbox, `contacts(${contactid})`, changed), /answered [45]\d\d/);
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    const step = workbench.treeItem(new RegExp(STEP));
    await step.and(workbench.page.locator('[aria-label*="sync"]')).waitFor();
    await workbench.contextMenu(step, 'Show Failed Jobs');
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page.locator('#tracesHead').getByText('1 call failed').click();
    await page.locator('.trace summary').click();
    await page.locator('.trace').getByText('Look into its own log').waitFor();
    await page
      .getByRole('row', { name: /0x80050201/ })
      .first()
      .click();
    await page.getByRole('complementary').getByText('status 500').first().waitFor();
  });

  for (const [name, theme, kind] of THEMES)
    it(`is as readable in ${theme}, and axe finds nothing in it`, async () => {
      await workbench.runCommand('Preferences: Color Theme');
      await workbench.pick(theme);
      await workbench.quickInput.waitFor({ state: 'hidden' });
      const page = await workbench.webviewFrame(/Failed Jobs/);
      await page.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
      await workbench.screenshot(`failed-jobs-${name}`);
      const body = await page.locator('body').elementHandle();
      const frame = (await body.ownerFrame()) ?? assert.fail('the page has a frame');
      assert.deepEqual(await axeFindings(frame), []);
    });

  it('registers the step of a job anew, and takes the old one away when that is wanted', async () => {
    const page = await workbench.webviewFrame(/Failed Jobs/);
    await page.getByRole('button', { name: 'Register Step Anew…' }).click();
    await workbench.pick('Register Step');
    await workbench.dialog.getByText(`Delete the old one, "${STEP}"?`).waitFor();
    await workbench.answerDialog('Delete Old Step');
    await workbench.notification(`The step "${STEP}" was deleted.`).waitFor();
    const { value } = (await webApi(
      sandbox,
      `sdkmessageprocessingsteps?$select=name&$filter=startswith(name,'${STEP}')`,
    )) as { value: unknown[] };
    assert.equal(value.length, 1);
  });

  it('never wrote the secret anywhere in the profile of the editor', async () => {
    assert.deepEqual(await workbench.placesWith(SECRET), []);
    assert.deepEqual(await workbench.placesWith(sandbox.token), []);
  });
});
