import type * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import type { EnvironmentList } from '../../environments/environmentList';
import type { Connection, Connections } from '../connections';

/** Which environment a document with a query is asked of: kept for the window, and for a file across windows. */
export class QueryDocuments implements Disposable {
  readonly #list: EnvironmentList;
  readonly #connections: Connections;
  readonly #memento: vscode.Memento;
  readonly #assigned = new Map<string, string>();
  readonly #changed = new Emitter<void>();
  readonly #listening: Disposable;
  readonly onDidChange = this.#changed.event;

  constructor(list: EnvironmentList, connections: Connections, memento: vscode.Memento) {
    this.#list = list;
    this.#connections = connections;
    this.#memento = memento;
    this.#listening = list.onDidChange(() => this.#changed.fire());
  }

  /** The environment of a document: the one it was given, or the only one there is. */
  of(uri: vscode.Uri): Connection | undefined {
    const key = keyOf(uri);
    const kept = this.#memento.get<unknown>(key);
    const id = this.#assigned.get(key) ?? (typeof kept === 'string' ? kept : undefined);
    const assigned = id === undefined ? undefined : this.#connections.of(id);
    if (assigned !== undefined) return assigned;
    const [only, ...others] = this.#list.profiles;
    return only === undefined || others.length > 0 ? undefined : this.#connections.of(only.id);
  }

  /** How many environments there are to choose from. */
  get choices(): number {
    return this.#list.profiles.length;
  }

  assign(uri: vscode.Uri, environmentId: string): void {
    const key = keyOf(uri);
    this.#assigned.set(key, environmentId);
    if (uri.scheme !== 'untitled') void this.#memento.update(key, environmentId);
    this.#changed.fire();
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}

function keyOf(uri: vscode.Uri): string {
  return `queryDocument/${uri.toString()}`;
}
