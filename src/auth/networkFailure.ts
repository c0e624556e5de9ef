import { SignInError, type SignInReason } from './signInError';

const TLS_CODES: ReadonlySet<string> = new Set([
  'EPROTO',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** A request that got no answer, as a reason. The code of the platform is safe to show; its message is not kept. */
export function networkError(thrown: unknown, host: string): SignInError {
  const codes = [...codesOf(thrown, new Set())];
  const code = codes[0] ?? 'unknown';
  return new SignInError(reasonOf(codes), `No answer of ${host}: ${code}`, { host, code });
}

function reasonOf(codes: readonly string[]): SignInReason {
  if (codes.some((code) => TLS_CODES.has(code) || /^ERR_(TLS|SSL)_/.test(code)))
    return 'untrustedCertificate';
  if (codes.some((code) => code === 'ETIMEDOUT' || code === 'TimeLimitError')) return 'timeout';
  if (codes.includes('BodyTooLargeError')) return 'badAnswer';
  return 'unreachable';
}

/** The error codes along the chain of causes; a name with several addresses fails with several errors inside. */
function* codesOf(error: unknown, seen: Set<unknown>): Generator<string> {
  if (!(error instanceof Error) || seen.has(error)) return;
  seen.add(error);
  if ('code' in error && typeof error.code === 'string' && /^\w{1,60}$/.test(error.code)) yield error.code;
  if (error.name === 'TimeLimitError' || error.name === 'BodyTooLargeError') yield error.name;
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const next of [error.cause, ...inner]) yield* codesOf(next, seen);
}
