import type { UnitOfWork } from './operations';
import type { Store } from './store';

/** Runs `body` as a unit: committed when it resolves, rolled back when it rejects. */
export async function runUnit<T>(store: Store, body: (work: UnitOfWork) => Promise<T>): Promise<T> {
  const transaction = store.begin();
  const committed: Array<() => void> = [];
  const rolledBack: Array<() => void> = [];
  let result: T;
  try {
    result = await body({
      transaction,
      afterCommit: (callback) => committed.push(callback),
      afterRollback: (callback) => rolledBack.push(callback),
    });
  } catch (error) {
    transaction.rollback();
    for (const callback of rolledBack) callback();
    throw error;
  }
  transaction.commit();
  for (const callback of committed) callback();
  return result;
}
