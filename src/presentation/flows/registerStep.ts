import * as l10n from '@vscode/l10n';
import {
  checkDescription,
  checkRank,
  stagesFor,
  suggestedStepDescription,
  suggestedStepName,
  supportsFilteringColumns,
} from '../../webhooks/stepRules';
import type { MessageFilter, MessageRef, Mode, NewStep, Stage } from '../../webhooks/model';
import { checkName } from '../../webhooks/webhookRules';
import { reviewSteps, type Review, type Reviewed, type ReviewRow } from '../../wizard/review';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { nameRemark, rankRemark } from '../texts/inputTexts';
import { modeLabel, stageLabel, tableLabel } from '../texts/webhookTexts';

/** A column that a step can watch. */
export interface ColumnChoice {
  readonly name: string;
  readonly label: string;
  readonly type: string;
}

/** Where the lists of the flow come from. Each may be asked more than once. */
export interface RegisterStepContext {
  readonly webhook: { readonly id: string; readonly name: string };
  readonly messages: (signal: AbortSignal) => Promise<readonly MessageRef[]>;
  readonly filters: (messageId: string, signal: AbortSignal) => Promise<readonly MessageFilter[]>;
  readonly columns: (table: string, signal: AbortSignal) => Promise<readonly ColumnChoice[]>;
}

export interface When {
  readonly mode: Mode;
  readonly stage: Stage;
}

export interface RegisterStepState extends Reviewed {
  readonly message: MessageRef | undefined;
  /** The tables the message can be limited to, known once it is chosen. */
  readonly filters: readonly MessageFilter[];
  /** `null` means any table. */
  readonly filter: MessageFilter | null | undefined;
  readonly filteringColumns: readonly string[];
  /** The question for columns was answered, if only with none. */
  readonly columnsAsked: boolean;
  readonly when: When;
  readonly deleteJobOnSuccess: boolean;
  readonly rank: number;
  /** What the user wrote; undefined while the suggestion is good enough, so that it follows the other answers. */
  readonly name: string | undefined;
  readonly description: string | undefined;
}

export const registerStepStart: RegisterStepState = {
  message: undefined,
  filters: [],
  filter: undefined,
  filteringColumns: [],
  columnsAsked: false,
  when: { mode: 'asynchronous', stage: 'postOperation' },
  deleteJobOnSuccess: true,
  rank: 1,
  name: undefined,
  description: undefined,
  edits: [],
};

type StepOf = WizardStep<RegisterStepState>;

const noColumns = { filteringColumns: [], columnsAsked: false } as const;

/** The questions of *Register Step…*. */
export function registerStepWizard(context: RegisterStepContext): Wizard<RegisterStepState> {
  return {
    title: l10n.t('Register Step of {webhook}', { webhook: context.webhook.name }),
    steps: (state) => [
      messageStep(context),
      ...(mayChooseTable(state) ? [tableStep()] : []),
      ...(mayWatchColumns(state) ? columnSteps(context, state) : []),
      whenStep(),
      ...reviewSteps(state, (reviewed) => stepReview(context, reviewed)),
    ],
  };
}

/** The step that the answers describe; undefined while an answer is missing. */
export function newStep(context: RegisterStepContext, state: RegisterStepState): NewStep | undefined {
  if (state.message === undefined) return undefined;
  return {
    webhookId: context.webhook.id,
    name: nameOf(context, state),
    description: descriptionOf(context, state),
    message: state.message,
    filter: chosenFilter(state),
    filteringColumns: watchedTable(state) === undefined ? [] : state.filteringColumns,
    stage: state.when.stage,
    mode: state.when.mode,
    rank: state.rank,
    deleteJobOnSuccess: state.when.mode === 'asynchronous' && state.deleteJobOnSuccess,
  };
}

/** Tables the message can be limited to; a message without any is for no table. */
function tableChoices(state: RegisterStepState): ReadonlyArray<MessageFilter | null> {
  const bound = state.filters.filter((filter) => filter.table !== undefined);
  return bound.length === 0 ? [null] : [...bound, null];
}

/** Before the message is known, the usual flow is counted on: a table, and columns to watch. */
function mayChooseTable(state: RegisterStepState): boolean {
  return state.message === undefined || tableChoices(state).length > 1;
}

function mayWatchColumns(state: RegisterStepState): boolean {
  if (state.message === undefined) return true;
  if (state.filter === undefined)
    return mayChooseTable(state) && supportsFilteringColumns(state.message.name);
  return watchedTable(state) !== undefined;
}

function chosenFilter(state: RegisterStepState): MessageFilter | undefined {
  return state.filter ?? undefined;
}

/** The table whose columns can be watched; undefined when the message or the choice of table has no columns. */
function watchedTable(state: RegisterStepState): string | undefined {
  const supported = state.message !== undefined && supportsFilteringColumns(state.message.name);
  return supported ? chosenFilter(state)?.table : undefined;
}

function nameOf(context: RegisterStepContext, state: RegisterStepState): string {
  return (
    state.name ??
    suggestedStepName(context.webhook.name, state.message?.name ?? '', chosenFilter(state)?.table)
  );
}

