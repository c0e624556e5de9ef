import assert from 'node:assert/strict';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { openServerGate, type ServerGate } from '../fakes/serverGate';
import { copyWithSteps } from './copiedWebhook';
import { rowsOfSandbox, type Cells } from './sandboxRows';
import { Workbench } from './workbench';

const STEP = 'Order intake: Update of contact';
const NEW_STEP = 'Order intake: Update of account';
const AWAY = /Nothing answers at the address of/;

/** A server that goes away in the middle of a flow: the reason is told, and with *Retry* it goes on where it was. */
describe('The server goes away in the middle', () => {
  let sandbox: SandboxProcess;
  let gate: ServerGate;
  let workbench: Workbench;

  before(async () => {
    sandbox = await startSandbox();
    gate = await openServerGate(sandbox.url);
    const line = JSON.stringify({ url: gate.origin, token: sandbox.token });
    workbench = await Workbench.start({ env: { DATAVERSE_WEBHOOKS_SANDBOX: line } });
    await workbench.openView();
    await workbench.treeItem(/Order intake/).waitFor();
    await workbench.expand(/Order intake/);
  });

  after(async () => {
    await workbench.stop();
    await gate.down();
    await sandbox.stop();
  });

  /** Rows of the sandbox, asked without the gate. */
  const rows = (path: string): Promise<readonly Cells[]> => rowsOfSandbox(sandbox, path);

  const steps = (name: string): Promise<readonly Cells[]> =>
    rows(
      `sdkmessageprocessingsteps?$select=rank,filteringattributes&$filter=name eq '${name}'` +
        '&$expand=impersonatinguserid($select=fullname)',
    );

  /** The list says why it is empty; then the server is back, and Retry fills it. */
  async function cameBack(picture: string): Promise<void> {
    const offer = workbench.quickInput.getByRole('option', { name: /Retry.*Nothing answers/ });
    await offer.waitFor();
    await workbench.screenshot(picture);
    await gate.up();
    await offer.click();
    await offer.waitFor({ state: 'hidden' });
  }

  /** Starts a command again whose answers were kept, and takes them. */
  async function goOn(row: string | RegExp, command: string, picture: string): Promise<void> {
    await workbench.contextMenu(workbench.treeItem(row), command);
    const offer = workbench.quickInput.getByRole('option', { name: /Go On Where It Stopped/ });
    await offer.waitFor();
    await workbench.screenshot(picture);
    await offer.click();
  }

  /** Closes the message about what was left, and takes up what it was about by another start of its command. */
  async function goOnLater(row: string | RegExp, command: string, picture: string): Promise<void> {
    await workbench.clearNotifications();
    await goOn(row, command, picture);
    await workbench.quickInput.waitFor({ state: 'hidden' });
  }

  it('while a step is registered: columns, user, and the answer to the write itself, which registers once', async () => {
    await workbench.contextMenu(workbench.treeItem(/^Order intake, /), 'Register Step…');
    await workbench.quickInputAt('1/4');
    await workbench.pick('Update');
    await workbench.quickInputAt('2/4');
    await workbench.quickInput
      .getByRole('option', { name: /account/ })
      .first()
      .waitFor();
    await gate.down();
    await workbench.pick('account');
    await workbench.quickInputAt('3/4');
    await cameBack('away-columns');
    await workbench.pickMany(['accountnumber']);
    await workbench.quickInputAt('4/4');
    await workbench.pick('Run As');
    await workbench.quickInputAt('5/6');
    const robin = workbench.quickInput.getByRole('option', { name: /Robin Field/ });
    await robin.waitFor();
    await gate.down();
    await workbench.typeText('robi');
    await cameBack('away-users');
    await robin.click();
    await workbench.quickInputAt('6/6');
    gate.loseAnswer(/^POST \S*\/sdkmessageprocessingsteps /);
    await workbench.pick('Register Step');
    const told = workbench.notification(`Could not register the step "${NEW_STEP}".`);
    await told.waitFor();
    await workbench.screenshot('away-register');
    assert.equal(gate.lost, 1);
    assert.equal((await steps(NEW_STEP)).length, 1);
    await told.getByRole('button', { name: 'Retry' }).click();
    await workbench.treeItem(NEW_STEP).waitFor();
    const [step, ...others] = await steps(NEW_STEP);
    assert.deepEqual(others, []);
    assert.equal(step?.['filteringattributes'], 'accountnumber');
    assert.equal((step['impersonatinguserid'] as Cells)['fullname'], 'Robin Field');
    await told.waitFor({ state: 'hidden' });
  });

  it('while an image is registered', async () => {
    await workbench.contextMenu(workbench.treeItem(STEP), 'Register Image…');
    await workbench.quickInputAt('1/3');
    await workbench.quickInput.getByRole('option', { name: /Post-image/ }).waitFor();
    await gate.down();
    await workbench.pick('Post-image');
    await workbench.quickInputAt('2/3');
    await cameBack('away-image-columns');
    await workbench.pickMany(['jobtitle']);
    await workbench.quickInputAt('3/3');
    await gate.down();
    await workbench.pick('Register Image');
    const told = workbench.notification(/Could not register the image "PostImage2"\./);
    await told.filter({ hasText: AWAY }).waitFor();
    await gate.up();
    await told.getByRole('button', { name: 'Retry' }).click();
    await workbench.notification('The image "PostImage2" was registered.').waitFor();
    const images = await rows(
      `sdkmessageprocessingstepimages?$select=attributes&$filter=entityalias eq 'PostImage2'`,
    );
    assert.deepEqual(
      images.map((image) => image['attributes']),
      ['jobtitle'],
    );
    await workbench.clearNotifications();
  });

  it('before a flow has begun, which Retry begins', async () => {
    for (const [row, command, what] of [
      [STEP, 'Edit Step', `the step "${STEP}"`],
      [STEP, 'Generate Types', `the step "${STEP}"`],
      [/^Order intake, /, 'Duplicate WebHook', 'the steps of "Order intake"'],
    ] as const) {
      await gate.down();
      await workbench.contextMenu(workbench.treeItem(row), `${command}…`);
      const told = workbench.notification(`Could not load ${what}.`).filter({ hasText: AWAY });
      await told.waitFor();
      await gate.up();
      await told.getByRole('button', { name: 'Retry' }).click();
      await workbench.quickInputStep(new RegExp(`^${command}`));
      await workbench.escapeQuickInput();
    }
  });

  it('while the change of a step is written, before and after it was carried out', async () => {
    const changeTo = async (rank: string): Promise<void> => {
      await workbench.contextMenu(workbench.treeItem(STEP), 'Edit Step…');
      await workbench.quickInputAt('1/1');
      await workbench.pick('Execution Order');
      await workbench.quickInputAt('2/3');
      await workbench.answer(rank);
      await workbench.quickInputAt('3/3');
      await workbench.page.mouse.move(1, 1);
    };
    const told = workbench.notification(`Could not change the step "${STEP}".`);
    const done = workbench.notification(`The step "${STEP}" was changed.`);
    const ranks = async (): Promise<unknown> => (await steps(STEP)).map((step) => step['rank']);
    await changeTo('7');
    await gate.down();
    await workbench.pick('Save Changes');
    await told.filter({ hasText: AWAY }).waitFor();
    await workbench.screenshot('away-edit');
    assert.deepEqual(await ranks(), [1]);
    await gate.up();
    await told.getByRole('button', { name: 'Retry' }).click();
    await done.waitFor();
    assert.deepEqual(await ranks(), [7]);
    await workbench.clearNotifications();

    await changeTo('8');
    gate.loseAnswer(/^PATCH /);
    await workbench.pick('Save Changes');
    await told.waitFor();
    assert.deepEqual(await ranks(), [8]);
    // It is our own change that is there: nobody is told of somebody else's.
    await told.getByRole('button', { name: 'Retry' }).click();
    await done.waitFor();
    await done.getByRole('button', { name: 'Undo' }).click();
    await workbench.treeItem(/Update of contact.*rank 7/).waitFor();
    assert.deepEqual(await ranks(), [7]);
    await workbench.clearNotifications();
  });

  it('while the change of a webhook is written, and while it is deleted, after that was carried out', async () => {
    await workbench.contextMenu(workbench.treeItem(/^Data warehouse, /), 'Edit WebHook…');
    await workbench.quickInputAt('1/1');
    await workbench.pick('Description');
    await workbench.quickInputAt('2/3');
    await workbench.answer('changed on the way');
    await workbench.quickInputAt('3/3');
    gate.loseAnswer(/^PATCH \S*\/serviceendpoints/);
    await workbench.pick('Save Changes');
    const told = workbench.notification('Could not change the webhook "Data warehouse".');
    await told.getByRole('button', { name: 'Retry' }).click();
    await workbench.notification('The webhook "Data warehouse" was changed.').waitFor();
    const path = "serviceendpoints?$select=description&$filter=name eq 'Data warehouse'";
    assert.equal((await rows(path))[0]?.['description'], 'changed on the way');
    await workbench.clearNotifications();

    await workbench.contextMenu(workbench.treeItem(/^Data warehouse, /), 'Delete WebHook');
    await workbench.dialog.waitFor();
    gate.loseAnswer(/^DELETE /);
    await workbench.answerDialog('Delete WebHook');
    const left = workbench.notification('Could not delete the webhook "Data warehouse".');
    await left.getByRole('button', { name: 'Retry' }).click();
    await workbench.notification('The webhook "Data warehouse" was deleted.').waitFor();
    await workbench.treeItem(/^Data warehouse, /).waitFor({ state: 'hidden' });
    assert.deepEqual(await rows(path), []);
    await workbench.clearNotifications();
  });

  it('while a step is deleted, after that was carried out; Undo still knows it', async () => {
    const before = (await steps(NEW_STEP))[0]?.['sdkmessageprocessingstepid'];
    await workbench.contextMenu(workbench.treeItem(NEW_STEP), 'Delete Step');
    await workbench.dialog.waitFor();
    gate.loseAnswer(/^DELETE /);
    await workbench.answerDialog('Delete Step');
    const left = workbench.notification(`Could not delete the step "${NEW_STEP}".`);
    await left.filter({ hasText: 'It may have been carried out all the same.' }).waitFor();
    assert.deepEqual(await steps(NEW_STEP), []);
    await left.getByRole('button', { name: 'Retry' }).click();
    const told = workbench.notification(`The step "${NEW_STEP}" was deleted.`);
    await told.getByRole('button', { name: 'Undo' }).click();
    await workbench.treeItem(NEW_STEP).waitFor();
    const after = await steps(NEW_STEP);
    assert.deepEqual(
      after.map((step) => step['sdkmessageprocessingstepid']),
      [before],
    );
    await workbench.clearNotifications();
  });

  it('while a secret is rotated, which is not typed again', async () => {
    await workbench.contextMenu(workbench.treeItem(/^Order intake, /), 'Rotate Secret…');
    await workbench.quickInputAt('1/3');
    await workbench.pick(/^HttpHeader, x-api-key/);
    await workbench.quickInputAt('2/3');
    await workbench.answer('typed-while-it-was-away');
    await workbench.quickInputAt('3/3');
    const changed = async (): Promise<unknown> =>
      (await rows(`serviceendpoints?$select=modifiedon&$filter=name eq 'Order intake'`))[0]?.['modifiedon'];
    const before = await changed();
    await gate.down();
    await workbench.pick('Rotate Secret');
    const told = workbench.notification('Could not rotate the secret of "Order intake".');
    await told.filter({ hasText: AWAY }).waitFor();
    await workbench.screenshot('away-rotate');
    assert.equal(await changed(), before);
    await workbench.clearNotifications();
    await gate.up();
    await goOn(/^Order intake, /, 'Rotate Secret…', 'away-rotate-go-on');
    await workbench.quickInputAt('3/3');
    await workbench.pick('Rotate Secret');
    await workbench.notification('The webhook "Order intake" has a new secret.').waitFor();
    assert.notEqual(await changed(), before);
    assert.deepEqual(await workbench.placesWith('typed-while-it-was-away'), []);
  });

  it('and the message is closed: the next start of the same wizard goes on where it stopped', async () => {
    await workbench.clearNotifications();
    await workbench.contextMenu(workbench.treeItem(/^Order intake, /), 'Register Step…');
    await workbench.quickInputAt('1/4');
    await workbench.pick('Assign');
    await workbench.quickInputAt('2/3');
    await workbench.pick('contact');
    await workbench.quickInputAt('3/3');
    await workbench.page.mouse.move(1, 1);
    await gate.down();
    await workbench.pick('Register Step');
    await workbench.notification('Could not register the step "Order intake: Assign of contact".').waitFor();
    await workbench.clearNotifications();
    await gate.up();
    await goOn(/^Order intake, /, 'Register Step…', 'away-go-on');
    await workbench.quickInputAt('3/3');
    await workbench.pick('Register Step');
    await workbench.treeItem('Order intake: Assign of contact').waitFor();

    // Left at a list that could not be loaded, it goes on at that list.
    await workbench.contextMenu(workbench.treeItem(/^Order intake, /), 'Register Step…');
    await workbench.quickInputAt('1/4');
    await workbench.pick('Update');
    await workbench.quickInputAt('2/4');
    await gate.down();
    await workbench.pick('lead');
    await workbench.quickInputAt('3/4');
    await workbench.quickInput.getByRole('option', { name: /Retry.*Nothing answers/ }).waitFor();
    await workbench.escapeQuickInput();
    await gate.up();
    await goOn(/^Order intake, /, 'Register Step…', 'away-go-on-list');
    await workbench.quickInputAt('3/4');
    await workbench.quickInput.getByRole('checkbox').first().waitFor();
    await workbench.escapeQuickInput();
  });

  it('while a webhook is copied with its steps: each of them comes once, and all go with one Undo', async () => {
    await copyWithSteps(workbench);
    gate.loseAnswer(/^POST \S*\/\$batch /);
    await workbench.pick('Register WebHook');
    const told = workbench.notification(/Could not copy 1 of \d steps/);
    await told.waitFor();
    await workbench.screenshot('away-copies');
    const names = async (): Promise<readonly unknown[]> =>
      (await rows("sdkmessageprocessingsteps?$select=name&$filter=startswith(name,'Order copy: ')"))
        .map((row) => row['name'])
        .sort();
    const originals = await rows(
      "sdkmessageprocessingsteps?$select=name&$filter=startswith(name,'Order intake: ')",
    );
    const expected = originals.map((row) => String(row['name']).replace('intake', 'copy')).sort();
    await goOnLater(/^Order intake, /, 'Duplicate WebHook…', 'away-copies-go-on');
    await workbench.expand(/^Order copy, /);
    await workbench.treeItem('Order copy: Update of contact').waitFor();
    assert.deepEqual(await names(), expected);
  });

  it('while a step is moved, after that was carried out', async () => {
    const moved = 'Shipping notifications: Create of account';
    await workbench.contextMenu(
      workbench.treeItem('Order copy: Create of account'),
      'Move Step to Another WebHook…',
    );
    gate.loseAnswer(/^PATCH \S*\/sdkmessageprocessingsteps/);
    await workbench.pick('Shipping notifications');
    const told = workbench.notification(/Could not move 1 of 1 steps/);
    await told.waitFor();
    await workbench.screenshot('away-move');
    assert.equal((await steps(moved)).length, 1);
    // It has arrived, and the tree shows it there.
    await workbench.expand(/^Shipping notifications, /);
    await goOnLater(moved, 'Move Step to Another WebHook…', 'away-move-go-on');
    const done = workbench.notification('The step was moved to "Shipping notifications".');
    await done.getByRole('button', { name: 'Undo' }).click();
    await workbench.treeItem('Order copy: Create of account').waitFor();
    assert.deepEqual(await steps(moved), []);
    await workbench.clearNotifications();
  });

  it('while the solutions of a step are changed, before and after it was carried out', async () => {
    const name = 'Order copy: Create of account';
    const [step] = await rows(
      `sdkmessageprocessingsteps?$select=sdkmessageprocessingstepid&$filter=name eq '${name}'`,
    );
    const id = String(step?.['sdkmessageprocessingstepid']);
    const held = async (): Promise<readonly unknown[]> =>
      (
        await rows(
          `solutioncomponents?$select=objectid&$filter=objectid eq ${id}&$expand=solutionid($select=uniquename)`,
        )
      ).map((row) => (row['solutionid'] as Cells)['uniquename']);
    const tick = async (): Promise<void> => {
      await workbench.contextMenu(workbench.treeItem(name), 'Choose Solutions…');
      await workbench.quickInputBox.fill('Contoso Sales');
      await workbench.quickInput.getByRole('checkbox', { name: 'Contoso Sales', exact: true }).click();
    };
    const ok = workbench.quickInput.getByRole('button', { name: 'OK' });
    const told = workbench.notification('Could not change the solutions of');
    await tick();
    await gate.down();
    await ok.click();
    await told.waitFor();
    await workbench.screenshot('away-solutions');
    await gate.up();
    await told.getByRole('button', { name: 'Retry' }).click();
    await workbench.notification(`"${name}" was added to`).waitFor();
    assert.ok((await held()).includes('ContosoSales'));
    await workbench.clearNotifications();

    await tick();
    gate.loseAnswer(/^POST \S*\/RemoveSolutionComponent/);
    await ok.click();
    await told.waitFor();
    assert.ok(!(await held()).includes('ContosoSales'));
    await told.getByRole('button', { name: 'Retry' }).click();
    await workbench.notification(`"${name}" was removed from`).waitFor();
    await workbench.clearNotifications();
  });

  it('while problems are fixed, after one fix was carried out', async () => {
    await workbench.contextMenu(workbench.treeItem(/^Order copy, /), 'Check WebHooks');
    await workbench.quickInputAt('1/2');
    await workbench.screenshot('away-check');
    for (const problem of [/Does the same as "Order intake: Create of account"/, /Keeps its succeeded jobs/])
      await workbench.quickInput.getByRole('checkbox', { name: problem }).first().click();
    await workbench.quickInput.getByRole('button', { name: 'OK' }).click();
    await workbench.quickInputAt('2/2');
    const state = async (): Promise<unknown> => {
      const found = await rows(
        "sdkmessageprocessingsteps?$select=name,statecode,asyncautodelete&$filter=startswith(name,'Order copy: ')&$orderby=name",
      );
      return found.map((row) => [row['name'], row['statecode'], row['asyncautodelete']]);
    };
    const before = await state();
    gate.loseAnswer(/^PATCH \S*\/sdkmessageprocessingsteps/);
    await workbench.pick('Fix 2 Problems');
    const told = workbench.notification(/Could not fix 1 of 2 steps/);
    await told.waitFor();
    await workbench.screenshot('away-fix');
    await goOnLater(/^Order copy, /, 'Check WebHooks', 'away-fix-go-on');
    const done = workbench.notification('2 steps were fixed.');
    await done.waitFor();
    assert.notDeepEqual(await state(), before);
    await done.getByRole('button', { name: 'Undo' }).click();
    await done.waitFor({ state: 'hidden' });
    for (const last = Date.now() + 20_000; JSON.stringify(await state()) !== JSON.stringify(before);)
      assert.ok(Date.now() < last, JSON.stringify(await state()));
  });
});
