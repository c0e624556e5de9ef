import type { NewStep } from './model';

type Member = keyof NewStep;

const MEMBERS = [
  'webhookId',
  'name',
  'description',
  'message',
  'filter',
  'filteringColumns',
  'stage',
  'mode',
  'rank',
  'deleteJobOnSuccess',
  'deployment',
  'runAs',
] as const satisfies readonly Member[];

export type StepMember = (typeof MEMBERS)[number];

/** The members of a step in which two versions differ. */
export function differingMembers(a: NewStep, b: NewStep): readonly StepMember[] {
  return MEMBERS.filter((member) => textOf(a, member) !== textOf(b, member));
}

/** A step as somebody else has left it meanwhile, with what was changed here on top of it. */
export function mergeStep(before: NewStep, mine: NewStep, theirs: NewStep): NewStep {
  const changed = differingMembers(before, mine);
  const own = Object.fromEntries(changed.map((member) => [member, mine[member]]));
  return { ...theirs, ...own };
}

/** What counts of a member: of rows that are pointed to, the id. */
function textOf(step: NewStep, member: StepMember): string {
  const value = step[member];
  if (value === undefined) return '';
  return typeof value === 'object' && 'id' in value ? value.id : JSON.stringify(value);
}
