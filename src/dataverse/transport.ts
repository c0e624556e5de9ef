import type { WholeBody } from './bodyBytes';

/** One HTTP request as the client hands it to the transport. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  /** Header names in their documented spelling. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** The answer, its body not read yet. Redirects are not followed by the transport. */
export interface HttpResponse {
  readonly status: number;
  /** Value of a header, undefined when absent. The name is matched without regard to case. */
  header(name: string): string | undefined;
  /**
   * The body as text, at most `maxBytes` of it: a longer one rejects with a `BodyTooLargeError` and the connection is
   * closed. A body that ends before its announced length rejects.
   */
  text(maxBytes: number): Promise<string>;
  /** The body as it is, in the same way. */
  body(maxBytes: number): Promise<WholeBody>;
  /** Gives the connection back without reading the body. */
  discard(): void;
}

/** The one door to HTTP. Rejects when no answer came; an answer of any status resolves. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** The body was longer than the caller allowed. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  /** Bytes. */
  readonly limit: number;

  constructor(limit: number) {
    super(`The body is longer than ${limit} bytes`);
    this.limit = limit;
  }
}

/** The body ended before its announced length. */
export class BodyCutError extends Error {
  override readonly name = 'BodyCutError';

  /** @param cause the network's own error, where there was one. */
  constructor(cause?: unknown) {
    super('The body ended before it was complete', { cause });
  }
}

/** The answer was not complete within the transport's time limit. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
  /** Milliseconds. */
  readonly limit: number;

  constructor(limit: number) {
    super(`No complete answer within ${limit} ms`);
    this.limit = limit;
  }
}
