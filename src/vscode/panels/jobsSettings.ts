import * as vscode from 'vscode';
import { USUAL_PERIOD } from '../../presentation/jobs/panelState';
import { PERIODS, type Period } from '../../protocol/jobs';

/** The period that a report opens with. What is written by hand in the settings can be anything. */
export function usualPeriod(): Period {
  const set = vscode.workspace.getConfiguration('dataverseWebhooks.jobs').get<unknown>('period');
  return PERIODS.find((period) => period === set) ?? USUAL_PERIOD;
}
