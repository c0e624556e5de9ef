import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobService } from '../../jobs/jobService';
import type { JobAction } from '../../protocol/jobs';
import { actWithQuestions, type JobQuestions } from './jobActing';
import type { JobsPage } from './jobsPage';
import type { JobsRun } from './jobsRun';

export interface SelectedJobsOptions {
  /** What the environment is called now. */
  readonly environmentName: () => string;
  readonly jobs: JobService;
  readonly page: JobsPage;
  readonly run: JobsRun;
  readonly questions: JobQuestions;
  readonly clock: Clock;
}

/** What is done with the jobs that are selected, one thing at a time. */
export class SelectedJobs implements Disposable {
  readonly #options: SelectedJobsOptions;
  readonly #left = new AbortController();
  #acting: AbortController | undefined;
  /** The outcome of what was done last is on the page. */
  #isTold = false;

  constructor(options: SelectedJobsOptions) {
    this.#options = options;
  }

  get isActing(): boolean {
    return this.#acting !== undefined;
  }

  /**
   * Does something with the jobs that the service allows it for, and tells the outcome of each that failed. Never rejects.
   * @returns whether anything was done, so that the rows may have changed
   */
  async act(action: JobAction): Promise<boolean> {
    const { environmentName, jobs, page, questions, run, clock } = this.#options;
    const names = run.result.selectedJobs(action);
    if (this.#acting !== undefined || names.size === 0) return false;
    const acting = new AbortController();
    this.#acting = acting;
    const onProgress = (text: string): void => {
      if (!acting.signal.aborted) page.acted({ text, failures: [], going: true });
    };
    const nameOf = (id: string): string => names.get(id) ?? id;
    const order = {
      action,
      ids: [...names.keys()],
      environmentName: environmentName(),
      nameOf,
      onProgress,
      clock,
      left: this.#left.signal,
    };
    const acted = await actWithQuestions(jobs, questions, order, acting.signal).finally(
      () => (this.#acting = undefined),
    );
    if (this.#left.signal.aborted) return false;
    page.acted(acted);
    this.#isTold = acted !== undefined;
    return acted !== undefined;
  }

  /** Other jobs are asked for: what was done with those of before is told no more. */
  fallSilent(): void {
    if (!this.#isTold || this.isActing) return;
    this.#isTold = false;
    this.#options.page.acted(undefined);
  }

  /** Ends what is being done; what was done stays. */
  cancel(): void {
    this.#acting?.abort();
  }

  /** The report is closed: what the service does by itself goes on. */
  dispose(): void {
    this.#left.abort();
    this.#acting?.abort();
  }
}
