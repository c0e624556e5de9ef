import * as l10n from '@vscode/l10n';
import { Secret } from '../../base/secret';
import { checkKey, checkPairName, checkPairsLength, checkPairValue } from '../../webhooks/authValue';
import type { AuthPair, AuthType, WebhookAuth } from '../../webhooks/model';
import type { ReviewRow } from '../../wizard/review';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { WizardStep } from '../../wizard/wizard';
import { authRemark, urlRemark } from '../texts/inputTexts';
import { authTypeDetail, authTypeLabel } from '../texts/webhookTexts';

type Purpose = 'sent' | 'expected';

/** The answers about how a webhook proves who is calling. */
export interface AuthAnswers {
  /** Where it calls; a key that is added to a query is warned of. */
  readonly url: string;
  /**
   * What the secret is asked for where it is not to be registered: `sent` by a webhook that is registered already and
   * whose secret the service does not tell, or `expected` of the calls of a listener.
   */
  readonly purpose?: Purpose;
  readonly authType: AuthType | undefined;
  /** The header has another name than the usual one, which is then asked for. */
  readonly named: boolean;
  readonly key: Secret;
  /** A pair without a name was taken out: it keeps its place, so that the questions about the others keep theirs. */
  readonly pairs: readonly AuthPair[];
  /** A name whose value has not been asked yet, with its place among the pairs. */
  readonly pending: { readonly index: number; readonly name: string } | undefined;
}

export const noAuthAnswers: Omit<AuthAnswers, 'url'> = {
  authType: undefined,
  named: false,
  key: new Secret(''),
  pairs: [],
  pending: undefined,
};

/** The header that receivers of one's own are usually given. */
const USUAL_HEADER = 'x-api-key';

type PairType = 'httpHeader' | 'httpQueryString';

/** The authentication that the answers describe; undefined before its type is chosen. */
export function authOf(state: AuthAnswers): WebhookAuth | undefined {
  if (state.authType === undefined) return undefined;
  if (state.authType === 'webhookKey') return { type: 'webhookKey', key: state.key };
  return { type: state.authType, pairs: present(state.pairs) };
}

function present(pairs: readonly AuthPair[]): readonly AuthPair[] {
  return pairs.filter(({ name }) => name !== '');
}

/** The answers that a recognised authentication stands for. */
export function answersOfAuth(auth: WebhookAuth): Omit<AuthAnswers, 'url'> {
  return auth.type === 'webhookKey'
    ? { ...noAuthAnswers, authType: auth.type, key: auth.key }
    : { ...noAuthAnswers, authType: auth.type, named: true, pairs: auth.pairs };
}

/** Type, then key or name and value. Before the type is chosen, the usual one is counted on. */
export function authQuestions<S extends AuthAnswers>(state: S): ReadonlyArray<WizardStep<S>> {
  return [authTypeStep<S>(), ...secretSteps(state)];
}

/** The questions behind a type that is known. */
export function secretSteps<S extends AuthAnswers>(state: S): ReadonlyArray<WizardStep<S>> {
  const type = state.authType ?? 'httpHeader';
  if (type === 'webhookKey') return [keyStep<S>()];
  const asksName = type === 'httpQueryString' || state.named;
  const asksValue = !isTakenOut(state, 0);
  return [...(asksName ? [pairNameStep<S>(type, 0)] : []), ...(asksValue ? [pairValueStep<S>(type, 0)] : [])];
}

interface AuthChoice {
  readonly type: AuthType;
  readonly named: boolean;
}

function authTypeStep<S extends AuthAnswers>(): WizardStep<S> {
  return {
    id: 'authType',
    ask: async (ui, state) => {
      const picked = await ui.pick<AuthChoice>({
        placeholder: l10n.t('How the receiver knows that the call comes from you'),
        choices: authChoices(state.url),
        isCurrent: ({ type, named }) => type === state.authType && named === state.named,
      });
      if (picked === BACK) return BACK;
      const { type: authType, named } = picked;
      // Header and parameter names follow different rules, so pairs do not survive a change of the type.
      const changed = authType !== state.authType || named !== state.named;
      return { ...state, authType, named, ...(changed ? { pairs: [], pending: undefined } : {}) };
    },
  };
}

function authChoices(url: string): ReadonlyArray<PickChoice<AuthChoice>> {
  const choice = (type: AuthType, named = false): PickChoice<AuthChoice> => ({
    value: { type, named },
    label: authTypeLabel(type),
    detail: authDetail(type, url),
  });
  return [
    { ...choice('httpHeader'), description: USUAL_HEADER },
    {
      ...choice('httpHeader', true),
      label: l10n.t('HttpHeader with Another Name…'),
      detail: l10n.t('Asks for the name of the header, for example Authorization.'),
    },
    choice('webhookKey'),
    choice('httpQueryString'),
  ];
}

/** True for the types whose secret stands in the URL's query. */
export function addsQuery(type: AuthType): boolean {
  return type !== 'httpHeader';
}

/** Says of a type that adds to the URL's query when the URL has one already (FACTS 5.3). */
function authDetail(type: AuthType, url: string): string {
  const hasQuery = URL.canParse(url) && new URL(url).search !== '';
  if (!hasQuery || !addsQuery(type)) return authTypeDetail(type);
  return `${authTypeDetail(type)} ${urlRemark({ severity: 'warning', reason: 'queryAndKey' }).text}`;
}

