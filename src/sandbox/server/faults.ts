import * as z from 'zod/mini';

const milliseconds = z.int().check(z.minimum(0), z.maximum(600000));

const effect = z.discriminatedUnion('kind', [
  /** The answer comes later. */
  z.strictObject({ kind: z.literal('delay'), milliseconds }),
  /** A service protection limit (FACTS 13.8). */
  z.strictObject({
    kind: z.literal('throttle'),
    retryAfterSeconds: z._default(z.number().check(z.minimum(0), z.maximum(3600)), 1),
    limit: z._default(z.enum(['requests', 'time', 'concurrency']), 'requests'),
  }),
  /** Any status with the service's error body. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().check(z.minimum(400), z.maximum(599)),
    code: z._default(z.string(), ''),
    message: z._default(z.string(), 'An error that was ordered at the control address.'),
    retryAfterSeconds: z.optional(z.number().check(z.minimum(0), z.maximum(3600))),
  }),
  /** A gateway's page instead of JSON. */
  z.strictObject({
    kind: z.literal('html'),
    status: z._default(z.int().check(z.minimum(200), z.maximum(599)), 502),
  }),
  /** The token is refused. */
  z.strictObject({ kind: z.literal('expiredToken') }),
  /** The connection breaks before an answer. */
  z.strictObject({ kind: z.literal('reset') }),
  /** The connection breaks in the middle of the answer's body; what was asked for has been done. */
  z.strictObject({ kind: z.literal('cut') }),
  /** The body comes in small pieces with pauses. */
  z.strictObject({
    kind: z.literal('drip'),
    bytes: z._default(z.int().check(z.minimum(1)), 16),
    milliseconds,
  }),
]);

/** What `POST /sandbox/faults` takes. */
export const FaultOrder = z.strictObject({
  /** Only requests with this method. */
  method: z.optional(z.string()),
  /** Only requests whose path and query contain this text. */
  contains: z.optional(z.string()),
  /** How many matching requests are let through first. */
  skip: z._default(z.int().check(z.minimum(0)), 0),
  /** How many requests it hits; 0: until it is cleared. */
  times: z._default(z.int().check(z.minimum(0)), 1),
  effect,
});

export type FaultEffect = z.infer<typeof effect>;
export type Fault = z.infer<typeof FaultOrder>;

interface Ordered {
  readonly fault: Fault;
  seen: number;
  hits: number;
}

/** The faults that were ordered. The first one that matches a request and is not used up hits it. */
export class Faults {
  #ordered: readonly Ordered[] = [];

  order(fault: Fault): void {
    this.#ordered = [...this.#ordered, { fault, seen: 0, hits: 0 }];
  }

  clear(): void {
    this.#ordered = [];
  }

  list(): ReadonlyArray<Fault & { readonly hits: number }> {
    return this.#ordered.map(({ fault, hits }) => ({ ...fault, hits }));
  }

  /** What shall happen to this request; counts it. @param target path with query, as on the request line. */
  next(method: string, target: string): FaultEffect | undefined {
    const decoded = decodeLeniently(target);
    for (const ordered of this.#ordered) {
      const { fault } = ordered;
      if (fault.times > 0 && ordered.hits >= fault.times) continue;
      if (fault.method !== undefined && fault.method.toUpperCase() !== method) continue;
      if (
        fault.contains !== undefined &&
        !decoded.includes(fault.contains) &&
        !target.includes(fault.contains)
      ) {
        continue;
      }
      ordered.seen++;
      if (ordered.seen <= fault.skip) continue;
      ordered.hits++;
      return fault.effect;
    }
    return undefined;
  }
}

function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
