import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { toError } from '../base/errors';
import { UsageError, parseCommandLine, usage } from './commandLine';
import type { CommandLine } from './commandLine';
import { startSandbox } from './sandbox';
import type { Sandbox, SandboxOptions } from './sandbox';

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function stderrLog(line: string): void {
  process.stderr.write(`${line}\n`);
}

function authorityOf({ authority, authorityCa }: CommandLine): SandboxOptions['authority'] {
  if (authority === undefined) return undefined;
  return { url: authority, ca: authorityCa === undefined ? undefined : trusted(authorityCa) };
}

/** The certificates of a file, with those that are trusted anyway: naming some would else leave out the others. */
function trusted(file: string): string {
  try {
    return [...getCACertificates('default'), readFileSync(file, 'utf8')].join('\n');
  } catch (error) {
    throw new UsageError(`--authority-ca takes a PEM file: ${toError(error).message}`);
  }
}

function start(line: CommandLine): Promise<Sandbox> {
  return startSandbox({
    port: line.port,
    token: line.token,
    withoutToken: line.withoutToken,
    authority: authorityOf(line),
    seeds: { samples: line.samples, webhooks: line.webhooks, steps: line.steps, jobs: line.jobs },
    data: line.data,
    reset: line.reset,
    organizationHost: line.organizationHost,
    allowedPorts: line.allowedPorts,
    log: { debug: () => undefined, info: () => undefined, warn: stderrLog, error: stderrLog },
  });
}

function announce(sandbox: Sandbox, json: boolean): void {
  // The one place where the token is shown: whoever started the sandbox needs it.
  const token = sandbox.token.reveal();
  if (json) write(JSON.stringify({ url: sandbox.url, token }));
  else write(`Sandbox: ${sandbox.url}/api/data/v9.2/${token === '' ? '' : `\nToken:   ${token}`}`);
}

/** Ends the sandbox once, on the first signal or when standard input closes. */
function endWhenAsked(sandbox: Sandbox, line: CommandLine): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (line.endWithInput) {
    process.stdin.on('end', end);
    process.stdin.on('close', end);
    process.stdin.on('error', end);
    process.stdin.resume();
  }
}

async function main(): Promise<void> {
  const line = parseCommandLine(process.argv.slice(2));
  if (line.help) {
    write(usage);
    return;
  }
  const sandbox = await start(line);
  endWhenAsked(sandbox, line);
  announce(sandbox, line.json);
}

main().catch((error: unknown) => {
  stderrLog(toError(error).message);
  process.exit(error instanceof UsageError ? 2 : 1);
});
