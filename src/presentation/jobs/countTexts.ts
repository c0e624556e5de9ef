import * as l10n from '@vscode/l10n';
import { numberText } from '../texts/readerLocale';
import type { JobResult } from './jobResult';

/** More rows than these are for an export. */
export const MOST_ROWS = 250_000;

/**
 * How many rows have come, of how many.
 * @param isOfJobs the rows are jobs, which are deleted where they have succeeded
 */
export function countText(result: JobResult, isOfJobs: boolean): string {
  const { loaded, total, more, atLeast, group, count } = result;
  if (loaded === 0 && !isOfJobs) return l10n.t('No rows.');
  if (loaded === 0)
    return l10n.t(
      'No rows. Jobs that succeeded are often deleted at once, so this is no proof of deliveries.',
    );
  const shown = numberText(loaded);
  if (group !== undefined) return groupText(count, shown, more);
  if (more && loaded >= MOST_ROWS)
    return l10n.t('{shown} rows, and there are more. Narrow the filter, or export them all.', { shown });
  if (total !== undefined && total > loaded)
    return l10n.t('{shown} of {total} rows', { shown, total: numberText(total) });
  if (more && atLeast !== undefined)
    return l10n.t('{shown} rows of at least {atLeast}', { shown, atLeast: numberText(atLeast) });
  if (more) return l10n.t('{shown} rows, and there are more', { shown });
  return loaded === 1 ? l10n.t('1 row') : l10n.t('{shown} rows', { shown });
}

/** How many of the rows that have come are of the group that alone is shown. */
function groupText(rows: number, shown: string, more: boolean): string {
  const count = numberText(rows);
  return more
    ? l10n.t('One group: {count} of the {shown} rows that have come, and there are more', { count, shown })
    : l10n.t('One group: {count} of {shown} rows', { count, shown });
}

/** How many rows have come anew, of those that are shown meanwhile. */
export function readAgainText(read: number, count: number): string {
  return l10n.t('Running… {read} of {count} rows', { read: numberText(read), count: numberText(count) });
}

/** How many rows there are, but not in the period. */
export function otherTimesText(number: number, exact: boolean): string {
  const count = numberText(number);
  if (!exact) return l10n.t('There are none in this period, but at least {count} at other times.', { count });
  return number === 1
    ? l10n.t('There is none in this period, but 1 at another time.')
    : l10n.t('There are none in this period, but {count} at other times.', { count });
}
