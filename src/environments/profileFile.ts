import { AppError } from '../base/errors';
import { parseProfiles, storedProfiles, type EnvironmentProfile } from './profile';

/** Why a file is no list of environments. */
export class ProfileFileError extends AppError<'notJson' | 'notProfiles'> {
  override readonly name = 'ProfileFileError';
}

const FORMAT = 'dataverse-webhooks.environments';

/**
 * The list of environments as a file for somebody else, or another machine: no secret, and no account, because who
 * signs in is theirs to say.
 */
export function exportProfiles(profiles: readonly EnvironmentProfile[]): string {
  const environments = storedProfiles(profiles.map(({ account: _account, ...profile }) => profile));
  return `${JSON.stringify({ format: FORMAT, version: 1, environments }, undefined, 2)}\n`;
}

/** What a file brings: environments that are new, how many were known by their URL already, and how many are none. */
export interface ImportedProfiles {
  readonly added: readonly EnvironmentProfile[];
  readonly known: number;
  readonly unreadable: number;
}

/**
 * Reads a file of `exportProfiles`. Environments whose URL is in the list already are left as they are here.
 * @param newId gives an id that nobody has; ids of the file count for nothing, because secrets hang on them.
 * @throws ProfileFileError
 */
export function importProfiles(
  text: string,
  present: readonly EnvironmentProfile[],
  newId: () => string,
): ImportedProfiles {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new ProfileFileError('notJson', 'The file is not JSON');
  }
  if (!isFile(parsed)) throw new ProfileFileError('notProfiles', 'The file is no list of environments');
  const urls = new Set(present.map(({ url }) => url));
  const read = parseProfiles(parsed.environments);
  const added = read.filter(({ url }) => {
    const isNew = !urls.has(url);
    urls.add(url);
    return isNew;
  });
  return {
    unreadable: parsed.environments.length - read.length,
    added: added.map(({ account: _account, ...profile }) => ({ ...profile, id: newId() })),
    known: read.length - added.length,
  };
}

function isFile(value: unknown): value is { readonly environments: readonly unknown[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === FORMAT &&
    'environments' in value &&
    Array.isArray(value.environments)
  );
}