function descriptionOf(context: RegisterStepContext, state: RegisterStepState): string {
  return (
    state.description ??
    suggestedStepDescription({
      webhook: context.webhook.name,
      message: state.message?.name ?? '',
      table: chosenFilter(state)?.table,
      filteringColumns: watchedTable(state) === undefined ? [] : state.filteringColumns,
    })
  );
}

const COMMON_MESSAGES = ['Create', 'Update', 'Delete', 'Assign', 'SetState', 'Associate', 'Disassociate'];

function messageStep(context: RegisterStepContext): StepOf {
  return {
    id: 'message',
    ask: async (ui, state) => {
      let filters: readonly MessageFilter[] = state.filters;
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

function tableStep(): StepOf {
  return {
    id: 'table',
    ask: async (ui, state) => {
      const filter = await ui.pick({
        placeholder: l10n.t('Table whose rows fire the step, for example contact'),
        choices: sortedTables(tableChoices(state)).map((value) => tableChoice(value)),
        isCurrent: (choice) => state.filter !== undefined && choice?.id === state.filter?.id,
      });
      if (filter === BACK) return BACK;
      const same = filter?.id === state.filter?.id;
      return { ...state, filter, ...(same ? {} : noColumns) };
    },
  };
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

function columnSteps(context: RegisterStepContext, state: RegisterStepState): readonly StepOf[] {
  const confirm =
    state.columnsAsked && state.message?.name === 'Update' && state.filteringColumns.length === 0;
  return [columnsStep(context), ...(confirm ? [everyColumnStep()] : [])];
}

function columnsStep(context: RegisterStepContext): StepOf {
  return {
    id: 'columns',
    ask: async (ui, state) => {
      const table = watchedTable(state) ?? '';
      const columns = await ui.pickMany({
        placeholder: l10n.t('Columns whose change fires the step; none means every change'),
        choices: async (signal) =>
          (await context.columns(table, signal)).map((column) => ({
            value: column.name,
            label: column.label,
            description: column.name,
            detail: column.type,
          })),
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

function whenStep(): StepOf {
  const choices: ReadonlyArray<PickChoice<When>> = [
    whenChoice(
      'asynchronous',
      'postOperation',
      l10n.t('After the change is saved, in the background. The usual choice; failures end as system jobs.'),
    ),
    ...stagesFor('synchronous').map((stage) => whenChoice('synchronous', stage, synchronousDetail(stage))),
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

function whenChoice(mode: Mode, stage: Stage, detail: string): PickChoice<When> {
  return {
    value: { mode, stage },
    label: l10n.t('{stage}, {mode}', { stage: stageLabel(stage), mode: modeLabel(mode) }),
    detail,
  };
}

function synchronousDetail(stage: Stage): string {
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

function stepReview(context: RegisterStepContext, state: RegisterStepState): Review<RegisterStepState> {
  const name = nameOf(context, state);
  return {
    placeholder: l10n.t('Nothing has been written yet'),
    accept: {
      label: l10n.t('Register Step'),
      description: name,
      detail: l10n.t('{message} of {table}, {stage}, {mode}', {
        message: state.message?.name ?? '',
        table: tableLabel(chosenFilter(state)?.table),
        stage: stageLabel(state.when.stage),
        mode: modeLabel(state.when.mode),
      }),
    },
    rows: stepRows(context, state),
    stepsOf: (rowId) => reviewEdit(context, rowId),
  };
}

function stepRows(context: RegisterStepContext, state: RegisterStepState): readonly ReviewRow[] {
  const rows: ReviewRow[] = [
    { id: 'name', icon: 'edit', label: l10n.t('Name'), value: nameOf(context, state) },
    { id: 'description', icon: 'edit', label: l10n.t('Description'), value: descriptionOf(context, state) },
    { id: 'rank', icon: 'edit', label: l10n.t('Execution Order'), value: String(state.rank) },
  ];
  if (state.when.mode === 'synchronous') return rows;
  const value = state.deleteJobOnSuccess ? l10n.t('Yes') : l10n.t('No');
  return [
    ...rows,
    { id: 'deleteJob', icon: 'edit', label: l10n.t('Delete the Job When It Succeeds'), value },
  ];
}

function reviewEdit(context: RegisterStepContext, rowId: string): readonly StepOf[] {
  switch (rowId) {
    case 'name':
      return [stepNameStep(context)];
    case 'description':
      return [descriptionStep(context)];
    case 'rank':
      return [rankStep()];
    case 'deleteJob':
      return [deleteJobStep()];
    default:
      return [];
  }
}

function stepNameStep(context: RegisterStepContext): StepOf {
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

function descriptionStep(context: RegisterStepContext): StepOf {
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

function rankStep(): StepOf {
  return {
    id: 'rank',
    ask: async (ui, state) => {
      const rank = await ui.input({
        prompt: l10n.t(
          'Execution order among the steps of the same message, table and stage; low numbers run first',
        ),
        value: String(state.rank),
        check: (text) => {
          const finding = checkRank(text);
          return finding === undefined ? undefined : rankRemark(finding);
        },
      });
      return rank === BACK ? BACK : { ...state, rank: Number(rank) };
    },
  };
}

function deleteJobStep(): StepOf {
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
