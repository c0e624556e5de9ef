import * as vscode from 'vscode';
import { CLOUD_NAMES, type CloudName } from '../../auth/cloud';
import type { AuthorityOverride } from '../../auth/authority';
import type { SignInSettings } from '../../environments/signInSessions';
import { isGuid } from '../../base/guid';

/**
 * The settings of the machine that concern the sign-in. They have machine scope and are restricted in untrusted
 * workspaces, and only the value of the machine is read: no workspace can point a token elsewhere.
 */
export function signInSettings(): SignInSettings {
  const clientId = text('clientId');
  const tenant = text('tenant');
  const cloud = CLOUD_NAMES.find((name): name is CloudName => name === text('cloud'));
  return {
    ...(clientId !== undefined && isGuid(clientId) ? { clientId: clientId.toLowerCase() } : {}),
    ...(tenant === undefined ? {} : { tenant }),
    ...(cloud === undefined ? {} : { cloud }),
    override: override(),
  };
}

function override(): AuthorityOverride {
  const authority = text('authority');
  const hosts: unknown = machineValue('knownHosts');
  const knownHosts = Array.isArray(hosts)
    ? hosts.filter((host): host is string => typeof host === 'string')
    : [];
  return {
    ...(authority === undefined ? {} : { authority }),
    knownHosts,
    protocolMode: text('protocolMode') === 'OIDC' ? 'OIDC' : 'AAD',
  };
}

function text(name: string): string | undefined {
  const value = machineValue(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function machineValue(name: string): unknown {
  const inspected = vscode.workspace.getConfiguration('dataverseWebhooks.signIn').inspect<unknown>(name);
  return inspected?.globalValue;
}
