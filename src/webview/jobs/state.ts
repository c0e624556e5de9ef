import * as z from 'zod/mini';
import {
  JobsPanelState,
  type Acted,
  type Failures,
  type FromJobsPage,
  type Grid,
  type GridRow,
  type JobDetails,
  type JobsTexts,
  type QueryLanguage,
  type RunState,
  type ToJobsPage,
} from '../../protocol/jobs';

/** Everything the page shows. Replaced, never changed in place. */
export interface PageState {
  readonly title: string;
  readonly texts: JobsTexts;
  readonly panel: JobsPanelState;
  readonly run: RunState;
  readonly grid: Grid;
  readonly failures: Failures | undefined;
  /** Key of the group whose rows alone are shown. */
  readonly group: string | undefined;
  /** The rows that are shown. */
  readonly shown: readonly GridRow[];
  /** Ids of the jobs that were selected to do something with them. */
  readonly selected: ReadonlySet<string>;
  readonly acted: Acted | undefined;
  readonly details: JobDetails | undefined;
  /** Id of the job whose details were asked for and are not here yet. */
  readonly opening: string | undefined;
  /** Index, among the rows that are shown, of the one that has the keyboard focus. */
  readonly activeRow: number;
}

/** What the extension sent, as the page takes it in. */
export type Incoming =
  | { readonly kind: 'show'; readonly params: z.infer<typeof ToJobsPage.show.params> }
  | { readonly kind: 'run'; readonly params: RunState }
  | { readonly kind: 'state'; readonly params: JobsPanelState }
  | { readonly kind: 'grid'; readonly params: Grid }
  | { readonly kind: 'rows'; readonly params: z.infer<typeof ToJobsPage.rows.params> }
  | { readonly kind: 'failures'; readonly params: Failures | undefined }
  | { readonly kind: 'acted'; readonly params: Acted | undefined }
  | { readonly kind: 'details'; readonly params: JobDetails | undefined };

/** The next state. Before the first `show` everything else is ignored. */
export function reduce(state: PageState | undefined, incoming: Incoming): PageState | undefined {
  if (incoming.kind === 'show') {
    const { title, texts, state: panel, run, grid, failures, details } = incoming.params;
    const activeRow = state?.activeRow ?? 0;
    const next = { title, texts, panel, run, grid, failures, details, activeRow, opening: undefined };
    return withShown({
      ...next,
      group: state?.group,
      shown: [],
      selected: state?.selected ?? new Set(),
      acted: state?.acted,
    });
  }
  if (state === undefined) return undefined;
  switch (incoming.kind) {
    case 'run':
      return afterRun(state, incoming.params);
    case 'state':
      // The language may have been changed meanwhile; both have been written.
      return { ...state, panel: { ...incoming.params, language: state.panel.language } };
    case 'grid':
      return withShown({ ...state, grid: incoming.params, selected: new Set() });
    case 'rows': {
      const { rows, more, total } = incoming.params;
      const grid = { ...state.grid, rows: [...state.grid.rows, ...rows], more };
      return withShown({ ...state, grid: total === undefined ? grid : { ...grid, total } });
    }
    case 'failures':
      return withShown({ ...state, failures: incoming.params });
    case 'acted':
      return { ...state, acted: incoming.params };
    case 'details':
      return { ...state, details: incoming.params, opening: undefined };
  }
}

/** A job that cannot be opened is reported as a failure of the run: then nothing is awaited any more. */
function afterRun(state: PageState, run: RunState): PageState {
  return { ...state, run, opening: run.phase === 'failed' ? undefined : state.opening };
}

/** The state after a group was chosen, or all rows again. */
export function groupChosen(state: PageState, group: string | undefined): PageState {
  return withShown({ ...state, group, activeRow: 0 });
}

/** A group that is not there any more, after another query, hides nothing. */
function withShown(state: PageState): PageState {
  const group =
    state.failures?.groups.some(({ key }) => key === state.group) === true ? state.group : undefined;
  const shown = group === undefined ? state.grid.rows : state.grid.rows.filter((row) => row.group === group);
  return { ...state, group, shown, activeRow: withinRows(state.activeRow, shown.length) };
}

function withinRows(index: number, count: number): number {
  return Math.min(index, Math.max(0, count - 1));
}

/** The state after the text of the query was edited. */
export function edited(state: PageState, text: string): PageState {
  const { panel } = state;
  const queries = { ...panel.queries, [panel.language]: text };
  return { ...state, panel: { ...panel, queries, handWritten: true } };
}

