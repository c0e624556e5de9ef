import { ROW_HEIGHT } from './gridView';
import { scrollTo, sightOf, type Sight } from './sight';

interface Box {
  readonly element: HTMLElement;
  readonly scrollTop: number;
  readonly height: number;
  readonly head: number;
}

function box(): Box | undefined {
  const element = document.getElementById('scroll');
  if (element === null) return undefined;
  const head = element.querySelector('thead')?.offsetHeight ?? 0;
  return { element, scrollTop: element.scrollTop, height: element.clientHeight, head };
}

/** The rows to render with the scroll as it is; before there is a grid, a screen full. */
export function sightNow(count: number): Sight {
  const now = box();
  return now === undefined ? { from: 0, to: Math.min(count, 60) } : sightOf(now, ROW_HEIGHT, count);
}

/** The first row that can be seen. */
export function topRow(): number {
  return Math.floor((box()?.scrollTop ?? 0) / ROW_HEIGHT);
}

/** Rows of a page of the keyboard. */
export function pageRows(): number {
  const now = box();
  return now === undefined ? 10 : Math.max(1, Math.floor((now.height - now.head) / ROW_HEIGHT) - 1);
}

/** Scrolls until a row is the first one, and keeps how much of it is cut off when it is already. */
export function putOnTop(row: number): void {
  const now = box();
  if (now !== undefined && topRow() !== row) now.element.scrollTop = row * ROW_HEIGHT;
}

/** Scrolls no more than needed until a row is wholly in sight. */
export function bringIntoSight(row: number): void {
  const now = box();
  if (now === undefined || row < 0) return;
  const top = scrollTo(row, now, ROW_HEIGHT);
  if (top !== undefined) now.element.scrollTop = top;
}

/** Whether a row is wholly in sight; a heading always is. */
export function isInSight(row: number): boolean {
  const now = box();
  return now !== undefined && (row < 0 || scrollTo(row, now, ROW_HEIGHT) === undefined);
}

/** The cell of a row and a column; headings are the row -1. */
export function cellElement(row: number, column: number): HTMLElement | undefined {
  const cell = document.querySelector(`tr[data-index="${row}"] [data-column="${column}"]`);
  return cell instanceof HTMLElement ? cell : undefined;
}

/** Rows and columns of the cell that something happened in. */
export function columnOf(event: Event): number | undefined {
  const { target } = event;
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
  return cell === null ? undefined : Number(cell.dataset['column']);
}
