import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { startFaultyRelay, type FaultyRelay } from '../fakes/faultyRelay';
import { Workbench } from './workbench';

/** The caret goes between the quotes of the last attribute. */
const COLUMN = '    <attribute name="" />';
const QUERY = `<fetch top="20">
  <entity name="contact">
    <attribute name="firstname" />
${COLUMN}
    <order attribute="firstname" />
  </entity>
</fetch>
`;
const PANEL = /Query: Sandbox/;
const LINE = QUERY.split('\n').indexOf(COLUMN) + 1;

describe('A query in a file', () => {
  let sandbox: SandboxProcess;
  let workbench: Workbench;
  /** Everything that the extension asks goes through it and is written down. */
  let relay: FaultyRelay;

  before(async () => {
    sandbox = await startSandbox();
    relay = await startFaultyRelay(sandbox.url, () => 'pass');
    workbench = await Workbench.start({
      env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line.replaceAll(sandbox.url, relay.origin) },
      files: {
        'people.fetchxml': QUERY,
        'people.odata': 'contacts?$select=',
        'long.odata': 'a'.repeat(100_001),
      },
      size: { width: 1500, height: 900 },
    });
  });

  after(async () => {
    await workbench.stop();
    await relay.close();
    await sandbox.stop();
  });

  const editor = (): Locator => workbench.page.locator('.editor-instance .monaco-editor').first();

  /** The requests for rows that hold a text, as they would be written. */
  const asked = (text: string): readonly string[] =>
    relay.relayed.map(({ target }) => decodeURIComponent(target)).filter((target) => target.includes(text));
  /** Waits for the box of a dialog for files to hold a path that ends so, and accepts it. */
  async function acceptPath(end: string): Promise<void> {
    await workbench.page.waitForFunction((wanted) => {
      const box = document.querySelector('.quick-input-widget .quick-input-box input');
      return box instanceof HTMLInputElement && box.value.endsWith(wanted);
    }, end);
    await workbench.quickInput.getByRole('button', { name: 'OK', exact: true }).click();
    await workbench.quickInput.waitFor({ state: 'hidden' });
  }

  /** Puts the caret between the quotes of the attribute without a value. */
  async function goToColumn(): Promise<void> {
    await workbench.runCommand('Go to Line/Column');
    await workbench.answer(`:${LINE}:${COLUMN.indexOf('""') + 2}`);
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.editorWithKeys('<entity name="contact">');
  }

  /** The panel with queries, which is opened where the test before has not come so far. */
  async function queryPanel(): Promise<FrameLocator> {
    if ((await workbench.editorTab(PANEL).count()) === 0) {
      await workbench.editorTab('people.fetchxml').first().click();
      await workbench.runCommand('Dataverse WebHooks: Run Query');
    }
    return workbench.webviewFrame(PANEL);
  }

  it('opens as FetchXML, and its columns are completed from the environment', async () => {
    await workbench.openView();
    await workbench.treeItem(/Order intake/).waitFor();
    await workbench.runCommand('Go to File');
    await workbench.pick('people.fetchxml');
    await workbench.lens('Run in Sandbox').waitFor();
    await editor().getByText('firstname').first().waitFor();
    await goToColumn();
    const { keyboard } = workbench.page;
    await keyboard.press('Control+Space');
    const suggested = workbench.page.locator('.suggest-widget').getByText('lastname', { exact: true });
    await keyboard.type('last');
    await suggested.first().waitFor();
    await workbench.screenshot('query-completion');
    await keyboard.press('Enter');
    await editor().getByText('"lastname"').waitFor();
  });

  it('runs from the lens, and its rows are in the panel beside it', async () => {
    await workbench.lens('Run in Sandbox').click();
    const panel = await workbench.webviewFrame(PANEL);
    const heading = panel.getByRole('columnheader', { name: 'Last Name', exact: true });
    await heading.waitFor();
    assert.equal(await heading.getAttribute('title'), 'Last Name\nlastname');
    assert.ok((await panel.getByRole('row').count()) > 1);
    // What is shown is what was sent, to the letter.
    const shown = await panel.locator('#query').inputValue();
    assert.equal(shown, QUERY.replace('""', '"lastname"'));
    assert.deepEqual(asked('fetchXml='), [`/api/data/v9.2/contacts?fetchXml=${shown}`]);
    await workbench.screenshot('query-panel-dark');
  });

  it('is marked in the panel where it cannot be read, and is not sent', async () => {
    const panel = await queryPanel();
    await panel
      .locator('#query')
      .fill('<fetch>\n  <entity name="contact">\n    <attribut name="lastname" />\n  </entity>\n</fetc>');
    await panel.locator('#run').click();
    await panel.locator('.marks .malformed').waitFor();
    await panel.getByRole('alert').getByText('This is no XML').waitFor();
    await panel
      .locator('#query')
      .fill('<fetch>\n  <entity name="contact">\n    <attribut name="lastname" />\n  </entity>\n</fetch>');
    await panel.getByRole('button', { name: /^Line 3: <attribut> cannot stand in <entity>/ }).waitFor();
    await panel.getByRole('alert').getByText('This is no XML').waitFor({ state: 'detached' });
    await workbench.screenshot('query-marks');
    await panel.locator('#language').selectOption('webApi');
    await panel.locator('#query').fill("contacts?$select=lastname\n&$filter=lastname eq ('x'");
    await panel.locator('#run').click();
    await panel.locator('.marks .malformed').waitFor();
    await panel.getByRole('alert').getByText('The query cannot be read from here on.').waitFor();
    await workbench.screenshot('query-marks-webapi');
    assert.deepEqual([...asked('attribut '), ...asked("eq ('x'")], []);
  });

  it('stays in its field when the service refuses it, with the words and the code of the service', async () => {
    const panel = await queryPanel();
    const text = 'contacts?$select=lastname,shoesize';
    await panel.locator('#query').fill(text);
    await panel.locator('#run').click();
    const alert = panel.getByRole('alert');
    await alert.getByText(/shoesize/).waitFor();
    await alert.getByText(/0x[0-9a-f]{8}/i).waitFor();
    await workbench.screenshot('query-refused');
    assert.equal(await panel.locator('#query').inputValue(), text);
    assert.deepEqual(asked('shoesize'), [`/api/data/v9.2/${text}`]);
    await panel.locator('#language').selectOption('fetchXml');
  });

  it('keeps what is pasted however long, takes no more than its field holds, and tells why it goes nowhere', async () => {
    const panel = await queryPanel();
    const field = panel.locator('#query');
    const paste = async (count: number): Promise<void> => {
      await field.evaluate((element, content) => {
        if (!(element instanceof HTMLTextAreaElement)) return;
        element.value = content;
        element.select();
      }, 'a'.repeat(count));
      await workbench.page.keyboard.press('Control+x');
      await workbench.page.keyboard.press('Control+v');
    };
    await paste(150_000);
    await panel.locator('#copyAddress').click();
    await panel.getByRole('button', { name: /^From here on the query is too long to be sent/ }).waitFor();
    assert.equal((await field.inputValue()).length, 150_000);
    await field.fill('contacts');
    await field.focus();
    await paste(1_000_000);
    await panel.getByText(/^The text was not put in: the field holds 200,000 characters at most/).waitFor();
    await workbench.screenshot('query-overfull');
    assert.equal(await field.inputValue(), '');
    await field.fill('<fetch><entity name="contact">');
    await panel.locator('#copyAddress').click();
    await workbench.notification('The address was not copied. This is no XML').waitFor();
    await workbench.clearNotifications();
    await panel.locator('#chooseQuery').click();
    await workbench.pick('long.odata');
    await workbench
      .notification('The query was not opened. The file long.odata is longer than a query can be')
      .waitFor();
    await workbench.screenshot('query-long-file');
    await workbench.clearNotifications();
    assert.equal(await field.inputValue(), '<fetch><entity name="contact">');
  });

  it('is completed in its field from the environment, and one key takes that back', async () => {
    const panel = await queryPanel();
    const field = panel.locator('#query');
    const list = panel.getByRole('listbox', { name: 'Suggestions' });
    const text = '<fetch>\n  <entity name="contact">\n    <attribute />\n  </entity>\n</fetch>';
    await field.fill(text);
    await field.evaluate((element, place) => {
      if (element instanceof HTMLTextAreaElement) element.setSelectionRange(place, place);
    }, text.indexOf('/>'));
    const { keyboard } = workbench.page;
    await keyboard.type('n');
    await list.getByRole('option', { name: 'name', exact: true, selected: true }).waitFor();
    await keyboard.press('Enter');
    await list.getByRole('option', { name: /^fullname / }).waitFor();
    await keyboard.type('lastn');
    await list.getByRole('option', { name: 'lastname Last Name · String', selected: true }).waitFor();
    await workbench.screenshot('query-suggestions');
    await keyboard.press('Enter');
    await panel.getByText('Translates exactly into Web API.').waitFor();
    assert.equal(await field.inputValue(), text.replace('/>', 'name="lastname"/>'));
    await keyboard.press('Control+z');
    // Said when the text has rested: a key that was taken twice would have taken this back, too.
    await panel.getByRole('button', { name: /has no column "lastn"/ }).waitFor();
    assert.equal(await field.inputValue(), text.replace('/>', 'name="lastn"/>'));
  });

  it('is translated exactly, or says why not', async () => {
    const panel = await queryPanel();
    await panel
      .locator('#query')
      .fill(
        '<fetch page="2">\n  <entity name="contact">\n    <attribute name="lastname" />\n  </entity>\n</fetch>',
      );
    await panel.getByText('Line 1: The Web API cannot begin with a later page.').waitFor();
    await panel
      .locator('#query')
      .fill(
        '<fetch top="3">\n  <entity name="contact">\n    <attribute name="lastname" />\n  </entity>\n</fetch>',
      );
    await panel.getByRole('button', { name: 'Use Translation' }).click();
    assert.equal(await panel.locator('#query').inputValue(), 'contacts?$select=lastname\n  &$top=3');
    await panel.locator('#run').click();
    await panel.getByText('3 rows', { exact: true }).waitFor();
    assert.deepEqual(asked('$top=3'), ['/api/data/v9.2/contacts?$select=lastname&$top=3']);
  });

  it('is saved to a file, and opened from there again', async () => {
    const panel = await queryPanel();
    const saved = await panel.locator('#query').inputValue();
    await panel.locator('#saveQuery').click();
    await acceptPath('contacts.odata');
    await panel.locator('#query').fill('accounts?$top=1');
    await panel.locator('#chooseQuery').click();
    await workbench.pick('contacts.odata');
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await panel.getByText('Translates exactly into FetchXML.').waitFor();
    assert.equal(await panel.locator('#query').inputValue(), saved);
    assert.equal(await readFile(path.join(workbench.workspace, 'contacts.odata'), 'utf8'), saved);
  });

  it('is in the history, and comes back from there', async () => {
    const panel = await queryPanel();
    await panel.locator('#chooseQuery').click();
    await workbench.quickInput
      .getByRole('option', { name: /contacts/ })
      .first()
      .waitFor();
    await workbench.pick(/people\.fetchxml/);
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await panel
      .locator('#language')
      .getByRole('option', { name: 'FetchXML', selected: true })
      .waitFor({ state: 'attached' });
    assert.equal(await panel.locator('#query').inputValue(), QUERY.replace('""', '"lastname"'));
  });

  it('is marked in the editor, too, in a light theme', async () => {
    await workbench.runCommand('Preferences: Toggle between Light/Dark Themes');
    await workbench.page.locator('.monaco-workbench.vs').waitFor();
    await workbench
      .editorTab(/people\.fetchxml/)
      .first()
      .click();
    await goToColumn();
    await workbench.page.keyboard.type('x');
    await workbench.page.locator('.squiggly-warning').first().waitFor();
    await workbench.screenshot('query-light');
  });

  it('for the Web API is completed and marked in its file in the same way', async () => {
    await workbench.runCommand('Go to File');
    await workbench.pick('people.odata');
    await workbench.lens('Run in Sandbox').waitFor();
    await editor().getByText('contacts').first().waitFor();
    await workbench.runCommand('Go to Line/Column');
    await workbench.answer(':1:100');
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.editorWithKeys('contacts');
    const { keyboard } = workbench.page;
    await keyboard.press('Control+Space');
    await keyboard.type('lastn');
    const suggested = workbench.page.locator('.suggest-widget').getByText('lastname', { exact: true });
    await suggested.first().waitFor();
    await workbench.screenshot('query-completion-webapi');
    await keyboard.press('Enter');
    await editor().getByText('lastname').waitFor();
    await keyboard.type(',ownerid');
    await keyboard.press('Escape');
    await workbench.page.locator('.squiggly-warning').first().waitFor();
  });
});
