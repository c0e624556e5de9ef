import * as l10n from '@vscode/l10n';
import { Secret } from '../../base/secret';
import { checkKey, checkPairName, checkPairsLength, checkPairValue } from '../../webhooks/authValue';
import type { AuthPair, AuthType, NewWebhook, WebhookAuth } from '../../webhooks/model';
import { checkName, checkUrl } from '../../webhooks/webhookRules';
import { reviewSteps, type Review, type Reviewed, type ReviewRow } from '../../wizard/review';
import { BACK } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { authRemark, nameRemark, urlRemark } from '../texts/inputTexts';
import { shownUrl } from '../texts/urlText';
import { authTypeDetail, authTypeLabel } from '../texts/webhookTexts';

/** What the flow needs to know about the environment. */
export interface RegisterWebhookContext {
  readonly environmentName: string;
  readonly environmentIsLocal: boolean;
  /** Asks the service whether the name is taken; it may reject when the service cannot answer. */
  readonly isNameTaken: (name: string, signal: AbortSignal) => Promise<boolean>;
}

export interface RegisterWebhookState extends Reviewed {
  readonly name: string;
  readonly url: string;
  readonly authType: AuthType | undefined;
  readonly key: Secret;
  readonly pairs: readonly AuthPair[];
  /** A name whose value has not been asked yet, with its place among the pairs. */
  readonly pending: { readonly index: number; readonly name: string } | undefined;
}

export const registerWebhookStart: RegisterWebhookState = {
  name: '',
  url: '',
  authType: undefined,
  key: new Secret(''),
  pairs: [],
  pending: undefined,
  edits: [],
};

type PairType = 'httpHeader' | 'httpQueryString';
type StepOf = WizardStep<RegisterWebhookState>;

/** The questions of *Register WebHook…*. */
export function registerWebhookWizard(context: RegisterWebhookContext): Wizard<RegisterWebhookState> {
  return {
    title: l10n.t('Register WebHook in {environment}', { environment: context.environmentName }),
    steps: (state) => [
      nameStep(context),
      urlStep(context),
      authTypeStep(),
      // Before the type is chosen, the usual one is counted on.
      ...authSteps(state.authType ?? 'httpHeader'),
      ...reviewSteps(state, webhookReview),
    ],
  };
}

/** The webhook that the answers describe; undefined while an answer is missing. */
export function newWebhook(state: RegisterWebhookState): NewWebhook | undefined {
  const auth = authOf(state);
  return auth === undefined ? undefined : { name: state.name, url: state.url, auth };
}

function authOf(state: RegisterWebhookState): WebhookAuth | undefined {
  if (state.authType === undefined) return undefined;
  if (state.authType === 'webhookKey') return { type: 'webhookKey', key: state.key };
  return { type: state.authType, pairs: state.pairs };
}

function nameStep(context: RegisterWebhookContext): StepOf {
  return {
    id: 'name',
    ask: async (ui, state) => {
      const name = await ui.input({
        prompt: l10n.t('Name of the webhook, for example "Order events"'),
        placeholder: l10n.t('Order events'),
        value: state.name,
        check: (text) => {
          const finding = checkName(text);
          return finding === undefined ? undefined : nameRemark(finding);
        },
        checkRemote: async (text, signal) =>
          (await context.isNameTaken(text, signal))
            ? nameRemark({ severity: 'error', reason: 'taken', details: { name: text } })
            : undefined,
      });
      return name === BACK ? BACK : { ...state, name };
    },
  };
}

function urlStep(context: RegisterWebhookContext): StepOf {
  return {
    id: 'url',
    ask: async (ui, state) => {
      const url = await ui.input({
        prompt: l10n.t('URL that Dataverse calls, for example https://hooks.example.com/orders'),
        placeholder: 'https://hooks.example.com/orders',
        value: state.url,
        check: (text) => {
          const finding = checkUrl(text, {
            environmentIsLocal: context.environmentIsLocal,
            authAddsQuery: state.authType !== undefined && addsQuery(state.authType),
          });
          return finding === undefined ? undefined : urlRemark(finding);
        },
      });
      return url === BACK ? BACK : { ...state, url };
    },
  };
}

function authTypeStep(): StepOf {
  const types: readonly AuthType[] = ['httpHeader', 'webhookKey', 'httpQueryString'];
  return {
    id: 'authType',
    ask: async (ui, state) => {
      const authType = await ui.pick({
        placeholder: l10n.t('How the receiver knows that the call comes from you'),
        choices: types.map((type) => ({
          value: type,
          label: authTypeLabel(type),
          detail: authDetail(type, state.url),
        })),
        isCurrent: (type) => type === state.authType,
      });
      if (authType === BACK) return BACK;
      // Header and parameter names follow different rules, so pairs do not survive a change of the type.
      const changed = authType !== state.authType;
      return { ...state, authType, ...(changed ? { pairs: [], pending: undefined, edits: [] } : {}) };
    },
  };
}

