import { timestamp } from '../newRow';
import type { OperationContext } from '../operations';
import type { Transaction } from '../store';
import type { StepOutcome } from './outcome';
import { asText, EMPTY_ID, nowText, type Services } from './services';

/** What a trace row tells about a call. */
export interface TracedCall {
  readonly stepId: string;
  readonly stepName: string;
  readonly message: string;
  /** 'none' for messages without a table. */
  readonly table: string;
  readonly asynchronous: boolean;
  readonly depth: number;
  readonly startedAt: number;
  readonly correlationId: string;
  readonly requestId: string;
  readonly userId: string;
}

const OFF = 0;
const ALL = 2;
/** Rows are removed after a day (FACTS 11). */
const KEEP_MILLISECONDS = 86_400_000;

/** Whether the organization wants a trace row for this outcome (FACTS 11: 0 off, 1 exceptions, 2 all). */
export function wantsTrace(services: Services, outcome: StepOutcome): boolean {
  const setting =
    services.store.get('organization', services.organization.id)?.['plugintracelogsetting'] ?? OFF;
  return outcome.kind !== 'cancelled' && setting !== OFF && (setting === ALL || outcome.kind === 'failed');
}

/**
 * Writes a row about a webhook call. That the service writes trace rows for webhook steps at all is UNVERIFIED
 * (FACTS 11); the sandbox does, because they are the only place where a synchronous failure can be read later.
 */
export function writeTrace(
  services: Services,
  transaction: Transaction,
  call: TracedCall,
  outcome: StepOutcome,
): void {
  if (!wantsTrace(services, outcome) || outcome.kind === 'cancelled') return;
  removeOldTraces(services, transaction);
  const detail = outcome.kind === 'failed' ? outcome.failure.detail : null;
  transaction.insert('plugintracelog', {
    plugintracelogid: services.newId(),
    correlationid: call.correlationId,
    createdby: { table: 'systemuser', id: call.userId },
    createdon: nowText(services),
    depth: call.depth,
    exceptiondetails: detail,
    issystemcreated: true,
    messageblock: `Webhook '${call.stepName}': ${outcome.attempts} attempt(s).`,
    messagename: call.message,
    mode: call.asynchronous ? 1 : 0,
    operationtype: 0,
    organizationid: services.organization.id,
    performanceexecutionduration: Math.round(outcome.duration),
    performanceexecutionstarttime: timestamp(call.startedAt),
    persistencekey: EMPTY_ID,
    pluginstepid: call.stepId,
    primaryentity: call.table,
    requestid: call.requestId,
    typename: 'Webhook',
  });
}

/** The rows are in order of creation, so looking stops at the first young one. */
function removeOldTraces(services: Services, transaction: Transaction): void {
  const limit = timestamp(services.clock.now() - KEEP_MILLISECONDS);
  const old: string[] = [];
  for (const row of services.store.rows('plugintracelog')) {
    if ((asText(row['createdon']) ?? '') >= limit) break;
    if (typeof row['plugintracelogid'] === 'string') old.push(row['plugintracelogid']);
  }
  for (const id of old) transaction.remove('plugintracelog', id);
}

/** What the trace of a synchronous call needs of the operation. */
export function idsOf(
  context: OperationContext,
): Pick<TracedCall, 'correlationId' | 'requestId' | 'depth' | 'userId'> {
  const { correlationId, requestId, depth, userId } = context;
  return { correlationId, requestId, depth, userId };
}
