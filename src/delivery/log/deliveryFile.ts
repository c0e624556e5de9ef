import * as z from 'zod/mini';

import { Secret } from '../../base/secret';
import {
  DELIVERY_SOURCES,
  NOT_KEPT,
  outcomeOfStatus,
  type DeliveryRecord,
  type DeliverySource,
  type KeptHeader,
} from './deliveryRecord';
import { pendingRecord } from './keepDelivery';
import { keptHeaders, maskedAddress } from './keptParts';

const FORMAT = 'dataverse-webhooks/deliveries';
const MASK = '•••';

const HeaderInFile = z.tuple([z.string(), z.string()]);
const AnswerInFile = z.object({
  status: z.number(),
  headers: z.array(HeaderInFile),
  body: z.string(),
  milliseconds: z.optional(z.number()),
});
const DeliveryInFile = z.object({
  source: z.enum(DELIVERY_SOURCES),
  time: z.string(),
  method: z.string(),
  url: z.string(),
  headers: z.array(HeaderInFile),
  body: z.string(),
  answer: z.optional(AnswerInFile),
});
const DeliveryFile = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  deliveries: z.array(DeliveryInFile),
});

/** Deliveries as a file: JSON, oldest first, `•••` in place of every value that may be a secret. */
export function deliveryFile(records: readonly DeliveryRecord[]): string {
  const deliveries = records
    .toSorted((a, b) => a.at - b.at)
    .map(({ source, at, request, answer, duration }): z.infer<typeof DeliveryInFile> => ({
      source,
      time: new Date(at).toISOString(),
      method: request.method,
      url: request.url,
      headers: request.headers.map(shownHeader),
      body: request.body,
      ...(answer === undefined
        ? {}
        : {
            answer: {
              status: answer.status,
              headers: answer.headers.map(shownHeader),
              body: answer.body,
              ...(duration === undefined ? {} : { milliseconds: Math.round(duration) }),
            },
          }),
    }));
  return `${JSON.stringify({ format: FORMAT, version: 1, deliveries }, undefined, 2)}\n`;
}

/**
 * The deliveries in a file: those that `deliveryFile` wrote, or, for any other JSON, one delivery with the file's text as
 * its body, such as a saved body or a published sample. Undefined for text that is no JSON. What was masked is left out.
 */
export function readDeliveryFile(text: string, now: number): readonly DeliveryRecord[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return undefined;
  }
  const file = DeliveryFile.safeParse(json);
  if (!file.success) return [fromParts({ source: 'opened', body: text, headers: [], url: '/', time: now })];
  return file.data.deliveries.map((saved) => {
    const time = Date.parse(saved.time);
    return fromParts({ ...saved, time: Number.isNaN(time) ? now : time });
  });
}

/** A delivery that is sent again with a body that somebody has changed. */
export function withBody(record: DeliveryRecord, body: string): DeliveryRecord {
  const request = { ...record.request, body, bodyBytes: Buffer.byteLength(body), bodyCut: false };
  return { ...record, request };
}

interface SavedParts {
  readonly source: DeliverySource;
  readonly body: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly url: string;
  readonly time: number;
  readonly answer?: z.infer<typeof AnswerInFile> | undefined;
}

function fromParts({ source, body, headers, url, time, answer }: SavedParts): DeliveryRecord {
  const parsed = URL.parse(url, 'http://localhost');
  const kept = headers.filter(([, value]) => value !== MASK);
  const request = {
    method: 'POST',
    url: maskedAddress(url),
    target: new Secret(parsed === null ? '/' : parsed.pathname),
    headers:
      kept.length === 0 ? [['Content-Type', 'application/json; charset=utf-8'] as const] : keptHeaders(kept),
    body,
    bodyBytes: Buffer.byteLength(body),
    bodyCut: false,
    keysLeftOut: kept.length < headers.length || url.includes(MASK),
  };
  const record = pendingRecord(request, { source, at: time });
  if (answer === undefined) return { ...record, outcome: 'none' };
  return {
    ...record,
    answer: {
      status: answer.status,
      headers: answer.headers.map(([name, value]) => [name, value === MASK ? NOT_KEPT : value] as const),
      body: answer.body,
      bodyCut: false,
    },
    outcome: outcomeOfStatus(answer.status),
    duration: answer.milliseconds,
  };
}

function shownHeader([name, value]: KeptHeader): [string, string] {
  return [name, typeof value === 'string' ? value : MASK];
}
