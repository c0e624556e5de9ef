import { DisposableStore, type Disposable } from '../base/disposable';
import type { EnvironmentList } from '../environments/environmentList';
import { UnfinishedFlows } from '../presentation/flows/unfinishedFlows';
import { Undos } from './undos';

/** What this window remembers of changes: how the last one is taken back, and the answers of those that failed. */
export function createChangeParts(
  list: EnvironmentList,
): { readonly undos: Undos; readonly unfinished: UnfinishedFlows } & Disposable {
  const store = new DisposableStore();
  return {
    undos: store.add(new Undos(list)),
    unfinished: store.add(new UnfinishedFlows(list)),
    dispose: () => store.dispose(),
  };
}
