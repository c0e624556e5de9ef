/** What a reason may need to be told: plain data, never a secret, never a sentence. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * An error that carries a reason as data. Domain code throws these; the shell turns the reason into localized
 * text with a next step. `name` is a literal in each subclass, because a minifier renames classes.
 */
export class AppError<R extends string> extends Error {
  override readonly name: string = 'AppError';
  readonly reason: R;
  readonly details: ErrorDetails;

  /** @param message English text for the log, not for the screen. */
  constructor(reason: R, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.details = options.details ?? {};
  }
}

/** Any thrown value as an `Error`, keeping the original as its cause. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(typeof thrown === 'string' ? thrown : 'A value that is not an Error was thrown', {
    cause: thrown,
  });
}

/**
 * The outcome of an operation that the user, or the closing of a panel, ended. It is no failure: the funnel
 * says and logs nothing.
 */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('Cancelled');
  }
}

/** Tells a cancellation (ours, or an `AbortError` of the platform) from a failure. */
export function isCancellation(thrown: unknown): boolean {
  return thrown instanceof CancelledError || (thrown instanceof Error && thrown.name === 'AbortError');
}

/** Throws `CancelledError` when the signal has been aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CancelledError();
}
