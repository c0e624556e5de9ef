import type { AuthenticationReading } from '../../delivery/authentication';
import { createSender, type Sender } from '../../delivery/sender';
import type {
  CreatePipeline,
  Operations,
  OperationContext,
  Pipeline,
  PipelineEnvironment,
  RowInput,
} from '../operations';
import type { Reference, StoredRow, Table } from '../schema/types';
import { execute, knowsAction } from './actions';
import { NOTHING_WRITTEN, type PipelineEvent } from './event';
import { JobRunner } from './jobs';
import { DepthMemory } from './loops';
import { associate, disassociate } from './relations';
import { bulkEvent, eventBase } from './rowEvents';
import { createRow, removeRow, updateRow } from './rowOperations';
import { runEvent } from './run';
import { growingNumbers, sequentialIds, tableOf, type Services } from './services';
import { stepsFor } from './steps';
import { referencePair } from './values';

export interface PipelineOptions {
  /** Sends the deliveries; the pipeline's own when left out. Disposed with the background. */
  readonly sender?: Sender;
}

/**
 * Everything that happens on a write: the platform's rules and additions, the steps in their stages, the system jobs.
 * The jobs of earlier runs are taken up by `background.start()`.
 */
export const createPipeline: CreatePipeline = (environment) => createPipelineWith(environment, {});

/** As `createPipeline`, with parts that a test or another time limit wants to replace. */
export function createPipelineWith(environment: PipelineEnvironment, options: PipelineOptions): Pipeline {
  const { clock, deliveryTimeout } = environment;
  const sender =
    options.sender ??
    createSender({ clock, ...(deliveryTimeout === undefined ? {} : { timeout: deliveryTimeout }) });
  const parts = {
    ...environment,
    sender,
    newId: sequentialIds(environment.clock),
    nextSequence: growingNumbers(environment.clock),
    depths: new DepthMemory(),
    authentications: new WeakMap<StoredRow, AuthenticationReading>(),
  };
  const jobs = new JobRunner(parts);
  const services: Services = { ...parts, jobs };
  return {
    operations: createOperations(services),
    background: {
      pending: () => jobs.pending(),
      idle: (signal) => jobs.idle(signal),
      start: () => jobs.start(),
      dispose: async () => {
        await jobs.dispose();
        sender.dispose();
      },
    },
  };
}

function createOperations(services: Services): Operations {
  const traced = (context: OperationContext): OperationContext =>
    services.depths.trace(context, services.clock.now());
  return {
    create: async (table, id, values, context) =>
      createRow(services, tableOf(services, table), { id, values }, traced(context)),
    update: async (target, values, context) => updateRow(services, target, values, traced(context)),
    remove: async (target, context) => removeRow(services, target, traced(context)),
    createMultiple: async (table, rows, context) =>
      createMultiple(services, tableOf(services, table), rows, traced(context)),
    updateMultiple: async (table, rows, context) =>
      updateMultiple(services, tableOf(services, table), rows, traced(context)),
    associate: async (target, relationship, related, context) =>
      associate(services, target, relationship, related, traced(context)),
    disassociate: async (target, relationship, related, context) =>
      disassociate(services, target, relationship, related, traced(context)),
    retrieve: async (target, read, context) => retrieve(services, target, read, context),
    knowsAction,
    execute: async (call, context) => execute(services, call, traced(context)),
  };
}

async function createMultiple(
  services: Services,
  table: Table,
  rows: readonly RowInput[],
  context: OperationContext,
): Promise<readonly Reference[]> {
  const known = rows.map(({ id, values }) => ({ id: (id ?? services.newId()).toLowerCase(), values }));
  const created: Reference[] = [];
  await runEvent(
    services,
    bulkEvent(services, 'CreateMultiple', table, known, context),
    undefined,
    async () => {
      for (const row of known) created.push(await createRow(services, table, row, context, true));
      return NOTHING_WRITTEN;
    },
  );
  return created;
}

async function updateMultiple(
  services: Services,
  table: Table,
  rows: readonly RowInput[],
  context: OperationContext,
): Promise<void> {
  const known = rows.flatMap(({ id, values }) =>
    id === undefined ? [] : [{ id: id.toLowerCase(), values }],
  );
  await runEvent(
    services,
    bulkEvent(services, 'UpdateMultiple', table, known, context),
    undefined,
    async () => {
      for (const { id, values } of known)
        await updateRow(services, { table: table.name, id }, values, context, true);
      return NOTHING_WRITTEN;
    },
  );
}

/** The steps around a read. Which parameters a read has in the context is general knowledge: UNVERIFIED. */
async function retrieve<T>(
  services: Services,
  target: { readonly table: string; readonly id: string | undefined },
  read: () => T,
  context: OperationContext,
): Promise<T> {
  const message = target.id === undefined ? 'RetrieveMultiple' : 'Retrieve';
  // Reads are many and steps on them rare: nothing is prepared when there is none.
  if (stepsFor(services.store, message, target.table).length === 0) return read();
  const table = tableOf(services, target.table);
  const sent =
    target.id === undefined ? [] : [referencePair('Target', { table: target.table, id: target.id })];
  const event: PipelineEvent = eventBase(services, context, message, table, target.id, () => sent);
  let result: { readonly value: T } | undefined;
  await runEvent(services, event, undefined, () => {
    result = { value: read() };
    return Promise.resolve(NOTHING_WRITTEN);
  });
  return result === undefined ? read() : result.value;
}
