import * as vscode from 'vscode';
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
      const panels = await services.panels.load();
      const [node] = nodes;
      if (node?.kind === 'step') {
        panels.show(connection, { kind: 'step', stepId: node.step.id }, node.step.name);
      } else if (node?.kind === 'webhook') {
        const steps = stepsOf(services.states.of(connection.profile.id), node.webhook.id);
        const stepIds = steps.map((step) => step.id);
        panels.show(connection, { kind: 'webhook', webhookId: node.webhook.id, stepIds }, node.webhook.name);
      } else {
        panels.show(connection, { kind: 'environment' }, connection.profile.name);
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
