import type { NetworkKind } from './errors';
import { BodyCutError, TimeLimitError } from './transport';

/** How a transport failed, and the platform's code for it (`ECONNREFUSED`), which is safe to show. */
export interface NetworkFailure {
  readonly kind: NetworkKind;
  readonly code: string;
}

const KIND_OF_CODE: Readonly<Record<string, NetworkKind>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ENOTFOUND: 'nameNotFound',
  EAI_AGAIN: 'nameNotFound',
  ETIMEDOUT: 'timeout',
  ESOCKETTIMEDOUT: 'timeout',
  ERR_STREAM_PREMATURE_CLOSE: 'cut',
  Z_BUF_ERROR: 'cut',
  EPROTO: 'tls',
  CERT_HAS_EXPIRED: 'tls',
  CERT_NOT_YET_VALID: 'tls',
  CERT_REVOKED: 'tls',
  CERT_UNTRUSTED: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
};

/** What a transport's rejection means, from the error codes along its chain of causes. */
export function networkFailure(error: unknown): NetworkFailure {
  return search(error, new Set()) ?? { kind: 'other', code: firstCode(error) ?? 'unknown' };
}

function search(error: unknown, seen: Set<unknown>): NetworkFailure | undefined {
  if (!(error instanceof Error) || seen.has(error)) return undefined;
  seen.add(error);
  const code = codeOf(error);
  if (error instanceof BodyCutError) return { kind: 'cut', code: error.name };
  if (error instanceof TimeLimitError || error.name === 'TimeoutError')
    return { kind: 'timeout', code: error.name };
  if (code !== undefined) {
    const kind = KIND_OF_CODE[code] ?? (/^ERR_(SSL|TLS)_/.test(code) ? 'tls' : undefined);
    if (kind !== undefined) return { kind, code };
  }
  // A name with several addresses fails with an `AggregateError` that has the codes inside.
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const next of [error.cause, ...inner]) {
    const found = search(next, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' && /^\w{1,60}$/.test(error.code)
    ? error.code
    : undefined;
}

function firstCode(error: unknown): string | undefined {
  return error instanceof Error ? (codeOf(error) ?? error.name) : undefined;
}
