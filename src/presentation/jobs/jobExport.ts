import * as l10n from '@vscode/l10n';
import { throwIfAborted } from '../../base/errors';
import type { Row } from '../../dataverse/webApi';
import { expandedBy, expandedRows } from '../../jobs/expandedRows';
import { FailureGrouping } from '../../jobs/grouping';
import { JOBS_PER_LARGE_PAGE } from '../../jobs/jobQueries';
import type { JobService, QueryText } from '../../jobs/jobService';
import type { ExportFormat, ToldNames } from '../../protocol/jobs';
import { CsvLines } from './csvLines';
import { markdownSummary } from './exportText';
import { failuresSummed } from './failures';
import { numberText } from '../texts/readerLocale';

/**
 * A file that is being written. What was there before under its name stays until `finish`; after `discard` nothing of the
 * new one is left.
 */
export interface ExportFile {
  /** Adds pieces of text to what was written, no character in two of them. */
  write(pieces: readonly string[]): Promise<void>;
  /** Writes anew what was written, as a change of it. */
  rewrite(change: (written: AsyncIterable<string>) => AsyncIterable<string>): Promise<void>;
  /** The file is complete: it takes the place of the one before. */
  finish(): Promise<void>;
  discard(): Promise<void>;
}

/** What an export needs of the editor. */
export interface ExportPort {
  /** Asks where it shall go; what comes opens the file. Undefined when no file was chosen. */
  choose(format: ExportFormat, name: string): Promise<(() => Promise<ExportFile>) | undefined>;
  /** Shows that it goes on, with a way to end it. Tells failures, but not that it was ended. */
  progress(
    title: string,
    work: (tell: (text: string) => void, signal: AbortSignal) => Promise<string>,
  ): Promise<void>;
}

/** Rows that are written at a time. Whatever else the extension does has its turn behind them. */
const WRITTEN_AT_ONCE = 1250;

export interface ExportOrder {
  readonly format: ExportFormat;
  readonly query: QueryText;
  readonly title: string;
  /** Only the failures of this group. */
  readonly group: string | undefined;
  /** How many rows there are, where it is known. */
  readonly total?: number | undefined;
  /** How webhooks and steps of one name are told apart, by the ids of steps. */
  readonly told?: ReadonlyMap<string, ToldNames>;
}

/** Rows as the text of a file. */
interface Writer {
  /**
   * The text of some rows, none of which was written before. In a piece for each, because a text of a thousand rows is
   * put together first and copied then: megabytes at a time that stay until they are collected.
   */
  pieces(rows: readonly Row[]): readonly string[];
  /** What comes behind all rows; it may change what was written. */
  end(file: ExportFile): Promise<void>;
}

/**
 * Runs the query anew over all its pages and writes every row, not only those on screen, to a file while they come. An
 * export that fails or is ended leaves no file, and an older one as it was.
 */
export async function exportJobs(jobs: JobService, port: ExportPort, order: ExportOrder): Promise<void> {
  const open = await port.choose(order.format, order.title);
  if (open === undefined) return;
  await port.progress(l10n.t('Exporting {title}', { title: order.title }), async (tell, signal) => {
    const file = await open();
    try {
      const count = await writeAll(jobs, file, order, tell, signal);
      throwIfAborted(signal);
      await file.finish();
      return count === 1
        ? l10n.t('1 row was exported.')
        : l10n.t('{count} rows were exported.', { count: numberText(count) });
    } catch (error) {
      await file.discard();
      throw error;
    }
  });
}

/** @returns how many rows were written. */
async function writeAll(
  jobs: JobService,
  file: ExportFile,
  order: ExportOrder,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const { format, group, told } = order;
  const grouping = format === 'markdown' || group !== undefined ? new FailureGrouping() : undefined;
  const hasTwins = told !== undefined && told.size > 0;
  const writer =
    format === 'csv' ? csvWriter(hasTwins, order.query) : format === 'json' ? jsonWriter() : undefined;
  let count = 0;
  let sinceTurn = 0;
  const asked = { rowsPerPage: JOBS_PER_LARGE_PAGE, ahead: true, parts: true };
  const pages = jobs.run(order.query, signal, asked);
  for await (const page of pages) {
    for (let from = 0; from < page.rows.length; from += WRITTEN_AT_ONCE) {
      throwIfAborted(signal);
      const rows = page.rows.slice(from, from + WRITTEN_AT_ONCE);
      const wanted = chosen(rows, grouping, group);
      count += wanted.length;
      if (writer !== undefined) await file.write(writer.pieces(wanted));
      sinceTurn += rows.length;
      if (page.partial === true && sinceTurn < WRITTEN_AT_ONCE) continue;
      sinceTurn = 0;
      tell(progressText(count, order));
      // A write takes no pause where the file only gathers what it is given.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  if (writer !== undefined) await writer.end(file);
  else await file.write([summary(order, count, grouping)]);
  return count;
}

function chosen(
  rows: readonly Row[],
  grouping: FailureGrouping | undefined,
  group: string | undefined,
): readonly Row[] {
  if (grouping === undefined) return rows;
  return rows.filter((row) => {
    const key = grouping.add(row);
    return group === undefined || key === group;
  });
}

function csvWriter(hasTwins: boolean, query: QueryText): Writer {
  const csv = new CsvLines(hasTwins);
  const expanded = expandedBy(query);
  return {
    pieces: (rows) => csv.pieces(expandedRows(rows, expanded)),
    end: (file) => (csv.needsFilling ? file.rewrite((written) => csv.filled(written)) : Promise.resolve()),
  };
}

function jsonWriter(): Writer {
  let separator = '[\n';
  return {
    pieces: (rows) =>
      rows.flatMap((row) => {
        const before = separator;
        separator = ',\n';
        return [before, JSON.stringify(row)];
      }),
    end: (file) => file.write([separator === '[\n' ? '[\n]\n' : '\n]\n']),
  };
}

function summary(
  { title, query, group, told }: ExportOrder,
  count: number,
  grouping: FailureGrouping | undefined,
): string {
  const shown = grouping === undefined ? undefined : failuresSummed(grouping, group, told);
  return markdownSummary(title, query.text, count, shown);
}

function progressText(count: number, { total, group }: ExportOrder): string {
  const shown = numberText(count);
  return total === undefined || group !== undefined || total < count
    ? l10n.t('{shown} rows', { shown })
    : l10n.t('{shown} of {total} rows', { shown, total: numberText(total) });
}
