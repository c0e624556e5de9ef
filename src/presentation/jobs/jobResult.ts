import type { Page, Row } from '../../dataverse/webApi';
import { expandedRows } from '../../jobs/expandedRows';
import { FailureGrouping } from '../../jobs/grouping';
import type { JobCount } from '../../jobs/jobCount';
import { allowedActions } from '../../jobs/jobActions';
import { RowStore } from '../../jobs/rowStore';
import type {
  Bookmark,
  Extent,
  Grid,
  GridColumn,
  GridRow,
  JobAction,
  Place,
  Selection,
  Sorting,
  ToldNames,
} from '../../protocol/jobs';
import type { ResultHeading } from '../../queries/resultHeadings';
import { withHeadings } from './columnHeadings';
import { positionsOf, rangesOf } from './ranges';
import { bookmarkOf, placeAfter, placeOfBookmark, type RowIds } from './readerPlace';
import { RowGroups } from './rowGroups';
import { selectionOf } from './selectionOf';
import { gridColumns, gridRows, idColumn, mayTellWebhook, widenedColumns } from './resultGrid';
import { ViewOrder } from './viewOrder';

/** Rows that come with a grid; the page asks for the others. */
const FIRST_WINDOW = 100;

const JOB_ID = 'asyncoperationid';
const LOOKUP_TABLE = '@Microsoft.Dynamics.CRM.lookuplogicalname';

const NO_PLACE: Place = { selected: [], active: 0, column: 0, top: 0 };

/**
 * What one run has brought, and how it is looked at: which rows, in which order, where the reader is. Numbers and positions
 * of rows are those of the `ViewOrder`.
 */
export class JobResult {
  readonly #rows = new RowStore();
  readonly #grouping = new FailureGrouping();
  readonly #groups = new RowGroups();
  readonly #order = new ViewOrder(this.#rows, this.#groups, (stepId) => this.#told().get(stepId)?.webhook);
  readonly #format: (date: Date) => string;
  readonly #served: Sorting | undefined;
  readonly #told: () => ReadonlyMap<string, ToldNames>;
  readonly #expanded: ReadonlySet<string>;
  /** The column with the ids of the rows. */
  #idKey: string | undefined;
  #columns: readonly GridColumn[] = [];
  #headings: ReadonlyMap<string, ResultHeading> = new Map();
  #more = false;
  #total: number | undefined;
  #atLeast: number | undefined;
  #version = 0;
  #place = NO_PLACE;

  /**
   * @param served the order that the service has put the rows in, where it is not the usual one
   * @param told how webhooks and steps of one name are told apart, by the ids of steps
   * @param expanded what the query expands
   */
  constructor(
    format: (date: Date) => string,
    served?: Sorting,
    told: () => ReadonlyMap<string, ToldNames> = () => new Map(),
    expanded: ReadonlySet<string> = new Set(),
  ) {
    this.#format = format;
    this.#served = served;
    this.#told = told;
    this.#expanded = expanded;
  }

  get grouping(): FailureGrouping {
    return this.#grouping;
  }

  /** Rows that have come, in view or not. */
  get loaded(): number {
    return this.#rows.count;
  }

  get count(): number {
    return this.#order.count;
  }

  get more(): boolean {
    return this.#more;
  }

  get total(): number | undefined {
    return this.#total;
  }

  get sorting(): Sorting | undefined {
    return this.#order.sorting;
  }

  get group(): string | undefined {
    return this.#order.group;
  }

  get version(): number {
    return this.#version;
  }

  get place(): Place {
    return this.#place;
  }

