import { render } from 'lit';
import { FromJobsPage, QueryLanguage, ToJobsPage, type Bookmark } from '../../protocol/jobs';
import { dispatch } from '../../protocol/message';
import type { PageActions } from './actions';
import { bringIntoSight, cellElement, columnOf, pageRows, putOnTop, sightNow, topRow } from './gridRoom';
import { sizeOf } from './ranges';
import { missingWindows, WINDOW_ROWS, type Sight } from './sight';
import {
  allSelected,
  cellAfterKey,
  folded,
  Kept,
  kept,
  moved,
  placeOf,
  reduce,
  resized,
  restored,
  rowChosen,
  rowsSelected,
  rowToggled,
  scrolledOn,
  type Incoming,
  type Outgoing,
  type PageState,
} from './state';
import { QueryCheck, reveal } from './queryCheck';
import {
  edited,
  isTooLong,
  languageChosen,
  marksOf,
  queryChecked,
  queryIn,
  queryLoaded,
  sendable,
} from './queryState';
import { Suggestions } from './suggestions';
import { page } from './view';
import { keepFocus, onEscape } from '../keptFocus';

const host = acquireVsCodeApi();
let state: PageState | undefined;
let sight: Sight = { from: 0, to: 0 };
/** Beginnings of the windows of rows that were asked for and are not here yet. */
const asked = new Set<number>();
/** The focus goes into the details when they were opened with the keyboard; a click leaves it on the cell. */
let focusDetails = false;
/** The button that the open job was asked for with; where it was a row, the focus goes back to that. */
let opener: string | undefined;
let frame = 0;

const check = new QueryCheck((question) => send('check', sendable(question)));
const suggestions = new Suggestions({ ask: (question) => send('suggest', question), state: () => state });
/** The first mark that keeps the query from being sent gets the caret when it comes. */
let revealing = false;

function send(...[key, params]: Outgoing): void {
  host.postMessage({ method: FromJobsPage[key].method, params });
}

function draw(): void {
  const root = document.getElementById('root');
  if (state === undefined || root === null) return;
  render(page(state, sight, actions), root);
}

/** @param told by the extension, which knows then where the reader is */
function show(next: PageState | undefined, told = false): void {
  const before = state;
  state = next;
  if (next === undefined) return;
  const { count } = next.extent;
  sight = sightNow(count);
  draw();
  // With other parts around it, the grid may have another height now.
  const now = sightNow(count);
  if (now.from < sight.from || now.to > sight.to) {
    sight = now;
    draw();
  }
  askForRows(next);
  // The state brings the panel back after the window was reloaded, so it is kept when it has changed.
  if (before?.panel !== next.panel || before.layout !== next.layout) host.setState(kept(next));
  // The extension keeps the place over a refresh and a reload, also where nothing is selected.
  const isElsewhere = before?.selected !== next.selected || before.active !== next.active;
  if (!told && before !== undefined && isElsewhere) sendPlace();
}

/** Kept, and nothing else: it changes with every key, and shows nowhere. */
function keepBookmark(params: Bookmark): void {
  if (state === undefined) return;
  state = { ...state, bookmark: params };
  host.setState(kept(state));
}

function askForRows({ rows, extent }: PageState): void {
  for (const from of missingWindows(sight, (position) => rows.has(position), asked)) {
    asked.add(from);
    send('window', { version: extent.version, from, count: WINDOW_ROWS });
  }
}

function sendPlace(): void {
  if (state !== undefined) send('place', { version: state.extent.version, place: placeOf(state, topRow()) });
}

