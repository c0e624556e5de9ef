import * as l10n from '@vscode/l10n';
import { isCancellation } from '../../base/errors';
import type { Page } from '../../dataverse/webApi';
import { expandedBy } from '../../jobs/expandedRows';
import { JOBS_PER_LARGE_PAGE } from '../../jobs/jobQueries';
import type { QueryText } from '../../jobs/jobService';
import { otherTable } from '../../jobs/queryTable';
import type { JobCount } from '../../jobs/jobCount';
import type { Bookmark, Failures, NextOfRun, RunState, Sorting } from '../../protocol/jobs';
import { unsentReason } from '../queries/unsent';
import { reasonText } from '../texts/errorTexts';
import { failuresShown } from './failures';
import { JobResult } from './jobResult';
import type { JobsRunOptions } from './jobsRunOptions';
import { countText, MOST_ROWS, otherTimesText, readAgainText } from './countTexts';

/** Above so many rows a result that is read again is read in large pages, and tells how far it is. */
const MANY = 200;
/** Between two looks at the failures while pages come by themselves. Milliseconds. */
const FAILURES_PAUSE = 250;

/** A query with what is known of it where it is ours. */
export interface RunQuery extends QueryText {
  /** The order that it asks for, where that is not the usual one. */
  readonly sorting?: Sorting | undefined;
}

interface Reading {
  readonly abort: AbortController;
  readonly pages: AsyncIterator<Page>;
  readonly result: JobResult;
  /** The result before stays until so many rows are here, and where the reader was is kept. */
  readonly keepUntil: number | undefined;
  all: boolean;
  /** Of a page only a part has come, which nobody was told of yet. */
  isAmid: boolean;
  /** More of the result before is read, not the same anew: what was counted of it holds. */
  readonly goesOn: boolean;
}

/**
 * The query that is run and what it has brought. A new run ends the one before. What was read stays when a line breaks
 * or somebody cancels; asking for more reads on from there.
 */
export class JobsRun {
  readonly #options: JobsRunOptions;
  #state: RunState = { phase: 'idle', text: '' };
  #result: JobResult;
  #query: RunQuery | undefined;
  #reading: Reading | undefined;
  #reads = false;
  /** The result is that of the query before. */
  #isBefore = false;
  #brokeInAll = false;
  /** When the failures were shown last, by `performance.now`. */
  #failuresShown = -Infinity;
  /** There are others than those that are shown. */
  #failuresWait = false;
  #naming: AbortController | undefined;
  /** Where the reader was before a reload; until its rows have come, or somebody goes somewhere. */
  #bookmark: Bookmark | undefined;

  constructor(options: JobsRunOptions) {
    this.#options = options;
    this.#result = this.#newResult();
  }

  get state(): RunState {
    return this.#state;
  }

  get result(): JobResult {
    return this.#result;
  }

  /** The query that was run last. */
  get query(): QueryText | undefined {
    return this.#query;
  }

  isRunning(): boolean {
    return this.#reads;
  }

