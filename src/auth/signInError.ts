import { AppError, type ErrorDetails } from '../base/errors';

/**
 * Why there is no token. Each has a text with cause and next step in `presentation/texts/signInTexts.ts`.
 * `interactionNeeded`: a person has to sign in; `details.because` may say more with another of these reasons.
 */
export const SIGN_IN_REASONS = [
  'interactionNeeded',
  // About the person or the account.
  'sessionExpired',
  'sessionRevoked',
  'mfaNeeded',
  'mfaSetupNeeded',
  'passwordExpired',
  'wrongPassword',
  'accountLocked',
  'accountDisabled',
  'accountNotFound',
  'notInTenant',
  'notAssigned',
  'accessDenied',
  'claimsNotSatisfied',
  // About rules of the organization.
  'deviceNotCompliant',
  'deviceNotJoined',
  'blockedByPolicy',
  'appNotApproved',
  // About consent.
  'consentNeeded',
  'consentDeclined',
  'adminConsentNeeded',
  // About the app registration.
  'appNotFound',
  'appDisabled',
  'appNotInTenant',
  'singleTenantApp',
  'publicClientNotAllowed',
  'redirectNotRegistered',
  'scopeInvalid',
  'environmentNotInTenant',
  // About secrets and certificates.
  'noSecret',
  'wrongSecret',
  'secretExpired',
  'certificateUnknown',
  'certificateExpired',
  'certificateFileMissing',
  'certificateFileDenied',
  'certificateUnreadable',
  'certificateWithoutKey',
  'keyEncrypted',
  'keyNotRsa',
  'keyDoesNotMatch',
  'clientRefused',
  'clockWrong',
  // About tenant and authority.
  'tenantNotFound',
  'tenantNeeded',
  'noAuthority',
  'untrustedAuthority',
  // About the flows themselves.
  'deviceCodeExpired',
  'codeRedeemed',
  'timeout',
  'browserNotOpened',
  'loopbackFailed',
  'editorAccountMissing',
  'cliNotInstalled',
  'cliNotSignedIn',
  'cliSessionExpired',
  'cliFailed',
  'loopbackOnly',
  // About the network and the service.
  'unreachable',
  'untrustedCertificate',
  'proxyNeedsSignIn',
  'badAnswer',
  'throttled',
  'authorityDown',
  'refused',
  'unexpected',
] as const;
export type SignInReason = (typeof SIGN_IN_REASONS)[number];

/** No token could be had. Holds no token, secret, key or code, in none of its members. */
export class SignInError extends AppError<SignInReason> {
  override readonly name = 'SignInError';

  constructor(reason: SignInReason, message: string, details: ErrorDetails = {}) {
    // No cause is kept: errors of the library below hold requests and answers.
    super(reason, message, { details });
  }

  /** True for a `SignInError`, of the given reason when one is given. */
  static is(error: unknown, reason?: SignInReason): error is SignInError {
    return error instanceof SignInError && (reason === undefined || error.reason === reason);
  }

  /** The number of the service's error, where it told one: 50076 for AADSTS50076. */
  get number(): number | undefined {
    const number = this.details['aadsts'];
    return typeof number === 'number' ? number : undefined;
  }

  /** The service's own sentence, with secrets taken out. */
  get serviceMessage(): string | undefined {
    const text = this.details['serviceMessage'];
    return typeof text === 'string' ? text : undefined;
  }

  /** What lies behind `interactionNeeded`, where it is known. */
  get because(): SignInReason | undefined {
    const because = this.details['because'];
    return SIGN_IN_REASONS.find((reason) => reason === because);
  }
}

const CREDENTIAL_PROBLEMS: ReadonlySet<SignInReason> = new Set([
  'noSecret',
  'wrongSecret',
  'secretExpired',
  'certificateUnknown',
  'certificateExpired',
  'certificateUnreadable',
  'certificateWithoutKey',
  'keyEncrypted',
  'keyNotRsa',
  'keyDoesNotMatch',
]);

/** True for a failure that another secret or certificate ends. */
export function isCredentialProblem(error: unknown): boolean {
  return error instanceof SignInError && CREDENTIAL_PROBLEMS.has(error.because ?? error.reason);
}
