import * as l10n from '@vscode/l10n';
import { FailureGrouping } from '../../jobs/grouping';
import type { JobService, QueryText } from '../../jobs/jobService';
import type { ExportFormat } from '../../protocol/jobs';
import { CsvLines, markdownSummary } from './exportText';
import { failuresShown } from './failures';

/** Where an export goes, chosen by the person. */
export interface ExportFile {
  write(parts: readonly string[]): Promise<void>;
}

/** What an export needs of the editor. */
export interface ExportPort {
  /** Undefined when no file was chosen. */
  choose(format: ExportFormat, name: string): Promise<ExportFile | undefined>;
  /** Shows that it goes on, with a way to end it. Tells failures, but not that it was ended. */
  progress(
    title: string,
    work: (tell: (text: string) => void, signal: AbortSignal) => Promise<string>,
  ): Promise<void>;
}

/** Rows of one page of an export: few requests, and the next sign of progress comes soon. */
const PAGE_SIZE = 1000;

export interface ExportOrder {
  readonly format: ExportFormat;
  readonly query: QueryText;
  readonly title: string;
  /** Only the failures of this group. */
  readonly group: string | undefined;
}

/** Runs the query anew over all its pages and writes every row, not only those on screen, to a file. */
export async function exportJobs(jobs: JobService, port: ExportPort, order: ExportOrder): Promise<void> {
  const file = await port.choose(order.format, order.title);
  if (file === undefined) return;
  await port.progress(l10n.t('Exporting {title}', { title: order.title }), async (tell, signal) => {
    const grouping = new FailureGrouping();
    const csv = new CsvLines();
    const json: string[] = [];
    let count = 0;
    for await (const page of jobs.run(order.query, signal, PAGE_SIZE)) {
      const rows = page.rows.filter((row) => {
        const key = grouping.add(row);
        return order.group === undefined || key === order.group;
      });
      if (order.format === 'csv') csv.add(rows);
      if (order.format === 'json')
        for (const row of rows) json.push(`${json.length === 0 ? '' : ','}\n${JSON.stringify(row)}`);
      count += rows.length;
      tell(l10n.t('{shown} rows', { shown: count }));
    }
    if (order.format === 'json') await file.write(['[', ...json, '\n]\n']);
    else if (order.format === 'csv') await file.write(csv.parts());
    else
      await file.write([
        markdownSummary(order.title, order.query.text, count, summaryOf(grouping, order.group)),
      ]);
    return l10n.t('{count} rows were exported.', { count });
  });
}

function summaryOf(grouping: FailureGrouping, group: string | undefined): ReturnType<typeof failuresShown> {
  const all = failuresShown(grouping);
  return all === undefined || group === undefined
    ? all
    : { ...all, groups: all.groups.filter(({ key }) => key === group) };
}
