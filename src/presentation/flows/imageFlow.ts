import * as l10n from '@vscode/l10n';
import {
  checkAlias,
  choosesProperty,
  imageProperties,
  imageTypesFor,
  sharesPlace,
} from '../../webhooks/imageRules';
import type { Image, ImageType, NewImage, Step } from '../../webhooks/model';
import { checkName } from '../../webhooks/webhookRules';
import { changeImageWrites, registerImageWrite, type Write } from '../../webhooks/writes';
import { reviewSteps, type Review, type Reviewed, type ReviewRow } from '../../wizard/review';
import { BACK } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { aliasRemark, nameRemark } from '../texts/inputTexts';
import { imageTypeLabel } from '../texts/webhookTexts';
import { showRequestRow } from './registerStep';
import { columnChoice, type ColumnChoice } from './stepAnswers';
import { tooManyColumnsSteps } from './tooManyColumns';

export interface ImageFlowContext {
  readonly step: Step;
  /** The image that is changed; undefined when one is registered. */
  readonly image: Image | undefined;
  /** The columns that can be read. */
  readonly columns: (table: string, signal: AbortSignal) => Promise<readonly ColumnChoice[]>;
  readonly showRequest: (writes: readonly Write[]) => Promise<void>;
}

export interface ImageAnswers extends Reviewed {
  /** Of the image to come, also where it takes the place of another one; the same for every try to register it. */
  readonly id?: string;
  readonly type: ImageType | undefined;
  readonly columns: readonly string[];
  /** The question for columns was answered, if only with none. */
  readonly columnsAsked: boolean;
  readonly property: string;
  /** What the user wrote; undefined while the suggestion is good enough. */
  readonly alias: string | undefined;
  readonly name: string | undefined;
}

/** The answers before the first question: those of the image that is changed, or the only possible ones. */
export function imageStart({ step, image }: ImageFlowContext): ImageAnswers {
  const types = imageTypesFor(step.message.name, step.stage);
  const [onlyType] = types;
  return {
    type: image?.type ?? (types.length === 1 ? onlyType : undefined),
    columns: image?.columns ?? [],
    columnsAsked: image !== undefined,
    property: image?.messageProperty ?? imageProperties(step.message.name)[0] ?? '',
    alias: image?.alias,
    // The name of a registered image stays: to change it, the image must be registered anew.
    name: image?.name,
    edits: [],
  };
}

/** The answers that describe a version of an image which nobody has written yet. */
export function imageAnswers(context: ImageFlowContext, image: NewImage): ImageAnswers {
  const { type, columns, alias, name, messageProperty: property } = image;
  return { ...imageStart(context), type, columns, alias, name, property };
}

type StepOf = WizardStep<ImageAnswers>;

/** The questions of *Register Image…* and *Edit Image…*. What has one possible answer is not asked. */
export function imageWizard(context: ImageFlowContext): Wizard<ImageAnswers> {
  const { step, image } = context;
  const types = imageTypesFor(step.message.name, step.stage);
  return {
    title:
      image === undefined
        ? l10n.t('Register Image of {step}', { step: step.name })
        : l10n.t('Edit Image {alias}', { alias: image.alias }),
    steps: (state) => [
      ...(image === undefined && types.length > 1 ? [typeStep(context)] : []),
      ...(image === undefined ? columnSteps(context, state) : []),
      ...reviewSteps(state, (reviewed) => imageReview(context, reviewed)),
    ],
  };
}

/** The image that the answers describe; undefined before the type is chosen. */
export function newImage(context: ImageFlowContext, state: ImageAnswers): NewImage | undefined {
  if (state.type === undefined) return undefined;
  const alias = aliasOf(context, state);
  return {
    ...(state.id === undefined ? {} : { id: state.id }),
    stepId: context.step.id,
    name: state.name ?? alias,
    alias,
    type: state.type,
    messageProperty: state.property,
    columns: state.columns,
  };
}

/** What would be sent; empty while nothing is different. */
export function imageWrites(context: ImageFlowContext, state: ImageAnswers): readonly Write[] {
  const image = newImage(context, state);
  if (image === undefined) return [];
  return context.image === undefined ? [registerImageWrite(image)] : changeImageWrites(context.image, image);
}

/** Aliases that would stand in the same place of what is delivered. */
function otherAliases({ step, image }: ImageFlowContext, type: ImageType | undefined): readonly string[] {
  return step.images
    .filter((other) => other.id !== image?.id && (type === undefined || sharesPlace(type, other.type)))
    .map((other) => other.alias);
}

function aliasOf(context: ImageFlowContext, state: ImageAnswers): string {
  if (state.alias !== undefined) return state.alias;
  const base = { pre: 'PreImage', post: 'PostImage', both: 'Image' }[state.type ?? 'both'];
  const taken = otherAliases(context, state.type);
  for (let number = 1; ; number += 1) {
    const alias = number === 1 ? base : `${base}${number}`;
    if (checkAlias(alias, taken) === undefined) return alias;
  }
}

function typeStep(context: ImageFlowContext): StepOf {
  const details: Readonly<Record<ImageType, string>> = {
    pre: l10n.t('The row as it was before the operation.'),
    post: l10n.t('The row as it is after the operation.'),
    both: l10n.t('One registration for both, under the same alias.'),
  };
  return {
    id: 'type',
    ask: async (ui, state) => {
      const type = await ui.pick<ImageType>({
        placeholder: l10n.t('What the receiver gets beside the change itself'),
        choices: imageTypesFor(context.step.message.name, context.step.stage).map((value) => ({
          value,
          label: imageTypeLabel(value),
          detail: details[value],
        })),
        isCurrent: (value) => value === state.type,
      });
      return type === BACK ? BACK : { ...state, type };
    },
  };
}

