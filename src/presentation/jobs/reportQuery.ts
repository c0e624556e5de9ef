import type { JobFilter } from '../../jobs/jobFilter';
import type { QueryText } from '../../jobs/jobService';
import type { JobScope } from '../../jobs/model';
import type { JobFilterFields, JobsPanelState, QueryLanguage } from '../../protocol/jobs';
import type { ReaderTimes } from '../texts/readerTimes';
import type { JobsPage } from './jobsPage';
import type { RunQuery } from './jobsRun';
import { failedJobsFields, filterOf, queriesOf, scopeOf, titleOf } from './panelState';

export interface ReportQueryOptions {
  /** What the environment is called now. */
  readonly environmentName: () => string;
  readonly page: JobsPage;
  readonly state: JobsPanelState;
  readonly times: () => ReaderTimes;
}

/** What a report is about: its state, and the queries that the filter writes for it. */
export class ReportQuery {
  readonly #options: ReportQueryOptions;
  #state: JobsPanelState;
  /** The query as the filter wrote it; what was changed by hand is another one. */
  #written: JobsPanelState['queries'];
  /** The heading that the page has. */
  #title = '';

  constructor(options: ReportQueryOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#written = options.state.handWritten === true ? { fetchXml: '', webApi: '' } : options.state.queries;
  }

  get state(): JobsPanelState {
    return this.#state;
  }

  /** Changes what is not shown in the heading, nor tells the page. */
  change(changes: Partial<JobsPanelState>): void {
    this.#state = { ...this.#state, ...changes };
  }

  /** The fields that find all jobs of one operation; those of now are kept for the way back. */
  correlated(correlation: string): JobFilterFields {
    const { filter, scope } = this.state;
    if (filter !== undefined && filter.correlation === undefined)
      this.change({ beforeCorrelated: { scope, filter } });
    return { ...failedJobsFields(), state: 'all', correlation };
  }

  /** The fields of before, and the scope of before: it is known again sooner than the webhooks and steps to choose from. */
  uncorrelated(): JobFilterFields {
    const before = this.state.beforeCorrelated;
    if (before !== undefined) this.change({ scope: before.scope });
    return before?.filter ?? failedJobsFields();
  }

  /** The heading of now, which the page gets. */
  title(): string {
    this.#title = titleOf(this.#state, this.#options.environmentName());
    return this.#title;
  }

  /** The query that is run is the one that the filter wrote. */
  get isOwn(): boolean {
    const { language, queries } = this.#state;
    return this.isWritten({ language, text: queries[language] });
  }

  /** The filter wrote this query. */
  isWritten({ language, text }: QueryText): boolean {
    return text === this.#written[language];
  }

  /** Takes a text of the page. @returns the query that it is */
  take(language: QueryLanguage, text: string): RunQuery {
    this.change({ language, queries: { ...this.#state.queries, [language]: text } });
    return this.#query();
  }

  /** The query of now: a period that ends now has moved on since the filter wrote it. */
  current(): RunQuery {
    if (this.isOwn && this.#state.filter?.period !== 'all') this.write(this.#state);
    return this.#query();
  }

  /** The rows come in the order of the query that a person reads, the newest first. */
  get isInUsualOrder(): boolean {
    return !this.isOwn || this.#state.sorting === undefined;
  }

  /** The newest jobs first, whatever the order of the rows is; undefined where that is the order already. */
  newestFirst({ sorting }: RunQuery): RunQuery | undefined {
    const { language } = this.#state;
    const wanted = this.wanted();
    if (sorting === undefined || wanted === undefined) return undefined;
    return { language, text: queriesOf(wanted.scope, wanted.filter)[language] };
  }

  /** The jobs that the filter means; undefined where it is none. */
  wanted(): { readonly scope: JobScope; readonly filter: JobFilter } | undefined {
    const { filter, scope } = this.#state;
    if (filter === undefined) return undefined;
    return { scope: scopeOf(scope), filter: filterOf(filter, this.#options.times().zone) };
  }

  /** Writes both queries for the filter of a state, and shows them. */
  write(state: JobsPanelState): void {
    const { filter, handWritten: _, ...rest } = state;
    if (filter === undefined) return;
    const { zone } = this.#options.times();
    const queries = queriesOf(scopeOf(state.scope), filterOf(filter, zone), state.sorting);
    this.#written = queries;
    this.#show({ ...rest, filter, queries });
  }

  /** The environment may be called something else by now: what is shown goes on under its new name. */
  renamed(): void {
    const name = this.#options.environmentName();
    const { scope } = this.#state;
    this.#show({ ...this.#state, scope: scope.kind === 'environment' ? { ...scope, name } : scope });
  }

  /** Shows another state under the heading that it has. */
  #show(state: JobsPanelState): void {
    const { environmentName, page } = this.#options;
    const title = titleOf(state, environmentName());
    if (title !== this.#title) page.title(title);
    this.#title = title;
    this.#state = state;
    page.state(state);
  }

  #query(): RunQuery {
    const { language, queries, sorting } = this.#state;
    return { language, text: queries[language], sorting: this.isOwn ? sorting : undefined };
  }
}
