import * as l10n from '@vscode/l10n';
import type { FoundRow } from '../../webhooks/deliveryFacts';
import type { Mode, Step } from '../../webhooks/model';
import { reviewSteps, type Review, type ReviewRow } from '../../wizard/review';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { urlRemark } from '../texts/inputTexts';
import { shownUrl } from '../texts/urlText';
import { modeLabel } from '../texts/webhookTexts';
import {
  chosenColumns,
  chosenStep,
  messageOf,
  rowId,
  tableOf,
  WITH_COLUMNS,
  type SendAnswers,
  type SendContext,
  type TestRow,
} from './sendAnswers';

type StepOf = WizardStep<SendAnswers>;

/** The questions of *Send Test Delivery…*: step or message and table, row, and a review. */
export function sendWizard(context: SendContext, calledOn: Step | undefined): Wizard<SendAnswers> {
  const asksStep = calledOn === undefined && context.steps.length > 0;
  return {
    title: l10n.t('Test Delivery to {name}', { name: context.webhook.name }),
    steps: (state) => [
      ...(asksStep ? [stepQuestion(context)] : []),
      ...(calledOn === undefined && (state.step === null || !asksStep)
        ? messageQuestions(context, state)
        : []),
      ...(tableOf(state) === undefined ? [] : [rowQuestion(context)]),
      ...reviewSteps(state, (now) => review(context, now)),
    ],
  };
}

function stepQuestion({ steps }: SendContext): StepOf {
  return {
    id: 'step',
    ask: async (ui, state) => {
      const step = await ui.pick<Step | null>({
        placeholder: l10n.t('Step whose call is tried'),
        choices: [
          ...steps.map((value) => ({
            value,
            label: value.name,
            description: [value.message.name, value.table ?? ''].join(' ').trim(),
          })),
          {
            value: null,
            label: l10n.t('Another Message…'),
            detail: l10n.t('As if a step on it were registered.'),
          },
        ],
        isCurrent: (value) => value?.id === state.step?.id,
      });
      if (step === BACK) return BACK;
      return step?.id === state.step?.id && step !== null
        ? { ...state, step }
        : { ...state, step, row: undefined, columns: [] };
    },
  };
}

function messageQuestions(context: SendContext, state: SendAnswers): readonly StepOf[] {
  const asksTable = state.filters === undefined || state.filters.some(({ table }) => table !== undefined);
  return [messageQuestion(context), ...(asksTable ? [tableQuestion()] : [])];
}

function messageQuestion(context: SendContext): StepOf {
  return {
    id: 'message',
    ask: async (ui, state) => {
      let { filters } = state;
      const message = await ui.pick({
        placeholder: l10n.t('Message of the test, for example Update'),
        choices: async (signal) =>
          (await context.messages(signal)).map((value) => ({ value, label: value.name })),
        isCurrent: (value) => value.id === state.message?.id,
        prepare: async (value, signal) => {
          filters = await context.filters(value.id, signal);
        },
      });
      if (message === BACK) return BACK;
      const same = message.id === state.message?.id;
      return {
        ...state,
        message,
        filters,
        ...(same ? {} : { table: undefined, row: undefined, columns: [] }),
      };
    },
  };
}

function tableQuestion(): StepOf {
  return {
    id: 'table',
    ask: async (ui, state) => {
      const tables = (state.filters ?? []).flatMap(({ table }) => (table === undefined ? [] : [table]));
      const table = await ui.pick<string>({
        placeholder: l10n.t('Table of the test, for example contact'),
        choices: tables.map((value) => ({ value, label: value })),
        isCurrent: (value) => value === state.table,
      });
      if (table === BACK) return BACK;
      return { ...state, table, ...(table === state.table ? {} : { row: undefined, columns: [] }) };
    },
  };
}

function rowQuestion(context: SendContext): StepOf {
  return {
    id: 'row',
    ask: async (ui, state) => {
      const table = tableOf(state) ?? '';
      const row = await ui.search<TestRow>({
        placeholder: l10n.t('Row of {table} whose values are sent; type to search by name or id', { table }),
        fixed: [
          {
            value: { kind: 'sample' },
            label: l10n.t('Sample Values'),
            detail: l10n.t('Made up by the type of each column.'),
          },
        ],
        foundGroup: l10n.t('Rows'),
        find: async (text, signal) => (await context.rows(table, text, signal)).map(rowChoice),
        idOf: (value) => rowId(value) ?? '',
        isCurrent: (value) => rowId(value) === rowId(state.row),
      });
      return row === BACK ? BACK : { ...state, row };
    },
  };
}

function rowChoice(row: FoundRow): PickChoice<TestRow> {
  return {
    value: { kind: 'row', ...row },
    label: row.name || row.id,
    description: row.name === '' ? '' : row.id,
  };
}

/** The questions of a sample: message and table, row, and a review. It is sent nowhere by itself. */
export function sampleWizard(context: SendContext): Wizard<SendAnswers> {
  return {
    title: l10n.t('Sample Delivery of {environment}', { environment: context.webhook.name }),
    steps: (state) => [
      ...messageQuestions(context, state),
      ...(tableOf(state) === undefined ? [] : [rowQuestion(context)]),
      ...reviewSteps(state, (now) => sampleReview(context, now)),
    ],
  };
}

