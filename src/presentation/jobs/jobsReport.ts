import * as l10n from '@vscode/l10n';
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';
import { canOrderBy } from '../../jobs/jobQueries';
import type { JobService, QueryText } from '../../jobs/jobService';
import type {
  Bookmark,
  Choices,
  ExportFormat,
  JobAction,
  JobFilterFields,
  JobLink,
  JobRemedy,
  JobsPanelState,
  Place,
  QueryLanguage,
  Sorting,
} from '../../protocol/jobs';
import { errorCodeProblem } from '../texts/jobTexts';
import { readerTimes, type ReaderTimes } from '../texts/readerTimes';
import { actWithQuestions, type JobQuestions } from './jobActing';
import { exportJobs, type ExportPort } from './jobExport';
import type { JobsPage } from './jobsPage';
import type { JobResult } from './jobResult';
import { JobsRun, type HeadingSource, type RunQuery } from './jobsRun';
import { jobsTexts } from './jobsTexts';
import { News } from './news';
import { chosenScope, failedJobsFields, filterOf, queriesOf, scopeOf, titleOf } from './panelState';
import { ShownJob, type JobWays } from './shownJob';
import { Watch } from './watch';

export interface JobsReportOptions extends JobWays {
  /** What the environment is called now; a new name is told by `renamed`. */
  readonly environmentName: string;
  readonly jobs: JobService;
  readonly page: JobsPage;
  readonly state: JobsPanelState;
  /** Where the reader was before the window was reloaded. */
  readonly bookmark?: Bookmark | undefined;
  readonly questions: JobQuestions;
  /** The webhooks and steps of the environment, to choose from. */
  readonly choices: () => Promise<Choices>;
  readonly clipboard: (text: string) => void;
  readonly clock: Clock;
  /** It is being watched, or not any more. */
  readonly onWatch: () => void;
  /** Lets the person sign in anew; absent where that cannot be. Never rejects. */
  readonly signIn?: () => Promise<void>;
  /** What the environment calls the columns of a query's rows. */
  readonly headings?: HeadingSource;
  /** Hears of queries that a person has written, when they are run. */
  readonly onWritten?: (query: QueryText) => void;
  /** Hears of failures, for the log. */
  readonly onFailure: (error: unknown) => void;
}

const NO_CHOICES: Choices = { webhooks: [], steps: [] };

/** A result of so many rows is read whole by itself: one more request, and the groups are the whole truth. */
const SMALL_RESULT = 5000;

/**
 * The report behind a panel: runs the query that is shown, hands over its rows, opens a job, acts on jobs, watches.
 * `dispose` ends everything.
 */
export class JobsReport implements Disposable {
  readonly #options: JobsReportOptions;
  readonly #run: JobsRun;
  readonly #watch: Watch;
  readonly #job: ShownJob;
  readonly #news = new News();
  #state: JobsPanelState;
  #times: ReaderTimes = readerTimes();
  #choices = NO_CHOICES;
  /** What the page keeps of where the reader is. */
  #bookmark: string;
  /** The heading that the page has. */
  #title = '';
  /** The query as the filter wrote it; what was changed by hand is another one. */
  #written: JobsPanelState['queries'];
  #acting: AbortController | undefined;
  #counting: AbortController | undefined;
  readonly #left = new AbortController();
  #disposed = false;

