import * as l10n from '@vscode/l10n';
import { isCancellation } from '../../base/errors';
import type { JobAction, JobOutcome } from '../../jobs/jobActions';
import type { JobService } from '../../jobs/jobService';
import type { Acted } from '../../protocol/jobs';
import { reasonText } from '../texts/errorTexts';

/** What a person is asked before jobs are changed. */
export interface JobQuestions {
  confirmDelete(count: number): Promise<boolean>;
  /** When postponed jobs shall go on; undefined when nothing shall be done. */
  postponeUntil(): Promise<Date | undefined>;
}

export interface ActOrder {
  readonly action: JobAction;
  readonly ids: readonly string[];
  readonly environmentName: string;
  readonly nameOf: (id: string) => string;
  readonly onProgress: (text: string) => void;
}

/** Failures that are told one by one; there may be thousands. */
const MOST_FAILURES = 50;

/**
 * Asks where it must, does it with every job, and tells what was done and what was not. Undefined when the person has
 * decided otherwise.
 */
export async function actWithQuestions(
  jobs: JobService,
  questions: JobQuestions,
  order: ActOrder,
  signal: AbortSignal,
): Promise<Acted | undefined> {
  const { action, ids } = order;
  if (action === 'delete' && !(await questions.confirmDelete(ids.length))) return undefined;
  const until = action === 'postpone' ? await questions.postponeUntil() : undefined;
  if (action === 'postpone' && until === undefined) return undefined;
  const outcomes: JobOutcome[] = [];
  let ended = '';
  try {
    for await (const some of jobs.act({ action, ids, until }, signal)) {
      outcomes.push(...some);
      order.onProgress(l10n.t('{done} of {count} jobs', { done: outcomes.length, count: ids.length }));
    }
  } catch (error) {
    if (isCancellation(error) && outcomes.length === 0) return undefined;
    ended = isCancellation(error) ? l10n.t('Cancelled.') : reasonText(error, order.environmentName).message;
  }
  const failed = outcomes.filter((outcome) => outcome.error !== undefined);
  const text = doneText(action, outcomes.length - failed.length, ids.length);
  return {
    text: ended === '' ? text : `${text} ${ended}`,
    failures: failed.slice(0, MOST_FAILURES).map(({ id, error }) => ({
      id,
      text: `${order.nameOf(id)}: ${reasonText(error, order.environmentName).message}`,
    })),
  };
}

function doneText(action: JobAction, done: number, count: number): string {
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
