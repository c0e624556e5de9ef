import * as l10n from '@vscode/l10n';
import { cutText } from '../../base/text';
import type { NewWebhook } from '../../webhooks/model';
import { pastedTarget, type PastedTarget } from '../../webhooks/pastedTarget';
import type { Solution } from '../../webhooks/solutionService';
import {
  checkName,
  checkUrl,
  checkWebhookDescription,
  NAME_LIMIT,
  sameName,
} from '../../webhooks/webhookRules';
import { registerWebhookWrite, type Write } from '../../webhooks/writes';
import { reviewSteps, type Review, type Reviewed, type ReviewRow } from '../../wizard/review';
import { BACK } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { nameRemark, pastedRemark, urlRemark } from '../texts/inputTexts';
import { oneLine } from '../texts/plainText';
import { shownUrl } from '../texts/urlText';
import { authTypeLabel } from '../texts/webhookTexts';
import {
  addsQuery,
  answersOfAuth,
  authOf,
  authQuestions,
  authRows,
  authRowSteps,
  noAuthAnswers,
  type AuthAnswers,
} from './authQuestions';
import { showRequestRow } from './registerStep';
import { defaultSolution, solutionStep } from './stepSettingQuestions';

/** What the flows about a webhook need to know about the environment. */
export interface WebhookFlowContext {
  readonly environmentName: string;
  readonly environmentIsLocal: boolean;
  /** Asks the service whether the name is taken; it may reject when the service cannot answer. */
  readonly isNameTaken: (name: string, signal: AbortSignal) => Promise<boolean>;
  /** Opens the requests that would be sent, as text with the secret masked. */
  readonly showRequest: (writes: readonly Write[]) => Promise<void>;
}

export interface RegisterWebhookContext extends WebhookFlowContext {
  /** The unmanaged solutions that a new webhook can go into. */
  readonly solutions: (signal: AbortSignal) => Promise<readonly Solution[]>;
  /** The webhook that is duplicated, where it is one. */
  readonly original?: { readonly name: string; readonly stepCount: number };
}

export interface RegisterWebhookState extends Reviewed, AuthAnswers {
  /** Of the webhook to come; the same for every try to register it. */
  readonly id?: string;
  readonly name: string;
  readonly description: string;
  /** The authentication came with what was pasted as the URL, so it is not asked for. */
  readonly recognised: boolean;
  readonly solution: Pick<Solution, 'uniqueName' | 'name'> | undefined;
  /** The secret is also kept on this machine, for test deliveries. */
  readonly keepSecret: boolean;
  /** The steps of the original are registered on the copy, too. */
  readonly copySteps: boolean;
}

export const registerWebhookStart: RegisterWebhookState = {
  ...noAuthAnswers,
  name: '',
  url: '',
  description: '',
  recognised: false,
  solution: undefined,
  keepSecret: false,
  copySteps: false,
  edits: [],
};

/** The name that is suggested for a copy: without what changes the direction of the text, and no longer than a name may be. */
export function copyName(original: string): string {
  const copyOf = (name: string): string => l10n.t('{name} copy', { name });
  const name = oneLine(original);
  const tooLong = copyOf(name).length - NAME_LIMIT;
  return copyOf(tooLong > 0 ? cutText(name, name.length - tooLong) : name);
}

type StepOf = WizardStep<RegisterWebhookState>;

/** The questions of *Register WebHook…* and *Duplicate WebHook…*. */
export function registerWebhookWizard(context: RegisterWebhookContext): Wizard<RegisterWebhookState> {
  const { original } = context;
  return {
    title:
      original === undefined
        ? l10n.t('Register WebHook in {environment}', { environment: context.environmentName })
        : l10n.t('Duplicate WebHook {name}', { name: original.name }),
    steps: (state) => [
      webhookNameStep(context),
      pastedUrlStep(context),
      ...(state.recognised ? [] : authQuestions(state)),
      ...reviewSteps(state, (reviewed) => webhookReview(context, reviewed)),
    ],
  };
}

