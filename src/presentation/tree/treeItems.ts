import * as l10n from '@vscode/l10n';
import type { EnvironmentProfile } from '../../environments/profile';
import type { Image, Step, Webhook } from '../../webhooks/model';
import { oneLine, reasonText } from '../texts/errorTexts';
import { shownUrl } from '../texts/urlText';
import {
  authTypeLabel,
  deploymentLabel,
  imageTypeLabel,
  modeLabel,
  stageLabel,
  tableLabel,
} from '../texts/webhookTexts';
import { stepsOf, type EnvironmentState } from './environmentState';

/** A node of the tree: which row it stands for. */
export type TreeNode =
  | { readonly kind: 'environment'; readonly environmentId: string }
  | { readonly kind: 'webhook'; readonly environmentId: string; readonly webhook: Webhook }
  | { readonly kind: 'step'; readonly environmentId: string; readonly step: Step }
  | { readonly kind: 'image'; readonly environmentId: string; readonly image: Image }
  | {
      readonly kind: 'more';
      readonly environmentId: string;
      readonly parentKey: string;
      readonly shown: number;
      readonly total: number;
    }
  | { readonly kind: 'problem'; readonly environmentId: string; readonly error: unknown };

/** One line of a tooltip. Both parts are text, never markup. */
export interface TooltipLine {
  readonly label: string;
  readonly value: string;
}

