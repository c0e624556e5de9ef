import { CancelledError, throwIfAborted } from '../base/errors';
import { BACK, type InputQuestion, type PickManyQuestion, type PickQuestion, type WizardUi } from './ui';

/** The ui as one step sees it: it knows its place in the flow already. */
export interface StepUi {
  input(question: InputQuestion): Promise<string | typeof BACK>;
  pick<T>(question: PickQuestion<T>): Promise<T | typeof BACK>;
  pickMany<T>(question: PickManyQuestion<T>): Promise<readonly T[] | typeof BACK>;
}

/**
 * One question. `S` holds the answers so far, all of them optional, so that an answer survives going back over it.
 * `ask` returns the state with its own answer put in (and what depended on an earlier answer taken out), or `BACK`.
 */
export interface WizardStep<S> {
  /** Unique within the flow. */
  readonly id: string;
  readonly ask: (ui: StepUi, state: S, signal: AbortSignal) => Promise<S | typeof BACK>;
}

/** A flow: its name, and the questions this user will see given the answers so far. */
export interface Wizard<S> {
  readonly title: string;
  /** Pure. What stands before a question must not depend on the answer to it or to a later one. */
  readonly steps: (state: S) => ReadonlyArray<WizardStep<S>>;
}

/**
 * Asks the questions of a flow in order and returns the answers. Nothing is written anywhere: the caller acts on the
 * result. Rejects with `CancelledError` when the user leaves; an error thrown by a step ends the flow.
 * @param initial the answers known before the first question; a question whose answer is known is asked all the same.
 */
export async function runWizard<S>(
  wizard: Wizard<S>,
  ui: WizardUi,
  initial: S,
  signal: AbortSignal,
): Promise<S> {
  let state = initial;
  // Ids of the questions answered so far. Going back pops one; the answers themselves stay in the state.
  const asked: string[] = [];
  let step = wizard.steps(state)[0];
  while (step !== undefined) {
    throwIfAborted(signal);
    const answer = await step.ask(placedUi(wizard, ui, state, asked, step.id, signal), state, signal);
    throwIfAborted(signal);
    if (answer === BACK) {
      const previous = asked.pop();
      // The first question has no way back; a ui that offers one all the same is leaving the flow.
      if (previous === undefined) throw new CancelledError();
      step = wizard.steps(state).find((other) => other.id === previous);
      continue;
    }
    state = answer;
    asked.push(step.id);
    step = stepsAfter(wizard, state, step.id)[0];
  }
  return state;
}

function stepsAfter<S>(wizard: Wizard<S>, state: S, id: string): ReadonlyArray<WizardStep<S>> {
  const steps = wizard.steps(state);
  return steps.slice(steps.findIndex((step) => step.id === id) + 1);
}

function placedUi<S>(
  wizard: Wizard<S>,
  ui: WizardUi,
  state: S,
  asked: readonly string[],
  id: string,
  signal: AbortSignal,
): StepUi {
  const place = {
    title: wizard.title,
    number: asked.length + 1,
    total: asked.length + 1 + stepsAfter(wizard, state, id).length,
    canGoBack: asked.length > 0,
  };
  return {
    input: (question) => ui.input(place, question, signal),
    pick: (question) => ui.pick(place, question, signal),
    pickMany: (question) => ui.pickMany(place, question, signal),
  };
}
