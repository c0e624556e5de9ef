import { randomUUID } from 'node:crypto';

import { Secret } from '../../base/secret';
import type { ReceivedRequest } from '../receiver';
import { wireRequest, type DeliveryRequest, type DeliveryResult } from '../sender';
import { outcomeOfStatus, type DeliveryRecord, type KeptRequest, type Refusal } from './deliveryRecord';
import { keptAnswerHeaders, keptHeaders, maskedAddress } from './keptParts';

/** Of an answer's body this many characters are kept. */
const KEPT_ANSWER = 65_536;

type Origin = Pick<DeliveryRecord, 'source' | 'at'> &
  Partial<Pick<DeliveryRecord, 'of' | 'environmentId' | 'webhookName' | 'refusal'>>;

/** A record without an answer yet. */
export function pendingRecord(request: KeptRequest, origin: Origin): DeliveryRecord {
  return {
    id: randomUUID(),
    request,
    answer: undefined,
    error: undefined,
    outcome: 'pending',
    attempts: 1,
    duration: undefined,
    refusal: undefined,
    pinned: false,
    of: undefined,
    environmentId: undefined,
    webhookName: undefined,
    ...origin,
  };
}

/** A request that a listener got. */
export function receivedRecord(
  request: ReceivedRequest,
  origin: {
    readonly url: string;
    readonly refusal?: Refusal;
    readonly text?: string;
  },
): DeliveryRecord {
  const kept: KeptRequest = {
    method: request.method,
    url: `${origin.url}${maskedAddress(request.target)}`,
    target: new Secret(request.target),
    headers: keptHeaders(request.headers),
    body: origin.text ?? request.body.toString('utf8'),
    bodyBytes: request.body.length,
    bodyCut: request.bodyCut,
  };
  return pendingRecord(kept, {
    source: 'received',
    at: request.receivedAt,
    ...(origin.refusal === undefined ? {} : { refusal: origin.refusal }),
  });
}

/** What a listener answered. */
export function answeredBy(
  status: number,
  body: string,
  duration: number,
): Pick<DeliveryRecord, 'answer' | 'outcome' | 'duration'> {
  return {
    answer: { status, headers: [], body: body.slice(0, KEPT_ANSWER), bodyCut: body.length > KEPT_ANSWER },
    outcome: outcomeOfStatus(status),
    duration,
  };
}

/** The request of a delivery that is sent; undefined where it could not be sent at all. */
export function sentRequest(request: DeliveryRequest): KeptRequest | undefined {
  const wire = wireRequest(request);
  if (!wire.ok) return undefined;
  const url = new URL(wire.url);
  return {
    method: 'POST',
    url: maskedAddress(wire.url),
    target: new Secret(`${url.pathname}${url.search}`),
    headers: keptHeaders(wire.headers),
    body: request.body.text,
    bodyBytes: request.body.bytes,
    bodyCut: false,
  };
}

/** What became of a delivery that was sent. */
export function resultParts({
  attempts,
  error,
}: DeliveryResult): Pick<DeliveryRecord, 'answer' | 'error' | 'outcome' | 'attempts' | 'duration'> {
  const last = attempts.at(-1);
  const outcome = last?.outcome;
  const answered = outcome?.kind === 'answered' ? outcome : undefined;
  return {
    answer:
      answered === undefined
        ? undefined
        : {
            status: answered.status,
            headers: keptAnswerHeaders(answered.headers),
            body: answered.body.toString('utf8'),
            bodyCut: answered.bodyCut,
          },
    error,
    outcome: outcomeOf(error, attempts.length),
    attempts: Math.max(1, attempts.length),
    duration: last?.duration,
  };
}

/** After its one more attempt the service gives up, whatever the status (FACTS 17.3). */
function outcomeOf(error: DeliveryResult['error'], attempts: number): DeliveryRecord['outcome'] {
  if (error === undefined) return 'success';
  return error.kind === 'nonSuccess' && attempts < 2 ? outcomeOfStatus(error.status) : 'failure';
}
