import { isLoopbackHost } from '../base/hosts';
import { cloud, type Place } from './cloud';
import { SignInError } from './signInError';

/** How the endpoints of an authority are found: Microsoft Entra's way, or plain OpenID Connect (advanced setting). */
export type ProtocolMode = 'AAD' | 'OIDC';

/** Machine-scoped settings that point the sign-in elsewhere, for test servers and clouds we do not know. */
export interface AuthorityOverride {
  /** The authority with its tenant, `https://login.example.com/tenant`; without it, the one of the challenge counts. */
  readonly authority?: string;
  /** Hosts (with port where it is not 443) that are trusted beside those of the cloud. */
  readonly knownHosts?: readonly string[];
  readonly protocolMode?: ProtocolMode;
}

/** Who gives out tokens for an environment. */
export interface Authority {
  /** `https://login.microsoftonline.com/<tenant>` without a slash at the end. */
  readonly url: string;
  /** Host, with port where it is not 443. */
  readonly host: string;
  readonly tenant: string;
  readonly protocolMode: ProtocolMode;
  /** Hosts that sign-in requests may go to. */
  readonly trustedHosts: readonly string[];
  /** Those of them that only the settings vouch for; the library does not know them by itself. */
  readonly addedHosts: readonly string[];
}

/** What a 401 of the service says about where to sign in (FACTS 14; its exact form is UNVERIFIED). */
export interface AuthorityChallenge {
  readonly authorizationUri?: string;
  readonly resourceId?: string;
}

/** Names that stand for "any tenant"; an application cannot sign in with them. */
const ANY_TENANT: ReadonlySet<string> = new Set(['common', 'organizations', 'consumers']);
const TENANT = /^[a-z0-9][a-z0-9.-]{0,127}$/i;

/**
 * The authority of an environment, from its 401 challenge and the settings. A challenge names only which tenant of
 * the cloud's own sign-in service is meant: a host that is not known as one is refused, because whoever answers at
 * the environment's address could else send the user's password to a page of their own.
 * @param options.tenant the tenant of the settings; it goes before the challenge's.
 * @throws SignInError `noAuthority` when nothing tells one, `untrustedAuthority` for a foreign host.
 */
export function authorityOf(
  challenge: AuthorityChallenge,
  options: { readonly place: Place; readonly tenant?: string; readonly override?: AuthorityOverride },
): Authority {
  const { place, tenant, override = {} } = options;
  const ownHosts: readonly string[] = place === 'loopback' ? [] : cloud(place).authorityHosts;
  const addedHosts = (override.knownHosts ?? []).map((host) => host.toLowerCase());
  const protocolMode = override.protocolMode ?? 'AAD';
  const fixed = override.authority;
  const named = fixed ?? challenge.authorizationUri ?? fallback(ownHosts[0], tenant);
  if (named === undefined) throw new SignInError('noAuthority', 'The environment names no authority');
  const url = parseAuthority(named);
  const own = ownHosts.includes(url.host);
  if (!own && !addedHosts.includes(url.host) && fixed === undefined) {
    throw new SignInError('untrustedAuthority', `${url.host} is no sign-in service of this cloud`, {
      host: url.host,
    });
  }
  // The other names of a cloud's service stand for the first.
  const host = own ? (ownHosts[0] ?? url.host) : url.host;
  const added = own ? addedHosts : [...new Set([...addedHosts, host])];
  const base = { host, protocolMode, trustedHosts: [...ownHosts, ...added], addedHosts: added };
  const path = pathOf(url);
  if (protocolMode === 'OIDC')
    return { ...base, url: `https://${host}${path}`, tenant: tenant ?? lastOf(path) };
  const found = tenant ?? path.split('/').find((segment) => segment !== '') ?? 'organizations';
  if (!TENANT.test(found)) throw new SignInError('noAuthority', 'The tenant has characters no tenant has');
  return { ...base, url: `https://${host}/${found.toLowerCase()}`, tenant: found.toLowerCase() };
}

function fallback(host: string | undefined, tenant: string | undefined): string | undefined {
  return host === undefined ? undefined : `https://${host}/${tenant ?? 'organizations'}`;
}

function parseAuthority(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw new SignInError('untrustedAuthority', 'The authority is no https address', {
      host: url?.host ?? '',
    });
  }
  return url;
}

/** The path without the endpoint that a challenge ends with, and without a slash at the end. */
function pathOf(url: URL): string {
  return url.pathname.replace(/\/oauth2(\/v2\.0)?\/authorize\/?$/i, '').replace(/\/+$/, '');
}

function lastOf(path: string): string {
  return path.split('/').at(-1) ?? '';
}

/** True when an authority stands for any tenant, which only a person can sign in with. */
export function isAnyTenant(authority: Authority): boolean {
  return authority.protocolMode === 'AAD' && ANY_TENANT.has(authority.tenant);
}

/**
 * The scope of a token for an environment (FACTS 14). It follows from the environment's own address, never from what the
 * service says: a server must not be able to ask for a token of another one.
 * @param origin `https://contoso.crm.dynamics.com`
 */
export function scopeOf(origin: string): string {
  return `${origin.replace(/\/+$/, '')}/.default`;
}

/** True when a token may be sent to an address: it is encrypted, or never leaves this machine. */
export function mayCarryToken(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}
