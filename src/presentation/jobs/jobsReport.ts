import type { Disposable } from '../../base/disposable';
import { canOrderBy } from '../../jobs/jobQueries';
import type {
  Bookmark,
  ExportFormat,
  JobAction,
  JobFilterFields,
  JobLink,
  JobRemedy,
  JobsPanelState,
  Place,
  QueryLanguage,
  Sorting,
  ToldNames,
} from '../../protocol/jobs';
import { errorCodeProblem } from '../texts/jobTexts';
import { readerTimes, type ReaderTimes } from '../texts/readerTimes';
import { copiedText } from './copiedText';
import { exportJobs, type ExportPort } from './jobExport';
import { JobsRun, type RunQuery } from './jobsRun';
import type { JobsReportOptions } from './jobsReportOptions';
import { jobsTexts } from './jobsTexts';
import { LoadedChoices } from './loadedChoices';
import { NewJobs } from './newJobs';
import { chosenScope, exportTitle, filterOf } from './panelState';
import { ReportQuery } from './reportQuery';
import { SelectedJobs } from './selectedJobs';
import { ShownJob } from './shownJob';
import { Watch } from './watch';
import { WholeResult } from './wholeResult';

/**
 * The report behind a panel: runs the query that is shown, hands over its rows, opens a job, acts on jobs, watches.
 * `dispose` ends everything.
 */
export class JobsReport implements Disposable {
  readonly #options: JobsReportOptions;
  readonly #run: JobsRun;
  readonly #watch: Watch;
  readonly #job: ShownJob;
  readonly #query: ReportQuery;
  readonly #new: NewJobs;
  readonly #selected: SelectedJobs;
  readonly #whole: WholeResult;
  readonly #choices: LoadedChoices;
  #times: ReaderTimes = readerTimes();
  /** What the page keeps of where the reader is. */
  #bookmark: string;
  #disposed = false;

