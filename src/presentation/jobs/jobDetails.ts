import * as l10n from '@vscode/l10n';
import { toHexCode } from '../../dataverse/errors';
import { causeOf } from '../../jobs/causes';
import type { Job } from '../../jobs/model';
import type { JobDetails, JobLink, ToldNames } from '../../protocol/jobs';
import { causeText, jobStateLabel, standingText, type CauseText } from '../texts/jobTexts';
import { oneLine } from '../texts/plainText';
import { readerTimes, type ReaderTimes } from '../texts/readerTimes';
import { numberText } from '../texts/readerLocale';

type Line = JobDetails['lines'][number];

/**
 * One job as the page shows it.
 * @param told how its webhook is told from others of the same name
 */
export function jobDetails(job: Job, times: ReaderTimes = readerTimes(), told?: ToldNames): JobDetails {
  const text = whyText(job, times);
  return {
    id: job.id,
    heading: [job.name, job.stepName, job.id].find((text) => text !== '') ?? job.id,
    cause: text.cause,
    remedy: text.remedy,
    lines: [
      line(l10n.t('State'), jobStateLabel(job.state)),
      ...errorLines(job),
      ...timeLine(l10n.t('Completed'), job.completedOn, times),
      ...timeLine(l10n.t('Started'), job.startedOn, times),
      ...timeLine(l10n.t('Created'), job.createdOn, times),
      ...timeLine(l10n.t('Changed'), job.modifiedOn, times),
      ...timeLine(l10n.t('Postponed until'), job.postponedUntil, times),
      ...durationLine(job.executionSeconds),
      ...linkedLine('webhook', l10n.t('Webhook'), job.webhook, told?.webhook),
      ...linkedLine('step', l10n.t('Step'), stepOf(job)),
      line(l10n.t('Message'), job.messageName),
      line(l10n.t('Table'), job.table),
      ...linkedLine('row', l10n.t('Row'), job.regarding),
      line(l10n.t('Owner'), job.owner),
      ...numberLine(l10n.t('Retries'), job.retryCount),
      ...numberLine(l10n.t('Depth'), job.depth),
      { ...line(l10n.t('Correlation'), job.correlationId), link: 'correlation' as const },
      line(l10n.t('Request'), job.requestId),
      { ...line(l10n.t('Job'), job.id), link: 'job' as const },
    ].filter((entry) => entry.value !== ''),
    message: job.message,
    remedies: remediesOf(job),
  };
}

/** Why it failed; of a job that has not failed, how it stands with it. */
function whyText(job: Job, times: ReaderTimes): CauseText {
  const { errorCode, state, postponedUntil } = job;
  return state === 'failed' || state === 'unknown' || (errorCode ?? 0) !== 0
    ? causeText(causeOf({ errorCode, message: `${job.friendlyMessage}\n${job.message}` }), errorCode)
    : standingText(state, postponedUntil === undefined ? undefined : times.text(postponedUntil));
}

function durationLine(seconds: number | undefined): readonly Line[] {
  if (seconds === undefined) return [];
  return [line(l10n.t('Execution time'), l10n.t('{count} s', { count: numberText(seconds) }))];
}

function errorLines(job: Job): readonly Line[] {
  return [
    ...(job.errorCode === undefined
      ? []
      : [{ label: l10n.t('Error code'), value: toHexCode(job.errorCode), title: String(job.errorCode) }]),
    line(l10n.t('Error'), job.friendlyMessage),
  ];
}

/**
 * What can be done about a job. One that is over but has not succeeded cannot be resumed (FACTS 10.1), so everything is
 * named there, also what is not possible, with the reason; any other that belongs to a step can be replayed.
 */
function remediesOf(job: Job): JobDetails['remedies'] {
  const hasStep = job.stepId !== undefined;
  const replay = {
    remedy: 'replay' as const,
    can: hasStep,
    hint: hasStep ? l10n.t('Sends it once more, rebuilt from the row as it is now.') : noStep(),
  };
  if (job.state !== 'failed' && job.state !== 'canceled') return hasStep ? [replay] : [];
  const refusal = touchRefusal(job);
  return [
    replay,
    {
      remedy: 'touch',
      can: refusal === undefined,
      hint:
        refusal ??
        l10n.t('Writes a column of the row with the value it has, so that the step fires again. Asks first.'),
    },
    {
      remedy: 'register',
      can: hasStep,
      hint: hasStep
        ? l10n.t('Begins with the settings the step has now; the old step can be deleted after it.')
        : noStep(),
    },
  ];
}

function noStep(): string {
  return l10n.t('The job belongs to no step, or to one that was deleted.');
}

/** Why writing the row once more would not fire the step; undefined when it would. */
function touchRefusal(job: Job): string | undefined {
  if (job.stepId === undefined) return noStep();
  if (job.messageName !== 'Update')
    return l10n.t('Only a step on Update fires when a row is written; this job is of {message}.', {
      message: oneLine(job.messageName || job.name),
    });
  return job.regarding === undefined ? l10n.t('The job names no row.') : undefined;
}

function stepOf({ stepId, stepName }: Job): { readonly id: string; readonly name: string } | undefined {
  return stepId === undefined ? undefined : { id: stepId, name: stepName };
}

/** Something with a name and an id that can be gone to. */
function linkedLine(
  link: JobLink,
  label: string,
  what: { readonly id: string; readonly name: string } | undefined,
  told?: string,
): readonly Line[] {
  if (what === undefined) return [];
  return [{ label, value: told ?? (what.name === '' ? what.id : what.name), title: what.id, link }];
}

function line(label: string, value: string): Line {
  return { label, value };
}

function numberLine(label: string, value: number | undefined): readonly Line[] {
  return value === undefined ? [] : [line(label, String(value))];
}

function timeLine(label: string, value: Date | undefined, times: ReaderTimes): readonly Line[] {
  return value === undefined ? [] : [{ label, value: times.text(value), title: value.toISOString() }];
}
