import { CancelledError, isCancellation } from '../../base/errors';
import { newId, newRow, timestamp } from '../newRow';
import type { Background, OperationContext } from '../operations';
import type { StoredRow, Table } from '../schema/types';
import { ServiceError } from '../serviceError';
import { runUnit } from '../unitOfWork';
import type { Host } from './host';

/** Rows of one query that a bulk deletion removes: what stands within `<fetch>`. */
export interface DeletionPlan {
  readonly table: Table;
  readonly fetchXml: string;
}

/** A bulk deletion that was asked for. `start` is in milliseconds since 1970; 0 for at once. */
export interface Deletion {
  readonly name: string;
  readonly plans: readonly DeletionPlan[];
  readonly start: number;
}

type Parts = Omit<Host, 'deletions' | 'background' | 'locks'>;

/** Rows that are looked for at a time: as many as the service takes (documented for the query set). */
const PER_PAGE = 1000;
/** Rows after which the counts are written and others have their turn. */
const PER_STEP = 50;
/** Milliseconds between two steps: a deletion of thousands takes a while, as it does online. */
const STEP_PAUSE = 20;

const READY = { statecode: 0, statuscode: 0 } as const;
const WAITING = { statecode: 1, statuscode: 10 } as const;
const IN_PROGRESS = { statecode: 2, statuscode: 20 } as const;
const COMPLETED = 3;
const SUCCEEDED = { statecode: COMPLETED, statuscode: 30 } as const;
const FAILED = { statecode: COMPLETED, statuscode: 31 } as const;

interface Running {
  readonly job: string;
  readonly operation: string;
  readonly context: Omit<OperationContext, 'work'>;
  succeeded: number;
  readonly failed: Set<string>;
}

/**
 * The system jobs of `BulkDelete`: each row goes in a unit of work of its own, rows that may not be deleted stay and are
 * counted, and whoever cancels the job ends it after the row it is at. What a job that has ended in the middle says is
 * UNVERIFIED; what was deleted stays deleted.
 */