/** The state after the other language was chosen. */
export function languageChosen(state: PageState, language: QueryLanguage): PageState {
  return { ...state, panel: { ...state.panel, language } };
}

/** The state after a row was chosen; a row with an id is being opened, unless it is open already. */
export function rowChosen(state: PageState, row: GridRow, index: number): PageState {
  const opening = row.id === state.details?.id ? undefined : row.id;
  return { ...state, activeRow: index, opening };
}

/** The rows that something can be done with: those that were selected, else the one that is open. */
export function selectedRows(state: PageState): readonly GridRow[] {
  const { selected, details, shown } = state;
  if (selected.size === 0) return details === undefined ? [] : shown.filter((row) => row.id === details.id);
  return shown.filter((row) => row.id !== undefined && selected.has(row.id));
}

/** The state after one row was added to the selection or taken out of it. */
export function rowToggled(state: PageState, index: number): PageState {
  const id = state.shown[index]?.id;
  const selected = new Set(state.selected);
  if (id !== undefined && !selected.delete(id)) selected.add(id);
  return { ...state, activeRow: index, selected };
}

/** The state after the rows from the active one to another were added to the selection. */
export function rowsSelected(state: PageState, from: number, to: number): PageState {
  const ids = state.shown.slice(Math.min(from, to), Math.max(from, to) + 1).flatMap((row) => row.id ?? []);
  return { ...state, activeRow: to, selected: new Set([...state.selected, ...ids]) };
}

/** Something is under way: rows, or the details of a job. */
export function isBusy(state: PageState): boolean {
  return state.run.phase === 'running' || state.opening !== undefined;
}

/**
 * What the page leaves with the editor. It is a `JobsPanelState` with the row of the keyboard added, so that the
 * extension can bring the panel back from it.
 */
export const Kept = z.extend(JobsPanelState, {
  activeRow: z._default(z.int().check(z.gte(0)), 0),
  group: z.optional(z.string()),
});
export type Kept = z.infer<typeof Kept>;

/** What is kept of a state. */
export function kept(state: PageState): Kept {
  const { panel, activeRow, group } = state;
  return { ...panel, activeRow, ...(group === undefined ? {} : { group }) };
}

/**
 * The first state of a page that was there before: with the text as it was edited, which the extension hears of only
 * when it is run. A report that has not run yet is a new one, even of the same scope; what was kept is not of it.
 */
export function restored(state: PageState, before: Kept): PageState {
  const { scope, environmentId } = state.panel;
  const same =
    before.environmentId === environmentId &&
    before.scope.kind === scope.kind &&
    before.scope.id === scope.id;
  if (!same || state.run.phase === 'idle') return state;
  const { activeRow, group, ...panel } = before;
  return withShown({ ...state, panel: { ...panel, scope }, activeRow, group });
}

/** Where a key moves the active row of the grid; undefined when it is no key of the grid. */
export function rowAfterKey(key: string, active: number, count: number, page = 10): number | undefined {
  const last = Math.max(0, count - 1);
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, active + 1);
    case 'ArrowUp':
      return Math.max(0, active - 1);
    case 'PageDown':
      return Math.min(last, active + page);
    case 'PageUp':
      return Math.max(0, active - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

/** A row for the clipboard: its cells with tabs between them, each on one line. */
export function rowText(row: GridRow): string {
  return row.cells.map((cell) => cell.text.replace(/\s+/g, ' ').trim()).join('\t');
}

/** Characters of a cell that are put on screen; the rest is in the details, or in the copied row. */
const CELL_LIMIT = 300;
/** Above this a column is for reading and gets more room, in characters. */
const WIDE_TEXT = 60;

/** What a cell shows of its text: a message of 100,000 characters would make every layout slow. */
export function shownCell(text: string): string {
  return text.length <= CELL_LIMIT ? text : `${text.slice(0, CELL_LIMIT).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Rows that are looked at to find the columns with long texts: enough to know them, few enough for any result. */
const ROWS_LOOKED_AT = 200;

/** The columns with long texts, by their index. */
export function wideColumns(grid: Grid): ReadonlySet<number> {
  const wide = new Set<number>();
  for (const row of grid.rows.slice(0, ROWS_LOOKED_AT)) {
    row.cells.forEach((cell, index) => {
      if (cell.text.length > WIDE_TEXT) wide.add(index);
    });
  }
  return wide;
}

/** What the page sends. */
export type Outgoing = {
  [K in keyof typeof FromJobsPage]: readonly [K, z.infer<(typeof FromJobsPage)[K]['params']>];
}[keyof typeof FromJobsPage];
