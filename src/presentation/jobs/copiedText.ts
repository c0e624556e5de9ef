import type { Range } from '../../protocol/jobs';
import type { JobResult } from './jobResult';
import { positionsOf } from './ranges';

/** What the clipboard gets of a cell, its row, or the selected rows; of the row where none is selected. */
export function copiedText(
  result: JobResult,
  what: 'cell' | 'row' | 'selection',
  row: number,
  column: number,
): string {
  if (what === 'cell') return result.cell(row, column);
  const { selected } = result.place;
  return what === 'selection' && selected.length > 0
    ? [headingLine(result), ...rowLines(result, selected)].join('\n')
    : rowLines(result, [{ from: row, to: row + 1 }]).join('\n');
}

/** Many rows have their headings over them. */
function headingLine({ columns }: JobResult): string {
  return columns.map(({ label }) => oneCell(label)).join('\t');
}

/** One line for each row, with tabs between the cells, also of texts that are too long to be shown whole. */
function rowLines(result: JobResult, ranges: readonly Range[]): string[] {
  return [...positionsOf(ranges, result.count)].map((position) =>
    result.cells(position).map(oneCell).join('\t'),
  );
}

function oneCell(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
