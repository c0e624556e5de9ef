import assert from 'node:assert/strict';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { copyWithSteps } from './copiedWebhook';
import { askSandbox, rowsOfSandbox, type Cells } from './sandboxRows';
import { Workbench } from './workbench';

const STEP = 'Order intake: Update of contact';

describe('Editing, images and undo', () => {
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    sandbox = await startSandbox();
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line } });
    await workbench.openView();
    await workbench.treeItem(/Order intake/).waitFor();
    await workbench.expand(/Order intake/);
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
  });

  const webApi = (path: string, body?: Cells, method?: string): Promise<Cells> =>
    askSandbox(sandbox, path, body, method);

  async function steps(name = STEP): Promise<readonly Cells[]> {
    const expand =
      'sdkmessageprocessingstepid_sdkmessageprocessingstepimage($select=entityalias,imagetype,attributes)';
    return rowsOfSandbox(
      sandbox,
      `sdkmessageprocessingsteps?$select=name,rank,description,mode,stage&$filter=name eq '${name}'&$expand=${expand}`,
    );
  }

  async function onlyStep(): Promise<Cells> {
    const [step, ...others] = await steps();
    assert.ok(step !== undefined && others.length === 0);
    return step;
  }

  /** Opens the summary of Edit Step and changes the execution order; does not save. */
  async function changeOrder(to: string): Promise<void> {
    await workbench.contextMenu(workbench.treeItem(STEP), 'Edit Step…');
    await workbench.quickInputAt('1/1');
    await workbench.pick('Execution Order');
    await workbench.quickInputAt('2/3');
    await workbench.answer(to);
    await workbench.quickInputAt('3/3');
    // Where the mouse was left, the hover of a row would lie over the list.
    await workbench.page.mouse.move(1, 1);
  }

  it('changes one setting of a step, shows the request before, and undoes it', async () => {
    await changeOrder('5');
    await workbench.pick('Show Request');
    await workbench.editorTab(/Request 1/).waitFor();
    await workbench.page.locator('.view-lines', { hasText: '"rank": 5' }).waitFor();
    await workbench.page.locator('.view-lines', { hasText: 'If-Match: W/' }).waitFor();
    await workbench.screenshot('edit-step-request');
    assert.equal((await onlyStep())['rank'], 1);
    await workbench.pick('Save Changes');
    const told = workbench.notification(`The step "${STEP}" was changed.`);
    await told.waitFor();
    assert.equal((await onlyStep())['rank'], 5);
    await workbench.notificationButton(STEP, 'Undo');
    await workbench.treeItem(/rank 5/).waitFor({ state: 'hidden' });
    assert.equal((await onlyStep())['rank'], 1);
  });

  it('finds the user to run as at the service while typing, and writes nothing when it is left', async () => {
    await workbench.contextMenu(workbench.treeItem(STEP), 'Edit Step…');
    await workbench.quickInputAt('1/1');
    await workbench.pick('Run As');
    await workbench.quickInputAt('2/3');
    await workbench.quickInput.getByRole('option', { name: 'Calling User' }).waitFor();
    await workbench.typeText('field');
    await workbench.quickInput.getByRole('option', { name: /Robin Field/ }).waitFor();
    // A click counts at any time, also in the moment in which the service's answer comes.
    await workbench.quickInput.getByRole('option', { name: /Robin Field/ }).click();
    await workbench.quickInputAt('3/3');
    await workbench.pick(/Run As.*Robin Field/);
    await workbench.quickInputAt('4/5');
    await workbench.typeText('nobody of that name');
    await workbench.quickInput.getByRole('option').first().waitFor({ state: 'hidden' });
    await workbench.typeText('robin');
    await workbench.quickInput.getByRole('option', { name: /Robin Field/ }).waitFor();
    await workbench.screenshot('edit-step-run-as');
    await workbench.accept();
    await workbench.quickInputAt('5/5');
    await workbench.escapeQuickInput();
    await workbench.assertNoNotification();
  });

  it('tells the second of two people what the first has changed, and writes only what was chosen', async () => {
    await changeOrder('9');
    const step = await onlyStep();
    const id = String(step['sdkmessageprocessingstepid']);
    await webApi(`sdkmessageprocessingsteps(${id})`, { rank: 3, description: 'theirs' });
    await workbench.pick('Save Changes');
    await workbench.quickInputStep(/Somebody Else Changed/);
    await workbench.quickInput.getByRole('option', { name: /now 3, yours 9/ }).waitFor();
    await workbench.quickInput.getByRole('option', { name: /now theirs, before/ }).waitFor();
    await workbench.screenshot('edit-step-conflict');
    assert.equal((await onlyStep())['rank'], 3);
    await workbench.pick('Overwrite with My Changes');
    await workbench.notification(`The step "${STEP}" was changed.`).waitFor();
    const now = await onlyStep();
    assert.deepEqual([now['rank'], now['description']], [9, 'theirs']);
    await workbench.clearNotifications();
  });

  it('registers an image, and takes it back with the command', async () => {
    await workbench.contextMenu(workbench.treeItem(STEP), 'Register Image…');
    await workbench.quickInputAt('1/3');
    await workbench.pick('Post-image');
    await workbench.quickInputAt('2/3');
    await workbench.pickMany(['jobtitle']);
    await workbench.quickInputAt('3/3');
    await workbench.quickInput.getByRole('option', { name: 'Alias' }).waitFor();
    await workbench.screenshot('register-image');
    await workbench.pick('Register Image');
    await workbench.notification('The image "PostImage2" was registered.').waitFor();
    await workbench.expand(STEP);
    await workbench.treeItem('PostImage2').waitFor();
    const aliases = async (): Promise<readonly unknown[]> => {
      const images = (await onlyStep())['sdkmessageprocessingstepid_sdkmessageprocessingstepimage'];
      return (images as readonly Cells[]).map((image) => image['attributes']);
    };
    assert.ok((await aliases()).includes('jobtitle'));
    await workbench.clearNotifications();
    await workbench.runCommand('Dataverse WebHooks: Undo Last Change');
    await workbench.treeItem('PostImage2').waitFor({ state: 'hidden' });
    assert.ok(!(await aliases()).includes('jobtitle'));
  });

  it('deletes nothing, and says nothing, when the question is left with Escape', async () => {
    await workbench.clearNotifications();
    await workbench.contextMenu(workbench.treeItem(STEP), 'Delete Step');
    await workbench.dialog.getByText(`Delete the step "${STEP}"`).waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.dialog.waitFor({ state: 'hidden' });
    assert.equal((await steps()).length, 1);
    await workbench.treeItem(STEP).waitFor();
    await workbench.assertNoNotification();
  });

  it('deletes a step after asking, and registers it again with the same id', async () => {
    const before = await onlyStep();
    await workbench.contextMenu(workbench.treeItem(STEP), 'Delete Step');
    await workbench.dialog.getByText(`Delete the step "${STEP}"`).waitFor();
    await workbench.screenshot('delete-step');
    await workbench.answerDialog('Delete Step');
    const told = workbench.notification(`The step "${STEP}" was deleted.`);
    await told.waitFor();
    assert.deepEqual(await steps(), []);
    await workbench.notificationButton('was deleted', 'Undo');
    await workbench.treeItem(STEP).waitFor();
    const bare = (cells: Cells): string =>
      JSON.stringify(cells, (name, value: unknown) => (name === '@odata.etag' ? undefined : value));
    assert.equal(bare(await onlyStep()), bare(before));
  });

  it('rotates a secret, which is written and shown nowhere, and duplicates a webhook with its steps', async () => {
    await workbench.clearNotifications();
    const row = workbench.treeItem(/^Order intake, /);
    await workbench.contextMenu(row, 'Rotate Secret…');
    await workbench.quickInputAt('1/3');
    await workbench.pick(/^HttpHeader, x-api-key/);
    await workbench.quickInputAt('2/3');
    await workbench.answer('rotated-in-the-editor');
    await workbench.quickInputAt('3/3');
    await workbench.screenshot('rotate-secret');
    await workbench.pick('Rotate Secret');
    await workbench.notification('The webhook "Order intake" has a new secret.').waitFor();
    assert.deepEqual(await workbench.placesWith('rotated-in-the-editor'), []);

    await copyWithSteps(workbench);
    await workbench.screenshot('duplicate-webhook');
    await workbench.pick('Register WebHook');
    await workbench.treeItem(/^Order copy, /).waitFor();
    await workbench.expand(/^Order copy, /);
    const [copy, ...others] = await steps('Order copy: Update of contact');
    assert.ok(copy !== undefined && others.length === 0);
    const [original] = await steps();
    // Which comes first is nobody's promise: the copies have ids of their own.
    const images = (cells: Cells | undefined): unknown =>
      (cells?.['sdkmessageprocessingstepid_sdkmessageprocessingstepimage'] as readonly Cells[])
        .map(({ entityalias, attributes }) => `${String(entityalias)}: ${String(attributes)}`)
        .sort();
    assert.deepEqual(images(copy), images(original));
    assert.equal(copy['mode'], original?.['mode']);
    await workbench.screenshot('tree-duplicated');
  });

  it('moves a step to another webhook, where its name follows, and back', async () => {
    const webhookOf = async (name: string): Promise<unknown> => {
      const expand = 'eventhandler_serviceendpoint($select=name)';
      const path = `sdkmessageprocessingsteps?$select=name&$filter=name eq '${name}'&$expand=${expand}`;
      const [step] = (await webApi(path))['value'] as readonly Cells[];
      return (step?.['eventhandler_serviceendpoint'] as Cells | undefined)?.['name'];
    };
    await workbench.contextMenu(
      workbench.treeItem(/^Order copy: Update of contact/),
      'Move Step to Another WebHook…',
    );
    await workbench.pick('Shipping notifications');
    await workbench.notification('The step was moved to "Shipping notifications".').waitFor();
    await workbench.treeItem(/^Shipping notifications: Update of contact/).waitFor();
    await workbench.screenshot('move-step');
    assert.equal(await webhookOf('Shipping notifications: Update of contact'), 'Shipping notifications');
    await workbench.notificationButton('The step was moved', 'Undo');
    await workbench.treeItem(/^Order copy: Update of contact/).waitFor();
    assert.equal(await webhookOf('Order copy: Update of contact'), 'Order copy');
  });

  it('deletes a webhook with its steps, and registers all of it again with the secret that is asked for', async () => {
    const select = '$select=name,url,authtype,isauthvalueset';
    const rows = async (): Promise<string> => {
      const path = `serviceendpoints?${select}&$filter=name eq 'Order copy'`;
      const [webhook] = (await webApi(path))['value'] as readonly Cells[];
      const bare = [webhook, ...(await steps('Order copy: Update of contact'))];
      return JSON.stringify(bare, (name, value: unknown) => (name === '@odata.etag' ? undefined : value));
    };
    const before = await rows();
    await workbench.clearNotifications();
    await workbench.contextMenu(workbench.treeItem(/^Order copy, /), 'Delete WebHook');
    await workbench.dialog.getByText(/asks for the secret/).waitFor();
    await workbench.dialog.getByText('• Order copy: Update of contact').waitFor();
    await workbench.screenshot('delete-webhook');
    await workbench.answerDialog('Delete WebHook');
    await workbench.notification('The webhook "Order copy" was deleted.').waitFor();
    assert.equal(await rows(), '[null]');
    await workbench.notificationButton('was deleted', 'Undo');
    await workbench.quickInputAt('1/3');
    await workbench.answer('x-api-key');
    await workbench.quickInputAt('2/3');
    await workbench.answer('typed-once-more');
    await workbench.quickInputAt('3/3');
    await workbench.screenshot('undo-delete-webhook');
    await workbench.pick('Use Until the Window Is Closed');
    await workbench.treeItem(/^Order copy, /).waitFor();
    assert.equal(await rows(), before);
    assert.deepEqual(await workbench.placesWith('typed-once-more'), []);
  });

  /** The act returns before the text is there. */
  async function inClipboard(text: string): Promise<void> {
    const end = Date.now() + 20_000;
    let found = '';
    while (found !== text && Date.now() < end)
      found = await workbench.page.evaluate(() => navigator.clipboard.readText());
    assert.equal(found, text);
  }

  it('copies the id and the URL of a webhook', async () => {
    const path = "serviceendpoints?$select=url&$filter=name eq 'Order intake'";
    const [webhook] = (await webApi(path))['value'] as readonly Cells[];
    for (const [entry, column] of [
      ['Copy Id', 'serviceendpointid'],
      ['Copy URL', 'url'],
    ] as const) {
      await workbench.contextMenu(workbench.treeItem(/^Order intake, /), entry);
      await inClipboard(String(webhook?.[column]));
    }
  });

  it('tells the second of two people who change an image', async () => {
    const [image] = (await onlyStep())[
      'sdkmessageprocessingstepid_sdkmessageprocessingstepimage'
    ] as readonly Cells[];
    const id = String(image?.['sdkmessageprocessingstepimageid']);
    const alias = String(image?.['entityalias']);
    await workbench.clearNotifications();
    if ((await workbench.treeItem(STEP).getAttribute('aria-expanded')) === 'false')
      await workbench.expand(STEP);
    await workbench.contextMenu(workbench.treeItem(new RegExp(`^${alias}`)), 'Edit Image…');
    await workbench.quickInputAt('1/1');
    await workbench.pick('Alias');
    await workbench.quickInputAt('2/3');
    await workbench.answer('Mine');
    await workbench.quickInputAt('3/3');
    await webApi(`sdkmessageprocessingstepimages(${id})`, { entityalias: 'Theirs' });
    await workbench.pick('Save Changes');
    await workbench.quickInput.getByRole('option', { name: /now Theirs, yours Mine/ }).waitFor();
    await workbench.screenshot('edit-image-conflict');
    await workbench.pick('Overwrite with My Changes');
    await workbench.notification('The image "Mine" was changed.').waitFor();
    const now = await webApi(`sdkmessageprocessingstepimages(${id})?$select=entityalias`);
    assert.equal(now['entityalias'], 'Mine');
  });

  it('puts a step into a solution, and takes it out with Undo', async () => {
    const held = async (): Promise<readonly unknown[]> => {
      const id = String((await onlyStep())['sdkmessageprocessingstepid']);
      const path = `solutioncomponents?$select=objectid&$filter=objectid eq ${id}&$expand=solutionid($select=uniquename)`;
      const rows = (await webApi(path))['value'] as readonly Cells[];
      return rows.map((row) => (row['solutionid'] as Cells)['uniquename']);
    };
    assert.ok(!(await held()).includes('ContosoSales'));
    await workbench.clearNotifications();
    await workbench.contextMenu(workbench.treeItem(STEP), 'Choose Solutions…');
    const sales = workbench.quickInput.getByRole('checkbox', { name: 'Contoso Sales', exact: true });
    await sales.waitFor();
    await workbench.screenshot('choose-solutions');
    await workbench.pickMany(['Contoso Sales']);
    await workbench.notification(`"${STEP}" was added to`).waitFor();
    assert.ok((await held()).includes('ContosoSales'));
    await workbench.notificationButton('was added to', 'Undo');
    // Nothing on screen shows where a step is; the service does.
    for (const last = Date.now() + 20_000; (await held()).includes('ContosoSales');)
      assert.ok(Date.now() < last, 'the solution holds the step still');
  });

  const states = async (): Promise<ReadonlyMap<unknown, unknown>> => {
    const expand = '$expand=eventhandler_serviceendpoint($select=name)';
    const answer = await webApi(`sdkmessageprocessingsteps?$select=name,statecode&${expand}`);
    const own = (answer['value'] as readonly Cells[]).filter(
      (row) => (row['eventhandler_serviceendpoint'] as Cells | null)?.['name'] === 'Order intake',
    );
    return new Map(own.map((row) => [row['name'], row['statecode']]));
  };

  it('disables all steps of a webhook, and gives each its own state again', async () => {
    const before = await states();
    assert.ok(new Set(before.values()).size === 2, 'some are enabled and some are not');
    await workbench.clearNotifications();
    await workbench.contextMenu(workbench.treeItem(/^Order intake, /), 'Disable All Steps');
    await workbench.notification('steps were disabled.').waitFor();
    assert.deepEqual(new Set((await states()).values()), new Set([1]));
    await workbench.notificationButton('steps were disabled.', 'Undo');
    await workbench.treeItem(/Order intake: Update of contact(?!.*disabled)/).waitFor();
    assert.deepEqual(await states(), before);
  });

  it('does all it can to several selected steps, and names the one that failed with its reason', async () => {
    const other = /Order intake: Create of account/;
    const [gone] = await steps('Order intake: Create of account');
    await workbench.clearNotifications();
    await workbench.treeItem(other).click();
    await workbench.treeItem(STEP).click({ modifiers: ['ControlOrMeta'] });
    await webApi(
      `sdkmessageprocessingsteps(${String(gone?.['sdkmessageprocessingstepid'])})`,
      undefined,
      'DELETE',
    );
    await workbench.contextMenu(workbench.treeItem(STEP), 'Disable Step');
    const told = workbench.notification('Could not disable 1 of 2 steps: "Order intake: Create of account".');
    await told.waitFor();
    await workbench.notification(`The step "${STEP}" was disabled.`).waitFor();
    await workbench.screenshot('several-steps-one-failed');
    await workbench.treeItem(other).waitFor({ state: 'hidden' });
    assert.equal((await states()).get(STEP), 1);
  });

  it('takes a pasted function URL and a pasted curl command apart, says so, and asks for no key', async () => {
    await workbench.clearNotifications();
    const row = workbench.treeItem(/^Sandbox/);
    const pasted = async (text: string, remark: RegExp, picture: string): Promise<void> => {
      await workbench.contextMenu(row, 'Register WebHook…');
      await workbench.quickInputAt('1/5');
      await workbench.answer('Pasted hook');
      await workbench.quickInputAt('2/5');
      await workbench.typeText(text);
      await workbench.validationMessage(remark);
      await workbench.screenshot(picture);
      await workbench.accept();
      await workbench.quickInputAt('3/3');
    };
    await pasted(
      'https://contoso.azurewebsites.net/api/orders?code=of-the-function',
      /A function URL with its key, recognised/,
      'pasted-function-url',
    );
    await workbench.quickInput
      .getByRole('option', { name: /contoso\.azurewebsites\.net.*WebhookKey/ })
      .waitFor();
    await workbench.escapeQuickInput();
    await pasted(
      "curl -X POST 'https://hooks.example.com/in' -H 'x-api-key: of-the-command' -d '{}'",
      /A curl command, recognised.*x-api-key goes into HttpHeader/,
      'pasted-curl',
    );
    await workbench.quickInput.getByRole('option', { name: /hooks\.example\.com\/in.*HttpHeader/ }).waitFor();
    await workbench.pick('Show Request');
    await workbench.page.locator('.view-lines', { hasText: '"authtype": 5' }).waitFor();
    assert.doesNotMatch(await workbench.page.locator('.view-lines').first().innerText(), /of-the-command/);
    await workbench.escapeQuickInput();
    assert.deepEqual(await workbench.placesWith('of-the-command'), []);
    assert.deepEqual(await workbench.placesWith('of-the-function'), []);
  });
});
