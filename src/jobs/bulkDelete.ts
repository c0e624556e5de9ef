import type { Clock } from '../base/clock';
import { CancelledError, isCancellation, throwIfAborted } from '../base/errors';
import { DataverseError } from '../dataverse/errors';
import { isRow } from '../dataverse/json';
import * as odata from '../dataverse/odata';
import * as column from '../dataverse/row';
import type { Row, WebApi } from '../dataverse/webApi';
import type { JobState } from './model';
import { jobState } from './rows';

/** More jobs than these are left to the service; fewer are deleted one by one, each with its own outcome. */
export const MOST_SINGLE = 1000;

/** Jobs that one bulk deletion is asked for at most: its order has to fit into one request. */
export const MOST_IN_BULK = 20_000;

/** Ids in one query of the set; a condition with thousands of values is more than the database takes. */
const PER_QUERY = 500;

/** How far a system job that deletes has come. */
interface BulkProgress {
  readonly state: JobState;
  /** Rows that were deleted, and that could not be; undefined where the service does not tell. */
  readonly deleted: number | undefined;
  readonly failed: number | undefined;
  /** What the service says of it. */
  readonly message: string;
}

/** True when nothing more will happen. */
function isOver({ state }: BulkProgress): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'canceled';
}

/**
 * Asks the service to delete jobs by a system job of its own: action `BulkDelete` (FACTS 10.3). The rows are named by
 * their ids, so that nothing else can be deleted, whatever fails meanwhile. The names within a QueryExpression and the
 * type of an id's value are general knowledge: UNVERIFIED.
 * @param ids at most `MOST_IN_BULK`
 * @param now when it begins: at once
 * @returns the id of the system job
 */
async function startBulkDelete(
  api: Pick<WebApi, 'action'>,
  order: { readonly name: string; readonly ids: readonly string[]; readonly now: Date },
  signal: AbortSignal,
): Promise<string> {
  const queries: Row[] = [];
  for (let from = 0; from < order.ids.length; from += PER_QUERY)
    queries.push(queryOf(order.ids.slice(from, from + PER_QUERY)));
  const parameters = {
    QuerySet: queries,
    JobName: order.name,
    SendEmailNotification: false,
    ToRecipients: [],
    CCRecipients: [],
    RecurrencePattern: '',
    StartDateTime: order.now.toISOString(),
  };
  return column.guid(await api.action('BulkDelete', parameters, { signal }), 'JobId');
}

function queryOf(ids: readonly string[]): Row {
  return {
    EntityName: 'asyncoperation',
    ColumnSet: { AllColumns: false, Columns: ['asyncoperationid'] },
    Criteria: {
      FilterOperator: 'And',
      Conditions: [
        {
          AttributeName: 'asyncoperationid',
          Operator: 'In',
          Values: ids.map((id) => ({ Value: id, Type: 'System.Guid' })),
        },
      ],
    },
  };
}

/**
 * How far it is. The counts are those of the job's bulk delete operation (FACTS 3.7 names the relationship; its columns
 * are general knowledge: UNVERIFIED).
 */
async function bulkDeleteProgress(
  api: Pick<WebApi, 'get'>,
  jobId: string,
  signal: AbortSignal,
): Promise<BulkProgress> {
  const path = odata.query(odata.row('asyncoperations', jobId), {
    select: ['statuscode', 'message'],
    expand: [{ path: 'AsyncOperation_BulkDeleteOperation', select: ['successcount', 'failurecount'] }],
  });
  const row = await api.get(path, { signal });
  const operations: unknown = row['AsyncOperation_BulkDeleteOperation'];
  const [operation] = Array.isArray(operations) ? operations.filter(isRow) : [];
  return {
    state: jobState(column.optionalInteger(row, 'statuscode')),
    deleted: operation === undefined ? undefined : column.optionalInteger(operation, 'successcount'),
    failed: operation === undefined ? undefined : column.optionalInteger(operation, 'failurecount'),
    message: column.optionalText(row, 'message') ?? '',
  };
}

/** Ends a bulk deletion as any job is ended (FACTS 10.1, 15.17); what is deleted stays deleted. */
async function cancelBulkDelete(
  api: Pick<WebApi, 'update'>,
  jobId: string,
  signal: AbortSignal,
): Promise<void> {
  throwIfAborted(signal);
  await api.update(odata.row('asyncoperations', jobId), { statecode: 3, statuscode: 32 }, { signal });
}

