import * as l10n from '@vscode/l10n';
import type { Choice } from '../../dataverse/metadata';
import type { Row } from '../../dataverse/webApi';
import type { FoundRow } from '../../webhooks/deliveryFacts';
import { reviewSteps, type Review, type Reviewed, type ReviewRow } from '../../wizard/review';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { hasChoices, sampleText, valueRemark, valuesBody, type TriggerColumn } from './triggerValues';

/** What happens to a row. */
export type TriggerAct = 'create' | 'update' | 'delete';

/** Where the lists of *Trigger…* come from. */
export interface TriggerContext {
  readonly environmentName: string;
  /** The tables whose rows can be written, those that steps are registered on first. */
  readonly tables: (act: TriggerAct, signal: AbortSignal) => Promise<readonly TriggerTable[]>;
  readonly rows: (table: string, text: string, signal: AbortSignal) => Promise<readonly FoundRow[]>;
  /** The columns that can be written, and of them those that a caller would write. */
  readonly columns: (
    act: TriggerAct,
    table: string,
    signal: AbortSignal,
  ) => Promise<{ readonly all: readonly TriggerColumn[]; readonly usual: readonly string[] }>;
  readonly choices: (table: string, column: TriggerColumn, signal: AbortSignal) => Promise<readonly Choice[]>;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

export interface TriggerTable {
  readonly name: string;
  readonly label: string;
  /** A step fires for it. */
  readonly hasStep: boolean;
}

/** The answers of *Trigger…*. */
export interface TriggerAnswers extends Reviewed {
  readonly act: TriggerAct | undefined;
  readonly table: string | undefined;
  readonly row: FoundRow | undefined;
  readonly columns: readonly TriggerColumn[];
  /** Typed values by column; empty clears it. */
  readonly values: Readonly<Record<string, string>>;
  /** What chosen values are called. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The answers before the first question; a step that the command was called on knows act and table. */
export const triggerStart: TriggerAnswers = {
  act: undefined,
  table: undefined,
  row: undefined,
  columns: [],
  values: {},
  labels: {},
  edits: [],
};

/** The act that fires the steps of a message; undefined for messages that no change of a row stands for. */
export function actOfMessage(message: string): TriggerAct | undefined {
  switch (message) {
    case 'Create':
    case 'CreateMultiple':
      return 'create';
    case 'Update':
    case 'UpdateMultiple':
    case 'SetState':
      return 'update';
    case 'Delete':
      return 'delete';
    default:
      return undefined;
  }
}

type StepOf = WizardStep<TriggerAnswers>;

/** The questions of *Trigger…*: what happens, to which table and row, with which values. */
export function triggerWizard(
  context: TriggerContext,
  known: Pick<TriggerAnswers, 'act' | 'table'>,
): Wizard<TriggerAnswers> {
  const knowsAll = known.act !== undefined && known.table !== undefined;
  return {
    title: l10n.t('Trigger in {environment}', { environment: context.environmentName }),
    steps: (state) => [
      ...(knowsAll ? [] : [actQuestion(), tableQuestion(context)]),
      ...(state.act === 'create' ? [] : [rowQuestion(context)]),
      ...(state.act === 'delete' ? [] : [columnsQuestion(context)]),
      ...reviewSteps(state, (now) => review(context, now)),
    ],
  };
}

function actQuestion(): StepOf {
  return {
    id: 'act',
    ask: async (ui, state) => {
      const choice = (value: TriggerAct, label: string, message: string): PickChoice<TriggerAct> => ({
        value,
        label,
        description: message,
      });
      const act = await ui.pick<TriggerAct>({
        placeholder: l10n.t('What happens to a row; the steps on it fire'),
        choices: [
          choice('update', l10n.t('Change a Row'), 'Update'),
          choice('create', l10n.t('Create a Row'), 'Create'),
          choice('delete', l10n.t('Delete a Row'), 'Delete'),
        ],
        isCurrent: (value) => value === state.act,
      });
      if (act === BACK) return BACK;
      return { ...state, act, ...(act === state.act ? {} : { columns: [], values: {} }) };
    },
  };
}

function tableQuestion(context: TriggerContext): StepOf {
  return {
    id: 'table',
    ask: async (ui, state) => {
      const table = await ui.pick<string>({
        placeholder: l10n.t('Table of the row'),
        choices: async (signal) => tableChoices(await context.tables(state.act ?? 'update', signal)),
        isCurrent: (value) => value === state.table,
      });
      if (table === BACK) return BACK;
      const same = table === state.table;
      return { ...state, table, ...(same ? {} : { row: undefined, columns: [], values: {} }) };
    },
  };
}

function tableChoices(tables: readonly TriggerTable[]): ReadonlyArray<PickChoice<string>> {
  const choice = ({ name, label }: TriggerTable, group: string): PickChoice<string> => ({
    value: name,
    label: name,
    description: label,
    group,
  });
  return [
    ...tables.filter(({ hasStep }) => hasStep).map((table) => choice(table, l10n.t('With a step'))),
    ...tables.filter(({ hasStep }) => !hasStep).map((table) => choice(table, l10n.t('Other tables'))),
  ];
}

function rowQuestion(context: TriggerContext): StepOf {
  return {
    id: 'row',
    ask: async (ui, state) => {
      const row = await ui.search<FoundRow>({
        placeholder: l10n.t('Row of {table}; type to search by name or id', { table: state.table ?? '' }),
        fixed: [],
        foundGroup: l10n.t('Rows'),
        find: async (text, signal) =>
          (await context.rows(state.table ?? '', text, signal)).map((value) => ({
            value,
            label: value.name || value.id,
            description: value.name === '' ? '' : value.id,
          })),
        idOf: ({ id }) => id,
        isCurrent: ({ id }) => id === state.row?.id,
      });
      return row === BACK ? BACK : { ...state, row };
    },
  };
}

function columnsQuestion(context: TriggerContext): StepOf {
  return {
    id: 'columns',
    ask: async (ui, state) => {
      const before = state.columns.map(({ name }) => name);
      let usual: readonly string[] = before;
      const columns = await ui.pickMany<TriggerColumn>({
        placeholder: l10n.t('Columns that are written, with values that can be changed next'),
        choices: async (signal) => {
          const found = await context.columns(state.act ?? 'update', state.table ?? '', signal);
          if (before.length === 0) usual = found.usual;
          return found.all.map((value) => ({
            value,
            label: value.name,
            description: value.label,
            detail: value.type,
          }));
        },
        isPicked: ({ name }) => usual.includes(name),
      });
      if (columns === BACK) return BACK;
      const now = context.now();
      const values = Object.fromEntries(
        columns.map((column) => [column.name, state.values[column.name] ?? sampleText(column, now)]),
      );
      return { ...state, columns, values };
    },
  };
}

function review(context: TriggerContext, state: TriggerAnswers): Review<TriggerAnswers> {
  const place = state.row === undefined ? (state.table ?? '') : rowName(state.row);
  const rows: readonly ReviewRow[] =
    state.act === 'delete'
      ? []
      : state.columns.map((column) => ({
          id: column.name,
          icon: 'symbol-field',
          label: column.name,
          value: shownValue(state, column),
        }));
  return {
    placeholder: l10n.t('The write goes through the whole pipeline; choose a column to change its value'),
    accept: { label: actLabel(state.act ?? 'update', place) },
    rows,
    stepsOf: (name) => {
      const column = state.columns.find((one) => one.name === name);
      return column === undefined ? [] : [valueQuestion(context, column)];
    },
  };
}

function rowName({ id, name }: FoundRow): string {
  return name || id;
}

function actLabel(act: TriggerAct, place: string): string {
  switch (act) {
    case 'create':
      return l10n.t('Create a Row of {place}', { place });
    case 'update':
      return l10n.t('Change {place}', { place });
    case 'delete':
      return l10n.t('Delete {place}', { place });
  }
}

function shownValue({ values, labels }: TriggerAnswers, column: TriggerColumn): string {
  const text = values[column.name] ?? '';
  if (text !== '') return labels[column.name] ?? text;
  return hasChoices(column) ? l10n.t('(first choice)') : l10n.t('(empty)');
}

function valueQuestion(context: TriggerContext, column: TriggerColumn): StepOf {
  return {
    id: `value-${column.name}`,
    ask: async (ui, state) => {
      const put = (text: string, label?: string): TriggerAnswers => ({
        ...state,
        values: { ...state.values, [column.name]: text },
        labels: label === undefined ? state.labels : { ...state.labels, [column.name]: label },
      });
      if (!hasChoices(column)) {
        const text = await ui.input({
          prompt: l10n.t('Value of {column}; empty clears it', { column: column.name }),
          value: state.values[column.name] ?? '',
          check: (typed) => valueRemark(column, typed),
        });
        return text === BACK ? BACK : put(text);
      }
      const choice = await ui.pick<Choice>({
        placeholder: l10n.t('Value of {column}', { column: column.name }),
        choices: async (signal) =>
          (await context.choices(state.table ?? '', column, signal)).map((value) => ({
            value,
            label: value.label,
            description: String(value.value),
          })),
        isCurrent: ({ value }) => String(value) === state.values[column.name],
      });
      return choice === BACK ? BACK : put(String(choice.value), choice.label);
    },
  };
}

/** A write that triggers. */
export type TriggerWrite =
  | { readonly act: 'create'; readonly table: string; readonly body: Row }
  | { readonly act: 'update'; readonly table: string; readonly row: FoundRow; readonly body: Row }
  | { readonly act: 'delete'; readonly table: string; readonly row: FoundRow };

/** The write that the answers describe, first choices filled in; undefined while something is missing. */
export async function triggerWrite(
  context: TriggerContext,
  { act, table, row, columns, values }: TriggerAnswers,
  signal: AbortSignal,
): Promise<TriggerWrite | undefined> {
  if (act === undefined || table === undefined) return undefined;
  if (act === 'delete') return row === undefined ? undefined : { act, table, row };
  const filled: Record<string, string> = { ...values };
  for (const column of columns) {
    if (!hasChoices(column) || (filled[column.name] ?? '') !== '') continue;
    const [first] = await context.choices(table, column, signal);
    if (first !== undefined) filled[column.name] = String(first.value);
  }
  const body = valuesBody(columns, filled);
  if (act === 'create') return { act, table, body };
  return row === undefined ? undefined : { act, table, row, body };
}

/** What was done, one sentence. */
export function triggeredText(write: TriggerWrite): string {
  const { table } = write;
  switch (write.act) {
    case 'create':
      return l10n.t('A row of {table} was created.', { table });
    case 'update':
      return updatedText(Object.keys(write.body), rowName(write.row));
    case 'delete':
      return l10n.t('{row} of {table} was deleted.', { row: rowName(write.row), table });
  }
}

function updatedText(columns: readonly string[], row: string): string {
  return columns.length === 0
    ? l10n.t('{row} was written without a column. Steps that watch columns do not fire on that.', { row })
    : l10n.t('Changed {columns} of {row}.', { columns: columns.join(', '), row });
}
