import * as vscode from 'vscode';
import type { BrowserInteraction } from '../../auth/browserFlow';
import type { DeviceCodeInteraction } from '../../auth/deviceCodeFlow';
import type { EnvironmentProfile } from '../../environments/profile';
import { signInPages } from '../../presentation/texts/signInTexts';
import type { Report } from '../report';

const EXTENSION_ID = 'dataverse-webhooks.dataverse-webhooks';

/**
 * A page of the browser comes back to this machine only when the extension runs where the user sits: in a desktop
 * editor that has no other side, or on its near side.
 */
export function browserReachesUs(): boolean {
  if (vscode.env.uiKind !== vscode.UIKind.Desktop) return false;
  const kind = vscode.extensions.getExtension(EXTENSION_ID)?.extensionKind;
  return vscode.env.remoteName === undefined || kind === vscode.ExtensionKind.UI;
}

/** Sign-in on a page of the user's browser. */
function browserInteraction(): BrowserInteraction {
  return {
    kind: 'browser',
    open: async (url) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
    pages: signInPages(vscode.env.appName),
  };
}

/** Sign-in with a code: shown until the sign-in has ended, to be copied with one click. */
export function deviceCodeInteraction(profile: EnvironmentProfile, report: Report): DeviceCodeInteraction {
  return {
    kind: 'deviceCode',
    show: ({ userCode, verificationUri }, ended) => {
      const message = vscode.l10n.t('Sign in to {environment}: enter the code {code} at {page}.', {
        environment: profile.name,
        code: userCode,
        page: verificationUri,
      });
      const act = vscode.l10n.t('Copy Code and Open Page');
      void report.offer(message, act, ended).then(async (taken) => {
        if (!taken || ended.aborted) return;
        await vscode.env.clipboard.writeText(userCode);
        await vscode.env.openExternal(vscode.Uri.parse(verificationUri, true));
      });
    },
  };
}

/**
 * The browser, or a code in a window whose browser could not come back to us: an environment that was added on a desktop
 * or imported may be used there, and a page that leads nowhere would be all that its user sees.
 */
export function browserOrCode(
  profile: EnvironmentProfile,
  report: Report,
): BrowserInteraction | DeviceCodeInteraction {
  return browserReachesUs() ? browserInteraction() : deviceCodeInteraction(profile, report);
}
