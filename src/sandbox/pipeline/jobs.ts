import { CancelledError, isCancellation } from '../../base/errors';
import type { Background } from '../operations';
import { ServiceError } from '../serviceError';
import type { StoredRow } from '../schema/types';
import { beginJob, endJob, readJobData, READY } from './jobRows';
import { callEndpoint, failure, type StepOutcome } from './outcome';
import { asNumber, asReference, asText, type JobQueue, type Services } from './services';
import { writeTrace } from './trace';

/** How many jobs run at a time. */
const CONCURRENCY = 8;
/** How often postponed jobs are looked at, in milliseconds. The sandbox's clock can be moved, so waiting for the exact time would not do. */
const POSTPONED_EVERY = 250;
/** How long a job waits before it looks again whether a request still holds its row, in milliseconds. */
const HELD_DELAY = 25;
/** What the store answers for a row that another unit of work has touched. */
const ROW_IS_HELD = '0x80044151';

/**
 * The asynchronous service: runs released jobs, several at a time. Jobs live in the data; the queue holds only ids, so
 * that a restart finds everything again.
 */
export class JobRunner implements Background, JobQueue {
  readonly #services: Services;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, AbortController>();
  readonly #postponed = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #settled = new Set<Promise<void>>();
  readonly #idle = new Set<() => void>();
  #watching = false;
  #started = false;

  constructor(services: Omit<Services, 'jobs'>) {
    this.#services = { ...services, jobs: this };
  }

  pending(): number {
    return this.#waiting.size + this.#running.size;
  }

