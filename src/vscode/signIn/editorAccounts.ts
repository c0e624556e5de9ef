import * as vscode from 'vscode';
import { placeOfHost, type CloudName } from '../../auth/cloud';
import type { EditorSession, EditorSessions } from '../../auth/editorAccount';

/** The editor's provider of Microsoft accounts for a cloud. */
export function accountProvider(cloud: CloudName | undefined): string {
  return cloud === undefined || cloud === 'public' || cloud === 'gcc'
    ? 'microsoft'
    : 'microsoft-sovereign-cloud';
}

/**
 * The accounts of the editor, for one environment.
 * @param detail what the sign-in is for, shown when the editor asks.
 */
export function editorSessions(url: string, detail: string): EditorSessions {
  const place = placeOfHost(new URL(url).hostname);
  const provider = accountProvider(place === 'loopback' ? undefined : place);
  return {
    getSession: async ({ scopes, claims }, { mode, accountId }) => {
      const account = await accountOf(provider, accountId);
      const options: vscode.AuthenticationGetSessionOptions = {
        ...(account === undefined ? {} : { account }),
        ...modeOptions(mode, detail),
      };
      const request =
        claims === undefined
          ? [...scopes]
          : { wwwAuthenticate: challenge(claims), fallbackScopes: [...scopes] };
      const session = await vscode.authentication.getSession(provider, request, options);
      return session === undefined ? undefined : toSession(session);
    },
  };
}

function modeOptions(
  mode: 'silent' | 'ask' | 'askAgain',
  detail: string,
): vscode.AuthenticationGetSessionOptions {
  if (mode === 'silent') return { silent: true };
  return mode === 'ask' ? { createIfNone: { detail } } : { forceNewSession: { detail } };
}

/** The form in which the editor takes a claims challenge: the header that the service would have sent. */
function challenge(claims: string): string {
  return `Bearer claims="${Buffer.from(claims, 'utf8').toString('base64')}", error="insufficient_claims"`;
}

async function accountOf(
  provider: string,
  accountId: string | undefined,
): Promise<vscode.AuthenticationSessionAccountInformation | undefined> {
  if (accountId === undefined) return undefined;
  const accounts = await vscode.authentication.getAccounts(provider);
  return accounts.find(({ id }) => id === accountId);
}

function toSession({ accessToken, account }: vscode.AuthenticationSession): EditorSession {
  return { accessToken, account: { id: account.id, label: account.label } };
}
