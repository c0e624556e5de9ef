import * as vscode from 'vscode';
import { toError } from '../../base/errors';
import type { Log } from '../../base/log';
import type { EnvironmentProfile } from '../../environments/profile';
import type { ExportFile, ExportPort } from '../../presentation/jobs/jobExport';
import type { ExportFormat } from '../../protocol/jobs';
import type { Report } from '../report';
import { SpooledFile } from './spooledFile';
import { spoolFolder } from './lazyPanels';
import { SpoolNotes } from './spoolNotes';

const ENDINGS: Readonly<Record<ExportFormat, string>> = { csv: 'csv', json: 'json', markdown: 'md' };

/** The exports of a window: they go on when their panel is closed, and end with the window. */
export class RunningExports {
  readonly #running = new Set<Promise<unknown>>();
  readonly #ended = new AbortController();
  readonly #notes: SpoolNotes;

  /** @param notes of what is being written, in case the process is killed */
  constructor(notes: SpoolNotes) {
    this.#notes = notes;
  }

  /**
   * A file for an export; what killed windows have left goes first. A remote or virtual place is the editor's to write
   * to, and the editor takes a file as a whole.
   */
  async open(target: vscode.Uri): Promise<ExportFile> {
    await this.#notes.removeLeft();
    return target.scheme === 'file'
      ? SpooledFile.beside(target.fsPath, this.#notes)
      : SpooledFile.elsewhere(
          async (content) => vscode.workspace.fs.writeFile(target, content),
          undefined,
          this.#notes,
        );
  }

  /** Aborted when the window lets go of what is still being written. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Hears of an export until it is over. */
  async follow<T>(running: Promise<T>): Promise<T> {
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Ends all of them. Resolves when nothing is left of what they had written. */
  async end(): Promise<void> {
    this.#ended.abort();
    await Promise.allSettled(this.#running);
  }
}

/** What the windows of this machine write for exports is noted in a folder that they share. */
export function spoolNotes(storage: vscode.Uri, log: Log): SpoolNotes {
  return new SpoolNotes(spoolFolder(storage), {
    onError: (error) =>
      log.warn(`Exports: what a window has left is not removed (${toError(error).message})`),
  });
}

/** Files and progress of an export, as the editor has them. */
export function exportPort(
  report: Report,
  environment: EnvironmentProfile,
  exports: RunningExports,
): ExportPort {
  let chosen: vscode.Uri | undefined;
  return {
    choose: async (format, name) => {
      const ending = ENDINGS[format];
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      const fileName = `${name.replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim()}.${ending}`;
      const target = await vscode.window.showSaveDialog({
        filters: { [ending.toUpperCase()]: [ending] },
        ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, fileName) }),
      });
      chosen = target;
      return target === undefined ? undefined : () => exports.open(target);
    },
    progress: async (title, work) => {
      const attempt = async (): Promise<void> => {
        try {
          const done = await withProgress(title, work, exports);
          void offerToOpen(report, done, chosen);
        } catch (error) {
          const undone = vscode.l10n.t('Could not export the rows.');
          report.failure({ error, undone, environment, retry: () => void attempt() });
        }
      };
      await attempt();
    },
  };
}

async function withProgress(
  title: string,
  work: Parameters<ExportPort['progress']>[1],
  exports: RunningExports,
): Promise<string> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const signal = AbortSignal.any([abort.signal, exports.ended]);
    return exports.follow(work((message) => progress.report({ message }), signal));
  });
}

async function offerToOpen(report: Report, done: string, file: vscode.Uri | undefined): Promise<void> {
  const open = await report.offer(done, vscode.l10n.t('Open File'), new AbortController().signal);
  if (open && file !== undefined) await vscode.commands.executeCommand('vscode.open', file);
}
