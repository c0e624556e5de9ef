import * as vscode from 'vscode';
import { createLifetime, type Disposable } from './base/disposable';
import { createNodeFetchTransport } from './dataverse/nodeFetchTransport';
import { EnvironmentList } from './environments/environmentList';
import { registerCommands } from './vscode/commands/registry';
import type { Services } from './vscode/commands/services';
import { createChangeParts } from './vscode/changeParts';
import { Connections } from './vscode/connections';
import { keepContextKeys } from './vscode/contextKeys';
import { createDeliveryParts } from './vscode/deliveries/deliveryParts';
import { createLogChannel } from './vscode/log';
import { lazyJobsPanels } from './vscode/panels/lazyPanels';
import { KeptSecrets } from './environments/keptSecrets';
import { createSendParts } from './vscode/send/sendParts';
import { createQueries } from './vscode/queries/queryParts';
import { RememberedSolutions } from './vscode/rememberedSolutions';
import { speakWithReader } from './vscode/readerLanguage';
import { Report } from './vscode/report';
import { RequestDocuments } from './vscode/requestDocuments';
import { registerDebugging } from './vscode/debugging';
import { signInSessions } from './vscode/signIn/sessions';
import { EnvironmentStatus } from './vscode/statusBar';
import { allowWrite } from './vscode/writeGuard';
import { SandboxEnvironment } from './vscode/sandboxEnvironment';
import { profileStorage, secretStore } from './vscode/storage';
import { createTree } from './vscode/tree/treeParts';

/** Ends what would leave something half on a disk. */
let leave: (() => Promise<void> | undefined) | undefined;

/** Builds the extension. No network, no secret is read, nothing heavy is loaded. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  speakWithReader();
  const own = <T extends Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(createLogChannel());
  const secrets = secretStore(context.secrets);
  const list = own(new EnvironmentList(profileStorage(context.globalState), secrets));
  const report = new Report(log, (environment) => {
    const node = { kind: 'environment', environmentId: environment.id } as const;
    void vscode.commands.executeCommand('dataverseWebhooks.signIn', node);
  });
  const transport = createNodeFetchTransport();
  const sessions = own(signInSessions({ list, secrets, transport, report }));
  const connections = own(
    new Connections({
      list,
      sessions,
      transport,
      log,
      onWait: (name, milliseconds) => report.waiting(name, milliseconds),
      beforeWrite: (profile) => allowWrite(profile, report),
    }),
  );
  const { states, tree } = own(createTree(list, connections, report, context.workspaceState));
  const sandbox = own(
    new SandboxEnvironment(list, log, {
      script: context.asAbsolutePath('dist/sandbox.js'),
      name: vscode.l10n.t('Sandbox'),
    }),
  );
  const queries = own(createQueries(context, list, connections, report));
  const panels = own(lazyJobsPanels(context, connections, states, queries, log));
  leave = () => panels.loaded?.leave();
  for (const one of [keepContextKeys(list), new EnvironmentStatus(list, sessions, tree)]) own(one);
  own(vscode.window.onDidChangeWindowState(({ focused }) => (focused ? list.reload() : undefined)));
  const services: Services = {
    list,
    connections,
    sessions,
    transport,
    states,
    tree,
    panels,
    queries,
    sandbox,
    report,
    requests: own(new RequestDocuments()),
    ...own(createChangeParts(list)),
    ...own(createSendParts(new KeptSecrets(secrets, list))),
    rememberedSolutions: new RememberedSolutions(context.globalState),
    ...own(createDeliveryParts(context, secrets, log)),
    log,
    manifest: context.extension.packageJSON as unknown,
    lifetime: own(createLifetime()).signal,
  };
  for (const one of [registerCommands(services), registerDebugging(services)]) own(one);
  await sandbox.adopt(process.env);
}

/** The window closes or is loaded anew; the editor waits for this for some seconds. */
export function deactivate(): Promise<void> | undefined {
  return leave?.();
}