/** How a node looks, as data. */
export interface TreeItemModel {
  /** Stable across refreshes, so that expansion and selection survive. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: readonly TooltipLine[];
  readonly icon: string;
  readonly contextValue: string;
  readonly expandable: 'no' | 'collapsed' | 'expanded';
}

/** Children shown at once; the rest is behind *Load more* (UX point 17). */
export const PAGE_OF_CHILDREN = 200;

/** How a node looks now. */
export function treeItem(
  node: TreeNode,
  profile: EnvironmentProfile,
  state: EnvironmentState,
): TreeItemModel {
  switch (node.kind) {
    case 'environment':
      return environmentItem(profile, state);
    case 'webhook':
      return webhookItem(node.environmentId, node.webhook, state);
    case 'step':
      return stepItem(node.environmentId, node.step, state);
    case 'image':
      return imageItem(node.environmentId, node.image, state);
    case 'more':
      return moreItem(node);
    case 'problem':
      return problemItem(node.environmentId, node.error, profile);
  }
}

/**
 * The children of a node.
 * @param limits how many children of a node are shown, by the node's item id; `PAGE_OF_CHILDREN` where nothing is set.
 */
export function treeChildren(
  node: TreeNode,
  state: EnvironmentState,
  limits: ReadonlyMap<string, number>,
): readonly TreeNode[] {
  const { environmentId } = node;
  switch (node.kind) {
    case 'environment':
      if (state.phase === 'failed' && state.webhooks.length === 0) {
        return [{ kind: 'problem', environmentId, error: state.error }];
      }
      return paged(environmentId, environmentKey(environmentId), limits, state.webhooks, (webhook) => ({
        kind: 'webhook',
        environmentId,
        webhook,
      }));
    case 'webhook':
      return paged(
        environmentId,
        rowKey(environmentId, 'webhook', node.webhook.id),
        limits,
        stepsOf(state, node.webhook.id),
        (step) => ({ kind: 'step', environmentId, step }),
      );
    case 'step':
      return node.step.images.map((image) => ({ kind: 'image', environmentId, image }));
    case 'image':
    case 'more':
    case 'problem':
      return [];
  }
}

function paged<T>(
  environmentId: string,
  parentKey: string,
  limits: ReadonlyMap<string, number>,
  rows: readonly T[],
  nodeOf: (row: T) => TreeNode,
): readonly TreeNode[] {
  const shown = limits.get(parentKey) ?? PAGE_OF_CHILDREN;
  const nodes = rows.slice(0, shown).map(nodeOf);
  if (rows.length <= shown) return nodes;
  return [...nodes, { kind: 'more', environmentId, parentKey, shown, total: rows.length }];
}

/** The id of an environment's item. */
export function environmentKey(environmentId: string): string {
  return `environment/${environmentId}`;
}

/** The id of the item of a row. */
export function rowKey(environmentId: string, kind: 'webhook' | 'step' | 'image', id: string): string {
  return `${environmentKey(environmentId)}/${kind}/${id}`;
}

function environmentItem(profile: EnvironmentProfile, state: EnvironmentState): TreeItemModel {
  return {
    id: environmentKey(profile.id),
    label: oneLine(profile.name),
    description: state.phase === 'failed' ? l10n.t('not reachable') : new URL(profile.url).host,
    tooltip: [
      { label: l10n.t('Environment'), value: profile.name },
      { label: l10n.t('URL'), value: profile.url },
      ...(state.phase === 'failed'
        ? [{ label: l10n.t('Last load'), value: reasonText(state.error, profile.name).message }]
        : []),
    ],
    icon: state.phase === 'failed' ? 'warning' : profile.sandbox ? 'beaker' : 'server',
    contextValue: contextValue(['environment', profile.sandbox ? 'sandbox' : undefined]),
    expandable: 'expanded',
  };
}

function webhookItem(environmentId: string, webhook: Webhook, state: EnvironmentState): TreeItemModel {
  const steps = stepsOf(state, webhook.id);
  const disabled = steps.filter((step) => !step.enabled).length;
  const pending = state.pending.get(webhook.id);
  return {
    id: rowKey(environmentId, 'webhook', webhook.id),
    label: oneLine(webhook.name),
    description: pending ?? hostOf(webhook.url),
    tooltip: [
      { label: l10n.t('WebHook'), value: webhook.name },
      { label: l10n.t('URL'), value: shownUrl(webhook.url) },
      { label: l10n.t('Authentication'), value: authTypeLabel(webhook.authType) },
      { label: l10n.t('Secret'), value: webhook.hasSecret ? l10n.t('stored') : l10n.t('none stored') },
      {
        label: l10n.t('Steps'),
        value: l10n.t('{count}, {disabled} disabled', { count: steps.length, disabled }),
      },
      ...(webhook.description === '' ? [] : [{ label: l10n.t('Description'), value: webhook.description }]),
      ...(webhook.managed ? [{ label: l10n.t('Managed'), value: l10n.t('yes') }] : []),
      ...changedLine(webhook.modifiedOn),
    ],
    icon: 'globe',
    contextValue: contextValue(['webhook', editability(webhook), pending === undefined ? undefined : 'busy']),
    expandable: steps.length === 0 ? 'no' : 'collapsed',
  };
}

function stepItem(environmentId: string, step: Step, state: EnvironmentState): TreeItemModel {
  const pending = state.pending.get(step.id);
  const what = l10n.t('{message} of {table}', { message: step.message.name, table: tableLabel(step.table) });
  const parts = [
    what,
    ...(step.mode === 'synchronous' ? [l10n.t('synchronous')] : []),
    ...(step.enabled ? [] : [l10n.t('disabled')]),
  ];
  return {
    id: rowKey(environmentId, 'step', step.id),
    label: oneLine(step.name),
    description: pending ?? oneLine(parts.join(', ')),
    tooltip: stepTooltip(step, what),
    icon: step.enabled ? 'zap' : 'circle-slash',
    contextValue: contextValue([
      'step',
      step.enabled ? 'enabled' : 'disabled',
      step.mode === 'asynchronous' ? 'async' : 'sync',
      editability(step),
      pending === undefined ? undefined : 'busy',
    ]),
    expandable: step.images.length === 0 ? 'no' : 'collapsed',
  };
}

function stepTooltip(step: Step, what: string): readonly TooltipLine[] {
  const columns = step.filteringColumns.length === 0 ? l10n.t('all') : step.filteringColumns.join(', ');
  return [
    { label: l10n.t('Step'), value: step.name },
    { label: l10n.t('Fires on'), value: what },
    { label: l10n.t('Stage'), value: stageLabel(step.stage) },
    { label: l10n.t('Mode'), value: modeLabel(step.mode) },
    { label: l10n.t('Execution order'), value: String(step.rank) },
    { label: l10n.t('Filtering attributes'), value: columns },
    ...(step.mode === 'asynchronous'
      ? [
          {
            label: l10n.t('Delete the job when it succeeds'),
            value: step.deleteJobOnSuccess ? l10n.t('yes') : l10n.t('no'),
          },
        ]
      : []),
    { label: l10n.t('State'), value: step.enabled ? l10n.t('enabled') : l10n.t('disabled') },
    { label: l10n.t('Deployment'), value: deploymentLabel(step.deployment) },
    ...(step.runAsUserId === undefined
      ? []
      : [{ label: l10n.t('Runs as'), value: step.runAsUserName ?? step.runAsUserId }]),
    ...(step.description === '' ? [] : [{ label: l10n.t('Description'), value: step.description }]),
    ...(step.managed ? [{ label: l10n.t('Managed'), value: l10n.t('yes') }] : []),
    ...changedLine(step.modifiedOn),
  ];
}

function imageItem(environmentId: string, image: Image, state: EnvironmentState): TreeItemModel {
  const columns = image.columns.length === 0 ? l10n.t('all') : image.columns.join(', ');
  return {
    id: rowKey(environmentId, 'image', image.id),
    label: oneLine(image.alias),
    description: state.pending.get(image.id) ?? imageTypeLabel(image.type),
    tooltip: [
      { label: l10n.t('Image'), value: image.name },
      { label: l10n.t('Alias'), value: image.alias },
      { label: l10n.t('Type'), value: imageTypeLabel(image.type) },
      { label: l10n.t('Message property'), value: image.messageProperty },
      { label: l10n.t('Columns'), value: columns },
    ],
    icon: 'file-media',
    contextValue: contextValue(['image']),
    expandable: 'no',
  };
}

function moreItem(node: Extract<TreeNode, { kind: 'more' }>): TreeItemModel {
  return {
    id: `${node.parentKey}/more`,
    label: l10n.t('Load more ({shown} of {total})', { shown: node.shown, total: node.total }),
    description: '',
    tooltip: [],
    icon: 'ellipsis',
    contextValue: contextValue(['more']),
    expandable: 'no',
  };
}

function problemItem(environmentId: string, error: unknown, profile: EnvironmentProfile): TreeItemModel {
  const reason = reasonText(error, profile.name).message;
  return {
    id: `${environmentKey(environmentId)}/problem`,
    label: l10n.t('WebHooks could not be loaded'),
    description: reason,
    tooltip: [{ label: l10n.t('Reason'), value: reason }],
    icon: 'error',
    contextValue: contextValue(['problem']),
    expandable: 'no',
  };
}

/** `step+enabled+async+editable`: the grammar that the manifest's `viewItem` expressions match. */
function contextValue(parts: ReadonlyArray<string | undefined>): string {
  return parts.filter((part) => part !== undefined).join('+');
}

function editability(row: {
  readonly managed: boolean;
  readonly customizable: boolean;
}): 'editable' | 'locked' {
  return row.managed && !row.customizable ? 'locked' : 'editable';
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : oneLine(shownUrl(url));
}

function changedLine(modifiedOn: Date | undefined): readonly TooltipLine[] {
  return modifiedOn === undefined ? [] : [{ label: l10n.t('Changed'), value: modifiedOn.toLocaleString() }];
}
