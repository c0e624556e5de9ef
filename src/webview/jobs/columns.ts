import type { GridColumn, GridRow } from '../../protocol/jobs';
import type { Layout } from './state';

/** Rows that are looked at to find how much room a column needs: enough to know it, few enough for any result. */
const ROWS_LOOKED_AT = 200;
/** Characters. */
const NARROWEST = 7;
const USUAL = 24;
const WIDEST = 48;

/**
 * The widths of the columns as a CSS track list: what their texts need within bounds, unless the reader has given them
 * one. The column with the longest texts takes the room that is left.
 */
export function columnTracks(
  columns: readonly GridColumn[],
  rows: ReadonlyMap<number, GridRow>,
  widths: Layout['widths'],
): string {
  const longest = columns.map(({ label }) => label.length + 3);
  let looked = 0;
  for (const { cells } of rows.values()) {
    if ((looked += 1) > ROWS_LOOKED_AT) break;
    cells.forEach((cell, at) => (longest[at] = Math.max(longest[at] ?? 0, cell.text.length)));
  }
  const grows = longest.indexOf(Math.max(...longest));
  return columns
    .map(({ key }, at) => {
      const given = widths[key];
      if (given !== undefined) return `${given}px`;
      const needed = longest[at] ?? 0;
      // A character of running text is a little narrower than the zero that `ch` is.
      const room = Math.max(NARROWEST, Math.min(needed > 60 ? WIDEST : USUAL, needed * 0.95 + 2));
      return at === grows ? `minmax(${room.toFixed(1)}ch, 1fr)` : `${room.toFixed(1)}ch`;
    })
    .join(' ');
}