function receive(incoming: Incoming): void {
  const first = state === undefined;
  const inDetails = incoming.kind === 'details' && hasFocusIn('aside');
  const inGrid = incoming.kind === 'grid' && hasFocusIn('table[role]');
  if (incoming.kind === 'grid' || incoming.kind === 'show') asked.clear();
  if (incoming.kind === 'rows') asked.delete(incoming.params.from);
  const next = reduce(state, incoming);
  if (incoming.kind === 'rows') {
    fill(next);
    return;
  }
  const before = first && next !== undefined ? Kept.safeParse(host.getState()) : undefined;
  show(next !== undefined && before?.success === true ? restored(next, before.data) : next, true);
  if (incoming.kind === 'show') afterGrid(incoming.params.grid.place.top);
  if (incoming.kind === 'grid') afterGrid(incoming.params.place.top);
  if (inGrid) focusCell();
  // A text of the user's own may have come from anywhere.
  if (first && state?.panel.handWritten === true) check.now(queryIn(state));
  if (incoming.kind !== 'details') return;
  if (incoming.params === undefined) {
    if (inDetails) leaveDetails();
  } else if (focusDetails || inDetails) document.getElementById('details')?.focus();
  focusDetails = false;
}

/** Rows that come while somebody scrolls change no height, so nothing is measured for them. */
function fill(next: PageState | undefined): void {
  if (next === undefined || next === state) return;
  state = next;
  draw();
  askForRows(next);
}

function hasFocusIn(selector: string): boolean {
  return document.activeElement?.closest(selector) instanceof HTMLElement;
}

function afterGrid(top: number): void {
  putOnTop(top);
  show(state);
}

function revealMalformed(): void {
  const mark = state === undefined ? undefined : marksOf(state).find(({ malformed }) => malformed);
  if (!revealing || mark === undefined) return;
  revealing = false;
  reveal(mark.start, mark.end);
}

/** The extension takes no such text, and would keep the first part of it only; it is marked, and gets the caret. */
function markTooLong(long: PageState): void {
  revealing = true;
  check.now(queryIn(long));
}

const actions: PageActions = {
  edit: (text) => {
    if (state === undefined) return;
    revealing = false;
    show(edited(state, text));
    check.soon(queryIn(state));
  },
  overfull: () => show(state && { ...state, overfull: true }),
  query: (key) => {
    if (state === undefined) return;
    if (key === 'choose') send(key, {});
    else if (isTooLong(queryIn(state))) markTooLong(state);
    else send(key, queryIn(state));
  },
  reveal,
  chooseLanguage: (text) => {
    const language = QueryLanguage.safeParse(text);
    if (state !== undefined && language.success) show(languageChosen(state, language.data));
  },
  run: () => {
    if (state === undefined || state.run.phase === 'running') return;
    // What cannot be read is not sent on by the extension; here it is marked, and gets the caret.
    revealing = true;
    if (isTooLong(queryIn(state))) {
      markTooLong(state);
      return;
    }
    if (state.panel.handWritten === true) check.now(queryIn(state));
    send('run', queryIn(state));
  },
  filter: (fields) => {
    // The next choice may come before the query for this one has been written.
    if (state !== undefined) show({ ...state, panel: { ...state.panel, filter: fields } });
    send('filter', fields);
  },
  allTimes: () => {
    if (state?.panel.filter === undefined) return;
    const { from: _, to: __, ...rest } = state.panel.filter;
    actions.filter({ ...rest, period: 'all' });
    // Its button goes away; the choice that it has made is here.
    document.getElementById('period')?.focus();
  },
  endAct: () => send('cancel', {}),
  cancel: () => {
    if (state?.run.phase !== 'running') return;
    send('cancel', {});
    // The button that is told to end a run goes away with it.
    if (document.activeElement?.id === 'endRun') focusCell();
  },
  more: () => {
    send('more', {});
    // The button goes away while the rows are read, so the focus goes where they will be.
    focusCell();
  },
  all: () => {
    send('all', {});
    focusCell();
  },
  goOn: () => {
    send('goOn', {});
    // Its button goes away with what went wrong.
    if ((state?.extent.count ?? 0) > 0) focusCell();
    else document.getElementById('refresh')?.focus();
  },
  refresh: () => send('refresh', {}),
  watch: (on) => send('watch', { on }),
  chooseGroup: (group) => {
    send('group', group === undefined ? {} : { group });
    // Showing all rows again takes its button away; the groups get the focus.
    if (group === undefined) document.querySelector<HTMLElement>('.group[aria-pressed="true"]')?.focus();
  },
  openExample: () => {
    const id = state?.failures?.groups.find(({ key }) => key === state?.group)?.example;
    if (id === undefined) return;
    focusDetails = true;
    opener = 'openExample';
    send('open', { id });
  },
  export: (format) => send('export', { format }),
  act: (action) => send('act', { action }),
  open: (row, event) => {
    if (state === undefined) return;
    state = moved(state, state.active.row, columnOf(event) ?? state.active.column);
    // A click that ends a selection of text is no wish to open anything.
    if (getSelection()?.isCollapsed === false && !event.shiftKey) return;
    if (event.ctrlKey || event.metaKey) show(rowToggled(state, row));
    else if (event.shiftKey) {
      getSelection()?.removeAllRanges();
      show(rowsSelected(state, row));
    } else open(row, false);
    focusCell();
  },
  menu: (row, event) => {
    if (state === undefined) return;
    show(moved(state, row, columnOf(event) ?? state.active.column));
  },
  sort: (key) => {
    const sorting = state?.sorting;
    // A click leaves the focus on the heading, too; a row far below would take the sorted rows away from their top.
    if (state !== undefined) {
      const column = state.columns.findIndex((each) => each.key === key);
      show({ ...state, active: { row: -1, column: Math.max(0, column) } });
      sendPlace();
    }
    if (sorting?.key !== key) send('sort', { sorting: { key, descending: false } });
    else if (sorting.descending) send('sort', {});
    else send('sort', { sorting: { key, descending: true } });
  },
  resize: (key, event) => followPointer(key, event),
  resetWidth: (key) => {
    if (state !== undefined) show(resized(state, key, undefined));
  },
  scrolled: () => {
    // Many events, one picture.
    if (frame === 0) frame = requestAnimationFrame(onScroll);
  },
  fold: (part, changed) => {
    if (state !== undefined) show(folded(state, part, changed));
  },
  close: () => {
    send('close', {});
    leaveDetails();
  },
  copy: (text) => send('copy', { text }),
  remedy: (id, remedy) => send('remedy', { id, remedy }),
  follow: (id, link) => send('follow', { id, link }),
  endCorrelated: () => send('endCorrelated', {}),
  switchOnTrace: () => send('switchOnTrace', {}),
  followTrace: (id, link) => send('followTrace', { id, link }),
  key: onGridKey,
};

