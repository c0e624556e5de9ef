import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';
import type { JobCount } from '../../jobs/jobCount';
import type { JobService } from '../../jobs/jobService';
import type { JobResult } from './jobResult';
import type { JobsRun } from './jobsRun';
import type { ReportQuery } from './reportQuery';

/** A result of so many rows is read whole by itself: one more request, and the groups are the whole truth. */
const SMALL_RESULT = 5000;

export interface WholeResultOptions {
  readonly jobs: JobService;
  readonly run: JobsRun;
  readonly query: ReportQuery;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}

/** Sees to it that a report says how much there is: what is small is read whole, what is large is counted. */
export class WholeResult implements Disposable {
  readonly #options: WholeResultOptions;
  #counting: AbortController | undefined;

  constructor(options: WholeResultOptions) {
    this.#options = options;
  }

  /** The first rows of the query of the report are here, or there are none. Never rejects. */
  async complete(): Promise<void> {
    const { query, run } = this.#options;
    const { more, loaded, total = Infinity, grouping } = run.result;
    if (!query.isOwn || run.state.phase !== 'done') return;
    if (loaded === 0) await this.#countOtherTimes(run.result);
    if (more && total <= SMALL_RESULT && grouping.count > 0) await run.all();
    else if (more && total === Infinity) await this.#count(run.result);
  }

  /** Ends the count: other rows are asked for. */
  stop(): void {
    this.#counting?.abort();
  }

  dispose(): void {
    this.stop();
  }

  /** Counts what the service does not count beside its rows. That it cannot be counted is no failure of the query. */
  async #count(result: JobResult): Promise<void> {
    const { query, run } = this.#options;
    const count = await this.#ask(query.wanted());
    if (count !== undefined) run.counted(result, count);
  }

  /** Who finds nothing in a period is told of what is there at other times. */
  async #countOtherTimes(result: JobResult): Promise<void> {
    const { query, run } = this.#options;
    const wanted = query.wanted();
    if (wanted === undefined || wanted.filter.period === 'all') return;
    const filter = { ...wanted.filter, period: 'all' as const, from: undefined, to: undefined };
    const count = await this.#ask({ ...wanted, filter });
    if (count !== undefined) run.countedOtherTimes(result, count);
  }

  /** Undefined where it could not be counted, or something else is asked for by now. */
  async #ask(wanted: ReturnType<ReportQuery['wanted']>): Promise<JobCount | undefined> {
    const { clock, jobs, onFailure } = this.#options;
    this.stop();
    if (wanted === undefined) return undefined;
    this.#counting = new AbortController();
    const now = new Date(clock.now());
    try {
      return await jobs.count({ ...wanted, now }, this.#counting.signal);
    } catch (error) {
      if (!isCancellation(error)) onFailure(error);
      return undefined;
    }
  }
}
