import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { toError } from '../../base/errors';
import type { Log } from '../../base/log';
import { DeliveryJournal } from '../../delivery/log/deliveryJournal';
import type { DeliveryLog } from '../../delivery/log/deliveryLog';

const SECTION = 'dataverseWebhooks.deliveries';
const SETTING = 'keepOverReload';

/**
 * Keeps the deliveries of a window in the storage of its workspace, as long as the setting says so; a window without a
 * folder uses the extension's own storage.
 */
export class KeptOverReload implements Disposable {
  readonly #log: DeliveryLog;
  readonly #folder: string | undefined;
  readonly #editorLog: Log;
  readonly #store = new DisposableStore();
  #journal: DeliveryJournal | undefined;
  /** Resolves when the deliveries of the window before are in the log. */
  readonly restored: Promise<unknown>;

  constructor(log: DeliveryLog, storage: vscode.Uri, editorLog: Log) {
    this.#log = log;
    // Elsewhere than on a disk there is nothing to append to.
    this.#folder = storage.scheme === 'file' ? vscode.Uri.joinPath(storage, 'deliveries').fsPath : undefined;
    this.#editorLog = editorLog;
    if (!this.#apply()) this.#newJournal()?.discard();
    const journal = this.#journal;
    // Not while the extension is activated: nothing that is asked for then needs it.
    const begun = new Promise((resolve) => setImmediate(resolve)).then(() => journal?.restore());
    this.restored = begun.then(() => journal?.restored);
    this.#store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`${SECTION}.${SETTING}`)) void this.#apply();
      }),
    );
  }

  dispose(): void {
    this.#store.dispose();
    this.#journal?.dispose();
  }

  /** True when deliveries are kept. */
  #apply(): boolean {
    const wanted = vscode.workspace.getConfiguration(SECTION).get<boolean>(SETTING, true);
    if (wanted && this.#journal === undefined) {
      this.#journal = this.#newJournal();
      this.#journal?.flush();
    }
    if (!wanted) {
      this.#journal?.discard();
      this.#journal = undefined;
    }
    return wanted;
  }

  #newJournal(): DeliveryJournal | undefined {
    if (this.#folder === undefined) return undefined;
    return new DeliveryJournal(this.#folder, this.#log, {
      onError: (error) =>
        this.#editorLog.warn(`Deliveries: they could not be kept on the disk (${toError(error).message})`),
    });
  }
}