/** The webhook that the answers describe; undefined while an answer is missing. */
export function newWebhook(state: RegisterWebhookState): NewWebhook | undefined {
  const auth = authOf(state);
  if (auth === undefined) return undefined;
  return {
    ...(state.id === undefined ? {} : { id: state.id }),
    name: state.name,
    url: state.url,
    auth,
    ...(state.description === '' ? {} : { description: state.description }),
    ...(state.solution === undefined ? {} : { solution: state.solution.uniqueName }),
  };
}

/** @param own the name the webhook has already, which is not taken by another one. */
export function webhookNameStep<S extends { readonly name: string }>(
  context: Pick<WebhookFlowContext, 'isNameTaken'>,
  own?: string,
): WizardStep<S> {
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
          (own === undefined || !sameName(own, text)) && (await context.isNameTaken(text, signal))
            ? nameRemark({ severity: 'error', reason: 'taken', details: { name: text } })
            : undefined,
      });
      return name === BACK ? BACK : { ...state, name };
    },
  };
}

/** Takes a URL, or what it can be cut out of: a curl command, or the URL of a function with its key. */
function pastedUrlStep(context: RegisterWebhookContext): StepOf {
  return {
    id: 'url',
    ask: async (ui, state) => {
      const text = await ui.input({
        prompt: l10n.t(
          'URL that Dataverse calls, for example https://hooks.example.com/orders. A curl command or a function URL with its key can be pasted.',
        ),
        placeholder: 'https://hooks.example.com/orders',
        value: state.url,
        check: (typed) => {
          const pasted = pastedTarget(typed);
          const authType = pasted?.auth?.type ?? state.authType;
          const finding = checkUrl(pasted?.url ?? typed, {
            environmentIsLocal: context.environmentIsLocal,
            authAddsQuery: authType !== undefined && addsQuery(authType),
          });
          const remark = finding === undefined ? undefined : urlRemark(finding);
          return pasted === undefined || remark?.severity === 'error' ? remark : pastedRemark(pasted, remark);
        },
      });
      return text === BACK ? BACK : withUrl(state, text, pastedTarget(text));
    },
  };
}

function withUrl(
  state: RegisterWebhookState,
  text: string,
  pasted: PastedTarget | undefined,
): RegisterWebhookState {
  if (pasted === undefined)
    return { ...state, url: text, recognised: state.recognised && text === state.url };
  if (pasted.auth === undefined) return { ...state, url: pasted.url, recognised: false };
  return { ...state, ...answersOfAuth(pasted.auth), url: pasted.url, recognised: true };
}

/** A URL alone, for a webhook whose authentication stays. */
export function urlStep<S extends { readonly url: string }>(
  context: Pick<WebhookFlowContext, 'environmentIsLocal'>,
  authAddsQuery: boolean,
): WizardStep<S> {
  return {
    id: 'url',
    ask: async (ui, state) => {
      const url = await ui.input({
        prompt: l10n.t('URL that Dataverse calls, for example https://hooks.example.com/orders'),
        placeholder: 'https://hooks.example.com/orders',
        value: state.url,
        check: (text) => {
          const finding = checkUrl(text, { environmentIsLocal: context.environmentIsLocal, authAddsQuery });
          return finding === undefined ? undefined : urlRemark(finding);
        },
      });
      return url === BACK ? BACK : { ...state, url };
    },
  };
}

export function webhookDescriptionStep<S extends { readonly description: string }>(): WizardStep<S> {
  return {
    id: 'description',
    ask: async (ui, state) => {
      const description = await ui.input({
        prompt: l10n.t('Description of the webhook, what it is for'),
        value: state.description,
        check: (text) => {
          const finding = checkWebhookDescription(text);
          return finding === undefined ? undefined : nameRemark(finding);
        },
      });
      return description === BACK ? BACK : { ...state, description };
    },
  };
}

