import * as l10n from '@vscode/l10n';
import type { AuthType, Deployment, ImageType, Mode, Stage } from '../../webhooks/model';

/** Name of an authentication type, as the registration tools of the platform write it. */
export function authTypeLabel(type: AuthType | 'other'): string {
  switch (type) {
    case 'httpHeader':
      return l10n.t('HttpHeader');
    case 'webhookKey':
      return l10n.t('WebhookKey');
    case 'httpQueryString':
      return l10n.t('HttpQueryString');
    case 'other':
      return l10n.t('Other');
  }
}

/** What an authentication type does, in one line. */
export function authTypeDetail(type: AuthType): string {
  switch (type) {
    case 'httpHeader':
      return l10n.t(
        'Sends one or more headers with every call. The usual choice for a receiver of your own.',
      );
    case 'webhookKey':
      return l10n.t('Adds ?code=… to the URL. The choice for an Azure Function with a function key.');
    case 'httpQueryString':
      return l10n.t('Adds one or more parameters to the URL. URLs end up in logs; prefer a header.');
  }
}

/** Name of a stage; the names the platform's documentation uses. */
export function stageLabel(stage: Stage | 'internal'): string {
  switch (stage) {
    case 'preValidation':
      return l10n.t('PreValidation');
    case 'preOperation':
      return l10n.t('PreOperation');
    case 'postOperation':
      return l10n.t('PostOperation');
    case 'internal':
      return l10n.t('Internal stage');
  }
}

/** Name of a mode. */
export function modeLabel(mode: Mode): string {
  return mode === 'asynchronous' ? l10n.t('Asynchronous') : l10n.t('Synchronous');
}

/** Where a step runs. */
export function deploymentLabel(deployment: Deployment): string {
  switch (deployment) {
    case 'server':
      return l10n.t('Server');
    case 'outlook':
      return l10n.t('Outlook client');
    case 'both':
      return l10n.t('Server and Outlook client');
  }
}

/** Name of an image type. */
export function imageTypeLabel(type: ImageType): string {
  switch (type) {
    case 'pre':
      return l10n.t('Pre-image');
    case 'post':
      return l10n.t('Post-image');
    case 'both':
      return l10n.t('Pre-image and post-image');
  }
}

/** A table as a person reads it; undefined means that a step fires for every table. */
export function tableLabel(table: string | undefined): string {
  return table ?? l10n.t('any table');
}

/** Steps are named after their webhook by convention ("Orders: Update of contact"); under or beside its name that says nothing. */
export function stepNameUnder(webhook: string, step: string): string {
  const prefix = `${webhook}: `;
  return step.length > prefix.length && step.startsWith(prefix) ? step.slice(prefix.length) : step;
}