function keyStep<S extends AuthAnswers>(): WizardStep<S> {
  return {
    id: 'key',
    ask: async (ui, state) => {
      const key = await ui.input({
        prompt: keyPrompt(state.purpose),
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

function keyPrompt(purpose: Purpose | undefined): string {
  switch (purpose) {
    case 'sent':
      return l10n.t('Key that the webhook sends as ?code=…. Dataverse does not give it back.');
    case 'expected':
      return l10n.t('Key that a call has to bring as ?code=…');
    case undefined:
      return l10n.t('Key of the webhook. It is sent as ?code=… and can never be read back.');
  }
}

function valuePrompt(purpose: Purpose | undefined, name: string): string {
  switch (purpose) {
    case 'sent':
      return l10n.t('Value of {name} that the webhook sends', { name });
    case 'expected':
      return l10n.t('Value of {name} that a call has to bring', { name });
    case undefined:
      return l10n.t('Value of {name}. It can never be read back.', { name });
  }
}

/** @param index which pair is asked for; an index behind the last one adds a pair. */
function pairNameStep<S extends AuthAnswers>(type: PairType, index: number): WizardStep<S> {
  return {
    id: `pairName-${index}`,
    ask: async (ui, state) => {
      const others = present(state.pairs.filter((_, other) => other !== index)).map((pair) => pair.name);
      // The last one stays: a webhook of this type without any proves nothing.
      const removable = state.pairs[index] !== undefined && others.length > 0;
      const name = await ui.input({
        prompt: pairNamePrompt(type, removable, state.purpose),
        placeholder: type === 'httpHeader' ? USUAL_HEADER : 'apikey',
        value: pendingName(state, index) ?? '',
        check: (text) => {
          if (removable && text === '') return { severity: 'info', text: l10n.t('It will be taken out.') };
          const problem = checkPairName(type, text, others);
          return problem === undefined ? undefined : authRemark(problem);
        },
      });
      if (name === BACK) return BACK;
      if (name !== '') return { ...state, pending: { index, name } };
      return { ...state, pending: undefined, pairs: state.pairs.with(index, NO_PAIR) };
    },
  };
}

/** Stands where a pair was taken out. */
const NO_PAIR: AuthPair = { name: '', value: new Secret('') };

function isTakenOut(state: AuthAnswers, index: number): boolean {
  return pendingName(state, index) === '';
}

function pairNamePrompt(type: PairType, removable: boolean, purpose: Purpose | undefined): string {
  if (purpose === 'sent' && !removable)
    return type === 'httpHeader'
      ? l10n.t('Name of the header that the webhook sends. Dataverse does not give it back.')
      : l10n.t('Name of the query parameter that the webhook sends. Dataverse does not give it back.');
  if (type === 'httpHeader')
    return removable
      ? l10n.t('Name of the header; leave it empty to take the header out')
      : l10n.t('Name of the header, for example x-api-key');
  return removable
    ? l10n.t('Name of the query parameter; leave it empty to take it out')
    : l10n.t('Name of the query parameter, for example apikey');
}

function pairValueStep<S extends AuthAnswers>(type: PairType, index: number): WizardStep<S> {
  return {
    id: `pairValue-${index}`,
    ask: async (ui, state) => {
      const name = pendingName(state, index) ?? USUAL_HEADER;
      const withValue = (value: string): readonly AuthPair[] => [
        ...state.pairs.slice(0, index),
        { name, value: new Secret(value) },
        ...state.pairs.slice(index + 1),
      ];
      const value = await ui.input({
        prompt: valuePrompt(state.purpose, name),
        value: state.pairs[index]?.value.reveal() ?? '',
        password: true,
        check: (text) => {
          const problem = checkPairValue(type, text) ?? checkPairsLength(type, present(withValue(text)));
          return problem === undefined ? undefined : authRemark(problem);
        },
      });
      return value === BACK ? BACK : { ...state, pairs: withValue(value) };
    },
  };
}

function pendingName(state: AuthAnswers, index: number): string | undefined {
  return state.pending?.index === index ? state.pending.name : state.pairs[index]?.name;
}

const PAIR_ROW = /^pair-(\d+)$/;

/** Rows of a review: the type, each pair, and one to add another pair. */
export function authRows(state: AuthAnswers): readonly ReviewRow[] {
  const { authType: type } = state;
  if (type === undefined) return [];
  const head = { id: 'auth', icon: 'lock', label: l10n.t('Authentication'), value: authTypeLabel(type) };
  if (type === 'webhookKey') return [head];
  const add = type === 'httpHeader' ? l10n.t('Add Another Header…') : l10n.t('Add Another Query Parameter…');
  return [
    head,
    ...state.pairs
      .map(({ name }, index) => ({ id: `pair-${index}`, icon: 'key', label: name, value: '•••' }))
      .filter(({ label }) => label !== ''),
    { id: `pair-${state.pairs.length}`, icon: 'add', label: add, value: '' },
  ];
}

/** The questions behind a row of `authRows`; undefined for any other row. */
export function authRowSteps<S extends AuthAnswers>(
  state: S,
  rowId: string,
): ReadonlyArray<WizardStep<S>> | undefined {
  if (rowId === 'auth') return authQuestions(state);
  const index = PAIR_ROW.exec(rowId)?.[1];
  const { authType: type } = state;
  if (index === undefined || type === undefined || type === 'webhookKey') return undefined;
  const at = Number(index);
  return [pairNameStep<S>(type, at), ...(isTakenOut(state, at) ? [] : [pairValueStep<S>(type, at)])];
}