export class BulkDeletions implements Background {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #due = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Makes the job; it begins once that is committed. Returns its id. */
  begin(deletion: Deletion, context: OperationContext): string {
    const { clock, schema, organization } = this.#parts;
    const now = clock.now();
    const [job, operation] = [newId(now), newId(now)];
    const author = {
      userId: context.userId,
      businessUnitId: context.businessUnitId,
      organizationId: organization.id,
      now,
    };
    const later = deletion.start > now;
    const state = later ? WAITING : READY;
    const { transaction } = context.work;
    const insert = (table: string, id: string, values: StoredRow): void => {
      const known = schema.table(table);
      if (known !== undefined) transaction.insert(table, newRow(known, id, values, author));
    };
    insert('asyncoperation', job, {
      ...state,
      name: deletion.name,
      operationtype: 13,
      depth: 1,
      retrycount: 0,
      correlationid: context.correlationId,
      requestid: context.requestId,
      postponeuntil: later ? timestamp(deletion.start) : null,
    });
    insert('bulkdeleteoperation', operation, {
      ...state,
      name: deletion.name,
      successcount: 0,
      failurecount: 0,
      processingqeindex: 0,
      asyncoperationid: { table: 'asyncoperation', id: job },
      orderedquerysetxml: deletion.plans.map(({ fetchXml }) => `<fetch>${fetchXml}</fetch>`).join(''),
    });
    const { work: _, ...rest } = context;
    const running = {
      job,
      operation,
      succeeded: 0,
      failed: new Set<string>(),
      context: { ...rest, signal: this.#stopping.signal },
    };
    context.work.afterCommit(() => this.#start(running, deletion));
    return job;
  }

  pending(): number {
    return this.#due.size;
  }

  async idle(signal: AbortSignal): Promise<void> {
    const over = new Promise<void>((_, reject) =>
      signal.addEventListener('abort', () => reject(new CancelledError()), { once: true }),
    );
    while (this.#due.size > 0) {
      const due = [...this.#due].flatMap((job) => this.#running.get(job) ?? []);
      await Promise.race([Promise.all(due), over]);
    }
  }

  /** A deletion that was under way when the process ended is not taken up: which rows it meant may have changed. */
  start(): void {
    const { store } = this.#parts;
    for (const row of [...store.where('asyncoperation', 'operationtype', 13)]) {
      const id = row['asyncoperationid'];
      if (row['statecode'] === COMPLETED || typeof id !== 'string' || this.#running.has(id)) continue;
      void this.#change('asyncoperation', id, { ...FAILED, message: 'The service was restarted.' });
    }
  }

  async dispose(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }

  #start(running: Running, deletion: Deletion): void {
    const { clock } = this.#parts;
    const wait = Math.max(0, deletion.start - clock.now());
    if (wait === 0) this.#due.add(running.job);
    const run = clock
      .delay(wait, this.#stopping.signal)
      .then(() => {
        this.#due.add(running.job);
        return this.#run(running, deletion);
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) this.#parts.log.error(`Bulk deletion ${running.job}: ${String(error)}`);
      })
      .finally(() => {
        this.#due.delete(running.job);
        this.#running.delete(running.job);
      });
    this.#running.set(running.job, run);
  }

  async #run(running: Running, { plans }: Deletion): Promise<void> {
    if (!(await this.#tell(running, IN_PROGRESS, 'startedon'))) return;
    for (const plan of plans) if (!(await this.#deleteAll(running, plan))) return;
    const failures = running.failed.size;
    await this.#tell(running, failures === 0 ? SUCCEEDED : FAILED, 'completedon');
  }

  /** False when the job was ended meanwhile. */
  async #deleteAll(running: Running, plan: DeletionPlan): Promise<boolean> {
    const { clock, operations, store } = this.#parts;
    for (let page = 1; ;) {
      const found = findRows(this.#parts, plan, running.context.userId, PER_PAGE, page);
      const before = running.succeeded;
      for (let from = 0; from < found.length; from += PER_STEP) {
        for (const id of found.slice(from, from + PER_STEP)) {
          if (this.#isEnded(running.job)) return this.#tell(running, undefined, 'completedon');
          if (running.failed.has(id)) continue;
          try {
            const target = { table: plan.table.name, id };
            await runUnit(store, (work) => operations.remove(target, { ...running.context, work }));
            running.succeeded += 1;
          } catch (error) {
            if (!(error instanceof ServiceError)) throw error;
            running.failed.add(id);
          }
        }
        if (!(await this.#tell(running, IN_PROGRESS, undefined))) return false;
        await clock.delay(STEP_PAUSE, this.#stopping.signal);
      }
      if (found.length < PER_PAGE) return true;
      // What is left of a page stays in front of the next one; a page of nothing else is passed over.
      if (running.succeeded === before) page += 1;
    }
  }

  #isEnded(job: string): boolean {
    return this.#parts.store.get('asyncoperation', job)?.['statecode'] === COMPLETED;
  }

  /** Writes counts and state into both rows. False when the job was ended by somebody else, whose state stays then. */
  async #tell(
    { job, operation, succeeded, failed }: Running,
    state: StoredRow | undefined,
    time: 'startedon' | 'completedon' | undefined,
  ): Promise<boolean> {
    const now = timestamp(this.#parts.clock.now());
    const ended = this.#isEnded(job);
    const row = this.#parts.store.get('asyncoperation', job);
    const status = ended
      ? { statecode: row?.['statecode'] ?? 3, statuscode: row?.['statuscode'] ?? 32 }
      : state;
    const counts = { successcount: succeeded, failurecount: failed.size, modifiedon: now };
    await this.#change('bulkdeleteoperation', operation, { ...counts, ...status });
    if (ended || row === undefined) return false;
    const message = failed.size === 0 ? null : `${failed.size.toString()} rows could not be deleted.`;
    await this.#change('asyncoperation', job, {
      ...state,
      message,
      modifiedon: now,
      postponeuntil: null,
      ...(time === undefined ? {} : { [time]: now }),
    });
    return true;
  }

  /** Changes a row that may be gone, or be held by a request for a moment. */
  async #change(table: string, id: string, values: StoredRow): Promise<void> {
    const { store, clock } = this.#parts;
    for (let tries = 0; tries < 40 && store.get(table, id) !== undefined; tries += 1) {
      try {
        await runUnit(store, (work) => {
          work.transaction.change(table, id, values);
          return Promise.resolve();
        });
        return;
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        await clock.delay(25, this.#stopping.signal);
      }
    }
  }
}

/** The ids that a plan finds now. */
export function findRows(
  parts: Pick<Parts, 'queries' | 'store' | 'clock'>,
  { table, fetchXml }: DeletionPlan,
  userId: string,
  count: number,
  page = 1,
): readonly string[] {
  const { body } = parts.queries.collection({
    reader: parts.store,
    table,
    query: `fetchXml=${encodeURIComponent(`<fetch page="${page}" count="${count}">${fetchXml}</fetch>`)}`,
    preferences: { includeAnnotations: undefined, maxPageSize: undefined },
    serviceRoot: 'http://127.0.0.1/',
    path: table.set,
    userId,
    now: parts.clock.now(),
  });
  const rows: readonly unknown[] = Array.isArray(body['value']) ? body['value'] : [];
  return rows.flatMap((row) => {
    const id: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, table.key) : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}
