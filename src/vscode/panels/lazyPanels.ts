import { readdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { Log } from '../../base/log';
import { LazyPart } from '../../base/lazyPart';
import type { JobsPanels } from './jobsPanels';

export const JOBS_PANEL = 'dataverseWebhooks.jobs';
export const DELIVERY_PANEL = 'dataverseWebhooks.delivery';

/** Panels of one kind: they can be left by a window and come back in the next one, with what their page has kept. */
type Panels = Disposable & Pick<vscode.WebviewPanelSerializer, 'deserializeWebviewPanel'>;

/** The job reports of the window. */
export function lazyJobsPanels(...parts: ConstructorParameters<typeof JobsPanels>): LazyPanels<JobsPanels> {
  const [{ globalStorageUri }, , , , log] = parts;
  void removeLeftExports(globalStorageUri, log);
  return new LazyPanels(JOBS_PANEL, async () => {
    const code = await import('../later');
    return new code.JobsPanels(...parts);
  });
}

/** Where windows note what they write for exports. */
export function spoolFolder(storage: vscode.Uri): string {
  return vscode.Uri.joinPath(storage, 'exports').fsPath;
}

/** Removes what killed windows have left of their exports; where there is nothing, as nearly always, no code is loaded for it. */
async function removeLeftExports(storage: vscode.Uri, log: Log): Promise<void> {
  const notes = await readdir(spoolFolder(storage)).catch(() => []);
  if (notes.length > 0) await (await import('../later')).spoolNotes(storage, log).removeLeft();
}

/** Panels whose code is loaded with the first of them, be it one that the window before has left. */
export class LazyPanels<T extends Panels> extends LazyPart<T> {
  readonly #registration: Disposable;

  constructor(id: typeof JOBS_PANEL | typeof DELIVERY_PANEL, make: () => Promise<T>) {
    super(make);
    this.#registration = vscode.window.registerWebviewPanelSerializer(id, {
      deserializeWebviewPanel: async (panel, kept: unknown) =>
        (await this.load()).deserializeWebviewPanel(panel, kept),
    });
  }

  override dispose(): void {
    this.#registration.dispose();
    super.dispose();
  }
}
