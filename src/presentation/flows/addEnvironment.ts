import * as l10n from '@vscode/l10n';
import type { CloudName } from '../../auth/cloud';
import type { SignInWay } from '../../auth/ways';
import type { Secret } from '../../base/secret';
import { isGuid } from '../../base/guid';
import type { DiscoveredEnvironment } from '../../environments/discovery';
import {
  guessProduction,
  understandEnvironmentUrl,
  type UnderstoodUrl,
} from '../../environments/environmentUrl';
import type { EnvironmentProfile, SignIn } from '../../environments/profile';
import { checkName } from '../../webhooks/webhookRules';
import { BACK, type PickChoice } from '../../wizard/ui';
import type { Wizard, WizardStep } from '../../wizard/wizard';
import { environmentUrlProblem } from '../texts/environmentTexts';
import { nameRemark } from '../texts/inputTexts';
import { wayText } from '../texts/signInTexts';
import {
  certificateStep,
  clientSecretStep,
  credentialStart,
  type CredentialState,
  type ReadCertificate,
} from './credentialQuestions';
import { tokenStep, type Probe } from './pastedToken';

/** What an address says to somebody without a token. */
export interface Welcome {
  readonly tokenNeeded: boolean;
  /** Who gives out tokens for it; undefined where it names nobody that is to be trusted. */
  readonly authority: string | undefined;
}

export interface AddEnvironmentContext {
  /** Origins that are in the list already. */
  readonly known: readonly string[];
  /** The cloud of hosts that tell none by themselves, from the settings. */
  readonly cloud?: CloudName;
  /** The app registration of the settings, offered where one is needed. */
  readonly clientId?: string;
  /** Ways that can work in this window. */
  readonly ways: (loopback: boolean) => readonly SignInWay[];
  /** Asks an address, without a token, who it wants to know; rejects when there is no answer to work with. */
  readonly welcome: (origin: string, signal: AbortSignal) => Promise<Welcome>;
  /** Tries a pasted token. */
  readonly probe: (origin: string, token: Secret, signal: AbortSignal) => Promise<Probe>;
  readonly readCertificate: ReadCertificate;
  /** The environments of the editor's account; undefined where the editor has none. */
  readonly discover?: (signal: AbortSignal) => Promise<readonly DiscoveredEnvironment[]>;
}

export interface AddEnvironmentState extends CredentialState {
  readonly source: 'url' | 'list' | undefined;
  readonly url: string;
  readonly origin: string;
  readonly loopback: boolean;
  readonly organization: string;
  readonly tokenNeeded: boolean;
  readonly authority: string | undefined;
  readonly way: SignIn | undefined;
  readonly clientId: string;
  readonly name: string;
}

export const addEnvironmentStart: AddEnvironmentState = {
  source: undefined,
  url: '',
  origin: '',
  loopback: false,
  organization: '',
  tokenNeeded: false,
  authority: undefined,
  way: undefined,
  clientId: '',
  ...credentialStart,
  name: '',
};

type StepOf = WizardStep<AddEnvironmentState>;

/** The questions of *Add Environment…*: the address, how to sign in where that is needed, a name. */
export function addEnvironmentWizard(context: AddEnvironmentContext): Wizard<AddEnvironmentState> {
  return {
    title: l10n.t('Add Environment'),
    steps: (state) => [
      ...(context.discover === undefined ? [] : [sourceStep()]),
      state.source === 'list' ? listStep(context) : urlStep(context),
      ...(possibleWays(context, state).length > 1 ? [wayStep(context)] : []),
      ...credentialSteps(context, state),
      nameStep(),
    ],
  };
}

