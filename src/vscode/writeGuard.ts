import * as vscode from 'vscode';
import { CancelledError } from '../base/errors';
import { EnvironmentGuardError } from '../environments/guardedApi';
import type { EnvironmentProfile } from '../environments/profile';
import { currentAct } from './act';
import type { Report } from './report';

/**
 * Lets a write pass, or asks. A production environment asks once for each act of the user, naming the environment; one
 * that is set to read-only refuses.
 * @throws EnvironmentGuardError, and CancelledError when the user says no.
 */
export async function allowWrite(profile: EnvironmentProfile, report: Report): Promise<void> {
  if (profile.readOnly === true)
    throw new EnvironmentGuardError('readOnly', `${profile.url} is read-only here`);
  if (profile.production !== true) return;
  const approvals = currentAct()?.approvals;
  const answer = approvals?.get(profile.id) ?? ask(profile, report);
  approvals?.set(profile.id, answer);
  if (!(await answer)) throw new CancelledError();
}

function ask(profile: EnvironmentProfile, report: Report): Promise<boolean> {
  return report.confirm(
    vscode.l10n.t('Write to the production environment "{name}"?', { name: profile.name }),
    vscode.l10n.t('{url} is marked as production. Change Environment takes the mark away.', {
      url: profile.url,
    }),
    vscode.l10n.t('Write'),
  );
}
