import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/host/chromium';
import { ROOT, VSIX } from '../../scripts/host/paths';
import { type RunningServer, startServer, workbenchUrl } from '../../scripts/host/serverBuild';
import { placesWith } from './keptPlaces';
import { tellAtFailure } from './seenAtFailure';

/** How long something may take to appear, in milliseconds. */
const PATIENCE = 20_000;

export interface WorkbenchOptions {
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of machine scope, which count only for the machine that the server runs on. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Folders of extensions that are installed beside ours. */
  readonly extensions?: readonly string[];
  /** Environment variables the extension gets on top of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** A theme's name as settings know it, such as `Default High Contrast`. */
  readonly theme?: string;
  /** Files of the workspace, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  /** A language that the extension is given beside its own: its tag, and what becomes of each of our texts. */
  readonly language?: { readonly tag: string; readonly translate: (text: string) => string };
  /** In CSS pixels. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** The text of what a quick input shows above its rows. */
export interface QuickInputState {
  readonly title: string;
  /** `2/4`, or empty where the flow does not number its steps. */
  readonly step: string;
  readonly placeholder: string;
  readonly value: string;
  readonly password: boolean;
}

/** Repeats what may be too early for the workbench until it goes through; the last failure is thrown. */
export async function until(attempt: () => Promise<void>): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Adds a translation to the installed extension, as a language of its own would come with it. */
async function addLanguage(
  dataFolder: string,
  tag: string,
  translate: (text: string) => string,
): Promise<void> {
  const extensions = path.join(dataFolder, 'extensions');
  const folder = (await readdir(extensions)).find((name) => name.startsWith('dataverse-webhooks'));
  assert.ok(folder !== undefined, 'the extension is installed');
  for (const file of ['package.nls', path.join('l10n', 'bundle.l10n')]) {
    const texts = JSON.parse(
      await readFile(path.join(extensions, folder, `${file}.json`), 'utf8'),
    ) as Readonly<Record<string, string>>;
    const written = Object.entries(texts).map(([key, text]) => [key, translate(text)]);
    await writeFile(
      path.join(extensions, folder, `${file}.${tag}.json`),
      JSON.stringify(Object.fromEntries(written)),
    );
  }
}

/** A real VS Code with the packaged extension installed, used like a person: by role, name and key. */
export class Workbench {
  readonly page: Page;
  readonly workspace: string;
  readonly #browser: Browser;
  readonly #server: RunningServer;
  /** The name of our view container. */
  readonly #name: string;

  private constructor(
    browser: Browser,
    page: Page,
    server: RunningServer,
    workspace: string,
    translate: (text: string) => string,
  ) {
    this.#name = translate('Dataverse WebHooks');
    this.#browser = browser;
    this.page = page;
    this.#server = server;
    this.workspace = workspace;
  }

  /** Starts a server with a fresh profile, installs the .vsix, opens the workbench and waits until it is there. */
  static async start(options: WorkbenchOptions = {}): Promise<Workbench> {
    const workspace = await mkdtemp(path.join(tmpdir(), 'dvw-workspace-'));
    for (const [name, text] of Object.entries(options.files ?? {})) {
      await mkdir(path.dirname(path.join(workspace, name)), { recursive: true });
      await writeFile(path.join(workspace, name), text);
    }
    const theme = options.theme === undefined ? {} : { 'workbench.colorTheme': options.theme };
    const server = await startServer({
      vsix: VSIX,
      unpacked: options.extensions ?? [],
      settings: { ...theme, ...options.settings },
      machineSettings: options.machineSettings ?? {},
      env: options.env ?? {},
      remove: [workspace],
    });
    let browser: Browser | undefined;
    try {
      const { language } = options;
      if (language !== undefined) await addLanguage(server.dataFolder, language.tag, language.translate);
      browser = await launchChromium();
      const page = await browser.newPage({ viewport: options.size ?? { width: 1280, height: 800 } });
      page.setDefaultTimeout(PATIENCE);
      tellAtFailure(page);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const workbench = new Workbench(
        browser,
        page,
        server,
        workspace,
        language?.translate ?? ((text) => text),
      );
      // Where an editor in that language has it; its own words stay as they are.
      if (language !== undefined)
        await page.addInitScript(
          `Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { value: '${language.tag}' })`,
        );
      await workbench.open();
      return workbench;
    } catch (error) {
      await browser?.close();
      await server.stop();
      await rm(workspace, { recursive: true, force: true });
      throw error;
    }
  }