/** The environment that the answers describe, and the secret that goes into the secret store. */
export function newEnvironment(
  context: AddEnvironmentContext,
  state: AddEnvironmentState,
  id: string,
): { readonly profile: EnvironmentProfile; readonly secret: Secret | undefined } {
  const signIn = chosenWay(context, state);
  const needsSecret = signIn === 'token' || signIn === 'secret' || signIn === 'certificate';
  const production = guessProduction(state.name, state.organization);
  const profile: EnvironmentProfile = {
    id,
    name: state.name,
    url: state.origin,
    signIn,
    sandbox: false,
    production,
    // Seen before the first write asks.
    ...(production ? { color: 'red' } : {}),
    ...(state.authority === undefined || signIn === 'token' || signIn === 'none'
      ? {}
      : { authority: state.authority }),
    ...(isApplication(signIn) ? { clientId: state.clientId } : {}),
  };
  return { profile, secret: needsSecret ? state.token : undefined };
}

/** A server on this machine that wants a token takes a pasted one; those of a trusted authority go before it. */
function possibleWays(context: AddEnvironmentContext, state: AddEnvironmentState): readonly SignIn[] {
  if (state.origin === '' || !state.tokenNeeded) return state.loopback ? ['none'] : [];
  const ways = context.ways(state.loopback).filter((way) => way !== 'none');
  if (!state.loopback) return ways;
  return state.authority === undefined ? ['token'] : [...ways, 'token'];
}

function chosenWay(context: AddEnvironmentContext, state: AddEnvironmentState): SignIn {
  const ways = possibleWays(context, state);
  return state.way !== undefined && ways.includes(state.way) ? state.way : (ways[0] ?? 'none');
}

function isApplication(way: SignIn): boolean {
  return way === 'secret' || way === 'certificate';
}

function credentialSteps(context: AddEnvironmentContext, state: AddEnvironmentState): readonly StepOf[] {
  switch (chosenWay(context, state)) {
    case 'token':
      return [
        tokenStep<AddEnvironmentState>(
          ({ origin }) => origin,
          (asked, token, signal) => context.probe(asked.origin, token, signal),
        ),
      ];
    case 'secret':
      return [clientIdStep(context), clientSecretStep<AddEnvironmentState>()];
    case 'certificate':
      return [
        clientIdStep(context),
        certificateStep<AddEnvironmentState>(context.readCertificate, ({ origin }) => origin),
      ];
    case 'none':
    case 'editor':
    case 'browser':
    case 'deviceCode':
    case 'azureCli':
      return [];
  }
}

function sourceStep(): StepOf {
  return {
    id: 'source',
    ask: async (ui, state) => {
      const source = await ui.pick<'url' | 'list'>({
        placeholder: l10n.t('Where the environment is'),
        choices: [
          {
            value: 'list',
            icon: 'list-unordered',
            label: l10n.t('Choose from My Environments'),
            detail: l10n.t('Asks the discovery service with the Microsoft account of the editor.'),
          },
          {
            value: 'url',
            icon: 'link',
            label: l10n.t('Type Its URL'),
            detail: l10n.t('For environments the list does not have, and for servers on this machine.'),
          },
        ],
        isCurrent: (choice) => choice === state.source,
      });
      return source === BACK ? BACK : { ...state, source };
    },
  };
}

function listStep(context: AddEnvironmentContext): StepOf {
  return {
    id: 'list',
    ask: async (ui, state) => {
      let welcome: Welcome | undefined;
      const found = await ui.pick({
        placeholder: l10n.t('Environment to add'),
        choices: async (signal) =>
          ((await context.discover?.(signal)) ?? []).map((entry) => discoveredChoice(entry)),
        isCurrent: (entry) => entry.url === state.origin,
        prepare: async (entry, signal) => {
          welcome = await context.welcome(entry.url, signal);
        },
      });
      if (found === BACK) return BACK;
      const understood = understandEnvironmentUrl(found.url, { known: [] });
      return answered(state, found.url, understood, welcome, found.friendlyName);
    },
  };
}

function discoveredChoice(entry: DiscoveredEnvironment): PickChoice<DiscoveredEnvironment> {
  const group = entry.enabled ? l10n.t('Enabled') : l10n.t('Disabled');
  const detail = [entry.region, entry.version].filter((part) => part !== undefined && part !== '').join(', ');
  return {
    value: entry,
    label: entry.friendlyName,
    description: new URL(entry.url).host,
    group,
    ...(detail === '' ? {} : { detail }),
  };
}

