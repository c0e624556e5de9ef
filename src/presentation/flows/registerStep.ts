import * as l10n from '@vscode/l10n';
import { imageTypesFor } from '../../webhooks/imageRules';
import type { Image, NewStep, Step } from '../../webhooks/model';
import { changeStepWrite, stepWithImagesWrites, type Write } from '../../webhooks/writes';
import { reviewSteps, type Review, type ReviewRow } from '../../wizard/review';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { deploymentLabel, modeLabel, stageLabel, tableLabel } from '../texts/webhookTexts';
import {
  chosenFilter,
  hasNoTable,
  descriptionOf,
  mayChooseTable,
  mayWatchColumns,
  nameOf,
  newStep,
  secondaryChoices,
  watchedTable,
  type StepAnswers,
  type StepFlowContext,
} from './stepAnswers';
import { columnSteps, eventSteps, tableSteps, whenDetail, whenLabel, whenStep } from './stepEventQuestions';
import {
  callingUser,
  defaultSolution,
  deleteJobStep,
  deploymentStep,
  descriptionStep,
  rankStep,
  runAsStep,
  secondaryStep,
  solutionStep,
  stepNameStep,
} from './stepSettingQuestions';

/** Which of the flows about a step it is. */
export type StepFlow =
  | { readonly kind: 'register' }
  /** @param before the step as it was read. */
  | { readonly kind: 'edit'; readonly step: Step; readonly before: NewStep }
  | { readonly kind: 'duplicate'; readonly step: Step };

/** The questions of *Register Step…*: what fires it; the rest has defaults that the summary shows. */
export function registerStepWizard(context: StepFlowContext): Wizard<StepAnswers> {
  return {
    title: l10n.t('Register Step of {webhook}', { webhook: context.webhook.name }),
    steps: (state) => [
      ...eventSteps(context, state),
      ...reviewSteps(state, (reviewed) => stepReview(context, { kind: 'register' }, reviewed)),
    ],
  };
}

/** The questions of *Edit Step…* and *Duplicate Step…*: a summary in which everything can be changed. */
export function stepWizard(
  context: StepFlowContext,
  flow: Exclude<StepFlow, { kind: 'register' }>,
): Wizard<StepAnswers> {
  const { name } = flow.step;
  return {
    title:
      flow.kind === 'edit' ? l10n.t('Edit Step {name}', { name }) : l10n.t('Duplicate Step {name}', { name }),
    steps: (state) => reviewSteps(state, (reviewed) => stepReview(context, flow, reviewed)),
  };
}

/** What would be sent for the answers so far; empty while an answer is missing or nothing has changed. */
function stepWrites(context: StepFlowContext, flow: StepFlow, state: StepAnswers): readonly Write[] {
  const step = newStep(context, state);
  if (step === undefined) return [];
  switch (flow.kind) {
    case 'register':
      return stepWithImagesWrites(step, []);
    case 'duplicate':
      return stepWithImagesWrites(step, copiedImages(flow.step, step));
    case 'edit': {
      const write = changeStepWrite(flow.step, flow.before, step);
      return write === undefined ? [] : [write];
    }
  }
}

/** The images that a copy can have: all, unless it is about another message or table, or runs in another stage. */
export function copiedImages(original: Step, copy: NewStep): readonly Image[] {
  if (copy.message.id !== original.message.id || copy.filter?.table !== original.table) return [];
  const types = imageTypesFor(copy.message.name, copy.stage);
  return original.images.filter((image) => types.includes(image.type));
}

function stepReview(context: StepFlowContext, flow: StepFlow, state: StepAnswers): Review<StepAnswers> {
  const writes = (): readonly Write[] => stepWrites(context, flow, state);
  const unchanged = flow.kind === 'edit' && writes().length === 0;
  const event = {
    message: state.message?.name ?? '',
    table: tableLabel(chosenFilter(state)?.table),
    stage: stageLabel(state.when.stage),
    mode: modeLabel(state.when.mode),
  };
  return {
    placeholder: unchanged ? l10n.t('Nothing is different yet') : l10n.t('Nothing has been written yet'),
    accept: {
      label: flow.kind === 'edit' ? l10n.t('Save Changes') : l10n.t('Register Step'),
      description: nameOf(context, state),
      detail: hasNoTable(state)
        ? l10n.t('{message}, {stage}, {mode}', event)
        : l10n.t('{message} of {table}, {stage}, {mode}', event),
    },
    rows: [
      ...eventRows(flow, state),
      ...settingRows(context, flow, state),
      ...(flow.kind === 'duplicate' ? imageRows(context, flow.step, state) : []),
      ...(unchanged || state.message === undefined
        ? []
        : [showRequestRow(() => context.showRequest(writes()))]),
    ],
    stepsOf: (rowId) => reviewEdit(context, state, rowId),
  };
}

