/** An error, what caused it, and so on; a name with several addresses fails with an `AggregateError` that has the errors inside. */
export function* errorChain(error: unknown, seen = new Set<unknown>()): Generator<Error> {
  if (!(error instanceof Error) || seen.has(error)) return;
  seen.add(error);
  yield error;
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const next of [error.cause, ...inner]) yield* errorChain(next, seen);
}

/** The platform's code of an error, `ECONNREFUSED`, which is safe to show; undefined where it has none. */
export function platformCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' && /^\w{1,60}$/.test(error.code)
    ? error.code
    : undefined;
}

/** Node's codes for a certificate that is not trusted (documentation: X509 certificate error codes) and for TLS itself. */
const TLS =
  /^(?:CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_|ERR_SSL_|ERR_TLS_|(?:INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|EPROTO)$)/;

/** True for a code that says that there was no encrypted connection. */
export function isTlsCode(code: string): boolean {
  return TLS.test(code);
}
