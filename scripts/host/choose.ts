import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { HOSTS_FOLDER } from './paths';

/** How long the update server may take to answer before it counts as out of reach, in milliseconds. */
const PROBE_LIMIT = 4000;
const UPDATE_SERVER = 'https://update.code.visualstudio.com/api/releases/stable';

/** Which VS Code to use, and why, as one line for the user. */
export type Host =
  | { readonly kind: 'desktop'; readonly executable: string; readonly why: string }
  | { readonly kind: 'server'; readonly why: string };

/**
 * Picks the desktop build where a window can be shown and VS Code is installed or can be downloaded, else the server
 * build. `DVW_HOST=desktop|server` decides it by hand.
 * @throws Error with one sentence when the desktop build is demanded and there is none
 */
export async function chooseHost(env: NodeJS.ProcessEnv = process.env): Promise<Host> {
  const wanted = env['DVW_HOST'];
  if (wanted === 'server') return { kind: 'server', why: 'DVW_HOST says so' };
  if (wanted !== undefined && wanted !== '' && wanted !== 'desktop') {
    throw new Error(`DVW_HOST is ${wanted}; it may be desktop or server.`);
  }
  if (wanted !== 'desktop' && !hasDisplay(process.platform, env)) {
    return { kind: 'server', why: 'there is no display for the desktop build' };
  }
  const installed = desktopCandidates(process.platform, env).find((file) => existsSync(file));
  if (installed !== undefined) return { kind: 'desktop', executable: installed, why: 'VS Code is installed' };
  if (await updateServerAnswers()) {
    const executable = await downloadAndUnzipVSCode({ version: 'stable', cachePath: HOSTS_FOLDER });
    return { kind: 'desktop', executable, why: 'VS Code could be downloaded' };
  }
  if (wanted === 'desktop') {
    throw new Error('DVW_HOST=desktop, but VS Code is neither installed nor can it be downloaded.');
  }
  return { kind: 'server', why: 'VS Code is not installed and its download server is out of reach' };
}

/** Whether a window can be shown: always, but on Linux without X11 or Wayland. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

/**
 * Where the program itself may be. Not the `code` command, which starts it detached and returns: what we start
 * must be ours to end.
 */
export function desktopCandidates(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): readonly string[] {
  if (platform === 'win32') {
    return [
      env['LOCALAPPDATA'] === undefined ? undefined : path.win32.join(env['LOCALAPPDATA'], 'Programs'),
      env['PROGRAMFILES'],
    ]
      .filter((root) => root !== undefined)
      .map((root) => path.win32.join(root, 'Microsoft VS Code', 'Code.exe'));
  }
  if (platform === 'darwin') {
    return ['/Applications', path.posix.join(env['HOME'] ?? '/var/empty', 'Applications')].flatMap((folder) =>
      ['Code', 'Electron'].map((name) => `${folder}/Visual Studio Code.app/Contents/MacOS/${name}`),
    );
  }
  const commands = (env['PATH'] ?? '')
    .split(':')
    .filter((folder) => folder !== '')
    .map((folder) => path.posix.join(folder, 'code'))
    .filter((file) => existsSync(file));
  // The command is FOLDER/bin/code, the program FOLDER/code.
  const beside = commands.map((file) =>
    path.posix.join(path.dirname(path.dirname(realpathSync(file))), 'code'),
  );
  return [...beside, '/usr/share/code/code', '/snap/code/current/usr/share/code/code'];
}

async function updateServerAnswers(): Promise<boolean> {
  try {
    return (await fetch(UPDATE_SERVER, { signal: AbortSignal.timeout(PROBE_LIMIT) })).ok;
  } catch {
    return false;
  }
}
