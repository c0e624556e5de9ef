import type { TokenProvider } from '../dataverse/webApi';
import type { EnvironmentList } from './environmentList';
import type { EnvironmentProfile } from './profile';

/**
 * The token kept for an environment. It cannot be renewed: once the service has refused it there is none, and the
 * call ends with `unauthorized`, unless another window or the user has put in a new one meanwhile.
 */
export function keptToken(list: EnvironmentList, profile: EnvironmentProfile): TokenProvider {
  return {
    token: async ({ refused }) => {
      if (profile.signIn === 'none') return undefined;
      const kept = await list.token(profile);
      const same = kept !== undefined && kept.reveal() === refused?.token?.reveal();
      return same ? undefined : kept;
    },
  };
}
