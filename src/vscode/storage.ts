import type * as vscode from 'vscode';
import type { SecretStore } from '../auth/ports';
import type { ProfileStorage } from '../environments/environmentList';

/** The list of environments, kept for the user across workspaces. */
export function profileStorage(memento: vscode.Memento): ProfileStorage {
  const key = 'environments';
  return {
    read: () => memento.get<unknown>(key),
    write: async (value) => memento.update(key, value),
  };
}

/** The editor's encrypted store. */
export function secretStore(secrets: vscode.SecretStorage): SecretStore {
  return {
    get: async (key) => secrets.get(key),
    set: async (key, value) => secrets.store(key, value),
    delete: async (key) => secrets.delete(key),
    onDidChange: (listener) => secrets.onDidChange(({ key }) => listener(key)),
  };
}
