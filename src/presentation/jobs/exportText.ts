import * as l10n from '@vscode/l10n';
import { numberText } from '../texts/readerLocale';
import type { Summarized } from './failures';

/** A summary for a ticket: the query, the figures and the groups of failures. */
export function markdownSummary(
  title: string,
  query: string,
  rows: number,
  failures: Summarized | undefined,
): string {
  const fence = '`'.repeat(Math.max(3, ...(query.match(/`+/g) ?? []).map((run) => run.length + 1)));
  const groups = failures?.groups ?? [];
  const table = [
    [l10n.t('Failures'), l10n.t('Cause'), l10n.t('Step'), l10n.t('Message'), l10n.t('First'), l10n.t('Last')],
    ['---:', '---', '---', '---', '---', '---'],
    ...groups.map((group) => [
      ...[String(group.count), group.cause, group.place, group.message].map(markdownText),
      ...[group.when?.first ?? '', group.when?.last ?? ''],
    ]),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  return [
    `# ${markdownText(title)}\n`,
    failures === undefined
      ? rows === 1
        ? l10n.t('1 row')
        : l10n.t('{shown} rows', { shown: numberText(rows) })
      : markdownText(failures.summary),
    ...(groups.length === 0 ? [] : ['', ...table]),
    ...(failures === undefined || failures.left === 0 ? [] : ['', leftText(failures.left)]),
    `\n${fence}\n${query}\n${fence}\n`,
  ].join('\n');
}

function leftText(left: number): string {
  return left === 1
    ? l10n.t('1 smaller group is left out.')
    : l10n.t('{count} smaller groups are left out.', { count: numberText(left) });
}

/** A stranger's text as plain words: no markup, no link, also none that is made of a bare address, no new cell. */
function markdownText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>()#+!|~@&-]|:(?=\/\/)|(?<=www)\./gi, '\\$&');
}
