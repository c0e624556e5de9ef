import { CancelledError } from '../../base/errors';
import { writeBody } from '../../delivery/wire';
import { ServiceError } from '../serviceError';
import { buildContext, type Progress } from './contexts';
import type { PipelineEvent, Written } from './event';
import { createJob } from './jobRows';
import { callEndpoint, failure, type StepOutcome } from './outcome';
import type { Services } from './services';
import { stepsFor, type WebhookStep } from './steps';
import { idsOf, wantsTrace, writeTrace } from './trace';

/**
 * Takes a message through its stages: steps in 10 and 20, the main operation, steps in 40, each by rank (FACTS 2, 6.2).
 * Synchronous steps are called while the transaction is open and end the operation when they fail; asynchronous ones
 * become system jobs, which are released when the work is committed (FACTS 17.3).
 */
export async function runEvent(
  services: Services,
  event: PipelineEvent,
  before: Written['before'],
  core: () => Promise<Written>,
): Promise<Written> {
  const steps = stepsFor(services.store, event.message, event.table?.name ?? 'none').filter((step) =>
    fires(step, event),
  );
  if (steps.length > 0) {
    services.depths.remember(event.context.correlationId, event.context.depth, services.clock.now());
  }
  for (const step of steps) {
    if (step.stage < 40) await callStep(services, event, step, { done: false, before });
  }
  const written = await core();
  for (const step of steps) {
    if (step.stage < 40) continue;
    if (step.asynchronous) createJob(services, event, step, written);
    else await callStep(services, event, step, { done: true, written });
  }
  return written;
}

/** A step with filtering attributes fires when a listed column is in the request, changed or not (FACTS 6.2, UNVERIFIED). */
function fires(step: WebhookStep, event: PipelineEvent): boolean {
  const { columns } = event;
  const { filter } = step;
  if (columns === undefined || filter === undefined) return true;
  return [...columns].some((column) => filter.has(column));
}

async function callStep(
  services: Services,
  event: PipelineEvent,
  step: WebhookStep,
  progress: Progress,
): Promise<void> {
  const { context } = event;
  const startedAt = services.clock.now();
  const outcome = await send(services, event, step, progress);
  const table = event.table?.name ?? 'none';
  const call = {
    stepId: step.id,
    stepName: step.name,
    message: event.message,
    table,
    asynchronous: false,
    startedAt,
    ...idsOf(context),
  };
  if (outcome.kind === 'cancelled') throw new CancelledError();
  if (outcome.kind === 'succeeded') {
    writeTrace(services, context.work.transaction, call, outcome);
    return;
  }
  if (wantsTrace(services, outcome)) {
    // The failure undoes everything; its trace has to be written outside.
    context.work.afterRollback(() => {
      services
        .run((work) => {
          writeTrace(services, work.transaction, call, outcome);
          return Promise.resolve();
        })
        .catch((error: unknown) => services.log.warn(`A trace row could not be written: ${String(error)}`));
    });
  }
  // Status and code are UNVERIFIED (FACTS 11): the code of the webhook's failure and 400 as for most errors.
  const { code, friendly, detail } = outcome.failure;
  throw new ServiceError(400, code, `The synchronous step '${step.name}' failed. ${friendly}`, { detail });
}

function send(
  services: Services,
  event: PipelineEvent,
  step: WebhookStep,
  progress: Progress,
): Promise<StepOutcome> {
  const endpoint = services.store.get('serviceendpoint', step.endpointId);
  if (endpoint === undefined) {
    const what = failure(0x80040217, 'The endpoint of the step does not exist.');
    return Promise.resolve({ kind: 'failed', duration: 0, attempts: 0, failure: what });
  }
  const { context } = event;
  const headers = {
    organization: services.organization.host,
    entityName: event.table?.name ?? 'none',
    requestName: event.message,
    // Equality with CorrelationId is UNVERIFIED (FACTS 17.2).
    correlationId: context.correlationId,
  };
  const body = writeBody(buildContext(services, event, step, progress, undefined));
  return callEndpoint(services, endpoint, headers, body, context.signal);
}
