import { CancelledError, isCancellation, type ErrorDetails } from '../base/errors';
import { cutText } from '../base/text';
import { REASON_OF_AADSTS } from './aadsts.data';
import type { Refusal, SignInNetwork } from './network';
import { SignInError, type SignInReason } from './signInError';

/** How the application proves itself; it tells what a bare `invalid_client` means. */
export type Credential = 'none' | 'secret' | 'certificate';

/** Error codes of OAuth, OpenID Connect and of the library, where no number says more. */
const REASON_OF_CODE: Readonly<Record<string, SignInReason>> = {
  interaction_required: 'interactionNeeded',
  login_required: 'interactionNeeded',
  no_tokens_found: 'interactionNeeded',
  no_account_in_silent_request: 'interactionNeeded',
  bad_token: 'interactionNeeded',
  ui_not_allowed: 'interactionNeeded',
  interrupted_user: 'interactionNeeded',
  refresh_token_expired: 'sessionExpired',
  token_refresh_required: 'interactionNeeded',
  invalid_grant: 'sessionExpired',
  consent_required: 'consentNeeded',
  access_denied: 'accessDenied',
  authorization_declined: 'accessDenied',
  user_canceled: 'accessDenied',
  expired_token: 'deviceCodeExpired',
  code_expired: 'deviceCodeExpired',
  bad_verification_code: 'deviceCodeExpired',
  device_code_expired: 'deviceCodeExpired',
  user_timeout_reached: 'timeout',
  unauthorized_client: 'publicClientNotAllowed',
  invalid_scope: 'scopeInvalid',
  invalid_target: 'scopeInvalid',
  invalid_resource: 'environmentNotInTenant',
  invalid_tenant: 'tenantNotFound',
  missing_tenant_id_error: 'tenantNeeded',
  temporarily_unavailable: 'authorityDown',
  server_error: 'authorityDown',
  untrusted_authority: 'untrustedAuthority',
  authority_uri_insecure: 'untrustedAuthority',
  issuer_validation_failed: 'untrustedAuthority',
  endpoints_resolution_error: 'tenantNotFound',
  openid_config_error: 'tenantNotFound',
  network_error: 'unreachable',
  token_parsing_error: 'badAnswer',
  client_info_decoding_error: 'badAnswer',
  state_mismatch: 'badAnswer',
  nonce_mismatch: 'badAnswer',
  invalid_state: 'badAnswer',
  no_auth_code_in_response: 'badAnswer',
  loopback_server_timeout: 'loopbackFailed',
  no_loopback_server_exists: 'loopbackFailed',
  invalid_loopback_server_address_type: 'loopbackFailed',
  unable_to_load_redirectUrl: 'loopbackFailed',
  loopback_server_query_response_not_supported: 'loopbackFailed',
};

const REASON_OF_INVALID_CLIENT: Readonly<Record<Credential, SignInReason>> = {
  none: 'clientRefused',
  secret: 'wrongSecret',
  certificate: 'certificateUnknown',
};

/** Reasons that a person removes by signing in. */
const PERSON: ReadonlySet<SignInReason> = new Set([
  'interactionNeeded',
  'sessionExpired',
  'sessionRevoked',
  'mfaNeeded',
  'mfaSetupNeeded',
  'passwordExpired',
  'wrongPassword',
  'consentNeeded',
  'codeRedeemed',
]);

/**
 * What was thrown during a sign-in, as an error of ours: what the network saw counts first, because the library
 * shortens it; then the library's own code.
 * @returns `CancelledError` when the signal ended it.
 */
export function signInFailure(
  thrown: unknown,
  context: {
    readonly network: SignInNetwork;
    readonly signal: AbortSignal;
    readonly credential: Credential;
    /** Nobody was asked, so what a person can remove is told as `interactionNeeded`. */
    readonly silent: boolean;
  },
): Error {
  if (context.signal.aborted || isCancellation(thrown)) return new CancelledError();
  const { network } = context;
  if (network.failure !== undefined) return network.failure;
  const error =
    network.refusal !== undefined
      ? ofRefusal(network.refusal, context)
      : thrown instanceof SignInError
        ? thrown
        : ofLibrary(thrown, context);
  return context.silent && PERSON.has(error.reason) ? asInteraction(error) : error;
}

