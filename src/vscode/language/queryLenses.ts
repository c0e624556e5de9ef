import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { QueryDocuments } from '../queries/queryDocuments';
import { languageOf } from './languages';

/** What can be done with a query, above its first line. */
export class QueryLenses implements vscode.CodeLensProvider, Disposable {
  readonly #documents: QueryDocuments;
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(documents: QueryDocuments) {
    this.#documents = documents;
    this.#store.add(documents.onDidChange(() => this.#changed.fire()));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { uri } = document;
    const place = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(place, { title, command: `dataverseWebhooks.${command}`, arguments: [uri] });
    const environment = this.#documents.of(uri)?.profile.name;
    const run =
      environment === undefined
        ? vscode.l10n.t('Run…')
        : vscode.l10n.t('Run in {environment}', { environment });
    const other =
      languageOf(document) === 'fetchXml'
        ? vscode.l10n.t('Translate to Web API')
        : vscode.l10n.t('Translate to FetchXML');
    return [
      lens(`$(play) ${run}`, 'runQuery'),
      ...(this.#documents.choices > 1
        ? [lens(vscode.l10n.t('Choose Environment…'), 'chooseQueryEnvironment')]
        : []),
      lens(other, 'translateQuery'),
    ];
  }

  dispose(): void {
    this.#store.dispose();
  }
}
