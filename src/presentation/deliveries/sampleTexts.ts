import * as l10n from '@vscode/l10n';
import { SAMPLE_DELIVERIES, type SampleDelivery } from '../../delivery/compose/sampleDeliveries';
import type { PickChoice } from '../../wizard/ui';

/** What *Replay Sample Delivery…* can be asked for: samples that come with the product, or one of an environment. */
export type SampleChoice =
  | { readonly kind: 'samples'; readonly samples: readonly SampleDelivery[] }
  | { readonly kind: 'environment'; readonly environmentId: string };

/** The samples that there are. An environment adds every message and table it has, and real rows. */
export function sampleChoices(
  environments: ReadonlyArray<{ readonly id: string; readonly name: string }>,
): ReadonlyArray<PickChoice<SampleChoice>> {
  const group = l10n.t('Samples');
  return [
    ...SAMPLE_DELIVERIES.map((sample) => ({
      value: { kind: 'samples', samples: [sample] } as const,
      label: `${sample.message} ${sample.table}`,
      description: kindText(sample),
      group,
    })),
    {
      value: { kind: 'samples', samples: SAMPLE_DELIVERIES },
      label: l10n.t('All {count} Samples', { count: SAMPLE_DELIVERIES.length }),
      group,
    },
    ...environments.map(({ id, name }) => ({
      value: { kind: 'environment', environmentId: id } as const,
      label: l10n.t('Message and Table of {environment}…', { environment: name }),
      detail: l10n.t('Made from its columns, with sample values or those of a row.'),
      group: l10n.t('Environments'),
    })),
  ];
}

function kindText({ asynchronous, images, sizeExceeded }: SampleDelivery): string {
  const parts = [
    asynchronous ? l10n.t('asynchronous') : l10n.t('synchronous'),
    ...(images && !sizeExceeded ? [l10n.t('with images')] : []),
    ...(sizeExceeded ? [l10n.t('over 256 KB')] : []),
  ];
  return parts.join(', ');
}
