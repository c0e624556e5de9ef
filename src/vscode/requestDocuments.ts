import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';

const SCHEME = 'dataverse-webhooks-request';

/** Requests that were asked to be seen, as read-only documents. Their texts hold no secret, and are in memory only. */
export class RequestDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration: Disposable;
  #count = 0;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? vscode.l10n.t('This request is not known any more.');
  }

  /** Opens a text beside what is being edited, without taking the focus from an open question. */
  async show(text: string): Promise<void> {
    this.#count += 1;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${vscode.l10n.t('Request')} ${this.#count}.http` });
    this.#texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#texts.clear();
  }
}
