import * as z from 'zod/mini';
import {
  KeptJobsPanel,
  type Place,
  type Acted,
  type Bookmark,
  type Cell,
  type Choices,
  type Extent,
  type Failures,
  type FromJobsPage,
  type Grid,
  type GridColumn,
  type GridRow,
  type JobDetails,
  type JobsPanelState,
  type JobsTexts,
  type QueryLanguage,
  type RunState,
  type Selection,
  type Sorting,
  type ToJobsPage,
} from '../../protocol/jobs';
import type { Traces } from '../../protocol/traces';
import type { Tops } from '../keptScroll';
import { panelInField, type CheckedQuery } from './queryState';
import { toggled, within, withRange, type Ranges } from './ranges';

/** Everything the page shows. Replaced, never changed in place. */
export interface PageState {
  readonly title: string;
  readonly texts: JobsTexts;
  readonly panel: JobsPanelState;
  readonly run: RunState;
  /** How the run is told to those who hear it: with every page of a long one, or of one that comes by scrolling, nobody would hear anything else. */
  readonly telling: { readonly hushed: boolean; readonly scrolled: boolean };
  readonly extent: Extent;
  readonly columns: readonly GridColumn[];
  readonly sorting: Sorting | undefined;
  /** The rows that are here, by position; the others are with the extension. */
  readonly rows: ReadonlyMap<number, GridRow>;
  readonly failures: Failures | undefined;
  /** Key of the group whose rows alone are shown. */
  readonly group: string | undefined;
  readonly selected: Ranges;
  /** What can be done with the selected rows. */
  readonly selection: Selection;
  /** The cell with the keyboard focus; the row of headings is -1. */
  readonly active: { readonly row: number; readonly column: number };
  /** Where a selection by Shift begins. */
  readonly anchor: number;
  readonly acted: Acted | undefined;
  /** What is told is how far an act has come, after it was told already that it is done. */
  readonly actGoesOn: boolean;
  /** What is known of the text of the query, as it was checked last. */
  readonly checked: CheckedQuery | undefined;
  /** The language whose text is replaced by the translation that has not come yet. */
  readonly awaiting: QueryLanguage | undefined;
  /** A text was left out because the field could not hold it. */
  readonly overfull: boolean;
  readonly details: JobDetails | undefined;
  /** What the trace log says of synchronous calls. */
  readonly traces: Traces | undefined;
  /** Id of the job whose details were asked for and are not here yet. */
  readonly opening: string | undefined;
  readonly choices: Choices;
  readonly watch: { readonly on: boolean; readonly news: Cell | undefined };
  /** How the reader has arranged the page. */
  readonly layout: Layout;
  /** Where the reader is, by ids, as the extension says it. */
  readonly bookmark: Bookmark | undefined;
  /** What has the focus, by a name that finds it again: `grid` for a cell, else an id. */
  readonly focus: string | undefined;
  /** How far parts of the page are scrolled, those of the open job under its id; the rows have a place of their own. */
  readonly tops: Tops;
}

/** The parts that are not folded as they were at first, and the widths that columns were given, in pixels by their keys. */
export const Layout = z.object({
  changed: z.array(z.string()),
  widths: z.record(z.string(), z.number()),
});
export type Layout = z.infer<typeof Layout>;

/** What is no part of the state, or is taken in by `queryState.ts`. */
type Elsewhere = 'bookmark' | 'checked' | 'suggestions' | 'load';

/** What the extension sent, as the page takes it in; what it says of the query is taken in by `queryState.ts`. */
export type Incoming = {
  [K in Exclude<keyof typeof ToJobsPage, Elsewhere>]: {
    readonly kind: K;
    readonly params: z.infer<(typeof ToJobsPage)[K]['params']>;
  };
}[Exclude<keyof typeof ToJobsPage, Elsewhere>];

const NO_LAYOUT: Layout = { changed: [], widths: {} };
const NO_SELECTION: Selection = { count: 0, can: [] };

/** The next state. Before the first `show` everything else is ignored. */
export function reduce(state: PageState | undefined, incoming: Incoming): PageState | undefined {
  if (incoming.kind === 'show') return shown(state, incoming.params);
  if (state === undefined) return undefined;
  switch (incoming.kind) {
    case 'title':
      return { ...state, title: incoming.params };
    case 'run':
      return afterRun(state, incoming.params);
    case 'state':
      // The language may have been changed meanwhile; both have been written.
      return { ...state, panel: { ...panelInField(incoming.params), language: state.panel.language } };
    case 'grid':
      return { ...state, ...ofGrid(incoming.params, state.active.row < 0) };
    case 'rows':
      return incoming.params.version === state.extent.version
        ? { ...state, rows: withRows(state.rows, incoming.params.from, incoming.params.rows) }
        : state;
    case 'extent':
      return incoming.params.version === state.extent.version
        ? { ...state, extent: { ...state.extent, ...incoming.params } }
        : state;
    case 'columns':
      return incoming.params.version === state.extent.version
        ? { ...state, columns: incoming.params.columns }
        : state;
    case 'selection':
      return { ...state, selection: incoming.params };
    case 'failures':
      return { ...state, failures: incoming.params };
    case 'choices':
      return { ...state, choices: incoming.params };
    case 'watch':
      // Kept over a reload of the window, beside a query that is being edited.
      return {
        ...state,
        watch: { on: incoming.params.on, news: incoming.params.news },
        telling: { ...state.telling, hushed: false },
        panel: { ...state.panel, watched: incoming.params.on },
      };
    case 'acted':
      return {
        ...state,
        acted: incoming.params,
        actGoesOn: incoming.params?.going === true && state.acted?.going === true,
      };
    case 'traces':
      return { ...state, traces: incoming.params };
    case 'details':
      return { ...state, details: incoming.params, opening: undefined };
  }
}

