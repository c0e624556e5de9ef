import * as l10n from '@vscode/l10n';
import type { EnvironmentColor, EnvironmentProfile } from '../../environments/profile';
import type { Image, OtherEndpoint, Step, Webhook } from '../../webhooks/model';
import { reasonText } from '../texts/errorTexts';
import { oneLine } from '../texts/plainText';
import { stepCount } from '../texts/filterTexts';
import { tableLabel } from '../texts/webhookTexts';
import { environmentItem } from './environmentItem';
import { stepsOf, type EnvironmentState } from './environmentState';
import { contextValue, endpointItem, endpointStepItem, imageItem, stepItem, webhookItem } from './rowItems';
import { shownRows, wholeTree, type ShownRows, type StepGroup } from './treeFilter';
import { environmentKey, groupKey, rowKey } from './treeKeys';

export { environmentKey, rowKey } from './treeKeys';

/** A node of the tree: which row it stands for. */
export type TreeNode =
  | { readonly kind: 'environment'; readonly environmentId: string }
  | { readonly kind: 'webhook'; readonly environmentId: string; readonly webhook: Webhook }
  | { readonly kind: 'step'; readonly environmentId: string; readonly step: Step }
  | { readonly kind: 'image'; readonly environmentId: string; readonly image: Image }
  /** Steps of one table or message, when the tree is grouped so. */
  | {
      readonly kind: 'group';
      readonly environmentId: string;
      readonly by: 'table' | 'message';
      readonly group: StepGroup;
    }
  /** What is only looked at: no command that changes something takes these. */
  | { readonly kind: 'endpoint'; readonly environmentId: string; readonly endpoint: OtherEndpoint }
  | { readonly kind: 'endpointStep'; readonly environmentId: string; readonly step: Step }
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
  /** What is read aloud instead of the label, where that leaves out what the eye sees above it. */
  readonly spoken?: string;
  readonly description: string;
  /** Made when somebody points at the row: few are, and its sentences cost more than the row itself. */
  readonly tooltip: () => readonly TooltipLine[];
  readonly icon: string;
  /** Colour of the icon; the theme's own where there is none. */
  readonly color?: EnvironmentColor;
  readonly contextValue: string;
  readonly expandable: 'no' | 'collapsed' | 'expanded';
  /** A click does something: no row of the tree is a button but *Load more* (docs/ux.md, point 9). */
  readonly onClick?: 'loadMore';
}

/** Children shown at once; the rest is behind *Load more* (docs/ux.md, point 17). */
export const PAGE_OF_CHILDREN = 200;

/** How a node looks now. @param shown the rows that a filter left; all of them unless given. */
export function treeItem(
  node: TreeNode,
  profile: EnvironmentProfile,
  state: EnvironmentState,
  shown: ShownRows = shownRows(state, wholeTree),
): TreeItemModel {
  switch (node.kind) {
    case 'environment':
      return environmentItem(profile, state);
    case 'webhook':
      return webhookItem(node.environmentId, node.webhook, state, shown);
    case 'step':
      return stepItem(node.environmentId, node.step, state, shown);
    case 'group':
      return groupItem(node);
    case 'endpoint':
      return endpointItem(node.environmentId, node.endpoint, state);
    case 'endpointStep':
      return endpointStepItem(node.environmentId, node.step);
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
 * @param shown the rows that a filter left, in their groups; all of them by webhook unless given.
 */
export function treeChildren(
  node: TreeNode,
  state: EnvironmentState,
  limits: ReadonlyMap<string, number>,
  shown: ShownRows = shownRows(state, wholeTree),
): readonly TreeNode[] {
  const { environmentId } = node;
  switch (node.kind) {
    case 'environment':
      return environmentChildren(environmentId, state, limits, shown);
    case 'webhook':
      return paged(
        environmentId,
        rowKey(environmentId, 'webhook', node.webhook.id),
        limits,
        shown.steps.get(node.webhook.id) ?? [],
        (step) => ({ kind: 'step', environmentId, step }),
      );
    case 'group':
      return paged(
        environmentId,
        groupKey(environmentId, node.by, node.group.key),
        limits,
        node.group.steps,
        (step) => ({ kind: 'step', environmentId, step }),
      );
    case 'endpoint':
      return paged(
        environmentId,
        rowKey(environmentId, 'endpoint', node.endpoint.id),
        limits,
        stepsOf(state, node.endpoint.id),
        (step) => ({ kind: 'endpointStep', environmentId, step }),
      );
    case 'step':
      return node.step.images.map((image) => ({ kind: 'image', environmentId, image }));
    case 'endpointStep':
    case 'image':
    case 'more':
    case 'problem':
      return [];
  }
}

function environmentChildren(
  environmentId: string,
  state: EnvironmentState,
  limits: ReadonlyMap<string, number>,
  shown: ShownRows,
): readonly TreeNode[] {
  if (state.phase === 'failed' && state.webhooks.length === 0) {
    return [{ kind: 'problem', environmentId, error: state.error }];
  }
  const key = environmentKey(environmentId);
  const by = shown.view.groupBy;
  if (by !== 'webhook') {
    return paged(environmentId, key, limits, shown.groups, (group) => ({
      kind: 'group',
      environmentId,
      by,
      group,
    }));
  }
  const rows = paged(environmentId, key, limits, shown.webhooks, (webhook) => ({
    kind: 'webhook',
    environmentId,
    webhook,
  }));
  if (shown.view !== wholeTree && (shown.view.text !== '' || shown.view.kinds.size > 0)) return rows;
  return [
    ...rows,
    ...state.otherEndpoints.map((endpoint) => ({ kind: 'endpoint', environmentId, endpoint }) as const),
  ];
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

function groupItem(node: Extract<TreeNode, { kind: 'group' }>): TreeItemModel {
  const { environmentId, by, group } = node;
  const label = by === 'table' ? tableLabel(group.key) : (group.key ?? '');
  return {
    id: groupKey(environmentId, by, group.key),
    label: oneLine(label),
    description: stepCount(group.steps.length),
    tooltip: () => [
      { label: by === 'table' ? l10n.t('Table') : l10n.t('Message'), value: label },
      { label: l10n.t('Steps'), value: String(group.steps.length) },
    ],
    icon: by === 'table' ? 'table' : 'symbol-event',
    contextValue: contextValue(['group']),
    expandable: 'collapsed',
  };
}

function moreItem(node: Extract<TreeNode, { kind: 'more' }>): TreeItemModel {
  return {
    id: `${node.parentKey}/more`,
    label: l10n.t('Load more ({shown} of {total})', { shown: node.shown, total: node.total }),
    description: '',
    tooltip: () => [],
    icon: 'ellipsis',
    contextValue: contextValue(['more']),
    onClick: 'loadMore',
    expandable: 'no',
  };
}

function problemItem(environmentId: string, error: unknown, profile: EnvironmentProfile): TreeItemModel {
  const reason = reasonText(error, profile.name).message;
  return {
    id: `${environmentKey(environmentId)}/problem`,
    label: l10n.t('WebHooks could not be loaded'),
    description: reason,
    tooltip: () => [{ label: l10n.t('Reason'), value: reason }],
    icon: 'error',
    contextValue: contextValue(['problem']),
    expandable: 'no',
  };
}
