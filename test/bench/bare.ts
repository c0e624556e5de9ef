import { spawn } from 'node:child_process';
import { Agent, request as httpRequest } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/base/clock';
import { silentLog } from '../../src/base/log';
import { Secret } from '../../src/base/secret';
import { DataverseClient } from '../../src/dataverse/client';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import { ROOT } from '../../scripts/host/paths';
import type { Transport } from '../../src/dataverse/transport';

/** What everything is held against: Node's own client, connections kept open, nothing around it. */
const agent = new Agent({ keepAlive: true });

/** A request and the text of its answer. */
export function bareFetch(
  url: string,
  options: {
    readonly method?: string;
    readonly body?: string | Buffer;
    readonly headers?: Record<string, string>;
  } = {},
): Promise<string> {
  const { method = 'GET', body, headers = {} } = options;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A process beside the bench, so that its work is not counted as ours. */
export interface Beside {
  /** The first line it wrote. */
  readonly line: string;
  stop(): Promise<void>;
}

/** Starts a TypeScript program of the repository; it ends when its input is closed. */
export async function startBeside(file: string, args: readonly string[] = []): Promise<Beside> {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`${file} ended with code ${code ?? 'none'}`)));
  });
  return {
    line,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** The other side: canned pages and an endpoint that counts. Its line is its origin. */
export function startPeer(): Promise<Beside> {
  return startBeside(path.join(import.meta.dirname, 'peerProcess.ts'));
}

/** A sandbox in a process of its own. */
export async function startBenchSandbox(
  ...args: readonly string[]
): Promise<Beside & { readonly url: string; readonly token: string }> {
  const program = path.join(ROOT, 'scripts', 'sandbox.ts');
  const sandbox = await startBeside(program, ['--port', '0', '--json', '--stdin-lifetime', ...args]);
  const { url, token } = JSON.parse(sandbox.line) as { readonly url: string; readonly token: string };
  return { ...sandbox, url, token };
}

/** The product's client, as the extension makes it. */
export function benchClient(
  origin: string,
  token = '',
  transport: Transport = createNodeFetchTransport(),
): DataverseClient {
  return new DataverseClient({
    environmentUrl: origin,
    transport,
    tokens: { token: () => Promise.resolve(token === '' ? undefined : new Secret(token)) },
    clock: systemClock,
    log: silentLog,
    random: Math.random,
  });
}
