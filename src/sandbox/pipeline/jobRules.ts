import type { OperationContext } from '../operations';
import type { Reference, StoredRow } from '../schema/types';
import { CANCELED, READY, WAITING } from './jobRows';
import { notImplemented } from '../serviceError';
import { refuse } from './refusals';
import { existingRow } from './rows';
import { asNumber, asText, nowText, type Services } from './services';

/** `operationtype` of a bulk deletion (FACTS 4). */
const BULK_DELETE = 13;

/** The only columns a client may change (FACTS 10.1). */
const CHANGEABLE: ReadonlySet<string> = new Set(['statecode', 'statuscode', 'postponeuntil']);

/**
 * Cancels, resumes, postpones or pauses a job (FACTS 10.1). Which code answers which illegal change follows the names
 * of the codes: UNVERIFIED.
 */
export function changeJob(
  services: Services,
  target: Reference,
  values: StoredRow,
  context: OperationContext,
): void {
  const row = existingRow(services, target);
  const refused = Object.keys(values).find((column) => !CHANGEABLE.has(column));
  if (refused !== undefined) {
    throw refuse(
      'invalidArgument',
      `Of a job only state, status and postponeuntil can be changed, not ${refused}.`,
    );
  }
  const { transaction } = context.work;
  const change = transition(row, values);
  if (row['operationtype'] === BULK_DELETE && change.action !== 'cancel')
    throw notImplemented('pausing, postponing and resuming a bulk deletion');
  transaction.change('asyncoperation', target.id, {
    ...change.values,
    modifiedon: nowText(services),
    modifiedby: { table: 'systemuser', id: context.userId },
    ...(change.values['statecode'] === 3 ? { completedon: nowText(services) } : {}),
  });
  context.work.afterCommit(() => {
    if (change.action === 'resume') services.jobs.release(target.id);
    else if (change.until === undefined) services.jobs.withdraw(target.id);
    else services.jobs.postpone(target.id, change.until);
  });
}

/** A job is deleted when it is completed. The documentation says any state, but the code says this (FACTS 10.1, UNVERIFIED). */
export function checkJobDelete(row: StoredRow): void {
  if (row['statecode'] !== 3) throw refuse('jobNotCompleted');
}

interface Transition {
  readonly action: 'cancel' | 'resume' | 'suspend';
  readonly values: StoredRow;
  readonly until?: number;
}

function transition(row: StoredRow, values: StoredRow): Transition {
  const from = asNumber(row['statecode']) ?? 0;
  const postponed = asText(values['postponeuntil']);
  // A date alone postpones: UNVERIFIED (FACTS 10.1, "which members are needed").
  const to =
    asNumber(values['statecode']) ??
    stateOf(asNumber(values['statuscode'])) ??
    (postponed === undefined ? undefined : 1);
  const status = asNumber(values['statuscode']);
  switch (to) {
    case 0:
      if (from !== 1) throw refuse('jobToReady');
      if (status !== undefined && status !== READY.statuscode) throw refuse('jobStateChange');
      return { action: 'resume', values: { ...READY, postponeuntil: null } };
    case 1:
      return suspend(from, status, postponed);
    case 3:
      if (status !== undefined && status !== CANCELED.statuscode) throw refuse('jobToCompleted');
      if (from === 3) throw refuse('jobCannotCancel');
      if (status === undefined) throw refuse('jobToCompleted');
      return { action: 'cancel', values: CANCELED };
    default:
      throw refuse('jobStateChange');
  }
}

function suspend(from: number, status: number | undefined, postponed: string | undefined): Transition {
  if (status !== undefined && status !== WAITING.statuscode) throw refuse('jobStateChange');
  if (from === 3) throw refuse('jobToSuspended');
  if (postponed !== undefined) {
    const until = Date.parse(postponed);
    return { action: 'suspend', values: { ...WAITING, postponeuntil: postponed }, until };
  }
  if (from === 0) throw refuse('jobCannotPause');
  if (from === 1) throw refuse('jobToSuspended');
  return { action: 'suspend', values: { ...WAITING, postponeuntil: null } };
}

/** The state a status belongs to (FACTS 4). */
function stateOf(status: number | undefined): number | undefined {
  if (status === undefined) return undefined;
  if (status === 0) return 0;
  return status < 20 ? 1 : status < 30 ? 2 : 3;
}
