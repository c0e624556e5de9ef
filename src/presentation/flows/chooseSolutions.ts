import * as l10n from '@vscode/l10n';
import type { Solution } from '../../webhooks/solutionService';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Wizard } from '../../wizard/wizard';

export interface ChooseSolutionsContext {
  /** Name of the webhook or step. */
  readonly name: string;
  readonly solutions: (signal: AbortSignal) => Promise<readonly Solution[]>;
  /** Those that hold it now. */
  readonly holding: (signal: AbortSignal) => Promise<readonly Solution[]>;
}

export interface ChooseSolutionsState {
  /** Unique names of those that held it when the list was loaded; undefined before. */
  readonly held: readonly string[] | undefined;
  readonly chosen: readonly string[];
}

export const chooseSolutionsStart: ChooseSolutionsState = { held: undefined, chosen: [] };

/** *Choose Solutions…*: every unmanaged solution, those ticked that hold the component now. */
export function chooseSolutionsWizard(context: ChooseSolutionsContext): Wizard<ChooseSolutionsState> {
  return {
    title: l10n.t('Solutions That Hold {name}', { name: context.name }),
    steps: () => [
      {
        id: 'solutions',
        ask: async (ui, state) => {
          let held: readonly string[] = [];
          const chosen = await ui.pickMany<string>({
            placeholder: l10n.t('Tick the solutions it is to be in; the row itself stays in any case'),
            choices: async (signal) => {
              const [all, holding] = await Promise.all([context.solutions(signal), context.holding(signal)]);
              held = holding.filter((solution) => !solution.managed).map((solution) => solution.uniqueName);
              return solutionChoices(all, holding);
            },
            isPicked: (uniqueName) => held.includes(uniqueName),
          });
          return chosen === BACK ? BACK : { ...state, held, chosen };
        },
      },
    ],
  };
}

function solutionChoices(
  all: readonly Solution[],
  holding: readonly Solution[],
): ReadonlyArray<PickChoice<string>> {
  const managed = holding.filter((solution) => solution.managed).map((solution) => solution.name);
  const also =
    managed.length === 0
      ? {}
      : { group: l10n.t('It came with the managed solution {names}', { names: managed.join(', ') }) };
  return all.map(({ uniqueName, name }) => ({
    value: uniqueName,
    label: name,
    description: uniqueName,
    ...also,
  }));
}

/** What the ticks change. */
export function solutionChanges({ held = [], chosen }: ChooseSolutionsState): {
  readonly add: readonly string[];
  readonly remove: readonly string[];
} {
  return {
    add: chosen.filter((name) => !held.includes(name)),
    remove: held.filter((name) => !chosen.includes(name)),
  };
}
