import * as l10n from '@vscode/l10n';
import { checkDescription, checkRank } from '../../webhooks/stepRules';
import type { Deployment, User, UserRef } from '../../webhooks/model';
import type { Solution } from '../../webhooks/solutionService';
import { checkName } from '../../webhooks/webhookRules';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { WizardStep } from '../../wizard/wizard';
import { nameRemark, rankRemark } from '../texts/inputTexts';
import { deploymentLabel, tableLabel } from '../texts/webhookTexts';
import {
  chosenFilter,
  descriptionOf,
  nameOf,
  secondaryChoices,
  type StepAnswers,
  type StepFlowContext,
} from './stepAnswers';

type StepOf = WizardStep<StepAnswers>;

export function stepNameStep(context: StepFlowContext): StepOf {
  return {
    id: 'name',
    ask: async (ui, state) => {
      const name = await ui.input({
        prompt: l10n.t('Name of the step'),
        value: nameOf(context, state),
        check: (text) => {
          const finding = checkName(text);
          return finding === undefined ? undefined : nameRemark(finding);
        },
      });
      if (name === BACK) return BACK;
      return { ...state, name: name === nameOf(context, { ...state, name: undefined }) ? undefined : name };
    },
  };
}

export function descriptionStep(context: StepFlowContext): StepOf {
  return {
    id: 'description',
    ask: async (ui, state) => {
      const description = await ui.input({
        prompt: l10n.t('Description of the step, what it is for'),
        value: descriptionOf(context, state),
        check: (text) => {
          const finding = checkDescription(text);
          return finding === undefined ? undefined : nameRemark(finding);
        },
      });
      if (description === BACK) return BACK;
      const suggested = descriptionOf(context, { ...state, description: undefined });
      return { ...state, description: description === suggested ? undefined : description };
    },
  };
}

export function rankStep(): StepOf {
  return {
    id: 'rank',
    ask: async (ui, state) => {
      const rank = await ui.input({
        prompt: l10n.t(
          'Execution order among the steps of the same message, table and stage; low numbers run first',
        ),
        value: String(state.rank),
        check: (text) => {
          // What another tool has registered can stay: the least rank is not documented (FACTS 6.2).
          const finding = text === String(state.rank) ? undefined : checkRank(text);
          return finding === undefined ? undefined : rankRemark(finding);
        },
      });
      return rank === BACK ? BACK : { ...state, rank: Number(rank) };
    },
  };
}

export function deleteJobStep(): StepOf {
  return {
    id: 'deleteJob',
    ask: async (ui, state) => {
      const answer = await ui.pick<boolean>({
        placeholder: l10n.t('The system job of a delivery that succeeded'),
        choices: [
          {
            value: true,
            label: l10n.t('Delete It'),
            detail: l10n.t('Keeps the job table small. Failed jobs stay.'),
          },
          {
            value: false,
            label: l10n.t('Keep It'),
            detail: l10n.t('Shows that deliveries took place, at the price of storage.'),
          },
        ],
        isCurrent: (value) => value === state.deleteJobOnSuccess,
      });
      return answer === BACK ? BACK : { ...state, deleteJobOnSuccess: answer };
    },
  };
}

/** Whose privileges and language the step has; searched at the service, which may have many thousand users. */
export function runAsStep(context: StepFlowContext): StepOf {
  return {
    id: 'runAs',
    ask: async (ui, state) => {
      const user = await ui.search<UserRef | undefined>({
        placeholder: l10n.t('User the step runs as; write a part of a name or mail address'),
        fixed: [
          {
            value: undefined,
            label: callingUser(),
            detail: l10n.t('The user whose change fires the step. The usual choice.'),
          },
        ],
        foundGroup: l10n.t('Users'),
        find: async (text, signal) => (await context.users(text, signal)).map(userChoice),
        idOf: (choice) => choice?.id ?? '',
        isCurrent: (choice) => choice?.id === state.runAs?.id,
      });
      return user === BACK ? BACK : { ...state, runAs: user };
    },
  };
}

/** What is written where a step runs as whoever fires it. */
export function callingUser(): string {
  return l10n.t('Calling User');
}

function userChoice({ id, name, domainName, mail }: User): PickChoice<UserRef | undefined> {
  return {
    value: { id, name },
    label: name,
    description: domainName,
    ...(mail === '' || mail === domainName ? {} : { detail: mail }),
  };
}

export function deploymentStep(): StepOf {
  const details: Readonly<Record<Deployment, string>> = {
    server: l10n.t('The only choice that calls a webhook in the cloud.'),
    outlook: l10n.t('Only in the offline Outlook client of earlier releases.'),
    both: l10n.t('On the server, and in the offline Outlook client of earlier releases.'),
  };
  return {
    id: 'deployment',
    ask: async (ui, state) => {
      const deployment = await ui.pick<Deployment>({
        placeholder: l10n.t('Where the step runs'),
        choices: (['server', 'outlook', 'both'] as const).map((value) => ({
          value,
          label: deploymentLabel(value),
          detail: details[value],
        })),
        isCurrent: (value) => value === state.deployment,
      });
      return deployment === BACK ? BACK : { ...state, deployment };
    },
  };
}

/** Which other table takes part, for messages about two tables. */
export function secondaryStep(): StepOf {
  return {
    id: 'secondary',
    ask: async (ui, state) => {
      const filter = await ui.pick({
        placeholder: l10n.t('Table that stands beside {table}', {
          table: tableLabel(chosenFilter(state)?.table),
        }),
        choices: secondaryChoices(state).map((value) => ({ value, label: tableLabel(value.secondaryTable) })),
        isCurrent: (value) => value.id === chosenFilter(state)?.id,
      });
      return filter === BACK ? BACK : { ...state, filter };
    },
  };
}

type SolutionAnswer = Pick<Solution, 'uniqueName' | 'name'> | undefined;

/** The unmanaged solution that something new goes into; for every flow that registers something. */
export function solutionStep<S extends { readonly solution: SolutionAnswer }>(
  solutions: (signal: AbortSignal) => Promise<readonly Solution[]>,
): WizardStep<S> {
  return {
    id: 'solution',
    ask: async (ui, state) => {
      const solution = await ui.pick<SolutionAnswer>({
        placeholder: l10n.t('Solution it goes into; remembered for this environment'),
        choices: async (signal) => [
          {
            value: undefined,
            label: defaultSolution(),
            detail: l10n.t('It can be added to a solution later.'),
          },
          ...(await solutions(signal)).map(({ uniqueName, name }) => ({
            value: { uniqueName, name },
            label: name,
            description: uniqueName,
          })),
        ],
        isCurrent: (choice) => choice?.uniqueName === state.solution?.uniqueName,
      });
      return solution === BACK ? BACK : { ...state, solution };
    },
  };
}

/** What is written where no solution was chosen. */
export function defaultSolution(): string {
  return l10n.t('Default Solution Only');
}
