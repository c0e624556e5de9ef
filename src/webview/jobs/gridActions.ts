import { cellElement, columnOf, pageRows } from './gridRoom';
import { sizeOf } from './ranges';
import type { ShownPage } from './shownPage';
import {
  allSelected,
  cellAfterKey,
  moved,
  resized,
  rowChosen,
  rowsSelected,
  rowToggled,
  type PageState,
} from './state';

/** Pixels that a key makes a column wider or narrower. */
const NUDGE = 16;

/** What is done with rows and columns, by mouse and by key, and where the focus goes when an opened job comes and goes. */
export class GridActions {
  readonly #page: ShownPage;
  /** The focus goes into the details when they were opened with the keyboard; a click leaves it on the cell. */
  #focusDetails = false;
  /** The button that the open job was asked for with; where it was a row, the focus goes back to that. */
  #opener: string | undefined;

  constructor(page: ShownPage) {
    this.#page = page;
  }

  /** A row was clicked. */
  open(row: number, event: MouseEvent): void {
    const { state } = this.#page;
    if (state === undefined) return;
    const there = moved(state, state.active.row, columnOf(event) ?? state.active.column);
    this.#page.change(there);
    // A click that ends a selection of text is no wish to open anything.
    if (getSelection()?.isCollapsed === false && !event.shiftKey) return;
    if (event.ctrlKey || event.metaKey) this.#page.show(rowToggled(there, row));
    else if (event.shiftKey) {
      getSelection()?.removeAllRanges();
      this.#page.show(rowsSelected(there, row));
    } else this.#openRow(there, row, false);
    this.#page.focusCell();
  }

  /** The menu of a cell is about to be shown. */
  menu(row: number, event: MouseEvent): void {
    const { state } = this.#page;
    if (state === undefined) return;
    this.#page.show(moved(state, row, columnOf(event) ?? state.active.column));
  }

  /** Sorts by a column: up, down, and not at all. */
  sort(key: string): void {
    const { state } = this.#page;
    const sorting = state?.sorting;
    // A click leaves the focus on the heading, too; a row far below would take the sorted rows away from their top.
    if (state !== undefined) {
      const column = state.columns.findIndex((each) => each.key === key);
      this.#page.show({ ...state, active: { row: -1, column: Math.max(0, column) } });
      this.#page.sendPlace();
    }
    if (sorting?.key !== key) this.#page.send('sort', { sorting: { key, descending: false } });
    else if (sorting.descending) this.#page.send('sort', {});
    else this.#page.send('sort', { sorting: { key, descending: true } });
  }

  /** Opens the job that stands for the chosen group. */
  openExample(): void {
    const { state } = this.#page;
    const id = state?.failures?.groups.find(({ key }) => key === state.group)?.example;
    if (id === undefined) return;
    this.#focusDetails = true;
    this.#opener = 'openExample';
    this.#page.send('open', { id });
  }

  /** The width of a column follows the pointer. */
  resize(key: string, down: PointerEvent): void {
    const grip = down.target;
    if (!(grip instanceof HTMLElement)) return;
    const width = grip.parentElement?.offsetWidth ?? 0;
    grip.setPointerCapture(down.pointerId);
    const follow = (event: PointerEvent): void => {
      const { state } = this.#page;
      const rightToLeft = getComputedStyle(grip).direction === 'rtl' ? -1 : 1;
      const by = (event.clientX - down.clientX) * rightToLeft;
      if (state !== undefined) this.#page.show(resized(state, key, width + by));
    };
    const end = (): void => grip.removeEventListener('pointermove', follow);
    grip.addEventListener('pointermove', follow);
    grip.addEventListener('lostpointercapture', end, { once: true });
  }

  resetWidth(key: string): void {
    const { state } = this.#page;
    if (state !== undefined) this.#page.show(resized(state, key, undefined));
  }

  key(event: KeyboardEvent): void {
    const { state } = this.#page;
    if (state === undefined) return;
    const command = event.ctrlKey || event.metaKey;
    const done = command ? this.#onCommandKey(event, state) : this.#onPlainKey(event, state);
    if (done) {
      event.preventDefault();
      return;
    }
    if (event.altKey) return;
    const size = { rows: state.extent.count, columns: state.columns.length, page: pageRows() };
    const next = cellAfterKey(event.key, command, state.active, size);
    if (next === undefined) return;
    event.preventDefault();
    const there = moved(state, next.row, next.column);
    const isSelecting = event.shiftKey && next.row >= 0 && next.row !== state.active.row;
    this.#page.show(isSelecting ? rowsSelected(there, next.row) : there);
    this.#page.focusCell();
  }

  /** The details have come, or are gone. @param had the focus was in them */
  detailsCame(areThere: boolean, had: boolean): void {
    if (!areThere) {
      if (had) this.leaveDetails();
    } else if (this.#focusDetails || had) document.getElementById('details')?.focus();
    this.#focusDetails = false;
  }

  /** The focus goes back to what the job was opened from. */
  leaveDetails(): void {
    const button = this.#opener === undefined ? null : document.getElementById(this.#opener);
    if (button === null) this.#page.focusCell();
    else button.focus();
  }

  #openRow(state: PageState, row: number, byKeyboard: boolean): void {
    this.#page.show(rowChosen(state, row));
    const id = state.rows.get(row)?.id;
    if (id === undefined) return;
    this.#focusDetails = byKeyboard;
    this.#opener = undefined;
    this.#page.send('open', { id });
  }

  #onCommandKey(event: KeyboardEvent, state: PageState): boolean {
    const { active, selected } = state;
    if (event.key === 'c' && getSelection()?.isCollapsed !== false) {
      this.#page.sendPlace();
      const what = sizeOf(selected) > 1 ? 'selection' : 'cell';
      this.#page.send('copyRows', { what, row: Math.max(0, active.row), column: active.column });
      return true;
    }
    if (event.key === 'a') {
      // The editor listens behind the page, and would select all its text as well; then a click would open no row.
      event.stopPropagation();
      this.#page.show(allSelected(state));
    } else if (event.key === ' ' && active.row >= 0) this.#page.show(rowToggled(state, active.row));
    else return false;
    return true;
  }

  #onPlainKey(event: KeyboardEvent, state: PageState): boolean {
    const { row, column } = state.active;
    const key = state.columns[column]?.key;
    if (row < 0 && event.altKey && key !== undefined && /^Arrow(?:Left|Right)$/.test(event.key)) {
      const width = cellElement(row, column)?.offsetWidth ?? 0;
      this.#page.show(resized(state, key, width + (event.key === 'ArrowRight' ? NUDGE : -NUDGE)));
      return true;
    }
    if (event.key !== 'Enter' && event.key !== ' ') return false;
    if (row < 0 && key !== undefined) this.sort(key);
    else this.#openRow(state, row, true);
    return true;
  }
}
