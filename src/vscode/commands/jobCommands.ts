import * as vscode from 'vscode';
import { periodOfHours } from '../../presentation/jobs/panelState';
import { stepsOf } from '../../presentation/tree/environmentState';
import type { ExportFormat } from '../../protocol/jobs';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment } from './targets';

type JobCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.showFailedJobs'
  | 'dataverseWebhooks.refreshJobs'
  | 'dataverseWebhooks.watchJobs'
  | 'dataverseWebhooks.stopWatchingJobs'
  | 'dataverseWebhooks.exportJobs'
  | 'dataverseWebhooks.copyJobCell'
  | 'dataverseWebhooks.copyJobRow'
  | 'dataverseWebhooks.copyJobSelection'
>;

/** Commands about system jobs. */
export function jobCommands(services: Services): JobCommands {
  return {
    'dataverseWebhooks.showFailedJobs': async (nodes) => {
      const connection = await targetEnvironment(services, nodes);
      const { states } = services;
      const panels = await services.panels.load();
      const [node] = nodes;
      const state = states.of(connection.profile.id);
      // Whoever follows a count of the tree finds as many.
      const hours = state.failures === undefined ? undefined : states.wanted.failedHours;
      const period = hours === undefined ? undefined : periodOfHours(hours);
      if (node?.kind === 'step') {
        panels.show(connection, { kind: 'step', stepId: node.step.id }, node.step.name, period);
      } else if (node?.kind === 'webhook') {
        const stepIds = stepsOf(state, node.webhook.id).map((step) => step.id);
        const scope = { kind: 'webhook', webhookId: node.webhook.id, stepIds } as const;
        panels.show(connection, scope, node.webhook.name, period);
      } else {
        panels.show(connection, { kind: 'environment' }, connection.profile.name, period);
      }
    },
    'dataverseWebhooks.refreshJobs': async () => services.panels.loaded?.refresh(),
    'dataverseWebhooks.watchJobs': () => watch(services, true),
    'dataverseWebhooks.stopWatchingJobs': () => watch(services, false),
    'dataverseWebhooks.exportJobs': async () => {
      const format = await askFormat();
      if (format !== undefined) await services.panels.loaded?.export(format);
    },
    'dataverseWebhooks.copyJobCell': () => copy(services, 'cell'),
    'dataverseWebhooks.copyJobRow': () => copy(services, 'row'),
    'dataverseWebhooks.copyJobSelection': () => copy(services, 'selection'),
  };
}

function watch({ panels }: Services, on: boolean): Promise<void> {
  panels.loaded?.active?.watch(on);
  return Promise.resolve();
}

function copy({ panels }: Services, what: 'cell' | 'row' | 'selection'): Promise<void> {
  panels.loaded?.active?.copyActive(what);
  return Promise.resolve();
}

async function askFormat(): Promise<ExportFormat | undefined> {
  const chosen = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('CSV'),
        detail: vscode.l10n.t('All rows, for a spreadsheet'),
        format: 'csv' as const,
      },
      {
        label: vscode.l10n.t('JSON'),
        detail: vscode.l10n.t('All rows as the service sends them'),
        format: 'json' as const,
      },
      {
        label: vscode.l10n.t('Markdown'),
        detail: vscode.l10n.t('A summary for a ticket'),
        format: 'markdown' as const,
      },
    ],
    { title: vscode.l10n.t('Export Jobs') },
  );
  return chosen?.format;
}
