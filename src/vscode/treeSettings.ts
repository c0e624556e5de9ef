import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';

const SECTION = 'dataverseWebhooks.tree';
const SHOW_OTHER_ENDPOINTS = 'showOtherEndpoints';

/** True when endpoints of other contracts are shown, read-only. */
export function showOtherEndpoints(): boolean {
  return vscode.workspace.getConfiguration(SECTION).get<boolean>(SHOW_OTHER_ENDPOINTS, false);
}

/** Calls back when the user has changed whether they are shown. */
export function onDidChangeOtherEndpoints(changed: () => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.${SHOW_OTHER_ENDPOINTS}`)) changed();
  });
}
