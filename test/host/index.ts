import { globSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/** A test in here may open panels and start processes. */
const TEST_LIMIT = 30_000;

/**
 * Runs the test bundles beside this file in VS Code's extension host: what `extensionTestsPath` names, in the desktop
 * build and in the server build alike. Rejects when a test fails; the totals go where TEST_RESULT says.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    timeout: TEST_LIMIT,
    forbidOnly: true,
    reporter: path.resolve(__dirname, '..', '..', '..', 'scripts', 'reporter.cjs'),
  });
  for (const file of globSync('**/*.test.js', { cwd: __dirname }).sort())
    mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
