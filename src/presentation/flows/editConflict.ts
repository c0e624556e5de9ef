import * as l10n from '@vscode/l10n';
import { differingImageMembers, type ImageMember } from '../../webhooks/imageMerge';
import type { NewImage, NewStep, Webhook, WebhookChange } from '../../webhooks/model';
import { differingMembers, type StepMember } from '../../webhooks/stepMerge';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Wizard } from '../../wizard/wizard';
import { oneLine } from '../texts/plainText';
import { shownUrl } from '../texts/urlText';
import { deploymentLabel, imageTypeLabel, modeLabel, stageLabel, tableLabel } from '../texts/webhookTexts';
import { callingUser } from './stepSettingQuestions';

/** One setting in which two versions differ: somebody else's, and one's own or the one from before. */
export interface Difference {
  readonly label: string;
  readonly theirs: string;
  readonly mine: string;
}

/** What is different now. */
export interface Conflict {
  /** Where the other person's version and one's own changes differ. */
  readonly differences: readonly Difference[];
  /** What the other person changed; `mine` is the value from before. */
  readonly changedByOther: readonly Difference[];
}

/** `change` goes back into the summary, with one's own changes on top of the other version. */
export type ConflictAnswer = 'overwrite' | 'takeOver' | 'change';

export interface ConflictState {
  readonly answer: ConflictAnswer | undefined;
}

/** Asked when the service answers that the row was changed since it was read (412): whose values count. */
export function conflictWizard(name: string, conflict: Conflict): Wizard<ConflictState> {
  return {
    title: l10n.t('Somebody Else Changed {name}', { name }),
    steps: () => [
      {
        id: 'conflict',
        ask: async (ui, state) => {
          const answer = await ui.pick<ConflictAnswer>({
            placeholder: l10n.t('Nothing has been written. Look at what is different and choose'),
            choices: [...actChoices(), ...differenceChoices(conflict)],
          });
          return answer === BACK ? BACK : { ...state, answer };
        },
      },
    ],
  };
}

function actChoices(): ReadonlyArray<PickChoice<ConflictAnswer>> {
  // What writes is not what a hasty Enter chooses.
  return [
    {
      value: 'change',
      icon: 'edit',
      label: l10n.t('Go Back to the Summary…'),
      detail: l10n.t('With your changes on top of the other values, to look at and to change.'),
    },
    {
      value: 'overwrite',
      icon: 'check',
      label: l10n.t('Overwrite with My Changes'),
      detail: l10n.t('Only what you changed is written; the rest stays as the other person left it.'),
    },
    {
      value: 'takeOver',
      icon: 'discard',
      label: l10n.t('Take Over the Other Values'),
      detail: l10n.t('Your changes are dropped.'),
    },
  ];
}

function differenceChoices({
  differences,
  changedByOther,
}: Conflict): ReadonlyArray<PickChoice<ConflictAnswer>> {
  const labels = new Set(differences.map(({ label }) => label));
  const others = changedByOther.filter(({ label }) => !labels.has(label));
  return [
    ...differences.map(({ label, theirs, mine }): PickChoice<ConflictAnswer> => ({
      value: 'change',
      label,
      description: l10n.t('now {theirs}, yours {mine}', { theirs: shown(theirs), mine: shown(mine) }),
      group: l10n.t('Different from yours'),
    })),
    ...others.map(({ label, theirs, mine }): PickChoice<ConflictAnswer> => ({
      value: 'change',
      label,
      description: l10n.t('now {theirs}, before {before}', { theirs: shown(theirs), before: shown(mine) }),
      group: l10n.t('Changed by the other person'),
    })),
  ];
}

function shown(text: string): string {
  return text === '' ? l10n.t('nothing') : oneLine(text);
}

/** Where two versions of a step differ, as it is named on screen. */
export function stepDifferences(theirs: NewStep, mine: NewStep): readonly Difference[] {
  return differingMembers(theirs, mine).map((member) => ({
    label: memberLabel(member),
    theirs: memberText(theirs, member),
    mine: memberText(mine, member),
  }));
}

function memberLabel(member: StepMember): string {
  const labels: Readonly<Record<StepMember, string>> = {
    webhookId: l10n.t('WebHook'),
    name: l10n.t('Name'),
    description: l10n.t('Description'),
    message: l10n.t('Message'),
    filter: l10n.t('Table'),
    filteringColumns: l10n.t('Filtering Attributes'),
    stage: l10n.t('Stage'),
    mode: l10n.t('Mode'),
    rank: l10n.t('Execution Order'),
    deleteJobOnSuccess: l10n.t('Delete the Job When It Succeeds'),
    deployment: l10n.t('Deployment'),
    runAs: l10n.t('Run As'),
  };
  return labels[member];
}

function memberText(step: NewStep, member: StepMember): string {
  switch (member) {
    case 'webhookId':
    case 'name':
    case 'description':
      return step[member];
    case 'message':
      return step.message.name;
    case 'filter':
      return tableLabel(step.filter?.table);
    case 'filteringColumns':
      return step.filteringColumns.length === 0 ? l10n.t('all') : step.filteringColumns.join(', ');
    case 'stage':
      return stageLabel(step.stage);
    case 'mode':
      return modeLabel(step.mode);
    case 'rank':
      return String(step.rank);
    case 'deleteJobOnSuccess':
      return step.deleteJobOnSuccess ? l10n.t('Yes') : l10n.t('No');
    case 'deployment':
      return deploymentLabel(step.deployment);
    case 'runAs':
      return step.runAs?.name ?? callingUser();
  }
}

/** Where a webhook as it is now and what is to be written differ. A secret is not among it: nobody can read it. */
export function webhookDifferences(theirs: Webhook, mine: WebhookChange): readonly Difference[] {
  const all: readonly Difference[] = [
    { label: l10n.t('Name'), theirs: theirs.name, mine: mine.name ?? theirs.name },
    { label: l10n.t('URL'), theirs: shownUrl(theirs.url), mine: shownUrl(mine.url ?? theirs.url) },
    {
      label: l10n.t('Description'),
      theirs: theirs.description,
      mine: mine.description ?? theirs.description,
    },
  ];
  return all.filter((difference) => difference.theirs !== difference.mine);
}

/** Where two versions of an image differ, as it is named on screen. */
export function imageDifferences(theirs: NewImage, mine: NewImage): readonly Difference[] {
  const labels: Readonly<Record<ImageMember, string>> = {
    type: l10n.t('Type'),
    columns: l10n.t('Columns'),
    alias: l10n.t('Alias'),
    name: l10n.t('Name'),
    messageProperty: l10n.t('Message Property'),
  };
  return differingImageMembers(theirs, mine).map((member) => ({
    label: labels[member],
    theirs: imageMemberText(theirs, member),
    mine: imageMemberText(mine, member),
  }));
}

function imageMemberText(image: NewImage, member: ImageMember): string {
  if (member === 'type') return imageTypeLabel(image.type);
  if (member !== 'columns') return image[member];
  return image.columns.length === 0 ? l10n.t('all') : image.columns.join(', ');
}
