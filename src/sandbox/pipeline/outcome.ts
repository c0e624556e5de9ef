import { isLoopbackHost } from '../../base/hosts';
import { Secret } from '../../base/secret';
import { readAuthentication, type AuthenticationReading } from '../../delivery/authentication';
import type { DeliveryError, DeliveryHeaders, DeliveryResult } from '../../delivery/sender';
import type { WireBody } from '../../delivery/wire';
import type { StoredRow } from '../schema/types';
import { asNumber, asText, type Services } from './services';

/** Why a step's call failed, as jobs and callers are told. */
export interface StepFailure {
  /** Lower case hex text, as the Web API writes codes. */
  readonly code: string;
  /** The same as the signed number of `asyncoperation.errorcode`. */
  readonly number: number;
  readonly friendly: string;
  /** Everything that helps to find the cause. Never a secret. */
  readonly detail: string;
}

export type StepOutcome =
  | { readonly kind: 'succeeded'; readonly duration: number; readonly attempts: number }
  | {
      readonly kind: 'failed';
      readonly duration: number;
      readonly attempts: number;
      readonly failure: StepFailure;
    }
  | { readonly kind: 'cancelled' };

/**
 * Calls the endpoint for one step. The sandbox calls only this machine: for any other address the call fails as if
 * posting were disabled.
 */
export async function callEndpoint(
  services: Services,
  endpoint: StoredRow,
  headers: DeliveryHeaders,
  body: WireBody,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const address = asText(endpoint['url']) ?? '';
  const refused = refusedAddress(services, address);
  if (refused !== undefined) return failed([], refused);
  const reading = authenticationOf(services, endpoint);
  if (!reading.ok) {
    // The codes by their names; when the service uses them is UNVERIFIED (FACTS 5.1).
    const inQuery = reading.error === 'invalidQueryParameters';
    const reason = 'problem' in reading ? reading.problem.reason : 'unsupported authtype';
    return failed(
      [],
      failure(inQuery ? QUERY : HEADERS, `The endpoint's authvalue cannot be used: ${reason}.`),
    );
  }
  const result = await services.sender.send(
    { url: address, authentication: reading.authentication, headers, body },
    signal,
  );
  if (result.error?.kind === 'cancelled') return { kind: 'cancelled' };
  const duration = result.attempts.reduce((sum, attempt) => sum + attempt.duration, 0);
  const attempts = result.attempts.length;
  if (result.error === undefined) return { kind: 'succeeded', duration, attempts };
  return failed(result.attempts, describe(result.error, address));
}

function authenticationOf(services: Services, endpoint: StoredRow): AuthenticationReading {
  const known = services.authentications.get(endpoint);
  if (known !== undefined) return known;
  const authValue = asText(endpoint['authvalue']);
  const reading = readAuthentication(
    asNumber(endpoint['authtype']) ?? 0,
    authValue === undefined ? undefined : new Secret(authValue),
  );
  services.authentications.set(endpoint, reading);
  return reading;
}

// The assignment of codes to events follows their names: UNVERIFIED (FACTS 17.3).
const NON_SUCCESS = 0x80050201;
const TIMED_OUT = 0x80050202;
const HEADERS = 0x80050203;
const QUERY = 0x80050204;
const POST_FAILED = 0x80050205;
const POST_DISABLED = 0x80050206;
const MAX_SIZE = 0x80050207;

/** A failure with a code of FACTS 12. The texts are ours (FACTS 12 leaves them free). */
export function failure(code: number, friendly: string, detail = ''): StepFailure {
  const text = detail === '' ? friendly : `${friendly}\n${detail}`;
  return { code: `0x${code.toString(16)}`, number: code | 0, friendly, detail: text };
}

function failed(attempts: DeliveryResult['attempts'], what: StepFailure): StepOutcome {
  const lines = attempts.map(({ outcome, duration }, index) => {
    const how = outcome.kind === 'answered' ? `status ${outcome.status}` : outcome.kind;
    return `Attempt ${index + 1}: ${how} after ${Math.round(duration)} ms.`;
  });
  return {
    kind: 'failed',
    duration: attempts.reduce((sum, attempt) => sum + attempt.duration, 0),
    attempts: attempts.length,
    failure: { ...what, detail: [what.detail, ...lines].join('\n') },
  };
}

function describe(error: DeliveryError, address: string): StepFailure {
  const target = `Endpoint: ${withoutSecrets(address)}`;
  switch (error.kind) {
    case 'nonSuccess':
      return failure(NON_SUCCESS, `The endpoint answered the webhook with status ${error.status}.`, target);
    case 'timeout':
      return failure(
        TIMED_OUT,
        `The endpoint did not answer the webhook within ${error.milliseconds / 1000} s.`,
        target,
      );
    case 'invalidHeaders':
      return failure(HEADERS, `The stored header '${error.name}' cannot be sent.`, target);
    case 'invalidQueryParameters':
      return failure(QUERY, `The stored query parameter '${error.name}' cannot be sent.`, target);
    case 'maxSizeExceeded':
      return failure(
        MAX_SIZE,
        `The body of the webhook has ${error.bytes} bytes, which is too many.`,
        target,
      );
    case 'invalidUrl':
      return failure(
        POST_FAILED,
        'The address of the endpoint is not an absolute http or https URL.',
        target,
      );
    case 'requestFailed':
      return failure(
        POST_FAILED,
        `The endpoint could not be reached: ${error.failure} (${error.code}).`,
        target,
      );
    case 'cancelled':
      return failure(POST_FAILED, 'The call was cancelled.', target);
  }
}

/** The address as a message may show it: a query string may hold a key, a user part a password. */
function withoutSecrets(address: string): string {
  const url = URL.parse(address);
  if (url === null) return '(not a URL)';
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

function refusedAddress(services: Services, address: string): StepFailure | undefined {
  const url = URL.parse(address);
  if (url === null) return undefined; // The sender says what is wrong with it.
  if (!isLoopbackHost(url.hostname)) {
    return failure(
      POST_DISABLED,
      'The sandbox calls only this machine. Use an address on localhost or 127.0.0.1.',
      `Endpoint: ${withoutSecrets(address)}`,
    );
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (services.allowedPorts === 'any' || port === 80 || port === 443 || services.allowedPorts.has(port))
    return undefined;
  return failure(
    POST_FAILED,
    `Webhooks are sent only to the ports 80 and 443, not to ${port}.`,
    `Endpoint: ${withoutSecrets(address)}`,
  );
}
