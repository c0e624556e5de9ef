import type { Uri } from 'vscode';
import type { TreeNode } from '../../presentation/tree/treeItems';

/**
 * Every command of the extension. A command without a handler does not compile, and a test holds this list against the
 * manifest.
 */
export const COMMANDS = [
  'dataverseWebhooks.addEnvironment',
  'dataverseWebhooks.removeEnvironment',
  'dataverseWebhooks.signIn',
  'dataverseWebhooks.signOut',
  'dataverseWebhooks.changeEnvironment',
  'dataverseWebhooks.exportEnvironments',
  'dataverseWebhooks.importEnvironments',
  'dataverseWebhooks.startSandbox',
  'dataverseWebhooks.stopSandbox',
  'dataverseWebhooks.triggerChange',
  'dataverseWebhooks.copyAddress',
  'dataverseWebhooks.refreshWebhooks',
  'dataverseWebhooks.loadMore',
  'dataverseWebhooks.findWebhooks',
  'dataverseWebhooks.filterWebhooks',
  'dataverseWebhooks.groupWebhooks',
  'dataverseWebhooks.clearFilter',
  'dataverseWebhooks.checkWebhooks',
  'dataverseWebhooks.copyQuery',
  'dataverseWebhooks.registerWebhook',
  'dataverseWebhooks.editWebhook',
  'dataverseWebhooks.rotateSecret',
  'dataverseWebhooks.duplicateWebhook',
  'dataverseWebhooks.deleteWebhook',
  'dataverseWebhooks.registerStep',
  'dataverseWebhooks.enableStep',
  'dataverseWebhooks.disableStep',
  'dataverseWebhooks.editStep',
  'dataverseWebhooks.duplicateStep',
  'dataverseWebhooks.moveStep',
  'dataverseWebhooks.enableAllSteps',
  'dataverseWebhooks.disableAllSteps',
  'dataverseWebhooks.deleteStep',
  'dataverseWebhooks.registerImage',
  'dataverseWebhooks.editImage',
  'dataverseWebhooks.deleteImage',
  'dataverseWebhooks.generateHandler',
  'dataverseWebhooks.generateTypes',
  'dataverseWebhooks.chooseSolutions',
  'dataverseWebhooks.undoLastChange',
  'dataverseWebhooks.sendTestDelivery',
  'dataverseWebhooks.sendDelivery',
  'dataverseWebhooks.copyRequest',
  'dataverseWebhooks.copyRequestWithSecret',
  'dataverseWebhooks.saveDelivery',
  'dataverseWebhooks.replayJob',
  'dataverseWebhooks.showFailedJobs',
  'dataverseWebhooks.newQuery',
  'dataverseWebhooks.runQuery',
  'dataverseWebhooks.translateQuery',
  'dataverseWebhooks.chooseQueryEnvironment',
  'dataverseWebhooks.refreshJobs',
  'dataverseWebhooks.watchJobs',
  'dataverseWebhooks.stopWatchingJobs',
  'dataverseWebhooks.exportJobs',
  'dataverseWebhooks.copyJobCell',
  'dataverseWebhooks.copyJobRow',
  'dataverseWebhooks.copyJobSelection',
  'dataverseWebhooks.copyId',
  'dataverseWebhooks.copyUrl',
  'dataverseWebhooks.startListening',
  'dataverseWebhooks.changeListening',
  'dataverseWebhooks.stopListening',
  'dataverseWebhooks.registerListener',
  'dataverseWebhooks.showDelivery',
  'dataverseWebhooks.replayDeliveries',
  'dataverseWebhooks.editDelivery',
  'dataverseWebhooks.compareDeliveries',
  'dataverseWebhooks.pinDeliveries',
  'dataverseWebhooks.unpinDeliveries',
  'dataverseWebhooks.exportDeliveries',
  'dataverseWebhooks.openDeliveries',
  'dataverseWebhooks.deleteDeliveries',
  'dataverseWebhooks.clearDeliveries',
  'dataverseWebhooks.findDeliveries',
  'dataverseWebhooks.filterDeliveries',
  'dataverseWebhooks.clearDeliveriesFilter',
  'dataverseWebhooks.loadMoreDeliveries',
  'dataverseWebhooks.showLog',
] as const;

export type CommandId = (typeof COMMANDS)[number];

/** The document a command was called on, from the title of its editor or from a lens. */
export type Resource = Uri;

/** What a command does to the nodes, or the document, it was called on; none when it comes from the palette. */
export type Handler = (
  nodes: readonly TreeNode[],
  resource: Resource | undefined,
  deliveryIds: readonly string[],
) => Promise<void>;

export type Handlers = Readonly<Record<CommandId, Handler>>;
