import * as vscode from 'vscode';
import type { BrowserInteraction } from '../../auth/browserFlow';
import type { DeviceCodeInteraction } from '../../auth/deviceCodeFlow';
import type { EnvironmentProfile } from '../../environments/profile';
import { signInPages } from '../../presentation/texts/signInTexts';
import type { Report } from '../report';

/** Sign-in on a page of the user's browser. */
export function browserInteraction(): BrowserInteraction {
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
