import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import tls from 'node:tls';
import { authorityOf } from '../../src/auth/authority';
import type { BrowserInteraction } from '../../src/auth/browserFlow';
import type { DeviceCodeInteraction, DeviceCodePrompt } from '../../src/auth/deviceCodeFlow';
import { TokenCaches } from '../../src/auth/tokenCache';
import { UserSession, type UserSessionOptions } from '../../src/auth/userSession';
import { ApplicationSession, type ApplicationSessionOptions } from '../../src/auth/applicationSession';
import type { Authority } from '../../src/auth/authority';
import { SignInError } from '../../src/auth/signInError';
import type { Clock } from '../../src/base/clock';
import { systemClock } from '../../src/base/clock';
import { Secret } from '../../src/base/secret';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import { clientCertificate, serverCertificate, type TestCertificate } from './certificates';
import { CLIENT_SECRET, RESOURCE, SCOPE, startOidcServer, type OidcServer } from './oidcServer';
import { ScriptedBrowser } from './scriptedBrowser';
import { MemorySecrets } from './secretStores';

/** A sign-in server, and sessions that use it as the extension does: over the real transport. */
export class SignInRig {
  readonly server: OidcServer;
  readonly tls: TestCertificate;
  readonly client: TestCertificate;
  secrets = new MemorySecrets();
  /** Pages that a session has opened. */
  opened: string[] = [];
  /** Pages that the browser ended on. */
  pages: string[] = [];
  /** Codes that a session has shown. */
  shown: DeviceCodePrompt[] = [];
  readonly #trusted: readonly string[];
  #caches: TokenCaches[] = [];
  #sessions: UserSession[] = [];

  constructor(server: OidcServer, certificate: TestCertificate, client: TestCertificate) {
    this.server = server;
    this.tls = certificate;
    this.client = client;
    this.#trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...this.#trusted, certificate.certificate]);
  }

  /** A new window each time, over the same secret store, unless one is given. */
  get caches(): TokenCaches {
    const made = new TokenCaches(this.secrets.window());
    this.#caches.push(made);
    return made;
  }

  authority(protocolMode: 'AAD' | 'OIDC' = 'AAD'): Authority {
    const path = protocolMode === 'OIDC' ? `${this.server.authority}/v2.0` : this.server.authority;
    return authorityOf({}, { place: 'loopback', override: { authority: path, protocolMode } });
  }

  browser(): ScriptedBrowser {
    return new ScriptedBrowser(this.tls.certificate);
  }

  /** A browser in which somebody signs in at once. */
  personInBrowser(login = 'anna'): BrowserInteraction {
    return {
      kind: 'browser',
      pages: { success: '<h1>Done</h1>', failure: '<h1>Failed</h1>' },
      open: (url) => {
        this.opened.push(url);
        void this.browser()
          .signIn(url, login)
          .then((page) => this.pages.push(page.body));
        return Promise.resolve(true);
      },
    };
  }

  /** Somebody who types the code at once; or does what is given. */
  personWithCode(act?: (prompt: DeviceCodePrompt) => void): DeviceCodeInteraction {
    return {
      kind: 'deviceCode',
      show: (prompt) => {
        this.shown.push(prompt);
        if (act !== undefined) act(prompt);
        else void this.browser().enterCode(prompt.verificationUri, prompt.userCode, 'anna');
      },
    };
  }

  userSession(options: Partial<UserSessionOptions> = {}): UserSession {
    const session = new UserSession({
      authority: this.authority(),
      clientId: 'person-client',
      scope: SCOPE,
      interaction: this.personInBrowser(),
      caches: options.caches ?? this.caches,
      send: createNodeFetchTransport({ timeLimit: 8000 }),
      clock: systemClock,
      ...options,
    });
    this.#sessions.push(session);
    return session;
  }

  applicationSession(options: Partial<ApplicationSessionOptions> = {}): ApplicationSession {
    const credential = options.credential ?? 'secret';
    const pem = this.client.certificate + this.client.key;
    return new ApplicationSession({
      authority: this.authority(),
      clientId: `${credential}-client`,
      scope: SCOPE,
      credential,
      read: () => Promise.resolve(new Secret(credential === 'secret' ? CLIENT_SECRET : pem)),
      send: createNodeFetchTransport({ timeLimit: 8000 }),
      clock: systemClock,
      ...options,
    });
  }

  /** Everything as after the start, for the next test. */
  reset(): void {
    this.#disposeAll();
    this.secrets = new MemorySecrets();
    this.opened = [];
    this.pages = [];
    this.shown = [];
    this.server.intercept = undefined;
    this.server.skew = 0;
    this.server.tokenLife = 3600;
    this.server.resource = RESOURCE;
    this.server.tokenFormat = 'opaque';
    this.server.deviceCodeLife = 600;
  }

  async close(): Promise<void> {
    this.#disposeAll();
    tls.setDefaultCACertificates(this.#trusted);
    await this.server.close();
  }

  #disposeAll(): void {
    for (const item of [...this.#sessions, ...this.#caches]) item.dispose();
    this.#sessions = [];
    this.#caches = [];
  }
}

export async function signInRig(): Promise<SignInRig> {
  const [certificate, client] = await Promise.all([serverCertificate(), clientCertificate()]);
  return new SignInRig(await startOidcServer(certificate, client.key), certificate, client);
}

/** A clock whose short pauses take a moment only; longer ones, which are time limits, are real. */
export class QuickClock implements Clock {
  /** The short pauses, in milliseconds. */
  readonly pauses: number[] = [];
  /** Pauses from here on are real. Milliseconds. */
  readonly longest: number;

  constructor(longest = 60_000) {
    this.longest = longest;
  }

  now(): number {
    return systemClock.now();
  }

  delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (milliseconds >= this.longest) return systemClock.delay(milliseconds, signal);
    this.pauses.push(milliseconds);
    return systemClock.delay(1, signal);
  }
}

/** What was thrown; the test fails when nothing was. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error('Something that is no error was thrown', { cause: error });
  }
  throw new Error('It did not fail');
}

/** The reason of the `SignInError` that a promise ends with, with what lies behind it. */
export async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error = await failureOf(promise);
  if (!SignInError.is(error)) throw error;
  return error.because === undefined ? error.reason : `${error.reason}: ${error.because}`;
}

/** An answer with JSON in the place of the server's. */
export function answerJson(response: ServerResponse, status: number, body: object): true {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  return true;
}

/** True when nothing listens at a port of this machine. */
export async function isClosed(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });
}

/** The port of the loopback that an opened address comes back to. */
export function loopbackPort(opened: string | undefined): number {
  return Number(new URL(new URL(opened ?? '').searchParams.get('redirect_uri') ?? '').port);
}
