import * as l10n from '@vscode/l10n';
import { Secret } from '../../base/secret';
import type { AuthType, WebhookAuth } from '../../webhooks/model';
import { reviewSteps, type Reviewed } from '../../wizard/review';
import type { Wizard } from '../../wizard/wizard';
import {
  authOf,
  authRows,
  authRowSteps,
  noAuthAnswers,
  secretSteps,
  type AuthAnswers,
} from '../flows/authQuestions';

/** The answers about a secret that the service keeps for itself. */
export type SecretAnswers = AuthAnswers & Reviewed;

/** The answers before the first question: the type is known, as the service tells it. */
export function secretStart(webhook: { readonly url: string; readonly authType: AuthType }): SecretAnswers {
  return {
    ...noAuthAnswers,
    url: webhook.url,
    authType: webhook.authType,
    named: true,
    purpose: 'sent',
    edits: [],
  };
}

/**
 * The questions for the secret of a webhook, which the service never gives back: key, or name and value of each pair, then
 * whether to keep it. `alternative` in the answers: it is to be kept.
 */
export function secretWizard(name: string): Wizard<SecretAnswers> {
  return {
    title: l10n.t('Secret of {name}', { name }),
    steps: (state) => [
      ...secretSteps(state),
      ...reviewSteps(state, (now) => ({
        placeholder: l10n.t('The service never gives the secret back, so it was asked for here'),
        accept: { label: l10n.t('Use Until the Window Is Closed') },
        alternative: {
          label: l10n.t('Use and Keep on This Machine'),
          detail: l10n.t('In the secret store of the editor, for test deliveries.'),
        },
        // The type is the service's, and fixed.
        rows: authRows(now).filter(({ id }) => id !== 'auth'),
        stepsOf: (row) => authRowSteps(now, row) ?? [],
      })),
    ],
  };
}

/** The authentication that the answers describe. */
export function secretOf(answers: SecretAnswers): WebhookAuth {
  return authOf(answers) ?? { type: 'webhookKey', key: new Secret('') };
}
