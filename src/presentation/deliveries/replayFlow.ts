import * as l10n from '@vscode/l10n';
import { reviewSteps, type Review, type Reviewed } from '../../wizard/review';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { shownUrl } from '../texts/urlText';
import { addressRemark } from './listenFlow';

/** An address that is offered. */
export interface ReplayPlace {
  readonly url: string;
  readonly label: string;
  /** Name of the place's kind: the heading it stands under. */
  readonly group: string;
  /** Where it is the address of a webhook. */
  readonly webhook?: { readonly environmentId: string; readonly id: string; readonly name: string };
}

export interface ReplayState extends Reviewed {
  readonly place: ReplayPlace | 'other' | undefined;
  /** The address that was typed. */
  readonly url: string;
  readonly times: number;
  /** Undefined: one after the other. */
  readonly perSecond: number | undefined;
  /** What the deliveries came with to prove who calls is sent along. */
  readonly withSecrets: boolean;
}

export const replayStart: ReplayState = {
  place: undefined,
  url: '',
  times: 1,
  perSecond: undefined,
  withSecrets: true,
  edits: [],
};

export interface ReplayContext {
  /** How many deliveries are sent again, and the name of the only one. */
  readonly count: number;
  readonly name: string;
  readonly places: readonly ReplayPlace[];
}

type StepOf = WizardStep<ReplayState>;

/** The questions of *Replay Deliveries…*. */
export function replayWizard(context: ReplayContext): Wizard<ReplayState> {
  return {
    title:
      context.count === 1
        ? l10n.t('Replay {name}', { name: context.name })
        : l10n.t('Replay {count} Deliveries', { count: context.count }),
    steps: (state) => [
      placeStep(context),
      ...(state.place === 'other' ? [urlStep()] : []),
      ...reviewSteps(state, (reviewed) => replayReview(context, reviewed)),
    ],
  };
}

/** The address that was chosen or typed; undefined before. */
export function replayUrl({ place, url }: ReplayState): string | undefined {
  if (place === undefined) return undefined;
  return place === 'other' ? url : place.url;
}

function placeStep({ places }: ReplayContext): StepOf {
  return {
    id: 'place',
    ask: async (ui, state) => {
      const choices: Array<PickChoice<ReplayPlace | 'other'>> = [
        ...places.map((place) => ({
          value: place,
          label: place.label,
          description: place.label === shownUrl(place.url) ? '' : shownUrl(place.url),
          group: place.group,
        })),
        { value: 'other', label: l10n.t('Another Address…'), icon: 'edit' },
      ];
      const place = await ui.pick({
        placeholder: l10n.t('Where to send it'),
        choices,
        isCurrent: (value) =>
          value === state.place ||
          (typeof value === 'object' && typeof state.place === 'object' && value.url === state.place.url),
      });
      return place === BACK ? BACK : { ...state, place };
    },
  };
}

function urlStep(): StepOf {
  return {
    id: 'url',
    ask: async (ui, state) => {
      const url = await ui.input({
        prompt: l10n.t('Address to send to; with only a host the path of each delivery is kept'),
        placeholder: 'http://localhost:7071',
        value: state.url,
        check: addressRemark,
      });
      return url === BACK ? BACK : { ...state, url: url.trim() };
    },
  };
}

function replayReview({ count }: ReplayContext, state: ReplayState): Review<ReplayState> {
  const { times, perSecond, withSecrets, place } = state;
  const total = count * times;
  const ofWebhook = typeof place === 'object' && place.webhook !== undefined;
  return {
    placeholder: l10n.t('Enter sends; the other rows change one setting each'),
    accept: {
      label: total === 1 ? l10n.t('Send') : l10n.t('Send {count} Deliveries', { count: total }),
      description: shownUrl(replayUrl(state) ?? ''),
    },
    rows: [
      { id: 'times', icon: 'sync', label: l10n.t('How often'), value: String(times) },
      { id: 'rate', icon: 'dashboard', label: l10n.t('Rate'), value: rateText(perSecond) },
      ...(ofWebhook
        ? []
        : [
            {
              id: 'secrets',
              icon: 'key',
              label: l10n.t('Authentication'),
              value: withSecrets ? l10n.t('as it came') : l10n.t('left out'),
            },
          ]),
    ],
    stepsOf: (rowId) => {
      if (rowId === 'times') return [timesStep()];
      return rowId === 'rate' ? [rateStep()] : [secretsStep()];
    },
  };
}

function rateText(perSecond: number | undefined): string {
  return perSecond === undefined
    ? l10n.t('one after the other')
    : l10n.t('{count} a second', { count: perSecond });
}

function timesStep(): StepOf {
  return {
    id: 'times',
    ask: async (ui, state) => {
      const text = await ui.input({
        prompt: l10n.t('How often each delivery is sent'),
        value: String(state.times),
        check: (typed) => {
          const value = Number(typed);
          return /^\d+$/.test(typed.trim()) && value >= 1 && value <= 1_000
            ? undefined
            : {
                severity: 'error',
                text: l10n.t('Write a whole number from {from} to {to}.', { from: 1, to: 1_000 }),
              };
        },
      });
      return text === BACK ? BACK : { ...state, times: Number(text) };
    },
  };
}

const RATES = [undefined, 1, 5, 20, 100] as const;

function rateStep(): StepOf {
  return {
    id: 'rate',
    ask: async (ui, state) => {
      const rate = await ui.pick<{ readonly perSecond: number | undefined }>({
        placeholder: l10n.t('How fast they are sent'),
        choices: RATES.map((perSecond) => ({ value: { perSecond }, label: rateText(perSecond) })),
        isCurrent: ({ perSecond }) => perSecond === state.perSecond,
      });
      return rate === BACK ? BACK : { ...state, perSecond: rate.perSecond };
    },
  };
}

function secretsStep(): StepOf {
  return {
    id: 'secrets',
    ask: async (ui, state) => {
      const withSecrets = await ui.pick({
        placeholder: l10n.t('Whether keys and other values that came with it are sent along'),
        choices: [
          { value: true, label: l10n.t('As It Came') },
          { value: false, label: l10n.t('Left Out') },
        ],
        isCurrent: (value) => value === state.withSecrets,
      });
      return withSecrets === BACK ? BACK : { ...state, withSecrets };
    },
  };
}
