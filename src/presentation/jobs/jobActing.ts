import * as l10n from '@vscode/l10n';
import type { Clock } from '../../base/clock';
import { isCancellation } from '../../base/errors';
import { MOST_SINGLE, type BulkDeletion } from '../../jobs/bulkDelete';
import type { JobAction, JobOutcome } from '../../jobs/jobActions';
import type { JobService } from '../../jobs/jobService';
import type { Acted } from '../../protocol/jobs';
import { reasonText } from '../texts/errorTexts';
import { oneLine } from '../texts/plainText';
import { numberText } from '../texts/readerLocale';

/** What a person is asked before jobs are changed. */
export interface JobQuestions {
  /** @param inBulk the service does it by itself, in a system job of its own. */
  confirmDelete(count: number, inBulk: boolean): Promise<boolean>;
  /** When postponed jobs shall go on; undefined when nothing shall be done. */
  postponeUntil(): Promise<Date | undefined>;
}

export interface ActOrder {
  readonly action: JobAction;
  readonly ids: readonly string[];
  readonly environmentName: string;
  readonly nameOf: (id: string) => string;
  readonly onProgress: (text: string) => void;
  readonly clock: Clock;
  /** Aborted when the report is closed: what the service does by itself goes on. */
  readonly left: AbortSignal;
}

/** Failures that are told one by one; there may be thousands. */
const MOST_FAILURES = 50;

/**
 * Asks where it must, does it with every job, and tells what was done and what was not. Undefined when the person has
 * decided otherwise before anything was sent.
 */
export async function actWithQuestions(
  jobs: JobService,
  questions: JobQuestions,
  order: ActOrder,
  signal: AbortSignal,
): Promise<Acted | undefined> {
  const { action, ids } = order;
  const inBulk = action === 'delete' && ids.length > MOST_SINGLE;
  if (action === 'delete' && !(await questions.confirmDelete(ids.length, inBulk))) return undefined;
  // Nothing is on its way yet.
  if (inBulk) return signal.aborted ? undefined : deleteMany(jobs, order, signal);
  const until = action === 'postpone' ? await questions.postponeUntil() : undefined;
  if (action === 'postpone' && until === undefined) return undefined;
  if (signal.aborted) return undefined;
  const outcomes: JobOutcome[] = [];
  let ended = '';
  try {
    for await (const some of jobs.act({ action, ids, until }, signal)) {
      outcomes.push(...some);
      order.onProgress(progressText(outcomes.length, ids.length));
    }
  } catch (error) {
    // A request that is given up may have been carried out all the same.
    ended = isCancellation(error) ? cancelledText() : reasonText(error, order.environmentName).message;
  }
  const failed = outcomes.filter((outcome) => outcome.error !== undefined);
  const text = doneText(action, outcomes.length - failed.length, ids.length);
  return {
    // Without any answer nobody knows that they stay as they were.
    text: ended === '' ? text : outcomes.length === 0 ? ended : `${text} ${ended}`,
    failures: failed.slice(0, MOST_FAILURES).map(({ id, error }) => ({
      id,
      text: `${order.nameOf(id)}: ${reasonText(error, order.environmentName).message}`,
    })),
  };
}

function cancelledText(): string {
  return l10n.t('Cancelled. What was on its way may have been done.');
}

function progressText(done: number, count: number): string {
  return l10n.t('{done} of {count} jobs', { done: numberText(done), count: numberText(count) });
}

function doneText(action: JobAction, changed: number, all: number): string {
  if (all === 1) return changed === 1 ? oneDoneText(action) : l10n.t('The job stays as it was.');
  const [done, count] = [numberText(changed), numberText(all)];
  switch (action) {
    case 'cancel':
      return l10n.t('{done} of {count} jobs were canceled.', { done, count });
    case 'resume':
      return l10n.t('{done} of {count} jobs go on.', { done, count });
    case 'postpone':
      return l10n.t('{done} of {count} jobs were postponed.', { done, count });
    case 'pause':
      return l10n.t('{done} of {count} jobs were paused.', { done, count });
    case 'delete':
      return l10n.t('{done} of {count} jobs were deleted.', { done, count });
  }
}

function oneDoneText(action: JobAction): string {
  switch (action) {
    case 'cancel':
      return l10n.t('The job was canceled.');
    case 'resume':
      return l10n.t('The job goes on.');
    case 'postpone':
      return l10n.t('The job was postponed.');
    case 'pause':
      return l10n.t('The job was paused.');
    case 'delete':
      return l10n.t('The job was deleted.');
  }
}

/** Lets the service delete thousands of jobs, and tells how far it is and how it ended. */
async function deleteMany(
  jobs: JobService,
  order: ActOrder,
  signal: AbortSignal,
): Promise<Acted | undefined> {
  const { ids, environmentName, clock, left } = order;
  const count = numberText(ids.length);
  const name = l10n.t('Delete {count} system jobs (Dataverse WebHooks)', { count });
  let last: BulkDeletion | undefined;
  let ended = '';
  order.onProgress(l10n.t('The service is asked to delete {count} jobs…', { count }));
  try {
    for await (last of jobs.deleteInBulk({ name, ids, left }, clock, signal))
      order.onProgress(bulkProgressText(last));
  } catch (error) {
    if (isCancellation(error)) {
      ended = last === undefined ? cancelledText() : l10n.t('Cancelled.');
    } else {
      ended = reasonText(error, environmentName).message;
      if (last !== undefined) ended = `${ended} ${l10n.t('The deletion goes on in the service.')}`;
    }
  }
  return {
    text: [bulkDoneText(last, ids.length), ended].filter((part) => part !== '').join(' '),
    failures: [],
  };
}

function bulkProgressText({ deleted, failed, of, state }: BulkDeletion): string {
  const [done, undone, count] = [numberText(deleted), numberText(failed), numberText(of)];
  if (state === 'waitingForResources' || state === 'waiting')
    return l10n.t('The service has not begun to delete the {count} jobs yet.', { count });
  return failed === 0
    ? l10n.t('The service deletes: {deleted} of {count} jobs', { deleted: done, count })
    : l10n.t('The service deletes: {deleted} of {count} jobs, {failed} could not be deleted', {
        deleted: done,
        failed: undone,
        count,
      });
}

function bulkDoneText(last: BulkDeletion | undefined, of: number): string {
  if (last === undefined) return '';
  const { deleted, failed, exact, message } = last;
  const [done, undone, count] = [numberText(deleted), numberText(failed), numberText(of)];
  const counts = exact
    ? failed === 0
      ? l10n.t('{deleted} of {count} jobs were deleted by the service.', { deleted: done, count })
      : l10n.t('{deleted} of {count} jobs were deleted by the service, {failed} could not be.', {
          deleted: done,
          count,
          failed: undone,
        })
    : l10n.t('The deletion of {count} jobs is over; the service does not tell how many it deleted.', {
        count,
      });
  return message === '' ? counts : `${counts} ${oneLine(message)}`;
}
