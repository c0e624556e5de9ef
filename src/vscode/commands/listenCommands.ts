import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { isLoopbackHost } from '../../base/hosts';
import { listenWizard, type ListenState } from '../../presentation/deliveries/listenFlow';
import { publicAddressRemark, publicAddressText } from '../../presentation/deliveries/publicAddress';
import { BACK } from '../../wizard/ui';
import { runWizard } from '../../wizard/wizard';
import { authOf } from '../../presentation/flows/authQuestions';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment } from './targets';
import { registerWebhookAt } from './webhookCommands';

type ListenCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.startListening'
  | 'dataverseWebhooks.changeListening'
  | 'dataverseWebhooks.stopListening'
  | 'dataverseWebhooks.registerListener'
>;

/** Commands about the listener of this machine. */
export function listenCommands(services: Services): ListenCommands {
  return {
    'dataverseWebhooks.startListening': () => askAndListen(services),
    'dataverseWebhooks.changeListening': () => askAndListen(services),
    'dataverseWebhooks.stopListening': () => services.deliveries.listening.stop(),
    'dataverseWebhooks.registerListener': (nodes) => registerListener(services, nodes),
  };
}

async function askAndListen(services: Services, start?: ListenState): Promise<void> {
  const { listening } = services.deliveries;
  const before = start ?? { ...(await listening.answers()), edits: [] };
  const wizard = listenWizard(listening.current !== undefined);
  const answers = await runWizard(wizard, quickInputUi(''), before, services.lifetime);
  if (!(await mayForward(services, answers))) throw new CancelledError();
  const undone = vscode.l10n.t('Could not listen on port {port}.', { port: answers.port });
  try {
    await listening.apply(answers);
    await vscode.commands.executeCommand('dataverseWebhooks.deliveries.focus');
  } catch (error) {
    const changeAnswers = (): void =>
      void services.report.attempt({ undone }, () => askAndListen(services, { ...answers, edits: [] }));
    services.report.failure({ error: portError(error), undone, changeAnswers });
  }
}

/** The system's own words say nothing to somebody who is not its programmer. */
function portError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new Error(vscode.l10n.t('Another program listens there already.'));
  if (code === 'EACCES') return new Error(vscode.l10n.t('The system does not allow this port.'));
  return error;
}

/** What arrives holds data and keys of an environment: it leaves this machine only after a question. */
async function mayForward(services: Services, { forwardTo }: ListenState): Promise<boolean> {
  const url = URL.parse(forwardTo);
  if (url === null || isLoopbackHost(url.hostname)) return true;
  if (services.deliveries.listening.current?.options.forward?.to === forwardTo) return true;
  return services.report.confirm(
    vscode.l10n.t('Forward every delivery to {host}?', { host: url.host }),
    vscode.l10n.t('This is not an address of this machine. Rows and keys of the environment are sent there.'),
    vscode.l10n.t('Forward'),
  );
}

/** Leads to an address that Dataverse can call, and on to the registration of a webhook there. */
async function registerListener(
  services: Services,
  nodes: Parameters<Handlers['dataverseWebhooks.startListening']>[0],
): Promise<void> {
  const { listening } = services.deliveries;
  if (listening.current === undefined) await askAndListen(services);
  const listener = listening.current;
  if (listener === undefined) return;
  const connection = await targetEnvironment(services, nodes);
  const isLocal = isLoopbackHost(new URL(connection.profile.url).hostname);
  const url = isLocal ? `${listener.url}/` : await publicAddress(services, listener.port);
  const answers = await listening.answers();
  const auth = answers.expects ? authOf(answers) : undefined;
  await registerWebhookAt(services, connection, url, auth);
}

/**
 * The address of the editor's own port forwarding. In a window in a browser or on a remote machine the editor gives it;
 * on the desktop its *Ports* view makes a tunnel, and the user pastes what it shows, since no API tells it.
 */
async function publicAddress(services: Services, port: number): Promise<string> {
  const local = vscode.Uri.parse(`http://127.0.0.1:${port}/`);
  const external = await vscode.env.asExternalUri(local);
  const given = external.toString(true);
  if (publicAddressRemark(given)?.severity !== 'error') return given;
  const { ask, open } = publicAddressText(port);
  // The view and the question of its own command; where there is no such command the question below says what to do.
  await vscode.commands.executeCommand('~remote.forwardedPorts.focus').then(undefined, () => undefined);
  if (await services.report.confirm(open.question, open.detail, open.act)) {
    await vscode.commands
      .executeCommand('remote.tunnel.forwardCommandPalette')
      .then(undefined, () => undefined);
  }
  const place = { title: ask.title, number: 1, total: 1, canGoBack: false };
  const answer = await quickInputUi('').input(
    place,
    { prompt: ask.prompt, placeholder: ask.placeholder, value: '', check: publicAddressRemark },
    services.lifetime,
  );
  if (answer === BACK) throw new CancelledError();
  return answer.trim();
}
