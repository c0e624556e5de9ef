import type { PickChoice } from './ui';
import { BACK } from './ui';
import type { WizardStep } from './wizard';

/** State of a flow that ends with a review: which rows were opened for a change, in order. */
export interface Reviewed {
  readonly edits: readonly string[];
  /** The act beside the accepted one was chosen. */
  readonly alternative?: boolean;
}

/** A row of the review that can be changed. */
export interface ReviewRow {
  readonly id: string;
  readonly label: string;
  /** What is set now. Never a secret. */
  readonly value: string;
  readonly icon?: string;
  /** Shows something instead of asking; the review comes back. */
  readonly show?: () => Promise<void>;
}

export interface Review<S> {
  readonly placeholder: string;
  /** The act itself, for example "Register WebHook". */
  readonly accept: { readonly label: string; readonly description?: string; readonly detail?: string };
  /** Another act beside it; which one was chosen is in `Reviewed.alternative`. */
  readonly alternative?: { readonly label: string; readonly description?: string; readonly detail?: string };
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
      const shown = review(state);
      for (;;) {
        const picked = await ui.pick({ placeholder: shown.placeholder, choices: reviewChoices(shown) });
        if (picked === BACK) return BACK;
        const row = shown.rows.find((other) => other.id === picked.row);
        if (row?.show !== undefined) {
          await row.show();
          continue;
        }
        const kept = state.edits.slice(0, index);
        const edits = picked.row === undefined ? kept : [...kept, picked.row];
        const beside = shown.alternative === undefined ? {} : { alternative: picked.alternative === true };
        return { ...state, edits, ...beside };
      }
    },
  };
}

interface Picked {
  readonly row?: string;
  readonly alternative?: boolean;
}

function reviewChoices<S>({ accept, alternative, rows }: Review<S>): ReadonlyArray<PickChoice<Picked>> {
  return [
    { value: {}, icon: 'check', ...accept },
    ...(alternative === undefined
      ? []
      : [{ value: { alternative: true }, icon: 'check-all', ...alternative }]),
    ...rows.map((row) => ({
      value: { row: row.id },
      label: row.label,
      description: row.value,
      ...(row.icon === undefined ? {} : { icon: row.icon }),
    })),
  ];
}
