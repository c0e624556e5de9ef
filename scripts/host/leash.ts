import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';

/** A running command whose whole process group ends with us, whatever way we end. */
export interface Leashed {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles with the exit code once the command, its children and its folders are gone. Never rejects. */
  readonly ended: Promise<number>;
  /** Asks the command to end, insists after its time of grace, and waits until it is gone. */
  stop(): Promise<void>;
}

export interface LeashOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Folders to remove when the command has ended, also when we were killed. */
  readonly remove?: readonly string[];
  /** How long the command has to end by itself before it is killed, in milliseconds: 3000 unless given. */
  readonly grace?: number;
}

/** Starts a command on a leash (leash.cjs): it cannot outlive this process. */
export function leash(command: string, args: readonly string[], options: LeashOptions = {}): Leashed {
  const words = [String(options.grace ?? 3000), ...(options.remove ?? [])];
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'leash.cjs'), ...words, '--', command, ...args],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Out of the terminal's group, so that Ctrl+C reaches us alone and we decide the order of ending.
      detached: process.platform !== 'win32',
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    },
  );
  const ended = exitCode(child);
  child.stdin.on('error', () => {});
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** The exit code of a process: 1 when a signal ended it, 127 when it could not be started. */
export async function exitCode(child: ChildProcess): Promise<number> {
  try {
    await once(child, 'exit');
    return child.exitCode ?? 1;
  } catch {
    return 127;
  }
}

/** What a program printed, and how it ended. */
export interface Outcome {
  readonly code: number;
  /** Standard output and error, in the order they arrived. */
  readonly output: string;
}

/** Runs a command to its end, on a leash, and collects what it prints. `onData` sees it as it comes. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: LeashOptions & { readonly onData?: (text: string) => void; readonly signal?: AbortSignal } = {},
): Promise<Outcome> {
  const running = leash(command, args, options);
  let output = '';
  const collect = (data: Buffer) => {
    output += data.toString();
    options.onData?.(data.toString());
  };
  running.stdout.on('data', collect);
  running.stderr.on('data', collect);
  const abort = () => void running.stop();
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted === true) abort();
  const drained = Promise.all([once(running.stdout, 'close'), once(running.stderr, 'close')]);
  const code = await running.ended;
  await drained;
  options.signal?.removeEventListener('abort', abort);
  return { code, output };
}