  constructor(options: JobsReportOptions) {
    this.#options = options;
    this.#bookmark = JSON.stringify(options.bookmark);
    const { clock, jobs, page, headings, onFailure, questions } = options;
    const times = (): ReaderTimes => this.#times;
    const shared = { jobs, page, times, environmentName: () => options.environmentName };
    const canSignIn = options.signIn !== undefined;
    this.#choices = new LoadedChoices(options.choices, onFailure);
    const told = (): ReadonlyMap<string, ToldNames> => this.#choices.told;
    const run = new JobsRun({ ...shared, onFailure, headings, canSignIn, told });
    this.#query = new ReportQuery({ ...shared, state: options.state });
    this.#selected = new SelectedJobs({ ...shared, run, questions, clock });
    this.#run = run;
    this.#new = new NewJobs({
      ...shared,
      run,
      query: this.#query,
      clock,
      seen: options.bookmark?.seen,
      isActing: () => this.#selected.isActing,
      readAnew: (query) => this.#readAnew(query),
    });
    this.#whole = new WholeResult({ jobs, run, query: this.#query, clock, onFailure });
    this.#job = new ShownJob({
      jobs,
      page,
      run,
      ways: options,
      times,
      told,
      correlate: (correlation) => this.correlate(correlation),
    });
    this.#watch = new Watch({ clock, look: (signal) => this.#look(signal), onFailure });
    this.#watch.turn(options.state.watched === true);
  }

  get state(): JobsPanelState {
    return this.#query.state;
  }

  get isWatching(): boolean {
    return this.#watch.on;
  }

  /** There are rows on screen, and they are those of the query that would be exported. */
  get canExport(): boolean {
    return this.#run.canExport;
  }

  /** The page is there, for the first time or again: it gets all there is. The first time the query runs. */
  ready(timeZone?: string): void {
    if (timeZone !== undefined) this.#times = readerTimes(timeZone);
    const { result, state } = this.#run;
    const failures = this.#run.failures();
    const { details } = this.#job;
    this.#options.page.show({
      title: this.#query.title(),
      texts: jobsTexts(),
      state: this.state,
      run: state,
      grid: result.grid(),
      selection: result.selection(),
      choices: this.#choices.now,
      watched: this.#watch.on,
      ...(this.#new.told === undefined ? {} : { news: this.#new.told }),
      ...(failures === undefined ? {} : { failures }),
      ...(details === undefined ? {} : { details }),
    });
    if (state.phase !== 'idle') return;
    void this.#loadChoices();
    void this.#begin();
  }

  /** The first run; after a reload of the window, of the query of now and back to where the reader was. */
  async #begin(): Promise<void> {
    const { bookmark } = this.#options;
    const query = this.#query.current();
    if (!this.#query.isWritten(query)) this.#options.onWritten?.(query);
    if (bookmark?.opened !== undefined) void this.#job.reopen(bookmark.opened).then(() => this.#keepPlace());
    await this.#start(query, bookmark);
    // Who watched hears of what came while the window was away.
    if (bookmark?.seen !== undefined) this.#watch.now();
  }

  /** Runs a query from its first page. Never rejects: the outcome is shown. */
  async run(language: QueryLanguage, text: string): Promise<void> {
    const query = this.#query.take(language, text);
    if (!this.#query.isWritten(query)) this.#options.onWritten?.({ language, text });
    await this.#start(query);
  }

  async #start(query: RunQuery, bookmark?: Bookmark): Promise<void> {
    this.#whole.stop();
    this.#selected.fallSilent();
    await this.#run.start(query, bookmark);
    await this.#whole.complete();
    this.#keepPlace();
  }

  /** Writes the query in both languages for what is wanted, shows it and runs it. Never rejects. */
  async filter(fields: JobFilterFields): Promise<void> {
    if (Number.isNaN(filterOf(fields).errorCode)) {
      this.#run.show({ phase: 'failed', text: errorCodeProblem(fields.errorCode) });
      return;
    }
    const { beforeCorrelated, environmentId, language, queries } = this.state;
    const scope = chosenScope(this.state, fields, this.#choices.now, this.#options.environmentName);
    const kept =
      fields.correlation === undefined || beforeCorrelated === undefined ? {} : { beforeCorrelated };
    // What was said is of the jobs of before.
    if (this.#new.told !== undefined) this.#options.page.watch({ on: this.#watch.on });
    this.#new.forget();
    this.#write({ environmentId, scope, language, filter: fields, queries, ...kept });
    await this.run(language, this.state.queries[language]);
  }

  /**
   * Sorts by a column. Where the service has more rows it is asked for them in that order, if the query is ours and it
   * can; else the rows there are are sorted.
   */
  async sort(sorting: Sorting | undefined): Promise<void> {
    const { result } = this.#run;
    const byService = this.#query.isOwn && (sorting === undefined || canOrderBy(sorting.key));
    this.#run.forget();
    if (byService && (result.more || this.state.sorting !== undefined)) {
      result.sort(undefined);
      if (this.state.sorting === undefined) this.#new.remember();
      const { sorting: _, ...unsorted } = this.state;
      this.#write(sorting === undefined ? unsorted : { ...unsorted, sorting });
      await this.run(this.state.language, this.state.queries[this.state.language]);
    } else {
      result.sort(sorting);
      this.#run.showGrid();
      this.#keepPlace();
    }
  }

  /** Shows the rows of one group only; all rows when undefined. */
  choose(group: string | undefined): void {
    this.#run.forget();
    this.#run.choose(group);
    this.#keepPlace();
  }

  /** Hands over rows that are about to be seen. */
  window(version: number, from: number, count: number): void {
    const { result } = this.#run;
    if (version === result.version)
      this.#options.page.rows({ version, from, rows: result.window(from, count) });
  }

  /** The reader is somewhere else, or has selected other rows. */
  moved(version: number, place: Place): void {
    const { result } = this.#run;
    if (version !== result.version) return;
    if (JSON.stringify(place) === JSON.stringify(result.place)) return;
    const selected = JSON.stringify(place.selected) !== JSON.stringify(result.place.selected);
    this.#run.forget();
    result.moved(place);
    this.#keepPlace();
    if (selected) this.#options.page.selection(result.selection());
  }

  /** Asks for the next page of the same result. */
  async more(): Promise<void> {
    await this.#run.more();
    this.#keepPlace();
  }

  /** Does what a failed run asks for, and goes on where it was. Never rejects. */
  async goOn(): Promise<void> {
    const { next } = this.#run.state;
    if (next === undefined) return;
    if (next === 'signIn') await this.#options.signIn?.();
    if (this.#disposed) return;
    if (!this.#run.result.more) await this.refresh();
    else await (this.#run.brokeInAll ? this.all() : this.more());
  }

  /** Asks for all pages that are left; `cancel` and a new run end it. */
  async all(): Promise<void> {
    await this.#run.all();
    this.#keepPlace();
  }

  /** Reads everything that is shown anew, up to now; selection and scroll stay. */
  async refresh(): Promise<void> {
    await this.#readAnew(this.#query.current());
  }

  async #readAnew(query: RunQuery): Promise<void> {
    this.#whole.stop();
    await this.#run.refresh(query);
    await this.#whole.complete();
    this.#keepPlace();
  }

  /** Begins to watch, or ends it. */
  watch(on: boolean): void {
    this.#watch.turn(on);
    this.#query.change({ watched: on });
    this.#new.fallSilent();
    this.#keepPlace();
    this.#options.page.watch({ on: this.#watch.on });
    this.#options.onWatch();
  }

  /** The panel is shown, or hidden. */
  seen(visible: boolean): void {
    this.#watch.seen(visible);
  }

  /**
   * Does something with the selected jobs that the service allows it for, tells the outcome of each that failed, and
   * reads the rows again. One at a time; never rejects.
   */
  async act(action: JobAction): Promise<void> {
    if (await this.#selected.act(action)) await this.refresh();
  }

  /** Exports all rows of the query that was run; see `exportJobs`. */
  async export(port: ExportPort, format: ExportFormat): Promise<void> {
    const { query, result } = this.#run;
    // The page says already whose rows these are.
    if (query === undefined || !this.canExport) return;
    const title = exportTitle(this.state, query, this.#query.isOwn);
    const { group, total } = result;
    await exportJobs(this.#options.jobs, port, {
      format,
      group,
      query,
      title,
      total,
      told: this.#choices.told,
    });
  }

  /** Copies a cell, its row, or the selected rows. */
  copy(what: 'cell' | 'row' | 'selection', row: number, column: number): void {
    this.#options.clipboard(copiedText(this.#run.result, what, row, column));
  }

  /** The same from where the reader is. */
  copyActive(what: 'cell' | 'row' | 'selection'): void {
    const { active, column } = this.#run.result.place;
    this.copy(what, active, column);
  }

  /** Ends the run and what is being done with jobs; what has come and was done stays. */
  cancel(): void {
    this.#selected.cancel();
    this.#run.cancel();
  }

  /** Reads one job and shows it. A second call ends the first. */
  async open(id: string): Promise<void> {
    await this.#job.open(id);
    this.#keepPlace();
  }

  close(): void {
    this.#job.close();
    this.#keepPlace();
  }

  /** Goes where a job leads to, or does something about it. Never rejects. */
  follow(link: JobLink | JobRemedy, id: string): Promise<void> {
    return this.#job.follow(link, id);
  }

  /** The same for the job that the focus of the grid is on. */
  followActive(link: JobLink): Promise<void> {
    return this.#job.followActive(link);
  }

  /** The filter of before takes the place of that by correlation. */
  async endCorrelated(): Promise<void> {
    await this.filter(this.#query.uncorrelated());
  }

  /** All jobs of one operation, whatever became of them and whosever they are. */
  async correlate(correlation: string): Promise<void> {
    await this.filter(this.#query.correlated(correlation));
  }

  /** Ends everything; the page is gone and hears nothing more. */
  dispose(): void {
    this.#disposed = true;
    this.#watch.dispose();
    this.#selected.dispose();
    this.#whole.dispose();
    this.#run.dispose();
    this.#job.dispose();
  }

  /** The page hears where the reader is now; while the place of before is sought, it keeps that one. */
  #keepPlace(): void {
    if (this.#disposed || this.#run.bookmark !== undefined) return;
    const seen = this.#watch.on ? this.#new.seen() : undefined;
    const place = this.#run.result.bookmark(this.#job.wanted);
    const bookmark = seen === undefined ? place : { ...place, seen };
    const text = JSON.stringify(bookmark);
    if (text === this.#bookmark) return;
    this.#bookmark = text;
    this.#options.page.bookmark(bookmark);
  }

  #write(state: JobsPanelState): void {
    this.#query.write({ ...state, watched: this.#watch.on });
  }

  /** The environment may be called something else by now: what is shown goes on under its new name. */
  renamed(): void {
    this.#query.renamed();
  }

  async #look(signal: AbortSignal): Promise<void> {
    await this.#new.look(signal);
    this.#keepPlace();
  }

  async #loadChoices(): Promise<void> {
    if (!(await this.#choices.load()) || this.#disposed) return;
    this.#options.page.choices(this.#choices.now);
    if (this.#choices.told.size > 0) this.#run.renamed();
  }
}
