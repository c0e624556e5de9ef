import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface CommandLine {
  readonly help: boolean;
  readonly port: number;
  readonly json: boolean;
  readonly data: string | undefined;
  readonly token: string | undefined;
  readonly withoutToken: boolean;
  /** An https address. */
  readonly authority: string | undefined;
  /** A PEM file. */
  readonly authorityCa: string | undefined;
  readonly samples: boolean;
  readonly webhooks: number;
  readonly steps: number;
  readonly jobs: number;
  readonly organizationHost: string | undefined;
  readonly reset: boolean;
  readonly allowedPorts: ReadonlySet<number> | 'any';
  readonly endWithInput: boolean;
}

/** One sentence about what is wrong with the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `A local Dataverse for working with webhooks.

  --port N               port on 127.0.0.1; 0 takes a free one (default 0)
  --json                 print one line {"url":"…","token":"…"} when ready
  --data FOLDER          keep the data in a folder (default: in memory only)
  --reset                throw away what the folder holds and start anew
  --token TEXT           the bearer token to accept (default: a new random one)
  --no-auth              accept requests without a token
  --authority URL        the Web API wants tokens of this OAuth server instead of its own
  --authority-ca FILE    PEM file of certificates to trust for it
  --empty                no sample rows
  --webhooks N           make N webhooks more
  --steps N              make N disabled steps more
  --jobs N               make N finished jobs more
  --organization-host H  host name of the environment in what is delivered
  --allow-port N         deliver only to this port, 80 and 443; may be repeated; without it, to any port
  --stdin-lifetime       end when standard input is closed
  --help                 print this

See docs/sandbox.md.
`;

const options = {
  port: { type: 'string' },
  json: { type: 'boolean' },
  data: { type: 'string' },
  reset: { type: 'boolean' },
  token: { type: 'string' },
  'no-auth': { type: 'boolean' },
  authority: { type: 'string' },
  'authority-ca': { type: 'string' },
  empty: { type: 'boolean' },
  webhooks: { type: 'string' },
  steps: { type: 'string' },
  jobs: { type: 'string' },
  'organization-host': { type: 'string' },
  'allow-port': { type: 'string', multiple: true },
  'stdin-lifetime': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The command line cannot be read';
    throw new UsageError(`${message.split(/\. |\n/)[0] ?? message}. Use --help for the list of options.`);
  }
}

function wholeNumber(name: keyof Values, text: string | undefined, most: number): number {
  if (text === undefined) return 0;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) {
    throw new UsageError(`--${name} takes a whole number from 0 to ${most.toString()}, not '${text}'.`);
  }
  return value;
}

function portsOf(texts: readonly string[] | undefined): ReadonlySet<number> | 'any' {
  if (texts === undefined || texts.includes('any')) return 'any';
  return new Set([80, 443, ...texts.map((text) => wholeNumber('allow-port', text, 65535))]);
}

function checkAuthority({ authority, ...others }: Values): void {
  if (authority === undefined) {
    if (others['authority-ca'] !== undefined) throw new UsageError('--authority-ca needs --authority.');
    return;
  }
  if (others['no-auth'] === true) throw new UsageError('--authority and --no-auth exclude each other.');
  const url = URL.canParse(authority) ? new URL(authority) : undefined;
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || /[\s,"]/.test(authority)) {
    throw new UsageError(
      `--authority takes an https address such as https://login.example.com/tenant, not '${authority}'.`,
    );
  }
}

/** Reads the arguments after the program's name. Throws `UsageError`. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parse(args);
  if (values.token !== undefined && !/^[\x21-\x7e]+$/.test(values.token)) {
    throw new UsageError('--token takes printable characters without blanks.');
  }
  if (values.token !== undefined && values['no-auth'] === true) {
    throw new UsageError('--token and --no-auth exclude each other.');
  }
  checkAuthority(values);
  if (values.reset === true && values.data === undefined) throw new UsageError('--reset needs --data.');
  const host = values['organization-host'];
  if (host !== undefined && !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(host)) {
    throw new UsageError(`--organization-host takes a host name, not '${host}'.`);
  }
  return {
    help: values.help ?? false,
    port: wholeNumber('port', values.port, 65535),
    json: values.json ?? false,
    data: values.data,
    token: values.token,
    withoutToken: values['no-auth'] ?? false,
    authority: values.authority,
    authorityCa: values['authority-ca'],
    samples: values.empty !== true,
    webhooks: wholeNumber('webhooks', values.webhooks, 100000),
    steps: wholeNumber('steps', values.steps, 1000000),
    jobs: wholeNumber('jobs', values.jobs, 1000000),
    organizationHost: host,
    reset: values.reset ?? false,
    allowedPorts: portsOf(values['allow-port']),
    endWithInput: values['stdin-lifetime'] ?? false,
  };
}