function urlStep(context: AddEnvironmentContext): StepOf {
  const understand = (text: string): UnderstoodUrl =>
    understandEnvironmentUrl(text, {
      known: context.known,
      ...(context.cloud === undefined ? {} : { cloudOfUnknownHosts: context.cloud }),
    });
  return {
    id: 'url',
    ask: async (ui, state) => {
      let welcome: Welcome | undefined;
      const url = await ui.input({
        prompt: l10n.t(
          'URL of the environment, for example https://contoso.crm.dynamics.com or http://localhost:4711',
        ),
        placeholder: 'https://contoso.crm.dynamics.com',
        value: state.url,
        check: (text) => {
          const understood = understand(text);
          if (!understood.ok) return { severity: 'error', text: environmentUrlProblem(understood) };
          return understood.corrections.length === 0
            ? undefined
            : { severity: 'info', text: l10n.t('Read as {origin}', { origin: understood.origin }) };
        },
        prepare: async (text, signal) => {
          const understood = understand(text);
          if (understood.ok) welcome = await context.welcome(understood.origin, signal);
          return undefined;
        },
      });
      return url === BACK ? BACK : answered(state, url, understand(url), welcome, undefined);
    },
  };
}

/** The state after an address was chosen; answers that belonged to another one are taken out. */
function answered(
  state: AddEnvironmentState,
  url: string,
  understood: UnderstoodUrl,
  welcome: Welcome | undefined,
  name: string | undefined,
): AddEnvironmentState {
  if (!understood.ok) return state;
  const { origin, organization, place } = understood;
  const same = origin === state.origin;
  const suggested = name ?? (organization === '' ? new URL(origin).host : organization);
  return {
    ...state,
    url,
    origin,
    organization,
    loopback: place === 'loopback',
    tokenNeeded: welcome?.tokenNeeded ?? true,
    authority: welcome?.authority,
    name: same && state.name !== '' ? state.name : suggested,
    ...(same ? {} : { ...credentialStart, way: undefined }),
  };
}

function wayStep(context: AddEnvironmentContext): StepOf {
  return {
    id: 'way',
    ask: async (ui, state) => {
      const way = await ui.pick<SignIn>({
        placeholder: l10n.t('How to sign in to {host}', { host: new URL(state.origin).host }),
        choices: possibleWays(context, state).map((value) => ({ value, ...signInChoice(value) })),
        isCurrent: (choice) => choice === state.way,
      });
      if (way === BACK) return BACK;
      return { ...state, way, ...(way === state.way ? {} : credentialStart) };
    },
  };
}

function signInChoice(way: SignIn): { readonly label: string; readonly detail: string } {
  if (way !== 'token') return wayText(way);
  return {
    label: l10n.t('Paste a token'),
    detail: l10n.t('For a server on this machine that prints its token.'),
  };
}

function clientIdStep(context: AddEnvironmentContext): StepOf {
  return {
    id: 'clientId',
    ask: async (ui, state) => {
      const clientId = await ui.input({
        prompt: l10n.t(
          'Application (client) id of the app registration; it needs an application user in the environment',
        ),
        placeholder: '00000000-0000-0000-0000-000000000000',
        value: state.clientId === '' ? (context.clientId ?? '') : state.clientId,
        check: (text) =>
          isGuid(text.trim())
            ? undefined
            : {
                severity: 'error',
                text: l10n.t('Write the id in the form 00000000-0000-0000-0000-000000000000.'),
              },
      });
      return clientId === BACK ? BACK : { ...state, clientId: clientId.trim().toLowerCase() };
    },
  };
}

function nameStep(): StepOf {
  return {
    id: 'name',
    ask: async (ui, state) => {
      const name = await ui.input({
        prompt:
          state.certificate === ''
            ? l10n.t('Name of the environment in the tree')
            : l10n.t('Name of the environment in the tree. The certificate is {certificate}.', {
                certificate: state.certificate,
              }),
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
