import { appendFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findChromium } from './host/chromium';
import { runCommand } from './host/leash';
import { inPackage, ROOT, VSIX } from './host/paths';
import { runHostTests } from './host/runHostTests';
import { installServerBuild } from './host/serverBuild';

/** What a layer came to. A layer that could not run has one failure that says why. */
export interface Result {
  readonly passed: number;
  /** How many tests excused themselves. */
  readonly pending?: number;
  readonly failures: ReadonlyArray<{ readonly title: string; readonly text: string }>;
}

export interface Layer {
  readonly name: string;
  /** What must be made before it: bundles, and the packaged extension. */
  readonly needs: { readonly build: boolean; readonly vsix: boolean };
  readonly run: () => Promise<Result>;
}

/** How long the tests of one layer may take together, in milliseconds: without and with a browser. */
const LAYER_LIMIT = 5 * 60_000;
const BROWSER_LAYER_LIMIT = 20 * 60_000;
/** How long a test process may live on after its last test, in milliseconds. */
const LINGER_LIMIT = 10_000;

const OUT = path.join(ROOT, 'out');

/** All layers, in the order in which they run: fastest first. */
export const LAYERS: readonly Layer[] = [
  { name: 'static', needs: { build: false, vsix: false }, run: runStatic },
  mochaLayer('unit', { build: false, vsix: false }),
  mochaLayer('contract', { build: true, vsix: false }),
  mochaLayer('manifest', { build: true, vsix: true }),
  mochaLayer(
    'webview',
    { build: true, vsix: false },
    { timeout: 60_000, limit: BROWSER_LAYER_LIMIT, prepare: findChromium },
  ),
  { name: 'host', needs: { build: true, vsix: false }, run: runHost },
  mochaLayer(
    'e2e',
    { build: true, vsix: true },
    { timeout: 120_000, limit: BROWSER_LAYER_LIMIT, prepare: prepareWorkbench },
  ),
];

async function prepareWorkbench(): Promise<void> {
  await findChromium();
  await installServerBuild();
}