function sampleReview(context: SendContext, state: SendAnswers): Review<SendAnswers> {
  return {
    placeholder: l10n.t('Enter makes it; the other rows change one setting each'),
    accept: { label: l10n.t('Make {name}', { name: aboutText(state) }) },
    rows: bodyRows(state),
    stepsOf: (rowIdOfReview) => settingQuestions(context, rowIdOfReview),
  };
}

function aboutText(state: SendAnswers): string {
  return [messageOf(state), tableOf(state) ?? ''].join(' ').trim();
}

/** The settings that the body depends on. */
function bodyRows(state: SendAnswers): readonly ReviewRow[] {
  const row = { id: 'row', icon: 'database', label: l10n.t('Row'), value: rowLabel(state.row) };
  const columns = {
    id: 'columns',
    icon: 'symbol-field',
    label: l10n.t('Columns'),
    value: chosenColumns(state).join(', ') || l10n.t('Those a caller would send'),
  };
  const mode = { id: 'mode', icon: 'zap', label: l10n.t('Execution Mode'), value: modeLabel(state.mode) };
  return [
    ...(tableOf(state) === undefined ? [] : [row]),
    ...(tableOf(state) !== undefined && WITH_COLUMNS.has(messageOf(state)) ? [columns] : []),
    ...(chosenStep(state) === undefined ? [mode] : []),
    {
      id: 'size',
      icon: 'archive',
      label: l10n.t('Size'),
      value: state.sizeExceeded ? l10n.t('Over 256 KB: four members are missing') : l10n.t('Normal'),
    },
  ];
}

function review(context: SendContext, state: SendAnswers): Review<SendAnswers> {
  return {
    placeholder: l10n.t('{message} to {name}: look at the body first, or choose a setting to change it', {
      message: aboutText(state),
      name: context.webhook.name,
    }),
    accept: {
      label: l10n.t('Open the Body'),
      detail: l10n.t('As JSON that can be changed; it is sent from there.'),
    },
    alternative: { label: l10n.t('Send Now') },
    rows: [
      ...bodyRows(state),
      { id: 'url', icon: 'link', label: l10n.t('Address'), value: shownUrl(state.url) },
    ],
    stepsOf: (rowIdOfReview) => settingQuestions(context, rowIdOfReview),
  };
}

function rowLabel(row: TestRow | undefined): string {
  return row?.kind === 'row' ? row.name || row.id : l10n.t('Sample Values');
}

function settingQuestions(context: SendContext, row: string): readonly StepOf[] {
  switch (row) {
    case 'row':
      return [rowQuestion(context)];
    case 'columns':
      return [columnsQuestion(context)];
    case 'mode':
      return [modeQuestion()];
    case 'size':
      return [sizeQuestion()];
    case 'url':
      return [urlQuestion()];
    default:
      return [];
  }
}

function columnsQuestion(context: SendContext): StepOf {
  return {
    id: 'columns',
    ask: async (ui, state) => {
      const table = tableOf(state) ?? '';
      const ticked = chosenColumns(state);
      const columns = await ui.pickMany<string>({
        placeholder: l10n.t('Columns that the caller sent; none for those a caller would send'),
        choices: async (signal) =>
          (await context.columns(table, signal)).map(({ name, label, type }) => ({
            value: name,
            label: name,
            description: label,
            detail: type,
          })),
        isPicked: (name) => ticked.includes(name),
      });
      return columns === BACK ? BACK : { ...state, columns };
    },
  };
}

function modeQuestion(): StepOf {
  return {
    id: 'mode',
    ask: async (ui, state) => {
      const mode = await ui.pick<Mode>({
        placeholder: l10n.t('How the step would run; the two bodies differ in several members'),
        choices: (['asynchronous', 'synchronous'] as const).map((value) => ({
          value,
          label: modeLabel(value),
        })),
        isCurrent: (value) => value === state.mode,
      });
      return mode === BACK ? BACK : { ...state, mode };
    },
  };
}

function sizeQuestion(): StepOf {
  return {
    id: 'size',
    ask: async (ui, state) => {
      const sizeExceeded = await ui.pick<boolean>({
        placeholder: l10n.t('Whether the body is one of those that are too large'),
        choices: [
          { value: false, label: l10n.t('Normal') },
          {
            value: true,
            label: l10n.t('Over 256 KB: four members are missing'),
            detail: l10n.t(
              'InputParameters, ParentContext and the images are removed and a header says so; the handler has to read the row back.',
            ),
          },
        ],
        isCurrent: (value) => value === state.sizeExceeded,
      });
      return sizeExceeded === BACK ? BACK : { ...state, sizeExceeded };
    },
  };
}

function urlQuestion(): StepOf {
  return {
    id: 'url',
    ask: async (ui, state) => {
      const url = await ui.input({
        prompt: l10n.t('Address it is sent to. One that is no webhook of the environment asks before.'),
        value: state.url,
        check: (text) => {
          const parsed = URL.parse(text);
          const usable = parsed !== null && /^https?:$/.test(parsed.protocol);
          return usable ? undefined : urlRemark({ severity: 'error', reason: 'malformed' });
        },
      });
      return url === BACK ? BACK : { ...state, url: url.trim() };
    },
  };
}
