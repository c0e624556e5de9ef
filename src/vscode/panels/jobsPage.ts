import * as vscode from 'vscode';
import type { EnvironmentProfile } from '../../environments/profile';
import type { JobsPage } from '../../presentation/jobs/jobsPage';
import type { JobsReportOptions } from '../../presentation/jobs/jobsReportOptions';
import { ToJobsPage } from '../../protocol/jobs';
import type { Descriptor } from '../../protocol/message';
import type { Traces } from '../../protocol/traces';

/** How a person signs in anew from a report. A sandbox of this window brings its token with it; there is nothing to sign in with. */
export function signInOf(profile: EnvironmentProfile): Pick<JobsReportOptions, 'signIn'> {
  if (profile.sandbox) return {};
  const node = { kind: 'environment', environmentId: profile.id };
  return {
    signIn: async () => {
      await vscode.commands.executeCommand('dataverseWebhooks.signIn', node);
    },
  };
}

/** The page in a panel. Messages of a panel that is gone are dropped: `postMessage` resolves to false for them. */
export function pageOf(webview: vscode.Webview): JobsPage & { traces(params: Traces | undefined): void } {
  const post = <P>(descriptor: Descriptor<P>, params: P): void => {
    void webview.postMessage({ method: descriptor.method, params });
  };
  return {
    show: (params) => post(ToJobsPage.show, params),
    title: (params) => post(ToJobsPage.title, params),
    run: (params) => post(ToJobsPage.run, params),
    state: (params) => post(ToJobsPage.state, params),
    grid: (params) => post(ToJobsPage.grid, params),
    rows: (params) => post(ToJobsPage.rows, params),
    columns: (params) => post(ToJobsPage.columns, params),
    extent: (params) => post(ToJobsPage.extent, params),
    selection: (params) => post(ToJobsPage.selection, params),
    bookmark: (params) => post(ToJobsPage.bookmark, params),
    choices: (params) => post(ToJobsPage.choices, params),
    watch: (params) => post(ToJobsPage.watch, params),
    failures: (params) => post(ToJobsPage.failures, params),
    acted: (params) => post(ToJobsPage.acted, params),
    details: (params) => post(ToJobsPage.details, params),
    traces: (params) => post(ToJobsPage.traces, params),
  };
}
