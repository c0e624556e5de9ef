import * as l10n from '@vscode/l10n';
import type { Job } from '../../jobs/model';
import type { Step } from '../../webhooks/model';
import { planStep } from './sendAnswers';
import type { TestPlan } from './testPlan';
import { momentText } from '../texts/readerLocale';

/**
 * The body that stands for the one of a failed job: the same message, row, ids and time. What it cannot have are the
 * values at the time of the job, and the columns that had changed: those of the step's filter stand for them.
 */
export function replayPlan(job: Job, step: Step): TestPlan {
  const table = job.regarding?.table || job.table || step.table;
  const { id, correlationId, depth, createdOn } = job;
  return {
    message: job.messageName || step.message.name,
    table: table === 'none' ? undefined : table,
    // Jobs belong to asynchronous steps, also where the step was changed since.
    step: { ...planStep(step), asynchronous: true },
    rowId: job.regarding?.id,
    columns: /^(Create|Update)/.test(job.messageName) ? step.filteringColumns : [],
    sizeExceeded: false,
    job: { id, correlationId, depth, createdOn },
  };
}

/** A failed job in a list of them. */
export function replayChoice(job: Job): {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
} {
  return {
    label: job.name || job.stepName || job.id,
    description: [job.messageName, job.regarding?.name || job.table].join(' ').trim(),
    detail:
      job.completedOn === undefined ? '' : l10n.t('Failed {time}', { time: momentText(job.completedOn) }),
  };
}
