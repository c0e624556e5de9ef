import * as z from 'zod/mini';

/**
 * What crosses the border between a panel's page and the extension. A descriptor names a message and carries the
 * schema of its payload, so that the host checks what comes from the page before a handler sees it.
 */
export interface Descriptor<P> {
  readonly method: string;
  readonly params: z.ZodMiniType<P>;
}

/** Describes one message. */
export function message<P>(method: string, params: z.ZodMiniType<P>): Descriptor<P> {
  return { method, params };
}

/** What a message looks like on the wire, in both directions: JSON, which leaves out what is undefined. */
export const Envelope = z.object({ method: z.string(), params: z.optional(z.unknown()) });

/** The messages of one direction of a panel, by a name for use in code. */
export type Api<P> = { readonly [K in keyof P]: Descriptor<P[K]> };

/** A handler for every message of an api: leaving one out does not compile. */
export type Handlers<P> = { readonly [K in keyof P]: (params: P[K]) => void };

/** The outcome of handing a message to its handler. */
export type Dispatched = 'handled' | 'malformed' | 'unknown';

/** Hands a message of unknown origin to its handler, if it is one of the api and its payload is what was agreed. */
export function dispatch<P>(api: Api<P>, handlers: Handlers<P>, received: unknown): Dispatched {
  const envelope = Envelope.safeParse(received);
  if (!envelope.success) return 'malformed';
  for (const key in api) {
    if (api[key].method === envelope.data.method)
      return deliver(api[key], handlers[key], envelope.data.params);
  }
  return 'unknown';
}

function deliver<T>(descriptor: Descriptor<T>, handler: (params: T) => void, params: unknown): Dispatched {
  const parsed = descriptor.params.safeParse(params);
  if (!parsed.success) return 'malformed';
  handler(parsed.data);
  return 'handled';
}
