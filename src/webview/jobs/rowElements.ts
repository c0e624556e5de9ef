/** A row on screen, and the element that shows it: the same number, the same element. */
export interface PlacedRow {
  readonly row: number;
  readonly element: number;
}

/**
 * Which elements show the next rows. A row that stays has the element that it had, which may have the focus. A row that
 * comes gets that of a row that leaves, so that a page which is scrolled far only changes texts; making all its cells
 * anew took several times longer. No element changes its place among the others, because one that is moved loses the
 * focus and is styled anew: so a row that comes at one end does not get the element of one that leaves at the other.
 * @param before from the first to the last
 * @param rows ascending
 * @param free the number of an element that there is not yet
 */
export function placedRows(
  before: readonly PlacedRow[],
  rows: readonly number[],
  free: () => number,
): readonly PlacedRow[] {
  const elements = new Map(before.map(({ row, element }) => [row, element]));
  const staying = new Set(rows.filter((row) => elements.has(row)));
  let at = 0;
  /** The next element before that of the next row that stays. */
  const left = (): number | undefined => {
    const next = before[at];
    if (next === undefined || staying.has(next.row)) return undefined;
    at += 1;
    return next.element;
  };
  return rows.map((row) => {
    const own = elements.get(row);
    if (own === undefined) return { row, element: left() ?? free() };
    while (before[at]?.row !== row) at += 1;
    at += 1;
    return { row, element: own };
  });
}
