import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { authorityOf, scopeOf } from '../../auth/authority';
import { readCertificateFile } from '../../auth/certificateFile';
import { cloud as cloudOf, placeOfHost, type CloudName } from '../../auth/cloud';
import { EditorAccountSession, editorScopes } from '../../auth/editorAccount';
import { SignInError } from '../../auth/signInError';
import { waysToSignIn } from '../../auth/ways';
import { systemClock } from '../../base/clock';
import type { Secret } from '../../base/secret';
import { DataverseError } from '../../dataverse/errors';
import type { Transport } from '../../dataverse/transport';
import { discoverEnvironments, type DiscoveredEnvironment } from '../../environments/discovery';
import { findAuthority } from '../../environments/findAuthority';
import {
  addEnvironmentStart,
  addEnvironmentWizard,
  newEnvironment,
  type AddEnvironmentContext,
  type Welcome,
} from '../../presentation/flows/addEnvironment';
import {
  changedEnvironment,
  changeEnvironmentStart,
  changeEnvironmentWizard,
} from '../../presentation/flows/changeEnvironment';
import type { Probe } from '../../presentation/flows/pastedToken';
import { runWizard } from '../../wizard/wizard';
import { quickInputUi } from '../quickInput';
import { accountProvider, editorSessions } from '../signIn/editorAccounts';
import { SANDBOX_ID } from '../sandboxEnvironment';
import { browserReachesUs } from '../signIn/interactions';
import { signInSettings } from '../signIn/signInSettings';
import type { Services } from './services';
import { signInTo } from './signInCommands';
import type { Handlers } from './table';
import { targetEnvironment } from './targets';

type EnvironmentCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.addEnvironment'
  | 'dataverseWebhooks.removeEnvironment'
  | 'dataverseWebhooks.changeEnvironment'
  | 'dataverseWebhooks.startSandbox'
  | 'dataverseWebhooks.stopSandbox'
  | 'dataverseWebhooks.refreshWebhooks'
  | 'dataverseWebhooks.copyAddress'
>;

/** Commands about environments and the sandbox. */
export function environmentCommands(services: Services): EnvironmentCommands {
  const { list, report, sandbox, tree } = services;
  return {
    'dataverseWebhooks.addEnvironment': () => addEnvironment(services),
    'dataverseWebhooks.removeEnvironment': async (nodes) => {
      const { profile } = await targetEnvironment(services, nodes);
      if (profile.sandbox) return stopSandbox(services);
      const act = vscode.l10n.t('Remove Environment');
      const question = vscode.l10n.t('Remove the environment "{name}" from the list?', {
        name: profile.name,
      });
      const detail = vscode.l10n.t(
        'Its token is deleted from this machine. Nothing changes in the environment itself.',
      );
      if (!(await report.confirm(question, detail, act))) return;
      await services.sessions.leave(profile);
      await list.remove(profile.id);
    },
    'dataverseWebhooks.changeEnvironment': async (nodes) => {
      const { profile } = await targetEnvironment(
        services,
        nodes,
        (connection) => !connection.profile.sandbox,
      );
      const ui = quickInputUi(profile.name);
      const start = changeEnvironmentStart(profile);
      const answers = await runWizard(changeEnvironmentWizard(profile), ui, start, services.lifetime);
      await list.add(changedEnvironment(profile, answers), undefined);
    },
    'dataverseWebhooks.startSandbox': async () => {
      const what = { undone: vscode.l10n.t('Could not start the sandbox.') };
      await report.attempt(what, () => tree.withProgress(() => sandbox.start(services.lifetime)));
    },
    'dataverseWebhooks.stopSandbox': () => stopSandbox(services),
    'dataverseWebhooks.refreshWebhooks': () => tree.refresh(list.profiles.map((profile) => profile.id)),
    'dataverseWebhooks.copyAddress': async (nodes) => {
      const { profile } = await targetEnvironment(services, nodes);
      await vscode.env.clipboard.writeText(profile.url);
    },
  };
}

/** What somebody has made in a sandbox of this window goes with it, and nothing brings it back. */
async function stopSandbox({ report, sandbox, undos }: Services): Promise<void> {
  const loses = sandbox.isOwn && undos.hasChanged(SANDBOX_ID);
  const question = vscode.l10n.t('Stop the sandbox?');
  const detail = vscode.l10n.t('What was registered and changed in it is gone then.');
  if (loses && !(await report.confirm(question, detail, vscode.l10n.t('Stop Sandbox')))) return;
  await sandbox.stop();
}

async function addEnvironment(services: Services): Promise<void> {
  const { list, lifetime } = services;
  let asked = vscode.l10n.t('The server');
  const context = await addEnvironmentContext(services, (address) => (asked = new URL(address).host));
  const ui = quickInputUi(() => asked);
  const answers = await runWizard(addEnvironmentWizard(context), ui, addEnvironmentStart, lifetime);
  const { profile, secret } = newEnvironment(context, answers, randomUUID());
  await list.add(profile, secret);
  await signInTo(services, profile);
}

