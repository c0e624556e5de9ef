import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import { LazyPart } from '../../base/lazyPart';
import type { JobsPanels } from './jobsPanels';

export const JOBS_PANEL = 'dataverseWebhooks.jobs';
export const DELIVERY_PANEL = 'dataverseWebhooks.delivery';

/** Panels of one kind: they can be left by a window and come back in the next one, with what their page has kept. */
type Panels = Disposable & Pick<vscode.WebviewPanelSerializer, 'deserializeWebviewPanel'>;

/** The job reports of the window. */
export function lazyJobsPanels(...parts: ConstructorParameters<typeof JobsPanels>): LazyPanels<JobsPanels> {
  return new LazyPanels(JOBS_PANEL, async () => {
    const code = await import('../later');
    return new code.JobsPanels(...parts);
  });
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
