import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import type { EnvironmentList } from '../environments/environmentList';

/** Every context key of the extension with its type. The manifest's `when` clauses use these and no others. */
export interface ContextKeys {
  /** True when the list of environments is not empty. */
  'dataverseWebhooks.hasEnvironment': boolean;
  /** True when an environment of the list is a sandbox of this window. */
  'dataverseWebhooks.sandboxRunning': boolean;
  /** True when the last change of an environment can be taken back. */
  'dataverseWebhooks.canUndo': boolean;
  /** True while the tree shows only what fits a search or a filter. */
  'dataverseWebhooks.filtered': boolean;
  /** True while the job report with the focus is being watched. */
  'dataverseWebhooks.watchingJobs': boolean;
  /** True while the rows of the job report with the focus are those of its query. */
  'dataverseWebhooks.jobsExportable': boolean;
  /** URIs of the documents that are bodies of deliveries. */
  'dataverseWebhooks.deliveryDocuments': readonly string[];
  /** True while the listener of this window listens. */
  'dataverseWebhooks.listening': boolean;
  /** True when deliveries are kept. */
  'dataverseWebhooks.hasDeliveries': boolean;
  /** True from the first delivery or listener of this workspace on: only then the view of deliveries takes room. */
  'dataverseWebhooks.deliveriesUsed': boolean;
  /** True while the list of deliveries shows only what fits a filter. */
  'dataverseWebhooks.deliveriesFiltered': boolean;
}

/** Sets a context key; the one door to `setContext`. */
export function setContextKey<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}

/** A context key that is set only when it changes, however often it is told. */
export function contextFlag(key: BooleanKey): (value: boolean) => void {
  let before: boolean | undefined;
  return (value) => {
    if (value !== before) setContextKey(key, value);
    before = value;
  };
}

type BooleanKey = { [K in keyof ContextKeys]: ContextKeys[K] extends boolean ? K : never }[keyof ContextKeys];

/** Keeps the context keys equal to the list of environments. */
export function keepContextKeys(list: EnvironmentList): Disposable {
  const set = (): void => {
    setContextKey('dataverseWebhooks.hasEnvironment', list.profiles.length > 0);
    setContextKey(
      'dataverseWebhooks.sandboxRunning',
      list.profiles.some((profile) => profile.sandbox),
    );
  };
  set();
  return list.onDidChange(set);
}