  /** Takes a page in. True when the columns are other ones now, or rows are in sight that were not at the end. */
  add(page: Page): boolean {
    const from = this.#rows.count;
    const rows = expandedRows(page.rows, this.#expanded);
    this.#idKey ??= idColumn(rows[0]);
    // Kept and grouped one by one: a parsed row has left the processor's cache when it is looked at once more.
    for (let at = 0; at < rows.length; at += 1) this.#addRow(rows[at], page.rows[at]);
    this.#more = page.more;
    // A total that is only the service's limit would be read as the truth.
    if (page.total !== undefined && page.totalIsLimit !== true) this.#total = page.total;
    this.#order.added(from);
    const columns = this.#widened(rows);
    if (columns === this.#columns) return false;
    this.#columns = withHeadings(columns, this.#headings);
    this.#version += 1;
    return true;
  }

  #addRow(row: Row | undefined, asItCame: Row | undefined): void {
    if (row === undefined || asItCame === undefined) return;
    this.#rows.addRow(row);
    this.#groups.add(this.#grouping.add(asItCame));
  }

  /** The columns with those of rows that were taken in; they are gone through only when one can be new. */
  #widened(rows: readonly Row[]): readonly GridColumn[] {
    const hasNews = this.#rows.hasNews();
    if (!hasNews && !mayTellWebhook(this.#columns)) return this.#columns;
    return widenedColumns(this.#columns, gridColumns(rows));
  }

  get columns(): readonly GridColumn[] {
    return this.#columns;
  }

  /** Puts the environment's headings over the columns. True when any is another one now. */
  name(headings: ReadonlyMap<string, ResultHeading>): boolean {
    const columns = withHeadings(this.#columns, headings);
    const changed = columns !== this.#columns;
    this.#headings = headings;
    this.#columns = columns;
    return changed;
  }

  /** How many rows there are at all, counted apart from the query. */
  countedAll(count: JobCount): void {
    if (!this.#more) return;
    if (count.exact) this.#total = count.count;
    else this.#atLeast = count.count;
  }

  /** The same where another reading of the same rows was counted. */
  countedAs(before: JobResult): void {
    if (!this.#more) return;
    this.#total ??= before.#total;
    this.#atLeast ??= before.#atLeast;
  }

  /** Rows that there are at least, where no more is known. */
  get atLeast(): number | undefined {
    const atLeast = this.#atLeast ?? 0;
    // Where more have come than were counted, the count says nothing any more.
    return this.#total === undefined && atLeast > this.loaded ? atLeast : undefined;
  }

  /** The service has no more rows of it, or nobody can ask for them any more. */
  end(): void {
    this.#more = false;
  }

  /** Puts rows that have come meanwhile in their places. True when positions have changed. */
  settle(): boolean {
    if (!this.#order.isUnsorted) return false;
    this.#look(this.sorting, this.group);
    return true;
  }

  /** Webhooks of one name are told apart from now on; rows in the order of webhooks have other places then. */
  renamed(): void {
    if (this.sorting?.key === 'webhook') this.#look(this.sorting, this.group);
  }

  /** Takes the place of a result: messages about that one are not about this one. */
  follow(before: JobResult): void {
    this.#version = Math.max(this.#version, before.#version) + 1;
  }

  /** Sorts the rows there are. */
  sort(sorting: Sorting | undefined): void {
    this.#look(sorting, this.group);
  }

  /** Shows the rows of one group, or all. */
  choose(group: string | undefined): void {
    this.#look(this.sorting, group);
  }

  /** Looks at it as at the result before: same order, group, and the same rows selected, active and on top. */
  continueFrom(before: JobResult): void {
    this.#lookAs(before.sorting, before.group);
    this.#place = placeAfter(before.#place, before.#ids(), this.#ids());
  }

  /** What finds this place again after a reload of the window. @param opened id of the job that is open */
  bookmark(opened: string | undefined): Bookmark {
    return bookmarkOf(this.#place, this.#ids(), {
      loaded: this.loaded,
      ...(this.sorting === undefined ? {} : { sorting: this.sorting }),
      ...(this.group === undefined ? {} : { group: this.group }),
      ...(opened === undefined ? {} : { opened }),
    });
  }

  /**
   * Looks at it as a bookmark says, if its rows are there.
   * @param whole no more rows will come: what is there of them is enough
   * @returns whether that was done
   */
  goTo(bookmark: Bookmark, whole: boolean): boolean {
    const isThere = bookmark.sorting === undefined && placeOfBookmark(bookmark, this.#ids()).complete;
    if (!whole && !isThere) return false;
    this.#lookAs(bookmark.sorting, bookmark.group);
    this.#place = placeOfBookmark(bookmark, this.#ids()).place;
    return true;
  }

  /** The order and, where there is such a group, the group. */
  #lookAs(sorting: Sorting | undefined, wanted: string | undefined): void {
    const group = wanted !== undefined && this.#groups.has(wanted) ? wanted : undefined;
    if (sorting !== undefined || group !== undefined) this.#look(sorting, group);
  }

  /** The reader is somewhere else. */
  moved(place: Place): void {
    this.#place = place;
  }

  extent(): Extent {
    const total = this.#total;
    return {
      version: this.#version,
      count: this.count,
      more: this.#more,
      ...(total === undefined ? {} : { total }),
    };
  }

  /** The whole of it for the page, with the rows around where the reader is. */
  grid(): Grid {
    const from = Math.max(0, Math.min(this.#place.top, this.count - FIRST_WINDOW));
    const sorting = this.sorting ?? this.#served;
    return {
      ...this.extent(),
      columns: [...this.#columns],
      from,
      rows: this.window(from, FIRST_WINDOW),
      ...(sorting === undefined ? {} : { sorting }),
      ...(this.group === undefined ? {} : { group: this.group }),
      place: this.#place,
    };
  }

  /** Some rows as the page shows them. */
  window(from: number, count: number): GridRow[] {
    const numbers = Array.from({ length: Math.max(0, Math.min(count, this.count - from)) }, (_, at) =>
      this.#numberAt(from + at),
    );
    const rows = numbers.map((number) => this.#rows.row(number));
    const groupOf = (_: unknown, at: number): string | undefined => this.#groups.keyOf(numbers[at] ?? 0);
    return gridRows(rows, this.#columns, this.#format, groupOf, this.#told());
  }

  /** The job at a position; undefined for rows that are no jobs. */
  idAt(position: number): string | undefined {
    return this.valueAt(position, JOB_ID);
  }

  /** The jobs of the rows that have come, in the order they came. */
  *jobIds(): Iterable<string> {
    for (let at = 0; at < this.#rows.count; at += 1) {
      const id = this.#rows.value(at, JOB_ID);
      if (typeof id === 'string') yield id;
    }
  }

  /** Which of these jobs are among the rows that have come. */
  knownOf(ids: readonly string[]): ReadonlySet<string> {
    const [sought, known] = [new Set(ids), new Set<string>()];
    for (const id of this.jobIds()) {
      if (sought.size === known.size) break;
      if (sought.has(id)) known.add(id);
    }
    return known;
  }

  /** The ids and names of the selected jobs for which something is allowed. */
  selectedJobs(action: JobAction): ReadonlyMap<string, string> {
    const jobs = new Map<string, string>();
    for (const position of positionsOf(this.#place.selected, this.count)) {
      const number = this.#numberAt(position);
      const id = this.#rows.value(number, JOB_ID);
      if (typeof id !== 'string' || !this.#allowed(number).includes(action)) continue;
      const name = this.#rows.value(number, 'name');
      jobs.set(id, typeof name === 'string' ? name : id);
    }
    return jobs;
  }

  /** What can be done with the selected jobs. */
  selection(): Selection {
    const positions = [...positionsOf(this.#place.selected, this.count)];
    return selectionOf(positions.map((position) => this.#allowed(this.#numberAt(position))));
  }

  /** The row that a cell refers to, by a lookup; undefined for other cells. */
  lookupAt(position: number, column: number): { readonly table: string; readonly id: string } | undefined {
    const key = this.#columns[column]?.key;
    if (key === undefined || position >= this.count) return undefined;
    const number = this.#numberAt(position);
    const [id, table] = [this.#rows.value(number, key), this.#rows.value(number, `${key}${LOOKUP_TABLE}`)];
    return typeof id === 'string' && typeof table === 'string' ? { table, id } : undefined;
  }

  /** What a row has in a column that need not be shown, as text. */
  valueAt(position: number, key: string): string | undefined {
    const value = position >= this.count ? undefined : this.#rows.value(this.#numberAt(position), key);
    return typeof value === 'string' ? value : undefined;
  }

  /** The text of one cell, also of one that is too long to be shown whole. */
  cell(position: number, column: number): string {
    return this.#whole(position, column) ?? this.window(position, 1)[0]?.cells[column]?.text ?? '';
  }

  /** The same of all cells of a row. */
  cells(position: number): readonly string[] {
    const cells = this.window(position, 1)[0]?.cells ?? [];
    return cells.map(({ text }, column) => this.#whole(position, column) ?? text);
  }

  /** A text that is not kept whole in its row. */
  #whole(position: number, column: number): string | undefined {
    return this.#rows.whole(this.#numberAt(position), this.#columns[column]?.key ?? '');
  }

  #look(sorting: Sorting | undefined, group: string | undefined): void {
    const before = this.#place;
    const selected = new Set([...positionsOf(before.selected, this.count)].map((at) => this.#numberAt(at)));
    const active = this.#numberAt(before.active);
    this.#order.look(sorting, group);
    this.#version += 1;
    const positions: number[] = [];
    let activeAt = 0;
    for (let at = 0; at < this.count; at += 1) {
      const number = this.#numberAt(at);
      if (selected.has(number)) positions.push(at);
      if (number === active) activeAt = at;
    }
    this.#place = { ...before, selected: rangesOf(positions), active: activeAt, top: 0 };
  }

  #numberAt(position: number): number {
    return this.#order.numberAt(position);
  }

  #idAt(position: number): string {
    return (this.#idKey === undefined ? undefined : this.valueAt(position, this.#idKey)) ?? '';
  }

  #ids(): RowIds {
    return { count: this.count, idOf: (position) => this.#idAt(position) };
  }

  #allowed(number: number): readonly JobAction[] {
    if (typeof this.#rows.value(number, JOB_ID) !== 'string') return [];
    const status = this.#rows.value(number, 'statuscode');
    return typeof status === 'number' ? allowedActions(status) : [];
  }
}
