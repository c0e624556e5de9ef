import type { OperationContext } from '../operations';
import { isGuid } from '../../base/guid';
import { refuse } from './refusals';

/** An operation deeper than this is one that calls itself (general knowledge, UNVERIFIED; the header's purpose is in FACTS 17.2). */
const MAX_DEPTH = 8;
const FORGET_AFTER = 3_600_000;
const REMEMBER = 10_000;

/**
 * Recognizes a receiver that calls back: a request with the correlation id of an operation is one level deeper than
 * that one was.
 */
export class DepthMemory {
  readonly #depths = new Map<string, { readonly depth: number; readonly at: number }>();

  /**
   * The context with the depth and the correlation id that follow from the request's header.
   * @throws ServiceError when the depth is beyond the limit.
   */
  trace(context: OperationContext, now: number): OperationContext {
    const header = context.headers['x-ms-correlation-request-id']?.toLowerCase();
    const known = header === undefined || !isGuid(header) ? undefined : this.#depths.get(header);
    const recent = known !== undefined && now - known.at < FORGET_AFTER ? known : undefined;
    const depth = recent === undefined ? context.depth : Math.max(context.depth, recent.depth + 1);
    if (depth > MAX_DEPTH) throw refuse('depthExceeded');
    const correlationId = recent === undefined || header === undefined ? context.correlationId : header;
    this.#remember(correlationId.toLowerCase(), depth, now);
    return depth === context.depth && correlationId === context.correlationId
      ? context
      : { ...context, depth, correlationId };
  }

  #remember(correlationId: string, depth: number, now: number): void {
    this.#depths.delete(correlationId);
    this.#depths.set(correlationId, { depth, at: now });
    if (this.#depths.size <= REMEMBER) return;
    const oldest = this.#depths.keys().next();
    if (oldest.done !== true) this.#depths.delete(oldest.value);
  }
}