/** Rows before the end at which the next page is asked for. */
const NEAR_END = 30;
let placeTimer = 0;

function onScroll(): void {
  frame = 0;
  if (state === undefined) return;
  const { count, more } = state.extent;
  sight = sightNow(count);
  draw();
  askForRows(state);
  if (more && state.run.phase === 'done' && sight.to >= count - NEAR_END && topRow() > 0) {
    state = scrolledOn(state);
    send('more', {});
  }
  clearTimeout(placeTimer);
  placeTimer = window.setTimeout(sendPlace, 200);
}

function followPointer(key: string, down: PointerEvent): void {
  const grip = down.target;
  if (!(grip instanceof HTMLElement)) return;
  const width = grip.parentElement?.offsetWidth ?? 0;
  grip.setPointerCapture(down.pointerId);
  const follow = (event: PointerEvent): void => {
    const rightToLeft = getComputedStyle(grip).direction === 'rtl' ? -1 : 1;
    if (state !== undefined) show(resized(state, key, width + (event.clientX - down.clientX) * rightToLeft));
  };
  const end = (): void => grip.removeEventListener('pointermove', follow);
  grip.addEventListener('pointermove', follow);
  grip.addEventListener('lostpointercapture', end, { once: true });
}

function open(row: number, byKeyboard: boolean): void {
  if (state === undefined) return;
  show(rowChosen(state, row));
  const id = state.rows.get(row)?.id;
  if (id === undefined) return;
  focusDetails = byKeyboard;
  opener = undefined;
  send('open', { id });
}

