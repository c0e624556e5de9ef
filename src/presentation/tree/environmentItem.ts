import * as l10n from '@vscode/l10n';
import { isCredentialProblem, SignInError } from '../../auth/signInError';
import { DataverseError } from '../../dataverse/errors';
import { regionOfHost, type OrganizationFacts } from '../../environments/organization';
import type { EnvironmentProfile } from '../../environments/profile';
import { colorText } from '../texts/environmentTexts';
import { reasonText } from '../texts/errorTexts';
import { oneLine } from '../texts/plainText';
import { signInName } from '../texts/signInTexts';
import type { EnvironmentState } from './environmentState';
import { contextValue } from './rowItems';
import type { TooltipLine, TreeItemModel } from './treeItems';
import { environmentKey } from './treeKeys';

/** How an environment looks in the tree. */
export function environmentItem(profile: EnvironmentProfile, state: EnvironmentState): TreeItemModel {
  const failed = state.phase === 'failed';
  return {
    id: environmentKey(profile.id),
    label: oneLine(profile.name),
    description: environmentDescription(profile, state),
    tooltip: () => environmentTooltip(profile, state, undefined),
    icon: failed ? 'warning' : profile.sandbox ? 'beaker' : 'server',
    // A warning has the theme's colour: it must not look as if all were well.
    ...(failed || profile.color === undefined ? {} : { color: profile.color }),
    contextValue: contextValue(['environment', environmentFlag(profile, state)]),
    expandable: 'expanded',
  };
}

/**
 * What an environment tells when it is pointed at.
 * @param facts what it says about its organization; undefined when it says nothing, or was not asked.
 */
export function environmentTooltip(
  profile: EnvironmentProfile,
  state: EnvironmentState,
  facts: OrganizationFacts | undefined,
): readonly TooltipLine[] {
  const line = (label: string, value: string | undefined): readonly TooltipLine[] =>
    value === undefined ? [] : [{ label, value: oneLine(value) }];
  return [
    ...line(l10n.t('Environment'), profile.name),
    ...line(l10n.t('URL'), profile.url),
    ...line(l10n.t('Organization'), facts?.friendlyName),
    ...line(l10n.t('Unique name'), facts?.uniqueName),
    ...line(l10n.t('Version'), facts?.version),
    ...line(l10n.t('Region'), facts?.region ?? regionOfHost(new URL(profile.url).hostname)),
    ...line(l10n.t('Organization ID'), facts?.id),
    ...line(l10n.t('Environment ID'), facts?.environmentId),
    ...line(l10n.t('Tenant'), facts?.tenantId ?? tenantOf(profile.authority)),
    ...line(l10n.t('Sign-in'), signInLine(profile)),
    ...guardLines(profile),
    ...(profile.color === undefined ? [] : line(l10n.t('Color'), colorText(profile.color))),
    ...(state.phase === 'failed'
      ? line(l10n.t('Last load'), reasonText(state.error, profile.name).message)
      : []),
  ];
}

function signInLine({ signIn, account, sandbox }: EnvironmentProfile): string | undefined {
  if (sandbox) return undefined;
  const way = signInName(signIn);
  return account === undefined ? way : l10n.t('{way}, {account}', { way, account: account.username });
}

function guardLines({ production, readOnly }: EnvironmentProfile): readonly TooltipLine[] {
  return [
    ...(production === true
      ? [{ label: l10n.t('Production'), value: l10n.t('Yes, every write asks first') }]
      : []),
    ...(readOnly === true
      ? [{ label: l10n.t('Read-Only'), value: l10n.t('Yes, every write is refused') }]
      : []),
  ];
}

/** What writing comes up against, in the row itself: a colour alone would not tell it. */
function guardWords({ production, readOnly }: EnvironmentProfile): readonly string[] {
  return [
    ...(production === true ? [l10n.t('production')] : []),
    ...(readOnly === true ? [l10n.t('read-only')] : []),
  ];
}

/** The tenant that the environment's own authority names, where it names a certain one. */
function tenantOf(authority: string | undefined): string | undefined {
  if (authority === undefined || !URL.canParse(authority)) return undefined;
  const tenant = new URL(authority).pathname.split('/')[1] ?? '';
  return ['', 'common', 'organizations', 'consumers'].includes(tenant) ? undefined : tenant;
}

function environmentDescription(profile: EnvironmentProfile, state: EnvironmentState): string {
  if (state.phase !== 'failed') return [new URL(profile.url).host, ...guardWords(profile)].join(', ');
  if (needsSignIn(state.error)) return l10n.t('signed out');
  return DataverseError.is(state.error, 'forbidden') && state.error.facts.page !== true
    ? l10n.t('no access')
    : l10n.t('not reachable');
}

/** A sandbox of this window brings its token with it: nobody can sign in to it. */
function environmentFlag(profile: EnvironmentProfile, state: EnvironmentState): string | undefined {
  if (profile.sandbox) return 'sandbox';
  return state.phase === 'failed' && needsSignIn(state.error) ? 'signedOut' : undefined;
}

/** True for a failure that a person ends by signing in. */
function needsSignIn(error: unknown): boolean {
  return (
    SignInError.is(error, 'interactionNeeded') ||
    isCredentialProblem(error) ||
    DataverseError.is(error, 'unauthorized')
  );
}
