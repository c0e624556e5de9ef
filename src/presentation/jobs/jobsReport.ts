import * as l10n from '@vscode/l10n';
import type { z } from 'zod/mini';
import type { Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';
import type { Page, Row } from '../../dataverse/webApi';
import { FailureGrouping } from '../../jobs/grouping';
import { errorCodeOf, FAILED_JOBS, type JobFilter } from '../../jobs/jobFilter';
import { jobsFetchXml, jobsPath } from '../../jobs/jobQueries';
import type { JobService, QueryText } from '../../jobs/jobService';
import type { JobScope } from '../../jobs/model';
import { QueryTextError, readableWebApi } from '../../jobs/queryText';
import type {
  Acted,
  ExportFormat,
  Failures,
  Grid,
  JobAction,
  GridRow,
  JobDetails,
  JobFilterFields,
  JobsPanelState,
  QueryLanguage,
  RunState,
  ToJobsPage,
} from '../../protocol/jobs';
import { reasonText } from '../texts/errorTexts';
import { errorCodeProblem, queryTextProblem } from '../texts/jobTexts';
import { actWithQuestions, type JobQuestions } from './jobActing';
import { exportJobs, type ExportPort } from './jobExport';
import { failuresShown } from './failures';
import { jobDetails } from './jobDetails';
import { jobsTexts } from './jobsTexts';
import { gridColumns, gridRows } from './resultGrid';

type Show = z.infer<typeof ToJobsPage.show.params>;

/** The page as the report sees it; each call is one message. */
export interface JobsPage {
  show(params: Show): void;
  run(params: RunState): void;
  state(params: JobsPanelState): void;
  grid(params: Grid): void;
  rows(params: { readonly rows: GridRow[]; readonly more: boolean; readonly total?: number }): void;
  failures(params: Failures | undefined): void;
  acted(params: Acted | undefined): void;
  details(params: JobDetails | undefined): void;
}

export interface JobsReportOptions {
  readonly environmentName: string;
  readonly jobs: JobService;
  readonly page: JobsPage;
  readonly state: JobsPanelState;
  readonly questions: JobQuestions;
  /** Hears of failures, for the log. */
  readonly onFailure: (error: unknown) => void;
}

const EMPTY_GRID: Grid = { columns: [], rows: [], more: false };

/** The state a panel opens with for a scope: the failed jobs of it, in both languages. */
export function jobsPanelState(environmentId: string, scope: JobScope, name: string): JobsPanelState {
  const id =
    scope.kind === 'step' ? scope.stepId : scope.kind === 'webhook' ? scope.webhookId : environmentId;
  return {
    environmentId,
    scope: {
      ...{ kind: scope.kind, id, name },
      ...(scope.kind === 'webhook' ? { stepIds: [...scope.stepIds] } : {}),
    },
    filter: { ...FAILED_JOBS, errorCode: '' },
    language: 'fetchXml',
    queries: queriesOf(scope, FAILED_JOBS),
  };
}

function queriesOf(scope: JobScope, filter: JobFilter): JobsPanelState['queries'] {
  const now = new Date();
  return {
    fetchXml: jobsFetchXml(scope, filter, now),
    webApi: readableWebApi(jobsPath(scope, filter, now)),
  };
}

function scopeOf({ kind, id, stepIds = [] }: JobsPanelState['scope']): JobScope {
  switch (kind) {
    case 'environment':
      return { kind };
    case 'webhook':
      return { kind, webhookId: id, stepIds };
    case 'step':
      return { kind, stepId: id };
  }
}

/**
 * The report behind a panel: runs the query that is shown, hands over its pages, opens a job. A new run ends the one
 * before; `dispose` ends everything.
 */
export class JobsReport implements Disposable {
  readonly #options: JobsReportOptions;
  #state: JobsPanelState;
  #run: RunState = { phase: 'idle', text: '' };
  #grid: Grid = EMPTY_GRID;
  /** The rows behind the grid: a later page can have columns that the first one has not (FACTS 13.5). */
  #rows: Row[] = [];
  #grouping = new FailureGrouping();
  #details: JobDetails | undefined;
  #pages: AsyncIterator<Page> | undefined;
  #running: AbortController | undefined;
  #opening: AbortController | undefined;
  #acting: AbortController | undefined;
  #disposed = false;
  #ran: QueryText | undefined;

  constructor(options: JobsReportOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  get state(): JobsPanelState {
    return this.#state;
  }

  /** The page is there, for the first time or again: it gets all there is. The first time the query runs. */
  ready(): void {
    const { scope } = this.#state;
    const details = this.#details === undefined ? {} : { details: this.#details };
    const title = l10n.t('Failed jobs of {name}', { name: scope.name });
    const failures = failuresShown(this.#grouping);
    this.#options.page.show({
      title,
      texts: jobsTexts(),
      state: this.#state,
      run: this.#run,
      grid: this.#grid,
      ...(failures === undefined ? {} : { failures }),
      ...details,
    });
    if (this.#run.phase === 'idle')
      void this.run(this.#state.language, this.#state.queries[this.#state.language]);
  }

  /** Runs a query from its first page. Never rejects: the outcome is shown. */
  async run(language: QueryLanguage, text: string): Promise<void> {
    this.#running?.abort();
    const abort = new AbortController();
    this.#running = abort;
    this.#state = { ...this.#state, language, queries: { ...this.#state.queries, [language]: text } };
    this.#ran = { language, text };
    this.#pages = this.#options.jobs.run({ language, text }, abort.signal)[Symbol.asyncIterator]();
    await this.#next(abort, (page) => {
      this.#rows = [...page.rows];
      this.#grouping = new FailureGrouping();
      this.#grid = EMPTY_GRID;
      this.#showGrid(page, page.rows);
    });
  }

  /** Writes the query in both languages for what is wanted, shows it and runs it. Never rejects. */
  async filter(fields: JobFilterFields): Promise<void> {
    const errorCode = errorCodeOf(fields.errorCode);
    if (Number.isNaN(errorCode)) {
      this.#endRun({ phase: 'failed', text: errorCodeProblem(fields.errorCode) });
      return;
    }
    const { environmentId, scope, language } = this.#state;
    const queries = queriesOf(scopeOf(scope), { ...fields, errorCode });
    this.#state = { environmentId, scope, language, filter: fields, queries };
    this.#options.page.state(this.#state);
    await this.run(language, queries[language]);
  }

  /** Asks for the next page of the same result. */
  async more(): Promise<void> {
    const abort = this.#running;
    if (abort === undefined || !this.#grid.more || this.#run.phase === 'running') return;
    await this.#next(abort, (page) => this.#append(page));
  }

  /** Asks for all pages that are left, one after the other; `cancel` and a new run end it. */
  async all(): Promise<void> {
    const abort = this.#running;
    if (abort === undefined || this.#run.phase === 'running') return;
    while (this.#grid.more && this.#running === abort && !abort.signal.aborted) await this.more();
  }

  /**
   * Does something with jobs of the grid that the service allows it for, tells the outcome of each that failed, and
   * runs the query again. One at a time; never rejects.
   */
  async act(action: JobAction, ids: readonly string[]): Promise<void> {
    if (this.#acting !== undefined) return;
    const wanted = new Set(ids);
    const rows = this.#grid.rows.filter(
      ({ id, can }) => id !== undefined && wanted.has(id) && can?.includes(action) === true,
    );
    const chosen = rows.flatMap(({ id }) => id ?? []);
    if (chosen.length === 0) return;
    const { environmentName, jobs, page, questions } = this.#options;
    const acting = new AbortController();
    this.#acting = acting;
    const name = this.#grid.columns.findIndex(({ key }) => key === 'name');
    const names = new Map(rows.map(({ id, cells }) => [id, cells[name]?.text]));
    const nameOf = (id: string): string => names.get(id) ?? id;
    const onProgress = (text: string): void => {
      if (!acting.signal.aborted) page.acted({ text, failures: [] });
    };
    const order = { action, ids: chosen, environmentName, nameOf, onProgress };
    const acted = await actWithQuestions(jobs, questions, order, acting.signal).finally(
      () => (this.#acting = undefined),
    );
    if (this.#disposed) return;
    page.acted(acted);
    const { language, queries } = this.#state;
    if (acted !== undefined) await this.run(language, queries[language]);
  }

  /** Exports all rows of the query that was run; see `exportJobs`. */
  async export(port: ExportPort, format: ExportFormat, group: string | undefined): Promise<void> {
    if (this.#ran === undefined) return;
    const title = l10n.t('Failed jobs of {name}', { name: this.#state.scope.name });
    await exportJobs(this.#options.jobs, port, { format, group, query: this.#ran, title });
  }

  /** Ends the run and what is being done with jobs; what has come and was done stays. */
  cancel(): void {
    this.#acting?.abort();
    this.#running?.abort();
  }

  /** Reads one job and shows it. A second call ends the first. */
  async open(id: string): Promise<void> {
    this.#opening?.abort();
    const abort = new AbortController();
    this.#opening = abort;
    try {
      const job = await this.#options.jobs.job(id, abort.signal);
      if (!abort.signal.aborted) this.#showDetails(jobDetails(job));
    } catch (error) {
      if (isCancellation(error) || abort.signal.aborted) return;
      // The page takes a failure as the answer to what it asked for last.
      this.#showRun({ phase: 'failed', text: this.#failureText(error) });
    }
  }

  close(): void {
    this.#opening?.abort();
    this.#showDetails(undefined);
  }

  /** Ends everything; the page is gone and hears nothing more. */
  dispose(): void {
    this.#disposed = true;
    this.#acting?.abort();
    const running = this.#running;
    this.#running = undefined;
    running?.abort();
    this.#opening?.abort();
  }

  async #next(abort: AbortController, take: (page: Page) => void): Promise<void> {
    this.#showRun({ phase: 'running', text: l10n.t('Running…') });
    try {
      const result = await this.#pages?.next();
      if (this.#running !== abort) return;
      if (abort.signal.aborted) this.#endRun({ phase: 'cancelled', text: l10n.t('Cancelled.') });
      else {
        take(result === undefined || result.done === true ? { rows: [], more: false } : result.value);
        this.#showRun({ phase: 'done', text: countText(this.#grid) });
      }
    } catch (error) {
      if (this.#running !== abort) return;
      if (isCancellation(error) || abort.signal.aborted)
        this.#endRun({ phase: 'cancelled', text: l10n.t('Cancelled.') });
      else this.#endRun({ phase: 'failed', text: this.#failureText(error) });
    }
  }

  #failureText(error: unknown): string {
    this.#options.onFailure(error);
    return error instanceof QueryTextError
      ? queryTextProblem(error)
      : reasonText(error, this.#options.environmentName).message;
  }

  /** The pages cannot be gone on with: what has come stays, and no further rows are offered. */
  #endRun(run: RunState): void {
    if (this.#grid.more) {
      this.#grid = { ...this.#grid, more: false };
      this.#options.page.rows({ rows: [], more: false });
    }
    this.#showRun(run);
  }

  #append(page: Page): void {
    // Pages can be many: what has come is added to, never copied.
    for (const row of page.rows) this.#rows.push(row);
    const known = new Set(this.#grid.columns.map((column) => column.key));
    if (gridColumns(page.rows).some((column) => !known.has(column.key))) {
      this.#showGrid(page, page.rows);
      return;
    }
    const rows = gridRows(page.rows, this.#grid.columns, (row) => this.#grouping.add(row));
    const { rows: before } = this.#grid;
    for (const row of rows) before.push(row);
    this.#grid = { ...this.#grid, ...progressOf(page) };
    this.#options.page.rows({ rows, ...progressOf(page) });
    this.#options.page.failures(failuresShown(this.#grouping));
  }

  /** Shows all rows anew, of which the last ones are not grouped yet. */
  #showGrid(page: Page, added: readonly Row[]): void {
    const columns = gridColumns(this.#rows);
    const groups = [
      ...this.#grid.rows.map((row) => row.group),
      ...added.map((row) => this.#grouping.add(row)),
    ];
    const rows = gridRows(this.#rows, columns, (_, at) => groups[at]);
    this.#grid = { ...this.#grid, columns: [...columns], rows, ...progressOf(page) };
    this.#options.page.grid(this.#grid);
    this.#options.page.failures(failuresShown(this.#grouping));
  }

  #showRun(run: RunState): void {
    this.#run = run;
    this.#options.page.run(run);
  }

  #showDetails(details: JobDetails | undefined): void {
    this.#details = details;
    this.#options.page.details(details);
  }
}

function progressOf(page: Page): { readonly more: boolean; readonly total?: number } {
  // A total that is only the service's limit would be read as the truth.
  return page.total === undefined || page.totalIsLimit === true
    ? { more: page.more }
    : { more: page.more, total: page.total };
}

function countText(grid: Grid): string {
  const shown = grid.rows.length;
  if (shown === 0)
    return l10n.t(
      'No rows. Jobs that succeeded are often deleted at once, so this is no proof of deliveries.',
    );
  if (grid.total !== undefined && grid.total > shown)
    return l10n.t('{shown} of {total} rows', { shown, total: grid.total });
  if (grid.more) return l10n.t('{shown} rows, and there are more', { shown });
  return shown === 1 ? l10n.t('1 row') : l10n.t('{shown} rows', { shown });
}
