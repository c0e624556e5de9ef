import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { deliveryFile, readDeliveryFile } from '../../delivery/log/deliveryFile';
import type { DeliveryRecord } from '../../delivery/log/deliveryRecord';
import {
  allDeliveries,
  OUTCOME_TRAITS,
  SOURCE_TRAITS,
  type DeliveryTrait,
} from '../../presentation/deliveries/deliveryFilter';
import { traitText } from '../../presentation/deliveries/filterTexts';
import { deliveriesHttpFile } from '../../presentation/deliveries/deliveryText';
import { deliveryName, outcomeText, timeText } from '../../presentation/deliveries/deliveryTexts';
import { BACK, type PickChoice } from '../../wizard/ui';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import type { Handler, Handlers } from './table';
import { pickOne } from './targets';

type DeliveryCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.showDelivery'
  | 'dataverseWebhooks.compareDeliveries'
  | 'dataverseWebhooks.pinDeliveries'
  | 'dataverseWebhooks.unpinDeliveries'
  | 'dataverseWebhooks.exportDeliveries'
  | 'dataverseWebhooks.openDeliveries'
  | 'dataverseWebhooks.deleteDeliveries'
  | 'dataverseWebhooks.clearDeliveries'
  | 'dataverseWebhooks.findDeliveries'
  | 'dataverseWebhooks.filterDeliveries'
  | 'dataverseWebhooks.clearDeliveriesFilter'
  | 'dataverseWebhooks.loadMoreDeliveries'
>;

/** Commands about the deliveries that are kept. */
export function deliveryCommands(services: Services): DeliveryCommands {
  const { log, list, panels } = services.deliveries;
  const pin =
    (pinned: boolean): Handler =>
    async (_nodes, _resource, ids) => {
      const records = await targetDeliveries(services, ids);
      tellUnpinned(
        services,
        log.pin(
          records.map(({ id }) => id),
          pinned,
        ),
      );
    };
  return {
    'dataverseWebhooks.showDelivery': async (_nodes, _resource, ids) => {
      const [record] = await targetDeliveries(services, ids.slice(0, 1));
      if (record !== undefined) (await panels.load()).show(record);
    },
    'dataverseWebhooks.compareDeliveries': (_nodes, _resource, ids) => compare(services, ids),
    'dataverseWebhooks.pinDeliveries': pin(true),
    'dataverseWebhooks.unpinDeliveries': pin(false),
    'dataverseWebhooks.exportDeliveries': (_nodes, _resource, ids) => exportDeliveries(services, ids),
    'dataverseWebhooks.openDeliveries': () => openDeliveries(services),
    'dataverseWebhooks.deleteDeliveries': async (_nodes, _resource, ids) => {
      const records = await targetDeliveries(services, ids);
      log.remove(records.map(({ id }) => id));
    },
    'dataverseWebhooks.clearDeliveries': async () => {
      const act = vscode.l10n.t('Clear');
      const question = vscode.l10n.t('Remove all deliveries from the list?');
      const detail = vscode.l10n.t('Pinned ones stay. Export what is still needed first.');
      if (await services.report.confirm(question, detail, act)) log.clear();
    },
    'dataverseWebhooks.findDeliveries': () => find(services),
    'dataverseWebhooks.filterDeliveries': () => filter(services),
    'dataverseWebhooks.clearDeliveriesFilter': () => {
      list.setFilter(allDeliveries);
      return Promise.resolve();
    },
    'dataverseWebhooks.loadMoreDeliveries': () => {
      list.loadMore();
      return Promise.resolve();
    },
  };
}

/** Pinned deliveries never go away by themselves, so there may be no room for another. */
function tellUnpinned({ report }: Services, refused: number): void {
  if (refused === 0) return;
  report.info(
    vscode.l10n.t(
      '{count} deliveries were not pinned: pinned ones may fill half of the list. Unpin or delete some, or export them.',
      { count: refused },
    ),
  );
}

/** The deliveries a command is about: those of the items, those that are selected, or one that is picked. */
export async function targetDeliveries(
  services: Services,
  ids: readonly string[],
): Promise<readonly DeliveryRecord[]> {
  const { log, list } = services.deliveries;
  const named = ids.flatMap((id) => log.find(id) ?? []);
  if (named.length > 0) return named;
  if (list.selection.length > 0) return list.selection;
  return [await pickDelivery(services, vscode.l10n.t('Which delivery?'), log.kept.records)];
}

