import * as vscode from 'vscode';
import { imageDifferences } from '../../presentation/flows/editConflict';
import { imageFlowContext } from '../../presentation/flows/flowContexts';
import {
  imageAnswers,
  imageStart,
  imageWizard,
  imageWrites,
  newImage,
  type ImageAnswers,
  type ImageFlowContext,
} from '../../presentation/flows/imageFlow';
import { goesOn, runFlow, type WritingFlow } from '../../presentation/flows/unfinishedFlows';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { differingImageMembers, mergeImage } from '../../webhooks/imageMerge';
import type { Image, NewImage, Step } from '../../webhooks/model';
import { undoChangeImage, undoRegisterImage } from '../../webhooks/undo';
import { changeImageWrites } from '../../webhooks/writes';
import type { Connection } from '../connections';
import { askConflict, flowHost, showRequest } from './flowParts';
import type { Services } from './services';
import { targetImage } from './targets';
import { afterChange } from './undoing';

/** *Edit Image…*: begins with the image as it is now, so that what others changed is not written back. */
export async function editImage(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { connection, step: known, image: shown } = await targetImage(services, nodes);
  const { profile, webhooks } = connection;
  if ((await goesOn(flowHost(services, connection), editKey(shown))) !== undefined) return;
  const undone = vscode.l10n.t('Could not load the step "{name}".', { name: known.name });
  const step = await services.report.need({ undone, environment: profile }, () =>
    services.tree.withProgress(() => webhooks.step(known.id, services.lifetime)),
  );
  const image = step.images.find(({ id }) => id === shown.id);
  if (image === undefined) {
    services.report.info(vscode.l10n.t('The image "{alias}" is not there any more.', { alias: shown.alias }));
    await services.tree.refreshBranch(profile.id, [step.webhookId]);
    return;
  }
  const context = imageContext(services, connection, step, image);
  await askAndWrite(services, connection, context, imageStart(context));
}

export function imageContext(
  services: Services,
  connection: Connection,
  step: Step,
  image: Image | undefined,
): ImageFlowContext {
  return imageFlowContext(connection, step, image, showRequest(services, connection));
}

/** @param start the answers of a run before whose image was refused, or those to begin with. */
export async function askAndWrite(
  services: Services,
  connection: Connection,
  context: ImageFlowContext,
  start: ImageAnswers,
): Promise<void> {
  const { step, image: before } = context;
  const flow: WritingFlow<ImageAnswers> = {
    key: before === undefined ? registrationKey(step) : editKey(before),
    wizard: imageWizard(context),
    act: (answers) => {
      const image = newImage(context, answers);
      if (image === undefined || imageWrites(context, answers).length === 0) return undefined;
      const { alias } = image;
      return {
        undone:
          before === undefined
            ? vscode.l10n.t('Could not register the image "{alias}".', { alias })
            : vscode.l10n.t('Could not change the image "{alias}".', { alias }),
        work: async () => {
          await services.tree.withProgress(() => write(services, connection, context, answers));
          await services.tree.refreshBranch(connection.profile.id, [step.webhookId]);
        },
      };
    },
  };
  await runFlow(flowHost(services, connection), flow, { id: crypto.randomUUID(), ...start });
}

/** Names the flow that registers an image of a step, for a start after one that failed. */
export function registrationKey({ id }: Pick<Step, 'id'>): string {
  return `registerImage ${id}`;
}

function editKey({ id }: Pick<Image, 'id'>): string {
  return `editImage ${id}`;
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
  await change(services, connection, { ...context, image: context.image }, image);
}

/** The context of an image that is changed. */
type EditContext = ImageFlowContext & { readonly image: Image };

/** Writes what is different, unless somebody else changed the image since it was read: then asks whose values count. */
async function change(
  services: Services,
  connection: Connection,
  context: EditContext,
  mine: NewImage,
): Promise<void> {
  const before = context.image;
  const step = await connection.webhooks.step(context.step.id, services.lifetime);
  const theirs = step.images.find(({ id }) => id === before.id);
  if (theirs === undefined || differingImageMembers(before, theirs).length === 0) {
    await writeChange(services, connection, before, mine);
    return;
  }
  const merged = mergeImage(before, mine, theirs);
  // The change is there: it was written before, and only the answer was lost.
  if (changeImageWrites(theirs, merged).length === 0) {
    tellChanged(services, connection, before, { ...merged, id: theirs.id });
    return;
  }
  const answer = await askConflict(services, connection, before.alias, {
    differences: imageDifferences(theirs, merged),
    changedByOther: imageDifferences(theirs, before),
  });
  const now = { ...context, step, image: theirs };
  if (answer === 'overwrite') await change(services, connection, now, merged);
  if (answer === 'change') await askAndWrite(services, connection, now, imageAnswers(now, merged));
}

async function writeChange(
  services: Services,
  connection: Connection,
  before: Image,
  mine: NewImage,
): Promise<void> {
  const { webhooks } = connection;
  const writes = changeImageWrites(before, mine);
  let { id } = before;
  if (writes.some((one) => one.method === 'POST')) id = await webhooks.register(writes, services.lifetime);
  else await webhooks.writeAll(writes, services.lifetime);
  tellChanged(services, connection, before, { ...mine, id });
}

function tellChanged(services: Services, connection: Connection, before: Image, now: Image): void {
  const { alias } = now;
  afterChange(services, connection, {
    done: vscode.l10n.t('The image "{alias}" was changed.', { alias }),
    what: vscode.l10n.t('change of the image "{alias}"', { alias }),
    undos: [undoChangeImage(before, now)],
  });
}