  /** Loads the page, or loads it again as "Reload Window" does, and waits for the extension host's commands. */
  async open(): Promise<void> {
    await this.page.goto(workbenchUrl(this.#server.url, { folder: this.workspace }));
    await this.page.locator('.monaco-workbench').waitFor();
    await this.activityBarItem.waitFor();
  }

  /** Reloads by the command, which lets the window keep what it has open. */
  async reload(): Promise<void> {
    await Promise.all([
      this.page.waitForEvent('framenavigated', (frame) => frame === this.page.mainFrame()),
      this.runCommand('Developer: Reload Window'),
    ]);
    await this.page.locator('.monaco-workbench').waitFor();
    await this.activityBarItem.waitFor();
  }

  get activityBarItem(): Locator {
    return this.page.locator('.activitybar').getByRole('tab', { name: this.#name });
  }

  /** Reveals our view container by its icon, unless it is shown already. */
  async openView(): Promise<void> {
    // A window that is just opening may bring the view back by itself; the click hides it then.
    await until(async () => {
      if ((await this.activityBarItem.getAttribute('aria-selected')) !== 'true')
        await this.activityBarItem.click({ timeout: 3000 });
      await this.activityBarItem.and(this.page.locator('[aria-selected="true"]')).waitFor({ timeout: 3000 });
      await this.sideBar.locator('.pane-body').first().waitFor({ timeout: 3000 });
    });
  }

  get sideBar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  /** A tree row of the side bar whose accessible name holds this text, or matches the pattern; the first one. */
  treeItem(name: string | RegExp): Locator {
    return this.sideBar.getByRole('treeitem', { name, exact: false }).first();
  }

  /** Opens a collapsed row and waits until its first child is shown. */
  async expand(name: string | RegExp): Promise<void> {
    const item = this.treeItem(name);
    // A row that has just come may have no children yet; its twistie comes with them. Rows above it move it.
    await until(async () => {
      if ((await item.getAttribute('aria-expanded', { timeout: 1000 })) === 'false')
        await item.locator('.monaco-tl-twistie').click({ timeout: 1000 });
      assert.equal(await item.getAttribute('aria-expanded', { timeout: 1000 }), 'true');
      const level = Number(await item.getAttribute('aria-level', { timeout: 1000 }));
      const index = Number(await item.getAttribute('data-index', { timeout: 1000 }));
      // The side bar has other trees, too.
      const tree = item.locator('xpath=ancestor::*[@role="tree"][1]');
      const child = tree.locator(`[data-index="${index + 1}"][aria-level="${level + 1}"]`);
      await child.waitFor({ timeout: 3000 });
    });
  }

  /** The rows that are shown, top to bottom: label and description as they are read. */
  async treeRows(): Promise<readonly string[]> {
    const rows = await this.sideBar.getByRole('treeitem').all();
    return Promise.all(
      rows.map(async (row) =>
        (await row.locator('.label-name, .label-description').allInnerTexts()).join(' '),
      ),
    );
  }

  /** The entries of a row's context menu; leaves the menu open. */
  async contextMenuEntries(item: Locator): Promise<readonly string[]> {
    await item.click({ button: 'right' });
    const menu = this.page.locator('.context-view .monaco-menu');
    await menu.getByRole('menuitem').first().waitFor();
    return (await menu.getByRole('menuitem').allInnerTexts()).map((text) => text.trim().split('\n')[0] ?? '');
  }

  /** Chooses an entry of a row's context menu. */
  async contextMenu(item: Locator, entry: string): Promise<void> {
    const menu = this.page.locator('.context-view .monaco-menu');
    const choice = this.page.locator('.context-view').getByRole('menuitem', { name: entry, exact: true });
    // Rows that move just then give the menu of another one, or none.
    await until(async () => {
      if (await menu.isVisible()) await this.page.keyboard.press('Escape');
      await item.click({ button: 'right', timeout: 3000 });
      await choice.waitFor({ timeout: 3000 });
    });
    // A menu ignores clicks in its first 100 ms, so that the click that opened it chooses nothing.
    await until(async () => {
      await choice.click({ timeout: 1000 }).catch(() => {});
      await choice.waitFor({ state: 'hidden', timeout: 300 });
    });
  }

  /** Clicks an action in the title bar of our view, or of the row it is given. */
  async inlineAction(name: string, item?: Locator): Promise<void> {
    const place = item ?? this.sideBar.locator('.composite.title, .pane-header');
    // What is drawn anew under the mouse has no actions until the mouse moves again.
    await until(async () => {
      await (item ?? this.sideBar.locator('.pane-body').first()).hover({ timeout: 3000 });
      await place.getByRole('button', { name }).first().click({ timeout: 3000 });
    });
  }

  /** Runs a command by its full title (`Dataverse WebHooks: Refresh`) from the palette. */
  async runCommand(title: string): Promise<void> {
    // Other titles may begin with it. Behind a title stand dots, a key, or that it was used before.
    const words = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const name = new RegExp(`^${words}(…|\\.\\.\\.)?(,|$)`);
    // A window that has just opened may take the focus, which closes the palette.
    await until(async () => {
      await this.typeInPalette(title);
      await this.quickInput.getByRole('option', { name }).first().click({ timeout: 3000 });
      // A list that is filled anew just then takes no click.
      await this.#palette.waitFor({ state: 'hidden', timeout: 5000 });
    });
  }

  /** The titles the palette offers for what is typed; leaves the palette open. */
  async paletteTitles(text: string): Promise<readonly string[]> {
    await this.typeInPalette(text);
    await this.quickInput.getByRole('option').first().waitFor();
    const names = await this.quickInput
      .getByRole('option')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
    // The label ends with the keybinding and "recently used" where there are any.
    return names.map((name) => name.split(', ')[0] ?? '');
  }

  private async typeInPalette(text: string): Promise<void> {
    // A menu or toast that is just closing takes the focus back, which closes the palette again.
    await until(async () => {
      await this.page.keyboard.press('F1');
      await this.#palette.fill(`>${text}`, { timeout: 2000 });
    });
  }

  /** The box of the command palette, while that is open. */
  get #palette(): Locator {
    return this.quickInputBox.and(this.page.getByPlaceholder('Type the name of a command to run.'));
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  /** The text box of a quick pick or an input box. */
  get quickInputBox(): Locator {
    return this.quickInput.locator('.quick-input-box input');
  }

  /** Waits for the step with this title (without its `(n/m)`) and answers with what it shows. */
  async quickInputStep(title: string | RegExp): Promise<QuickInputState> {
    const bar = this.quickInput.locator('.quick-input-title');
    await bar.and(this.page.getByText(title)).waitFor();
    const shown = (await bar.innerText()).trim();
    const step = /\((\d+\/\d+)\)$/.exec(shown)?.[1] ?? '';
    return {
      title: shown.replace(/\s*\(\d+\/\d+\)$/, ''),
      step,
      placeholder: (await this.quickInputBox.getAttribute('placeholder')) ?? '',
      value: await this.quickInputBox.inputValue(),
      password: (await this.quickInputBox.getAttribute('type')) === 'password',
    };
  }

  /** Waits until a flow is at this question, `2/6`: the one before may still be asking the service. */
  async quickInputAt(step: string): Promise<void> {
    await this.quickInput.locator('.quick-input-title', { hasText: `(${step})` }).waitFor();
  }

  /** Types into the open input, replacing what is there; does not accept it. */
  async typeText(text: string): Promise<void> {
    await this.quickInputBox.fill(text);
  }

  /** Answers a text input. */
  async answer(text: string): Promise<void> {
    await this.typeText(text);
    await this.accept();
  }

  /** Enter in the open question, whatever has the focus at this moment. */
  async accept(): Promise<void> {
    await this.quickInputBox.press('Enter');
  }

  /** Picks a row of a quick pick by its label, scrolling to it by typing when the list is long. */
  async pick(label: string | RegExp): Promise<void> {
    const row = this.quickInput.getByRole('option', { name: label }).first();
    if (typeof label === 'string') await this.quickInputBox.fill(label);
    await row.waitFor();
    await row.click();
  }

  /** Ticks rows of a multi-select pick and confirms. */
  async pickMany(labels: readonly string[]): Promise<void> {
    for (const label of labels) {
      await this.quickInputBox.fill(label);
      await this.quickInput.getByRole('checkbox', { name: label }).first().click();
    }
    await this.quickInput.getByRole('button', { name: 'OK' }).click();
  }

  /** The labels of the rows a quick pick shows. */
  async pickLabels(): Promise<readonly string[]> {
    await this.quickInput.getByRole('option').first().waitFor();
    const rows = await this.quickInput.locator('.monaco-list-row').all();
    // A row's detail line has the same class as its label.
    return Promise.all(rows.map((row) => row.locator('.label-name').first().innerText()));
  }

  /** Waits until the message under the input says this; what it says besides is VS Code's own hint. */
  async validationMessage(text: string | RegExp): Promise<void> {
    await this.quickInput.locator('.quick-input-message', { hasText: text }).waitFor();
  }

  /** Clicks the quick input's Back arrow, or another of its buttons. */
  async quickInputButton(name: string): Promise<void> {
    await this.quickInput.getByRole('button', { name }).click();
  }

  /** Presses Escape and waits until the quick input is gone. One that is still closing takes no key; the next one does. */
  async escapeQuickInput(): Promise<void> {
    const open = this.page.locator('.quick-input-widget:not(.quick-input-widget-closing)');
    await open.waitFor();
    await until(async () => {
      if (await open.isVisible()) await this.quickInputBox.press('Escape', { timeout: 2000 });
      await this.quickInput.waitFor({ state: 'hidden', timeout: 2000 });
    });
  }

  /** Notifications with this text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  /** All toasts that are shown now. */
  async notifications(): Promise<readonly string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  /** Closes all toasts. */
  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.page.locator('.notification-toast').first().waitFor({ state: 'hidden' });
  }

  /** Clicks a button of the notification with this text. */
  async notificationButton(text: string | RegExp, button: string): Promise<void> {
    await this.notification(text).getByRole('button', { name: button }).click();
  }

  /** The modal dialog, when one is open. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Answers the modal dialog by the name of a button and waits until it is gone. */
  async answerDialog(button: string): Promise<void> {
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
    await this.dialog.waitFor({ state: 'hidden' });
  }

  /**
   * A lens of an editor that can be clicked. The editor also shows lenses as it remembers them, which look the same and
   * do nothing: for a second after anything that has lenses was registered, be it for other files.
   */
  lens(title: string): Locator {
    const live = this.page.locator('.codelens-decoration').getByRole('button');
    return live.and(this.page.getByText(title, { exact: true }));
  }

  /**
   * Points at something until its tooltip says a text, and answers with that tooltip. A row that is drawn anew under the
   * mouse loses its tooltip, as it does for everybody, until it is pointed at again.
   */
  async pointAt(item: Locator, text: string | RegExp): Promise<Locator> {
    const told = this.page.locator('.monaco-hover:visible').filter({ hasText: text });
    await until(async () => {
      await this.pointAway();
      await item.hover({ timeout: 3000 });
      await told.waitFor({ timeout: 5000 });
    });
    return told;
  }

  /** Moves the mouse to where nothing has a tooltip, and waits until none is shown. */
  async pointAway(): Promise<void> {
    // A tooltip that comes after the mouse has left stays until it moves again.
    let x = 1;
    await until(async () => {
      await this.page.mouse.move((x = x === 1 ? 300 : 1), 1);
      await this.page.locator('.monaco-hover:visible').first().waitFor({ state: 'hidden', timeout: 2000 });
    });
  }

  /** Waits until the text editor that shows this has the keys: its lines are there a moment before. */
  async editorWithKeys(text: string | RegExp): Promise<void> {
    const line = this.page.locator('.view-line', { hasText: text });
    await this.page.locator('.monaco-editor.focused').filter({ has: line }).first().waitFor();
  }

  /** The tab of an editor or panel. */
  editorTab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name: title });
  }

