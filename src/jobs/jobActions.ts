import { throwIfAborted } from '../base/errors';
import * as odata from '../dataverse/odata';
import type { BatchOperation, WebApi } from '../dataverse/webApi';

/** What can be done with a system job (FACTS 10.1). */
export const JOB_ACTIONS = ['cancel', 'resume', 'postpone', 'pause', 'delete'] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

/** The outcome for one job; without an error it was done. */
export interface JobOutcome {
  readonly id: string;
  readonly error?: Error;
}

/** Operations of one batch; the service takes 1000 (FACTS 13.7), fewer tell their progress sooner. */
const PER_BATCH = 100;

/**
 * What the service allows for a job, by its `statuscode` (FACTS 10.1). A failed job is completed for good and can only
 * be deleted. Deleting one that is not completed is documented and yet has an error code of its own: UNVERIFIED, so it
 * is not offered; cancel it first.
 */
export function allowedActions(statusCode: number | undefined): readonly JobAction[] {
  switch (statusCode) {
    case 0:
      return ['cancel', 'postpone'];
    case 10:
      return ['cancel', 'resume'];
    case 20:
      return ['cancel', 'postpone', 'pause'];
    // Pausing: on its way to be suspended.
    case 21:
      return ['cancel'];
    case 30:
    case 31:
    case 32:
      return ['delete'];
    default:
      return [];
  }
}

/**
 * Does one thing with many jobs, each of which succeeds or fails alone.
 * @param until when postponed jobs go on; only for `postpone`.
 * @throws DataverseError when a whole batch was refused, CancelledError; what was done before stays done.
 */
export async function* actOnJobs(
  api: Pick<WebApi, 'batch'>,
  order: { readonly action: JobAction; readonly ids: readonly string[]; readonly until?: Date | undefined },
  signal: AbortSignal,
): AsyncIterable<readonly JobOutcome[]> {
  for (let from = 0; from < order.ids.length; from += PER_BATCH) {
    throwIfAborted(signal);
    const ids = order.ids.slice(from, from + PER_BATCH);
    const operations = ids.map((id) => operation(id, order.action, order.until));
    const outcomes = await api.batch({ atomicity: 'each', operations }, { signal });
    yield ids.map((id, at) => {
      const outcome = outcomes[at];
      return outcome?.ok === false ? { id, error: outcome.error } : { id };
    });
  }
}

function operation(id: string, action: JobAction, until: Date | undefined): BatchOperation {
  const path = odata.row('asyncoperations', id);
  switch (action) {
    case 'cancel':
      return { method: 'PATCH', path, body: { statecode: 3, statuscode: 32 } };
    case 'resume':
      return { method: 'PATCH', path, body: { statecode: 0, statuscode: 0 } };
    case 'pause':
      return { method: 'PATCH', path, body: { statecode: 1, statuscode: 10 } };
    case 'postpone':
      // Which members are needed is UNVERIFIED; these are all that can be changed.
      return {
        method: 'PATCH',
        path,
        body: { statecode: 1, statuscode: 10, postponeuntil: until?.toISOString() ?? null },
      };
    case 'delete':
      return { method: 'DELETE', path };
  }
}
