import { cutText } from '../base/text';
import { isXmlText } from '../base/xmlText';
import type { Finding, NameReason } from './webhookRules';
import type { Mode, Stage } from './model';

/** Most characters of a step's description (FACTS 6.2). */
const DESCRIPTION_LIMIT = 256;

/** Messages for which filtering attributes are documented (FACTS 6.2); other tools offer three more. */
const FILTERED_MESSAGES = new Set([
  'Update',
  'OnExternalUpdated',
  'Create',
  'CreateMultiple',
  'UpdateMultiple',
]);

/** True when a step on this message may be limited to changes of certain columns. */
export function supportsFilteringColumns(message: string): boolean {
  return FILTERED_MESSAGES.has(message);
}

/** Most characters of a list of columns: filtering attributes of a step, attributes of an image (FACTS 3.2, 3.3). */
const COLUMNS_LIMIT = 100_000;

/** A list of columns is kept as one text (FACTS 6.2), which has a limit; none is the empty text. */
export function checkColumnList(columns: readonly string[]): Finding<'tooLong'> | undefined {
  const { length } = columns.join(',');
  return length > COLUMNS_LIMIT
    ? { severity: 'error', reason: 'tooLong', details: { length, limit: COLUMNS_LIMIT } }
    : undefined;
}

/** The stages a step can be registered in for a mode: asynchronous work runs after the operation (FACTS 6.2). */
export function stagesFor(mode: Mode): readonly Stage[] {
  return mode === 'asynchronous' ? ['postOperation'] : ['preValidation', 'preOperation', 'postOperation'];
}

/** What a step fires on, as far as names and descriptions tell it. */
export interface StepEvent {
  readonly message: string;
  /** Undefined: any table. */
  readonly table: string | undefined;
  /** The message has no tables at all, as an unbound custom API or action. */
  readonly withoutTable?: boolean;
}

/** The name the field's tools give a step (FACTS 6.2), cut to what the column holds. */
export function suggestedStepName(webhook: string, event: StepEvent): string {
  return cutText(`${webhook}: ${eventText(event)}`, 256);
}

function eventText({ message, table, withoutTable }: StepEvent): string {
  if (withoutTable === true && table === undefined) return message;
  return `${message} of ${table ?? 'any table'}`;
}

/** A description that says what the step is for; it is the user's to change. */
export function suggestedStepDescription(
  step: StepEvent & { readonly filteringColumns: readonly string[]; readonly webhook: string },
): string {
  const columns = step.filteringColumns.length === 0 ? '' : ` (${step.filteringColumns.join(', ')})`;
  return cutText(`${eventText(step)}${columns} calls ${step.webhook}`, DESCRIPTION_LIMIT);
}

/** Checks a step's description. Empty is allowed. */
export function checkDescription(text: string): Finding<NameReason> | undefined {
  if (!isXmlText(text)) return { severity: 'error', reason: 'notText' };
  return text.length > DESCRIPTION_LIMIT
    ? { severity: 'error', reason: 'tooLong', details: { length: text.length, limit: DESCRIPTION_LIMIT } }
    : undefined;
}

export type RankReason = 'notWhole' | 'outOfRange';

/** Checks the execution order of a step: a whole number that fits the column. */
export function checkRank(text: string): Finding<RankReason> | undefined {
  if (!/^\d+$/.test(text.trim())) return { severity: 'error', reason: 'notWhole' };
  return Number(text) < 1 || Number(text) > 2_147_483_647
    ? { severity: 'error', reason: 'outOfRange' }
    : undefined;
}
