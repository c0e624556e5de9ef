import * as vscode from 'vscode';
import { readCertificateFile } from '../../auth/certificateFile';
import { isCredentialProblem } from '../../auth/signInError';
import { systemClock } from '../../base/clock';
import { DataverseError } from '../../dataverse/errors';
import type { EnvironmentProfile } from '../../environments/profile';
import { credentialStart, credentialWizard } from '../../presentation/flows/credentialQuestions';
import { signInStart, signInWizard } from '../../presentation/flows/pastedToken';
import { runWizard } from '../../wizard/wizard';
import { quickInputUi } from '../quickInput';
import { probe } from './environmentCommands';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment } from './targets';

type SignInCommands = Pick<Handlers, 'dataverseWebhooks.signIn' | 'dataverseWebhooks.signOut'>;

/** Commands about the sign-in to environments. */
export function signInCommands(services: Services): SignInCommands {
  const mine = async (nodes: Parameters<typeof targetEnvironment>[1]) =>
    (await targetEnvironment(services, nodes, ({ profile }) => !profile.sandbox)).profile;
  return {
    'dataverseWebhooks.signIn': async (nodes) => signInTo(services, await mine(nodes)),
    'dataverseWebhooks.signOut': async (nodes) => signOutOf(services, await mine(nodes)),
  };
}

/**
 * Signs in to an environment in its own way, which the user can cancel, and loads it anew. Where nobody needs to be
 * asked, loading is all there is to do.
 */
export async function signInTo(services: Services, profile: EnvironmentProfile): Promise<void> {
  if (profile.signIn === 'token' && (await needsToken(services, profile))) {
    await pasteToken(services, profile);
  }
  if (isApplication(profile.signIn) && (await needsCredential(services, profile))) {
    await enterCredential(services, profile, profile.signIn);
  }
  const { gate } = services.sessions.of(profile);
  const undone = vscode.l10n.t('Could not sign in to {environment}.', { environment: profile.name });
  await services.report.attempt({ undone, environment: profile }, async () => {
    if (gate !== undefined) {
      const account = await withCancel(services, profile, (signal) => gate.signIn({ signal }));
      const { id, username, entry } = account;
      await services.sessions.moved(profile, entry);
      const kept = { id, username, ...(entry === undefined ? {} : { entry }) };
      await services.list.add({ ...profile, account: kept }, undefined);
    }
    await services.tree.refresh([profile.id]);
  });
}

/** True when no token is kept, or the service has refused the one that is. */
async function needsToken({ list, states }: Services, profile: EnvironmentProfile): Promise<boolean> {
  if ((await list.credential(profile)) === undefined) return true;
  const { phase, error } = states.of(profile.id);
  return phase === 'failed' && DataverseError.is(error, 'unauthorized');
}

async function pasteToken(services: Services, profile: EnvironmentProfile): Promise<void> {
  const wizard = signInWizard({
    environmentName: profile.name,
    origin: profile.url,
    probe: (token, signal) => probe(services, profile.url, token, signal),
  });
  const { token } = await runWizard(wizard, quickInputUi(profile.name), signInStart, services.lifetime);
  await services.list.add(profile, token);
}

function isApplication(way: EnvironmentProfile['signIn']): way is 'secret' | 'certificate' {
  return way === 'secret' || way === 'certificate';
}

/** True when nothing is kept, as after an import, or the sign-in service has refused what is. */
async function needsCredential({ list, states }: Services, profile: EnvironmentProfile): Promise<boolean> {
  if ((await list.credential(profile)) === undefined) return true;
  const { phase, error } = states.of(profile.id);
  return phase === 'failed' && isCredentialProblem(error);
}

async function enterCredential(
  services: Services,
  profile: EnvironmentProfile,
  kind: 'secret' | 'certificate',
): Promise<void> {
  const wizard = credentialWizard({
    environmentName: profile.name,
    kind,
    readCertificate: (path) => readCertificateFile(path, systemClock),
  });
  const { token } = await runWizard(wizard, quickInputUi(profile.name), credentialStart, services.lifetime);
  await services.list.add(profile, token);
}

/** A sign-in happens elsewhere, on a page or a device; the editor shows that it waits and how to end it. */
function withCancel<T>(
  services: Services,
  profile: EnvironmentProfile,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const title = vscode.l10n.t('Signing in to {environment}', { environment: profile.name });
  const location = vscode.ProgressLocation.Notification;
  return Promise.resolve(
    vscode.window.withProgress({ location, title, cancellable: true }, async (_, cancelled) => {
      const abort = new AbortController();
      const listening = cancelled.onCancellationRequested(() => abort.abort());
      try {
        return await work(AbortSignal.any([abort.signal, services.lifetime]));
      } finally {
        listening.dispose();
      }
    }),
  );
}

async function signOutOf(services: Services, profile: EnvironmentProfile): Promise<void> {
  const undone = vscode.l10n.t('Could not sign out of {environment}.', { environment: profile.name });
  await services.report.attempt({ undone, environment: profile }, async () => {
    await services.sessions.signOut(profile);
    const { account: _account, ...left } = profile;
    await services.list.forgetCredential(profile);
    await services.list.add(left, undefined);
    await services.tree.refresh([profile.id]);
  });
}
