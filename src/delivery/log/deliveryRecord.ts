import { Secret } from '../../base/secret';
import type { DeliveryError } from '../sender';

/** Where a kept delivery comes from; `opened` is a body from a file, `sample` one that was made. */
export const DELIVERY_SOURCES = ['received', 'sent', 'forwarded', 'replayed', 'sample', 'opened'] as const;
export type DeliverySource = (typeof DELIVERY_SOURCES)[number];

/** A header as it is kept. What is not known to be harmless is a secret: any name may carry a webhook's key. */
export type KeptHeader = readonly [name: string, value: string | Secret];

/** Stands for a value that may be a secret and was not kept over a reload: it is shown masked, and never sent. */
export const NOT_KEPT = new Secret('');

/** A request that came or went. */
export interface KeptRequest {
  readonly method: string;
  /** The address for showing: values in the query, a user and a password are masked. */
  readonly url: string;
  /** Path and query as they were sent. */
  readonly target: Secret;
  /** In order, with the case they had. */
  readonly headers: readonly KeptHeader[];
  readonly body: string;
  /** Length of what was kept of the body. */
  readonly bodyBytes: number;
  /** The body was larger than is kept, or the sender broke off. */
  readonly bodyCut: boolean;
  /** It came with values that may be keys and are not here any more. */
  readonly keysLeftOut?: boolean;
}

/** What a request says, for lists. Members that it does not tell are undefined. */
export interface DeliverySummary {
  /** False for a body that is no execution context. */
  readonly isContext: boolean;
  readonly message: string | undefined;
  readonly table: string | undefined;
  readonly rowId: string | undefined;
  readonly step: { readonly id: string; readonly name: string | undefined } | undefined;
  readonly correlationId: string | undefined;
  readonly asynchronous: boolean | undefined;
  readonly depth: number | undefined;
  readonly organization: string | undefined;
  /** Members were removed because the body was too large (FACTS 17.6). */
  readonly trimmed: boolean;
}

/** An answer as it is kept. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: readonly KeptHeader[];
  readonly body: string;
  readonly bodyCut: boolean;
}

/**
 * What Dataverse makes of an answer: any 2xx is success; 502, 503 and 504 are tried once more (FACTS 17.1, 17.3). `none`:
 * it was not sent anywhere.
 */
export const DELIVERY_OUTCOMES = ['pending', 'success', 'failure', 'tryAgain', 'none'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/**
 * Why a listener refused a request: an expected authentication value is missing or another one (`name` is that of the
 * header or query parameter, never the value), or the body is no JSON, or it is larger than is taken, or it would be
 * forwarded to the listener itself.
 */
export type Refusal =
  | { readonly reason: 'missing' | 'wrong'; readonly name: string }
  | { readonly reason: 'notJson' | 'tooLarge' | 'loop' };

/** One delivery as it is kept for looking at and sending again. */
export interface DeliveryRecord {
  readonly id: string;
  readonly source: DeliverySource;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly request: KeptRequest;
  /** Undefined while there is none, and when there was none: see `error`. */
  readonly answer: KeptAnswer | undefined;
  readonly error: DeliveryError | undefined;
  readonly outcome: DeliveryOutcome;
  /** How often it was sent: two after 502, 503 or 504. */
  readonly attempts: number;
  /** Milliseconds until the answer. */
  readonly duration: number | undefined;
  readonly refusal: Refusal | undefined;
  readonly pinned: boolean;
  /** The record that was forwarded or sent again. */
  readonly of: string | undefined;
  /** The environment and the webhook it belongs to, where they are known. */
  readonly environmentId: string | undefined;
  readonly webhookName: string | undefined;
}

/** A change of a record; pinning is the log's, which has room to keep. */
export type RecordChange = Partial<Omit<DeliveryRecord, 'id' | 'pinned'>>;

/** The outcome that a status means. */
export function outcomeOfStatus(status: number): DeliveryOutcome {
  if (status >= 200 && status < 300) return 'success';
  return status === 502 || status === 503 || status === 504 ? 'tryAgain' : 'failure';
}
