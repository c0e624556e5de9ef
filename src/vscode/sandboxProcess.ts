import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { CancelledError } from '../base/errors';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { parseSandboxAddress, SandboxStartError, type SandboxAddress } from '../environments/sandboxStart';

/** Milliseconds a sandbox may take until it tells its address. */
const START_LIMIT = 30_000;

/** A running sandbox: a process of its own that ends with this one, because its standard input closes. */
export interface RunningSandbox extends Disposable {
  readonly address: SandboxAddress;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
}

/**
 * Starts the sandbox and waits for its address.
 * @param script the bundled sandbox, `dist/sandbox.js`.
 * @throws SandboxStartError, CancelledError
 */
export async function startSandbox(script: string, log: Log, signal: AbortSignal): Promise<RunningSandbox> {
  const child = spawn(process.execPath, [script, '--port', '0', '--json', '--stdin-lifetime'], {
    // In the desktop build execPath is the editor itself; this makes it run as plain Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.warn(`Sandbox: ${text.trimEnd()}`));
  try {
    const address = await readAddress(child, signal);
    log.info(`Sandbox: listening at ${address.url}`);
    return { address, ended, dispose: () => void child.kill() };
  } catch (error) {
    child.kill();
    throw error;
  }
}

function readAddress(child: ChildProcess, signal: AbortSignal): Promise<SandboxAddress> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => fail(new SandboxStartError('timeout', 'No address in time')), START_LIMIT);
    signal.addEventListener('abort', () => fail(new CancelledError()), { once: true });
    child.once('error', (cause) => fail(new SandboxStartError('notStarted', cause.message, { cause })));
    child.once('exit', () =>
      fail(new SandboxStartError('noAddress', 'The process ended before its address')),
    );
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = parseSandboxAddress(line);
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}
