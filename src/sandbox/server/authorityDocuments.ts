import { request } from 'node:https';
import type { JsonWebKey } from 'node:crypto';

/** Longest wait for the authority, in milliseconds. */
const LIMIT = 10_000;
/** Longest document that is read, in characters. */
const LONGEST = 1024 * 1024;

/** How an authority is asked over HTTPS. */
export interface AuthorityRequests {
  /** PEM of certificates that are trusted beside the usual ones. */
  readonly ca: string | undefined;
}

/** What the discovery document of an authority says. */
export interface AuthorityDocument {
  readonly issuer: string;
  readonly keysUrl: string;
  /** Undefined: tokens that are no JWT cannot be checked. */
  readonly userInfoUrl: string | undefined;
}

/** A key that the authority signs with. */
export interface AuthorityKey {
  readonly id: string | undefined;
  readonly jwk: JsonWebKey;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** GET over HTTPS. Rejects when nobody answers in time, or nobody who is trusted. */
export function getFromAuthority(
  url: string,
  { ca }: AuthorityRequests,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(LIMIT);
    const options = { headers: { Accept: 'application/json', ...headers }, signal, agent: false as const };
    const sent = request(url, ca === undefined ? options : { ...options, ca }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
        if (body.length > LONGEST) response.destroy(new Error('The answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/**
 * Finds the endpoints of an authority as OpenID Connect wants it: below `v2.0`, where Microsoft Entra has its document
 * for both kinds of address, else below the authority itself. Rejects when neither place has one.
 */
export async function discoverAuthority(
  authority: string,
  requests: AuthorityRequests,
): Promise<AuthorityDocument> {
  for (const base of [`${authority}/v2.0`, authority]) {
    const { status, body } = await getFromAuthority(`${base}/.well-known/openid-configuration`, requests);
    const found = status === 200 ? documentOf(body) : undefined;
    if (found !== undefined) return found;
  }
  throw new Error(`${authority} has no discovery document`);
}

/** The keys that the authority signs with now. */
export async function keysOfAuthority(
  url: string,
  requests: AuthorityRequests,
): Promise<readonly AuthorityKey[]> {
  const { status, body } = await getFromAuthority(url, requests);
  const keys = parseObject(body)?.['keys'];
  if (status !== 200 || !Array.isArray(keys)) throw new Error(`${url} has no keys`);
  return keys.filter(isObject).map((jwk) => ({ id: textOf(jwk['kid']), jwk }));
}

function documentOf(body: string): AuthorityDocument | undefined {
  const document = parseObject(body);
  const issuer = textOf(document?.['issuer']);
  const keysUrl = textOf(document?.['jwks_uri']);
  if (issuer === undefined || keysUrl === undefined || !isHttps(keysUrl)) return undefined;
  const userInfo = textOf(document?.['userinfo_endpoint']);
  return { issuer, keysUrl, userInfoUrl: userInfo !== undefined && isHttps(userInfo) ? userInfo : undefined };
}

/** A JSON object; undefined for any other text. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isHttps(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}
