import * as l10n from '@vscode/l10n';
import type { CheckFinding, CheckFix, CheckSeverity } from '../../webhooks/checks';
import { oneLine } from './plainText';

/** What was found, as a person says it in a few words: for the tree and for the label of a row. */
export function checkLabel({ rule, details }: CheckFinding): string {
  switch (rule) {
    case 'badUrl':
      return l10n.t('The URL is not one that Dataverse can call');
    case 'port':
      return l10n.t('Port {port} will never be called', { ...details });
    case 'loopback':
      return l10n.t('{host} is this machine', { ...details });
    case 'privateHost':
      return l10n.t('{host} is in a private network', { ...details });
    case 'http':
      return l10n.t('Not encrypted');
    case 'noSecret':
      return l10n.t('No secret is stored');
    case 'noSteps':
      return l10n.t('No steps');
    case 'disabledManaged':
      return l10n.t('Disabled, and managed');
    case 'disabled':
      return l10n.t('Disabled');
    case 'noFilter':
      return l10n.t('Fires on every update');
    case 'synchronous':
      return l10n.t('Holds up the user');
    case 'jobsKept':
      return l10n.t('Keeps its succeeded jobs');
    case 'duplicate':
      return l10n.t('Does the same as "{original}"', shortDetails(details));
    case 'missingColumns':
      return l10n.t('Filtering attributes that do not exist: {columns}', shortDetails(details));
  }
}

/** Why it matters, in one or two sentences. */
export function checkReason({ rule, details }: CheckFinding): string {
  switch (rule) {
    case 'badUrl':
      return l10n.t('Only whole addresses beginning with https:// or http:// are called.');
    case 'port':
      return l10n.t('Dataverse calls only port 443 for https and port 80 for http.');
    case 'loopback':
      return l10n.t('Dataverse in the cloud cannot reach it; every delivery fails.');
    case 'privateHost':
      return l10n.t('Dataverse in the cloud cannot reach it, unless the name is known to the internet too.');
    case 'http':
      return l10n.t('The secret and the data of the rows travel unencrypted.');
    case 'noSecret':
      return l10n.t(
        'The receiver cannot tell who calls. After the import of a solution the secret has to be set again.',
      );
    case 'noSteps':
      return l10n.t('Nothing calls this webhook.');
    case 'disabledManaged':
      return l10n.t('It came with a solution and does not fire: an import may have disabled it.');
    case 'disabled':
      return l10n.t('It does not fire.');
    case 'noFilter':
      return l10n.t(
        'Without filtering attributes every update of a row calls the endpoint, also one that does not concern it.',
      );
    case 'synchronous':
      return l10n.t(
        'The user waits for the endpoint, for up to 60 seconds, and the operation fails when the endpoint does.',
      );
    case 'jobsKept':
      return l10n.t('Each delivery leaves a system job behind, which fills the storage of the environment.');
    case 'duplicate':
      return l10n.t('The endpoint is called twice for each event.');
    case 'missingColumns':
      return l10n.t('The table {table} has no such columns, so they never let the step fire.', {
        ...details,
      });
  }
}

/** What a fix does, as a sentence of its own. */
export function fixText(fix: CheckFix): string {
  switch (fix.kind) {
    case 'enable':
      return l10n.t('Enable the step');
    case 'disable':
      return l10n.t('Disable this step');
    case 'deleteJobs':
      return l10n.t('Delete the job when it succeeds');
    case 'setColumns':
      return l10n.t('Keep only the filtering attributes that exist: {columns}', {
        columns: oneLine(fix.columns.join(', ')),
      });
  }
}

/** Name of a severity. */
export function severityLabel(severity: CheckSeverity): string {
  switch (severity) {
    case 'error':
      return l10n.t('Error');
    case 'warning':
      return l10n.t('Warning');
    case 'info':
      return l10n.t('Information');
  }
}

/** How many problems there are, for a place with little room. */
export function problemCount(count: number): string {
  return count === 1 ? l10n.t('1 problem') : l10n.t('{count} problems', { count });
}

function shortDetails(details: CheckFinding['details']): Record<string, string> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, oneLine(value)]));
}
