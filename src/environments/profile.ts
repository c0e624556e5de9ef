import * as z from 'zod/mini';
import { isLoopbackHost } from '../base/hosts';

/** An environment the user works with. Holds no secret. */
export interface EnvironmentProfile {
  readonly id: string;
  readonly name: string;
  /** Origin without a slash at the end, for example `https://contoso.crm.dynamics.com`. */
  readonly url: string;
  /** How requests prove who sends them. A token is kept in the secret store under the profile's id. */
  readonly signIn: 'none' | 'token';
  /** A sandbox that this window started; it goes away with the window and is not kept. */
  readonly sandbox: boolean;
}

const Profile = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string().check(z.refine(isOrigin)),
  signIn: z.enum(['none', 'token']),
});

/**
 * Profiles from storage. What is not a profile is left out: another version may have written it. Of profiles with the
 * same id the first one stays.
 */
export function parseProfiles(stored: unknown): readonly EnvironmentProfile[] {
  if (!Array.isArray(stored)) return [];
  const profiles = new Map<string, EnvironmentProfile>();
  for (const entry of stored) {
    const parsed = Profile.safeParse(entry);
    if (!parsed.success || profiles.has(parsed.data.id)) continue;
    profiles.set(parsed.data.id, { ...parsed.data, sandbox: false });
  }
  return [...profiles.values()];
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}

/** Profiles as they are kept. Sandboxes started by this window are not. */
export function storedProfiles(profiles: readonly EnvironmentProfile[]): readonly unknown[] {
  return profiles
    .filter((profile) => !profile.sandbox)
    .map(({ id, name, url, signIn }) => ({ id, name, url, signIn }));
}

export type EnvironmentUrlReason = 'empty' | 'malformed' | 'scheme' | 'credentials' | 'notLoopback' | 'known';

/** Why a text is no environment's address, or the origin it stands for. */
export type EnvironmentUrl =
  | { readonly ok: true; readonly origin: string }
  | { readonly ok: false; readonly reason: EnvironmentUrlReason };

/**
 * Reads the address of an environment as people paste it: a missing scheme, a path and a query are forgiven where the
 * meaning is clear. In this version only addresses on this machine are accepted; sign-in comes later.
 * @param known origins that are in the list already.
 */
export function parseEnvironmentUrl(text: string, known: readonly string[]): EnvironmentUrl {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: false, reason: 'empty' };
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  if (hasScheme && !/^https?:/i.test(trimmed)) return { ok: false, reason: 'scheme' };
  const whole = hasScheme ? trimmed : `http://${trimmed}`;
  if (/\s/.test(whole) || !URL.canParse(whole)) return { ok: false, reason: 'malformed' };
  const url = new URL(whole);
  if (url.username !== '' || url.password !== '') return { ok: false, reason: 'credentials' };
  if (!isLoopbackHost(url.hostname)) return { ok: false, reason: 'notLoopback' };
  return known.includes(url.origin) ? { ok: false, reason: 'known' } : { ok: true, origin: url.origin };
}
