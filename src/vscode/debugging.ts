import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { DEBUG_TYPE } from '../handlers/debugFiles';
import { readDebugSettings, type DebugSettings } from '../presentation/handlers/debugSettings';
import type { Services } from './commands/services';
import { asAct } from './act';
import { registerHandlerTasks } from './handlerTasks';

/** Where the root session of a handler keeps what belongs to it and ends with it. */
const SESSION_PROPERTY = '__dataverseWebhooks';

/** What runs for a session: since when it is resolved, and from when on the editor has really begun it. */
interface Begun {
  readonly name: string;
  readonly end: () => Promise<void>;
  begun: boolean;
}

/** What runs for the sessions of this window, by the id in their configuration. */
type Running = Map<string, Begun>;

/** The configuration that starts the handler; undefined when there is none to start. */
type Started = vscode.DebugConfiguration | undefined;

/**
 * Debug configurations that start the sandbox or a listener together with the user's own handler. In the sandbox the
 * handler is registered for the session, with a secret of the session that is in its environment and nowhere else; the
 * listener passes on what arrives, and the secret of the webhook that sends it is asked for.
 */
export function registerDebugging(services: Services): Disposable {
  const store = new DisposableStore();
  const running: Running = new Map();
  const end = async (id: unknown): Promise<void> => {
    const ending = typeof id === 'string' ? running.get(id) : undefined;
    if (typeof id !== 'string' || ending === undefined) return;
    running.delete(id);
    try {
      await ending.end();
    } catch (error) {
      services.report.background(error, 'What was started for a debug session did not end.');
    }
  };
  store.add(
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, {
      resolveDebugConfiguration: async (folder, configuration, token) => {
        // A handler that could not be started has left behind what was started for it.
        for (const [id, { name, begun }] of running) if (name === configuration.name && !begun) await end(id);
        return resolve(services, running, { folder, configuration }, token);
      },
    }),
  );
  store.add(
    vscode.debug.onDidStartDebugSession(({ configuration }) => {
      const id: unknown = configuration[SESSION_PROPERTY];
      const started = typeof id === 'string' ? running.get(id) : undefined;
      if (started !== undefined) started.begun = true;
    }),
  );
  store.add(
    vscode.debug.onDidTerminateDebugSession(({ parentSession, configuration }) => {
      const id: unknown = configuration[SESSION_PROPERTY];
      if (parentSession === undefined) void end(id);
    }),
  );
  // Tasks start the same, for who does not debug.
  store.add(registerHandlerTasks(services));
  store.add({ dispose: () => running.forEach(({ end: ending }) => void ending().catch(() => undefined)) });
  return store;
}

/** What the editor was asked to debug. */
interface Asked {
  readonly folder: vscode.WorkspaceFolder | undefined;
  readonly configuration: vscode.DebugConfiguration;
}

async function resolve(
  services: Services,
  running: Running,
  { folder, configuration }: Asked,
  token: vscode.CancellationToken | undefined,
): Promise<Started> {
  const reading = readDebugSettings(configuration);
  if (!reading.ok) {
    services.report.info(reading.text);
    return undefined;
  }
  const { settings } = reading;
  const abort = new AbortController();
  const cancelling = token?.onCancellationRequested(() => abort.abort());
  const signal = AbortSignal.any([abort.signal, services.lifetime]);
  let started: Started;
  const undone = vscode.l10n.t('Could not start "{name}".', { name: settings.name });
  try {
    await asAct(async () => {
      const { environmentOf, withListener, withSandbox } = await import('./later');
      const session =
        settings.with === 'sandbox'
          ? await withSandbox(services, settings, signal)
          : await withListener(services, settings, signal);
      if (session === undefined) return;
      if (settings.with === 'listener')
        services.report.info(
          vscode.l10n.t(
            'Listening at {url}. What arrives is passed on to the handler while it is debugged.',
            { url: session.address },
          ),
        );
      const id = crypto.randomUUID();
      running.set(id, { name: settings.name, end: session.end, begun: false });
      started = handlerConfiguration(settings, id, { ...environmentOf(settings.handler), ...session.env });
    });
  } catch (error) {
    // The editor begins anew: what was started here alone would belong to no session.
    const retry = (): void => void vscode.debug.startDebugging(folder, configuration);
    services.report.failure({ error, undone, retry });
  } finally {
    cancelling?.dispose();
  }
  return started;
}

/** The user's own configuration, with what the handler needs to know in its environment. */
function handlerConfiguration(
  { name, handler }: DebugSettings,
  id: string,
  env: Readonly<Record<string, unknown>>,
): vscode.DebugConfiguration {
  return { ...handler, name, env, [SESSION_PROPERTY]: id };
}
