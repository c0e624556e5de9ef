import * as z from 'zod/mini';

import { Secret } from '../../base/secret';
import {
  DELIVERY_OUTCOMES,
  DELIVERY_SOURCES,
  NOT_KEPT,
  type DeliveryRecord,
  type KeptHeader,
} from './deliveryRecord';

const MASK = '•••';

/** A header as it is saved; `null` stands for a value that may be a secret. */
const SavedHeader = z.readonly(z.tuple([z.string(), z.nullable(z.string())]));

const SavedError = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('nonSuccess'), status: z.number() }),
  z.object({ kind: z.literal('timeout'), milliseconds: z.number() }),
  z.object({ kind: z.literal('invalidUrl') }),
  z.object({ kind: z.literal('invalidHeaders'), name: z.string() }),
  z.object({ kind: z.literal('invalidQueryParameters'), name: z.string() }),
  z.object({
    kind: z.literal('requestFailed'),
    failure: z.enum([
      'nameNotResolved',
      'refused',
      'reset',
      'unreachable',
      'tls',
      'invalidResponse',
      'other',
    ]),
    code: z.string(),
  }),
  z.object({ kind: z.literal('maxSizeExceeded'), bytes: z.number() }),
  z.object({ kind: z.literal('cancelled') }),
]);

const SavedRefusal = z.union([
  z.object({ reason: z.enum(['missing', 'wrong']), name: z.string() }),
  z.object({ reason: z.enum(['notJson', 'tooLarge', 'loop']) }),
]);

/** A delivery as one line of a file. It holds no value that may be a secret. */
export const SavedRecord = z.object({
  id: z.string(),
  source: z.enum(DELIVERY_SOURCES),
  at: z.number(),
  request: z.object({
    method: z.string(),
    url: z.string(),
    path: z.string(),
    hadQuery: z.boolean(),
    headers: z.array(SavedHeader),
    body: z.string(),
    bodyBytes: z.number(),
    bodyCut: z.boolean(),
  }),
  answer: z.optional(
    z.object({ status: z.number(), headers: z.array(SavedHeader), body: z.string(), bodyCut: z.boolean() }),
  ),
  error: z.optional(SavedError),
  outcome: z.enum(DELIVERY_OUTCOMES),
  attempts: z.number(),
  duration: z.optional(z.number()),
  refusal: z.optional(SavedRefusal),
  pinned: z.boolean(),
  of: z.optional(z.string()),
  environmentId: z.optional(z.string()),
  webhookName: z.optional(z.string()),
});
export type SavedRecord = z.infer<typeof SavedRecord>;

/** A record for a file: of headers that may carry a key their names, of an address its path. */
export function savedRecord(record: DeliveryRecord): SavedRecord {
  const { request, answer } = record;
  const [path = '/', query] = request.target.reveal().split(/\?(.*)/s, 2);
  return {
    ...record,
    request: {
      method: request.method,
      url: request.url,
      path,
      hadQuery: (query ?? '') !== '' || request.keysLeftOut === true,
      headers: request.headers.map(savedHeader),
      body: request.body,
      bodyBytes: request.bodyBytes,
      bodyCut: request.bodyCut,
    },
    answer: answer === undefined ? undefined : { ...answer, headers: answer.headers.map(savedHeader) },
  };
}

/** A record from a file. One that was still waiting will get no answer any more: its window is gone. */
export function restoredRecord(saved: SavedRecord): DeliveryRecord {
  const { request, answer, outcome } = saved;
  const waited = outcome === 'pending';
  return {
    ...saved,
    request: {
      method: request.method,
      url: request.url,
      target: new Secret(request.path),
      headers: request.headers.map(restoredHeader),
      body: request.body,
      bodyBytes: request.bodyBytes,
      bodyCut: request.bodyCut,
      keysLeftOut: request.hadQuery || request.headers.some(([, value]) => value === null),
    },
    answer: answer === undefined ? undefined : { ...answer, headers: answer.headers.map(restoredHeader) },
    error: waited ? { kind: 'cancelled' } : saved.error,
    outcome: waited ? 'failure' : outcome,
    duration: saved.duration,
    refusal: saved.refusal,
    of: saved.of,
    environmentId: saved.environmentId,
    webhookName: saved.webhookName,
  };
}

function savedHeader([name, value]: KeptHeader): z.infer<typeof SavedHeader> {
  return [name, typeof value === 'string' && value !== MASK ? value : null];
}

function restoredHeader([name, value]: z.infer<typeof SavedHeader>): KeptHeader {
  return [name, value ?? NOT_KEPT];
}
