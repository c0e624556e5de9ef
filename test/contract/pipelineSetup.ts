import { randomUUID } from 'node:crypto';

import { systemClock, type Clock } from '../../src/base/clock';
import { silentLog } from '../../src/base/log';
import { readContext } from '../../src/delivery/readContext';
import type { ExecutionContext } from '../../src/delivery/executionContext';
import {
  startReceiver,
  type ReceivedRequest,
  type Receiver,
  type ReceiverOptions,
} from '../../src/delivery/receiver';
import { createSender } from '../../src/delivery/sender';
import { MemoryStore } from '../../src/sandbox/memoryStore';
import type { OperationContext, OrganizationFacts, Pipeline, UnitOfWork } from '../../src/sandbox/operations';
import { createPipelineWith } from '../../src/sandbox/pipeline';
import { createSchema } from '../../src/sandbox/schema';
import type { CellValue, StoredRow } from '../../src/sandbox/schema/types';
import { filterId, ids, messageId } from '../../src/sandbox/seed/ids';
import { Seeder } from '../../src/sandbox/seed/seeder';
import { seedSystemRows } from '../../src/sandbox/seed/systemRows';
import { runUnit } from '../../src/sandbox/unitOfWork';

export const organization: OrganizationFacts = {
  id: ids.organization,
  uniqueName: 'unq5f3a',
  friendlyName: 'Test',
  host: 'contoso.crm.localhost',
  version: '9.2',
  rootBusinessUnitId: ids.businessUnit,
  userId: ids.user,
};

const schema = createSchema();

/** What a request of the sandbox's server brings along. */
interface Caller {
  readonly headers?: Readonly<Record<string, string>>;
  readonly userId?: string;
  readonly solution?: string;
  readonly signal?: AbortSignal;
}

/** A store with the system rows, a pipeline on it, and short ways to write. */
export interface Trial {
  readonly store: MemoryStore;
  readonly pipeline: Pipeline;
  write<T>(body: (context: OperationContext) => Promise<T>, caller?: Caller): Promise<T>;
  create(table: string, values: StoredRow, caller?: Caller): Promise<string>;
  update(table: string, id: string, values: StoredRow, caller?: Caller): Promise<void>;
  remove(table: string, id: string, caller?: Caller): Promise<void>;
  /** Registers a webhook and gives its id. */
  webhook(url: string, values?: StoredRow): Promise<string>;
  /** Registers a step and gives its id. Asynchronous in stage 40 unless told otherwise. */
  step(endpoint: string, message: string, table: string | undefined, values?: StoredRow): Promise<string>;
  idle(): Promise<void>;
  jobs(): readonly StoredRow[];
  /** Another pipeline on the same data, as after a restart. */
  restart(): Promise<Trial>;
  dispose(): Promise<void>;
}

export interface TrialOptions {
  readonly store?: MemoryStore;
  readonly clock?: Clock;
  /** Milliseconds an endpoint has to answer. */
  readonly timeout?: number;
  readonly allowedPorts?: ReadonlySet<number> | 'any';
}

function startTrial(options: TrialOptions = {}): Trial {
  const clock = options.clock ?? systemClock;
  const store = options.store ?? seeded(clock);
  const pipeline = createPipelineWith(
    {
      store,
      clock,
      log: silentLog,
      organization,
      allowedPorts: options.allowedPorts ?? 'any',
      run: (body) => runUnit(store, body),
    },
    { sender: createSender({ timeout: options.timeout ?? 5_000, retryDelay: 1, clock }) },
  );
  pipeline.background.start();
  const write: Trial['write'] = (body, caller = {}) =>
    runUnit(store, (work) => body(operationContext(work, caller)));
  const create: Trial['create'] = async (table, values, caller) => {
    const made = await write(
      (context) => pipeline.operations.create(table, undefined, values, context),
      caller,
    );
    return made.id;
  };
  return {
    store,
    pipeline,
    write,
    create,
    update: (table, id, values, caller) =>
      write((context) => pipeline.operations.update({ table, id }, values, context), caller),
    remove: (table, id, caller) =>
      write((context) => pipeline.operations.remove({ table, id }, context), caller),
    webhook: (url, values = {}) =>
      create('serviceendpoint', { name: 'Hook', url, contract: 8, authtype: 4, authvalue: 'key', ...values }),
    step: (endpoint, message, table, values = {}) =>
      create('sdkmessageprocessingstep', stepValues(endpoint, message, table, values)),
    idle: () => pipeline.background.idle(AbortSignal.timeout(5_000)),
    jobs: () => [...store.rows('asyncoperation')],
    restart: async () => {
      await pipeline.background.dispose();
      return startTrial({ ...options, store });
    },
    dispose: () => pipeline.background.dispose(),
  };
}

export function stepValues(
  endpoint: string,
  message: string,
  table: string | undefined,
  values: StoredRow,
): StoredRow {
  return {
    name: `Hook: ${message} of ${table ?? 'any'}`,
    eventhandler: { table: 'serviceendpoint', id: endpoint },
    sdkmessageid: { table: 'sdkmessage', id: messageId(message) },
    ...(table === undefined
      ? {}
      : { sdkmessagefilterid: { table: 'sdkmessagefilter', id: filterId(message, table) } }),
    stage: 40,
    mode: 1,
    rank: 1,
    ...values,
  };
}

function seeded(clock: Clock): MemoryStore {
  const store = new MemoryStore(schema);
  const transaction = store.begin();
  seedSystemRows(new Seeder(store, transaction, clock.now()), organization);
  transaction.commit();
  return store;
}

function operationContext(work: UnitOfWork, caller: Caller): OperationContext {
  return {
    work,
    userId: caller.userId ?? organization.userId,
    initiatingUserId: organization.userId,
    businessUnitId: organization.rootBusinessUnitId,
    correlationId: caller.headers?.['x-ms-correlation-request-id'] ?? randomUUID(),
    requestId: randomUUID(),
    depth: 1,
    headers: caller.headers ?? {},
    solutionUniqueName: caller.solution,
    signal: caller.signal ?? AbortSignal.timeout(10_000),
  };
}

/** Opens trials and receivers and closes them after each test. */
export function useTrials(): {
  readonly trial: (options?: TrialOptions) => Trial;
  readonly receive: (options?: ReceiverOptions) => Promise<Receiver>;
} {
  const open: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });
  return {
    trial: (options) => {
      const trial = startTrial(options);
      open.push(() => trial.dispose());
      return trial;
    },
    receive: async (options) => {
      const receiver = await startReceiver(options);
      open.push(() => receiver.close());
      return receiver;
    },
  };
}

/** The context in a request; throws when the body is anything but a flawless one. */
export function contextOf(request: ReceivedRequest | undefined): ExecutionContext {
  const reading = readContext(request?.body.toString('utf8') ?? '');
  if (reading.context === undefined || reading.problems.length > 0)
    throw new Error(JSON.stringify(reading.problems));
  return reading.context;
}

/** A cell that holds text; throws for any other. */
export function textIn(cell: CellValue | undefined): string {
  if (typeof cell !== 'string') throw new Error(`Not a text: ${JSON.stringify(cell)}`);
  return cell;
}