/** @param onAsk hears which address is asked, to be named when it does not answer. */
async function addEnvironmentContext(
  services: Services,
  onAsk: (address: string) => void,
): Promise<AddEnvironmentContext> {
  const { list, transport } = services;
  const settings = signInSettings();
  const editorAccounts = await hasEditorAccounts(settings.cloud);
  return {
    known: list.profiles.map((profile) => profile.url),
    ...(settings.cloud === undefined ? {} : { cloud: settings.cloud }),
    ...(settings.clientId === undefined ? {} : { clientId: settings.clientId }),
    ways: (loopback) =>
      waysToSignIn({ loopback, editorAccounts, browserReachesUs: browserReachesUs(), processes: true }),
    welcome: (origin, signal) => {
      onAsk(origin);
      return welcome(transport, origin, signal);
    },
    probe: (origin, token, signal) => {
      onAsk(origin);
      return probe(services, origin, token, signal);
    },
    readCertificate: (path) => readCertificateFile(path, systemClock),
    ...(editorAccounts ? { discover: (signal: AbortSignal) => discover(services, onAsk, signal) } : {}),
  };
}

/** Milliseconds; a provider that is not there is waited for much longer by the editor. */
const PROVIDER_LIMIT = 300;

/** True when the editor has a provider of Microsoft accounts: its own extension, or one that is registered already. */
async function hasEditorAccounts(name: CloudName | undefined): Promise<boolean> {
  if (vscode.extensions.getExtension('vscode.microsoft-authentication') !== undefined) return true;
  const registered = vscode.authentication.getAccounts(accountProvider(name)).then(
    () => true,
    () => false,
  );
  return Promise.race([registered, systemClock.delay(PROVIDER_LIMIT).then(() => false)]);
}

/** The environments of the editor's account in the cloud of the settings (FACTS 14). */
async function discover(
  services: Services,
  onAsk: (address: string) => void,
  signal: AbortSignal,
): Promise<readonly DiscoveredEnvironment[]> {
  const { cloud: name = 'public', clientId, tenant } = signInSettings();
  const { discoveryUrl, authorityHosts } = cloudOf(name);
  onAsk(discoveryUrl);
  const authority = authorityOf(
    { authorizationUri: `https://${authorityHosts[0]}/organizations` },
    { place: name, ...(tenant === undefined ? {} : { tenant }) },
  );
  const session = new EditorAccountSession({
    sessions: editorSessions(discoveryUrl, vscode.l10n.t('Sign in to list the environments you may use.')),
    scopes: editorScopes(scopeOf(discoveryUrl), authority, clientId),
  });
  await session.signIn({ signal });
  const { environments } = await discoverEnvironments({
    base: discoveryUrl,
    transport: services.transport,
    tokens: session,
    signal,
  });
  return environments;
}

/**
 * Asks an address who gives out tokens for it. A server on this machine may name an authority that is not to be
 * trusted, or be no Dataverse at all; then a token can be pasted, where it wants one.
 */
async function welcome(transport: Transport, origin: string, signal: AbortSignal): Promise<Welcome> {
  const { cloud, override, tenant } = signInSettings();
  const place = placeOfHost(new URL(origin).hostname, cloud) ?? 'public';
  const settings = { override, ...(tenant === undefined ? {} : { tenant }) };
  try {
    const found = await findAuthority({ origin, place, transport, signal, ...settings });
    return { tokenNeeded: found.tokenNeeded, authority: found.authority.url };
  } catch (error) {
    if (place !== 'loopback') throw error;
    if (error instanceof SignInError)
      return { tokenNeeded: await wantsToken(transport, origin, signal), authority: undefined };
    if (answered(error)) return { tokenNeeded: false, authority: undefined };
    throw error;
  }
}

async function wantsToken(transport: Transport, origin: string, signal: AbortSignal): Promise<boolean> {
  const response = await transport({
    method: 'GET',
    url: `${origin}/api/data/v9.2/WhoAmI`,
    headers: {},
    signal,
  });
  response.discard();
  return response.status === 401;
}

/** True for a refusal that a working server gives to what it does not know. */
function answered(error: unknown): boolean {
  const known =
    DataverseError.is(error) && error.status !== undefined && error.status < 500 && error.status !== 401;
  return known || DataverseError.is(error, 'unsupported');
}

/**
 * Tries a token with WhoAmI (FACTS 15.1). A server that answers, but does not know WhoAmI, is another OData server
 * on this machine; it is taken as it is.
 */
export async function probe(
  services: Services,
  origin: string,
  token: Secret | undefined,
  signal: AbortSignal,
): Promise<Probe> {
  try {
    await services.connections.probe(origin, token).get('WhoAmI', { signal });
    return 'accepted';
  } catch (error) {
    if (DataverseError.is(error, 'unauthorized')) return 'tokenNeeded';
    if (answered(error)) return 'accepted';
    throw error;
  }
}
