import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { exitCode } from './leash';
import { node24, ROOT } from './paths';

/** How long the sandbox may take to listen, in milliseconds. */
const START_LIMIT = 20_000;

/** A running sandbox: a local Dataverse of its own, with a throw-away token. */
export interface SandboxProcess {
  readonly url: string;
  readonly token: string;
  /** Its own line of JSON, which DATAVERSE_WEBHOOKS_SANDBOX hands to the extension. */
  readonly line: string;
  /** Settles with the exit code when it is gone, whoever ended it. Never rejects. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts the built sandbox on a free port of 127.0.0.1. It ends when our end of its stdin closes, so it cannot
 * outlive us.
 * @param program the sandbox's bundle; ours unless a test says otherwise
 * @throws Error when it does not say within 20 seconds where it listens
 */
export async function startSandbox(
  args: readonly string[] = [],
  program: string = path.join(ROOT, 'dist', 'sandbox.js'),
): Promise<SandboxProcess> {
  const child = spawn(node24(), [program, '--port', '0', '--json', '--stdin-lifetime', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Out of the terminal's group: Ctrl+C is ours to handle, in our order.
    detached: process.platform !== 'win32',
  });
  const ended = exitCode(child);
  child.stdin.on('error', () => {});
  const stop = async () => {
    child.stdin.end();
    const insist = setTimeout(() => child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(insist);
  };
  let limit: NodeJS.Timeout | undefined;
  try {
    const line = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once('line', resolve);
      limit = setTimeout(() => reject(new Error('said nothing within 20 seconds')), START_LIMIT);
      void ended.then((code) => reject(new Error(`ended with code ${code}`)));
    });
    return { ...parseLine(line), line, ended, stop };
  } catch (error) {
    await stop();
    throw new Error(`The sandbox ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  } finally {
    clearTimeout(limit);
  }
}

function parseLine(line: string): { readonly url: string; readonly token: string } {
  const parsed: unknown = JSON.parse(line);
  if (typeof parsed === 'object' && parsed !== null && 'url' in parsed && 'token' in parsed) {
    const { url, token } = parsed;
    if (typeof url === 'string' && typeof token === 'string') return { url: url.replace(/\/$/, ''), token };
  }
  throw new Error(`did not say where it listens: ${line}`);
}

/**
 * The id of any contact in the sandbox.
 * @throws Error when there is none, or it does not answer as Dataverse does
 */
export async function anyContact(sandbox: SandboxProcess): Promise<string> {
  const response = await fetch(`${sandbox.url}/api/data/v9.2/contacts?$select=contactid&$top=1`, {
    headers: { Authorization: `Bearer ${sandbox.token}`, Accept: 'application/json' },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  const id = /"contactid"\s*:\s*"([0-9a-f-]{36})"/i.exec(text)?.[1];
  if (!response.ok || id === undefined) {
    throw new Error(`The sandbox has no contact to show (HTTP ${response.status}): ${text.slice(0, 200)}`);
  }
  return id;
}

/** A command that changes a contact, ready to paste into a shell. */
export function changeContactCommand(sandbox: SandboxProcess, id: string): string {
  return [
    `curl -X PATCH "${sandbox.url}/api/data/v9.2/contacts(${id})"`,
    `-H "Authorization: Bearer ${sandbox.token}"`,
    '-H "Content-Type: application/json"',
    `-d "{\\"jobtitle\\":\\"Changed at the command line\\"}"`,
  ].join(' ');
}
