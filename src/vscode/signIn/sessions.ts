import * as vscode from 'vscode';
import { createRunAzureCli } from '../../auth/runAzureCli';
import { TokenCaches } from '../../auth/tokenCache';
import type { SecretStore } from '../../auth/ports';
import { systemClock } from '../../base/clock';
import type { Transport } from '../../dataverse/transport';
import type { EnvironmentList } from '../../environments/environmentList';
import { SignInSessions } from '../../environments/signInSessions';
import type { Report } from '../report';
import { editorSessions } from './editorAccounts';
import { browserOrCode, deviceCodeInteraction } from './interactions';
import { signInSettings } from './signInSettings';

/** The sign-ins of this window with the editor's parts: accounts, secret store, browser, messages. */
export function signInSessions(parts: {
  readonly list: EnvironmentList;
  readonly secrets: SecretStore;
  readonly transport: Transport;
  readonly report: Report;
}): SignInSessions {
  const { list, secrets, transport, report } = parts;
  return new SignInSessions({
    list,
    transport,
    caches: new TokenCaches(secrets),
    clock: systemClock,
    settings: signInSettings,
    editorSessions: ({ name, url }) =>
      editorSessions(
        url,
        vscode.l10n.t('Sign in to work with the webhooks of {environment}.', { environment: name }),
      ),
    runAzureCli: createRunAzureCli(),
    browser: (profile) => browserOrCode(profile, report),
    deviceCode: (profile) => deviceCodeInteraction(profile, report),
  });
}
