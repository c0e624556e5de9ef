import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';

/** How long a key may take to be followed, in milliseconds. */
const PATIENCE = 20_000;
/** How many stops a person would try before giving up. */
const STOPS = 60;

/** What a person at the keyboard learns of where the focus is. */
export interface Focused {
  /** Name as it is read, on one line. */
  readonly name: string;
  /** Role as written, or the element's own name. */
  readonly role: string;
  readonly id: string;
}

/** Runs in a frame, as text: the element with the focus, or the row of a list or tree that has it for a reader. */
const FOCUSED = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const active = element?.getAttribute('aria-activedescendant');
  const isText = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  if (active && !isText) element = document.getElementById(active) ?? element;
  return element;
})()`;

/** Runs in a frame, as text: what a reader is told of an element. */
const DESCRIBED = `(element) => {
  if (element === document.body) return { name: '', role: 'body', id: '' };
  const text = (value) => (value ?? '').replace(/\\s+/g, ' ').trim().slice(0, 300);
  const role = element.getAttribute('role') ?? element.localName;
  const spoken = element.cloneNode(true);
  for (const hidden of spoken.querySelectorAll('[aria-hidden="true"]')) hidden.remove();
  const labelledBy = (element.getAttribute('aria-labelledby') ?? '').split(' ');
  const name =
    text(labelledBy.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')) ||
    text(element.getAttribute('aria-label')) ||
    text(element.labels?.[0]?.textContent) ||
    text(element.getAttribute('placeholder')) ||
    // What holds other things is not named by all of their text.
    (/^(menu|tree|listbox|grid|table|div|status)$/.test(role) ? '' : text(spoken.textContent));
  return { name, role, id: element.id };
}`;

/** A person who has no mouse: presses keys and reads what has the focus, and nothing else. */
export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  /** What has the focus now, down to the page inside of a webview. */
  async focused(): Promise<Focused> {
    let frame: Frame = this.#page.mainFrame();
    for (;;) {
      const handle = await frame.evaluateHandle<Element>(FOCUSED);
      const inner = await handle.contentFrame().catch(() => null);
      if (inner === null) return frame.evaluate<Focused>(`(${DESCRIBED})(${FOCUSED})`);
      frame = inner;
    }
  }

  /** Waits until the focus is on something of this name, without a key. */
  async focusIs(name: RegExp, patience = PATIENCE): Promise<Focused> {
    const end = Date.now() + patience;
    for (;;) {
      const focused = await this.focused().catch(() => undefined);
      if (focused !== undefined && name.test(focused.name)) return focused;
      if (Date.now() > end)
        assert.fail(`The focus did not come to ${name}; it is on ${JSON.stringify(focused)}`);
    }
  }

  /** Presses a key again and again until something of this name has the focus; it must not take many. */
  async pressUntil(key: string, name: RegExp): Promise<Focused> {
    const passed: string[] = [];
    for (let stop = 0; stop <= STOPS; stop += 1) {
      const focused = await this.focused();
      if (name.test(focused.name)) return focused;
      passed.push(`${focused.role} ${focused.name}`);
      await this.press(key);
    }
    return assert.fail(`${key} never reached ${name}; it passed:\n${passed.join('\n')}`);
  }

  /** Runs a command of the palette. */
  async command(title: string): Promise<void> {
    const palette = 'Type the name of a command to run';
    // A window that is just opening takes the focus back, which closes the palette; then one presses the key again.
    for (let time = 0; time < 5 && !(await this.focused()).name.includes(palette); time += 1) {
      await this.press('F1');
      await this.focusIs(new RegExp(palette), 3000).catch(() => undefined);
    }
    await this.type(title);
    await this.#page
      .locator('.quick-input-widget .monaco-list-row.focused', { hasText: title })
      .waitFor({ timeout: PATIENCE });
    await this.press('Enter');
  }

  /** Opens the menu of what has the focus and chooses one of its entries. */
  async menu(entry: RegExp): Promise<void> {
    const menu = this.#page.locator('.context-view .monaco-menu');
    // A row that is just drawn anew has no menu; then one presses the key again.
    for (let time = 0; time < 4 && !(await menu.isVisible()); time += 1) {
      await this.press('ContextMenu');
      await menu.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await menu.waitFor({ timeout: 1000 });
    await this.pressUntil('ArrowDown', entry);
    await this.press('Enter');
  }
}
