import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { DeliveryLog } from '../../delivery/log/deliveryLog';
import type { DeliveryRecord } from '../../delivery/log/deliveryRecord';
import { deliveryName, timeText } from '../../presentation/deliveries/deliveryTexts';
import { deliveryText } from '../../presentation/deliveries/deliveryText';

const SCHEME = 'dataverse-webhooks-delivery';

/**
 * Deliveries as documents: read-only for reading and comparing, and as untitled ones that are changed and replayed. They
 * hold no secret.
 */
export class DeliveryTexts
  implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, Disposable
{
  readonly #log: DeliveryLog;
  readonly #store = new DisposableStore();
  /** Documents that are changed, with the delivery they began as. */
  readonly #edited = new Map<string, DeliveryRecord>();
  readonly #lenses = this.#store.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#lenses.event;

  constructor(log: DeliveryLog) {
    this.#log = log;
    this.#store.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
    this.#store.add(vscode.languages.registerCodeLensProvider({ language: 'json' }, this));
    this.#store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#edited.delete(uri.toString())),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const record = this.#log.find(uri.fragment);
    return record === undefined
      ? vscode.l10n.t('This delivery is not kept any more.')
      : deliveryText(record, uri.query === 'body');
  }

  /** The body as JSON on lines of its own, in an editor. */
  async showBody(record: DeliveryRecord): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uriOf(record, 'body'));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** The differences between two deliveries, headers and body, in the editor's own view of differences. */
  async compare(left: DeliveryRecord, right: DeliveryRecord): Promise<void> {
    const name = (record: DeliveryRecord): string => `${deliveryName(record)} ${timeText(record.at)}`;
    const title = `${name(left)} ↔ ${name(right)}`;
    await vscode.commands.executeCommand('vscode.diff', uriOf(left, 'all'), uriOf(right, 'all'), title);
  }

  /** Opens the body for changing. */
  async edit(record: DeliveryRecord): Promise<void> {
    const document = await vscode.workspace.openTextDocument({
      language: 'json',
      content: deliveryText(record, true),
    });
    this.#edited.set(document.uri.toString(), record);
    this.#lenses.fire();
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /** The delivery that a document is a changed one of; undefined for any other document. */
  editedIn(document: vscode.TextDocument): DeliveryRecord | undefined {
    return this.#edited.get(document.uri.toString());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (this.editedIn(document) === undefined) return [];
    const title = `$(send) ${vscode.l10n.t('Replay with This Body…')}`;
    return [
      new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), {
        title,
        command: 'dataverseWebhooks.replayDeliveries',
      }),
    ];
  }

  dispose(): void {
    this.#store.dispose();
    this.#edited.clear();
  }
}

function uriOf(record: DeliveryRecord, part: 'all' | 'body'): vscode.Uri {
  const name = `${deliveryName(record)} ${timeText(record.at)}`.replace(/[\\/:*?"<>|\p{Cc}]+/gu, '.');
  const ending = part === 'body' ? 'json' : 'http';
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name}.${ending}`, query: part, fragment: record.id });
}
