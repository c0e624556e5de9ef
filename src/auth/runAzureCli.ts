import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { CancelledError, throwIfAborted } from '../base/errors';
import type { CommandResult, RunAzureCli } from './azureCli';

/** A token and what is around it; more is no answer. Characters. */
const MOST_OUTPUT = 256 * 1024;

/**
 * Runs `az` as it is found on the path. On Windows it is a batch file, which only the command interpreter can start;
 * the caller has made sure that no argument means anything to it.
 * @param options.limit milliseconds.
 */
export function createRunAzureCli(
  options: { readonly limit?: number; readonly path?: string } = {},
): RunAzureCli {
  return async (args, signal) => {
    throwIfAborted(signal);
    const ended = AbortSignal.any([signal, AbortSignal.timeout(options.limit ?? 60_000)]);
    const child = start(args, options.path);
    return new Promise<CommandResult>((resolve, reject) => {
      const stop = (): void => {
        child.kill();
      };
      ended.addEventListener('abort', stop, { once: true });
      const stdout = collect(child.stdout, stop);
      const stderr = collect(child.stderr, stop);
      const settle = (code: number | undefined): void => {
        ended.removeEventListener('abort', stop);
        if (signal.aborted) reject(new CancelledError());
        else resolve({ code, stdout: stdout(), stderr: stderr() });
      };
      child.on('error', (error) => settle('code' in error && error.code === 'ENOENT' ? undefined : -1));
      child.on('close', (code) => settle(code ?? -1));
      child.stdin.end();
    });
  };
}

function start(args: readonly string[], path: string | undefined): ChildProcessWithoutNullStreams {
  const env = path === undefined ? process.env : { ...process.env, PATH: path };
  return process.platform === 'win32'
    ? spawn('cmd.exe', ['/d', '/s', '/c', 'az', ...args], { env, windowsHide: true })
    : spawn('az', args, { env });
}

function collect(stream: NodeJS.ReadableStream, tooMuch: () => void): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > MOST_OUTPUT) tooMuch();
  });
  return () => text;
}
