import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { leash, type Leashed } from '../../scripts/host/leash';
import { ROOT } from '../../scripts/host/paths';
import type { GeneratedFile } from '../../src/handlers/model';

/** A generated handler that runs as a process of its own. */
export interface RunningHandler {
  /** Where it listens. */
  readonly url: string;
  readonly folder: string;
  /** What it has printed so far. */
  readonly output: () => string;
  /** Resolves when it has printed what matches this many times. */
  printed(pattern: RegExp, count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Writes generated files below the repository, where the packages they need are found. The folder goes with `stop`. */
export async function writeHandler(files: readonly GeneratedFile[]): Promise<string> {
  await mkdir(path.join(ROOT, 'out'), { recursive: true });
  const folder = await mkdtemp(path.join(ROOT, 'out', 'handler-'));
  for (const { path: name, text } of files) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** Starts a program of a handler's folder and waits until it listens. */
export async function startHandler(
  folder: string,
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningHandler> {
  const running = leash(process.execPath, [program], {
    cwd: folder,
    env: { ...process.env, PORT: '0', ...env },
    remove: [folder],
  });
  let output = '';
  const url = await listening(running, (text) => (output += text));
  const printed = (pattern: RegExp, count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if ([...output.matchAll(pattern)].length < count) return;
        running.stdout.off('data', look);
        resolve();
      };
      running.stdout.on('data', look);
      look();
    });
  return { url, folder, output: () => output, printed, stop: () => running.stop() };
}

function listening(program: Leashed, keep: (text: string) => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const collect = (data: Buffer): void => {
      const address = /Listening at (\S+)/.exec(keep(data.toString()))?.[1];
      if (address !== undefined) resolve(address);
    };
    program.stdout.on('data', collect);
    program.stderr.on('data', collect);
    void program.ended.then((code) => reject(new Error(`It ended with code ${code}: ${keep('')}`)));
  });
}
