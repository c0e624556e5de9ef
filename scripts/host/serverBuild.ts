import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installOnce } from './installOnce';
import { type Leashed, leash, type Outcome, runCommand } from './leash';
import { HOSTS_FOLDER, node24 } from './paths';
import { QUIET_SETTINGS } from './settings';

/** The npm package that carries the server build of VS Code 1.139.1. */
const VERSION = '4.139.1';

/** Native modules the server loads at once; without them it runs, but complains on every start. */
const NATIVE_MODULES = ['@vscode/spdlog', '@vscode/native-watchdog', '@parcel/watcher', 'node-pty'];

/** How long a server may take to get ready, in milliseconds; two to four seconds are usual. */
const START_LIMIT = 60_000;

/**
 * Installs the server build of VS Code through npm, once; later calls answer at once.
 * @returns the folder that holds `out/server-main.js`
 * @throws Error with one sentence when npm cannot get it
 */
export async function installServerBuild(): Promise<string> {
  const target = path.join(HOSTS_FOLDER, `server-${VERSION}`);
  await installOnce(target, `${VERSION} ${process.platform} ${process.arch}`, async (folder) => {
    console.log(`Installing the server build of VS Code (code-server ${VERSION}), once, into .vscode-test/.`);
    await fill(folder);
  });
  return serverFolder(target);
}

function serverFolder(installed: string): string {
  return path.join(installed, 'node_modules', 'code-server', 'lib', 'vscode');
}

async function fill(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  // Its own install scripts compile modules that only the code-server front end uses, and fail without Kerberos headers.
  const install = [
    'install',
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const server = serverFolder(folder);
  await need(npm([...install, '--no-save', `code-server@${VERSION}`], folder));
  await need(npm(install, server));
  await need(npm(install, path.join(server, 'extensions')));
  const rebuilt = await npm(['rebuild', ...NATIVE_MODULES], server);
  if (rebuilt.code !== 0) {
    console.log(
      'No compiler could build its native modules; it runs without them, with more noise in its log.',
    );
  }
  if (!existsSync(path.join(server, 'out', 'server-main.js'))) {
    throw new Error(`code-server ${VERSION} does not contain the server it should.`);
  }
}

async function need(run: Promise<Outcome>): Promise<void> {
  const { code, output } = await run;
  if (code === 0) return;
  const lines = output.trim().split('\n').slice(-3).join(' ');
  throw new Error(`The server build of VS Code could not be installed with npm (exit ${code}): ${lines}`);
}

/** Runs npm in a folder, the npm that runs us where there is one. */
function npm(args: readonly string[], cwd: string): Promise<Outcome> {
  // What an outer `npm test` was told about its own package must not reach this one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle|config_local_prefix)/i.test(name),
    ),
  );
  const cli = process.env['npm_execpath']?.replace(/npx-cli\.js$/, 'npm-cli.js');
  if (cli?.endsWith('npm-cli.js') === true && existsSync(cli)) {
    return runCommand(process.execPath, [cli, ...args], { cwd, env });
  }
  // npm is a script on Windows, which only a shell can start.
  return process.platform === 'win32'
    ? runCommand('cmd', ['/d', '/s', '/c', 'npm', ...args], { cwd, env })
    : runCommand('npm', args, { cwd, env });
}

export interface ServerOptions {
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine that the server runs on; those of machine scope count only here. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Environment variables the extension host gets on top of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** A packaged extension to install before the start. */
  readonly vsix?: string;
  /** Folders of unpacked extensions to install as they are; each becomes a copy of what it holds now. */
  readonly unpacked?: readonly string[];
  /**
   * Makes the page obey its payload, which can name ONE extension to load from source and a test bundle. The price:
   * VS Code then shows no notification toasts, so it is for tests inside the extension host only.
   */
  readonly driver?: boolean;
  /** Folders to remove when the server has ended, besides its own. */
  readonly remove?: readonly string[];
}

