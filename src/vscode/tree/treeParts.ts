import type * as vscode from 'vscode';
import { systemClock } from '../../base/clock';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { EnvironmentList } from '../../environments/environmentList';
import { parseFilter, storedFilter } from '../../presentation/tree/keptFilter';
import { keepFresh, type LoadedEnvironment } from '../../presentation/tree/quietRefresh';
import type { Connections } from '../connections';
import { EnvironmentStates } from '../environmentStates';
import { Organizations } from '../organizations';
import type { Report } from '../report';
import { onDidChangeOtherEndpoints, showOtherEndpoints } from '../treeSettings';
import { attentionTo } from './attention';
import { WebhookTree } from './webhookTree';

/** The tree with what it shows, and what keeps that up to date. */
export interface TreeParts extends Disposable {
  readonly states: EnvironmentStates;
  readonly tree: WebhookTree;
}

const FILTER = 'treeFilter';

/** Builds the tree of the side bar. Nothing is loaded before it is on screen. @param memento keeps the filter over a reload */
export function createTree(
  list: EnvironmentList,
  connections: Connections,
  report: Report,
  memento: vscode.Memento,
): TreeParts {
  const store = new DisposableStore();
  const states = store.add(
    new EnvironmentStates(connections, {
      showOtherEndpoints,
      onBackgroundError: (error) => report.background(error, 'The filters of the tree are not up to date.'),
    }),
  );
  const organizations = store.add(
    new Organizations(connections, (error) =>
      report.background(error, 'An environment told nothing about its organization.'),
    ),
  );
  const kept = parseFilter(memento.get<unknown>(FILTER));
  states.wantLater({ user: kept.view.kinds.has('mine'), failedHours: kept.failedHours });
  const tree = store.add(
    new WebhookTree(list, states, organizations, kept.view, (error) =>
      report.background(error, 'A row could not be shown in the tree.'),
    ),
  );
  store.add(
    tree.onDidChangeFilter(
      (view) => void memento.update(FILTER, storedFilter({ view, failedHours: states.wanted.failedHours })),
    ),
  );
  const loaded = (): readonly LoadedEnvironment[] =>
    list.profiles.map(({ id }) => ({ id, loadedAt: states.of(id).loadedAt }));
  store.add(keepFresh(attentionTo(tree), loaded, (id) => void states.load(id), systemClock));
  store.add(
    onDidChangeOtherEndpoints(() => {
      for (const { id, loadedAt } of loaded()) if (loadedAt !== undefined) void states.load(id, true);
    }),
  );
  // Somebody else has deleted it: what the tree shows is old.
  store.add(
    report.onGone((id) => {
      if (states.of(id).loadedAt !== undefined) void states.load(id, true);
    }),
  );
  return { states, tree, dispose: () => store.dispose() };
}