  constructor(options: JobsReportOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#written = options.state.handWritten === true ? { fetchXml: '', webApi: '' } : options.state.queries;
    this.#bookmark = JSON.stringify(options.bookmark);
    const { jobs, page, headings, onFailure } = options;
    const canSignIn = options.signIn !== undefined;
    const times = (): ReaderTimes => this.#times;
    this.#run = new JobsRun({
      ...{ jobs, page, onFailure, headings, canSignIn, times },
      get environmentName() {
        return options.environmentName;
      },
    });
    this.#job = new ShownJob({
      ...{ jobs, page, run: this.#run, ways: options, times: () => this.#times },
      correlate: (correlation) => this.correlate(correlation),
    });
    this.#watch = new Watch({ clock: options.clock, look: (signal) => this.#look(signal), onFailure });
    this.#watch.turn(options.state.watched === true);
  }

  get state(): JobsPanelState {
    return this.#state;
  }

  get isWatching(): boolean {
    return this.#watch.on;
  }

  /** The page is there, for the first time or again: it gets all there is. The first time the query runs. */
  ready(timeZone?: string): void {
    if (timeZone !== undefined) this.#times = readerTimes(timeZone);
    const { result, state } = this.#run;
    const failures = this.#run.failures();
    const { details } = this.#job;
    this.#title = titleOf(this.#state, this.#options.environmentName);
    this.#options.page.show({
      title: this.#title,
      texts: jobsTexts(),
      state: this.#state,
      run: state,
      grid: result.grid(),
      selection: result.selection(),
      choices: this.#choices,
      watched: this.#watch.on,
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
    const query = this.#current();
    if (query.text !== this.#written[query.language]) this.#options.onWritten?.(query);
    if (bookmark?.opened !== undefined) void this.#job.reopen(bookmark.opened).then(() => this.#keepPlace());
    await this.#start(query, bookmark);
  }

  /** Runs a query from its first page. Never rejects: the outcome is shown. */
  async run(language: QueryLanguage, text: string): Promise<void> {
    this.#state = { ...this.#state, language, queries: { ...this.#state.queries, [language]: text } };
    if (text !== this.#written[language]) this.#options.onWritten?.({ language, text });
    await this.#start({ language, text, sorting: this.#isOwn ? this.#state.sorting : undefined });
  }

  async #start(query: RunQuery, bookmark?: Bookmark): Promise<void> {
    this.#counting?.abort();
    await this.#run.start(query, bookmark);
    await this.#completeSmall();
    this.#keepPlace();
  }

  /** Writes the query in both languages for what is wanted, shows it and runs it. Never rejects. */
  async filter(fields: JobFilterFields): Promise<void> {
    if (Number.isNaN(filterOf(fields).errorCode)) {
      this.#run.show({ phase: 'failed', text: errorCodeProblem(fields.errorCode) });
      return;
    }
    const { environmentId, language } = this.#state;
    const scope = chosenScope(this.#state, fields, this.#choices, this.#options.environmentName);
    const { beforeCorrelated, queries } = this.#state;
    const kept =
      fields.correlation === undefined || beforeCorrelated === undefined ? {} : { beforeCorrelated };
    this.#news.forget();
    this.#write({ environmentId, scope, language, filter: fields, queries, ...kept });
    await this.run(language, this.#state.queries[language]);
  }

  /**
   * Sorts by a column. Where the service has more rows it is asked for them in that order, if the query is ours and it
   * can; else the rows there are are sorted.
   */
  async sort(sorting: Sorting | undefined): Promise<void> {
    const { result } = this.#run;
    const byService = this.#isOwn && (sorting === undefined || canOrderBy(sorting.key));
    this.#run.forget();
    if (byService && (result.more || this.#state.sorting !== undefined)) {
      result.sort(undefined);
      if (this.#state.sorting === undefined) this.#news.remember(result);
      const { sorting: _, ...unsorted } = this.#state;
      this.#write(sorting === undefined ? unsorted : { ...unsorted, sorting });
      await this.run(this.#state.language, this.#state.queries[this.#state.language]);
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
    await (this.#run.result.more ? this.more() : this.refresh());
  }

  /** Asks for all pages that are left; `cancel` and a new run end it. */
  async all(): Promise<void> {
    await this.#run.all();
    this.#keepPlace();
  }

  /** Reads everything that is shown anew, up to now; selection and scroll stay. */
  async refresh(): Promise<void> {
    await this.#readAnew(this.#current());
  }

  async #readAnew(query: RunQuery): Promise<void> {
    this.#counting?.abort();
    await this.#run.refresh(query);
    await this.#completeSmall();
    this.#keepPlace();
  }

  /** Begins to watch, or ends it. */
  watch(on: boolean): void {
    this.#watch.turn(on);
    this.#state = { ...this.#state, watched: on };
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
    const names = this.#run.result.selectedJobs(action);
    if (this.#acting !== undefined || names.size === 0) return;
    const { environmentName, jobs, page, questions } = this.#options;
    const acting = new AbortController();
    this.#acting = acting;
    const onProgress = (text: string): void => {
      if (!acting.signal.aborted) page.acted({ text, failures: [], going: true });
    };
    const nameOf = (id: string): string => names.get(id) ?? id;
    const order = {
      ...{ action, ids: [...names.keys()], environmentName, nameOf, onProgress },
      ...{ clock: this.#options.clock, left: this.#left.signal },
    };
    const acted = await actWithQuestions(jobs, questions, order, acting.signal).finally(
      () => (this.#acting = undefined),
    );
    if (this.#disposed) return;
    page.acted(acted);
    if (acted !== undefined) await this.refresh();
  }

  /** Exports all rows of the query that was run; see `exportJobs`. */
  async export(port: ExportPort, format: ExportFormat): Promise<void> {
    const { query, result } = this.#run;
    if (query === undefined) return;
    const title = l10n.t('Failed jobs of {name}', { name: this.#state.scope.name });
    const { group, total } = result;
    await exportJobs(this.#options.jobs, port, { format, group, query, title, total });
  }

  /** Copies a cell, its row, or the selected rows. */
  copy(what: 'cell' | 'row' | 'selection', row: number, column: number): void {
    const { result } = this.#run;
    const { selected } = result.place;
    if (what === 'cell') this.#options.clipboard(result.cell(row, column));
    else if (what === 'row' || selected.length === 0)
      this.#options.clipboard(result.text([{ from: row, to: row + 1 }], false));
    else this.#options.clipboard(result.text(selected, true));
  }

  /** The same from where the reader is. */
  copyActive(what: 'cell' | 'row' | 'selection'): void {
    const { active, column } = this.#run.result.place;
    this.copy(what, active, column);
  }

  /** Ends the run and what is being done with jobs; what has come and was done stays. */
  cancel(): void {
    this.#acting?.abort();
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
    const before = this.#state.beforeCorrelated;
    // Its scope is known again before the webhooks and steps to choose from are.
    if (before !== undefined) this.#state = { ...this.#state, scope: before.scope };
    await this.filter(before?.filter ?? failedJobsFields());
  }

  /** All jobs of one operation, whatever became of them and whosever they are. */
  async correlate(correlation: string): Promise<void> {
    const { filter, scope } = this.#state;
    if (filter !== undefined && filter.correlation === undefined)
      this.#state = { ...this.#state, beforeCorrelated: { scope, filter } };
    await this.filter({ ...failedJobsFields(), state: 'all', correlation });
  }

  /** Ends everything; the page is gone and hears nothing more. */
  dispose(): void {
    this.#disposed = true;
    this.#left.abort();
    this.#watch.dispose();
    this.#acting?.abort();
    this.#counting?.abort();
    this.#run.dispose();
    this.#job.dispose();
  }

  /** The query that is run is the one that the filter wrote. */
  get #isOwn(): boolean {
    const { language, queries } = this.#state;
    return queries[language] === this.#written[language];
  }

  /** The query of now: a period that ends now has moved on since the filter wrote it. */
  #current(): RunQuery {
    if (this.#isOwn && this.#state.filter?.period !== 'all') this.#write(this.#state);
    const { language, queries, sorting } = this.#state;
    return { language, text: queries[language], sorting: this.#isOwn ? sorting : undefined };
  }

  /** The page hears where the reader is now; while the place of before is sought, it keeps that one. */
  #keepPlace(): void {
    if (this.#disposed || this.#run.bookmark !== undefined) return;
    const bookmark = this.#run.result.bookmark(this.#job.wanted);
    const text = JSON.stringify(bookmark);
    if (text === this.#bookmark) return;
    this.#bookmark = text;
    this.#options.page.bookmark(bookmark);
  }

  /** Writes both queries for the filter of a state, and shows them. */
  #write(state: JobsPanelState): void {
    const { filter, handWritten: _, ...rest } = state;
    if (filter === undefined) return;
    const queries = queriesOf(scopeOf(state.scope), filterOf(filter, this.#times.zone), state.sorting);
    this.#written = queries;
    this.#show({ ...rest, filter, queries, watched: this.#watch.on });
  }

  /** Shows another state under the heading that it has. */
  #show(state: JobsPanelState): void {
    const title = titleOf(state, this.#options.environmentName);
    if (title !== this.#title) this.#options.page.title(title);
    this.#title = title;
    this.#state = state;
    this.#options.page.state(state);
  }

  /** The environment may be called something else by now: what is shown goes on under its new name. */
  renamed(): void {
    const { environmentName: name } = this.#options;
    const { scope } = this.#state;
    this.#show({ ...this.#state, scope: scope.kind === 'environment' ? { ...scope, name } : scope });
  }

  async #completeSmall(): Promise<void> {
    const { result, state } = this.#run;
    const { more, total = Infinity, grouping } = result;
    const small = more && total <= SMALL_RESULT && grouping.count > 0;
    if (!this.#isOwn || state.phase !== 'done') return;
    if (small) await this.#run.all();
    else if (more && total === Infinity) await this.#count(result);
  }

  /** Counts what the service does not count beside its rows. That it cannot be counted is no failure of the query. */
  async #count(result: JobResult): Promise<void> {
    const { filter, scope } = this.#state;
    this.#counting?.abort();
    if (filter === undefined) return;
    this.#counting = new AbortController();
    const now = new Date(this.#options.clock.now());
    const wanted = { scope: scopeOf(scope), filter: filterOf(filter, this.#times.zone), now };
    try {
      this.#run.counted(result, await this.#options.jobs.count(wanted, this.#counting.signal));
    } catch (error) {
      if (!isCancellation(error)) this.#options.onFailure(error);
    }
  }

  /** The newest jobs first, whatever the order of the rows is; undefined where that is the order already. */
  #newestFirst({ sorting }: RunQuery): RunQuery | undefined {
    const { filter, language, scope } = this.#state;
    if (sorting === undefined || filter === undefined) return undefined;
    const queries = queriesOf(scopeOf(scope), filterOf(filter, this.#times.zone));
    return { language, text: queries[language] };
  }

  /** Looks for jobs that are new; where there are any, reads the rows anew and says so once. */
  async #look(signal: AbortSignal): Promise<void> {
    if (this.#run.isRunning() || this.#acting !== undefined) return;
    const { query: shown } = this.#run;
    const query = this.#current();
    const newest = this.#newestFirst(query);
    for await (const { rows, more } of this.#options.jobs.run(newest ?? query, signal)) {
      // Meanwhile something else may be on screen.
      if (this.#run.isRunning() || this.#run.query !== shown) return;
      const ids = rows.flatMap(({ asyncoperationid: id }) => (typeof id === 'string' ? id : []));
      const count =
        newest === undefined ? this.#news.besides(this.#run.result, ids) : this.#news.since(ids, more);
      if (count === 0) return;
      await this.#readAnew(query);
      if (!signal.aborted) this.#tellNews(count);
      return;
    }
  }

  #tellNews(count: number): void {
    const now = new Date(this.#options.clock.now());
    const time = this.#times.text(now);
    const text =
      count === 1
        ? l10n.t('1 new job, {time}', { time })
        : l10n.t('{count} new jobs, {time}', { count, time });
    this.#options.page.watch({ on: true, news: { text, title: now.toISOString() } });
  }

  async #loadChoices(): Promise<void> {
    try {
      this.#choices = await this.#options.choices();
      if (!this.#disposed) this.#options.page.choices(this.#choices);
    } catch (error) {
      if (!isCancellation(error)) this.#options.onFailure(error);
    }
  }
}
