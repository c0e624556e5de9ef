import { errorChain, isTlsCode, platformCode } from '../base/errorChain';
import { SignInError, type SignInReason } from './signInError';

/** A request that got no answer, as a reason. The code of the platform is safe to show; its message is not kept. */
export function networkError(thrown: unknown, host: string): SignInError {
  const codes = [...errorChain(thrown)].flatMap((error) => [platformCode(error) ?? [], named(error)].flat());
  const code = codes[0] ?? 'unknown';
  return new SignInError(reasonOf(codes), `No answer of ${host}: ${code}`, { host, code });
}

/** Errors of the transport have no code. */
function named({ name }: Error): readonly string[] {
  return name === 'TimeLimitError' || name === 'BodyTooLargeError' ? [name] : [];
}

function reasonOf(codes: readonly string[]): SignInReason {
  if (codes.some(isTlsCode)) return 'untrustedCertificate';
  if (codes.some((code) => code === 'ETIMEDOUT' || code === 'TimeLimitError')) return 'timeout';
  if (codes.includes('BodyTooLargeError')) return 'badAnswer';
  return 'unreachable';
}
