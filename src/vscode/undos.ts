import type { Disposable } from '../base/disposable';
import type { EnvironmentList } from '../environments/environmentList';
import type { Undo } from '../webhooks/undo';
import { setContextKey } from './contextKeys';

/** The last change of an environment that can be taken back. */
export interface LastChange {
  /** A localized name of it: `change of the step "Orders"`. */
  readonly what: string;
  readonly undos: readonly Undo[];
  /** Aborted when it cannot be taken back any more: it was, or there is a later change. */
  readonly ended: AbortSignal;
}

/** One change of each environment can be taken back, once: the last one. */
export class Undos implements Disposable {
  readonly #changes = new Map<string, { readonly change: LastChange; readonly abort: AbortController }>();
  readonly #changed = new Set<string>();
  readonly #listening: Disposable;

  constructor(list: EnvironmentList) {
    this.#listening = list.onDidChange(() => {
      for (const id of this.#changed) {
        if (list.find(id) !== undefined) continue;
        this.forget(id);
        this.#changed.delete(id);
      }
    });
  }

  /** Replaces what could be undone before; a change without an undo leaves nothing to undo. */
  keep(environmentId: string, what: string, undos: readonly Undo[]): LastChange | undefined {
    this.forget(environmentId);
    this.#changed.add(environmentId);
    if (undos.length === 0) return undefined;
    const abort = new AbortController();
    const change = { what, undos, ended: abort.signal };
    this.#changes.set(environmentId, { change, abort });
    this.#show();
    return change;
  }

  of(environmentId: string): LastChange | undefined {
    return this.#changes.get(environmentId)?.change;
  }

  /** True when something was changed in the environment since it is in the list, also what was taken back since then. */
  hasChanged(environmentId: string): boolean {
    return this.#changed.has(environmentId);
  }

  forget(environmentId: string): void {
    this.#changes.get(environmentId)?.abort.abort();
    this.#changes.delete(environmentId);
    this.#show();
  }

  dispose(): void {
    for (const { abort } of this.#changes.values()) abort.abort();
    this.#changes.clear();
    this.#listening.dispose();
  }

  #show(): void {
    setContextKey('dataverseWebhooks.canUndo', this.#changes.size > 0);
  }
}
