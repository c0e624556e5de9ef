import * as vscode from 'vscode';
import { isCancellation } from '../../base/errors';
import type { ExportPort } from '../../presentation/jobs/jobExport';
import { reasonText } from '../../presentation/texts/errorTexts';
import type { ExportFormat } from '../../protocol/jobs';
import type { Report } from '../report';

const ENDINGS: Readonly<Record<ExportFormat, string>> = { csv: 'csv', json: 'json', markdown: 'md' };

/** Files and progress of an export, as the editor has them. */
export function exportPort(report: Report, environmentName: string): ExportPort {
  return {
    choose: async (format, name) => {
      const ending = ENDINGS[format];
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      const fileName = `${name.replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim()}.${ending}`;
      const target = await vscode.window.showSaveDialog({
        filters: { [ending.toUpperCase()]: [ending] },
        ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, fileName) }),
      });
      if (target === undefined) return undefined;
      return {
        // The editor's file system takes a file as a whole, wherever it is.
        write: async (parts) => vscode.workspace.fs.writeFile(target, Buffer.from(parts.join(''), 'utf8')),
      };
    },
    progress: async (title, work) => {
      const location = vscode.ProgressLocation.Notification;
      try {
        const done = await vscode.window.withProgress(
          { location, title, cancellable: true },
          (progress, token) => {
            const abort = new AbortController();
            token.onCancellationRequested(() => abort.abort());
            return work((message) => progress.report({ message }), abort.signal);
          },
        );
        report.info(done);
      } catch (error) {
        if (isCancellation(error)) return;
        report.background(error, 'The export of jobs failed.');
        report.info(reasonText(error, environmentName).message);
      }
    },
  };
}
