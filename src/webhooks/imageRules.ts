import type { Finding } from './webhookRules';
import type { ImageType, Stage } from './model';

/** Which images a message allows, and the properties of the message that an image can show. */
interface ImageRule {
  /** In the order to try them. */
  readonly properties: readonly string[];
  readonly pre: boolean;
  readonly post: boolean;
}

const both = (...properties: readonly string[]): ImageRule => ({ properties, pre: true, post: true });

/**
 * FACTS 8. Create, Update and Delete are documented in full; whether the others allow both types is UNVERIFIED. Every
 * other message supports no images. For Create the sources disagree between Id and Target (UNVERIFIED): Id is sent
 * first, and Target where it is refused.
 */
const RULES: ReadonlyMap<string, ImageRule> = new Map([
  ['Create', { properties: ['Id', 'Target'], pre: false, post: true }],
  ['Update', both('Target')],
  ['Delete', { properties: ['Target'], pre: true, post: false }],
  ['CreateMultiple', { properties: ['Ids'], pre: false, post: true }],
  ['UpdateMultiple', both('Targets')],
  ['Assign', both('Target')],
  ['SetState', both('EntityMoniker')],
  ['SetStateDynamicEntity', both('EntityMoniker')],
  ['Merge', both('Target', 'SubordinateId')],
  ['Route', both('Target')],
  ['Send', both('EmailId', 'FaxId', 'TemplateId')],
  ['DeliverIncoming', both('EmailId')],
  ['DeliverPromote', both('EmailId')],
  ['ExecuteWorkflow', both('Target')],
]);

/** The types of images that a step can have; none where its message supports no images. A post-image needs PostOperation. */
export function imageTypesFor(message: string, stage: Stage | 'internal'): readonly ImageType[] {
  const rule = RULES.get(message);
  if (rule === undefined) return [];
  const post = rule.post && stage === 'postOperation';
  return [
    ...(rule.pre ? (['pre'] as const) : []),
    ...(post ? (['post'] as const) : []),
    ...(rule.pre && post ? (['both'] as const) : []),
  ];
}

/** The message properties an image can be of, in the order to try them; empty where there are no images. */
export function imageProperties(message: string): readonly string[] {
  return RULES.get(message)?.properties ?? [];
}

/** True where the properties are different things to choose from, and not two spellings of which one is right. */
export function choosesProperty(message: string): boolean {
  return message !== 'Create' && imageProperties(message).length > 1;
}

export type AliasReason = 'empty' | 'tooLong' | 'characters' | 'taken';

/** Most characters of an image's alias (FACTS 3.3). */
const ALIAS_LIMIT = 256;

/**
 * Checks an alias, the key of the image in what is delivered: letters and digits without blanks (FACTS 8).
 * @param others aliases of the step's other images that would stand in the same place of the payload.
 */
export function checkAlias(alias: string, others: readonly string[]): Finding<AliasReason> | undefined {
  if (alias === '') return { severity: 'error', reason: 'empty' };
  if (!/^[A-Za-z0-9_]+$/.test(alias)) return { severity: 'error', reason: 'characters' };
  if (alias.length > ALIAS_LIMIT)
    return { severity: 'error', reason: 'tooLong', details: { length: alias.length, limit: ALIAS_LIMIT } };
  // Two entries of one key in the same collection would hide one another.
  return others.some((other) => other.toLowerCase() === alias.toLowerCase())
    ? { severity: 'error', reason: 'taken', details: { alias } }
    : undefined;
}

/** Two images that both fill PreEntityImages, or both PostEntityImages, need different aliases. */
export function sharesPlace(a: ImageType, b: ImageType): boolean {
  return a === b || a === 'both' || b === 'both';
}
