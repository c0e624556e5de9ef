import * as z from 'zod/mini';
import { AppError } from '../base/errors';
import { isLoopbackHost } from '../base/hosts';
import { Secret } from '../base/secret';

/** Why the process of the local sandbox is not there. */
export class SandboxStartError extends AppError<'notStarted' | 'noAddress' | 'timeout'> {
  override readonly name = 'SandboxStartError';
}

/** Where a running sandbox listens, and the token it wants. */
export interface SandboxAddress {
  readonly url: string;
  readonly token: Secret;
}

/**
 * Reads the one line the sandbox prints: `{"url": "http://127.0.0.1:4711", "token": "…"}`. Undefined when it is
 * something else, or an address that is not on this machine.
 */
export function parseSandboxAddress(line: string): SandboxAddress | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  const checked = AddressLine.safeParse(parsed);
  if (!checked.success || !URL.canParse(checked.data.url)) return undefined;
  const url = new URL(checked.data.url);
  if (!isLoopbackHost(url.hostname)) return undefined;
  return { url: url.origin, token: new Secret(checked.data.token) };
}

const AddressLine = z.object({ url: z.string(), token: z.string() });