const CHECKS: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['types of src', [inPackage('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']],
  ['types of src/webview', [inPackage('typescript', 'bin', 'tsc'), '-p', 'src/webview/tsconfig.json']],
  ['types of test and scripts', [inPackage('typescript', 'bin', 'tsc'), '-p', 'test/tsconfig.json']],
  ['eslint', [inPackage('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0']],
  ['prettier', [inPackage('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
];

/** Each static check counts as one test. They run side by side. */
async function runStatic(): Promise<Result> {
  const outcomes = await Promise.all(
    CHECKS.map(async ([title, args]) => ({
      title,
      ...(await runCommand(process.execPath, args, { cwd: ROOT })),
    })),
  );
  const failures = outcomes
    .filter(({ code }) => code !== 0)
    .map(({ title, output }) => ({ title, text: output.trim() }));
  return { passed: outcomes.length - failures.length, failures };
}

/** Builds all bundles, for production and for the host tests. @throws Error with the compiler's words */
export async function build(): Promise<void> {
  const { code, output } = await runCommand(process.execPath, ['esbuild.js', '--production', '--tests'], {
    cwd: ROOT,
  });
  if (code !== 0) throw new Error(`The build failed:\n${output.trim()}`);
}

/** Packages what was built. @throws Error with vsce's words */
export async function packageVsix(): Promise<void> {
  await mkdir(OUT, { recursive: true });
  await rm(VSIX, { force: true });
  // Everything is bundled, so there are no dependencies to pack. Without a repository in the manifest there is no
  // address that the README's relative links could be turned into.
  const manifest: unknown = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const hasRepository = typeof manifest === 'object' && manifest !== null && 'repository' in manifest;
  const anywhere = hasRepository ? [] : ['--allow-missing-repository', '--no-rewrite-relative-links'];
  const args = ['package', '--no-dependencies', ...anywhere, '--out', VSIX];
  const { code, output } = await runCommand(
    process.execPath,
    [inPackage('@vscode', 'vsce', 'vsce'), ...args],
    {
      cwd: ROOT,
    },
  );
  if (code !== 0) throw new Error(`vsce did not package the extension:\n${output.trim()}`);
}

function mochaLayer(
  name: string,
  needs: Layer['needs'],
  options: {
    readonly timeout?: number;
    readonly limit?: number;
    readonly prepare?: () => Promise<unknown>;
  } = {},
): Layer {
  return {
    name,
    needs,
    async run() {
      await options.prepare?.();
      const timeout = options.timeout === undefined ? [] : ['--timeout', String(options.timeout)];
      const args = [
        '--reporter',
        path.join('scripts', 'reporter.cjs'),
        ...timeout,
        `test/${name}/**/*.test.ts`,
      ];
      return collect(name, async (resultFile, onOutput) => {
        const code = await runMocha(args, options.limit ?? LAYER_LIMIT, resultFile, onOutput);
        if (code === 'lingered') throw new Error('its tests ended but left a timer, socket or process open');
        if (code === 'timeout')
          throw new Error('its tests took too long; these lines are the last they printed');
        if (code !== 0) throw new Error(`mocha ended with code ${code}`);
      });
    },
  };
}

/** Runs mocha; ends it when it takes too long, or lives on after its last test. */
async function runMocha(
  args: readonly string[],
  timeLimit: number,
  resultFile: string,
  onOutput: (text: string) => void,
): Promise<number | 'lingered' | 'timeout'> {
  let reason: 'lingered' | 'timeout' | undefined;
  const ending = new AbortController();
  const end = (why: 'lingered' | 'timeout') => {
    reason = why;
    ending.abort();
  };
  const limit = setTimeout(() => end('timeout'), timeLimit);
  let linger: NodeJS.Timeout | undefined;
  const { code } = await runCommand(process.execPath, [inPackage('mocha', 'bin', 'mocha.js'), ...args], {
    cwd: ROOT,
    env: { ...process.env, TEST_RESULT: resultFile },
    signal: ending.signal,
    onData(text) {
      onOutput(text);
      if (text.includes(TESTS_ENDED)) linger = setTimeout(() => end('lingered'), LINGER_LIMIT);
    },
  });
  clearTimeout(limit);
  clearTimeout(linger);
  return reason ?? code;
}

/** What scripts/reporter.cjs prints after the last test. */
const TESTS_ENDED = '-- tests ended --';

async function runHost(): Promise<Result> {
  return collect('host', (resultFile, onOutput) => runHostTests({ resultFile, onOutput }));
}

/**
 * Runs tests that leave their totals in a file, and keeps what they print in out/logs. When no totals appear, or
 * the run says that it failed although no test did, that is a failure of its own.
 */
async function collect(
  name: string,
  run: (resultFile: string, onOutput: (text: string) => void) => Promise<void>,
): Promise<Result> {
  const resultFile = path.join(OUT, 'results', `${name}.json`);
  await rm(resultFile, { force: true });
  const logFile = path.join(OUT, 'logs', `${name}.log`);
  await mkdir(path.dirname(logFile), { recursive: true });
  await writeFile(logFile, '');
  let output = '';
  let problem: string | undefined;
  try {
    await run(resultFile, (text) => {
      output += text;
      // At once, so that the log of a run that hangs or is killed says where.
      appendFileSync(logFile, text);
      if (process.argv.includes('--verbose')) process.stdout.write(text);
    });
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const result = await readResult(resultFile);
  if (result === undefined) {
    const tail = output.trim().split('\n').slice(-30).join('\n');
    return {
      passed: 0,
      failures: [{ title: `${name} did not run`, text: `${problem ?? 'no totals were written'}\n${tail}` }],
    };
  }
  if (problem === undefined || result.failures.length > 0) return result;
  return { passed: result.passed, failures: [{ title: `${name} did not end well`, text: problem }] };
}

async function readResult(file: string): Promise<Result | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Result);
}
