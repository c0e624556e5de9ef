import { AppError } from '../base/errors';
import type { WebApi } from '../dataverse/webApi';

/** Why an environment takes no write. */
export class EnvironmentGuardError extends AppError<'readOnly'> {
  override readonly name = 'EnvironmentGuardError';
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