  /**
   * Runs a query from its first page. Never rejects: the outcome is shown.
   * @param bookmark where the reader was before; rows are read until they are there again
   */
  async start(query: RunQuery, bookmark?: Bookmark): Promise<void> {
    if (query.text !== this.#query?.text || query.language !== this.#query.language) this.#isBefore = true;
    this.#query = query;
    this.#bookmark = bookmark;
    const many = bookmark !== undefined && bookmark.loaded > MANY;
    await this.#begin(undefined, false, many ? JOBS_PER_LARGE_PAGE : undefined);
  }

  /** There are rows, and they are those of the query: what is exported is what is on screen. */
  get canExport(): boolean {
    return this.#result.loaded > 0 && !this.#isBefore;
  }

  /** All pages were asked for, and the run failed before they were there. */
  get brokeInAll(): boolean {
    return this.#brokeInAll;
  }

  /** The place of before that has not been found again yet. */
  get bookmark(): Bookmark | undefined {
    return this.#bookmark;
  }

  /** The reader has gone somewhere: the place of before counts no more. */
  forget(): void {
    this.#bookmark = undefined;
  }

  /** Reads what is shown anew and keeps where the reader is; the query may be another form of the same one. */
  async refresh(query: RunQuery | undefined = this.#query): Promise<void> {
    if (query === undefined) return;
    this.#query = query;
    const { loaded } = this.#result;
    await this.#begin(loaded, false, loaded > MANY ? JOBS_PER_LARGE_PAGE : undefined);
  }

  /** Asks for the next page of the same result. */
  async more(): Promise<void> {
    if (this.#reads || !this.#result.more) return;
    const { loaded } = this.#result;
    if (this.#reading === undefined)
      await this.#begin(loaded + 1, false, loaded > MANY ? JOBS_PER_LARGE_PAGE : undefined, true);
    else await this.#read(this.#reading);
  }

  /** Asks for all pages that are left, in large ones from the beginning: eighty requests instead of two thousand. */
  async all(): Promise<void> {
    if (this.#reads || !this.#result.more) return;
    await this.#begin(this.#result.loaded, true, JOBS_PER_LARGE_PAGE, true);
  }

  /** Ends the run; what has come stays. */
  cancel(): void {
    this.#reading?.abort.abort();
  }

  /** Ends everything; nothing more is shown. */
  dispose(): void {
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.abort.abort();
    this.#naming?.abort();
  }

  /** What has failed among the rows that have come. */
  failures(): Failures | undefined {
    const { grouping, more, loaded, total, atLeast } = this.#result;
    const part = more ? { loaded, total, atLeast } : undefined;
    return failuresShown(grouping, this.#options.times(), part, this.#options.told?.());
  }

  /** How many rows of a result there are is known now; nothing happens when another one is shown. */
  counted(of: JobResult, count: JobCount): void {
    if (of !== this.#result || this.#reads) return;
    of.countedAll(count);
    this.#options.page.extent(of.extent());
    this.#options.page.failures(this.failures());
    if (this.#state.phase === 'done') this.show({ phase: 'done', text: this.#countText() });
  }

  /** A period has no rows, and how many there are at all is known now. */
  countedOtherTimes(of: JobResult, { count, exact }: JobCount): void {
    if (of !== this.#result || this.#reads || this.#state.phase !== 'done' || count === 0) return;
    this.show({ phase: 'done', text: this.#countText(), otherTimes: otherTimesText(count, exact) });
  }

  /** Says how a request that is not of the run went. */
  show(state: RunState): void {
    const table = this.#query === undefined ? undefined : otherTable(this.#query);
    const before = this.#isBefore && this.#result.loaded > 0;
    this.#state = {
      ...state,
      ...(table === undefined ? {} : { otherTable: table }),
      ...(before ? { before: l10n.t('The rows and groups here are those of the query before.') } : {}),
    };
    this.#options.page.run(this.#state);
  }

  /** The sentence for what went wrong, which the log hears of too. */
  failureText(error: unknown): string {
    this.#options.onFailure(error);
    const problem = unsentReason(error);
    return problem !== undefined
      ? l10n.t('The query was not sent. {problem}', { problem })
      : reasonText(error, this.#options.environmentName()).message;
  }

  /** What helps against a failure; nothing where the query has to change. */
  #nextOf(error: unknown): { readonly next?: NextOfRun } {
    if ('unsent' in unsent(error)) return {};
    const { environmentName, canSignIn } = this.#options;
    const { nextSteps } = reasonText(error, environmentName());
    if (canSignIn === true && nextSteps.includes('signIn')) return { next: 'signIn' };
    return nextSteps.includes('retry') ? { next: 'retry' } : {};
  }

  /** Shows the rows of one group only; all rows when undefined. */
  choose(group: string | undefined): void {
    this.#result.choose(group);
    this.showGrid();
    if (this.#state.phase === 'done') this.show({ phase: 'done', text: this.#countText() });
  }

  /** Webhooks and steps are called something else now. */
  renamed(): void {
    if (this.#result.loaded === 0) return;
    this.#result.renamed();
    this.showGrid();
    this.#options.page.failures(this.failures());
  }

  /** Shows the view of the result anew. */
  showGrid(): void {
    const { page } = this.#options;
    page.grid(this.#result.grid());
    page.selection(this.#result.selection());
  }

  async #begin(
    keepUntil: number | undefined,
    all: boolean,
    rowsPerPage: number | undefined,
    goesOn = false,
  ): Promise<void> {
    this.#reading?.abort.abort();
    if (this.#query === undefined) return;
    const abort = new AbortController();
    const asked = { rowsPerPage, ahead: all, parts: true };
    const run = this.#options.jobs.run(this.#query, abort.signal, asked);
    const pages = run[Symbol.asyncIterator]();
    const reading = { abort, pages, result: this.#newResult(), keepUntil, all, isAmid: false, goesOn };
    await this.#read((this.#reading = reading));
  }

  async #read(reading: Reading): Promise<void> {
    this.#reads = true;
    this.show({ phase: 'running', text: l10n.t('Running…') });
    let state: RunState | undefined;
    try {
      do await this.#next(reading);
      while (this.#goesOn(reading));
      if (this.#reading === reading)
        state = reading.abort.signal.aborted ? undefined : { phase: 'done', text: this.#countText() };
    } catch (error) {
      if (this.#reading !== reading) return;
      if (!isCancellation(error) && !reading.abort.signal.aborted)
        state = { phase: 'failed', text: this.failureText(error), ...unsent(error), ...this.#nextOf(error) };
    }
    if (this.#reading !== reading) return;
    this.#reads = false;
    this.#ended(reading, state ?? { phase: 'cancelled', text: l10n.t('Cancelled.') });
  }

  async #next(reading: Reading): Promise<void> {
    const { result } = reading;
    let widened = false;
    do {
      const next = await reading.pages.next();
      if (this.#reading !== reading || reading.abort.signal.aborted) return;
      const page = next.done === true ? { rows: [], more: false } : next.value;
      if (result.add(page)) widened = true;
      reading.isAmid = page.partial === true;
    } while (reading.isAmid);
    if (result === this.#result) {
      if (widened) this.#showNew();
      else this.#options.page.extent(result.extent());
    } else {
      const { keepUntil } = reading;
      // What was there stays until all of it has come anew.
      if (keepUntil !== undefined && result.loaded < keepUntil && result.more) {
        if (keepUntil > MANY) this.show({ phase: 'running', text: readAgainText(result.loaded, keepUntil) });
        return;
      }
      this.#replace(reading);
      this.#failuresShown = -Infinity;
    }
    this.#find(reading, !result.more);
    this.#showFailures(reading.all && result.more);
    if (reading.all && result.more) this.show({ phase: 'running', text: this.#countText() });
  }

  /** @param goesOn the next page comes by itself: nobody reads groups that change at every page */
  #showFailures(goesOn: boolean): void {
    const now = performance.now();
    this.#failuresWait = goesOn && now - this.#failuresShown < FAILURES_PAUSE;
    if (this.#failuresWait) return;
    this.#failuresShown = now;
    this.#options.page.failures(this.failures());
  }

  /** Goes to where the reader was before, once its rows are there, or no more come. */
  #find({ result }: Reading, whole: boolean): void {
    const bookmark = this.#bookmark;
    if (bookmark === undefined || result !== this.#result || !result.goTo(bookmark, whole)) return;
    this.#bookmark = undefined;
    this.showGrid();
  }

  /** The result takes the place of the one before. */
  #replace({ result, keepUntil, goesOn }: Reading): void {
    const before = this.#result;
    if (keepUntil !== undefined) result.continueFrom(before);
    if (goesOn) result.countedAs(before);
    result.follow(before);
    this.#result = result;
    this.#isBefore = false;
    this.#showNew();
  }

  #showNew(): void {
    this.showGrid();
    void this.#nameColumns(this.#result);
  }

  /**
   * Puts the environment's headings over the columns of other tables when their rows are on screen already. Where they
   * cannot be read, the names stay.
   */
  async #nameColumns(result: JobResult): Promise<void> {
    const { headings, page, onFailure } = this.#options;
    const keys = result.columns.flatMap(({ key, label }) => (key === label ? key : []));
    this.#naming?.abort();
    if (headings === undefined || this.#query === undefined || keys.length === 0) return;
    const naming = new AbortController();
    this.#naming = naming;
    try {
      const found = await headings(this.#query, keys, naming.signal);
      if (naming.signal.aborted || result !== this.#result || !result.name(found)) return;
      page.columns({ version: result.version, columns: [...result.columns] });
    } catch (error) {
      if (!isCancellation(error) && !naming.signal.aborted) onFailure(error);
    }
  }

  #goesOn(reading: Reading): boolean {
    const { result, abort } = reading;
    if (this.#reading !== reading || abort.signal.aborted || !result.more) return false;
    // One page more than before: new rows may have come on top.
    const sought = this.#bookmark !== undefined && result.loaded <= this.#bookmark.loaded;
    return result !== this.#result || ((reading.all || sought) && result.loaded < MOST_ROWS);
  }

  #ended(reading: Reading, state: RunState): void {
    this.#find(reading, state.phase === 'done');
    this.#brokeInAll = state.phase === 'failed' && reading.all;
    if (state.phase !== 'done') {
      // The pages are over; whoever asks for more gets them from a new reading, if these rows are of the query.
      this.#reading = undefined;
      if (reading.result === this.#result) {
        if (reading.isAmid) this.showGrid();
      } else if (reading.keepUntil === undefined) {
        this.#result.end();
        this.#options.page.extent(this.#result.extent());
      }
    }
    if (this.#result.settle()) this.showGrid();
    if (this.#failuresWait) this.#showFailures(false);
    this.show(state);
  }

  #newResult(): JobResult {
    const { times, told } = this.#options;
    const format = (date: Date): string => times().text(date);
    return new JobResult(format, this.#query?.sorting, told, expandedBy(this.#query));
  }

  #countText(): string {
    return countText(this.#result, this.#query === undefined || otherTable(this.#query) === undefined);
  }
}

/** A query that cannot be read has gone nowhere. */
function unsent(error: unknown): Pick<RunState, 'unsent'> {
  return unsentReason(error) === undefined ? {} : { unsent: true };
}
