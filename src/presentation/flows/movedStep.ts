import type { NewStep, Step } from '../../webhooks/model';
import { differingMembers } from '../../webhooks/stepMerge';
import { settingsOf } from '../../webhooks/writes';
import { answersOf, newStep, type StepFlowContext } from './stepAnswers';

type NamedWebhook = StepFlowContext['webhook'];

/** The settings of a step before and after it is moved. */
export interface Move {
  readonly before: NewStep;
  readonly after: NewStep;
}

/**
 * A step moved to another webhook: the suggested name and description follow, written ones stay. Undefined where it
 * cannot be registered elsewhere (its stage is the platform's own) or is there already.
 */
export function movedStep(step: Step, from: NamedWebhook, target: NamedWebhook): Move | undefined {
  const before = settingsOf(step);
  if (before === undefined || step.webhookId === target.id) return undefined;
  // Read with the old webhook's name, the suggested texts are untouched; with the new one's they follow.
  const after = newStep({ webhook: target }, answersOf({ webhook: from }, before));
  return after === undefined ? undefined : { before, after };
}

/**
 * The move of a step that has arrived although its answer was lost: the step is now what the move makes of it, in all that
 * the move changes. Undefined where it is not: then somebody else has moved it, in their own way.
 * @param step as it was before the move.
 * @param now as it is.
 */
export function arrivedMove(
  step: Step,
  now: Step,
  from: NamedWebhook,
  target: NamedWebhook,
): Move | undefined {
  const move = movedStep(step, from, target);
  const there = settingsOf(now);
  if (move === undefined || there === undefined) return undefined;
  const changed = differingMembers(move.before, move.after);
  const others = differingMembers(move.after, there);
  return changed.some((member) => others.includes(member)) ? undefined : move;
}
