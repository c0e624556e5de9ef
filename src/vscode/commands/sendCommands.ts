import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import {
  CMD_LIMIT,
  curlCommand,
  httpFile,
  withPlaceholders,
  withSecrets,
  type CopiedRequest,
} from '../../delivery/copies';
import { readableBody } from '../../delivery/bodyDocument';
import { sendPlan, sendStart, type SendContext } from '../../presentation/send/sendAnswers';
import { sendWizard } from '../../presentation/send/sendFlow';
import { testBody } from '../../presentation/send/testBody';
import type { TestEnvironment } from '../../presentation/send/testPlan';
import { findRows } from '../../webhooks/deliveryFacts';
import type { Step, Webhook } from '../../webhooks/model';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import type { OpenDelivery } from '../send/deliveryDocuments';
import { connectionOf, requestFor, sendText } from '../send/sending';
import { pickAct } from '../send/testSecrets';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { stepContext } from './flowParts';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetWebhook } from './targets';

type SendCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.sendTestDelivery'
  | 'dataverseWebhooks.sendDelivery'
  | 'dataverseWebhooks.copyRequest'
  | 'dataverseWebhooks.copyRequestWithSecret'
  | 'dataverseWebhooks.saveDelivery'
>;

/** Commands that send a delivery of one's own, and what can be made of one. */
export function sendCommands(services: Services): SendCommands {
  return {
    'dataverseWebhooks.sendTestDelivery': (nodes) => sendTestDelivery(services, nodes),
    'dataverseWebhooks.sendDelivery': async () => {
      const { delivery, text } = await openDelivery(services);
      await attemptSend(services, delivery, text);
    },
    'dataverseWebhooks.copyRequest': async () => copyRequest(services, false),
    'dataverseWebhooks.copyRequestWithSecret': async () => copyRequest(services, true),
    'dataverseWebhooks.saveDelivery': () => saveDelivery(services),
  };
}

async function sendTestDelivery(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, webhook, step } = await sendTarget(services, nodes);
  const { profile } = connection;
  const steps = step === undefined ? await stepsOf(services, connection, webhook) : [step];
  const context = sendContext(services, connection, webhook, steps);
  const wizard = sendWizard(context, step);
  const start = sendStart(webhook, step);
  const answers = await runWizard(wizard, quickInputUi(profile.name), start, services.lifetime);
  const plan = sendPlan(context, answers);
  if (plan === undefined) return;
  const undone = vscode.l10n.t('Could not make the body of the test delivery.');
  await services.report.attempt({ undone, environment: profile }, async () => {
    const body = await services.tree.withProgress(() =>
      testBody(testEnvironment(connection), plan, services.lifetime),
    );
    const delivery: OpenDelivery = {
      environmentId: profile.id,
      webhook,
      stepId: answers.step?.id,
      url: answers.url,
      asynchronous: plan.step.asynchronous,
      sizeExceeded: plan.sizeExceeded,
      origin: { notes: body.notes, rebuilt: false },
    };
    if (answers.alternative === true) await attemptSend(services, delivery, body.text);
    else await services.sending.documents.show(body.text, delivery);
  });
}

function stepsOf(
  services: Services,
  { profile, webhooks }: Connection,
  { id, name }: Webhook,
): Promise<readonly Step[]> {
  const undone = vscode.l10n.t('Could not load the steps of "{name}".', { name });
  return services.report.need({ undone, environment: profile }, () =>
    services.tree.withProgress(() => webhooks.stepsOf(id, services.lifetime)),
  );
}

interface SendTarget {
  readonly connection: Connection;
  readonly webhook: Webhook;
  readonly step: Step | undefined;
}

/** The webhook, and the step where the command was called on one. */
async function sendTarget(services: Services, nodes: readonly TreeNode[]): Promise<SendTarget> {
  const [node] = nodes;
  if (node?.kind !== 'step') return { ...(await targetWebhook(services, nodes)), step: undefined };
  const connection = services.connections.of(node.environmentId);
  if (connection === undefined) throw new CancelledError();
  // As they are now: a test of what was registered yesterday proves nothing.
  const undone = vscode.l10n.t('Could not load the step "{name}".', { name: node.step.name });
  const [webhook, step] = await services.report.need({ undone, environment: connection.profile }, () =>
    services.tree.withProgress(() =>
      Promise.all([
        connection.webhooks.webhook(node.step.webhookId, services.lifetime),
        connection.webhooks.step(node.step.id, services.lifetime),
      ]),
    ),
  );
  return { connection, webhook, step };
}

/** What bodies are made from, by the environment. */
export function testEnvironment({ api, metadata }: Connection): TestEnvironment {
  return { api, metadata, newId: () => crypto.randomUUID(), now: () => Date.now() };
}