function onGridKey(event: KeyboardEvent): void {
  if (state === undefined) return;
  const command = event.ctrlKey || event.metaKey;
  const done = command ? onCommandKey(event, state) : onPlainKey(event, state);
  if (done) {
    event.preventDefault();
    return;
  }
  if (event.altKey) return;
  const { count } = state.extent;
  const size = { rows: count, columns: state.columns.length, page: pageRows() };
  const next = cellAfterKey(event.key, command, state.active, size);
  if (next === undefined) return;
  event.preventDefault();
  const there = moved(state, next.row, next.column);
  show(
    event.shiftKey && next.row >= 0 && next.row !== state.active.row ? rowsSelected(there, next.row) : there,
  );
  focusCell();
}

function onCommandKey(event: KeyboardEvent, { active, selected, ...rest }: PageState): boolean {
  const now = { active, selected, ...rest };
  if (event.key === 'c' && getSelection()?.isCollapsed !== false) {
    sendPlace();
    const what = sizeOf(selected) > 1 ? 'selection' : 'cell';
    send('copyRows', { what, row: Math.max(0, active.row), column: active.column });
    return true;
  }
  if (event.key === 'a') {
    // The editor listens behind the page, and would select all its text as well; then a click would open no row.
    event.stopPropagation();
    show(allSelected(now));
  } else if (event.key === ' ' && active.row >= 0) show(rowToggled(now, active.row));
  else return false;
  return true;
}

/** Pixels that a key makes a column wider or narrower. */
const NUDGE = 16;

function onPlainKey(event: KeyboardEvent, now: PageState): boolean {
  const { row, column } = now.active;
  const key = now.columns[column]?.key;
  if (row < 0 && event.altKey && key !== undefined && /^Arrow(?:Left|Right)$/.test(event.key)) {
    const width = cellElement(row, column)?.offsetWidth ?? 0;
    show(resized(now, key, width + (event.key === 'ArrowRight' ? NUDGE : -NUDGE)));
    return true;
  }
  if (event.key !== 'Enter' && event.key !== ' ') return false;
  if (row < 0 && key !== undefined) actions.sort(key);
  else open(row, true);
  return true;
}

function leaveDetails(): void {
  const button = opener === undefined ? null : document.getElementById(opener);
  if (button === null) focusCell();
  else button.focus();
}

function focusCell(): void {
  if (state === undefined) return;
  bringIntoSight(state.active.row);
  sight = sightNow(state.extent.count);
  draw();
  askForRows(state);
  // The scroll is right already; the browser's own would show the row under the headings.
  cellElement(state.active.row, state.active.column)?.focus({ preventScroll: state.active.row >= 0 });
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  dispatch(
    ToJobsPage,
    {
      show: (params) => receive({ kind: 'show', params }),
      title: (params) => receive({ kind: 'title', params }),
      run: (params) => receive({ kind: 'run', params }),
      state: (params) => receive({ kind: 'state', params }),
      grid: (params) => receive({ kind: 'grid', params }),
      rows: (params) => receive({ kind: 'rows', params }),
      extent: (params) => receive({ kind: 'extent', params }),
      selection: (params) => receive({ kind: 'selection', params }),
      bookmark: keepBookmark,
      choices: (params) => receive({ kind: 'choices', params }),
      watch: (params) => receive({ kind: 'watch', params }),
      failures: (params) => receive({ kind: 'failures', params }),
      acted: (params) => receive({ kind: 'acted', params }),
      details: (params) => receive({ kind: 'details', params }),
      columns: (params) => receive({ kind: 'columns', params }),
      traces: (params) => receive({ kind: 'traces', params }),
      checked: (params) => {
        const query = check.about(params);
        if (state === undefined || query === undefined) return;
        show(queryChecked(state, query, params));
        revealMalformed();
      },
      suggestions: (params) => suggestions.answered(params),
      load: (params) => {
        if (state === undefined) return;
        show(queryLoaded(state, params));
        check.now(queryIn(state));
      },
    },
    event.data,
  );
});

onEscape(() => {
  if (state?.details !== undefined) actions.close();
});
window.addEventListener('resize', () => show(state));

keepFocus();
send('ready', { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
