import path from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../../scripts/host/paths';

/** What is on screen at the end of a test that fails is part of its failure: nobody can look at it later. */
const shown = new Set<Page>();

/** From here on a failing test tells what this page shows, and leaves a picture of it, until the page is closed. */
export function tellAtFailure(page: Page): void {
  shown.add(page);
  page.once('close', () => shown.delete(page));
}

afterEach(async function () {
  const test = this.currentTest;
  if (test?.state !== 'failed' || test.err === undefined) return;
  const name = test
    .fullTitle()
    .replace(/[^\w]+/g, '-')
    .slice(0, 100);
  const told = await Promise.all(
    [...shown].map((page, index) => whatIsSeen(page, `failed-${name}-${index}`)),
  );
  // scripts/reporter.cjs prints it below the error.
  Object.assign(test.err, { seen: told.join('\n') });
});

/** Texts of what takes part in most failures; no value of a field, which may be a secret. */
async function whatIsSeen(page: Page, name: string): Promise<string> {
  const texts = async (label: string, selector: string, attribute = ''): Promise<string> => {
    const all = await page
      .locator(selector)
      .filter({ visible: true })
      .evaluateAll(
        (elements, from) =>
          elements.map((element) => (from === '' ? element.textContent : element.getAttribute(from))),
        attribute,
      );
    return all.length === 0 ? '' : `  ${label}: ${all.map((text) => (text ?? '').trim()).join(' | ')}`;
  };
  const file = path.join('out', 'screenshots', `${name}.png`);
  try {
    await page.screenshot({ path: path.join(ROOT, file), timeout: 5000 });
    const lines = await Promise.all([
      texts('tabs', '.tabs-container [role=tab]', 'aria-label'),
      texts('question', '.quick-input-title, .quick-input-message'),
      texts('rows of the question', '.quick-input-widget [role=option]', 'aria-label'),
      texts('dialog', '.monaco-dialog-box'),
      texts('notifications', '.notification-list-item-message'),
      texts('tooltip', '.monaco-hover'),
      texts('menu', '.context-view [role=menuitem]'),
      texts('focus', ':focus', 'aria-label'),
    ]);
    return [`Seen then, in ${file}:`, ...lines.filter((line) => line !== '')].join('\n');
  } catch (error) {
    return `What was seen then could not be told: ${String(error)}`;
  }
}
