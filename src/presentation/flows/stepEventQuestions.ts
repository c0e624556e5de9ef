import * as l10n from '@vscode/l10n';
import { stagesFor } from '../../webhooks/stepRules';
import type { MessageFilter, MessageRef, Mode, Stage } from '../../webhooks/model';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { WizardStep } from '../../wizard/wizard';
import { modeLabel, stageLabel, tableLabel } from '../texts/webhookTexts';
import {
  columnChoice,
  mayChooseTable,
  mayWatchColumns,
  tableChoices,
  watchedTable,
  type StepAnswers,
  type StepFlowContext,
  type When,
} from './stepAnswers';
import { tooManyColumnsSteps } from './tooManyColumns';

type StepOf = WizardStep<StepAnswers>;

const noColumns = { filteringColumns: [], columnsAsked: false } as const;

/** What fires the step: message, then table and columns where the message has them. */
export function eventSteps(context: StepFlowContext, state: StepAnswers): readonly StepOf[] {
  return [messageStep(context), ...tableSteps(context, state)];
}

/** The table, and the columns where they can be watched. */
export function tableSteps(context: StepFlowContext, state: StepAnswers): readonly StepOf[] {
  return [
    ...(mayChooseTable(state) ? [tableStep(context)] : []),
    ...(mayWatchColumns(state) ? columnSteps(context, state) : []),
  ];
}

const COMMON_MESSAGES = ['Create', 'Update', 'Delete', 'Assign', 'SetState', 'Associate', 'Disassociate'];

function messageStep(context: StepFlowContext): StepOf {
  return {
    id: 'message',
    ask: async (ui, state) => {
      let { filters } = state;
      const message = await ui.pick({
        placeholder: l10n.t('Message that fires the step, for example Update'),
        choices: async (signal) => messageChoices(await context.messages(signal)),
        isCurrent: (choice) => choice.id === state.message?.id,
        prepare: async (choice, signal) => {
          filters = await context.filters(choice.id, signal);
        },
      });
      if (message === BACK) return BACK;
      const same = message.id === state.message?.id;
      return { ...state, message, filters, ...(same ? {} : { filter: undefined, ...noColumns }) };
    },
  };
}

/** The messages people register most first, in their usual order, then all others by name. */
function messageChoices(messages: readonly MessageRef[]): ReadonlyArray<PickChoice<MessageRef>> {
  const common = COMMON_MESSAGES.flatMap((name) => messages.filter((message) => message.name === name));
  const others = messages.filter((message) => !COMMON_MESSAGES.includes(message.name));
  return [
    ...common.map((value) => ({ value, label: value.name, group: l10n.t('Often used') })),
    ...others.map((value) => ({ value, label: value.name, group: l10n.t('All messages') })),
  ];
}

function tableStep(context: StepFlowContext): StepOf {
  return {
    id: 'table',
    ask: async (ui, state) => {
      let { filters } = state;
      const filter = await ui.pick({
        placeholder: l10n.t('Table whose rows fire the step, for example contact'),
        choices:
          filters === undefined
            ? async (signal) => {
                filters = await context.filters(state.message?.id ?? '', signal);
                return tablePicks(filters);
              }
            : tablePicks(filters),
        isCurrent: (choice) => state.filter !== undefined && choice?.id === state.filter?.id,
      });
      if (filter === BACK) return BACK;
      const same =
        (filter?.table ?? null) === (state.filter === undefined ? '' : (state.filter?.table ?? null));
      return { ...state, filters, filter, ...(same ? {} : noColumns) };
    },
  };
}

function tablePicks(filters: readonly MessageFilter[]): ReadonlyArray<PickChoice<MessageFilter | null>> {
  return sortedTables(tableChoices(filters)).map((value) => tableChoice(value));
}

/** Standard tables, then custom ones, whose names have a publisher's prefix, then all of them together. */
function sortedTables(filters: ReadonlyArray<MessageFilter | null>): ReadonlyArray<MessageFilter | null> {
  const order = (filter: MessageFilter | null): number =>
    filter === null ? 2 : isCustomTable(filter) ? 1 : 0;
  return [...filters].sort((a, b) => order(a) - order(b));
}

