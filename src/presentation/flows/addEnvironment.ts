import * as l10n from '@vscode/l10n';
import { Secret } from '../../base/secret';
import { parseEnvironmentUrl, type EnvironmentUrlReason } from '../../environments/profile';
import { checkName } from '../../webhooks/webhookRules';
import { BACK, type Remark } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { nameRemark } from '../texts/inputTexts';

/** What an address answered when it was tried. */
export type Probe = 'accepted' | 'tokenNeeded';

export interface AddEnvironmentContext {
  /** Origins that are in the list already. */
  readonly known: readonly string[];
  /** Tries an address, with a token where there is one; rejects when there is no answer to work with. */
  readonly probe: (origin: string, token: Secret | undefined, signal: AbortSignal) => Promise<Probe>;
}

export interface AddEnvironmentState {
  readonly url: string;
  readonly origin: string;
  readonly tokenNeeded: boolean;
  readonly token: Secret;
  readonly name: string;
}

export const addEnvironmentStart: AddEnvironmentState = {
  url: '',
  origin: '',
  tokenNeeded: false,
  token: new Secret(''),
  name: '',
};

type StepOf = WizardStep<AddEnvironmentState>;

export interface SignInContext {
  readonly environmentName: string;
  readonly origin: string;
  readonly probe: (token: Secret, signal: AbortSignal) => Promise<Probe>;
}

export interface SignInState {
  readonly token: Secret;
}

export const signInStart: SignInState = { token: new Secret('') };

/** The one question of *Sign In…*: another token for an environment that is in the list. */
export function signInWizard(context: SignInContext): Wizard<SignInState> {
  return {
    title: l10n.t('Sign In to {environment}', { environment: context.environmentName }),
    steps: () => [
      tokenStep<SignInState>(
        () => context.origin,
        (_, token, signal) => context.probe(token, signal),
      ),
    ],
  };
}

/** The questions of *Add Environment…*: the address, a token only where the server wants one, a name. */
export function addEnvironmentWizard(context: AddEnvironmentContext): Wizard<AddEnvironmentState> {
  return {
    title: l10n.t('Add Environment'),
    steps: (state) => [
      urlStep(context),
      ...(state.tokenNeeded
        ? [
            tokenStep<AddEnvironmentState>(
              ({ origin }) => origin,
              (asked, token, signal) => context.probe(asked.origin, token, signal),
            ),
          ]
        : []),
      nameStep(),
    ],
  };
}

function urlStep(context: AddEnvironmentContext): StepOf {
  return {
    id: 'url',
    ask: async (ui, state) => {
      let tokenNeeded = state.tokenNeeded;
      const check = (text: string): Remark | undefined => {
        const parsed = parseEnvironmentUrl(text, context.known);
        return parsed.ok ? undefined : { severity: 'error', text: urlProblem(parsed.reason) };
      };
      const url = await ui.input({
        prompt: l10n.t('Address of a Web API on this machine, for example http://localhost:4711'),
        placeholder: 'http://localhost:4711',
        value: state.url,
        check,
        prepare: async (text, signal) => {
          tokenNeeded = (await context.probe(parsedOrigin(text), undefined, signal)) === 'tokenNeeded';
          return undefined;
        },
      });
      if (url === BACK) return BACK;
      const origin = parsedOrigin(url);
      const name = state.name === '' || origin !== state.origin ? new URL(origin).host : state.name;
      return {
        ...state,
        url,
        origin,
        tokenNeeded,
        name,
        token: origin === state.origin ? state.token : new Secret(''),
      };
    },
  };
}

/** The address was checked before, so it parses; nothing known can stand in its way here. */
function parsedOrigin(text: string): string {
  const parsed = parseEnvironmentUrl(text, []);
  return parsed.ok ? parsed.origin : '';
}

/** Asks for a token and tries it before the flow goes on. */
function tokenStep<S extends { readonly token: Secret }>(
  originOf: (state: S) => string,
  probe: (state: S, token: Secret, signal: AbortSignal) => Promise<Probe>,
): WizardStep<S> {
  return {
    id: 'token',
    ask: async (ui, state) => {
      const token = await ui.input({
        prompt: l10n.t('Bearer token that {host} asks for. It is kept in the secret store of the editor.', {
          host: new URL(originOf(state)).host,
        }),
        value: state.token.reveal(),
        password: true,
        check: tokenProblem,
        prepare: async (text, signal) => {
          if ((await probe(state, new Secret(text.trim()), signal)) === 'accepted') return undefined;
          return {
            severity: 'error',
            text: l10n.t('The server does not accept this token. Paste another one.'),
          };
        },
      });
      return token === BACK ? BACK : { ...state, token: new Secret(token.trim()) };
    },
  };
}

function tokenProblem(text: string): Remark | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return { severity: 'error', text: l10n.t('Paste the token the server asks for.') };
  if (/^bearer\s/i.test(trimmed))
    return { severity: 'error', text: l10n.t('Leave out the word Bearer; paste the token only.') };
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    return { severity: 'error', text: l10n.t('Remove the blanks and line breaks inside the token.') };
  return undefined;
}

function nameStep(): StepOf {
  return {
    id: 'name',
    ask: async (ui, state) => {
      const name = await ui.input({
        prompt: l10n.t('Name of the environment in the tree'),
        value: state.name,
        check: (text) => {
          const finding = checkName(text);
          return finding === undefined ? undefined : nameRemark(finding);
        },
      });
      return name === BACK ? BACK : { ...state, name };
    },
  };
}

function urlProblem(reason: EnvironmentUrlReason): string {
  switch (reason) {
    case 'empty':
      return l10n.t('Write the address of the environment, for example http://localhost:4711.');
    case 'malformed':
      return l10n.t('This is not an address. Write it in the form http://localhost:4711.');
    case 'scheme':
      return l10n.t('Write http:// or https:// at the beginning.');
    case 'credentials':
      return l10n.t('Remove the user name and password from the address.');
    case 'notLoopback':
      return l10n.t(
        'This version reaches environments on this machine only; sign-in to the cloud is not there yet.',
      );
    case 'known':
      return l10n.t('This environment is in the list already.');
  }
}
