import * as l10n from '@vscode/l10n';
import type { DeliveryTrait } from './deliveryFilter';

/** A trait as a choice of the filter. */
export function traitText(trait: DeliveryTrait): string {
  switch (trait) {
    case 'success':
      return l10n.t('Success');
    case 'failure':
      return l10n.t('Failure');
    case 'tryAgain':
      return l10n.t('One More Attempt');
    case 'pending':
      return l10n.t('Waiting for an Answer');
    case 'refused':
      return l10n.t('Refused by the Listener');
    case 'received':
      return l10n.t('Received');
    case 'sent':
      return l10n.t('Sent from Here');
    case 'forwarded':
      return l10n.t('Forwarded');
    case 'replayed':
      return l10n.t('Replayed');
    case 'sample':
      return l10n.t('Samples');
    case 'opened':
      return l10n.t('Opened from a File');
    case 'none':
      return l10n.t('Not Sent');
    case 'pinned':
      return l10n.t('Pinned Only');
  }
}
