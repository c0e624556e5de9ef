/** The rows to be rendered: `from` is among them, `to` is not. */
export interface Sight {
  readonly from: number;
  readonly to: number;
}

/** Rows above and below what can be seen, so that a turn of the wheel meets rows that are there. */
const AROUND = 12;

/**
 * The rows that can be seen, and some around them.
 * @param box of the scrolling element, in pixels; `head` is the height of what stays on top of it
 */
export function sightOf(
  box: { readonly scrollTop: number; readonly height: number; readonly head: number },
  rowHeight: number,
  count: number,
): Sight {
  const first = Math.floor(box.scrollTop / rowHeight);
  const seen = Math.ceil(Math.max(0, box.height - box.head) / rowHeight) + 1;
  const from = Math.max(0, Math.min(first, count - seen) - AROUND);
  return { from, to: Math.min(count, first + seen + AROUND) };
}

/** Rows that are asked for together: windows begin at multiples of it. */
const WINDOW = 100;

/** The windows with rows in sight that are not here yet and not asked for. */
export function missingWindows(
  sight: Sight,
  has: (position: number) => boolean,
  asked: ReadonlySet<number>,
): readonly number[] {
  const windows: number[] = [];
  for (let start = sight.from - (sight.from % WINDOW); start < sight.to; start += WINDOW) {
    if (asked.has(start)) continue;
    const to = Math.min(sight.to, start + WINDOW);
    for (let at = Math.max(start, sight.from); at < to; at += 1) {
      if (has(at)) continue;
      windows.push(start);
      break;
    }
  }
  return windows;
}

export const WINDOW_ROWS = WINDOW;

/** Where to scroll so that a row is wholly in sight; undefined when it is. */
export function scrollTo(
  row: number,
  box: { readonly scrollTop: number; readonly height: number; readonly head: number },
  rowHeight: number,
): number | undefined {
  const top = row * rowHeight;
  const room = box.height - box.head;
  if (top < box.scrollTop) return top;
  if (top + rowHeight > box.scrollTop + room) return top + rowHeight - room;
  return undefined;
}
