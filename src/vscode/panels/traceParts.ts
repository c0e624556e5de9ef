import * as vscode from 'vscode';
import type { z } from 'zod/mini';
import { TraceLog } from '../../jobs/traceLog';
import type { JobsReport } from '../../presentation/jobs/jobsReport';
import { tracedSteps, TraceSection } from '../../presentation/jobs/traceSection';
import type { EnvironmentState } from '../../presentation/tree/environmentState';
import type { FromTracePage, Traces } from '../../protocol/traces';
import type { Handlers } from '../../protocol/message';
import type { Connection } from '../connections';
import type { QueryParts } from '../queries/queryParts';
import type { Report } from '../report';

/** The trace log of a report's panel. */
export function traceSection(
  { api, profile }: Connection,
  report: Report,
  state: () => Promise<EnvironmentState>,
  show: (traces: Traces | undefined) => void,
): TraceSection {
  return new TraceSection({
    environmentName: profile.name,
    log: new TraceLog(api),
    steps: async () => tracedSteps(await state()),
    show,
    confirmSwitchOn: () =>
      report.confirm(
        vscode.l10n.t('Switch on the trace log of {name} for exceptions?', { name: profile.name }),
        vscode.l10n.t(
          'It is a setting of the whole environment: from now on every plug-in and webhook that fails leaves a row, which is removed after 24 hours.',
        ),
        vscode.l10n.t('Switch On'),
      ),
    now: () => new Date(),
    onFailure: (error) => report.background(error, 'The trace log could not be read.'),
  });
}

export type TraceHandlers = Handlers<{
  [K in keyof typeof FromTracePage]: z.infer<(typeof FromTracePage)[K]['params']>;
}>;

/** What the page asks for about the trace log. */
export function traceHandlers(
  traces: TraceSection,
  jobs: JobsReport,
  connection: Connection,
  { report, lifetime }: Pick<QueryParts, 'report' | 'lifetime'>,
  revealStep: (stepId: string) => void,
): TraceHandlers {
  return {
    switchOnTrace: () => {
      const undone = vscode.l10n.t('Could not switch on the trace log.');
      void report.attempt({ undone, environment: connection.profile }, () => traces.switchOn(lifetime));
    },
    followTrace: ({ id, link }) => {
      const failure = traces.failure(id);
      if (failure === undefined) return;
      if (link === 'step') revealStep(failure.stepId);
      else if (failure.correlationId !== '') void jobs.correlate(failure.correlationId);
    },
  };
}