function pickDelivery(
  services: Services,
  title: string,
  records: readonly DeliveryRecord[],
): Promise<DeliveryRecord> {
  const choices = records.map((record) => ({
    value: record,
    label: deliveryName(record),
    description: `${outcomeText(record)} · ${timeText(record.at)}`,
  }));
  const none = vscode.l10n.t('There is no delivery yet. Use Start Listening or Open Delivery File first.');
  return pickOne(services, title, choices, none);
}

async function compare(services: Services, ids: readonly string[]): Promise<void> {
  const { log, texts } = services.deliveries;
  const [first, second] = await targetDeliveries(services, ids);
  if (first === undefined) return;
  const others = log.kept.records.filter(({ id }) => id !== first.id);
  const other = second ?? (await pickDelivery(services, vscode.l10n.t('Compare with'), others));
  // The older one on the left, as in every comparison of versions.
  const [older, newer] = first.at <= other.at ? [first, other] : [other, first];
  await texts.compare(older, newer);
}

async function exportDeliveries(services: Services, ids: readonly string[]): Promise<void> {
  const records = ids.length > 0 ? await targetDeliveries(services, ids) : await selectedOrLeft(services);
  const [first] = records;
  if (first === undefined) return;
  const name = records.length === 1 ? deliveryName(first) : vscode.l10n.t('deliveries');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${name.replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim()}.json`;
  const target = await vscode.window.showSaveDialog({
    filters: { [vscode.l10n.t('Deliveries')]: ['json'], [vscode.l10n.t('Requests')]: ['http'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, file) }),
  });
  if (target === undefined) throw new CancelledError();
  const text = target.path.endsWith('.http') ? deliveriesHttpFile(records) : deliveryFile(records);
  await vscode.workspace.fs.writeFile(target, Buffer.from(text, 'utf8'));
}

async function selectedOrLeft(services: Services): Promise<readonly DeliveryRecord[]> {
  const { list } = services.deliveries;
  if (list.selection.length > 0) return list.selection;
  return list.left.length > 0 ? list.left : targetDeliveries(services, []);
}

/** Largest file that is read as deliveries. */
const MAX_FILE = 64 * 1_048_576;

async function openDeliveries(services: Services): Promise<void> {
  const { log } = services.deliveries;
  let unpinned = 0;
  const files = await vscode.window.showOpenDialog({
    canSelectMany: true,
    filters: { [vscode.l10n.t('Deliveries and bodies')]: ['json'] },
    openLabel: vscode.l10n.t('Open'),
  });
  for (const file of files ?? []) {
    const { size } = await vscode.workspace.fs.stat(file);
    const text =
      size > MAX_FILE ? undefined : Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8');
    const records = text === undefined ? undefined : readDeliveryFile(text, Date.now());
    if (records === undefined) {
      services.report.info(
        vscode.l10n.t('{file} holds no deliveries: it is not JSON, or larger than 64 MB.', {
          file: file.path,
        }),
      );
      continue;
    }
    for (const record of records) log.put(record);
    unpinned += log.pin(
      records.map(({ id }) => id),
      true,
    );
  }
  tellUnpinned(services, unpinned);
  if (files !== undefined) await vscode.commands.executeCommand('dataverseWebhooks.deliveries.focus');
}

async function find(services: Services): Promise<void> {
  const { list } = services.deliveries;
  const place = { title: vscode.l10n.t('Find Deliveries'), number: 1, total: 1, canGoBack: false };
  const text = await quickInputUi('').input(
    place,
    {
      prompt: vscode.l10n.t(
        'Words that a delivery must have in its message, table, row, step, address, header or body',
      ),
      value: list.filter.text,
      check: () => undefined,
    },
    services.lifetime,
  );
  if (text === BACK) throw new CancelledError();
  list.setFilter({ ...list.filter, text });
}

async function filter(services: Services): Promise<void> {
  const { list } = services.deliveries;
  const choice = (trait: DeliveryTrait, group: string): PickChoice<DeliveryTrait> => ({
    value: trait,
    label: traitText(trait),
    group,
  });
  const place = { title: vscode.l10n.t('Filter Deliveries'), number: 1, total: 1, canGoBack: false };
  const picked = await quickInputUi('').pickMany<DeliveryTrait>(
    place,
    {
      placeholder: vscode.l10n.t('What to show; nothing of a group shows all of it'),
      choices: [
        ...OUTCOME_TRAITS.map((trait) => choice(trait, vscode.l10n.t('Outcome'))),
        ...SOURCE_TRAITS.map((trait) => choice(trait, vscode.l10n.t('Where from'))),
        choice('pinned', vscode.l10n.t('Other')),
      ],
      isPicked: (trait) => list.filter.traits.has(trait),
    },
    services.lifetime,
  );
  if (picked === BACK) throw new CancelledError();
  list.setFilter({ ...list.filter, traits: new Set(picked) });
}
