import * as vscode from 'vscode';
import type { JobQuestions } from '../../presentation/jobs/jobActing';
import type { Report } from '../report';
import { numberText } from '../../presentation/texts/readerLocale';

const MINUTE = 60_000;

/**
 * The questions before jobs are changed, as the editor asks them.
 * @param environment gives the environment as it is when the question is asked.
 */
export function jobQuestions(
  report: Report,
  environment: { readonly profile: { readonly name: string } },
): JobQuestions {
  return {
    confirmDelete: (count, inBulk) =>
      report.confirm(
        count === 1
          ? vscode.l10n.t('Delete the job of {name}?', { name: environment.profile.name })
          : vscode.l10n.t('Delete {count} jobs of {name}?', {
              count: numberText(count),
              name: environment.profile.name,
            }),
        inBulk
          ? vscode.l10n.t(
              'What they tell of the failed deliveries is gone with them. The service deletes them in a system job of its own, which goes on when the report is closed.',
            )
          : vscode.l10n.t('What they tell of the failed deliveries is gone with them.'),
        vscode.l10n.t('Delete'),
      ),
    postponeUntil: async () => {
      const chosen = await vscode.window.showQuickPick(
        [
          { label: vscode.l10n.t('15 minutes'), minutes: 15 },
          { label: vscode.l10n.t('1 hour'), minutes: 60 },
          { label: vscode.l10n.t('4 hours'), minutes: 240 },
          { label: vscode.l10n.t('1 day'), minutes: 1440 },
        ],
        { title: vscode.l10n.t('Postpone for how long?') },
      );
      return chosen === undefined ? undefined : new Date(Date.now() + chosen.minutes * MINUTE);
    },
  };
}
