import { authorityOf, type Authority, type AuthorityOverride } from '../auth/authority';
import type { Place } from '../auth/cloud';
import { CancelledError, isCancellation } from '../base/errors';
import { parseChallenge, type Challenge } from '../dataverse/challenge';
import { errorOfAnswer } from '../dataverse/errorBody';
import { DataverseError } from '../dataverse/errors';
import { networkFailure } from '../dataverse/networkErrors';
import { rootOf } from '../dataverse/address';
import type { HttpResponse, Transport } from '../dataverse/transport';

/** What an environment says to somebody without a token. */
export interface FoundAuthority {
  readonly authority: Authority;
  /** False when the service answered without wanting a token, as a sandbox may. */
  readonly tokenNeeded: boolean;
}

/**
 * Finds who gives out tokens for an environment, from its address alone: a request without a token is answered 401
 * with the authority of the environment's own tenant (FACTS 14, UNVERIFIED), so that guests land in the right one.
 * Where the answer names none, the settings or any tenant of the cloud do.
 * @throws DataverseError when the environment cannot be reached, SignInError when its authority is not to be trusted.
 */
export async function findAuthority(options: {
  readonly origin: string;
  readonly place: Place;
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly tenant?: string;
  readonly override?: AuthorityOverride;
}): Promise<FoundAuthority> {
  const { origin, place, transport, signal, tenant, override } = options;
  const { challenge, status } = await askWithoutToken(origin, transport, signal);
  const authority = authorityOf(challenge, {
    place,
    ...(tenant === undefined ? {} : { tenant }),
    ...(override === undefined ? {} : { override }),
  });
  return { authority, tokenNeeded: status === 401 };
}

/** Longer than any refusal that is worth reading. Bytes. */
const MAX_BYTES = 256 * 1024;

/** The answer of an environment to somebody who shows no token. */
async function askWithoutToken(
  origin: string,
  transport: Transport,
  signal: AbortSignal,
): Promise<{ readonly challenge: Challenge; readonly status: number }> {
  const facts = { method: 'GET', path: 'WhoAmI' };
  let response: HttpResponse;
  try {
    response = await transport({
      method: 'GET',
      url: `${rootOf(origin).url}WhoAmI`,
      headers: { Accept: 'application/json', 'OData-MaxVersion': '4.0', 'OData-Version': '4.0' },
      signal,
    });
  } catch (error) {
    if (signal.aborted || isCancellation(error)) throw new CancelledError();
    const { kind, code } = networkFailure(error);
    throw new DataverseError('network', `No answer of ${new URL(origin).host}: ${code}`, { ...facts, kind });
  }
  const { status } = response;
  if (status === 401 || status === 200) {
    response.discard();
    return {
      challenge: status === 401 ? parseChallenge(response.header('WWW-Authenticate')) : {},
      status,
    };
  }
  // A proxy that refuses says why on a page of its own.
  const text = await response.text(MAX_BYTES).catch(() => '');
  if (signal.aborted) throw new CancelledError();
  throw errorOfAnswer({ status, header: (name) => response.header(name), text }, facts);
}
