import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';

/** The log of the extension: one channel that honours the user's log level and is never brought to the front unasked. */
export interface LogChannel extends Log, Disposable {
  show(): void;
}

/** Makes the one log channel. */
export function createLogChannel(): LogChannel {
  const channel = vscode.window.createOutputChannel('Dataverse WebHooks', { log: true });
  return {
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message) => channel.error(message),
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}
