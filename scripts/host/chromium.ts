import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { runCommand } from './leash';

/** Flags that keep a browser quiet and let it run as root in a container. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const LINUX_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];

/** Where a Chrome, Edge or Chromium may be, best first. Pure, so that every platform can be tested on one. */
export function chromiumCandidates(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): readonly string[] {
  const override = env['CHROMIUM_PATH'];
  if (override !== undefined && override !== '') return [override];
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    return roots
      .filter((root) => root !== undefined)
      .flatMap((root) => [
        path.win32.join(root, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        path.win32.join(root, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        path.win32.join(root, 'Chromium', 'Application', 'chrome.exe'),
      ]);
  }
  if (platform === 'darwin') {
    const folders = ['/Applications', path.posix.join(env['HOME'] ?? '/var/empty', 'Applications')];
    const apps = ['Google Chrome', 'Microsoft Edge', 'Chromium'];
    return folders.flatMap((folder) => apps.map((app) => `${folder}/${app}.app/Contents/MacOS/${app}`));
  }
  const folders = [
    ...(env['PATH'] ?? '').split(':').filter((folder) => folder !== ''),
    '/usr/bin',
    '/snap/bin',
  ];
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => path.posix.join(folder, name)));
}

/**
 * The browser to drive. As root on Debian and Ubuntu a missing one is installed with apt-get.
 * @throws Error with one sentence that says what is missing and how to get it
 */
export async function findChromium(): Promise<string> {
  const candidates = chromiumCandidates(process.platform, process.env);
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined) return found;
  const override = process.env['CHROMIUM_PATH'];
  if (override !== undefined && override !== '') {
    throw new Error(`CHROMIUM_PATH names ${override}, which does not exist.`);
  }
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('No Chrome, Edge or Chromium was found; installing the chromium package with apt-get.');
    if (await installWithApt()) {
      const installed = candidates.find((file) => existsSync(file));
      if (installed !== undefined) return installed;
    }
  }
  throw new Error(
    'No Chrome, Edge or Chromium was found: install one (Debian and Ubuntu: apt-get install chromium) or set CHROMIUM_PATH.',
  );
}

async function installWithApt(): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    runCommand('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], {
      env,
    });
  if ((await install()).code === 0) return true;
  // A fresh container has no package lists, or stale ones.
  await runCommand('apt-get', ['update'], { env });
  return (await install()).code === 0;
}

/**
 * Starts a headless browser; it ends with this process, because playwright talks to it over a pipe.
 * @throws Error with one sentence when there is none
 */
export async function launchChromium(options: { readonly args?: readonly string[] } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: [...FLAGS, ...(options.args ?? [])],
    // We end the browser ourselves; playwright's own signal handlers would race with that.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
