import * as l10n from '@vscode/l10n';
import { deliverySummary } from '../../delivery/log/keptParts';
import type { DeliveryRecord } from '../../delivery/log/deliveryRecord';
import { oneLine } from '../texts/plainText';
import type { TooltipLine } from '../tree/treeItems';
import { deliveryName, durationText, outcomeText, refusalText, sourceText, timeText } from './deliveryTexts';
import { fitsFilter, type DeliveryFilter } from './deliveryFilter';
import { momentText, numberText } from '../texts/readerLocale';

/** A row of the list of deliveries. */
export type DeliveryNode =
  | { readonly kind: 'delivery'; readonly deliveryId: string }
  | { readonly kind: 'moreDeliveries'; readonly shown: number; readonly total: number };

/** What a row looks like. */
export interface DeliveryItem {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly contextValue: string;
  readonly tooltip: readonly TooltipLine[];
}

/** Rows that are shown at once before *Load More*. */
export const PAGE_OF_DELIVERIES = 200;

/** Deliveries in the order of the list: newest first, what was forwarded or replayed below what it came from. */
export interface DeliveryRows {
  readonly roots: readonly DeliveryRecord[];
  readonly below: ReadonlyMap<string, readonly DeliveryRecord[]>;
  readonly count: number;
}

/** The rows that a filter leaves. */
export function deliveryRows(records: readonly DeliveryRecord[], filter: DeliveryFilter): DeliveryRows {
  const left = records.filter((record) => fitsFilter(record, filter));
  const byId = new Map(left.map((record) => [record.id, record]));
  const roots: DeliveryRecord[] = [];
  const below = new Map<string, DeliveryRecord[]>();
  for (const record of left) {
    const root = rootOf(record, byId);
    if (root === undefined) {
      roots.push(record);
      continue;
    }
    const siblings = below.get(root) ?? [];
    siblings.push(record);
    below.set(root, siblings);
  }
  return { roots, below, count: left.length };
}

/** A replay of a replay stands below the first one, so that the list is two levels deep. */
function rootOf(record: DeliveryRecord, byId: ReadonlyMap<string, DeliveryRecord>): string | undefined {
  let root: string | undefined;
  const seen = new Set<string>([record.id]);
  let above = record.of === undefined ? undefined : byId.get(record.of);
  while (above !== undefined && !seen.has(above.id)) {
    root = above.id;
    seen.add(above.id);
    above = above.of === undefined ? undefined : byId.get(above.of);
  }
  return root;
}

/** The row of a delivery. */
export function deliveryItem(record: DeliveryRecord): DeliveryItem {
  const { source, at, pinned, webhookName } = record;
  const summary = deliverySummary(record);
  const row = summary.rowId?.slice(0, 8);
  const parts = [
    outcomeText(record),
    source === 'received' ? undefined : sourceText(source),
    timeText(at),
    summary.step?.name ?? webhookName,
    row,
    pinned ? l10n.t('pinned') : undefined,
  ];
  return {
    id: record.id,
    label: deliveryName(record),
    description: oneLine(parts.filter((part) => part !== undefined).join(' · ')),
    icon: iconOf(record),
    contextValue: `delivery+${pinned ? 'pinned' : 'unpinned'}`,
    tooltip: tooltipLines(record),
  };
}

/** State shows by the shape of the icon and the word beside it, not by colour. */
function iconOf({ outcome, refusal, pinned }: DeliveryRecord): string {
  if (pinned) return 'pinned';
  if (refusal !== undefined) return 'circle-slash';
  switch (outcome) {
    case 'pending':
      return 'loading~spin';
    case 'success':
      return 'pass';
    case 'tryAgain':
      return 'warning';
    case 'none':
      return 'file-code';
    case 'failure':
      return 'error';
  }
}

function tooltipLines(record: DeliveryRecord): readonly TooltipLine[] {
  const { request, at, duration, refusal, webhookName } = record;
  const summary = deliverySummary(record);
  const line = (label: string, value: string | undefined): readonly TooltipLine[] =>
    value === undefined || value === '' ? [] : [{ label, value: oneLine(value) }];
  return [
    ...line(deliveryName(record), outcomeText(record)),
    ...line(l10n.t('Time'), momentText(new Date(at))),
    ...line(l10n.t('Address'), request.url),
    ...line(l10n.t('WebHook'), webhookName),
    ...line(l10n.t('Row'), summary.rowId),
    ...line(l10n.t('Step'), summary.step?.name ?? summary.step?.id),
    ...line(l10n.t('Correlation'), summary.correlationId),
    ...line(l10n.t('Answered after'), duration === undefined ? undefined : durationText(duration)),
    ...line(l10n.t('Size'), l10n.t('{count} bytes', { count: numberText(request.bodyBytes) })),
    ...(summary.trimmed ? line(l10n.t('Note'), l10n.t('Over 256 KB: members were left out')) : []),
    ...(refusal === undefined ? [] : line(l10n.t('Note'), refusalText(refusal))),
  ];
}
