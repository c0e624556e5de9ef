import * as l10n from '@vscode/l10n';
import type { FailureGroup as Group, FailureGrouping, TimeBin } from '../../jobs/grouping';
import type { FailureGroup, Failures, ToldNames } from '../../protocol/jobs';
import { causeText } from '../texts/jobTexts';
import { oneLine } from '../texts/plainText';
import { placeText } from './choices';
import { readerTimes, type ReaderTimes } from '../texts/readerTimes';
import { numberText } from '../texts/readerLocale';

/** Groups that are shown; the largest come first. */
const MOST_GROUPS = 100;

/** So many rows have come, and there are more; how many in all, where it is known. */
export interface LoadedPart {
  readonly loaded: number;
  readonly total: number | undefined;
  readonly atLeast: number | undefined;
}

/** What has failed so far, as the page shows it; undefined when no failed job has come. */
export function failuresShown(
  grouping: FailureGrouping,
  times: ReaderTimes = readerTimes(),
  part?: LoadedPart,
  told: ReadonlyMap<string, ToldNames> = new Map(),
): Failures | undefined {
  if (grouping.count === 0) return undefined;
  const groups = grouping.groups(MOST_GROUPS);
  return {
    summary: partText(summaryText(grouping, groups, told), part),
    ...(part === undefined ? {} : { partial: coverText(part) }),
    bars: grouping.bins((time) => times.midnight(time)).map((bin) => bar(bin, times)),
    groups: groups.map((group) => groupShown(group, times, told)),
  };
}

/** What a summary tells of failures. */
export type Summarized = Pick<Failures, 'summary' | 'groups'> & {
  /** How many groups are left out: the smallest. */
  readonly left: number;
};

/**
 * What has failed, for a summary.
 * @param only the one group that is summed up, however small it is; all of them when undefined
 * @returns undefined when no such job has come
 */
export function failuresSummed(
  grouping: FailureGrouping,
  only: string | undefined,
  told: ReadonlyMap<string, ToldNames> = new Map(),
): Summarized | undefined {
  const groups =
    only === undefined ? grouping.groups(MOST_GROUPS) : grouping.groups().filter(({ key }) => key === only);
  const count = only === undefined ? grouping.count : (groups[0]?.count ?? 0);
  const groupCount = only === undefined ? grouping.groupCount : groups.length;
  if (count === 0) return undefined;
  const times = readerTimes();
  return {
    summary: summaryText({ count, groupCount }, groups, told),
    groups: groups.map((group) => groupShown(group, times, told)),
    left: groupCount - groups.length,
  };
}

function groupShown(group: Group, times: ReaderTimes, told: ReadonlyMap<string, ToldNames>): FailureGroup {
  return {
    key: group.key,
    cause: causeText(group.cause, group.errorCode).cause,
    place: placeOf(group, told),
    // Of one job alone its own words are told; nothing of them differs from another's.
    message: oneLine(group.count === 1 ? group.example.message : group.pattern),
    count: group.count,
    counted: countedText(group.count),
    ...groupTimes(group, times),
    example: group.example.id,
  };
}

function partText(summary: string, part: LoadedPart | undefined): string {
  return part === undefined
    ? summary
    : l10n.t('Of the first {loaded} rows: {summary}', { loaded: numberText(part.loaded), summary });
}

/** Groups of some rows must not be taken for the whole truth. */
function coverText({ loaded, total, atLeast }: LoadedPart): string {
  const shown = numberText(loaded);
  if (total !== undefined)
    return l10n.t('The groups cover the first {shown} of {total} rows.', {
      shown,
      total: numberText(total),
    });
  return atLeast === undefined
    ? l10n.t('The groups cover the first {shown} rows, and there are more.', { shown })
    : l10n.t('The groups cover the first {shown} rows of at least {atLeast}.', {
        shown,
        atLeast: numberText(atLeast),
      });
}

function summaryText(
  { count: found, groupCount }: Pick<FailureGrouping, 'count' | 'groupCount'>,
  groups: readonly Group[],
  told: ReadonlyMap<string, ToldNames>,
): string {
  const [worst] = groups;
  const count = numberText(found);
  const place = worst === undefined ? '' : placeOf(worst, told);
  // A row that names neither webhook nor step has no place.
  if (place === '')
    return found === 1
      ? l10n.t('1 failed job')
      : l10n.t('{count} failed jobs of {groups} kinds', { count, groups: numberText(groupCount) });
  if (groupCount === 1)
    return found === 1
      ? l10n.t('1 failed job: {place}', { place })
      : l10n.t('{count} failed jobs, all of one kind: {place}', { count, place });
  return l10n.t('{count} failed jobs of {groups} kinds, most often {place}', {
    count,
    groups: numberText(groupCount),
    place,
  });
}

function countedText(count: number): string {
  return count === 1 ? l10n.t('1 failed job') : l10n.t('{count} failed jobs', { count: numberText(count) });
}

/** Two webhooks of one name are two places. */
function placeOf({ webhook, step, stepId }: Group, told: ReadonlyMap<string, ToldNames>): string {
  return oneLine(told.get(stepId)?.place ?? placeText(webhook, step));
}

/** The day is said once where all of it was on one. */
function groupTimes({ first, last }: Group, times: ReaderTimes): Pick<FailureGroup, 'when'> {
  if (first === undefined || last === undefined) return {};
  return {
    when: { text: times.span(first, last), first: first.toISOString(), last: last.toISOString() },
  };
}

const DAY = 86_400_000;

function bar({ from, to, count }: TimeBin, times: ReaderTimes): Failures['bars'][number] {
  const days = to.getTime() - from.getTime() >= DAY;
  // Behind a change of the clock a bin of days begins an hour before or after midnight: its noon is in the right day.
  const noon = new Date(from.getTime() + DAY / 2);
  return {
    label: days ? times.day(noon) : times.minute(from),
    title: `${from.toISOString()} – ${to.toISOString()}`,
    count,
  };
}
