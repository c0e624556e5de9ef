import * as vscode from 'vscode';
import {
  imageStart,
  imageWizard,
  imageWrites,
  newImage,
  type ImageAnswers,
  type ImageFlowContext,
} from '../../presentation/flows/imageFlow';
import { imageFlowContext } from '../../presentation/flows/flowContexts';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { imageTypesFor } from '../../webhooks/imageRules';
import type { Image, Step } from '../../webhooks/model';
import { undoChangeImage, undoDeleteImage, undoRegisterImage } from '../../webhooks/undo';
import { isLocked } from '../../webhooks/webhookRules';
import { deleteImageWrite } from '../../webhooks/writes';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import { showRequest } from './flowParts';
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

/** *Edit Image…*: begins with the image as it is now, so that what others changed is not written back. */
async function editImage(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, step: known, image: shown } = await targetImage(services, nodes);
  const { profile, webhooks } = connection;
  const undone = vscode.l10n.t('Could not load the step.');
  const step = await services.report.attempt({ undone, environment: profile }, () =>
    services.tree.withProgress(() => webhooks.step(known.id, services.lifetime)),
  );
  if (step === undefined) return;
  const image = step.images.find(({ id }) => id === shown.id);
  if (image === undefined) {
    services.report.info(vscode.l10n.t('The image "{alias}" is not there any more.', { alias: shown.alias }));
    await services.tree.refreshBranch(profile.id, [step.webhookId]);
    return;
  }
  const context = imageContext(services, connection, step, image);
  await askAndWrite(services, connection, context, imageStart(context));
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
  const context = imageContext(services, connection, step, undefined);
  await askAndWrite(services, connection, context, imageStart(context));
}

function imageContext(
  services: Services,
  connection: Connection,
  step: Step,
  image: Image | undefined,
): ImageFlowContext {
  return imageFlowContext(connection, step, image, showRequest(services, connection));
}

/** @param start the answers of a run before whose image was refused, or those to begin with. */
async function askAndWrite(
  services: Services,
  connection: Connection,
  context: ImageFlowContext,
  start: ImageAnswers,
): Promise<void> {
  const { profile } = connection;
  const answers = await runWizard(
    imageWizard(context),
    quickInputUi(profile.name),
    { id: crypto.randomUUID(), ...start },
    services.lifetime,
  );
  const image = newImage(context, answers);
  if (image === undefined || imageWrites(context, answers).length === 0) return;
  const undone =
    context.image === undefined
      ? vscode.l10n.t('Could not register the image "{alias}".', { alias: image.alias })
      : vscode.l10n.t('Could not change the image "{alias}".', { alias: image.alias });
  const changeAnswers = (): void =>
    void services.report.attempt({ undone, environment: profile }, () =>
      askAndWrite(services, connection, context, { ...answers, edits: [] }),
    );
  await services.report.attempt({ undone, environment: profile, changeAnswers }, async () => {
    await services.tree.withProgress(() => write(services, connection, context, answers));
    await services.tree.refreshBranch(profile.id, [context.step.webhookId]);
  });
}

async function write(
  services: Services,
  connection: Connection,
  context: ImageFlowContext,
  answers: ImageAnswers,
): Promise<void> {
  const { webhooks } = connection;
  const image = newImage(context, answers);
  if (image === undefined) return;
  const { alias } = image;
  if (context.image === undefined) {
    const id = await webhooks.registerImage(image, context.step.message.name, services.lifetime);
    afterChange(services, connection, {
      done: vscode.l10n.t('The image "{alias}" was registered.', { alias }),
      what: vscode.l10n.t('registration of the image "{alias}"', { alias }),
      undos: [undoRegisterImage(id)],
    });
    return;
  }
  const writes = imageWrites(context, answers);
  let { id } = context.image;
  if (writes.some((one) => one.method === 'POST')) id = await webhooks.register(writes, services.lifetime);
  else await webhooks.writeAll(writes, services.lifetime);
  afterChange(services, connection, {
    done: vscode.l10n.t('The image "{alias}" was changed.', { alias }),
    what: vscode.l10n.t('change of the image "{alias}"', { alias }),
    undos: [undoChangeImage(context.image, { ...image, id })],
  });
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
