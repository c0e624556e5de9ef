import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { exportProfiles, importProfiles } from '../../environments/profileFile';
import type { Services } from './services';
import type { Handlers } from './table';

type FileCommands = Pick<
  Handlers,
  'dataverseWebhooks.exportEnvironments' | 'dataverseWebhooks.importEnvironments'
>;

/** Most bytes of a file that is read as a list of environments. */
const MOST_BYTES = 1024 * 1024;

/** Commands that carry the list of environments to another machine, without secrets. */
export function environmentFileCommands(services: Services): FileCommands {
  const { list, report } = services;
  return {
    'dataverseWebhooks.exportEnvironments': async () => {
      const target = await vscode.window.showSaveDialog({
        title: vscode.l10n.t('Export Environments'),
        filters: { JSON: ['json'] },
        saveLabel: vscode.l10n.t('Export'),
      });
      if (target === undefined) throw new CancelledError();
      const undone = vscode.l10n.t('Could not write the list of environments to {file}.', {
        file: target.path,
      });
      await report.attempt({ undone }, async () => {
        await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(exportProfiles(list.profiles)));
        report.info(
          vscode.l10n.t('The environments were written to {file}, without secrets.', { file: target.path }),
        );
      });
    },
    'dataverseWebhooks.importEnvironments': async () => {
      const [source] =
        (await vscode.window.showOpenDialog({
          title: vscode.l10n.t('Import Environments'),
          filters: { JSON: ['json'] },
          openLabel: vscode.l10n.t('Import'),
        })) ?? [];
      if (source === undefined) throw new CancelledError();
      const undone = vscode.l10n.t('Could not read environments from {file}.', { file: source.path });
      await report.attempt({ undone }, async () => {
        const bytes = await vscode.workspace.fs.readFile(source);
        const text = new TextDecoder().decode(bytes.subarray(0, MOST_BYTES));
        const { added, known, unreadable } = importProfiles(text, list.profiles, () => randomUUID());
        for (const profile of added) await list.add(profile, undefined);
        const counts = { added: added.length, known, unreadable };
        report.info(
          unreadable === 0
            ? vscode.l10n.t('Environments added: {added}. In the list already: {known}.', {
                added: added.length,
                known,
              })
            : vscode.l10n.t(
                'Environments added: {added}. In the list already: {known}. Entries that are no environments: {unreadable}.',
                counts,
              ),
        );
      });
    },
  };
}
