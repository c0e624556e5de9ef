import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { setReaderLocale } from '../presentation/texts/readerLocale';

/** From now on sentences, numbers and times are in the language of the editor, as far as there is a translation. */
export function speakWithReader(): void {
  setReaderLocale(vscode.env.language);
  if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
}
