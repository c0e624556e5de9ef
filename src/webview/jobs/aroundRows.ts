import type { PageState } from './state';

/** What stands around the rows depends on none of them, and not on where the focus of the grid is. */
export type AroundRows = Omit<PageState, 'rows' | 'selected' | 'active' | 'anchor' | 'bookmark' | 'focus'>;

/**
 * Gives of each state what stands around the rows: the same object as before as long as nothing of it has changed. So
 * windows of rows that come while somebody scrolls, and each key that moves the focus, leave those parts alone.
 */
export function aroundRows(): (state: PageState) => AroundRows {
  let last: AroundRows | undefined;
  return (state) => {
    const {
      rows: _rows,
      selected: _selected,
      active: _active,
      anchor: _anchor,
      bookmark: _bookmark,
      focus: _focus,
      ...around
    } = state;
    if (last === undefined || !isSame(last, around)) last = around;
    return last;
  };
}

function isSame(before: AroundRows, now: AroundRows): boolean {
  const keys = Object.keys(now) as Array<keyof AroundRows>;
  return keys.every((key) => before[key] === now[key]);
}
