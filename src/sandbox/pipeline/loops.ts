import type { OperationContext } from '../operations';
import { refuse } from './refusals';

/** An operation deeper than this is one that calls itself (general knowledge, UNVERIFIED; the header's purpose is in FACTS 17.2). */
const MAX_DEPTH = 8;
const FORGET_AFTER = 3_600_000;
const REMEMBER = 10_000;

/**
 * Recognizes a receiver that calls back: a request with the correlation id that was sent to a webhook is one level
 * deeper than the operation that called the webhook. Correlation ids that were sent to nobody mean nothing.
 */
export class DepthMemory {
  readonly #depths = new Map<string, { readonly depth: number; readonly at: number }>();

  /**
   * The context with the depth that follows from the request's correlation id.
   * @throws ServiceError when the depth is beyond the limit.
   */
  trace(context: OperationContext, now: number): OperationContext {
    const header = context.headers['x-ms-correlation-request-id']?.toLowerCase();
    const known = header === undefined ? undefined : this.#depths.get(header);
    if (header === undefined || known === undefined || now - known.at >= FORGET_AFTER) return context;
    const depth = Math.max(context.depth, known.depth + 1);
    if (depth > MAX_DEPTH) throw refuse('depthExceeded');
    return { ...context, depth, correlationId: header };
  }

  /** A webhook is called with this correlation id at this depth. */
  remember(correlationId: string, depth: number, now: number): void {
    const key = correlationId.toLowerCase();
    this.#depths.delete(key);
    this.#depths.set(key, { depth, at: now });
    if (this.#depths.size <= REMEMBER) return;
    const oldest = this.#depths.keys().next();
    if (oldest.done !== true) this.#depths.delete(oldest.value);
  }
}
