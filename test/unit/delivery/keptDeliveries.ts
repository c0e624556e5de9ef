import { Secret } from '../../../src/base/secret';
import type { DeliveryRecord, KeptRequest } from '../../../src/delivery/log/deliveryRecord';
import { pendingRecord } from '../../../src/delivery/log/keepDelivery';
import { keptHeaders, maskedAddress } from '../../../src/delivery/log/keptParts';

/** The secret of every delivery made here, to be looked for where it must not be. */
export const CANARY = 'canary-5d17';

/** A delivery that came, with what a test wants to be different. */
export function keptDelivery(
  change: Partial<DeliveryRecord> & { readonly body?: string; readonly target?: string } = {},
): DeliveryRecord {
  const { body = UPDATE, target = `/hook?code=${CANARY}`, ...members } = change;
  const request: KeptRequest = {
    method: 'POST',
    url: `http://127.0.0.1:5780${maskedAddress(target)}`,
    target: new Secret(target),
    headers: keptHeaders([
      ['Content-Type', 'application/json; charset=utf-8'],
      ['x-ms-dynamics-request-name', 'Update'],
      ['X-Api-Key', CANARY],
    ]),
    body,
    bodyBytes: Buffer.byteLength(body),
    bodyCut: false,
  };
  return { ...pendingRecord(request, { source: 'received', at: 1_700_000_000_000 }), ...members };
}

export const UPDATE = JSON.stringify({
  CorrelationId: 'c0ffee00-0000-0000-0000-000000000001',
  Depth: 1,
  MessageName: 'Update',
  Mode: 1,
  PrimaryEntityId: '11111111-2222-3333-4444-555555555555',
  PrimaryEntityName: 'contact',
});