  /** The page inside the webview whose tab has this title: two frames deep, and shown. */
  async webviewFrame(title: string | RegExp): Promise<FrameLocator> {
    const tab = this.editorTab(title).first();
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    // VS Code keeps the frames of hidden webviews; only the shown one is visible.
    const outer = this.page.locator('iframe.webview.ready').filter({ visible: true }).first();
    await outer.waitFor();
    const inner = outer.contentFrame().locator('#active-frame');
    await inner.waitFor();
    return inner.contentFrame();
  }

  /** The item of the status bar with this text. */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** Takes a picture of the window into out/screenshots. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(ROOT, 'out', 'screenshots', `${name}.png`);
    // A tooltip would hide what the picture is about.
    await this.pointAway();
    // What fades in is shown as it will be.
    await this.page.screenshot({ path: file, animations: 'disabled' });
    return file;
  }

  /** Changes settings of the user; those that count from the start on need the window to be opened again. */
  async changeSettings(changed: Readonly<Record<string, unknown>>): Promise<void> {
    const file = path.join(this.#server.dataFolder, 'data', 'User', 'settings.json');
    const settings = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...settings, ...changed }));
  }

  /** What the extension host logged, for a failure's report. */
  async extensionHostLog(): Promise<string> {
    return this.#server.extensionHostLog();
  }

  /**
   * Where a text occurs in what the editor keeps: settings, logs and storage on disk, local storage and databases of
   * the page. For proving that a secret is nowhere.
   */
  async placesWith(text: string): Promise<readonly string[]> {
    return placesWith(this.page, path.join(this.#server.dataFolder, 'data'), text);
  }

  /** Closes the browser, ends the server and removes the workspace. */
  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    await rm(this.workspace, { recursive: true, force: true });
  }

  /** Fails unless no notification is shown: for what must happen in silence. */
  async assertNoNotification(): Promise<void> {
    assert.deepEqual(await this.notifications(), []);
  }
}
