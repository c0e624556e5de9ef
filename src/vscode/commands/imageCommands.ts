import * as vscode from 'vscode';
import { imageStart } from '../../presentation/flows/imageFlow';
import { goesOn } from '../../presentation/flows/unfinishedFlows';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { imageTypesFor } from '../../webhooks/imageRules';
import type { Image, Step } from '../../webhooks/model';
import { undoDeleteImage } from '../../webhooks/undo';
import { isLocked } from '../../webhooks/webhookRules';
import { deleteImageWrite } from '../../webhooks/writes';
import { flowHost } from './flowParts';
import { askAndWrite, editImage, imageContext, registrationKey } from './imageChanges';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetImage, targetStep } from './targets';
import { afterChange } from './undoing';

type ImageCommands = Pick<
  Handlers,
  'dataverseWebhooks.registerImage' | 'dataverseWebhooks.editImage' | 'dataverseWebhooks.deleteImage'
>;

/** Commands about images. */
export function imageCommands(services: Services): ImageCommands {
  return {
    'dataverseWebhooks.registerImage': (nodes) => registerImage(services, nodes),
    'dataverseWebhooks.editImage': (nodes) => editImage(services, nodes),
    'dataverseWebhooks.deleteImage': (nodes) => deleteImage(services, nodes),
  };
}

/** True for a step that can have images. */
function takesImages(step: Step): boolean {
  return !isLocked(step) && imageTypesFor(step.message.name, step.stage).length > 0;
}

async function registerImage(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, step } = await targetStep(services, nodes, takesImages);
  if (!takesImages(step)) {
    services.report.info(
      vscode.l10n.t('Steps on {message} in this stage can have no images.', { message: step.message.name }),
    );
    return;
  }
  if ((await goesOn(flowHost(services, connection), registrationKey(step))) !== undefined) return;
  const context = imageContext(services, connection, step, undefined);
  await askAndWrite(services, connection, context, imageStart(context));
}

async function deleteImage(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, step, image } = await targetImage(services, nodes);
  const { profile, webhooks } = connection;
  const { alias } = image;
  const question = vscode.l10n.t('Delete the image "{alias}" of the step "{name}"?', {
    alias,
    name: step.name,
  });
  const detail = vscode.l10n.t('Deliveries of this step no longer carry it. It can be undone.');
  if (!(await services.report.confirm(question, detail, vscode.l10n.t('Delete Image')))) return;
  const undone = vscode.l10n.t('Could not delete the image "{alias}".', { alias });
  // As it is now, not as the tree has it: this is what an undo registers again.
  let fresh: Image | undefined;
  await services.report.attempt({ undone, environment: profile }, async () => {
    await services.states.whilePending(profile.id, [image.id], vscode.l10n.t('Deleting…'), async () => {
      const { images } = await webhooks.step(step.id, services.lifetime);
      const now = images.find(({ id }) => id === image.id);
      // Gone since a try before this one: it was carried out, and only the answer was lost.
      if (now === undefined && fresh !== undefined) return;
      fresh = now ?? image;
      await webhooks.write(deleteImageWrite(image.id), services.lifetime);
    });
    afterChange(services, connection, {
      done: vscode.l10n.t('The image "{alias}" was deleted.', { alias }),
      what: vscode.l10n.t('deletion of the image "{alias}"', { alias }),
      undos: [undoDeleteImage(fresh ?? image)],
    });
    await services.tree.refreshBranch(profile.id, [step.webhookId]);
  });
}
