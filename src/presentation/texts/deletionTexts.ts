import * as l10n from '@vscode/l10n';
import type { Step, Webhook } from '../../webhooks/model';
import { settingsOf } from '../../webhooks/writes';
import { oneLine } from './plainText';

/** Steps named before the rest is only counted. */
const NAMED_STEPS = 10;

/**
 * What goes with a webhook that is deleted, those of others and managed ones too, and what an undo brings back.
 * @param secretIsKnown its secret was kept on this machine or typed in this window.
 */
export function deletionDetail(webhook: Webhook, steps: readonly Step[], secretIsKnown: boolean): string {
  return [...stepLines(steps), ...undoLines(webhook, steps, secretIsKnown)].join('\n');
}

function stepLines(steps: readonly Step[]): readonly string[] {
  if (steps.length === 0) return [l10n.t('It has no steps.')];
  return [
    l10n.t('Its {count} steps and their images are deleted with it:', { count: steps.length }),
    ...namedSteps(steps),
  ];
}

/** The names of steps, each on a line of its own; of very many the rest is only counted. */
export function namedSteps(steps: readonly Step[]): readonly string[] {
  const named = steps.slice(0, NAMED_STEPS).map((step) => {
    const name = oneLine(step.name);
    return `• ${step.managed ? l10n.t('{name} (managed)', { name }) : name}`;
  });
  const rest = steps.length - named.length;
  return [...named, ...(rest > 0 ? [l10n.t('and {count} more', { count: rest })] : [])];
}

function undoLines(webhook: Webhook, steps: readonly Step[], secretIsKnown: boolean): readonly string[] {
  if (webhook.authType === 'other')
    return [l10n.t('This cannot be undone, because its kind of authentication is not known here.')];
  const isManaged = webhook.managed || steps.some((step) => step.managed);
  const isLost = steps.some((step) => settingsOf(step) === undefined);
  return [
    secretIsKnown || !webhook.hasSecret
      ? l10n.t('Undo registers all of it again with the same ids.')
      : l10n.t(
          'Undo registers all of it again with the same ids, and asks for the secret, which the service never gives back.',
        ),
    ...(isManaged ? [l10n.t('What is managed comes back unmanaged.')] : []),
    ...(isLost ? [l10n.t('Steps in an internal stage do not come back: nobody can register there.')] : []),
  ];
}
