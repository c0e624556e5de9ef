import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { extensionFiles } from '../../scripts/activationFiles';
import { ROOT } from '../../scripts/host/paths';
import { median, type Bench, type Figure } from './figure';

const run = promisify(execFile);
const DIST = path.join(ROOT, 'dist');
/** Bundles of their own that are loaded when they are first needed. */
const LATER = ['msal.js', 'nodeFetch.js', 'handlers.js'];
const ROUNDS = 15;

/**
 * Loads bundles in a process of its own, as the first thing it does, and prints the milliseconds. Of the editor there is
 * only a stand-in that is whatever it is taken for: nothing of it is called while a bundle loads.
 */
const PROGRAM = `
const Module = require('node:module');
const anything = new Proxy(function () {}, {
  get: (target, name) => (name === 'prototype' ? target.prototype : anything),
  apply: () => anything,
  construct: () => ({}),
  // A bundle copies the members of a module and keeps its prototype, where the rest is found.
  getPrototypeOf: () => anything,
});
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? anything : load(name, ...rest));
const start = performance.now();
for (const file of process.argv.slice(1)) require(file);
console.log(performance.now() - start);
process.exit(0);`;

async function loadTime(files: readonly string[]): Promise<number> {
  const paths = files.map((file) => path.join(DIST, file));
  const { stdout } = await run(process.execPath, ['-e', PROGRAM, ...paths]);
  return Number(stdout);
}

async function bytesOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(DIST, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What an activation loads, against all scripts that run in the extension host. */
export const activation: Bench = {
  name: 'activation',
  async run(): Promise<readonly Figure[]> {
    await run(process.execPath, ['esbuild.js', '--production'], { cwd: ROOT });
    const files = await extensionFiles();
    const [entry, all] = [['extension.js'], ['extension.js', ...files.later, ...LATER]];
    const times = { entry: [] as number[], all: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.entry.push(await loadTime(entry));
      times.all.push(await loadTime(all));
    }
    const [own, whole] = [median(times.entry), median(times.all)];
    const bytes = await bytesOf(files.activation);
    const allBytes = bytes + (await bytesOf([...files.later, ...LATER]));
    return [
      {
        name: 'what activation loads instead of everything: time to load',
        ratio: own / whole,
        note: `${own.toFixed(0)} ms, everything ${whole.toFixed(0)} ms`,
      },
      {
        name: 'what activation loads instead of everything: bytes',
        ratio: bytes / allBytes,
        note: `${(bytes / 1000).toFixed(0)} kB, everything ${(allBytes / 1000).toFixed(0)} kB`,
      },
    ];
  },
};
