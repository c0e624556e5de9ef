import * as l10n from '@vscode/l10n';
import type { SignInReason } from '../../auth/signInError';

/**
 * One or two sentences for each reason: the cause, then the next step. Undefined for the two that stand for what we
 * have no words for.
 * @param environment the environment's name · @param host the host that was asked; empty when there is none.
 */
export function signInSentence(
  reason: SignInReason,
  { environment: where, host }: { readonly environment: string; readonly host: string },
): string | undefined {
  const environment = { environment: where };
  switch (reason) {
    case 'interactionNeeded':
      return l10n.t('You are not signed in to {environment}. Sign in.', environment);
    case 'sessionExpired':
      return l10n.t('Your sign-in for {environment} has expired. Sign in again.', environment);
    case 'sessionRevoked':
      return l10n.t(
        'Your sign-in for {environment} was ended, for example because the password changed. Sign in again.',
        environment,
      );
    case 'mfaNeeded':
      return l10n.t('{environment} wants another proof that it is you. Sign in again.', environment);
    case 'mfaSetupNeeded':
      return l10n.t(
        'Your organization wants a second way to prove that it is you. Sign in in the browser and set it up there.',
      );
    case 'passwordExpired':
      return l10n.t('Your password has expired. Sign in in the browser and change it there.');
    case 'wrongPassword':
      return l10n.t('The user name or password is wrong. Sign in again.');
    case 'accountLocked':
      return l10n.t(
        'The account is locked after too many attempts. Wait some minutes, or ask your administrator.',
      );
    case 'accountDisabled':
      return l10n.t('The account is disabled. Sign in with another one, or ask your administrator.');
    case 'accountNotFound':
      return l10n.t(
        'The account does not exist in the tenant of {environment}. Sign in with another one.',
        environment,
      );
    case 'notInTenant':
      return l10n.t(
        'The account is no member or guest of the tenant of {environment}. Sign in with another one, or ask for an invitation.',
        environment,
      );
    case 'notAssigned':
      return l10n.t(
        'The account is not assigned to the app registration. Ask your administrator to assign it.',
      );
    case 'accessDenied':
      return l10n.t('The sign-in was refused in the browser. Sign in again and accept it there.');
    case 'claimsNotSatisfied':
      return l10n.t(
        '{environment} wants a proof that this sign-in does not give, such as a managed device. Ask your administrator which rule applies, or sign in another way.',
        environment,
      );
    case 'deviceNotCompliant':
      return l10n.t(
        'Your organization allows only devices that follow its rules. Use such a device, or sign in with the account of the editor.',
      );
    case 'deviceNotJoined':
      return l10n.t(
        'Your organization allows only devices that it manages. Use such a device, or sign in with the account of the editor.',
      );
    case 'blockedByPolicy':
      return l10n.t('A rule of your organization blocks the sign-in. Ask your administrator which one.');
    case 'appNotApproved':
      return l10n.t(
        'Your organization does not allow this app. Ask your administrator, or set an app registration of your own.',
      );
    case 'consentNeeded':
      return l10n.t(
        'The app was not allowed to use {environment} yet. Sign in again and agree to it.',
        environment,
      );
    case 'consentDeclined':
      return l10n.t('You did not agree to what the app asks for. Sign in again and agree to it.');
    case 'adminConsentNeeded':
      return l10n.t(
        'An administrator must agree to the app first. Ask for it, or set an app registration of your own.',
      );
    case 'appNotFound':
      return l10n.t(
        'The tenant of {environment} does not know the client id. Check the client id and the tenant.',
        environment,
      );
    case 'appDisabled':
      return l10n.t('The app registration is disabled. Ask its owner to enable it.');
    case 'appNotInTenant':
      return l10n.t(
        'The app is not installed in the tenant of {environment}. Ask your administrator to add it.',
        environment,
      );
    case 'singleTenantApp':
      return l10n.t(
        'The app registration belongs to one tenant only. Set that tenant, or use another registration.',
      );
    case 'publicClientNotAllowed':
      return l10n.t(
        'The app registration does not allow sign-in without a secret. Allow public client flows in it, or use a client secret.',
      );
    case 'redirectNotRegistered':
      return l10n.t(
        'The app registration lacks the redirect address http://localhost. Add it under "Mobile and desktop applications".',
      );
    case 'scopeInvalid':
      return l10n.t(
        'The sign-in service does not know the address of {environment}. Check the URL and the cloud.',
        environment,
      );
    case 'environmentNotInTenant':
      return l10n.t('The tenant does not have {environment}. Check the URL and the tenant.', environment);
    case 'noSecret':
      return l10n.t(
        'The secret or certificate for {environment} is not kept on this machine. Enter it again.',
        environment,
      );
    case 'wrongSecret':
      return l10n.t('The client secret is wrong. Enter its value, not its id.');
    case 'secretExpired':
      return l10n.t('The client secret has expired. Create a new one in the app registration and enter it.');
    case 'certificateUnknown':
      return l10n.t(
        'The app registration does not know this certificate, or the clock of this machine is wrong. Upload the certificate, and check the clock.',
      );
    case 'certificateExpired':
      return l10n.t('The certificate has expired. Choose a newer one and upload it to the app registration.');
    case 'certificateFileMissing':
      return l10n.t('There is no such file. Write its whole path, for example /home/me/app.pem.');
    case 'certificateFileDenied':
      return l10n.t('The file could not be opened. Check its permissions, or choose another one.');
    case 'certificateUnreadable':
      return l10n.t(
        'The file has no certificate that can be read. Choose a PEM file with certificate and private key.',
      );
    case 'certificateWithoutKey':
      return l10n.t('The file has a certificate but no private key. Choose a PEM file with both.');
    case 'keyEncrypted':
      return l10n.t(
        'The private key is protected by a password. Save it without one and choose the file again.',
      );
    case 'keyNotRsa':
      return l10n.t(
        'The private key is no RSA key, and the sign-in service takes no other. Choose an RSA certificate.',
      );
    case 'keyDoesNotMatch':
      return l10n.t(
        'The private key belongs to another certificate. Choose a file in which both belong together.',
      );
    case 'clientRefused':
      return l10n.t(
        'The sign-in service does not accept the app registration. Check the client id and the tenant.',
      );
    case 'clockWrong':
      return l10n.t(
        'The clock of this machine differs from that of the sign-in service. Set it, then try again.',
      );
    case 'tenantNotFound':
      return l10n.t(
        'The tenant does not exist, or no sign-in service answers for it. Check the tenant and the cloud.',
      );
    case 'tenantNeeded':
      return l10n.t('An application signs in to one tenant. Set the tenant of {environment}.', environment);
    case 'noAuthority':
      return l10n.t(
        '{environment} does not say where to sign in. Set the tenant, or check the URL.',
        environment,
      );
    case 'untrustedAuthority':
      return l10n.t(
        '{environment} points to {host} for the sign-in, which is no sign-in service of its cloud. Nothing was sent there. Check the URL.',
        { environment: where, host },
      );
    case 'deviceCodeExpired':
      return l10n.t('The code was not entered in time. Sign in again for a new one.');
    case 'codeRedeemed':
      return l10n.t('The answer of the sign-in was used already. Sign in again.');
    case 'timeout':
      return l10n.t('The sign-in was not finished in time. Sign in again.');
    case 'browserNotOpened':
      return l10n.t('The browser was not opened. Sign in again, or sign in with a device code.');
    case 'loopbackFailed':
      return l10n.t('The browser could not come back to the editor. Sign in with a device code.');
    case 'editorAccountMissing':
      return l10n.t('This editor has no Microsoft accounts. Sign in with the browser or a device code.');
    case 'cliNotInstalled':
      return l10n.t(
        'Azure CLI was not found. Install it, or add its folder to the path and restart the editor.',
      );
    case 'cliNotSignedIn':
      return l10n.t('Nobody is signed in to Azure CLI. Run "az login" in a terminal, then try again.');
    case 'cliSessionExpired':
      return l10n.t('The sign-in of Azure CLI has expired. Run "az login" in a terminal, then try again.');
    case 'cliFailed':
      return l10n.t('Azure CLI gave no token. Run "az account get-access-token" in a terminal to see why.');
    case 'loopbackOnly':
      return l10n.t(
        'Only a service on this machine can be used without a sign-in. Choose another way to sign in.',
      );
    case 'unreachable':
      return l10n.t(
        'The sign-in service {host} could not be reached. Check the network and the proxy, then try again.',
        {
          host,
        },
      );
    case 'untrustedCertificate':
      return l10n.t(
        'The certificate of {host} is not trusted. If a proxy inspects the traffic, install its certificate on this machine.',
        { host },
      );
    case 'proxyNeedsSignIn':
      return l10n.t(
        'The proxy wants a user name and password. Set them in the proxy settings of the editor.',
      );
    case 'badAnswer':
      return l10n.t(
        '{host} answered with something that is no answer of a sign-in service. A proxy or a network sign-in page may be in between.',
        { host: host === '' ? where : host },
      );
    case 'throttled':
      return l10n.t('The sign-in service asks for a pause. Try again in a minute.');
    case 'authorityDown':
      return l10n.t('The sign-in service does not work at the moment. Try again later.');
    case 'refused':
    case 'unexpected':
      return undefined;
  }
}
