import assert from 'node:assert/strict';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { PSEUDO, pseudo } from '../fakes/pseudoLanguage';
import { Workbench } from './workbench';

/** The language whose place the pseudo-language takes; numbers and times are written as there. */
const TAG = 'de';
/** A time as it is written there, and no English one. */
const TIME = /\b\d{1,2}\.\d{1,2}\.\d{4}, \d{1,2}:\d{2}:\d{2}/;

/** Texts with a word in them that are not in the pseudo-language: data, names of the service, or a mistake. */
function unmarked(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => /\p{L}/u.test(text) && !text.includes(PSEUDO));
}

/** In a whole window, every sentence of ours is one that was translated, wherever it stands. */
describe('A window in another language', () => {
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    sandbox = await startSandbox();
    workbench = await Workbench.start({
      env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line },
      language: { tag: TAG, translate: pseudo },
    });
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
  });

  /** What the open question says besides its choices, but for the words of the editor. */
  async function question(step: string): Promise<readonly string[]> {
    await workbench.quickInputAt(step);
    return workbench.quickInput.evaluate((widget) => {
      const input = widget.querySelector('.quick-input-box input');
      return [
        widget.querySelector('.quick-input-title')?.textContent ?? '',
        widget.querySelector('.quick-input-message')?.textContent ?? '',
        input?.getAttribute('placeholder') ?? '',
      ];
    });
  }
  const choices = async (): Promise<readonly string[]> => {
    await workbench.quickInput.getByRole('option').first().waitFor();
    return workbench.quickInput
      .getByRole('option')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
  };

  it('has it in the tree, in the menus of its rows, and in their tooltips', async () => {
    await workbench.openView();
    await workbench.treeItem(/Order intake/).waitFor();
    await workbench.expand(/Order intake/);
    for (const row of [/127\.0\.0\.1/, /Order intake/, /Update of contact/]) {
      const item = workbench.treeItem(row);
      const entries = await workbench.contextMenuEntries(item);
      assert.ok(entries.length > 5, entries.join('\n'));
      assert.deepEqual(unmarked(entries), []);
      await workbench.page.keyboard.press('Escape');
      await workbench.page.locator('.context-view .monaco-menu').waitFor({ state: 'hidden' });
    }
    const rows = await workbench.treeRows();
    assert.ok(
      rows.some((row) => row.includes(pseudo('{count} disabled').replace('{count}', '1'))),
      rows.join('\n'),
    );
    const tooltip = await workbench.pointAt(workbench.treeItem(/Order intake/), PSEUDO);
    const lines = (await tooltip.innerText()).split('\n').filter((line) => line.trim() !== '');
    assert.deepEqual(unmarked(lines), []);
    assert.match(lines.join('\n'), TIME);
    await workbench.screenshot('pseudo-tree');
  });

  it('has it in the questions of a wizard, in what they say of an answer, and in the summary', async () => {
    await workbench.contextMenu(workbench.treeItem(/127\.0\.0\.1/), pseudo('Register WebHook…'));
    assert.deepEqual(unmarked(await question('1/5')), []);
    await workbench.typeText('order intake');
    await workbench.validationMessage(PSEUDO);
    await workbench.answer('Pseudo');
    assert.deepEqual(unmarked(await question('2/5')), ['https://hooks.example.com/orders']);
    await workbench.typeText('hooks.example.com');
    await workbench.validationMessage(PSEUDO);
    await workbench.answer('https://hooks.example.com/pseudo');
    assert.deepEqual(unmarked(await question('3/5')), []);
    assert.deepEqual(unmarked(await choices()), []);
    await workbench.accept();
    assert.deepEqual(unmarked(await question('4/5')), []);
    await workbench.answer('canary-pseudo');
    assert.deepEqual(unmarked(await question('5/5')), []);
    assert.deepEqual(unmarked(await choices()), ['x-api-key, •••']);
    await workbench.screenshot('pseudo-wizard');
    await workbench.escapeQuickInput();
  });

  it('has it in the report and in an open job, with the times of its readers', async () => {
    await workbench.contextMenu(workbench.treeItem(/127\.0\.0\.1/), pseudo('Show Failed Jobs'));
    const page = await workbench.webviewFrame(PSEUDO);
    await page.locator('tr.job').first().click();
    const details = page.getByRole('complementary');
    await details.waitFor();
    // What was given by the service is in cells, values and names of groups; all else is ours.
    const own = page.locator(
      'button, label, summary .label, h1, h3, dt, th[role], option, .cause, .remedy, .none',
    );
    const names = ['Data warehouse', 'Order intake', 'Shipping notifications'];
    const texts = (await own.allTextContents()).map((text) => text.trim());
    assert.ok(texts.length > 60, `${texts.length} texts`);
    assert.deepEqual(
      unmarked(texts).filter((text) => !names.some((name) => text.startsWith(name))),
      [],
    );
    assert.match(await page.locator('tr.job td').first().innerText(), TIME);
    assert.match(await details.innerText(), TIME);
    const actions = workbench.page.locator('.editor-actions').getByRole('button');
    const titles = await actions.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    assert.equal(titles.filter((title) => title.includes(PSEUDO)).length, 3, titles.join('\n'));
    await workbench.screenshot('pseudo-report');
  });
});
