import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';
import { DataverseError } from '../../dataverse/errors';
import type { Table } from '../../dataverse/metadata';
import type { JobService, QueryText } from '../../jobs/jobService';
import type { Job } from '../../jobs/model';
import type { JobDetails, JobLink, JobRemedy, ToldNames } from '../../protocol/jobs';
import type { ReaderTimes } from '../texts/readerTimes';
import { jobDetails } from './jobDetails';
import type { JobsPage } from './jobsPage';
import type { JobsRun } from './jobsRun';

/** Who hears where somebody wants to go. */
export interface JobWays {
  /** Hears where somebody wants to go from a job. */
  readonly onFollow?: (link: Exclude<JobLink, 'correlation'> | JobRemedy, job: Job) => void;
  /** The table whose rows a query brings; undefined where it does not say. */
  readonly tableOf?: (
    query: QueryText,
  ) => Promise<Pick<Table, 'logicalName' | 'primaryIdColumn'> | undefined>;
  /** Hears to which row somebody wants to go; undefined where the result does not say. */
  readonly onRow?: (row: { readonly table: string; readonly id: string } | undefined) => void;
}

export interface ShownJobOptions {
  readonly jobs: JobService;
  readonly page: Pick<JobsPage, 'details'>;
  readonly run: JobsRun;
  readonly times: () => ReaderTimes;
  /** How webhooks of one name are told apart, by the ids of their steps. */
  readonly told: () => ReadonlyMap<string, ToldNames>;
  readonly ways: JobWays;
  /** Shows all jobs of one operation. */
  readonly correlate: (correlation: string) => Promise<void>;
}

/** The job that is open beside the rows, and where it and the rows lead to. */
export class ShownJob implements Disposable {
  readonly #options: ShownJobOptions;
  #details: JobDetails | undefined;
  #wanted: string | undefined;
  #job: Job | undefined;
  #opening: AbortController | undefined;

  constructor(options: ShownJobOptions) {
    this.#options = options;
  }

  get details(): JobDetails | undefined {
    return this.#details;
  }

  /** Id of the job that is shown or about to be. */
  get wanted(): string | undefined {
    return this.#wanted;
  }

  /** Reads one job and shows it. A second call ends the first. */
  async open(id: string): Promise<void> {
    this.#wanted = id;
    const job = await this.#read(id);
    if (job !== undefined) this.#show(job);
    else if (this.#wanted === id) this.#wanted = this.#details?.id;
  }

  /** The same for a job that was open before a reload: one that is gone meanwhile is not missed. */
  async reopen(id: string): Promise<void> {
    this.#wanted = id;
    const job = await this.#read(id, false);
    if (job !== undefined) this.#show(job);
    else if (this.#wanted === id) this.#wanted = undefined;
  }

  /** Shows none, also when one is being read. */
  close(): void {
    this.#wanted = undefined;
    this.#opening?.abort();
    this.#show(undefined);
  }

  /** Goes where a job leads to, or does something about it. Never rejects. */
  async follow(link: JobLink | JobRemedy, id: string): Promise<void> {
    const job = this.#job?.id === id ? this.#job : await this.#read(id);
    if (job === undefined) return;
    const { ways, correlate } = this.#options;
    if (link !== 'correlation') ways.onFollow?.(link, job);
    else if (job.correlationId !== '') await correlate(job.correlationId);
  }

  /** The same for the job that the focus of the grid is on. */
  async followActive(link: JobLink): Promise<void> {
    const { result } = this.#options.run;
    const id = result.idAt(result.place.active);
    if (id !== undefined) await this.follow(link, id);
    else if (link === 'row') await this.#followRow();
  }

  dispose(): void {
    this.#opening?.abort();
  }

  /** Goes to the row that the cell in focus refers to, or else to the row itself. */
  async #followRow(): Promise<void> {
    const { run, ways } = this.#options;
    const { result, query } = run;
    const { active, column } = result.place;
    const referred = result.lookupAt(active, column);
    const table = referred === undefined && query !== undefined ? await ways.tableOf?.(query) : undefined;
    const id =
      table?.primaryIdColumn === undefined ? undefined : result.valueAt(active, table.primaryIdColumn);
    const own = table === undefined || id === undefined ? undefined : { table: table.logicalName, id };
    ways.onRow?.(referred ?? own);
  }

  /** Reads one job; undefined when that failed, which is shown, or when another one is wanted meanwhile. */
  async #read(id: string, tell = true): Promise<Job | undefined> {
    const { jobs, run } = this.#options;
    this.#opening?.abort();
    const abort = new AbortController();
    this.#opening = abort;
    try {
      const job = await jobs.job(id, abort.signal);
      return abort.signal.aborted ? undefined : job;
    } catch (error) {
      if (isCancellation(error) || abort.signal.aborted) return undefined;
      const text = DataverseError.is(error, 'notFound') ? goneText() : run.failureText(error);
      // The page takes a failure as the answer to what it asked for last.
      if (tell) run.show({ phase: 'failed', text });
      return undefined;
    }
  }

  #show(job: Job | undefined): void {
    this.#job = job;
    const { times, told } = this.#options;
    this.#details = job === undefined ? undefined : jobDetails(job, times(), told().get(job.stepId ?? ''));
    this.#options.page.details(this.#details);
  }
}

/** Jobs are deleted all the time: by their step when they succeed, by clean-ups, by somebody else. */
function goneText(): string {
  return l10n.t('The job does not exist any more. Refresh shows the jobs that are there.');
}
