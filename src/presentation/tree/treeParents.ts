import type { Step } from '../../webhooks/model';
import type { EnvironmentState } from './environmentState';
import { treeIndex } from './treeIndex';
import type { ShownRows } from './treeFilter';
import { environmentKey, rowKey, type TreeNode } from './treeItems';
import { groupKey } from './treeKeys';

/** The node under which a node stands in the tree that is shown; undefined for an environment. */
export function parentOf(node: TreeNode, state: EnvironmentState, shown: ShownRows): TreeNode | undefined {
  const { environmentId } = node;
  const root: TreeNode = { kind: 'environment', environmentId };
  switch (node.kind) {
    case 'environment':
      return undefined;
    case 'step':
      return parentOfStep(environmentId, node.step, state, shown);
    case 'image': {
      const step = treeIndex(state).steps().get(node.image.stepId);
      return step === undefined ? root : { kind: 'step', environmentId, step };
    }
    case 'endpointStep': {
      const endpoint = state.otherEndpoints.find((other) => other.id === node.step.webhookId);
      return endpoint === undefined ? root : { kind: 'endpoint', environmentId, endpoint };
    }
    case 'webhook':
    case 'group':
    case 'endpoint':
    case 'more':
    case 'problem':
      return root;
  }
}

/** The webhook of a step, or its group where the tree is grouped by something else; the environment where neither is shown. */
export function parentOfStep(
  environmentId: string,
  step: Step,
  state: EnvironmentState,
  shown: ShownRows,
): TreeNode {
  const by = shown.view.groupBy;
  if (by !== 'webhook') {
    const key = by === 'table' ? step.table : step.message.name;
    const group = shown.groups.find((other) => other.key === key);
    return group === undefined
      ? { kind: 'environment', environmentId }
      : { kind: 'group', environmentId, by, group };
  }
  const webhook = treeIndex(state).webhooks.get(step.webhookId);
  return webhook === undefined
    ? { kind: 'environment', environmentId }
    : { kind: 'webhook', environmentId, webhook };
}

/** The key under which the length of a node's list is kept. */
export function listKey(node: TreeNode): string {
  if (node.kind === 'webhook') return rowKey(node.environmentId, 'webhook', node.webhook.id);
  if (node.kind === 'group') return groupKey(node.environmentId, node.by, node.group.key);
  return environmentKey(node.environmentId);
}
