import * as z from 'zod/mini';
import { mayCarryToken } from '../auth/authority';
import { SIGN_IN_WAYS } from '../auth/ways';

/** How requests to an environment prove who sends them; `token` is one that was pasted, for servers on this machine. */
const SIGN_INS = [...SIGN_IN_WAYS, 'token'] as const;
export type SignIn = (typeof SIGN_INS)[number];

/** Colours that tell environments apart; the editor's themes say how each looks. */
export const ENVIRONMENT_COLORS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;
export type EnvironmentColor = (typeof ENVIRONMENT_COLORS)[number];

/** An environment the user works with. Holds no secret. */
export interface EnvironmentProfile {
  readonly id: string;
  readonly name: string;
  /** Origin without a slash at the end, for example `https://contoso.crm.dynamics.com`. */
  readonly url: string;
  /** Secrets that belong to it are kept in the secret store under the profile's id. */
  readonly signIn: SignIn;
  /** A sandbox that this window started; it goes away with the window and is not kept. */
  readonly sandbox: boolean;
  /** The authority that the environment named when it was added, `https://login.microsoftonline.com/<tenant>`. */
  readonly authority?: string;
  /** An app registration of the user's own; without it the one of the settings counts. */
  readonly clientId?: string;
  /** Who is signed in, to find the account again, and the entry of the secret store that holds the tokens. */
  readonly account?: { readonly id: string; readonly username: string; readonly entry?: string };
  /** Every write asks first. */
  readonly production?: boolean;
  /** Every write is refused. */
  readonly readOnly?: boolean;
  readonly color?: EnvironmentColor;
}

const Profile = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string().check(z.refine(isOrigin)),
  signIn: z.enum(SIGN_INS),
  authority: z.optional(z.string()),
  clientId: z.optional(z.string()),
  account: z.optional(z.object({ id: z.string(), username: z.string(), entry: z.optional(z.string()) })),
  production: z.optional(z.boolean()),
  readOnly: z.optional(z.boolean()),
  // A colour of another version of the extension is none, and costs nobody the environment.
  color: z.catch(z.optional(z.enum(ENVIRONMENT_COLORS)), undefined),
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
    profiles.set(parsed.data.id, { ...defined(parsed.data), sandbox: false });
  }
  return [...profiles.values()];
}

/** An address that no token may be sent to is none of an environment: a file for import may hold anything. */
function isOrigin(text: string): boolean {
  return mayCarryToken(text) && new URL(text).origin === text;
}

/** Profiles as they are kept. Sandboxes started by this window are not. */
export function storedProfiles(profiles: readonly EnvironmentProfile[]): readonly unknown[] {
  return profiles.filter((profile) => !profile.sandbox).map(({ sandbox: _sandbox, ...kept }) => kept);
}

/** Without members that are there but undefined. */
function defined({
  authority,
  clientId,
  account,
  production,
  readOnly,
  color,
  ...needed
}: z.infer<typeof Profile>): Omit<EnvironmentProfile, 'sandbox'> {
  return {
    ...needed,
    ...(authority === undefined ? {} : { authority }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(account === undefined ? {} : { account: knownAccount(account) }),
    ...(production === undefined ? {} : { production }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(color === undefined ? {} : { color }),
  };
}

function knownAccount({
  id,
  username,
  entry,
}: NonNullable<z.infer<typeof Profile>['account']>): NonNullable<EnvironmentProfile['account']> {
  return { id, username, ...(entry === undefined ? {} : { entry }) };
}
