import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { isLoopbackHost } from '../../base/hosts';
import { bodyFromText, headersOfBody } from '../../delivery/bodyDocument';
import { withPlaceholders } from '../../delivery/copies';
import type { DeliveryRecord } from '../../delivery/log/deliveryRecord';
import { pendingRecord, resultParts, sentRequest } from '../../delivery/log/keepDelivery';
import type { DeliveryRequest, DeliveryResult } from '../../delivery/sender';
import { exchangeText } from '../../presentation/send/exchangeText';
import { bodyProblemText, sendQuestion, verdictOf } from '../../presentation/send/sendTexts';
import type { WebhookAuth } from '../../webhooks/model';
import type { Connection } from '../connections';
import type { Services } from '../commands/services';
import type { OpenDelivery } from './deliveryDocuments';
import { secretsIn } from './testSecrets';

/** The connection a delivery belongs to. @throws CancelledError when its environment is not in the list any more. */
export function connectionOf(services: Services, delivery: OpenDelivery): Connection {
  const connection = services.connections.of(delivery.environmentId);
  if (connection !== undefined) return connection;
  services.report.info(
    vscode.l10n.t('The environment of this delivery is not in the list any more. Add it again, then send.'),
  );
  throw new CancelledError();
}

/** The request that a text stands for; says why it is none. @throws CancelledError then. */
export function requestFor(
  services: Services,
  connection: Connection,
  delivery: OpenDelivery,
  text: string,
  authentication: WebhookAuth,
): DeliveryRequest {
  const reading = bodyFromText(text, delivery.sizeExceeded);
  if (!reading.ok) {
    services.report.info(bodyProblemText(reading.problem));
    throw new CancelledError();
  }
  const organization = new URL(connection.profile.url).hostname;
  return {
    url: delivery.url,
    authentication,
    headers: headersOfBody(reading.members, organization),
    body: reading.body,
  };
}

/** Sends what is written, after the questions that it needs, and shows what came of it. */
export async function sendText(services: Services, delivery: OpenDelivery, text: string): Promise<void> {
  const connection = connectionOf(services, delivery);
  // What cannot be sent is said before anybody has to answer a question.
  requestFor(services, connection, delivery, text, NO_SECRET);
  await askBefore(services, connection, delivery);
  const auth = await services.sending.secrets.of(connection.profile, delivery.webhook, services.lifetime);
  const request = requestFor(services, connection, delivery, text, auth);
  const kept = keep(services, delivery, request);
  const result = await sendNow(services, delivery, request);
  if (kept !== undefined) services.deliveries.log.change(kept.id, resultParts(result));
  // A secret that was mistyped is asked for again.
  if (result.error?.kind === 'nonSuccess' && [401, 403].includes(result.error.status))
    services.sending.secrets.forget(connection.profile, delivery.webhook);
  const verdict = verdictOf(result, delivery.webhook.name, delivery.asynchronous);
  if (verdict.kind === 'cancelled') return;
  const shown = withPlaceholders(request);
  const sentences = [verdict.happened, verdict.meaning, verdict.next].filter((part) => part !== '');
  const open = vscode.l10n.t('Show Answer');
  const taken = await services.report.offer(sentences.join(' '), open, services.lifetime);
  if (taken && shown !== undefined) {
    const exchange = exchangeText(shown, result, verdict, delivery.origin, secretsIn(auth));
    await services.requests.show(exchange);
  }
}

/** Among the deliveries of the window before it is answered, so that one that hangs is seen, too. */
function keep(
  { deliveries }: Services,
  { environmentId, webhook }: OpenDelivery,
  request: DeliveryRequest,
): DeliveryRecord | undefined {
  const sent = sentRequest(request);
  // What cannot be sent at all is told, but is no delivery.
  if (sent === undefined) return undefined;
  const origin = { source: 'sent', at: Date.now(), environmentId, webhookName: webhook.name } as const;
  const record = pendingRecord(sent, origin);
  deliveries.log.put(record);
  return record;
}

const NO_SECRET: WebhookAuth = { type: 'httpHeader', pairs: [] };

/** @throws CancelledError when the answer is no. */
async function askBefore(
  services: Services,
  { profile, webhooks }: Connection,
  delivery: OpenDelivery,
): Promise<void> {
  const url = URL.parse(delivery.url);
  if (url === null) return; // The sender says what is wrong with it.
  const isLoopback = isLoopbackHost(url.hostname);
  const isOwn = isLoopback || (await isAddressOfWebhook(services, webhooks, delivery));
  const asked = sendQuestion({
    host: url.host,
    isLoopback,
    isOwn,
    production: profile.production === true,
    environment: profile.name,
  });
  if (asked === undefined) return;
  const yes = await services.report.confirm(asked.question, asked.detail, vscode.l10n.t('Send'));
  if (!yes) throw new CancelledError();
}

/** By what the service says now: a webhook may have been changed since the document was opened. */
async function isAddressOfWebhook(
  services: Services,
  webhooks: Connection['webhooks'],
  delivery: OpenDelivery,
): Promise<boolean> {
  const all = await webhooks.webhooks(services.lifetime);
  return all.some(({ url }) => url === delivery.url);
}

function sendNow(
  services: Services,
  { webhook }: OpenDelivery,
  request: DeliveryRequest,
): Promise<DeliveryResult> {
  const title = vscode.l10n.t('Sending to {name}…', { name: webhook.name });
  const location = vscode.ProgressLocation.Notification;
  return Promise.resolve(
    vscode.window.withProgress({ location, title, cancellable: true }, (_progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      return services.sending.sender.send(request, AbortSignal.any([abort.signal, services.lifetime]));
    }),
  );
}
