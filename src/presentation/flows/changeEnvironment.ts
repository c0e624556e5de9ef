import * as l10n from '@vscode/l10n';
import {
  ENVIRONMENT_COLORS,
  type EnvironmentColor,
  type EnvironmentProfile,
} from '../../environments/profile';
import { checkName } from '../../webhooks/webhookRules';
import { reviewSteps, type Review, type Reviewed } from '../../wizard/review';
import { BACK } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { colorText } from '../texts/environmentTexts';
import { nameRemark } from '../texts/inputTexts';

export interface ChangeEnvironmentState extends Reviewed {
  readonly name: string;
  readonly production: boolean;
  readonly readOnly: boolean;
  readonly color: EnvironmentColor | undefined;
}

type StepOf = WizardStep<ChangeEnvironmentState>;

/** What can be changed of an environment, as it is now. */
export function changeEnvironmentStart(profile: EnvironmentProfile): ChangeEnvironmentState {
  const { name, production = false, readOnly = false, color } = profile;
  return { name, production, readOnly, color, edits: [] };
}

/** The environment as the answers describe it. */
export function changedEnvironment(
  profile: EnvironmentProfile,
  { name, production, readOnly, color }: ChangeEnvironmentState,
): EnvironmentProfile {
  const { color: _color, ...others } = profile;
  return { ...others, name, production, readOnly, ...(color === undefined ? {} : { color }) };
}

/** *Change Environment…*: a review of name, colour and guards, each of which can be opened. */
export function changeEnvironmentWizard(profile: EnvironmentProfile): Wizard<ChangeEnvironmentState> {
  return {
    title: l10n.t('Change {environment}', { environment: profile.name }),
    steps: (state) => reviewSteps(state, (reviewed) => review(profile, reviewed)),
  };
}

function review(profile: EnvironmentProfile, state: ChangeEnvironmentState): Review<ChangeEnvironmentState> {
  return {
    placeholder: isSame(profile, state)
      ? l10n.t('Nothing is different yet')
      : l10n.t('Nothing has been saved yet'),
    accept: { label: l10n.t('Save'), description: profile.url },
    rows: [
      { id: 'name', icon: 'edit', label: l10n.t('Name'), value: state.name },
      {
        id: 'color',
        icon: 'symbol-color',
        label: l10n.t('Color'),
        value: colorText(state.color),
      },
      {
        id: 'production',
        icon: 'shield',
        label: l10n.t('Production'),
        value: state.production ? l10n.t('Yes, every write asks first') : l10n.t('No'),
      },
      {
        id: 'readOnly',
        icon: 'lock',
        label: l10n.t('Read-Only'),
        value: state.readOnly ? l10n.t('Yes, every write is refused') : l10n.t('No'),
      },
    ],
    stepsOf: (rowId) => editSteps(rowId),
  };
}

function isSame(profile: EnvironmentProfile, state: ChangeEnvironmentState): boolean {
  const before = changeEnvironmentStart(profile);
  return (['name', 'color', 'production', 'readOnly'] as const).every((key) => before[key] === state[key]);
}

function editSteps(rowId: string): readonly StepOf[] {
  switch (rowId) {
    case 'name':
      return [nameStep()];
    case 'color':
      return [colorStep()];
    case 'production':
      return [
        switchStep(
          'production',
          l10n.t('Is this environment in production use?'),
          l10n.t('Every write asks first, naming the environment.'),
        ),
      ];
    case 'readOnly':
      return [
        switchStep(
          'readOnly',
          l10n.t('Refuse every write to this environment?'),
          l10n.t('Looking around stays possible; nothing can be changed by mistake.'),
        ),
      ];
    default:
      return [];
  }
}

function nameStep(): StepOf {
  return {
    id: 'name',
    ask: async (ui, state) => {
      const name = await ui.input({
        prompt: l10n.t('Name of the environment in the tree'),
        value: state.name,
        check: (text) => {
          const finding = checkName(text);
          return finding === undefined ? undefined : nameRemark(finding);
        },
      });
      return name === BACK ? BACK : { ...state, name };
    },
  };
}

function colorStep(): StepOf {
  return {
    id: 'color',
    ask: async (ui, state) => {
      const color = await ui.pick<EnvironmentColor | undefined>({
        placeholder: l10n.t('Color of the environment in the tree and in the status bar'),
        choices: [undefined, ...ENVIRONMENT_COLORS].map((value) => ({
          value,
          label: colorText(value),
          ...(value === undefined ? { icon: 'circle-slash' } : { color: value }),
        })),
        isCurrent: (value) => value === state.color,
      });
      return color === BACK ? BACK : { ...state, color };
    },
  };
}

function switchStep(key: 'production' | 'readOnly', placeholder: string, detail: string): StepOf {
  return {
    id: key,
    ask: async (ui, state) => {
      const answer = await ui.pick<boolean>({
        placeholder,
        choices: [
          { value: true, label: l10n.t('Yes'), detail },
          { value: false, label: l10n.t('No') },
        ],
        isCurrent: (value) => value === state[key],
      });
      return answer === BACK ? BACK : { ...state, [key]: answer };
    },
  };
}