/** A running VS Code server with a data folder of its own. */
export interface RunningServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Holds user settings, installed extensions and logs; removed when the server has ended. */
  readonly dataFolder: string;
  /** Settles when the server is gone, whoever ended it. Never rejects. */
  readonly ended: Promise<number>;
  /** The logs of the extension hosts so far, for a failure's report. */
  extensionHostLog(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the server build (installing it on first use) on a free port of 127.0.0.1.
 * @throws Error when it does not get ready within a minute; the message ends with what it printed
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await installServerBuild();
  const main = path.join(server, 'out', 'server-main.js');
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'dvw-server-'));
  try {
    await furnish(dataFolder, main, options);
  } catch (error) {
    await rm(dataFolder, { recursive: true, force: true });
    throw error;
  }
  const running = leash(
    node24(),
    [
      ...[main, ...commonArguments(dataFolder), '--host', '127.0.0.1', '--port', '0'],
      ...['--without-connection-token', '--disable-telemetry'],
      ...(options.driver === true ? ['--enable-smoke-test-driver'] : []),
    ],
    { env: { ...process.env, ...options.env }, remove: [dataFolder, ...(options.remove ?? [])] },
  );
  const port = await readiness(running);
  return {
    url: `http://127.0.0.1:${port}`,
    dataFolder,
    ended: running.ended,
    extensionHostLog: () => readLogs(path.join(dataFolder, 'data', 'logs')),
    stop: () => running.stop(),
  };
}

/** Writes the settings and installs the extensions. */
async function furnish(dataFolder: string, main: string, options: ServerOptions): Promise<void> {
  await writeSettings(dataFolder, 'User', { ...QUIET_SETTINGS, ...options.settings });
  if (options.machineSettings !== undefined)
    await writeSettings(dataFolder, 'Machine', options.machineSettings);
  // Before the packaged one: its installation writes down what is there, and nothing else is loaded.
  for (const folder of options.unpacked ?? []) {
    await cp(folder, path.join(dataFolder, 'extensions', path.basename(folder)), { recursive: true });
  }
  if (options.vsix !== undefined) {
    const install = [main, '--install-extension', options.vsix, ...commonArguments(dataFolder)];
    const { code, output } = await runCommand(node24(), install);
    if (code !== 0)
      throw new Error(`VS Code did not install ${path.basename(options.vsix)}: ${output.trim()}`);
  }
}

function commonArguments(dataFolder: string): readonly string[] {
  return ['--accept-server-license-terms', '--server-data-dir', dataFolder];
}

async function writeSettings(
  dataFolder: string,
  of: 'User' | 'Machine',
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const folder = path.join(dataFolder, 'data', of);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/** Waits for the line that says the server listens, and answers with its port. */
async function readiness(running: Leashed): Promise<number> {
  let output = '';
  let limit: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const collect = (data: Buffer) => {
        // Only the start matters, and a server may print for days.
        if (output.length < 100_000) output += data.toString();
        const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
        if (port !== undefined) resolve(Number(port));
      };
      running.stdout.on('data', collect);
      running.stderr.on('data', collect);
      limit = setTimeout(() => reject(new Error('did not get ready within a minute')), START_LIMIT);
      void running.ended.then((code) => reject(new Error(`ended with code ${code}`)));
    });
  } catch (error) {
    await running.stop();
    throw new Error(`The server build of VS Code ${String(error)}: ${output.trim()}`, { cause: error });
  } finally {
    clearTimeout(limit);
  }
}

async function readLogs(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const logs = names.filter((name) => /exthost[^/\\]*[/\\].*\.log$/.test(name)).sort();
  const texts = await Promise.all(
    logs.map((name) => readFile(path.join(folder, name), 'utf8').catch(() => '')),
  );
  return texts.map((text, index) => `--- ${logs[index] ?? ''}\n${text}`).join('\n');
}

export interface PageOptions {
  /** The workspace folder, absolute. */
  readonly folder: string;
  /** The folder of the extension to load from source; needs a server with `driver`. */
  readonly extension?: string;
  /** A module that exports `run(): Promise<void>`, run inside the extension host. */
  readonly testsPath?: string;
}

/** The address that opens the workbench of a server, with an extension from source where one is given. */
export function workbenchUrl(serverUrl: string, page: PageOptions): string {
  const remote = (file: string) =>
    `vscode-remote://${new URL(serverUrl).host}${encodeURI(withSlashes(file))}`;
  const url = new URL(serverUrl);
  url.searchParams.set('folder', withSlashes(page.folder));
  if (page.extension !== undefined) {
    const tests = page.testsPath === undefined ? [] : [['extensionTestsPath', remote(page.testsPath)]];
    const payload = [['extensionDevelopmentPath', remote(page.extension)], ...tests, ['skipWelcome', 'true']];
    url.searchParams.set('payload', JSON.stringify(payload));
  }
  return url.href;
}

/** A file path as the path of a URI, not yet escaped: forward slashes, a leading one. */
function withSlashes(file: string): string {
  const slashes = file.replaceAll('\\', '/');
  return slashes.startsWith('/') ? slashes : `/${slashes}`;
}
