import type { PickChoice } from './ui';
import { BACK } from './ui';
import type { WizardStep } from './wizard';

/** State of a flow that ends with a review: which rows were opened for a change, in order. */
export interface Reviewed {
  readonly edits: readonly string[];
}

/** A row of the review that can be changed. */
export interface ReviewRow {
  readonly id: string;
  readonly label: string;
  /** What is set now. Never a secret. */
  readonly value: string;
  readonly icon?: string;
}

export interface Review<S> {
  readonly placeholder: string;
  /** The act itself, for example "Register WebHook". */
  readonly accept: { readonly label: string; readonly description?: string; readonly detail?: string };
  readonly rows: readonly ReviewRow[];
  /** The questions that change what the row shows; their ids are made unique by the review. */
  readonly stepsOf: (rowId: string) => ReadonlyArray<WizardStep<S>>;
}

/**
 * The last questions of a flow: a summary whose first choice is the act itself, and whose other choices open one
 * setting and come back. So a default costs nothing and everything can still be changed.
 */
export function reviewSteps<S extends Reviewed>(
  state: S,
  review: (state: S) => Review<S>,
): ReadonlyArray<WizardStep<S>> {
  const steps: Array<WizardStep<S>> = [reviewStep(0, review)];
  state.edits.forEach((rowId, index) => {
    for (const step of review(state).stepsOf(rowId)) steps.push({ ...step, id: `edit-${index}-${step.id}` });
    steps.push(reviewStep(index + 1, review));
  });
  return steps;
}

function reviewStep<S extends Reviewed>(index: number, review: (state: S) => Review<S>): WizardStep<S> {
  return {
    id: `review-${index}`,
    mayEnd: true,
    ask: async (ui, state) => {
      const { placeholder, accept, rows } = review(state);
      const choices: Array<PickChoice<string | undefined>> = [
        { value: undefined, icon: 'check', ...accept },
        ...rows.map((row) => ({
          value: row.id,
          label: row.label,
          description: row.value,
          ...(row.icon === undefined ? {} : { icon: row.icon }),
        })),
      ];
      const picked = await ui.pick({ placeholder, choices });
      if (picked === BACK) return BACK;
      const kept = state.edits.slice(0, index);
      return { ...state, edits: picked === undefined ? kept : [...kept, picked] };
    },
  };
}
