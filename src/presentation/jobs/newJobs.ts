import * as l10n from '@vscode/l10n';
import type { Clock } from '../../base/clock';
import type { JobService } from '../../jobs/jobService';
import type { Bookmark, Cell } from '../../protocol/jobs';
import { numberText } from '../texts/readerLocale';
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
  /** The newest jobs that the reader knew before the window was reloaded. */
  readonly seen: Bookmark['seen'];
  readonly times: () => ReaderTimes;
  /** Something is being done with jobs, after which they are read anyway. */
  readonly isActing: () => boolean;
  readonly readAnew: (query: RunQuery) => Promise<void>;
}

/** Finds jobs that came after those that the reader knows, and says so once. */
export class NewJobs {
  readonly #options: NewJobsOptions;
  readonly #news: News;
  #told: Cell | undefined;

  constructor(options: NewJobsOptions) {
    this.#options = options;
    this.#news = new News(options.seen);
  }

  /** What was said last, for a page that comes back. */
  get told(): Cell | undefined {
    return this.#told;
  }

  /** What a window that is opened again needs to know. */
  seen(): Bookmark['seen'] {
    const { query, run } = this.#options;
    return this.#news.seen(run.result, query.isInUsualOrder);
  }

  /** The watch begins or ends: what was said belongs to the one before. */
  fallSilent(): void {
    this.#told = undefined;
  }

  /** The rows get another order than the usual one, in which they are now. */
  remember(): void {
    this.#news.remember(this.#options.run.result);
  }

  /** Other jobs are shown. */
  forget(): void {
    this.#news.forget();
    this.#told = undefined;
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
      const usual = newest === undefined;
      const count = this.#news.of(run.result, usual, ids, more);
      if (count === 0) return;
      // After a reload of the window they are among the rows already.
      if (!usual || this.#news.besides(run.result, ids) > 0) await readAnew(query);
      if (!signal.aborted) this.#tell(count, more && count === ids.length);
      return;
    }
  }

  /** @param atLeast there may be more that nobody has counted */
  #tell(count: number, atLeast: boolean): void {
    const { clock, page, times } = this.#options;
    const now = new Date(clock.now());
    this.#told = { text: newsText(count, atLeast, times().text(now)), title: now.toISOString() };
    page.watch({ on: true, news: this.#told });
  }
}

function newsText(number: number, atLeast: boolean, time: string): string {
  const count = numberText(number);
  if (atLeast) return l10n.t('At least {count} new jobs, {time}', { count, time });
  return number === 1
    ? l10n.t('1 new job, {time}', { time })
    : l10n.t('{count} new jobs, {time}', { count, time });
}
