import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { type Leashed, leash } from './leash';
import { QUIET_SETTINGS } from './settings';

export interface DesktopWindow {
  /** The workspace folder, absolute. */
  readonly folder: string;
  /** Folders of extensions to load from source. */
  readonly extensions: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Folders to remove when the window has closed. */
  readonly remove: readonly string[];
}

/** Opens a window of the desktop build with a fresh profile; it ends with us, or when the person closes it. */
export async function openDesktop(executable: string, window: DesktopWindow): Promise<Leashed> {
  const profile = await freshProfile();
  return leash(
    executable,
    [
      ...profileArguments(profile),
      ...window.extensions.map((folder) => `--extensionDevelopmentPath=${folder}`),
      // VS Code refuses to run as root with its sandbox.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-workspace-trust',
      '--skip-welcome',
      '--skip-release-notes',
      '--new-window',
      window.folder,
    ],
    { env: { ...process.env, ...window.env }, remove: [profile, ...window.remove] },
  );
}

/**
 * Runs a test module inside the desktop build.
 * @throws Error when it rejected, or VS Code ended otherwise than well
 */
export async function runInDesktop(
  executable: string,
  tests: {
    readonly extension: string;
    readonly testsPath: string;
    readonly folder: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const profile = await freshProfile();
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: tests.extension,
      extensionTestsPath: tests.testsPath,
      extensionTestsEnv: tests.env,
      launchArgs: [tests.folder, ...profileArguments(profile)],
    });
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A profile of its own, so that an open VS Code neither disturbs nor is disturbed. The path is short for sockets. */
async function freshProfile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dvw-'));
  await mkdir(path.join(folder, 'data', 'User'), { recursive: true });
  await writeFile(path.join(folder, 'data', 'User', 'settings.json'), JSON.stringify(QUIET_SETTINGS));
  return folder;
}

function profileArguments(profile: string): readonly string[] {
  return [
    `--user-data-dir=${path.join(profile, 'data')}`,
    `--extensions-dir=${path.join(profile, 'extensions')}`,
  ];
}
