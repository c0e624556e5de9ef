import * as l10n from '@vscode/l10n';
import { checkColumnList } from '../../webhooks/stepRules';
import { BACK } from '../../wizard/ui';
import type { WizardStep } from '../../wizard/wizard';

/**
 * What stands behind the choice of columns while they are more than the service keeps: a list has no place for a remark,
 * so the only way on is back to it. Empty for as many columns as people choose.
 */
export function tooManyColumnsSteps<S>(columns: readonly string[]): ReadonlyArray<WizardStep<S>> {
  const finding = checkColumnList(columns);
  if (finding === undefined) return [];
  const { length = 0, limit = 0 } = finding.details ?? {};
  return [
    {
      id: 'tooManyColumns',
      ask: async (ui) => {
        await ui.pick({
          placeholder: l10n.t('{count} columns are too many to be kept', { count: columns.length }),
          choices: [
            {
              value: BACK,
              label: l10n.t('Choose Columns'),
              detail: l10n.t(
                'Their names have {length} characters together, and the service keeps {limit}. Choose fewer, or none for all of them.',
                { length, limit },
              ),
              icon: 'arrow-left',
            },
          ],
        });
        return BACK;
      },
    },
  ];
}
