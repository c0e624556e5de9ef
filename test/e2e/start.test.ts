import assert from 'node:assert/strict';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../scripts/host/chromium';
import { type Leashed, leash } from '../../scripts/host/leash';
import { ROOT } from '../../scripts/host/paths';

/** Waits until a program has printed this, and answers with the first group of the match. */
function printed(program: Leashed, pattern: RegExp): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const collect = (data: Buffer) => {
      output += data.toString();
      const found = pattern.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    program.stdout.on('data', collect);
    program.stderr.on('data', collect);
    void program.ended.then((code) => reject(new Error(`It ended with code ${code}: ${output}`)));
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(5000) });
    return true;
  } catch {
    return false;
  }
}

describe('npm start', () => {
  let program: Leashed;
  let browser: Browser;
  let workbench: string;
  let sandbox: string;
  before(async () => {
    program = leash(
      process.execPath,
      ['--import', 'tsx', path.join('scripts', 'start.ts'), '--no-open', '--no-build'],
      { cwd: ROOT, env: { ...process.env, DVW_HOST: 'server' } },
    );
    [workbench, sandbox, browser] = await Promise.all([
      printed(program, /Open in a browser: (\S+)\n/),
      printed(program, /Sandbox: (\S+)\n/),
      launchChromium(),
    ]);
  });
  after(async () => {
    await browser.close();
    await program.stop();
  });

  it('opens our view, connected to the sandbox, without a click', async () => {
    const page = await browser.newPage();
    await page.goto(workbench);
    const item = page.getByRole('treeitem', { name: `Sandbox, ${new URL(sandbox).host}` });
    await item.waitFor({ timeout: 30_000 });
    await page.screenshot({ path: path.join(ROOT, 'out', 'screenshots', 'npm-start.png') });
  });

  it('leaves neither the sandbox nor VS Code behind', async () => {
    assert.deepEqual(await Promise.all([answers(sandbox), answers(workbench)]), [true, true]);
    await program.stop();
    assert.deepEqual(await Promise.all([answers(sandbox), answers(workbench)]), [false, false]);
  });
});
