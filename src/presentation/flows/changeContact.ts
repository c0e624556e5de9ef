import * as l10n from '@vscode/l10n';
import { SAMPLE_COLUMNS, type SampleColumn, type SampleContact } from '../../environments/sampleContacts';
import { BACK } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';

export interface ChangeContactState {
  readonly contact: SampleContact | undefined;
  readonly column: SampleColumn | undefined;
  readonly value: string | undefined;
}

export const changeContactStart: ChangeContactState = {
  contact: undefined,
  column: undefined,
  value: undefined,
};

export interface ChangeContactContext {
  readonly contacts: (signal: AbortSignal) => Promise<readonly SampleContact[]>;
}

type StepOf = WizardStep<ChangeContactState>;

/** The questions of *Change Contact…*: which contact, which column, the new value. */
export function changeContactWizard(context: ChangeContactContext): Wizard<ChangeContactState> {
  return {
    title: l10n.t('Change Contact in the Sandbox'),
    steps: () => [contactStep(context), columnStep(), valueStep()],
  };
}

function contactStep(context: ChangeContactContext): StepOf {
  return {
    id: 'contact',
    ask: async (ui, state) => {
      const contact = await ui.pick({
        placeholder: l10n.t('Contact to change; steps on Update of contact fire'),
        choices: async (signal) =>
          (await context.contacts(signal)).map((value) => ({
            value,
            label: value.name,
            description: value.values.emailaddress1,
          })),
        isCurrent: (choice) => choice.id === state.contact?.id,
      });
      if (contact === BACK) return BACK;
      return { ...state, contact, ...(contact.id === state.contact?.id ? {} : { value: undefined }) };
    },
  };
}

function columnStep(): StepOf {
  return {
    id: 'column',
    ask: async (ui, state) => {
      const column = await ui.pick<SampleColumn>({
        placeholder: l10n.t('Column to change'),
        choices: SAMPLE_COLUMNS.map((name) => ({
          value: name,
          label: name,
          description: state.contact?.values[name] ?? '',
        })),
        isCurrent: (name) => name === state.column,
      });
      if (column === BACK) return BACK;
      return { ...state, column, ...(column === state.column ? {} : { value: undefined }) };
    },
  };
}

function valueStep(): StepOf {
  return {
    id: 'value',
    ask: async (ui, state) => {
      const now = state.column === undefined ? '' : (state.contact?.values[state.column] ?? '');
      const value = await ui.input({
        prompt: l10n.t('New value of {column}', { column: state.column ?? '' }),
        value: state.value ?? now,
        check: (text) =>
          text.length > 50
            ? {
                severity: 'error',
                text: l10n.t('Write at most {limit} characters; this has {length}.', {
                  limit: 50,
                  length: text.length,
                }),
              }
            : undefined,
      });
      return value === BACK ? BACK : { ...state, value };
    },
  };
}
