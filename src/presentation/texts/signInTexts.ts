import * as l10n from '@vscode/l10n';
import type { SignInError, SignInReason } from '../../auth/signInError';
import type { SignInWay } from '../../auth/ways';
import type { SignIn } from '../../environments/profile';
import { signInSentence } from './signInSentences.data';
import { type ErrorText, type NextStep } from './errorTexts';
import { oneLine } from './plainText';

/** Reasons that one click on *Sign In* can remove. */
const SIGN_IN_HELPS: ReadonlySet<SignInReason> = new Set([
  'interactionNeeded',
  'sessionExpired',
  'sessionRevoked',
  'mfaNeeded',
  'mfaSetupNeeded',
  'passwordExpired',
  'wrongPassword',
  'consentNeeded',
  'consentDeclined',
  'accessDenied',
  'deviceCodeExpired',
  'codeRedeemed',
  'timeout',
  'browserNotOpened',
  'loopbackFailed',
  'notInTenant',
  'accountNotFound',
  // Another secret or certificate is asked for.
  'noSecret',
  'wrongSecret',
  'secretExpired',
  'certificateUnknown',
  'certificateExpired',
]);

const RETRY_HELPS: ReadonlySet<SignInReason> = new Set([
  'unreachable',
  'badAnswer',
  'throttled',
  'authorityDown',
  'cliNotInstalled',
  'cliNotSignedIn',
  'cliSessionExpired',
  'cliFailed',
]);

/**
 * Why there is no token, and what to do: cause first, then the next step.
 * @param where the environment's name.
 */
export function signInText(error: SignInError, where: string): ErrorText {
  const reason = error.because ?? error.reason;
  const nextSteps: NextStep[] = [];
  if (error.reason === 'interactionNeeded' || SIGN_IN_HELPS.has(reason)) nextSteps.push('signIn');
  if (RETRY_HELPS.has(reason)) nextSteps.push('retry');
  return { message: messageOf(error, reason, where), nextSteps: [...nextSteps, 'openLog', 'copyDetails'] };
}

function messageOf(error: SignInError, reason: SignInReason, where: string): string {
  const host = oneLine(String(error.details['host'] ?? ''));
  const text = signInSentence(reason, { environment: where, host }) ?? unknownText(error, where);
  return error.number === undefined || text.includes(String(error.number))
    ? text
    : l10n.t('{text} (AADSTS{number})', { text, number: error.number });
}

/** What we have no words for is shown as the service wrote it. */
function unknownText(error: SignInError, where: string): string {
  const said = oneLine(error.serviceMessage ?? '');
  const code =
    error.number === undefined ? String(error.details['error'] ?? error.reason) : `AADSTS${error.number}`;
  return said === ''
    ? l10n.t('The sign-in for {environment} failed: {code}. The log has more.', { environment: where, code })
    : l10n.t('The sign-in service refused the sign-in for {environment}: {message} ({code})', {
        environment: where,
        message: said,
        code,
      });
}

/** The name of how an environment signs in. */
export function signInName(way: SignIn): string {
  return way === 'token' ? l10n.t('Pasted token') : wayText(way).label;
}

/** A way to sign in, as it is offered: its name and when to use it. */
export function wayText(way: SignInWay): { readonly label: string; readonly detail: string } {
  switch (way) {
    case 'editor':
      return {
        label: l10n.t('Account of the editor'),
        detail: l10n.t('The Microsoft account you use in the editor; needs nothing else.'),
      };
    case 'browser':
      return { label: l10n.t('Browser'), detail: l10n.t('Any account, on a page of your browser.') };
    case 'deviceCode':
      return {
        label: l10n.t('Device code'),
        detail: l10n.t('A code that you type on any device; for remote windows and strict networks.'),
      };
    case 'secret':
      return {
        label: l10n.t('Client secret'),
        detail: l10n.t('An application with a secret; for a service account without a person.'),
      };
    case 'certificate':
      return {
        label: l10n.t('Client certificate'),
        detail: l10n.t('An application with a PEM certificate; safer than a secret.'),
      };
    case 'azureCli':
      return {
        label: l10n.t('Azure CLI'),
        detail: l10n.t('The account of "az login", when you are signed in there already.'),
      };
    case 'none':
      return { label: l10n.t('No sign-in'), detail: l10n.t('Only for a service on this machine.') };
  }
}

/**
 * The page that the browser shows when it has come back. Whole HTML, without anything loaded from elsewhere.
 * @param editor the editor's name.
 */
export function signInPages(editor: string): { readonly success: string; readonly failure: string } {
  return {
    success: page(
      l10n.t('You are signed in'),
      l10n.t('You can close this page and go back to {editor}.', { editor }),
    ),
    failure: page(
      l10n.t('You are not signed in'),
      l10n.t('The sign-in was refused. Go back to {editor} to see why.', { editor }),
    ),
  };
}

function page(title: string, text: string): string {
  const safe = (words: string): string =>
    words.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return (
    `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${safe(title)}</title>` +
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>' +
    `<body style="font-family: system-ui, sans-serif; margin: 4rem auto; max-width: 32rem">` +
    `<h1>${safe(title)}</h1><p>${safe(text)}</p></body></html>`
  );
}