function addsQuery(type: AuthType): boolean {
  return type !== 'httpHeader';
}

/** Says of a type that adds to the URL's query when the URL has one already (FACTS 5.3). */
function authDetail(type: AuthType, url: string): string {
  const hasQuery = URL.canParse(url) && new URL(url).search !== '';
  if (!hasQuery || !addsQuery(type)) return authTypeDetail(type);
  return `${authTypeDetail(type)} ${urlRemark({ severity: 'warning', reason: 'queryAndKey' }).text}`;
}

function authSteps(type: AuthType): readonly StepOf[] {
  return type === 'webhookKey' ? [keyStep()] : [pairNameStep(type, 0), pairValueStep(type, 0)];
}

function keyStep(): StepOf {
  return {
    id: 'key',
    ask: async (ui, state) => {
      const key = await ui.input({
        prompt: l10n.t('Key of the webhook. It is sent as ?code=… and can never be read back.'),
        value: state.key.reveal(),
        password: true,
        check: (text) => {
          const problem = checkKey(text);
          return problem === undefined ? undefined : authRemark(problem);
        },
      });
      return key === BACK ? BACK : { ...state, key: new Secret(key) };
    },
  };
}

/** @param index which pair is asked for; an index behind the last one adds a pair. */
function pairNameStep(type: PairType, index: number): StepOf {
  return {
    id: `pairName-${index}`,
    ask: async (ui, state) => {
      const others = state.pairs.filter((_, other) => other !== index).map((pair) => pair.name);
      const name = await ui.input({
        prompt:
          type === 'httpHeader'
            ? l10n.t('Name of the header, for example x-api-key')
            : l10n.t('Name of the query parameter, for example apikey'),
        placeholder: type === 'httpHeader' ? 'x-api-key' : 'apikey',
        value: pendingName(state, index),
        check: (text) => {
          const problem = checkPairName(type, text, others);
          return problem === undefined ? undefined : authRemark(problem);
        },
      });
      return name === BACK ? BACK : { ...state, pending: { index, name } };
    },
  };
}

function pairValueStep(type: PairType, index: number): StepOf {
  return {
    id: `pairValue-${index}`,
    ask: async (ui, state) => {
      const name = pendingName(state, index);
      const withValue = (value: string): readonly AuthPair[] => [
        ...state.pairs.slice(0, index),
        { name, value: new Secret(value) },
        ...state.pairs.slice(index + 1),
      ];
      const value = await ui.input({
        prompt: l10n.t('Value of {name}. It can never be read back.', { name }),
        value: state.pairs[index]?.value.reveal() ?? '',
        password: true,
        check: (text) => {
          const problem = checkPairValue(type, text) ?? checkPairsLength(type, withValue(text));
          return problem === undefined ? undefined : authRemark(problem);
        },
      });
      return value === BACK ? BACK : { ...state, pairs: withValue(value) };
    },
  };
}

function pendingName(state: RegisterWebhookState, index: number): string {
  return state.pending?.index === index ? state.pending.name : (state.pairs[index]?.name ?? '');
}

function webhookReview(state: RegisterWebhookState): Review<RegisterWebhookState> {
  const type = state.authType;
  return {
    placeholder: l10n.t('Nothing has been written yet'),
    accept: {
      label: l10n.t('Register WebHook'),
      description: state.name,
      detail: l10n.t('{url} with {authentication}', {
        url: shownUrl(state.url),
        authentication: type === undefined ? '' : authTypeLabel(type),
      }),
    },
    rows: type === undefined || type === 'webhookKey' ? [] : pairRows(type, state.pairs),
    stepsOf: (rowId) => {
      if (type === undefined || type === 'webhookKey') return [];
      const index = Number(rowId);
      return [pairNameStep(type, index), pairValueStep(type, index)];
    },
  };
}

/** A row for each pair and one to add another; the id is the place of the pair. */
function pairRows(type: PairType, pairs: readonly AuthPair[]): readonly ReviewRow[] {
  const add = type === 'httpHeader' ? l10n.t('Add Another Header…') : l10n.t('Add Another Query Parameter…');
  return [
    ...pairs.map((pair, index) => ({ id: String(index), icon: 'key', label: pair.name, value: '•••' })),
    { id: String(pairs.length), icon: 'add', label: add, value: '' },
  ];
}
