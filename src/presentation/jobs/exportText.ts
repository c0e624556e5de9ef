import * as l10n from '@vscode/l10n';
import type { Row } from '../../dataverse/webApi';
import type { Failures } from '../../protocol/jobs';
import { exportedText, gridColumns } from './resultGrid';

/** One field of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it. */
export function csvField(text: string): string {
  const safe = /^\s*[=+\-@\t\r]/.test(text) && !/^-?\d+(?:[.,]\d+)*$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Rows as CSV while their pages arrive: with a byte order mark for spreadsheets, dates in UTC, lookups and choices by
 * their names. A column that only a later page has comes last, and the lines before it are filled up.
 */
export class CsvLines {
  readonly #labels = new Map<string, string>();
  readonly #lines: Array<{ readonly text: string; readonly fields: number }> = [];

  add(rows: readonly Row[]): void {
    const [first] = rows;
    if (first !== undefined && Object.hasOwn(first, 'asyncoperationid'))
      this.#labels.set('asyncoperationid', l10n.t('Job'));
    for (const { key, label } of gridColumns(rows)) if (!this.#labels.has(key)) this.#labels.set(key, label);
    const keys = [...this.#labels.keys()];
    for (const row of rows) {
      const text = keys.map((key) => csvField(exportedText(row, key))).join(',');
      this.#lines.push({ text, fields: keys.length });
    }
  }

  /** The whole text in parts. */
  parts(): readonly string[] {
    const labels = [...this.#labels.values()].map(csvField);
    return [
      `\uFEFF${labels.join(',')}\r\n`,
      ...this.#lines.map(({ text, fields }) => `${text}${','.repeat(labels.length - fields)}\r\n`),
    ];
  }
}

/** A summary for a ticket: the query, the figures and the groups of failures. */
export function markdownSummary(
  title: string,
  query: string,
  rows: number,
  failures: Failures | undefined,
): string {
  const fence = '`'.repeat(Math.max(3, ...(query.match(/`+/g) ?? []).map((run) => run.length + 1)));
  const groups = failures?.groups ?? [];
  const table = [
    [l10n.t('Failures'), l10n.t('Cause'), l10n.t('Step'), l10n.t('Message'), l10n.t('First'), l10n.t('Last')],
    ['---:', '---', '---', '---', '---', '---'],
    ...groups.map((group) => [
      ...[String(group.count), group.cause, group.place, group.message].map(markdownText),
      ...[group.first?.title ?? '', group.last?.title ?? ''],
    ]),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  return [
    `# ${markdownText(title)}\n`,
    failures === undefined ? l10n.t('{shown} rows', { shown: rows }) : markdownText(failures.summary),
    ...(groups.length === 0 ? [] : ['', ...table]),
    `\n${fence}\n${query}\n${fence}\n`,
  ].join('\n');
}

/** A stranger's text as plain words: no markup, no link, no new cell. */
function markdownText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>()#+!|~@&-]/g, '\\$&');
}