/** Where the lists of questions about a body come from. */
export function sendContext(
  services: Services,
  connection: Connection,
  webhook: Pick<Webhook, 'id' | 'name' | 'url'>,
  steps: readonly Step[],
): SendContext {
  const { messages, filters, columns } = stepContext(services, connection, webhook);
  return {
    webhook,
    steps,
    messages,
    filters,
    columns,
    rows: async (table, text, signal) => {
      const found = await connection.metadata.table(table, signal);
      return found === undefined ? [] : findRows(connection.api, found, text, signal);
    },
  };
}

/** Sends, and offers to send again what could not be. */
export async function attemptSend(services: Services, delivery: OpenDelivery, text: string): Promise<void> {
  const undone = vscode.l10n.t('Could not send the delivery to "{name}".', { name: delivery.webhook.name });
  const environment = services.list.find(delivery.environmentId);
  await services.report.attempt({ undone, ...(environment === undefined ? {} : { environment }) }, () =>
    sendText(services, delivery, text),
  );
}

interface Opened {
  readonly delivery: OpenDelivery;
  readonly text: string;
}

/**
 * The delivery in the editor; a saved body belongs to no webhook any more, so it is asked for.
 * @throws CancelledError when there is none.
 */
async function openDelivery(services: Services): Promise<Opened> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !isJson(document)) {
    services.report.info(
      vscode.l10n.t(
        'Open the body of a delivery first: Send Test Delivery makes one, and a saved one can be opened.',
      ),
    );
    throw new CancelledError();
  }
  const text = document.getText();
  const known = services.sending.documents.of(document);
  if (known !== undefined) return { delivery: known, text };
  const { connection, webhook } = await targetWebhook(services, []);
  const delivery: OpenDelivery = {
    environmentId: connection.profile.id,
    webhook,
    stepId: undefined,
    url: webhook.url,
    asynchronous: !/"Mode"\s*:\s*0\b/.test(text),
    sizeExceeded: false,
    origin: { notes: [], rebuilt: false },
  };
  services.sending.documents.adopt(document, delivery);
  return { delivery, text };
}

function isJson({ languageId }: vscode.TextDocument): boolean {
  return languageId === 'json' || languageId === 'jsonc';
}

/** The request of the open delivery, with placeholders or with what is really sent. */
async function openRequest(services: Services, withSecret: boolean): Promise<CopiedRequest> {
  const { delivery, text } = await openDelivery(services);
  const connection = connectionOf(services, delivery);
  const { profile } = connection;
  const auth = withSecret
    ? await services.sending.secrets.of(profile, delivery.webhook, services.lifetime)
    : await services.sending.secrets.placeholders(profile, delivery.webhook);
  const request = requestFor(services, connection, delivery, text, auth);
  const copied = withSecret ? withSecrets(request) : withPlaceholders(request);
  if (copied !== undefined) return copied;
  services.report.info(vscode.l10n.t('The address or the authentication of this delivery cannot be sent.'));
  throw new CancelledError();
}

async function copyRequest(services: Services, withSecret: boolean): Promise<void> {
  const request = await openRequest(services, withSecret);
  const cmd = curlCommand(request, 'cmd');
  const text = await pickAct<string>(
    withSecret ? vscode.l10n.t('Copy request with its secret in the clear') : vscode.l10n.t('Copy request'),
    [
      {
        label: vscode.l10n.t('curl for {shell}', { shell: 'bash' }),
        detail: vscode.l10n.t('Also zsh, Git Bash and WSL.'),
        value: curlCommand(request, 'bash'),
      },
      {
        label: vscode.l10n.t('curl for {shell}', { shell: 'PowerShell' }),
        value: curlCommand(request, 'powershell'),
      },
      // A longer line cannot be typed there.
      ...(cmd.length <= CMD_LIMIT
        ? [{ label: vscode.l10n.t('curl for the Windows Command Prompt'), value: cmd }]
        : []),
      { label: vscode.l10n.t('.http file'), value: httpFile(request, nameOf(request)) },
    ],
  );
  if (text === undefined) return;
  await vscode.env.clipboard.writeText(text);
  services.report.info(
    withSecret
      ? vscode.l10n.t('Copied with the secret in the clear.')
      : vscode.l10n.t('Copied. Words that begin with {word} stand for secrets.', { word: 'YOUR_' }),
  );
}

function nameOf({ body }: CopiedRequest): string {
  return /"MessageName":"(\w+)"/.exec(body)?.[1] ?? 'delivery';
}

async function saveDelivery(services: Services): Promise<void> {
  const request = await openRequest(services, false);
  const name = nameOf(request);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    filters: { [vscode.l10n.t('Body')]: ['json'], [vscode.l10n.t('Request')]: ['http'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `${name}.json`) }),
  });
  if (target === undefined) return;
  const text = target.path.endsWith('.http') ? httpFile(request, name) : readableBody(request.body);
  await vscode.workspace.fs.writeFile(target, Buffer.from(text, 'utf8'));
}
