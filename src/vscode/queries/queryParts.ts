import * as vscode from 'vscode';
import { DisposableStore, toDisposable, type Disposable } from '../../base/disposable';
import { LazyPart } from '../../base/lazyPart';
import type { EnvironmentList } from '../../environments/environmentList';
import type { Connections } from '../connections';
import { languageOf } from '../language/languages';
import type { Report } from '../report';
import { QueryDocuments } from './queryDocuments';
import { QueryHistory } from './queryHistory';

/** What queries in panels and in editors have in common. */
export interface QueryParts extends Disposable {
  readonly history: QueryHistory;
  readonly documents: QueryDocuments;
  readonly report: Report;
  /** Aborted when the extension is shut down. */
  readonly lifetime: AbortSignal;
}

/** Makes what queries need, in panels and in documents; nothing is read before it is asked for. */
export function createQueries(
  context: Pick<vscode.ExtensionContext, 'globalState' | 'workspaceState'>,
  list: EnvironmentList,
  connections: Connections,
  report: Report,
): QueryParts {
  const lifetime = new AbortController();
  const store = new DisposableStore();
  store.add(toDisposable(() => lifetime.abort()));
  const parts: QueryParts = {
    history: new QueryHistory(context.globalState),
    documents: store.add(new QueryDocuments(list, connections, context.workspaceState)),
    report,
    lifetime: lifetime.signal,
    dispose: () => store.dispose(),
  };
  store.add(lazyLanguage(parts));
  return parts;
}

/** What helps with documents of queries is loaded when one is opened. */
function lazyLanguage(parts: QueryParts): Disposable {
  const language = new LazyPart(async () => {
    const { queryLanguage } = await import('../later');
    return queryLanguage(parts);
  });
  const look = (document: vscode.TextDocument): void => {
    if (languageOf(document) === undefined || language.loaded !== undefined) return;
    language.load().catch((error: unknown) => {
      parts.report.background(error, 'The help for queries could not be loaded.');
    });
  };
  vscode.workspace.textDocuments.forEach(look);
  const opened = vscode.workspace.onDidOpenTextDocument(look);
  return toDisposable(() => {
    opened.dispose();
    language.dispose();
  });
}
