import * as z from 'zod/mini';

import { writeBody, type WireBody } from '../../delivery/wire';
import { newRow, timestamp } from '../newRow';
import type { StoredRow } from '../schema/types';
import type { Transaction } from '../store';
import { buildContext } from './contexts';
import type { PipelineEvent, Written } from './event';
import type { StepOutcome } from './outcome';
import { asText, authorOf, nowText, tableOf, type Services } from './services';
import type { WebhookStep } from './steps';

/** States of a job (FACTS 10.1). */
export const READY = { statecode: 0, statuscode: 0 } as const;
export const WAITING = { statecode: 1, statuscode: 10 } as const;
const IN_PROGRESS = { statecode: 2, statuscode: 20 } as const;
const SUCCEEDED = { statecode: 3, statuscode: 30 } as const;
const FAILED = { statecode: 3, statuscode: 31 } as const;
export const CANCELED = { statecode: 3, statuscode: 32 } as const;

/** What a job keeps in its `data` column: everything but the address and the secret, which are read when it runs. */
const JobData = z.object({
  body: z.object({ text: z.string(), bytes: z.number(), trimmed: z.boolean(), tooLarge: z.boolean() }),
  endpointId: z.string(),
});

export interface JobData {
  readonly body: WireBody;
  readonly endpointId: string;
}

/** The data of a job, or undefined when the column does not hold what this version of the sandbox wrote. */
export function readJobData(row: StoredRow): JobData | undefined {
  try {
    const json: unknown = JSON.parse(asText(row['data']) ?? '');
    const parsed = JobData.safeParse(json);
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes the system job of an asynchronous step (FACTS 10.2) within the operation's transaction, and releases it once
 * that is committed.
 */
export function createJob(
  services: Services,
  event: PipelineEvent,
  step: WebhookStep,
  written: Written,
): void {
  const { context } = event;
  const id = services.newId();
  const body = writeBody(buildContext(services, event, step, { done: true, written }, id));
  const table = tableOf(services, 'asyncoperation');
  const data: JobData = { body, endpointId: step.endpointId };
  const about = event.table?.name;
  const canRegard = table.columns
    .find((column) => column.name === 'regardingobjectid')
    ?.targets?.some((target) => target.table === about);
  const values: StoredRow = {
    ...READY,
    correlationid: context.correlationId,
    correlationupdatedtime: nowText(services),
    data: JSON.stringify(data),
    depth: context.depth,
    messagename: event.message,
    // That the name is the step's and the type System Event is UNVERIFIED (FACTS 10.2).
    name: step.name,
    operationtype: 1,
    owningextensionid: { table: 'sdkmessageprocessingstep', id: step.id },
    primaryentitytype: about ?? 'none',
    ...(canRegard === true && about !== undefined && event.id !== undefined
      ? { regardingobjectid: { table: about, id: event.id } }
      : {}),
    requestid: context.requestId,
    retrycount: 0,
    sequence: services.nextSequence(),
  };
  context.work.transaction.insert('asyncoperation', newRow(table, id, values, authorOf(services, context)));
  context.work.afterCommit(() => services.jobs.release(id));
}

/** Marks a job as running. */
export function beginJob(services: Services, transaction: Transaction, id: string): void {
  const now = nowText(services);
  transaction.change('asyncoperation', id, { ...IN_PROGRESS, startedon: now, modifiedon: now });
}

/**
 * Writes the end of a job. A job that succeeded is removed when its step says so (FACTS 10.2). `retrycount` counts the
 * further attempts (UNVERIFIED), `executiontimespan` is in seconds (UNVERIFIED, FACTS 3.7).
 */
export function endJob(
  services: Services,
  transaction: Transaction,
  id: string,
  outcome: Exclude<StepOutcome, { kind: 'cancelled' }>,
  removeOnSuccess: boolean,
): void {
  if (outcome.kind === 'succeeded' && removeOnSuccess) {
    transaction.remove('asyncoperation', id);
    return;
  }
  const now = timestamp(services.clock.now());
  const end: StoredRow = {
    completedon: now,
    modifiedon: now,
    executiontimespan: Math.round(outcome.duration / 10) / 100,
    retrycount: Math.max(0, outcome.attempts - 1),
  };
  transaction.change(
    'asyncoperation',
    id,
    outcome.kind === 'succeeded'
      ? { ...end, ...SUCCEEDED }
      : {
          ...end,
          ...FAILED,
          errorcode: outcome.failure.number,
          friendlymessage: outcome.failure.friendly,
          message: outcome.failure.detail.slice(0, 100_000),
        },
  );
}
