import { JobAction, type Selection } from '../../protocol/jobs';

/** What can be done with selected rows, by what the service allows for each of them. */
export function selectionOf(allowed: Iterable<readonly JobAction[]>): Selection {
  const counts = new Map<JobAction, number>();
  let count = 0;
  for (const actions of allowed) {
    count += 1;
    for (const action of actions) counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  const can = Object.values(JobAction.def.entries).flatMap((action) => {
    const those = counts.get(action);
    return those === undefined ? [] : [{ action, count: those }];
  });
  return { count, can };
}
