import { Secret } from '../../base/secret';
import type { DeliveryRecord } from './deliveryRecord';
import { pendingRecord, sentRequest } from './keepDelivery';
import { summaryOf } from './keptParts';

/** What a made delivery's headers say, besides what stands in its body. */
export interface MadeFacts {
  /** Host of the environment. */
  readonly organization: string;
  readonly correlationId: string;
  readonly sizeExceeded: boolean;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly environmentId?: string;
}

/** A sample that was never sent, with the headers the service would send (FACTS 17.2), for replaying it. */
export function madeRecord(text: string, facts: MadeFacts): DeliveryRecord | undefined {
  const { message, table } = summaryOf(text);
  const request = sentRequest({
    // Where it is sent is chosen with each replay.
    url: 'http://localhost/',
    authentication: { type: 'webhookKey', key: new Secret('') },
    headers: {
      organization: facts.organization,
      entityName: table ?? '',
      requestName: message ?? '',
      correlationId: facts.correlationId,
    },
    body: { text, bytes: Buffer.byteLength(text), trimmed: facts.sizeExceeded, tooLarge: false },
  });
  if (request === undefined) return undefined;
  const { environmentId, at } = facts;
  const origin = environmentId === undefined ? {} : { environmentId };
  return { ...pendingRecord(request, { source: 'sample', at, ...origin }), outcome: 'none' };
}
