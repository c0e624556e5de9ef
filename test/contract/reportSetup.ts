import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/clock';
import type { DataverseClient } from '../../src/dataverse/client';
import { JobService } from '../../src/jobs/jobService';
import type { JobsPage } from '../../src/presentation/jobs/jobsPage';
import { JobsReport } from '../../src/presentation/jobs/jobsReport';
import type { JobsReportOptions } from '../../src/presentation/jobs/jobsReportOptions';
import { jobsPanelState } from '../../src/presentation/jobs/panelState';

const nothing = (): undefined => undefined;

/**
 * The report of an environment over a client: every question is answered with yes, at no time, and nothing may fail
 * unless the test hears of it.
 */
export function reportOver(
  api: DataverseClient,
  page: JobsPage,
  more: Partial<Omit<JobsReportOptions, 'questions'>> & {
    readonly questions?: Partial<JobsReportOptions['questions']>;
  } = {},
): JobsReport {
  const { questions, ...rest } = more;
  return new JobsReport({
    environmentName: 'Test',
    jobs: new JobService(api, () => Promise.resolve(undefined)),
    page,
    state: jobsPanelState('e', { kind: 'environment' }, 'Test'),
    choices: () => Promise.resolve({ webhooks: [], steps: [] }),
    clipboard: nothing,
    clock: systemClock,
    onWatch: nothing,
    onFailure: (error) => assert.fail(String(error)),
    ...rest,
    questions: {
      confirmDelete: () => Promise.resolve(true),
      postponeUntil: () => Promise.resolve(undefined),
      ...questions,
    },
  });
}
