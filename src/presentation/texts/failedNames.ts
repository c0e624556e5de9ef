import * as l10n from '@vscode/l10n';
import { reasonText } from './errorTexts';
import { oneLine } from './plainText';

/** Names that are told before the rest is only counted. */
const NAMED = 5;

/** What could not be done to a thing of several, and why. */
export interface FailedThing {
  readonly name: string;
  readonly error: unknown;
}

/**
 * Names what could not be done, with the reasons where they differ: where there is one for all, it is told beside the names
 * once. At most five names.
 */
export function failedNames(failed: readonly FailedThing[], environmentName: string): string {
  const reasonOf = ({ error }: FailedThing): string => reasonText(error, environmentName).message;
  const isOneReason = new Set(failed.map(reasonOf)).size === 1;
  const named = failed
    .slice(0, NAMED)
    .map((thing) =>
      isOneReason ? `"${oneLine(thing.name)}"` : `"${oneLine(thing.name)}" (${reasonOf(thing)})`,
    );
  const more = failed.length > NAMED ? [l10n.t('and {count} more', { count: failed.length - NAMED })] : [];
  return [...named, ...more].join(', ');
}
