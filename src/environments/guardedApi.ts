import { AppError } from '../base/errors';
import type { WebApi } from '../dataverse/webApi';
import type { EnvironmentProfile } from './profile';

/** Why an environment takes no write, or no request at all. */
export class EnvironmentGuardError extends AppError<'readOnly' | 'removed'> {
  override readonly name = 'EnvironmentGuardError';
}

/**
 * An environment as it is now. What holds a connection, a report that is open or a wizard, was given the environment of
 * then: it may have been set to read-only since, marked as production, or removed.
 * @throws EnvironmentGuardError `removed` when it is not in the list any more, or leads elsewhere.
 */
export function profileOfNow(
  list: { find(id: string): EnvironmentProfile | undefined },
  { id, url }: EnvironmentProfile,
): EnvironmentProfile {
  const now = list.find(id);
  if (now?.url !== url) throw new EnvironmentGuardError('removed', `${url} was removed from the list`);
  return now;
}

/**
 * The Web API of an environment that looks at every write before it is sent: `beforeWrite` rejects for those that must
 * not be. Reads pass.
 */
export function guardedApi(api: WebApi, beforeWrite: () => Promise<void>): WebApi {
  return {
    get: (path, options) => api.get(path, options),
    pages: (path, options) => api.pages(path, options),
    fetchPages: (entitySet, fetchXml, options) => api.fetchPages(entitySet, fetchXml, options),
    create: async (entitySet, body, options) => {
      await beforeWrite();
      return api.create(entitySet, body, options);
    },
    update: async (path, body, options) => {
      await beforeWrite();
      return api.update(path, body, options);
    },
    remove: async (path, options) => {
      await beforeWrite();
      return api.remove(path, options);
    },
    associate: async (path, targetPath, options) => {
      await beforeWrite();
      return api.associate(path, targetPath, options);
    },
    disassociate: async (path, options) => {
      await beforeWrite();
      return api.disassociate(path, options);
    },
    action: async (path, parameters, options) => {
      await beforeWrite();
      return api.action(path, parameters, options);
    },
    batch: async (batch, options) => {
      await beforeWrite();
      return api.batch(batch, options);
    },
  };
}
