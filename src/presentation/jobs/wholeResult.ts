import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';
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

  /** The first rows of the query of the report are here. Never rejects. */
  async complete(): Promise<void> {
    const { query, run } = this.#options;
    const { more, total = Infinity, grouping } = run.result;
    if (!query.isOwn || run.state.phase !== 'done') return;
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
    const { clock, jobs, onFailure, query, run } = this.#options;
    const wanted = query.wanted();
    this.stop();
    if (wanted === undefined) return;
    this.#counting = new AbortController();
    const now = new Date(clock.now());
    try {
      run.counted(result, await jobs.count({ ...wanted, now }, this.#counting.signal));
    } catch (error) {
      if (!isCancellation(error)) onFailure(error);
    }
  }
}