/** The row that shows what would be sent. */
export function showRequestRow(show: () => Promise<void>): ReviewRow {
  return { id: 'showRequest', icon: 'code', label: l10n.t('Show Request'), value: '', show };
}

/** What fires the step. Message and table of a new one have just been chosen, and stand in the first row. */
function eventRows(flow: StepFlow, state: StepAnswers): readonly ReviewRow[] {
  const columns = state.filteringColumns.length === 0 ? l10n.t('all') : state.filteringColumns.join(', ');
  const chosen = flow.kind === 'register';
  return [
    ...(chosen
      ? []
      : [{ id: 'message', icon: 'zap', label: l10n.t('Message'), value: state.message?.name ?? '' }]),
    ...(!chosen && mayChooseTable(state)
      ? [
          {
            id: 'table',
            icon: 'table',
            label: l10n.t('Table'),
            value: tableLabel(chosenFilter(state)?.table),
          },
        ]
      : []),
    ...(mayWatchColumns(state) && watchedTable(state) !== undefined
      ? [{ id: 'columns', icon: 'filter', label: l10n.t('Filtering Attributes'), value: columns }]
      : []),
  ];
}

function settingRows(context: StepFlowContext, flow: StepFlow, state: StepAnswers): readonly ReviewRow[] {
  const row = (id: string, label: string, value: string): ReviewRow => ({ id, icon: 'edit', label, value });
  const asynchronous = state.when.mode === 'asynchronous';
  const secondary = secondaryChoices(state).length > 0;
  return [
    row('name', l10n.t('Name'), nameOf(context, state)),
    row('description', l10n.t('Description'), descriptionOf(context, state)),
    row('when', l10n.t('When It Runs'), `${whenLabel(state.when)}. ${whenDetail(state.when)}`),
    row('rank', l10n.t('Execution Order'), String(state.rank)),
    ...(asynchronous
      ? [
          row(
            'deleteJob',
            l10n.t('Delete the Job When It Succeeds'),
            state.deleteJobOnSuccess ? l10n.t('Yes') : l10n.t('No'),
          ),
        ]
      : []),
    ...(secondary
      ? [row('secondary', l10n.t('Secondary Table'), tableLabel(chosenFilter(state)?.secondaryTable))]
      : []),
    row('runAs', l10n.t('Run As'), state.runAs?.name ?? callingUser()),
    row('deployment', l10n.t('Deployment'), deploymentLabel(state.deployment)),
    ...(flow.kind === 'edit'
      ? []
      : [row('solution', l10n.t('Solution'), state.solution?.name ?? defaultSolution())]),
  ];
}

/** Says how many images go along. */
function imageRows(context: StepFlowContext, original: Step, state: StepAnswers): readonly ReviewRow[] {
  const copy = newStep(context, state);
  if (original.images.length === 0 || copy === undefined) return [];
  const value = l10n.t('{count} of {total} are copied', {
    count: copiedImages(original, copy).length,
    total: original.images.length,
  });
  return [
    { id: 'images', icon: 'file-media', label: l10n.t('Images'), value, show: () => Promise.resolve() },
  ];
}

function reviewEdit(
  context: StepFlowContext,
  state: StepAnswers,
  rowId: string,
): ReadonlyArray<WizardStep<StepAnswers>> {
  switch (rowId) {
    case 'message':
      return eventSteps(context, state);
    case 'table':
      return tableSteps(context, state);
    case 'columns':
      return columnSteps(context, state);
    case 'when':
      return [whenStep()];
    case 'name':
      return [stepNameStep(context)];
    case 'description':
      return [descriptionStep(context)];
    case 'rank':
      return [rankStep()];
    case 'deleteJob':
      return [deleteJobStep()];
    case 'secondary':
      return [secondaryStep()];
    case 'runAs':
      return [runAsStep(context)];
    case 'deployment':
      return [deploymentStep()];
    case 'solution':
      return [solutionStep(context.solutions)];
    default:
      return [];
  }
}