  idle(signal: AbortSignal): Promise<void> {
    if (this.pending() === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#idle.delete(done);
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#idle.delete(done);
        reject(new CancelledError());
      };
      if (signal.aborted) onAbort();
      else {
        this.#idle.add(done);
        signal.addEventListener('abort', onAbort, { once: true });
      }
    });
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    const { store } = this.#services;
    // Locked jobs were running when the process ended: whether they were delivered is not known, so they run again.
    for (const state of [0, 2]) {
      for (const row of store.where('asyncoperation', 'statecode', state)) {
        const id = asText(row['asyncoperationid']);
        if (id !== undefined && readJobData(row) !== undefined) this.#waiting.add(id);
      }
    }
    for (const row of store.where('asyncoperation', 'statecode', 1)) {
      const id = asText(row['asyncoperationid']);
      const until = Date.parse(asText(row['postponeuntil']) ?? '');
      if (id !== undefined && !Number.isNaN(until) && readJobData(row) !== undefined)
        this.postpone(id, until);
    }
    this.#fill();
  }

  async dispose(): Promise<void> {
    this.#stopping.abort();
    for (const running of this.#running.values()) running.abort();
    this.#waiting.clear();
    this.#postponed.clear();
    await Promise.all(this.#settled);
    this.#notify();
  }

  release(id: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#postponed.delete(id);
    this.#waiting.add(id);
    this.#fill();
  }

  withdraw(id: string): void {
    this.#waiting.delete(id);
    this.#postponed.delete(id);
    this.#running.get(id)?.abort();
    this.#notify();
  }

  postpone(id: string, until: number): void {
    this.withdraw(id);
    this.#postponed.set(id, until);
    this.#watch();
  }

  /** Starts as many waiting jobs as there is room for. A job that still ends its previous run has to wait for that. */
  #fill(): void {
    if (this.#stopping.signal.aborted) return;
    for (const id of this.#waiting) {
      if (this.#running.size >= CONCURRENCY) return;
      if (this.#running.has(id)) continue;
      this.#waiting.delete(id);
      const abort = new AbortController();
      this.#running.set(id, abort);
      const run = this.#run(id, abort.signal)
        .catch((error: unknown) => this.#services.log.error(`Job ${id}: ${String(error)}`))
        .finally(() => {
          this.#running.delete(id);
          this.#settled.delete(run);
          this.#fill();
          this.#notify();
        });
      this.#settled.add(run);
    }
  }

  #notify(): void {
    if (this.pending() > 0) return;
    for (const done of [...this.#idle]) done();
  }

  async #run(id: string, signal: AbortSignal): Promise<void> {
    const services = this.#services;
    const began = await this.#write(id, signal, (row, transaction) => {
      const state = asNumber(row['statecode']);
      if (state !== 0 && state !== 2) return undefined; // Canceled or suspended in the meantime.
      beginJob(services, transaction, id);
      return row;
    });
    if (began === undefined) return;
    const startedAt = services.clock.now();
    const outcome = await this.#deliver(began, signal);
    if (outcome.kind === 'cancelled') return; // Stopped, or withdrawn: the row says what is next.
    const step = asReference(began['owningextensionid']);
    const stepRow = step === undefined ? undefined : services.store.get(step.table, step.id);
    await this.#write(id, this.#stopping.signal, (row, transaction) => {
      if (row['statecode'] !== 2) return;
      endJob(services, transaction, id, outcome, stepRow?.['asyncautodelete'] === true);
      const call = {
        stepId: step?.id ?? '',
        stepName: asText(row['name']) ?? '',
        message: asText(row['messagename']) ?? '',
        table: asText(row['primaryentitytype']) ?? 'none',
        asynchronous: true,
        depth: asNumber(row['depth']) ?? 1,
        startedAt,
        correlationId: asText(row['correlationid']) ?? '',
        requestId: asText(row['requestid']) ?? '',
        userId: asReference(row['ownerid'])?.id ?? services.organization.userId,
      };
      writeTrace(services, transaction, call, outcome);
    });
  }

  async #deliver(row: StoredRow, signal: AbortSignal): Promise<StepOutcome> {
    const services = this.#services;
    const data = readJobData(row);
    const step = asReference(row['owningextensionid']);
    const known = step !== undefined && services.store.get(step.table, step.id) !== undefined;
    const endpoint = data === undefined ? undefined : services.store.get('serviceendpoint', data.endpointId);
    if (data === undefined || !known || endpoint === undefined) {
      // What the service does with the jobs of a deleted step is UNVERIFIED (FACTS 10.2).
      const what = failure(0x80040217, 'The step or the endpoint of this job does not exist any more.');
      return { kind: 'failed', duration: 0, attempts: 0, failure: what };
    }
    const headers = {
      organization: services.organization.host,
      entityName: asText(row['primaryentitytype']) ?? 'none',
      requestName: asText(row['messagename']) ?? '',
      correlationId: asText(row['correlationid']) ?? '',
    };
    return callEndpoint(services, endpoint, headers, data.body, signal);
  }

  /** One unit of work on the job's row; waits while a request holds it. Undefined when the row is gone or time to stop. */
  async #write<T>(
    id: string,
    signal: AbortSignal,
    change: (row: StoredRow, transaction: Parameters<typeof beginJob>[1]) => T,
  ): Promise<T | undefined> {
    const services = this.#services;
    const { store, clock } = services;
    for (;;) {
      try {
        return await services.run((work) => {
          const row = store.get('asyncoperation', id);
          if (row === undefined) return Promise.resolve(undefined);
          // Takes the row: what it says is not yet true as long as a request that changed it may be undone.
          work.transaction.change('asyncoperation', id, {});
          return Promise.resolve(change(row, work.transaction));
        });
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== ROW_IS_HELD) throw error;
      }
      try {
        await clock.delay(HELD_DELAY, signal);
      } catch (error) {
        if (isCancellation(error)) return undefined;
        throw error;
      }
    }
  }

  /** Looks at the postponed jobs from time to time, as long as there are any. */
  #watch(): void {
    if (this.#watching || this.#stopping.signal.aborted) return;
    this.#watching = true;
    const watched = this.#watchPostponed().finally(() => {
      this.#watching = false;
      this.#settled.delete(watched);
      if (this.#postponed.size > 0) this.#watch();
    });
    this.#settled.add(watched);
  }

  async #watchPostponed(): Promise<void> {
    const { clock } = this.#services;
    while (this.#postponed.size > 0) {
      try {
        await clock.delay(POSTPONED_EVERY, this.#stopping.signal);
      } catch {
        return; // The sandbox stops.
      }
      const now = clock.now();
      for (const [id, until] of [...this.#postponed]) {
        if (until > now) continue;
        this.#postponed.delete(id);
        const ready = await this.#write(id, this.#stopping.signal, (row, transaction) => {
          if (row['statecode'] !== 1) return false;
          transaction.change('asyncoperation', id, { ...READY, postponeuntil: null });
          return true;
        });
        if (ready === true) this.release(id);
      }
    }
  }
}
