import type { EnvironmentProfile } from '../../../src/environments/profile';
import {
  loadStarted,
  loadSucceeded,
  unloadedEnvironment,
  type EnvironmentState,
} from '../../../src/presentation/tree/environmentState';
import { treeItem, type TreeItemModel, type TreeNode } from '../../../src/presentation/tree/treeItems';
import type { Image, OtherEndpoint, Step, Webhook } from '../../../src/webhooks/model';
import { sampleStep } from '../../fakes/sampleStep';

export const profile: EnvironmentProfile = {
  id: 'e',
  name: 'Test',
  url: 'http://localhost:4711',
  signIn: 'none',
  sandbox: false,
};

export const webhook: Webhook = {
  id: 'w1',
  name: 'Orders',
  url: 'https://hooks.example.com/orders?code=s3cr3t',
  description: 'For the shop',
  authType: 'webhookKey',
  hasSecret: true,
  managed: false,
  customizable: true,
  modifiedOn: '2025-03-04T10:00:00Z',
  etag: undefined,
};

export const image: Image = {
  id: 'i1',
  stepId: 's1',
  name: 'Pre',
  alias: 'PreImage',
  type: 'pre',
  messageProperty: 'Target',
  columns: [],
};

export const step: Step = {
  ...sampleStep,
  id: 's1',
  webhookId: 'w1',
  message: { id: 'm', name: 'Update' },
  filterId: 'f',
  etag: undefined,
  images: [image],
};

export const endpoint: OtherEndpoint = {
  id: 'q1',
  name: 'Order queue',
  contract: 2,
  contractLabel: 'Queue',
  address: 'sb://orders.servicebus.example',
  managed: false,
};

export const environmentNode: TreeNode = { kind: 'environment', environmentId: 'e' };
export const webhookNode: TreeNode = { kind: 'webhook', environmentId: 'e', webhook };
export const loaded = loadSucceeded(loadStarted(unloadedEnvironment), { webhooks: [webhook], steps: [step] });

export function item(node: TreeNode, state: EnvironmentState = loaded, of = profile): TreeItemModel {
  return treeItem(node, of, state);
}

export function stepItem(more: Partial<Step> = {}, state = loaded): TreeItemModel {
  return item({ kind: 'step', environmentId: 'e', step: { ...step, ...more } }, state);
}
