import * as vscode from 'vscode';
import { changeContact, sampleContacts } from '../../environments/sampleContacts';
import { changeContactStart, changeContactWizard } from '../../presentation/flows/changeContact';
import { runWizard } from '../../wizard/wizard';
import { quickInputUi } from '../quickInput';
import { SANDBOX_ID } from '../sandboxEnvironment';
import type { Services } from './services';
import type { Handlers } from './table';

type SandboxCommands = Pick<Handlers, 'dataverseWebhooks.changeContact'>;

/** Commands that make something happen in the sandbox. */
export function sandboxCommands(services: Services): SandboxCommands {
  return {
    'dataverseWebhooks.changeContact': async () => {
      const connection = services.connections.of(SANDBOX_ID);
      if (connection === undefined) {
        services.report.info(vscode.l10n.t('No sandbox is running. Use Start Sandbox first.'));
        return;
      }
      const { api, profile } = connection;
      const wizard = changeContactWizard({ contacts: (signal) => sampleContacts(api, signal) });
      const answers = await runWizard(
        wizard,
        quickInputUi(profile.name),
        changeContactStart,
        services.lifetime,
      );
      const { contact, column, value } = answers;
      if (contact === undefined || column === undefined || value === undefined) return;
      const undone = vscode.l10n.t('Could not change the contact "{name}".', { name: contact.name });
      await services.report.attempt({ undone, environment: profile }, async () => {
        await services.tree.withProgress(() =>
          changeContact(api, contact.id, { column, value }, services.lifetime),
        );
        services.report.info(
          vscode.l10n.t('{column} of {name} was changed.', { column, name: contact.name }),
        );
      });
    },
  };
}
