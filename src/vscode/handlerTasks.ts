import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import { DEBUG_TYPE } from '../handlers/debugFiles';
import type { Services } from './commands/services';

/** The problem matcher that tells the editor when a task is ready, so that a launch may wait for it. */
const MATCHER = '$dataverse-webhooks';

/** Tasks that start the listener or the sandbox, alone or with the user's own handler. They run until they are ended. */
export function registerHandlerTasks(services: Services): Disposable {
  return vscode.tasks.registerTaskProvider(DEBUG_TYPE, {
    provideTasks: () => [
      taskOf(services, { type: DEBUG_TYPE, with: 'listener' }, vscode.l10n.t('Listen for WebHooks')),
      taskOf(services, { type: DEBUG_TYPE, with: 'sandbox' }, vscode.l10n.t('Sandbox')),
    ],
    // The definition must stay the object it is, or the editor does not know the task again.
    resolveTask: ({ definition, name, scope }) => taskOf(services, definition, name, scope),
  });
}

function taskOf(
  services: Services,
  definition: vscode.TaskDefinition,
  name: string,
  scope: vscode.Task['scope'] = vscode.TaskScope.Workspace,
): vscode.Task {
  const execution = new vscode.CustomExecution(async (resolved) => {
    const { HandlerTerminal } = await import('./later');
    return new HandlerTerminal(services, resolved, name);
  });
  const task = new vscode.Task(definition, scope, name, vscode.l10n.t('Dataverse WebHooks'), execution, [
    MATCHER,
  ]);
  task.isBackground = true;
  return task;
}
