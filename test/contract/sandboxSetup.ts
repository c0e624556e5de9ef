import { startSandbox } from '../../src/sandbox/sandbox';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into what the service answers
}

interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** A running sandbox with short ways to ask it. */
export interface Running {
  readonly sandbox: Sandbox;
  /** Below `/api/data/v9.2/`; blanks are percent-encoded. An object body is sent as JSON. */
  readonly ask: (method: string, path: string, options?: RequestOptions) => Promise<Answer>;
  /** Below `/sandbox/`. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<Answer>;
  close(): Promise<void>;
}

async function send(url: string, method: string, token: string, options: RequestOptions): Promise<Answer> {
  const { body, headers = {} } = options;
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      ...(content === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content }),
  });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

export async function startRunning(options: Partial<SandboxOptions> = {}): Promise<Running> {
  const sandbox = await startSandbox({
    port: 0,
    seeds: { samples: true, webhooks: 0, steps: 0, jobs: 0 },
    ...options,
  });
  const token = sandbox.token.reveal();
  return {
    sandbox,
    ask: (method, path, given = {}) =>
      send(
        `${sandbox.url}/api/data/v9.2/${path.replaceAll(' ', '%20')}`,
        method,
        given.token ?? token,
        given,
      ),
    control: (method, path, body) => send(`${sandbox.url}/sandbox/${path}`, method, token, { body }),
    close: () => sandbox.close(),
  };
}

/** The id in `OData-EntityId`. */
export function idIn(answer: Answer): string {
  const id = /\(([0-9a-f-]{36})\)$/.exec(answer.headers.get('OData-EntityId') ?? '')?.[1];
  if (id === undefined) throw new Error(`No row was made: ${answer.status.toString()} ${answer.text}`);
  return id;
}
