import * as l10n from '@vscode/l10n';
import { toHexCode } from '../../dataverse/errors';
import { causeOf } from '../../jobs/causes';
import type { Job } from '../../jobs/model';
import type { JobDetails, JobLink } from '../../protocol/jobs';
import { causeText, jobStateLabel } from '../texts/jobTexts';
import { readerTimes, type ReaderTimes } from '../texts/readerTimes';

type Line = JobDetails['lines'][number];

/** One job as the page shows it. */
export function jobDetails(job: Job, times: ReaderTimes = readerTimes()): JobDetails {
  const text = causeText(
    causeOf({ errorCode: job.errorCode, message: `${job.friendlyMessage}\n${job.message}` }),
    job.errorCode,
  );
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
      ...linkedLine('webhook', l10n.t('Webhook'), job.webhook),
      ...linkedLine('step', l10n.t('Step'), stepOf(job)),
      line(l10n.t('Message'), job.messageName),
      line(l10n.t('Table'), job.table),
      ...linkedLine('row', l10n.t('Row'), job.regarding),
      line(l10n.t('Owner'), job.owner),
      ...numberLine(l10n.t('Retries'), job.retryCount),
      ...numberLine(l10n.t('Depth'), job.depth),
      { ...line(l10n.t('Correlation'), job.correlationId), link: 'correlation' as const },
      { ...line(l10n.t('Job'), job.id), link: 'job' as const },
    ].filter((entry) => entry.value !== ''),
    message: job.message,
    ...(job.stepId === undefined ? {} : { canReplay: true }),
  };
}

function errorLines(job: Job): readonly Line[] {
  return [
    ...(job.errorCode === undefined
      ? []
      : [{ label: l10n.t('Error code'), value: toHexCode(job.errorCode), title: String(job.errorCode) }]),
    line(l10n.t('Error'), job.friendlyMessage),
  ];
}

function stepOf({ stepId, stepName }: Job): { readonly id: string; readonly name: string } | undefined {
  return stepId === undefined ? undefined : { id: stepId, name: stepName };
}

/** Something with a name and an id that can be gone to. */
function linkedLine(
  link: JobLink,
  label: string,
  what: { readonly id: string; readonly name: string } | undefined,
): readonly Line[] {
  if (what === undefined) return [];
  return [{ label, value: what.name === '' ? what.id : what.name, title: what.id, link }];
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
