import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchChromium } from './chromium';
import { chooseHost } from './choose';
import { runInDesktop } from './desktop';
import { ROOT } from './paths';
import { startServer, workbenchUrl } from './serverBuild';

/** How long all host tests together may take, in milliseconds. */
const RUN_LIMIT = 10 * 60_000;

export interface HostTests {
  /** Where the totals go, as scripts/reporter.cjs writes them. */
  readonly resultFile: string;
  /** The folder of the extension; ours unless a test says otherwise. */
  readonly extension?: string;
  /** The module that exports `run()`; our bundle unless a test says otherwise. */
  readonly testsPath?: string;
  /** Receives what the tests print. */
  readonly onOutput: (text: string) => void;
}

/**
 * Runs the host tests in whichever VS Code this machine can have, and says which one that was.
 * @throws Error with one sentence when there is none, or when VS Code ended before the tests did
 */
export async function runHostTests(tests: HostTests): Promise<void> {
  const extension = tests.extension ?? ROOT;
  const testsPath = tests.testsPath ?? path.join(ROOT, 'out', 'test', 'host', 'index.js');
  const folder = await mkdtemp(path.join(tmpdir(), 'dvw-workspace-'));
  const env = { TEST_RESULT: tests.resultFile };
  try {
    const host = await chooseHost();
    tests.onOutput(`Using the ${host.kind} build of VS Code: ${host.why}.\n`);
    if (host.kind === 'desktop') await runInDesktop(host.executable, { extension, testsPath, folder, env });
    else await runInServer({ extension, testsPath, folder, env, onOutput: tests.onOutput });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runInServer(tests: {
  readonly extension: string;
  readonly testsPath: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onOutput: (text: string) => void;
}): Promise<void> {
  const browser = await launchChromium();
  try {
    const server = await startServer({ env: tests.env, driver: true });
    let limit: NodeJS.Timeout | undefined;
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const code = await new Promise<number>((resolve, reject) => {
        limit = setTimeout(() => reject(new Error('the tests took too long')), RUN_LIMIT);
        page.on('crash', () => reject(new Error('the page crashed')));
        void server.ended.then((ended) => reject(new Error(`the server ended with code ${ended}`)));
        // The two functions by which the page tells its driver what the tests print and that they ended.
        Promise.all([
          page.exposeFunction('codeAutomationLog', (_type: string, words: readonly unknown[]) =>
            tests.onOutput(`${consoleText(words)}\n`),
          ),
          page.exposeFunction('codeAutomationExit', (exit: number) => resolve(exit)),
        ])
          .then(() => page.goto(workbenchUrl(server.url, tests)))
          .catch(reject);
      });
      if (code !== 0) throw new Error(`the tests ended with code ${code}`);
    } catch (error) {
      tests.onOutput(await server.extensionHostLog());
      throw error;
    } finally {
      clearTimeout(limit);
      await server.stop();
    }
  } finally {
    await browser.close();
  }
}

/** The words of a console call as text: `%s`, `%d` and `%c` filled in, as mocha's reporters use them. */
export function consoleText(words: readonly unknown[]): string {
  const [format, ...rest] = words;
  if (typeof format !== 'string') return words.map(asText).join(' ');
  const filled = format.replaceAll(/%([sdicoO%])/g, (whole, kind: string) => {
    if (kind === '%') return '%';
    const word = rest.shift();
    return kind === 'c' ? '' : word === undefined ? whole : asText(word);
  });
  return [filled, ...rest.map(asText)].join(' ');
}

function asText(word: unknown): string {
  return typeof word === 'string' ? word : JSON.stringify(word);
}
