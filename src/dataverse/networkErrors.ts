import { errorChain, isTlsCode, platformCode } from '../base/errorChain';
import type { NetworkKind } from './errors';
import { BodyCutError, TimeLimitError } from './transport';

/** How a transport failed, and the platform's code for it (`ECONNREFUSED`), which is safe to show. */
export interface NetworkFailure {
  readonly kind: NetworkKind;
  readonly code: string;
}

const KIND_OF_CODE: ReadonlyMap<string, NetworkKind> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['ENOTFOUND', 'nameNotFound'],
  ['EAI_AGAIN', 'nameNotFound'],
  ['ETIMEDOUT', 'timeout'],
  ['ESOCKETTIMEDOUT', 'timeout'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'cut'],
  ['Z_BUF_ERROR', 'cut'],
]);

/** What a transport's rejection means, from the error codes along its chain of causes. */
export function networkFailure(error: unknown): NetworkFailure {
  for (const one of errorChain(error)) {
    const found = failureOf(one);
    if (found !== undefined) return found;
  }
  return { kind: 'other', code: error instanceof Error ? (platformCode(error) ?? error.name) : 'unknown' };
}

function failureOf(error: Error): NetworkFailure | undefined {
  if (error instanceof BodyCutError) return { kind: 'cut', code: error.name };
  if (error instanceof TimeLimitError || error.name === 'TimeoutError')
    return { kind: 'timeout', code: error.name };
  const code = platformCode(error);
  if (code === undefined) return undefined;
  const kind = KIND_OF_CODE.get(code) ?? (isTlsCode(code) ? 'tls' : undefined);
  return kind === undefined ? undefined : { kind, code };
}
