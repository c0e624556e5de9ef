import * as l10n from '@vscode/l10n';
import type { Step } from '../../webhooks/model';
import type { Touch } from '../../webhooks/touchRow';
import { oneLine } from '../texts/plainText';

/** What is asked before a row is written once more. */
export function touchQuestion(
  { table, column, shown, rowName }: Touch,
  step: Pick<Step, 'name' | 'enabled'>,
  environment: string,
): { readonly question: string; readonly detail: string; readonly act: string } {
  const value = shown === '' ? l10n.t('(empty)') : oneLine(shown);
  return {
    question: l10n.t('Write {column} of "{row}" in {environment} with the value it has?', {
      column,
      environment,
      row: oneLine(rowName),
    }),
    detail: [
      `${column}: ${value}`,
      ...(step.enabled
        ? []
        : [l10n.t('The step is disabled and does not fire. Enable it first, then touch the row.')]),
      l10n.t(
        'The step "{step}" fires again with the row as it is now. So does everything else that reacts to this column of {table}: other steps, plug-ins, workflows. The row is modified now, by you.',
        { step: oneLine(step.name), table },
      ),
    ].join('\n\n'),
    act: l10n.t('Write'),
  };
}

/** Why no column of the row can be written with its own value. */
export function touchImpossible({ filteringColumns }: Pick<Step, 'filteringColumns'>): string {
  return filteringColumns.length === 0
    ? l10n.t('The row has no column that can be written with the value it has. Use Trigger… to change it.')
    : l10n.t(
        'None of the columns that the step listens to ({columns}) can be written with the value it has. Use Trigger… to change one.',
        { columns: oneLine(filteringColumns.join(', ')) },
      );
}

/** What was done. */
export function touched({ column, rowName }: Touch): string {
  return l10n.t('{column} of "{row}" was written; the step fires again. Its job appears after a refresh.', {
    column,
    row: oneLine(rowName),
  });
}
