import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DataverseError } from '../../dataverse/errors';
import {
  addEnvironmentStart,
  addEnvironmentWizard,
  signInStart,
  signInWizard,
  type Probe,
} from '../../presentation/flows/addEnvironment';
import type { EnvironmentProfile } from '../../environments/profile';
import type { Secret } from '../../base/secret';
import { runWizard } from '../../wizard/wizard';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment } from './targets';

type EnvironmentCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.addEnvironment'
  | 'dataverseWebhooks.removeEnvironment'
  | 'dataverseWebhooks.signIn'
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
      if (profile.sandbox) {
        await sandbox.stop();
        return;
      }
      const act = vscode.l10n.t('Remove Environment');
      const question = vscode.l10n.t('Remove the environment "{name}" from the list?', {
        name: profile.name,
      });
      const detail = vscode.l10n.t(
        'Its token is deleted from this machine. Nothing changes in the environment itself.',
      );
      if (await report.confirm(question, detail, act)) await list.remove(profile.id);
    },
    'dataverseWebhooks.signIn': async (nodes) => {
      const { profile } = await targetEnvironment(
        services,
        nodes,
        (connection) => !connection.profile.sandbox,
      );
      await signIn(services, profile);
    },
    'dataverseWebhooks.startSandbox': async () => {
      const what = { undone: vscode.l10n.t('Could not start the sandbox.') };
      await report.attempt(what, () => tree.withProgress(() => sandbox.start(services.lifetime)));
    },
    'dataverseWebhooks.stopSandbox': () => sandbox.stop(),
    'dataverseWebhooks.refreshWebhooks': () => tree.refresh(list.profiles.map((profile) => profile.id)),
    'dataverseWebhooks.copyAddress': async (nodes) => {
      const { profile } = await targetEnvironment(services, nodes);
      await vscode.env.clipboard.writeText(profile.url);
    },
  };
}

/** Asks for a token of an environment that is in the list, and loads it anew. */
export async function signIn(services: Services, profile: EnvironmentProfile): Promise<void> {
  const wizard = signInWizard({
    environmentName: profile.name,
    origin: profile.url,
    probe: (token, signal) => probe(services, profile.url, token, signal),
  });
  const { token } = await runWizard(wizard, quickInputUi(profile.name), signInStart, services.lifetime);
  await services.list.add({ ...profile, signIn: 'token' }, token);
  await services.tree.refresh([profile.id]);
}

async function addEnvironment(services: Services): Promise<void> {
  const { list, connections, lifetime } = services;
  const wizard = addEnvironmentWizard({
    known: list.profiles.map((profile) => profile.url),
    probe: (origin, token, signal) => probe(services, origin, token, signal),
  });
  const ui = quickInputUi(vscode.l10n.t('The server'));
  const answers = await runWizard(wizard, ui, addEnvironmentStart, lifetime);
  const id = randomUUID();
  const signIn = answers.tokenNeeded ? 'token' : 'none';
  await list.add(
    { id, name: answers.name, url: answers.origin, signIn, sandbox: false },
    answers.tokenNeeded ? answers.token : undefined,
  );
  connections.of(id);
}

/**
 * Tries an address with WhoAmI (FACTS 15.1). A server that answers, but does not know WhoAmI, is another OData server
 * on this machine; it is taken as it is.
 */
async function probe(
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
    const answered = DataverseError.is(error) && error.status !== undefined && error.status < 500;
    if (answered || DataverseError.is(error, 'unsupported')) return 'accepted';
    throw error;
  }
}