function asInteraction(error: SignInError): SignInError {
  if (error.reason === 'interactionNeeded') return error;
  return new SignInError('interactionNeeded', error.message, { ...error.details, because: error.reason });
}

function ofRefusal(
  refusal: Refusal,
  context: { readonly network: SignInNetwork; readonly credential: Credential },
): SignInError {
  const description = context.network.hide(refusal.description);
  const code = shortCode(context.network.hide(refusal.error));
  const number = refusal.numbers[0] ?? numberIn(description);
  const reason = reasonOf(code, number, context.credential, refusal.status);
  return new SignInError(reason, `The sign-in service refused: ${describe(code, number)}`, {
    error: code,
    status: refusal.status,
    ...detailsOf(description, number),
  });
}

/** Reads an error of the library by its shape: the library is a bundle of its own, so its classes are not ours. */
function ofLibrary(
  thrown: unknown,
  context: { readonly network: SignInNetwork; readonly credential: Credential },
): SignInError {
  const name = memberOf(thrown, 'errorCode') ?? memberOf(thrown, 'code') ?? nameOf(thrown);
  const code = shortCode(context.network.hide(name));
  const said = context.network.hide(memberOf(thrown, 'errorMessage') ?? '');
  const number = numberIn(said) ?? numberIn(`AADSTS${memberOf(thrown, 'errorNo') ?? ''}`);
  if (/^E[A-Z]{3,}$/.test(code)) {
    return new SignInError('loopbackFailed', `The sign-in could not listen: ${code}`, { code });
  }
  const reason = reasonOf(code, number, context.credential, 0);
  // Sentences of the library only point to its documentation; those of the service are worth telling.
  const details = nameOf(thrown) === 'ClientAuthError' ? { aadsts: number } : detailsOf(said, number);
  return new SignInError(reason, `The sign-in failed: ${describe(code, number)}`, {
    error: code,
    ...details,
  });
}

function reasonOf(
  code: string,
  number: number | undefined,
  credential: Credential,
  status: number,
): SignInReason {
  const byNumber = number === undefined ? undefined : REASON_OF_AADSTS.get(number);
  if (byNumber !== undefined) return byNumber;
  if (code === 'invalid_client') return REASON_OF_INVALID_CLIENT[credential];
  if (status === 429) return 'throttled';
  if (status >= 500) return 'authorityDown';
  const byCode = Object.hasOwn(REASON_OF_CODE, code) ? REASON_OF_CODE[code] : undefined;
  // A number that we do not know is shown as the service wrote it, unless the code says that a person is needed.
  if (byCode !== undefined && (number === undefined || byCode === 'interactionNeeded')) return byCode;
  return number === undefined && status === 0 ? 'unexpected' : 'refused';
}

function describe(code: string, number: number | undefined): string {
  return number === undefined ? code : `${code} AADSTS${number}`;
}

/** The service's sentence without the ids behind it, and the ids by themselves, for its support. */
function detailsOf(description: string, number: number | undefined): ErrorDetails {
  const sentence = description
    .replace(/^Error\(s\):.*? - Description: /s, '')
    .split(/\s*(?:- )?(?:Trace ID|Correlation ID|Timestamp):/i, 1)[0]
    ?.replace(/^AADSTS\d+:\s*/, '')
    .trim();
  const trace = /Trace ID: ([0-9a-f-]{36})/i.exec(description)?.[1];
  const correlation = /Correlation ID: ([0-9a-f-]{36})/i.exec(description)?.[1];
  return {
    aadsts: number,
    serviceMessage: sentence === undefined || sentence === '' ? undefined : cutText(sentence, 500),
    traceId: trace,
    correlationId: correlation,
  };
}

function numberIn(text: string): number | undefined {
  const digits = /AADSTS(\d{4,8})/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A code of a stranger, as far as it can be one. */
function shortCode(code: string): string {
  return /^[\w.-]{1,80}/.exec(code)?.[0] ?? 'unknown';
}

function memberOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const member: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
  return typeof member === 'string' && member !== '' ? member : undefined;
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : 'unknown';
}
