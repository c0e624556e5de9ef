import { deliverySummary } from '../../delivery/log/keptParts';
import {
  DELIVERY_SOURCES,
  type DeliveryOutcome,
  type DeliveryRecord,
  type DeliverySource,
} from '../../delivery/log/deliveryRecord';

/** A property by which deliveries are left in a list. */
export type DeliveryTrait = DeliveryOutcome | 'refused' | 'pinned' | DeliverySource;

/** What of the deliveries is shown. */
export interface DeliveryFilter {
  /** Words that must all occur, in any order and case. */
  readonly text: string;
  /** Of each kind of trait one must hold; none of a kind: all. */
  readonly traits: ReadonlySet<DeliveryTrait>;
}

export const allDeliveries: DeliveryFilter = { text: '', traits: new Set() };

export const OUTCOME_TRAITS = ['success', 'failure', 'tryAgain', 'pending', 'refused', 'none'] as const;
export const SOURCE_TRAITS = DELIVERY_SOURCES;

export function isDeliveryFilter({ text, traits }: DeliveryFilter): boolean {
  return text.trim() !== '' || traits.size > 0;
}

/** True when a delivery is left. */
export function fitsFilter(record: DeliveryRecord, { text, traits }: DeliveryFilter): boolean {
  const some = (kind: readonly DeliveryTrait[]): boolean => {
    const wanted = kind.filter((trait) => traits.has(trait));
    return wanted.length === 0 || wanted.some((trait) => hasTrait(record, trait));
  };
  if (traits.has('pinned') && !record.pinned) return false;
  if (!some(OUTCOME_TRAITS) || !some(SOURCE_TRAITS)) return false;
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.length === 0 || hasWords(record, words);
}

function hasTrait({ outcome, source, refusal, pinned }: DeliveryRecord, trait: DeliveryTrait): boolean {
  switch (trait) {
    case 'refused':
      return refusal !== undefined;
    case 'pinned':
      return pinned;
    case 'success':
    case 'failure':
    case 'tryAgain':
    case 'pending':
    case 'none':
      return outcome === trait && refusal === undefined;
    case 'received':
    case 'sent':
    case 'forwarded':
    case 'replayed':
    case 'sample':
    case 'opened':
      return source === trait;
  }
}

/** Words are looked for in what the list shows, in the headers that are no secret, and in the body. */
function hasWords({ request, answer, webhookName }: DeliveryRecord, words: readonly string[]): boolean {
  const { message, table, rowId, step, correlationId, organization } = deliverySummary({ request });
  const parts = [message, table, rowId, step?.id, step?.name, correlationId, organization, webhookName];
  const headers = request.headers.flatMap(([name, value]) =>
    typeof value === 'string' ? [name, value] : [name],
  );
  const text = [...parts, request.url, String(answer?.status ?? ''), ...headers, request.body]
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