/** How far the deletion of all jobs has come, over all system jobs that it takes. */
export interface BulkDeletion {
  readonly of: number;
  readonly deleted: number;
  readonly failed: number;
  /** False when the service has not told all counts: there may have been more. */
  readonly exact: boolean;
  /** The system job that is at it, or was the last. */
  readonly jobId: string;
  readonly state: JobState;
  /** What the service says of it. */
  readonly message: string;
}

export interface BulkOrder {
  /** Of the system job. */
  readonly name: string;
  readonly ids: readonly string[];
  /** Aborted when nobody looks any more: the deletion goes on in the service. */
  readonly left: AbortSignal;
}

/** Milliseconds between two looks: the first, and at most. */
const FIRST_LOOK = 1000;
const LONGEST_WAIT = 10_000;
/** Looks in a row that may fail before the failure is told. */
const MOST_FAILURES = 5;
/** Looks at what a deletion that was ended says at last. */
const LAST_LOOKS = 10;

/**
 * Deletes any number of jobs through the service's bulk deletion, `MOST_IN_BULK` at a time, and tells how far it is. Looks
 * rarely, and more rarely the longer it takes; a look that fails is made again.
 * @param signal ends the deletion itself: the system job is cancelled and its last counts are told.
 * @throws DataverseError, CancelledError; what was deleted before stays deleted.
 */
export async function* deleteInBulk(
  api: Pick<WebApi, 'action' | 'get' | 'update'>,
  order: BulkOrder,
  clock: Clock,
  signal: AbortSignal,
): AsyncIterable<BulkDeletion> {
  let sum = { deleted: 0, failed: 0, exact: true };
  for (let from = 0; from < order.ids.length; from += MOST_IN_BULK) {
    throwIfAborted(signal);
    const ids = order.ids.slice(from, from + MOST_IN_BULK);
    const now = new Date(clock.now());
    const jobId = await startBulkDelete(api, { name: order.name, ids, now }, signal);
    let progress: BulkProgress = { state: 'waitingForResources', deleted: 0, failed: 0, message: '' };
    const told = (): BulkDeletion => ({
      of: order.ids.length,
      jobId,
      state: progress.state,
      message: progress.message,
      deleted: sum.deleted + (progress.deleted ?? 0),
      failed: sum.failed + (progress.failed ?? 0),
      exact: sum.exact && progress.deleted !== undefined,
    });
    try {
      for await (progress of looks(api, jobId, clock, AbortSignal.any([signal, order.left]))) yield told();
    } catch (error) {
      if (!isCancellation(error) || order.left.aborted) throw error;
      progress = await ended(api, jobId, clock, order.left);
      yield told();
      throw new CancelledError();
    }
    sum = told();
    // Somebody else has ended it, or the service has: the rest is not begun.
    if (progress.state === 'canceled') return;
  }
}

/** What a system job says from time to time, until it is over. */
async function* looks(
  api: Pick<WebApi, 'get'>,
  jobId: string,
  clock: Clock,
  signal: AbortSignal,
): AsyncIterable<BulkProgress> {
  let failures = 0;
  for (let wait = FIRST_LOOK; ; wait = Math.min(LONGEST_WAIT, wait * 1.5)) {
    await clock.delay(wait, signal);
    let progress: BulkProgress;
    try {
      progress = await bulkDeleteProgress(api, jobId, signal);
      failures = 0;
    } catch (error) {
      if (isCancellation(error)) throw error;
      progress = { state: 'unknown', deleted: undefined, failed: undefined, message: '' };
      const gone = DataverseError.is(error, 'notFound');
      failures += 1;
      if (!gone && failures >= MOST_FAILURES) throw error;
      if (!gone) continue;
      // The system job itself has been cleaned up: it is over, and nobody knows how.
      yield progress;
      return;
    }
    yield progress;
    if (isOver(progress)) return;
  }
}

/** Ends a system job and gives what it says at last. It may be over already, which is no failure. */
async function ended(
  api: Pick<WebApi, 'get' | 'update'>,
  jobId: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<BulkProgress> {
  try {
    await cancelBulkDelete(api, jobId, signal);
  } catch (error) {
    if (!DataverseError.is(error, 'invalid') && !DataverseError.is(error, 'notFound')) throw error;
  }
  let progress = await bulkDeleteProgress(api, jobId, signal);
  for (let look = 1; look < LAST_LOOKS && !isOver(progress); look += 1) {
    await clock.delay(FIRST_LOOK, signal);
    progress = await bulkDeleteProgress(api, jobId, signal);
  }
  return progress;
}
