import { AsyncLocalStorage } from 'node:async_hooks';
import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { publicJwk, type TestCertificate } from './certificates';

export const TENANT = '11111111-2222-4333-8444-555555555555';
export const RESOURCE = 'https://contoso.crm4.dynamics.com';
export const SCOPE = `${RESOURCE}/.default`;
/** A client for persons whose id has the form that settings take. */
export const PERSON_CLIENT = '6f1b7a52-8f0e-4c7b-9a43-2f5d1c0e9b11';
/** Clients for applications, one with a secret, one with a certificate. */
export const SECRET_CLIENT = '0c5de7a1-61b4-4b0f-8f5e-7a3c2d9e4b02';
export const CERTIFICATE_CLIENT = '3e9a4c76-2d18-4f6a-b7c5-91d0e8f3a603';
export const CLIENT_SECRET = 'canary-cl1ent-s3cret~.with&signs=';

/** What a test answers in the place of the server; true when it did. */
type Intercept = (request: IncomingMessage, body: string, response: ServerResponse) => boolean;

/** An OAuth server over HTTPS on loopback, addressed as Microsoft Entra is: `<authority>/v2.0`. */
export interface OidcServer {
  readonly origin: string;
  readonly host: string;
  /** `https://127.0.0.1:4711/<tenant>` */
  readonly authority: string;
  /** Every request, method and path, in its order. */
  readonly seen: ReadonlyArray<{ readonly line: string; readonly body: string }>;
  /** How often a grant was asked for. */
  grants(type: string): number;
  /** Tokens of all kinds that were given out, in their order. */
  readonly issued: readonly string[];
  /** Whom new access tokens are for; undefined: only for the server's own user information. */
  resource: string | undefined;
  /** A token that the resource can read by itself, or one that only the server understands. */
  tokenFormat: 'jwt' | 'opaque';
  /** Seconds that a new access token lives. */
  tokenLife: number;
  /** Seconds that a new device code lives. */
  deviceCodeLife: number;
  intercept: Intercept | undefined;
  /** Milliseconds that the server's clock is ahead. */
  skew: number;
  /** Makes every refresh token worthless. */
  revoke(): Promise<void>;
  close(): Promise<void>;
}

/** The time that code of the server sees. The clock of the process cannot be two at once in any other way. */
const serverTime = new AsyncLocalStorage<number>();
const realNow = Date.now.bind(Date);
Date.now = () => realNow() + (serverTime.getStore() ?? 0);

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const MOUNT = `/${TENANT}/v2.0`;