function webhookReview(
  context: RegisterWebhookContext,
  state: RegisterWebhookState,
): Review<RegisterWebhookState> {
  const webhook = newWebhook(state);
  const alternative = {
    label: l10n.t('Register WebHook and Add a Step'),
    detail: l10n.t('Goes on with what fires it.'),
  };
  return {
    placeholder: l10n.t('Nothing has been written yet'),
    accept: {
      label: l10n.t('Register WebHook'),
      description: state.name,
      detail: l10n.t('{url} with {authentication}', {
        url: shownUrl(state.url),
        authentication: state.authType === undefined ? '' : authTypeLabel(state.authType),
      }),
    },
    ...(context.original === undefined ? { alternative } : {}),
    rows: [
      ...authRows(state),
      { id: 'description', icon: 'edit', label: l10n.t('Description'), value: state.description },
      {
        id: 'solution',
        icon: 'edit',
        label: l10n.t('Solution'),
        value: state.solution?.name ?? defaultSolution(),
      },
      keepSecretRow(state),
      ...copyStepsRows(context, state),
      ...(webhook === undefined
        ? []
        : [showRequestRow(() => context.showRequest([registerWebhookWrite(webhook)]))]),
    ],
    stepsOf: (rowId) => reviewEdit(context, state, rowId),
  };
}

function reviewEdit(
  context: RegisterWebhookContext,
  state: RegisterWebhookState,
  rowId: string,
): readonly StepOf[] {
  switch (rowId) {
    case 'description':
      return [webhookDescriptionStep()];
    case 'solution':
      return [solutionStep(context.solutions)];
    case 'keepSecret':
      return [keepSecretStep()];
    case 'copySteps':
      return [copyStepsStep(context)];
    default:
      return authRowSteps(state, rowId) ?? [];
  }
}

/** Whether the secret is kept here, too. */
export function keepSecretRow(state: { readonly keepSecret: boolean }): ReviewRow {
  return {
    id: 'keepSecret',
    icon: 'edit',
    label: l10n.t('Keep the Secret on This Machine'),
    value: state.keepSecret ? l10n.t('Yes, for test deliveries') : l10n.t('No'),
  };
}

export function keepSecretStep<S extends { readonly keepSecret: boolean }>(): WizardStep<S> {
  return {
    id: 'keepSecret',
    ask: async (ui, state) => {
      const keepSecret = await ui.pick<boolean>({
        placeholder: l10n.t('The service never gives the secret back; a test delivery needs it'),
        choices: [
          {
            value: false,
            label: l10n.t('Do Not Keep It'),
            detail: l10n.t('A test delivery asks for it each time.'),
          },
          {
            value: true,
            label: l10n.t('Keep It on This Machine'),
            detail: l10n.t(
              "In the editor's encrypted store, until the webhook or the environment is removed. Nowhere else.",
            ),
          },
        ],
        isCurrent: (value) => value === state.keepSecret,
      });
      return keepSecret === BACK ? BACK : { ...state, keepSecret };
    },
  };
}

function copyStepsRows(context: RegisterWebhookContext, state: RegisterWebhookState): readonly ReviewRow[] {
  const count = context.original?.stepCount ?? 0;
  if (count === 0) return [];
  const value = state.copySteps ? l10n.t('Yes, {count} with their images', { count }) : l10n.t('No');
  return [{ id: 'copySteps', icon: 'edit', label: l10n.t('Copy the Steps'), value }];
}

function copyStepsStep(context: RegisterWebhookContext): StepOf {
  return {
    id: 'copySteps',
    ask: async (ui, state) => {
      const copySteps = await ui.pick<boolean>({
        placeholder: l10n.t('The steps of {name}', { name: context.original?.name ?? '' }),
        choices: [
          {
            value: false,
            label: l10n.t('Leave Them Out'),
            detail: l10n.t('The new webhook is called by nothing until a step is registered.'),
          },
          {
            value: true,
            label: l10n.t('Copy Them'),
            detail: l10n.t('Both webhooks are called from then on. Disabled steps stay disabled.'),
          },
        ],
        isCurrent: (value) => value === state.copySteps,
      });
      return copySteps === BACK ? BACK : { ...state, copySteps };
    },
  };
}