/** The columns, and a second thought when all of them would be sent. A step on any table has none to choose. */
function columnSteps(context: ImageFlowContext, state: ImageAnswers): readonly StepOf[] {
  const { table } = context.step;
  if (table === undefined) return [];
  const confirm = state.columnsAsked && state.columns.length === 0;
  return [
    columnsStep(context, table),
    ...tooManyColumnsSteps<ImageAnswers>(state.columns),
    ...(confirm ? [everyColumnStep()] : []),
  ];
}

function columnsStep(context: ImageFlowContext, table: string): StepOf {
  return {
    id: 'columns',
    ask: async (ui, state) => {
      const columns = await ui.pickMany({
        placeholder: l10n.t('Columns of the image; none means all, which makes large deliveries'),
        choices: async (signal) => (await context.columns(table, signal)).map(columnChoice),
        isPicked: (column) => state.columns.includes(column),
      });
      return columns === BACK ? BACK : { ...state, columns, columnsAsked: true };
    },
  };
}

function everyColumnStep(): StepOf {
  return {
    id: 'everyImageColumn',
    ask: async (ui, state) => {
      const answer = await ui.pick<'choose' | 'every'>({
        placeholder: l10n.t('No column is chosen, so every delivery carries the whole row'),
        choices: [
          { value: 'choose', label: l10n.t('Choose Columns'), icon: 'arrow-left' },
          {
            value: 'every',
            label: l10n.t('Send All Columns'),
            icon: 'check',
            detail: l10n.t('Discouraged: it is slow, and above 256 KB images are left out.'),
          },
        ],
      });
      return answer === 'every' ? state : BACK;
    },
  };
}

function imageReview(context: ImageFlowContext, state: ImageAnswers): Review<ImageAnswers> {
  const writes = imageWrites(context, state);
  const isNew = context.image === undefined;
  return {
    placeholder:
      writes.length === 0 ? l10n.t('Nothing is different yet') : l10n.t('Nothing has been written yet'),
    accept: {
      label: isNew ? l10n.t('Register Image') : l10n.t('Save Changes'),
      description: aliasOf(context, state),
      detail:
        writes.length > 1
          ? l10n.t(
              'The image is deleted and registered again, both or neither: its type or name cannot be changed.',
            )
          : context.step.name,
    },
    rows: imageRows(context, state, writes),
    stepsOf: (rowId) => reviewEdit(context, state, rowId),
  };
}

function imageRows(
  context: ImageFlowContext,
  state: ImageAnswers,
  writes: readonly Write[],
): readonly ReviewRow[] {
  const { step } = context;
  const row = (id: string, label: string, value: string): ReviewRow => ({ id, icon: 'edit', label, value });
  const alias = aliasOf(context, state);
  const types = imageTypesFor(step.message.name, step.stage);
  const columns = state.columns.length === 0 ? l10n.t('all') : state.columns.join(', ');
  return [
    ...(types.length > 1 && state.type !== undefined
      ? [row('type', l10n.t('Type'), imageTypeLabel(state.type))]
      : []),
    ...(step.table === undefined ? [] : [row('columns', l10n.t('Columns'), columns)]),
    row('alias', l10n.t('Alias'), alias),
    row('name', l10n.t('Name'), state.name ?? alias),
    ...(choosesProperty(step.message.name)
      ? [row('property', l10n.t('Message Property'), state.property)]
      : []),
    ...(writes.length === 0 ? [] : [showRequestRow(() => context.showRequest(writes))]),
  ];
}

function reviewEdit(context: ImageFlowContext, state: ImageAnswers, rowId: string): readonly StepOf[] {
  switch (rowId) {
    case 'type':
      return [typeStep(context)];
    case 'columns':
      return columnSteps(context, state);
    case 'alias':
      return [aliasStep(context)];
    case 'name':
      return [imageNameStep(context)];
    case 'property':
      return [propertyStep(context)];
    default:
      return [];
  }
}

function aliasStep(context: ImageFlowContext): StepOf {
  return {
    id: 'alias',
    ask: async (ui, state) => {
      const alias = await ui.input({
        prompt: l10n.t('Alias, the key under which the receiver finds the image'),
        placeholder: 'PreImage',
        value: aliasOf(context, state),
        check: (text) => {
          const finding = checkAlias(text, otherAliases(context, state.type));
          return finding === undefined ? undefined : aliasRemark(finding);
        },
      });
      return alias === BACK ? BACK : { ...state, alias };
    },
  };
}

function imageNameStep(context: ImageFlowContext): StepOf {
  return {
    id: 'imageName',
    ask: async (ui, state) => {
      const name = await ui.input({
        prompt: l10n.t('Name of the image; a label only'),
        value: state.name ?? aliasOf(context, state),
        check: (text) => {
          const finding = checkName(text);
          return finding === undefined ? undefined : nameRemark(finding);
        },
      });
      if (name === BACK) return BACK;
      return { ...state, name: name === aliasOf(context, state) ? undefined : name };
    },
  };
}

function propertyStep(context: ImageFlowContext): StepOf {
  return {
    id: 'property',
    ask: async (ui, state) => {
      const property = await ui.pick({
        placeholder: l10n.t('Which row of the message the image shows'),
        choices: imageProperties(context.step.message.name).map((value) => ({ value, label: value })),
        isCurrent: (value) => value === state.property,
      });
      return property === BACK ? BACK : { ...state, property };
    },
  };
}