export async function startOidcServer(tls: TestCertificate, clientKey?: string): Promise<OidcServer> {
  const seen: Array<{ line: string; body: string }> = [];
  const issued: string[] = [];
  const refreshTokens = new Set<{ destroy(): Promise<void> }>();
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer({ cert: tls.certificate, key: tls.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const url = request.url ?? '';
      seen.push({ line: `${request.method ?? ''} ${url}`, body });
      if (oidc.intercept?.(request, body, response) === true) return;
      // The provider takes a body that was read already from here.
      const known = withKnownPrompt(url);
      const form = new URLSearchParams(body);
      // Microsoft Entra takes the short name too, which is the one that the library sends.
      if (form.get('grant_type') === 'device_code') form.set('grant_type', DEVICE_GRANT);
      Object.assign(request, { body: Object.fromEntries(form), originalUrl: known });
      if (url.startsWith(MOUNT)) request.url = known.slice(MOUNT.length);
      if (url.split('?')[0]?.endsWith('/token') === true)
        listen(response, (text) => issued.push(...tokensIn(text)));
      serverTime.run(oidc.skew, () => handle(request, response));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `https://127.0.0.1:${port}`;
  const loud = quietProvider();
  const oidc: OidcServer = {
    origin,
    host: `127.0.0.1:${port}`,
    authority: `${origin}/${TENANT}`,
    seen,
    grants: (type) => seen.filter(({ body }) => new URLSearchParams(body).get('grant_type') === type).length,
    issued,
    resource: RESOURCE,
    tokenFormat: 'opaque',
    tokenLife: 3600,
    deviceCodeLife: 600,
    intercept: undefined,
    skew: 0,
    revoke: async () => {
      await Promise.all([...refreshTokens].map(async (token) => token.destroy()));
      refreshTokens.clear();
    },
    close: async () => {
      loud();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  const provider = new Provider(`${origin}${MOUNT}`, configuration(oidc, clientKey));
  provider.on('refresh_token.saved', (token) => refreshTokens.add(token));
  handle = provider.callback();
  return oidc;
}

/** Tells what a response ends with. */
function listen(response: ServerResponse, hear: (text: string) => void): void {
  const end = response.end.bind(response);
  const heard = (...args: Parameters<typeof end>): ServerResponse => {
    const [chunk] = args as readonly unknown[];
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) hear(chunk.toString());
    return end(...args);
  };
  Object.assign(response, { end: heard });
}

function tokensIn(text: string): readonly string[] {
  const answer = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return ['access_token', 'refresh_token', 'id_token']
    .map((name) => answer[name])
    .filter((token): token is string => typeof token === 'string');
}

function configuration(oidc: OidcServer, clientKey: string | undefined): object {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: clients(clientKey),
    cookies: { keys: ['only for tests'] },
    // Half a second more than the rounding of the library, which tells whole seconds; a token ends about when it says.
    clockTolerance: 1,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] },
    claims: { openid: ['sub'], profile: ['preferred_username', 'name'] },
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: `${id}@contoso.example`, name: id }),
    }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    pkce: { required: () => true },
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      device_authorization: '/oauth2/v2.0/devicecode',
      code_verification: '/device',
    },
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => oidc.resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: `${resource}/.default`,
          accessTokenTTL: oidc.tokenLife,
          accessTokenFormat: oidc.tokenFormat,
        }),
      },
    },
    ttl: {
      AccessToken: () => oidc.tokenLife,
      ClientCredentials: () => oidc.tokenLife,
      DeviceCode: () => oidc.deviceCodeLife,
      IdToken: 3600,
      RefreshToken: 86_400,
      Grant: 86_400,
      Session: 86_400,
      Interaction: 600,
    },
  };
}

function clients(clientKey: string | undefined): object[] {
  const application = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
  const person = {
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
    redirect_uris: ['http://localhost'],
  };
  const list: object[] = [
    { ...person, client_id: 'person-client' },
    { ...person, client_id: PERSON_CLIENT },
    ...['secret-client', SECRET_CLIENT].map((client_id) => ({
      ...application,
      client_id,
      client_secret: CLIENT_SECRET,
      token_endpoint_auth_method: 'client_secret_post',
    })),
  ];
  if (clientKey !== undefined) {
    const withCertificate = ['certificate-client', CERTIFICATE_CLIENT].map((client_id) => ({
      ...application,
      client_id,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'PS256',
      jwks: { keys: [{ ...publicJwk(clientKey), use: 'sig', alg: 'PS256' }] },
    }));
    list.push(...withCertificate);
  }
  return list;
}

/**
 * The provider knows no choice of accounts, for which asking for the login is the nearest, and gives a refresh token
 * only to those who ask for consent, which Microsoft Entra does not want.
 */
function withKnownPrompt(url: string): string {
  if (!url.includes('/authorize?')) return url;
  return url.includes('prompt=select_account')
    ? url.replace('prompt=select_account', 'prompt=login%20consent')
    : `${url}&prompt=consent`;
}

/** The provider warns of its own pages for development and of bodies that were read, which are what we want here. */
function quietProvider(): () => void {
  const { warn, info } = console;
  const unless =
    (say: typeof console.warn) =>
    (...words: unknown[]): void => {
      if (!String(words[0]).includes('oidc-provider')) say(...words);
    };
  console.warn = unless(warn);
  console.info = unless(info);
  return () => {
    console.warn = warn;
    console.info = info;
  };
}
