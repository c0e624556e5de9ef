import {
  suggestedStepDescription,
  suggestedStepName,
  supportsFilteringColumns,
  type StepEvent,
} from '../../webhooks/stepRules';
import type {
  Deployment,
  MessageFilter,
  MessageRef,
  Mode,
  NewStep,
  Stage,
  User,
  UserRef,
} from '../../webhooks/model';
import type { Solution } from '../../webhooks/solutionService';
import type { Write } from '../../webhooks/writes';
import type { Reviewed } from '../../wizard/review';
import type { PickChoice } from '../../wizard/ui';

/** A column that a step can watch. */
export interface ColumnChoice {
  readonly name: string;
  readonly label: string;
  readonly type: string;
}

/** How a column is offered where columns are chosen: its label, its name and its type. */
export function columnChoice({ name, label, type }: ColumnChoice): PickChoice<string> {
  return { value: name, label, description: name, detail: type };
}

/** Where the lists of the flows about a step come from. Each may be asked more than once. */
export interface StepFlowContext {
  readonly webhook: { readonly id: string; readonly name: string };
  readonly messages: (signal: AbortSignal) => Promise<readonly MessageRef[]>;
  readonly filters: (messageId: string, signal: AbortSignal) => Promise<readonly MessageFilter[]>;
  readonly columns: (table: string, signal: AbortSignal) => Promise<readonly ColumnChoice[]>;
  /** At most fifty users who fit the text. */
  readonly users: (text: string, signal: AbortSignal) => Promise<readonly User[]>;
  /** The unmanaged solutions a new step can go into. */
  readonly solutions: (signal: AbortSignal) => Promise<readonly Solution[]>;
  /** Opens the requests that would be sent, as text. */
  readonly showRequest: (writes: readonly Write[]) => Promise<void>;
}

export interface When {
  readonly mode: Mode;
  readonly stage: Stage;
}

/** The answers of the flows about a step. */
export interface StepAnswers extends Reviewed {
  /** Of the step to come; the same for every try to register it. */
  readonly id?: string;
  readonly message: MessageRef | undefined;
  /** The tables the message can be limited to; undefined until they have been asked for. */
  readonly filters: readonly MessageFilter[] | undefined;
  /** `null` means any table. */
  readonly filter: MessageFilter | null | undefined;
  readonly filteringColumns: readonly string[];
  /** The question for columns was answered, if only with none. */
  readonly columnsAsked: boolean;
  readonly when: When;
  readonly deleteJobOnSuccess: boolean;
  readonly rank: number;
  readonly deployment: Deployment;
  /** Undefined runs the step as the user who made the change. */
  readonly runAs: UserRef | undefined;
  /** Undefined leaves a new step in the default solution only. */
  readonly solution: Pick<Solution, 'uniqueName' | 'name'> | undefined;
  /** What the user wrote; undefined while the suggestion is good enough, so that it follows the other answers. */
  readonly name: string | undefined;
  readonly description: string | undefined;
}

/** The answers before the first question of *Register Step…*. */
export const newStepAnswers: StepAnswers = {
  message: undefined,
  filters: undefined,
  filter: undefined,
  filteringColumns: [],
  columnsAsked: false,
  when: { mode: 'asynchronous', stage: 'postOperation' },
  deleteJobOnSuccess: true,
  rank: 1,
  deployment: 'server',
  runAs: undefined,
  solution: undefined,
  name: undefined,
  description: undefined,
  edits: [],
};

/**
 * The answers that describe a registered step, to change or copy it. A name or description that is the suggested one
 * counts as untouched and follows the other answers.
 */
export function answersOf(context: Pick<StepFlowContext, 'webhook'>, step: NewStep): StepAnswers {
  const answers: StepAnswers = {
    ...newStepAnswers,
    message: step.message,
    filter: step.filter ?? null,
    filteringColumns: step.filteringColumns,
    columnsAsked: true,
    when: { mode: step.mode, stage: step.stage },
    deleteJobOnSuccess: step.deleteJobOnSuccess,
    rank: step.rank,
    deployment: step.deployment,
    runAs: step.runAs,
  };
  return {
    ...answers,
    name: step.name === nameOf(context, answers) ? undefined : step.name,
    description: step.description === descriptionOf(context, answers) ? undefined : step.description,
  };
}

/** The step that the answers describe; undefined while an answer is missing. */
export function newStep(context: Pick<StepFlowContext, 'webhook'>, state: StepAnswers): NewStep | undefined {
  if (state.message === undefined) return undefined;
  return {
    ...(state.id === undefined ? {} : { id: state.id }),
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
    deployment: state.deployment,
    runAs: state.runAs,
    ...(state.solution === undefined ? {} : { solution: state.solution.uniqueName }),
  };
}

/** Tables the message can be limited to, and `null` for every table; a message without any is for no table. */
export function tableChoices(filters: readonly MessageFilter[]): ReadonlyArray<MessageFilter | null> {
  const bound = filters.filter((filter) => filter.table !== undefined);
  return bound.length === 0 ? [null] : [...bound, null];
}

/** Before the message is known, the usual flow is counted on: a table, and columns to watch. */
export function mayChooseTable(state: StepAnswers): boolean {
  return state.message === undefined || state.filters === undefined || tableChoices(state.filters).length > 1;
}

export function mayWatchColumns(state: StepAnswers): boolean {
  if (state.message === undefined) return true;
  if (state.filter === undefined)
    return mayChooseTable(state) && supportsFilteringColumns(state.message.name);
  return watchedTable(state) !== undefined;
}

export function chosenFilter(state: StepAnswers): MessageFilter | undefined {
  return state.filter ?? undefined;
}

/** The table whose columns can be watched; undefined when the message or the choice of table has no columns. */
export function watchedTable(state: StepAnswers): string | undefined {
  const supported = state.message !== undefined && supportsFilteringColumns(state.message.name);
  return supported ? chosenFilter(state)?.table : undefined;
}

/** Other tables that can stand beside the chosen one; empty where there is no choice. */
export function secondaryChoices(state: StepAnswers): readonly MessageFilter[] {
  const chosen = chosenFilter(state);
  if (chosen?.table === undefined) return [];
  const beside = (state.filters ?? []).filter((filter) => filter.table === chosen.table);
  return beside.length > 1 ? beside : [];
}

/** The message has been asked for its tables and has none, as an unbound custom API or action. */
export function hasNoTable(state: StepAnswers): boolean {
  return state.filters !== undefined && tableChoices(state.filters).length === 1;
}

function eventOf(state: StepAnswers): StepEvent {
  return {
    message: state.message?.name ?? '',
    table: chosenFilter(state)?.table,
    withoutTable: hasNoTable(state),
  };
}

export function nameOf(context: Pick<StepFlowContext, 'webhook'>, state: StepAnswers): string {
  return state.name ?? suggestedStepName(context.webhook.name, eventOf(state));
}

export function descriptionOf(context: Pick<StepFlowContext, 'webhook'>, state: StepAnswers): string {
  return (
    state.description ??
    suggestedStepDescription({
      ...eventOf(state),
      webhook: context.webhook.name,
      filteringColumns: watchedTable(state) === undefined ? [] : state.filteringColumns,
    })
  );
}
