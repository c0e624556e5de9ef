import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { isLoopbackHost } from '../../base/hosts';
import { withBody } from '../../delivery/log/deliveryFile';
import type { DeliveryRecord } from '../../delivery/log/deliveryRecord';
import { replayAll, type ReplayProgress, type ReplayTarget } from '../../delivery/log/replay';
import { bodyFromText } from '../../delivery/bodyDocument';
import { deliveryName } from '../../presentation/deliveries/deliveryTexts';
import {
  replayStart,
  replayUrl,
  replayWizard,
  type ReplayPlace,
  type ReplayState,
} from '../../presentation/deliveries/replayFlow';
import { shownUrl } from '../../presentation/texts/urlText';
import { parseKeptAuth } from '../../webhooks/keptAuth';
import { runWizard } from '../../wizard/wizard';
import { quickInputUi } from '../quickInput';
import { targetDeliveries } from './deliveryCommands';
import type { Services } from './services';
import type { Handlers } from './table';

type ReplayDeliveryCommands = Pick<
  Handlers,
  'dataverseWebhooks.replayDeliveries' | 'dataverseWebhooks.editDelivery'
>;

/** Commands that send kept deliveries again. */
export function replayDeliveryCommands(services: Services): ReplayDeliveryCommands {
  return {
    'dataverseWebhooks.replayDeliveries': async (_nodes, _resource, ids) =>
      replayRecords(services, await toReplay(services, ids)),
    'dataverseWebhooks.editDelivery': async (_nodes, _resource, ids) => {
      const [record] = await targetDeliveries(services, ids.slice(0, 1));
      if (record !== undefined) await services.deliveries.texts.edit(record);
    },
  };
}

/** The deliveries of the items, or the one that is being changed in the editor. */
async function toReplay(services: Services, ids: readonly string[]): Promise<readonly DeliveryRecord[]> {
  const document = vscode.window.activeTextEditor?.document;
  const edited = document === undefined ? undefined : services.deliveries.texts.editedIn(document);
  if (ids.length > 0 || document === undefined || edited === undefined)
    return targetDeliveries(services, ids);
  const reading = bodyFromText(document.getText(), false);
  if (reading.ok) return [withBody(edited, reading.body.text)];
  services.report.info(vscode.l10n.t('The text is no JSON object, so it cannot be sent as a body.'));
  throw new CancelledError();
}

/** Asks where to, and sends the deliveries there. Those that are not in the list yet come into it. */
export async function replayRecords(services: Services, records: readonly DeliveryRecord[]): Promise<void> {
  const [first] = records;
  if (first === undefined) return;
  const places = placesFor(services);
  const wizard = replayWizard({ count: records.length, name: deliveryName(first), places });
  const answers = await runWizard(wizard, quickInputUi(''), replayStart, services.lifetime);
  const target = await targetOf(services, answers);
  if (target === undefined || !(await mayReplay(services, target, answers, records.length)))
    throw new CancelledError();
  const { times, perSecond } = answers;
  const { log } = services.deliveries;
  for (const record of records)
    if (record.source === 'sample' && log.find(record.id) === undefined) log.put(record);
  const undone = vscode.l10n.t('Could not replay {name}.', { name: deliveryName(first) });
  await services.report.attempt({ undone }, async () => {
    const done = await withProgress(services, (signal, onProgress) =>
      replayAll(
        { records, target, times, perSecond },
        { log: services.deliveries.log, forwarder: services.deliveries.listening.forwarder },
        signal,
        onProgress,
      ),
    );
    // One answer is seen in the list; of many the sum is worth a sentence.
    if (done.total > 1)
      services.report.info(
        vscode.l10n.t('{done} of {total} deliveries were sent, {succeeded} succeeded.', { ...done }),
      );
  });
}

/** Addresses somebody may want: where it is forwarded to, the listener, and the webhooks of environments. */
function placesFor(services: Services): readonly ReplayPlace[] {
  const { current } = services.deliveries.listening;
  const forward = current?.options.forward?.to;
  const here = vscode.l10n.t('This machine');
  const own: ReplayPlace[] = [
    ...(forward === undefined ? [] : [{ url: forward, label: shownUrl(forward), group: here }]),
    ...(current === undefined
      ? []
      : [{ url: current.url, label: vscode.l10n.t('Listener of This Window'), group: here }]),
  ];
  const webhooks = services.list.profiles.flatMap((profile) =>
    services.states.of(profile.id).webhooks.map((webhook): ReplayPlace => ({
      url: webhook.url,
      label: webhook.name,
      group: vscode.l10n.t('WebHooks of {environment}', { environment: profile.name }),
      webhook: { environmentId: profile.id, id: webhook.id, name: webhook.name },
    })),
  );
  return [...own, ...webhooks];
}

/** A webhook gets its own authentication as far as it is kept on this machine, never that of another one. */
async function targetOf(services: Services, answers: ReplayState): Promise<ReplayTarget | undefined> {
  const url = replayUrl(answers);
  if (url === undefined) return undefined;
  const webhook = typeof answers.place === 'object' ? answers.place.webhook : undefined;
  if (webhook === undefined) return { url, authentication: answers.withSecrets ? 'kept' : 'none' };
  const kept = await services.keptSecrets.get(webhook.environmentId, webhook.id);
  const authentication = (kept === undefined ? undefined : parseKeptAuth(kept)) ?? 'none';
  return { url, authentication, webhookName: webhook.name };
}

/** Another machine's address is asked for, except one of the environment's own webhooks. */
async function mayReplay(
  services: Services,
  target: ReplayTarget,
  { place, times }: ReplayState,
  count: number,
): Promise<boolean> {
  const url = URL.parse(target.url);
  if (url === null) return false;
  if (isLoopbackHost(url.hostname)) return true;
  const webhook = typeof place === 'object' ? place.webhook : undefined;
  const production = webhook !== undefined && services.list.find(webhook.environmentId)?.production === true;
  if (webhook !== undefined && !production) return true;
  return services.report.confirm(
    vscode.l10n.t('Send {count} deliveries to {host}?', { count: count * times, host: url.host }),
    production
      ? vscode.l10n.t('This is a webhook of a production environment: its handler acts on what it gets.')
      : target.authentication === 'kept'
        ? vscode.l10n.t(
            'This is not an address of this machine. The rows and the keys in them are sent there.',
          )
        : vscode.l10n.t('This is not an address of this machine. The rows in them are sent there.'),
    vscode.l10n.t('Send'),
  );
}

function withProgress(
  services: Services,
  work: (signal: AbortSignal, onProgress: (progress: ReplayProgress) => void) => Promise<ReplayProgress>,
): Promise<ReplayProgress> {
  const location = vscode.ProgressLocation.Notification;
  const title = vscode.l10n.t('Replaying');
  return Promise.resolve(
    vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      return work(AbortSignal.any([abort.signal, services.lifetime]), ({ done, total }) =>
        progress.report({
          message: vscode.l10n.t('{done} of {total}', { done, total }),
          increment: 100 / total,
        }),
      );
    }),
  );
}
