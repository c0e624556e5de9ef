import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { readableBody } from '../../delivery/bodyDocument';
import { originTexts, type BodyOrigin } from '../../presentation/send/exchangeText';
import { setContextKey } from '../contextKeys';
import type { SecretOwner } from './testSecrets';

/** A delivery that is being written: where it goes, and how. */
export interface OpenDelivery {
  readonly environmentId: string;
  readonly webhook: SecretOwner;
  readonly stepId: string | undefined;
  /** Where it is sent; the webhook's own address unless another was chosen. */
  readonly url: string;
  readonly asynchronous: boolean;
  readonly sizeExceeded: boolean;
  readonly origin: BodyOrigin;
}

/** Bodies of deliveries as documents that can be changed and sent. They are in memory until they are saved. */
export class DeliveryDocuments implements vscode.CodeLensProvider, Disposable {
  readonly #open = new Map<string, OpenDelivery>();
  readonly #own = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor() {
    this.#own.add(this.#changed);
    this.#own.add(vscode.languages.registerCodeLensProvider({ language: 'json' }, this));
    this.#own.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (this.#open.delete(uri.toString())) this.#tell();
      }),
    );
  }

  /** Opens the wire form of a body for reading and changing. */
  async show(body: string, delivery: OpenDelivery): Promise<void> {
    const document = await vscode.workspace.openTextDocument({
      language: 'json',
      content: readableBody(body),
    });
    this.adopt(document, delivery);
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /** Makes a document the body of a delivery, until it is closed. */
  adopt(document: vscode.TextDocument, delivery: OpenDelivery): void {
    this.#open.set(document.uri.toString(), delivery);
    this.#tell();
  }

  /** The delivery of a document; undefined for any other document. */
  of(document: vscode.TextDocument): OpenDelivery | undefined {
    return this.#open.get(document.uri.toString());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const delivery = this.of(document);
    if (delivery === undefined) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(top, { title, command });
    const { name } = delivery.webhook;
    return [
      lens(`$(send) ${vscode.l10n.t('Send to {name}', { name })}`, 'dataverseWebhooks.sendDelivery'),
      lens(vscode.l10n.t('Copy Request…'), 'dataverseWebhooks.copyRequest'),
      lens(vscode.l10n.t('Save…'), 'dataverseWebhooks.saveDelivery'),
      ...originTexts(delivery.origin).map((text) => lens(text, '')),
    ];
  }

  dispose(): void {
    this.#own.dispose();
    this.#open.clear();
  }

  #tell(): void {
    setContextKey('dataverseWebhooks.deliveryDocuments', [...this.#open.keys()]);
    this.#changed.fire();
  }
}