function isCustomTable(filter: MessageFilter): boolean {
  return (filter.table ?? '').includes('_');
}

function tableChoice(filter: MessageFilter | null): PickChoice<MessageFilter | null> {
  if (filter === null) {
    return {
      value: null,
      label: l10n.t('Any table'),
      detail: l10n.t('Fires for every table that has this message. That can be a great many calls.'),
      group: l10n.t('Every table'),
    };
  }
  const group = isCustomTable(filter) ? l10n.t('Custom tables') : l10n.t('Standard tables');
  return {
    value: filter,
    label: tableLabel(filter.table),
    group,
    ...(filter.secondaryTable === undefined ? {} : { description: filter.secondaryTable }),
  };
}

/** The columns to watch, and a second thought where Update would fire on all of them. */
export function columnSteps(context: StepFlowContext, state: StepAnswers): readonly StepOf[] {
  const confirm =
    state.columnsAsked && state.message?.name === 'Update' && state.filteringColumns.length === 0;
  return [
    columnsStep(context),
    ...tooManyColumnsSteps<StepAnswers>(state.filteringColumns),
    ...(confirm ? [everyColumnStep()] : []),
  ];
}

function columnsStep(context: StepFlowContext): StepOf {
  return {
    id: 'columns',
    ask: async (ui, state) => {
      const table = watchedTable(state) ?? '';
      const columns = await ui.pickMany({
        placeholder: l10n.t('Columns whose change fires the step; none means every change'),
        choices: async (signal) => (await context.columns(table, signal)).map(columnChoice),
        isPicked: (column) => state.filteringColumns.includes(column),
      });
      return columns === BACK ? BACK : { ...state, filteringColumns: columns, columnsAsked: true };
    },
  };
}

/** Update without columns calls the receiver for every change of every row, which is seldom meant. */
function everyColumnStep(): StepOf {
  return {
    id: 'everyColumn',
    ask: async (ui, state) => {
      const answer = await ui.pick<'choose' | 'every'>({
        placeholder: l10n.t('No column is chosen, so every change of every row calls the webhook'),
        choices: [
          { value: 'choose', label: l10n.t('Choose Columns'), icon: 'arrow-left' },
          { value: 'every', label: l10n.t('Fire on Every Change'), icon: 'check' },
        ],
      });
      return answer === 'every' ? state : BACK;
    },
  };
}

/** Stage and mode as one choice, each with what it means. */
export function whenStep(): StepOf {
  const choices: ReadonlyArray<PickChoice<When>> = [
    whenChoice('asynchronous', 'postOperation'),
    ...stagesFor('synchronous').map((stage) => whenChoice('synchronous', stage)),
  ];
  return {
    id: 'when',
    ask: async (ui, state) => {
      const when = await ui.pick({
        placeholder: l10n.t('When the step runs'),
        choices,
        isCurrent: (choice) => choice.mode === state.when.mode && choice.stage === state.when.stage,
      });
      return when === BACK ? BACK : { ...state, when };
    },
  };
}

function whenChoice(mode: Mode, stage: Stage): PickChoice<When> {
  const when = { mode, stage };
  return { value: when, label: whenLabel(when), detail: whenDetail(when) };
}

/** Stage and mode as they are named. */
export function whenLabel({ mode, stage }: When): string {
  return l10n.t('{stage}, {mode}', { stage: stageLabel(stage), mode: modeLabel(mode) });
}

/** What a stage and mode mean for the person whose change calls the webhook. */
export function whenDetail({ mode, stage }: When): string {
  if (mode === 'asynchronous')
    return l10n.t(
      'After the change is saved, in the background. The usual choice; failures end as system jobs.',
    );
  switch (stage) {
    case 'preValidation':
      return l10n.t('Before validation. The user waits up to 60 seconds; a failure refuses the change.');
    case 'preOperation':
      return l10n.t(
        'Inside the transaction, before saving. The user waits up to 60 seconds; a failure undoes the change.',
      );
    case 'postOperation':
      return l10n.t(
        'Inside the transaction, after saving. The user waits up to 60 seconds; a failure undoes the change.',
      );
  }
}
