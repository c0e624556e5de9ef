import * as l10n from '@vscode/l10n';
import type { GridColumn } from '../../protocol/jobs';
import type { ResultHeading } from '../../queries/resultHeadings';
import { oneLine } from '../texts/plainText';

/**
 * Columns under the headings that the environment has for them; the name that the query knows comes with it. Those that it
 * does not know stay, and of headings that would be the same each says its name. The same object where nothing changes.
 */
export function withHeadings(
  columns: readonly GridColumn[],
  headings: ReadonlyMap<string, ResultHeading>,
): readonly GridColumn[] {
  const labels = columns.map((column) => {
    const heading = column.label === column.key ? headings.get(column.key) : undefined;
    return heading === undefined ? undefined : headingText(heading);
  });
  if (labels.every((label) => label === undefined)) return columns;
  const shown = columns.map(({ label }, at) => labels[at] ?? label);
  return columns.map((column, at) => {
    const label = labels[at];
    if (label === undefined) return column;
    const twice = shown.filter((each) => each === label).length > 1;
    return { ...column, label: twice ? `${label} (${column.key})` : label, name: column.key };
  });
}

function headingText({ label, link }: ResultHeading): string {
  const column = oneLine(label);
  if (link === undefined) return column;
  const table = oneLine(link.table);
  const name = oneLine(link.name);
  return table.toLowerCase() === name.toLowerCase()
    ? l10n.t('{column} ({table})', { column, table })
    : l10n.t('{column} ({table}, {name})', { column, table, name });
}
