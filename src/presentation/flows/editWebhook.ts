import * as l10n from '@vscode/l10n';
import type { Webhook, WebhookChange } from '../../webhooks/model';
import { changeWebhookWrite } from '../../webhooks/writes';
import { reviewSteps, type Review, type Reviewed } from '../../wizard/review';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { shownUrl } from '../texts/urlText';
import { authTypeLabel } from '../texts/webhookTexts';
import {
  addsQuery,
  authOf,
  authQuestions,
  authRows,
  authRowSteps,
  noAuthAnswers,
  type AuthAnswers,
} from './authQuestions';
import { showRequestRow } from './registerStep';
import {
  keepSecretRow,
  keepSecretStep,
  urlStep,
  webhookDescriptionStep,
  webhookNameStep,
  type WebhookFlowContext,
} from './registerWebhook';

export interface EditWebhookState extends Reviewed {
  readonly name: string;
  readonly url: string;
  readonly description: string;
}

/** The answers that describe a webhook as it is. */
export function editWebhookStart(webhook: Webhook): EditWebhookState {
  const { name, url, description } = webhook;
  return { name, url, description, edits: [] };
}

/** What the answers change about a webhook. The secret is not part of it: it stays as it is. */
export function webhookChange({ name, url, description }: EditWebhookState): WebhookChange {
  return { name, url, description };
}

/** *Edit WebHook…*: a summary in which name, URL and description can be changed. */
export function editWebhookWizard(context: WebhookFlowContext, webhook: Webhook): Wizard<EditWebhookState> {
  return {
    title: l10n.t('Edit WebHook {name}', { name: webhook.name }),
    steps: (state) => reviewSteps(state, (reviewed) => editReview(context, webhook, reviewed)),
  };
}

function editReview(
  context: WebhookFlowContext,
  webhook: Webhook,
  state: EditWebhookState,
): Review<EditWebhookState> {
  const write = changeWebhookWrite(webhook, webhookChange(state));
  const row = (id: string, label: string, value: string) => ({ id, icon: 'edit', label, value });
  return {
    placeholder:
      write === undefined ? l10n.t('Nothing is different yet') : l10n.t('Nothing has been written yet'),
    accept: {
      label: l10n.t('Save Changes'),
      description: state.name,
      detail: l10n.t('The secret stays as it is. Rotate Secret changes it.'),
    },
    rows: [
      row('name', l10n.t('Name'), state.name),
      row('url', l10n.t('URL'), shownUrl(state.url)),
      row('description', l10n.t('Description'), state.description),
      ...(write === undefined ? [] : [showRequestRow(() => context.showRequest([write]))]),
    ],
    stepsOf: (rowId) => {
      const adds = webhook.authType !== 'other' && addsQuery(webhook.authType);
      if (rowId === 'name') return [webhookNameStep(context, webhook.name)];
      if (rowId === 'url') return [urlStep(context, adds)];
      return rowId === 'description' ? [webhookDescriptionStep()] : [];
    },
  };
}

export interface RotateSecretState extends Reviewed, AuthAnswers {
  readonly keepSecret: boolean;
}

/** @param kept whether the old secret is kept on this machine; the new one is kept then, too. */
export function rotateSecretStart(webhook: Webhook, kept: boolean): RotateSecretState {
  const authType = webhook.authType === 'other' ? undefined : webhook.authType;
  return { ...noAuthAnswers, url: webhook.url, authType, keepSecret: kept, edits: [] };
}

/**
 * *Rotate Secret…*: type and values anew, since the service never gives the old ones back.
 * @param oldIsKnown whether this machine knows the old secret, so that it can be given back.
 */
export function rotateSecretWizard(
  context: WebhookFlowContext,
  webhook: Webhook,
  oldIsKnown: boolean,
): Wizard<RotateSecretState> {
  return {
    title: l10n.t('Rotate Secret of {name}', { name: webhook.name }),
    steps: (state) => [
      ...authQuestions(state),
      ...reviewSteps(state, (reviewed) => rotateReview(context, webhook, oldIsKnown, reviewed)),
    ],
  };
}

/** The change that the answers describe; undefined while an answer is missing. */
export function rotation(state: RotateSecretState): WebhookChange | undefined {
  const auth = authOf(state);
  return auth === undefined ? undefined : { auth };
}

function rotateReview(
  context: WebhookFlowContext,
  webhook: Webhook,
  oldIsKnown: boolean,
  state: RotateSecretState,
): Review<RotateSecretState> {
  const change = rotation(state);
  const write = change === undefined ? undefined : changeWebhookWrite(webhook, change);
  const authentication = state.authType === undefined ? '' : authTypeLabel(state.authType);
  return {
    placeholder: l10n.t('Nothing has been written yet'),
    accept: {
      label: l10n.t('Rotate Secret'),
      description: authentication,
      detail: oldIsKnown
        ? l10n.t(
            'The next delivery carries the new secret. Undo brings back the old one, which is known here.',
          )
        : l10n.t('The next delivery carries the new secret. The old one is lost; this cannot be undone.'),
    },
    rows: [
      ...authRows(state),
      keepSecretRow(state),
      ...(write === undefined ? [] : [showRequestRow(() => context.showRequest([write]))]),
    ],
    stepsOf: (rowId): ReadonlyArray<WizardStep<RotateSecretState>> =>
      rowId === 'keepSecret' ? [keepSecretStep()] : (authRowSteps(state, rowId) ?? []),
  };
}
