import * as l10n from '@vscode/l10n';
import type { FailedCounts } from '../../jobs/failedCounts';
import type { EnvironmentState } from '../tree/environmentState';
import type { FilterKind, GroupBy, TreeView } from '../tree/treeFilter';
import { reasonText } from './errorTexts';
import { oneLine } from './plainText';

/** Name of a filter. */
export function filterLabel(kind: FilterKind): string {
  switch (kind) {
    case 'disabled':
      return l10n.t('Disabled');
    case 'synchronous':
      return l10n.t('Synchronous');
    case 'managed':
      return l10n.t('Managed');
    case 'mine':
      return l10n.t('Mine');
    case 'failing':
      return l10n.t('Failing');
  }
}

/** What a filter leaves, in one line. */
export function filterDetail(kind: FilterKind): string {
  switch (kind) {
    case 'disabled':
      return l10n.t('Steps that do not fire.');
    case 'synchronous':
      return l10n.t('Steps that hold up the user.');
    case 'managed':
      return l10n.t('Webhooks and steps that came with a managed solution.');
    case 'mine':
      return l10n.t('Webhooks and steps that you registered or changed last.');
    case 'failing':
      return l10n.t('Steps with failed jobs.');
  }
}

/** Name of a way to group. */
export function groupLabel(by: GroupBy): string {
  switch (by) {
    case 'webhook':
      return l10n.t('WebHook');
    case 'table':
      return l10n.t('Table');
    case 'message':
      return l10n.t('Message');
  }
}

/** A period that ends now. */
export function periodLabel(hours: number): string {
  if (hours <= 24) return l10n.t('the last {hours} hours', { hours });
  return l10n.t('the last {days} days', { days: Math.round(hours / 24) });
}

/** The filter in the few words that fit beside the name of the view; empty when everything is shown. */
export function filterSummary(view: TreeView): string {
  const text = oneLine(view.text).trim();
  return [...(text === '' ? [] : [`"${text}"`]), ...[...view.kinds].map(filterLabel)].join(', ');
}

/**
 * What a filter asks of an environment and nobody knows, yet or at all: without it, an empty list would look like good
 * news. Undefined where it is known.
 */
export function unknownFactsMessage(
  { kinds }: Pick<TreeView, 'kinds'>,
  { complete, failures, userId, factsError }: EnvironmentState,
  environment: string,
): string | undefined {
  const uncounted = kinds.has('failing') && (failures === undefined || factsError !== undefined);
  const unnamed = kinds.has('mine') && userId === undefined;
  if (!complete || !(uncounted || unnamed)) return undefined;
  if (factsError === undefined)
    return uncounted
      ? l10n.t('The failed jobs of {environment} are being counted…', { environment })
      : l10n.t('{environment} is being asked who you are…', { environment });
  const { message: reason } = reasonText(factsError, environment);
  return unnamed
    ? l10n.t('Who you are in {environment} could not be found out. {reason}', { environment, reason })
    : l10n.t('The failed jobs of {environment} could not be counted. {reason}', { environment, reason });
}

/** What the view shows of how much. */
export interface ShownCounts {
  readonly webhooks: number;
  readonly steps: number;
  readonly allWebhooks: number;
  readonly allSteps: number;
}

/** The line above the tree while a filter is on. */
export function filterMessage(view: TreeView, counts: ShownCounts): string {
  const filter = filterSummary(view);
  if (counts.webhooks === 0) {
    return l10n.t('Nothing matches {filter}. Use Clear Filter to see all {webhooks} webhooks.', {
      filter,
      webhooks: counts.allWebhooks,
    });
  }
  return l10n.t('{filter}: {webhooks} of {allWebhooks} webhooks, {steps} of {allSteps} steps.', {
    filter,
    ...counts,
  });
}

/** How many rows a search leaves, while it is typed. */
export function matchCount({ webhooks, steps }: Pick<ShownCounts, 'webhooks' | 'steps'>): string {
  return l10n.t('{webhooks} webhooks with {steps} steps', { webhooks, steps });
}

/** How many steps there are, for a place with little room. */
export function stepCount(count: number): string {
  return count === 1 ? l10n.t('1 step') : l10n.t('{count} steps', { count });
}

/** How many jobs have failed, for a place with little room. */
export function failedCount(count: number, { exact }: Pick<FailedCounts, 'exact'>): string {
  return exact ? l10n.t('{count} failed', { count }) : l10n.t('{count} or more failed', { count });
}

/** The number on the icon of the view, and what it counts; undefined when nothing was counted or nothing has failed. */
export function failedBadge(
  counts: ReadonlyArray<Pick<FailedCounts, 'total' | 'exact' | 'from' | 'to'>>,
): { readonly value: number; readonly tooltip: string } | undefined {
  const [first] = counts;
  const value = counts.reduce((sum, { total }) => sum + total, 0);
  if (first === undefined || value === 0) return undefined;
  const period = periodLabel(Math.round((first.to.getTime() - first.from.getTime()) / 3_600_000));
  const tooltip = counts.every(({ exact }) => exact)
    ? l10n.t('{count} failed jobs in {period}', { count: value, period })
    : l10n.t('{count} or more failed jobs in {period}', { count: value, period });
  return { value, tooltip };
}
