import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chooseHost, type Host, hasDisplay } from './host/choose';
import { openDesktop } from './host/desktop';
import { runCommand } from './host/leash';
import { ROOT } from './host/paths';
import { anyContact, changeContactCommand, type SandboxProcess, startSandbox } from './host/sandboxProcess';
import { startServer, workbenchUrl } from './host/serverBuild';

const OPENER = path.join(ROOT, 'scripts', 'opener');

/** What a packaged extension holds; the rest of the repository is of no use to VS Code. */
const EXTENSION_PARTS = ['package.json', 'package.nls.json', 'dist', 'media', 'l10n', 'README.md', 'LICENSE'];

/** What is running for the user, until it ends or is ended. */
interface RunningHost {
  /** Settles when the host is gone, whoever ended it. Never rejects. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/**
 * `npm start [-- --no-open --no-build]`: builds, starts a sandbox with sample data, and opens VS Code with the extension
 * connected to it. Ends with Ctrl+C, when the window is closed, or when the sandbox dies; then everything it
 * started is gone.
 */
async function main(): Promise<number> {
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(name, () => resolve('interrupted'));
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'dvw-start-'));
  const open: Array<{ stop(): Promise<void> }> = [];
  try {
    // The interruption may come while things are still being made; what is made by then is in `open`.
    const started = start(folder, open);
    const outcome = await Promise.race([started, interrupted]);
    if (outcome === 'interrupted') {
      started.catch(() => {});
      return 0;
    }
    const { sandbox, host } = outcome;
    const end = await Promise.race([
      interrupted,
      sandbox.ended.then((code) => `The sandbox ended with code ${code}, so everything ends.`),
      host.ended.then((code) =>
        code === 0 ? 'closed' : `VS Code ended with code ${code}, so everything ends.`,
      ),
    ]);
    if (end === 'interrupted' || end === 'closed') return 0;
    console.error(end);
    return 1;
  } finally {
    await Promise.all(open.map((running) => running.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function start(
  folder: string,
  open: Array<{ stop(): Promise<void> }>,
): Promise<{ readonly sandbox: SandboxProcess; readonly host: RunningHost }> {
  if (!process.argv.includes('--no-build')) await build();
  const sandbox = await startSandbox();
  open.push(sandbox);
  const change = changeContactCommand(sandbox, await anyContact(sandbox));
  const workspace = await makeWorkspace(folder, sandbox.url, change);
  const choice = await chooseHost();
  console.log(`Using the ${choice.kind} build of VS Code: ${choice.why}.`);
  const host = await openHost(choice, {
    folder,
    workspace,
    env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line },
  });
  open.push(host);
  console.log(`\nSandbox: ${sandbox.url}\nChange a contact, and see what its webhooks do:\n\n  ${change}\n`);
  console.log('Ctrl+C ends everything.');
  return { sandbox, host };
}

async function build(): Promise<void> {
  const { code, output } = await runCommand(process.execPath, ['esbuild.js'], { cwd: ROOT });
  if (code !== 0) throw new Error(`The build failed:\n${output.trim()}`);
}

async function openHost(
  choice: Host,
  window: {
    readonly folder: string;
    readonly workspace: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<RunningHost> {
  if (choice.kind === 'desktop') {
    return openDesktop(choice.executable, {
      folder: window.workspace,
      extensions: [ROOT, OPENER],
      env: window.env,
      remove: [window.folder],
    });
  }
  const extension = await stageExtension(window.folder);
  // Not from source: the page would have to be in test mode for that, in which VS Code shows no notifications.
  const server = await startServer({
    unpacked: [extension, OPENER],
    env: window.env,
    remove: [window.folder],
  });
  const url = workbenchUrl(server.url, { folder: window.workspace });
  console.log(`\nOpen in a browser: ${url}`);
  if (mayOpenBrowser()) openBrowser(url);
  return server;
}

/** Copies what the package would hold, so that VS Code cannot touch the repository. */
async function stageExtension(folder: string): Promise<string> {
  const staged = path.join(folder, 'dataverse-webhooks');
  await mkdir(staged);
  for (const part of EXTENSION_PARTS) {
    const from = path.join(ROOT, part);
    if (existsSync(from)) await cp(from, path.join(staged, part), { recursive: true });
  }
  return staged;
}

async function makeWorkspace(folder: string, sandboxUrl: string, change: string): Promise<string> {
  const workspace = path.join(folder, 'sandbox-workspace');
  await mkdir(workspace);
  await writeFile(
    path.join(workspace, 'README.md'),
    `# Sandbox\n\nA local Dataverse with sample data runs at ${sandboxUrl}. It ends with \`npm start\`, and so does this folder.\n\n` +
      `Register a webhook and a step on *Update* of *contact* that watches *jobtitle*, then change one:\n\n\`\`\`sh\n${change}\n\`\`\`\n`,
  );
  return workspace;
}

function mayOpenBrowser(): boolean {
  return (
    !process.argv.includes('--no-open') && !process.env['CI'] && hasDisplay(process.platform, process.env)
  );
}

/** Opens the user's own browser. That it cannot be opened is no failure: the address is printed. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'win32'
      ? ['rundll32', 'url.dll,FileProtocolHandler', url]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