function shown(before: PageState | undefined, params: z.infer<typeof ToJobsPage.show.params>): PageState {
  const {
    title,
    texts,
    state: panel,
    run,
    grid,
    failures,
    details,
    choices,
    selection,
    watched,
    news,
  } = params;
  return {
    title,
    texts,
    panel: panelInField(panel),
    run,
    failures,
    details,
    opening: undefined,
    ...ofGrid(grid, false),
    selection: selection ?? NO_SELECTION,
    choices: choices ?? { webhooks: [], steps: [] },
    watch: { on: watched === true, news },
    telling: { hushed: false, scrolled: false },
    acted: before?.acted,
    actGoesOn: before?.actGoesOn === true,
    traces: before?.traces,
    checked: before?.checked,
    awaiting: undefined,
    overfull: false,
    layout: before?.layout ?? NO_LAYOUT,
    bookmark: before?.bookmark,
    focus: before?.focus,
    tops: before?.tops ?? {},
  };
}

/**
 * What a grid brings; its rows replace all that were here.
 * @param inHeadings the focus is on a heading, where it stays: of the column that the rows are sorted by
 */
function ofGrid(
  grid: Grid,
  inHeadings: boolean,
): Pick<PageState, 'extent' | 'columns' | 'sorting' | 'group' | 'rows' | 'selected' | 'active' | 'anchor'> {
  const { columns, rows, from, sorting, group, place, ...extent } = grid;
  const active = Math.min(place.active, Math.max(0, extent.count - 1));
  return {
    extent,
    columns,
    sorting,
    group,
    rows: withRows(new Map(), from, rows),
    selected: within(place.selected, extent.count),
    active: {
      row: inHeadings ? -1 : active,
      column: Math.min(place.column, Math.max(0, columns.length - 1)),
    },
    anchor: active,
  };
}

/** Rows beyond these, far from those that have just come, are let go. */
const MOST_ROWS = 3000;

function withRows(
  before: ReadonlyMap<number, GridRow>,
  from: number,
  added: readonly GridRow[],
): ReadonlyMap<number, GridRow> {
  const near = (position: number): boolean =>
    position > from - MOST_ROWS / 2 && position < from + added.length + MOST_ROWS / 2;
  const rows = new Map(
    before.size + added.length > MOST_ROWS ? [...before].filter(([position]) => near(position)) : before,
  );
  added.forEach((row, at) => rows.set(from + at, row));
  return rows;
}

function afterRun(state: PageState, run: RunState): PageState {
  // A job that could not be opened is told as a failed run.
  return {
    ...state,
    run,
    telling: toldOf(state, run),
    opening: run.phase === 'failed' ? undefined : state.opening,
  };
}

function toldOf({ run: before, telling: { scrolled } }: PageState, run: RunState): PageState['telling'] {
  const goesOn = run.phase === 'running' && before.phase === 'running';
  return { hushed: goesOn || scrolled, scrolled: scrolled && run.phase === 'running' };
}

/** The state after the next rows were asked for because the reader came near the end of those that are here. */
export function scrolledOn(state: PageState): PageState {
  return { ...state, telling: { ...state.telling, scrolled: true } };
}

/** The state after a row alone was chosen; one with an id is being opened, unless it is open already. */
export function rowChosen(state: PageState, row: number): PageState {
  const id = state.rows.get(row)?.id;
  const opening = id === state.details?.id ? undefined : id;
  return {
    ...moved(state, row, state.active.column),
    anchor: row,
    selected: [{ from: row, to: row + 1 }],
    opening,
  };
}

/** The state after the focus went to a cell. */
export function moved(state: PageState, row: number, column: number): PageState {
  return { ...state, active: { row, column } };
}

/** The state after one row was added to the selection or taken out of it. */
export function rowToggled(state: PageState, row: number): PageState {
  return { ...moved(state, row, state.active.column), anchor: row, selected: toggled(state.selected, row) };
}

