import { constants, createHash, createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isLoopbackHost } from '../../base/hosts';
import type { Log } from '../../base/log';
import {
  discoverAuthority,
  getFromAuthority,
  keysOfAuthority,
  parseObject,
  type AuthorityDocument,
  type AuthorityKey,
  type AuthorityRequests,
} from './authorityDocuments';

/** `unknown`: the authority could not be asked. */
export type TokenVerdict = 'good' | 'bad' | 'unknown';

/** What the authority said of a token holds this long, in milliseconds. */
const VERDICT_LIFE = 1000;
/** Keys are read again after this time, or when a token names one that is not among them. Milliseconds. */
const KEYS_LIFE = 10 * 60_000;
/** A token with an unknown key makes us ask again at most this often. Milliseconds. */
const KEYS_PAUSE = 2000;
/** Verdicts kept at once. */
const MOST_VERDICTS = 200;

interface Token {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

interface Keys {
  readonly list: readonly AuthorityKey[];
  readonly at: number;
}

/** Checks tokens of an OAuth server as the service does: whose they are, for whom, and until when. */
export class AuthorityTokens {
  readonly #authority: string;
  readonly #requests: AuthorityRequests;
  readonly #log: Log;
  readonly #verdicts = new Map<string, { readonly verdict: TokenVerdict; readonly until: number }>();
  #document: Promise<AuthorityDocument> | undefined;
  #keys: Promise<Keys> | undefined;

  /** @param authority `https://login.example.com/tenant` without a slash at the end. */
  constructor(authority: string, requests: AuthorityRequests, log: Log) {
    this.#authority = authority;
    this.#requests = requests;
    this.#log = log;
  }

  /**
   * @param port the sandbox's own: the audience of a JWT must be an address of this machine with it. For tokens of
   *   another form only the authority's user information is asked, which does not tell the audience.
   */
  async check(token: string, port: number): Promise<TokenVerdict> {
    const parsed = parseToken(token);
    try {
      return parsed === undefined ? await this.#asked(token) : await this.#signedFor(parsed, port);
    } catch (error) {
      this.#log.warn(
        `A token could not be checked at ${this.#authority}: ${error instanceof Error ? error.message : String(error)}`,
      );
      return 'unknown';
    }
  }

  async #signedFor({ header, claims, signed, signature }: Token, port: number): Promise<TokenVerdict> {
    if (!isInTime(claims, Date.now()) || !isFor(claims['aud'], port)) return 'bad';
    const { issuer, keysUrl } = await this.#discovered();
    if (claims['iss'] !== issuer) return 'bad';
    const key = await this.#key(keysUrl, header['kid']);
    if (key === undefined) return 'bad';
    return isSignedBy(createPublicKey({ key: key.jwk, format: 'jwk' }), header['alg'], signed, signature)
      ? 'good'
      : 'bad';
  }

  async #asked(token: string): Promise<TokenVerdict> {
    const digest = createHash('sha256').update(token).digest('hex');
    const kept = this.#verdicts.get(digest);
    if (kept !== undefined && kept.until > Date.now()) return kept.verdict;
    const { userInfoUrl } = await this.#discovered();
    if (userInfoUrl === undefined) return 'bad';
    const { status } = await getFromAuthority(userInfoUrl, this.#requests, {
      Authorization: `Bearer ${token}`,
    });
    if (status >= 500) throw new Error(`status ${status.toString()}`);
    const verdict = status === 200 ? 'good' : 'bad';
    const oldest = this.#verdicts.keys().next().value;
    if (this.#verdicts.size >= MOST_VERDICTS && oldest !== undefined) this.#verdicts.delete(oldest);
    this.#verdicts.delete(digest);
    this.#verdicts.set(digest, { verdict, until: Date.now() + VERDICT_LIFE });
    return verdict;
  }

  async #discovered(): Promise<AuthorityDocument> {
    this.#document ??= discoverAuthority(this.#authority, this.#requests);
    try {
      return await this.#document;
    } catch (error) {
      this.#document = undefined;
      throw error;
    }
  }

  /** The key with an id, or the only one there is for a token that names none. */
  async #key(url: string, id: unknown): Promise<AuthorityKey | undefined> {
    const { list, at } = await this.#read(url, KEYS_LIFE);
    const found = keyOf(list, id);
    // The authority may have changed its keys.
    if (found !== undefined || Date.now() - at < KEYS_PAUSE) return found;
    return keyOf((await this.#read(url, KEYS_PAUSE)).list, id);
  }

  async #read(url: string, life: number): Promise<Keys> {
    const reading = this.#keys;
    const kept = await reading?.catch(() => undefined);
    if (kept !== undefined && Date.now() - kept.at < life) return kept;
    // Whoever waited with us for the same reading may have begun the next one.
    if (this.#keys === reading) {
      this.#keys = keysOfAuthority(url, this.#requests).then((list) => ({ list, at: Date.now() }));
    }
    return this.#keys ?? this.#read(url, life);
  }
}

function keyOf(list: readonly AuthorityKey[], id: unknown): AuthorityKey | undefined {
  return id === undefined && list.length === 1 ? list[0] : list.find((key) => key.id === id);
}

/** The parts of a JWT; undefined for a token of another form. */
function parseToken(token: string): Token | undefined {
  const [head = '', body = '', signature = '', ...more] = token.split('.');
  const header = parseObject(Buffer.from(head, 'base64url').toString('utf8'));
  const claims = parseObject(Buffer.from(body, 'base64url').toString('utf8'));
  if (header === undefined || claims === undefined || more.length > 0) return undefined;
  return {
    header,
    claims,
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** To the second and without leeway, so that a test sees a token end. A token without an end is none. */
function isInTime(claims: Readonly<Record<string, unknown>>, now: number): boolean {
  const { exp, nbf } = claims;
  if (typeof exp !== 'number' || now >= exp * 1000) return false;
  return nbf === undefined || (typeof nbf === 'number' && now >= nbf * 1000);
}

/** True when one of the audiences is the sandbox, by whichever name of this machine. */
function isFor(audience: unknown, port: number): boolean {
  const names: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  return names.some((name) => {
    if (typeof name !== 'string' || !URL.canParse(name)) return false;
    const url = new URL(name);
    return isLoopbackHost(url.hostname) && url.port === port.toString();
  });
}

/** Only signatures with a key pair: one that the public key itself can make proves nothing. */
function isSignedBy(key: KeyObject, algorithm: unknown, signed: Buffer, signature: Buffer): boolean {
  if (algorithm === 'RS256' && key.asymmetricKeyType === 'rsa')
    return verify('sha256', signed, key, signature);
  if (algorithm === 'PS256' && key.asymmetricKeyType === 'rsa') {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return verify('sha256', signed, { key, padding, saltLength: 32 }, signature);
  }
  if (algorithm === 'ES256' && key.asymmetricKeyType === 'ec')
    return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
  return false;
}
