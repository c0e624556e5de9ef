import { CancelledError, throwIfAborted } from '../base/errors';
import {
  BACK,
  type InputQuestion,
  type PickManyQuestion,
  type PickQuestion,
  type SearchQuestion,
  type WizardUi,
} from './ui';

/** The ui as one step sees it: it knows its place in the flow already. */
export interface StepUi {
  input(question: InputQuestion): Promise<string | typeof BACK>;
  pick<T>(question: PickQuestion<T>): Promise<T | typeof BACK>;
  pickMany<T>(question: PickManyQuestion<T>): Promise<readonly T[] | typeof BACK>;
  search<T>(question: SearchQuestion<T>): Promise<T | typeof BACK>;
}

/**
 * One question. `S` holds the answers so far, all of them optional, so that an answer survives going back over it.
 * `ask` returns the state with its own answer put in (and what depended on an earlier answer taken out), or `BACK`.
 */
export interface WizardStep<S> {
  /** Unique within the flow. */
  readonly id: string;
  /**
   * The flow can end with the answer to this question: what stands behind it was opened by an earlier answer to it and
   * is seen again only when that answer is given again, so it is not counted before.
   */
  readonly mayEnd?: boolean;
  readonly ask: (ui: StepUi, state: S, signal: AbortSignal) => Promise<S | typeof BACK>;
}

/** A flow: its name, and the questions this user will see given the answers so far. */
export interface Wizard<S> {
  readonly title: string;
  /** Pure. What stands before a question must not depend on the answer to it or to a later one. */
  readonly steps: (state: S) => ReadonlyArray<WizardStep<S>>;
}

/** Stands for the first question with which a flow can end: its summary, where it has one. */
export const SUMMARY = Symbol('summary');

/** How far a flow has come: its answers, and the question that is open. */
export interface Progress<S> {
  readonly state: S;
  readonly at: string;
}

export interface WizardOptions<S> {
  /** The question to begin with, by its id, or the summary; those before it count as answered. The first one without it. */
  readonly at?: string | typeof SUMMARY;
  /** Hears of every question before it is asked. */
  readonly onAsk?: (progress: Progress<S>) => void;
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
  { at, onAsk }: WizardOptions<S> = {},
): Promise<S> {
  let state = initial;
  const first = wizard.steps(state);
  const begin = beginAt(first, at);
  // Ids of the questions answered so far. Going back pops one; the answers themselves stay in the state.
  const asked: string[] = first.slice(0, begin).map(({ id }) => id);
  let step = first[begin];
  while (step !== undefined) {
    throwIfAborted(signal);
    onAsk?.({ state, at: step.id });
    const answer = await step.ask(placedUi(wizard, ui, state, asked, step.id, signal), state, signal);
    throwIfAborted(signal);
    if (answer === BACK) {
      const previous = asked.pop();
      // The first question has no way back; a ui that offers one all the same is leaving the flow.
      if (previous === undefined) throw new CancelledError();
      const steps = wizard.steps(state);
      step = steps[placeOf(steps, previous)];
      continue;
    }
    state = answer;
    asked.push(step.id);
    const steps = wizard.steps(state);
    step = steps[placeOf(steps, step.id) + 1];
  }
  return state;
}

type Steps<S> = ReadonlyArray<WizardStep<S>>;

/** A question that is not there any more begins at the summary; a flow without one at its first question. */
function beginAt<S>(steps: Steps<S>, at: string | typeof SUMMARY | undefined): number {
  if (at === undefined) return 0;
  const place = steps.findIndex(({ id }) => id === at);
  return Math.max(0, place < 0 ? steps.findIndex(({ mayEnd }) => mayEnd === true) : place);
}

/** @throws Error when an answer took out its own question or an earlier one: the flow would begin again, or end. */
function placeOf<S>(steps: Steps<S>, id: string): number {
  const place = steps.findIndex((step) => step.id === id);
  if (place < 0) throw new Error(`The flow has lost its question ${id}`);
  return place;
}

/** How many questions follow this one, as far as the answers so far tell. */
function countAfter<S>(steps: Steps<S>, id: string): number {
  const place = placeOf(steps, id);
  if (steps[place]?.mayEnd === true) return 0;
  const after = steps.slice(place + 1);
  const end = after.findIndex((step) => step.mayEnd === true);
  return end < 0 ? after.length : end + 1;
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
    total: asked.length + 1 + countAfter(wizard.steps(state), id),
    canGoBack: asked.length > 0,
  };
  return {
    input: (question) => ui.input(place, question, signal),
    pick: (question) => ui.pick(place, question, signal),
    pickMany: (question) => ui.pickMany(place, question, signal),
    search: (question) => ui.search(place, question, signal),
  };
}