/** The state after the rows from the anchor to another were added to the selection. */
export function rowsSelected(state: PageState, to: number): PageState {
  const range = { from: Math.min(state.anchor, to), to: Math.max(state.anchor, to) + 1 };
  return { ...moved(state, to, state.active.column), selected: withRange(state.selected, range) };
}

/** The state after all rows were selected, also those that are not here. */
export function allSelected(state: PageState): PageState {
  const { count } = state.extent;
  return { ...state, selected: count === 0 ? [] : [{ from: 0, to: count }] };
}

/** The state after a part of the page was folded or unfolded; `changed` when it is not as it was at first. */
export function folded(state: PageState, part: string, changed: boolean): PageState {
  const others = state.layout.changed.filter((each) => each !== part);
  return { ...state, layout: { ...state.layout, changed: changed ? [...others, part] : others } };
}

/** The state after a column was given a width, in pixels; its own again when undefined. */
export function resized(state: PageState, key: string, width: number | undefined): PageState {
  const { [key]: _, ...others } = state.layout.widths;
  const widths = width === undefined ? others : { ...others, [key]: Math.max(MIN_WIDTH, Math.round(width)) };
  return { ...state, layout: { ...state.layout, widths } };
}

const MIN_WIDTH = 40;

/** Something is under way: rows, or the details of a job. */
export function isBusy(state: Pick<PageState, 'run' | 'opening'>): boolean {
  return state.run.phase === 'running' || state.opening !== undefined;
}

/**
 * What the page leaves with the editor. It is a `KeptJobsPanel` with the arrangement added, so that the extension can
 * bring the panel back from it.
 */
export const Kept = z.extend(KeptJobsPanel, {
  layout: z._default(Layout, NO_LAYOUT),
  focus: z.optional(z.string()),
  tops: z._default(z.record(z.string(), z.number()), {}),
});
export type Kept = z.infer<typeof Kept>;

/** What is kept of a state: also a text that is too long, because the page is built anew whenever its tab comes back. */
export function kept({ panel, layout, bookmark, focus, tops }: PageState): Kept {
  return { ...panel, layout, bookmark, focus, tops };
}

/**
 * The first state of a page that was there before: with the text as it was edited, which the extension hears of only
 * when it is run. A report that has not run yet is a new one, even of the same scope; only the arrangement is of use.
 */
export function restored(state: PageState, before: Kept): PageState {
  const { scope, environmentId } = state.panel;
  const { layout, bookmark, focus, tops, ...panel } = before;
  const same =
    before.environmentId === environmentId &&
    before.scope.kind === scope.kind &&
    before.scope.id === scope.id;
  if (!same) return { ...state, layout };
  const there = { ...state, layout, bookmark, focus, tops };
  // Until the extension has found that place again, it is kept for the next reload.
  return state.run.phase === 'idle' ? there : { ...there, panel: { ...panel, scope } };
}

/** Where a key moves the focus in the grid; undefined when it is no key of the grid. Headings are the row -1. */
export function cellAfterKey(
  key: string,
  command: boolean,
  active: PageState['active'],
  size: { readonly rows: number; readonly columns: number; readonly page: number },
): PageState['active'] | undefined {
  const lastRow = size.rows - 1;
  const lastColumn = Math.max(0, size.columns - 1);
  const { row, column } = active;
  const down = (by: number): PageState['active'] => ({
    row: Math.max(-1, Math.min(lastRow, row + by)),
    column,
  });
  switch (key) {
    case 'ArrowDown':
      return command ? { row: lastRow, column } : down(1);
    case 'ArrowUp':
      return command ? { row: Math.min(0, lastRow), column } : down(-1);
    case 'PageDown':
      return down(size.page);
    case 'PageUp':
      return { row: Math.max(Math.min(0, row), row - size.page), column };
    case 'ArrowRight':
      return { row, column: Math.min(lastColumn, column + 1) };
    case 'ArrowLeft':
      return { row, column: Math.max(0, column - 1) };
    case 'Home':
      return command ? { row: Math.min(0, lastRow), column: 0 } : { row, column: 0 };
    case 'End':
      return command ? { row: lastRow, column: lastColumn } : { row, column: lastColumn };
    default:
      return undefined;
  }
}

/** Where the reader is, for the extension. */
export function placeOf(state: PageState, top: number): Place {
  return {
    selected: [...state.selected],
    active: Math.max(0, state.active.row),
    column: state.active.column,
    top,
  };
}

/** Characters of a cell that are put on screen; the rest is in the details, or in the copied cell. */
const CELL_LIMIT = 300;

/** What a cell shows of its text: a message of 100,000 characters would make every layout slow. */
export function shownCell(text: string): string {
  return text.length <= CELL_LIMIT ? text : `${text.slice(0, CELL_LIMIT).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** What the page sends. */
export type Outgoing = {
  [K in keyof typeof FromJobsPage]: readonly [K, z.infer<(typeof FromJobsPage)[K]['params']>];
}[keyof typeof FromJobsPage];
