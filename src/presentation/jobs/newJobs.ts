import * as l10n from '@vscode/l10n';
import type { Clock } from '../../base/clock';
import type { JobService } from '../../jobs/jobService';
import type { ReaderTimes } from '../texts/readerTimes';
import type { JobsPage } from './jobsPage';
import type { JobsRun, RunQuery } from './jobsRun';
import { News } from './news';
import type { ReportQuery } from './reportQuery';

export interface NewJobsOptions {
  readonly jobs: JobService;
  readonly page: JobsPage;
  readonly run: JobsRun;
  readonly query: ReportQuery;
  readonly clock: Clock;
  readonly times: () => ReaderTimes;
  /** Something is being done with jobs, after which they are read anyway. */
  readonly isActing: () => boolean;
  readonly readAnew: (query: RunQuery) => Promise<void>;
}

/** Finds jobs that came after those on screen, and says so. */
export class NewJobs {
  readonly #options: NewJobsOptions;
  readonly #news = new News();

  constructor(options: NewJobsOptions) {
    this.#options = options;
  }

  /** The rows get another order than the usual one, in which they are now. */
  remember(): void {
    this.#news.remember(this.#options.run.result);
  }

  /** Other jobs are shown. */
  forget(): void {
    this.#news.forget();
  }

  /** Looks for jobs that are new; where there are any, reads the rows anew and says so once. */
  async look(signal: AbortSignal): Promise<void> {
    const { run, jobs, isActing, readAnew } = this.#options;
    if (run.isRunning() || isActing()) return;
    const { query: shown } = run;
    const query = this.#options.query.current();
    const newest = this.#options.query.newestFirst(query);
    for await (const { rows, more } of jobs.run(newest ?? query, signal)) {
      // Meanwhile something else may be on screen.
      if (run.isRunning() || run.query !== shown) return;
      const ids = rows.flatMap(({ asyncoperationid: id }) => (typeof id === 'string' ? id : []));
      const count = newest === undefined ? this.#news.besides(run.result, ids) : this.#news.since(ids, more);
      if (count === 0) return;
      await readAnew(query);
      if (!signal.aborted) this.#tell(count);
      return;
    }
  }

  #tell(count: number): void {
    const { clock, page, times } = this.#options;
    const now = new Date(clock.now());
    const time = times().text(now);
    const text =
      count === 1
        ? l10n.t('1 new job, {time}', { time })
        : l10n.t('{count} new jobs, {time}', { count, time });
    page.watch({ on: true, news: { text, title: now.toISOString() } });
  }
}
