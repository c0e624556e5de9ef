import assert from 'node:assert/strict';
import { DataverseError } from '../../src/dataverse/errors';
import type { WebApi } from '../../src/dataverse/webApi';
import { imageProperties, imageTypesFor } from '../../src/webhooks/imageRules';
import type { Image, NewImage, Step } from '../../src/webhooks/model';
import { SolutionService } from '../../src/webhooks/solutionService';
import { undoChangeImage, undoDeleteImage, undoDeleteStep } from '../../src/webhooks/undo';
import { WebhookService } from '../../src/webhooks/webhookService';
import {
  changeImageWrites,
  deleteImageWrite,
  stepWithImagesWrites,
  type Write,
} from '../../src/webhooks/writes';
import { usePair } from './pair';
import { known, never, Registrations } from './writesSetup';

describe('Writes of images, against the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: true, webhooks: 0, steps: 0, jobs: 0 } } });
  const registered = new Registrations(pair);
  const service = () => registered.service();

  it('registers a deleted step again with its id, images and state', async () => {
    const { id } = await registered.webhook('Deleted');
    const made = await registered.step(await registered.settings(id, 'Update', 'contact'));
    await service().registerImage(image(made, 'pre', 'Pre'), 'Update', never);
    await service().registerImage(image(made, 'both', 'Image', []), 'Update', never);
    await service().setStepEnabled(made.id, false, never);
    const row = await registered.fullRow('sdkmessageprocessingsteps', made.id);
    const fresh = await service().step(made.id, never);
    assert.equal(fresh.images.length, 2);
    await service().deleteStep(made.id, never);
    await assert.rejects(service().step(made.id, never), (error) => DataverseError.is(error, 'notFound'));
    for (const undo of undoDeleteStep(fresh, [])) await service().undo(undo, never);
    const again = await service().step(made.id, never);
    assert.deepEqual(again.images, fresh.images);
    assert.deepEqual(await registered.fullRow('sdkmessageprocessingsteps', made.id), row);
  });

  it('puts a deleted step into its unmanaged solutions again, however often that is tried', async () => {
    const { id } = await registered.webhook('Held');
    const made = await registered.step(await registered.settings(id, 'Update', 'contact'));
    const solutions = new SolutionService(pair.api);
    const component = { kind: 'step', id: made.id } as const;
    const [first] = await solutions.solutions(never);
    await solutions.add(component, known(first).uniqueName, never);
    const holding = await solutions.holding(component, never);
    assert.equal(holding.length, 1);
    const managed = { uniqueName: 'theirs', name: 'Theirs', managed: true };
    const undos = undoDeleteStep(await service().step(made.id, never), [...holding, managed]);
    await service().deleteStep(made.id, never);
    assert.deepEqual(await solutions.holding(component, never), []);
    for (const undo of undos) await service().undo(undo, never);
    assert.deepEqual(await solutions.holding(component, never), holding);
    await service().undo(known(undos.at(-1)), never);
    assert.deepEqual(await solutions.holding(component, never), holding);
  });

  function image(
    of: Step,
    type: Image['type'],
    alias: string,
    columns: readonly string[] = ['firstname'],
  ): NewImage {
    const [messageProperty = ''] = imageProperties(of.message.name);
    return { stepId: of.id, name: alias, alias, type, messageProperty, columns };
  }

  it('allows and refuses images as the rules say, for every message of them', async () => {
    const { id } = await registered.webhook('Images');
    for (const message of ['Create', 'Update', 'Delete', 'Assign', 'Retrieve']) {
      for (const stage of ['preOperation', 'postOperation'] as const) {
        const made = await registered.step(
          await registered.settings(id, message, 'contact', {
            stage,
            mode: 'synchronous',
            deleteJobOnSuccess: false,
          }),
        );
        for (const type of ['pre', 'post', 'both'] as const) {
          const allowed = imageTypesFor(message, stage).includes(type);
          const property = imageProperties(message)[0] ?? 'Target';
          const wanted = { ...image(made, type, `a${type}`), messageProperty: property };
          const result = await service()
            .registerImage(wanted, message, never)
            .then(() => true)
            .catch(() => false);
          assert.equal(result, allowed, `${message} ${stage} ${type}`);
        }
      }
    }
  });

  it('is told what the sandbox cannot do, rather than getting a step whose image never comes', async () => {
    const { id } = await registered.webhook('Many rows');
    const made = await registered.step(
      await registered.settings(id, 'UpdateMultiple', 'contact', { stage: 'postOperation' }),
    );
    const wanted = { ...image(made, 'pre', 'before'), messageProperty: 'Targets' };
    await assert.rejects(service().registerImage(wanted, 'UpdateMultiple', never), {
      reason: 'unsupported',
      status: 501,
    });
  });

  it('tries the other property of Create when the first is refused', async () => {
    const { id } = await registered.webhook('Create property');
    const made = await registered.step(await registered.settings(id, 'Create', 'contact'));
    const sent: string[] = [];
    const picky = new WebhookService({
      ...delegated(),
      create: (set, body, options) => {
        sent.push(String(body['messagepropertyname']));
        if (body['messagepropertyname'] === 'Id')
          return Promise.reject(new DataverseError('invalid', 'no', { code: -2147204757 }));
        return pair.api.create(set, body, options);
      },
    });
    await picky.registerImage(image(made, 'post', 'PostImage'), 'Create', never);
    assert.deepEqual(sent, ['Id', 'Target']);
    assert.equal((await service().step(made.id, never)).images[0]?.messageProperty, 'Target');
  });

  function delegated(): WebApi {
    const { api } = pair;
    return {
      get: (...given) => api.get(...given),
      pages: (...given) => api.pages(...given),
      fetchPages: (...given) => api.fetchPages(...given),
      create: (...given) => api.create(...given),
      update: (...given) => api.update(...given),
      remove: (...given) => api.remove(...given),
      associate: (...given) => api.associate(...given),
      disassociate: (...given) => api.disassociate(...given),
      action: (...given) => api.action(...given),
      batch: (...given) => api.batch(...given),
    };
  }

  it('changes alias and columns of an image in place, its type by registering anew, and undoes both', async () => {
    const { id } = await registered.webhook('Image changes');
    const made = await registered.step(await registered.settings(id, 'Update', 'contact'));
    const imageId = await service().registerImage(image(made, 'pre', 'Pre'), 'Update', never);
    const before = known((await service().step(made.id, never)).images[0]);
    const { id: _id, ...bare } = before;
    const patched = { ...bare, alias: 'Before', columns: [] };
    const writes = changeImageWrites(before, patched);
    assert.deepEqual(
      writes.map((write) => write.method),
      ['PATCH'],
    );
    await service().writeAll(writes, never);
    assert.deepEqual((await service().step(made.id, never)).images, [{ ...patched, id: imageId }]);
    await service().undo(known(undoChangeImage(before, { ...patched, id: imageId })), never);
    assert.deepEqual((await service().step(made.id, never)).images, [before]);

    const replaced = { ...bare, type: 'post' as const };
    const anew = changeImageWrites(before, replaced);
    assert.deepEqual(
      anew.map((write) => write.method),
      ['DELETE', 'POST'],
    );
    const written = await service().writeAll(anew, never);
    const newId = known(written.findLast((one) => one.id !== undefined)?.id);
    assert.deepEqual((await service().step(made.id, never)).images, [{ ...replaced, id: newId }]);
    await service().undo(known(undoChangeImage(before, { ...replaced, id: newId })), never);
    assert.deepEqual((await service().step(made.id, never)).images, [before]);

    await service().write(deleteImageWrite(before.id), never);
    await service().undo(undoDeleteImage(before), never);
    assert.deepEqual((await service().step(made.id, never)).images, [before]);
    assert.deepEqual(changeImageWrites(before, bare), []);
  });

  it('leaves an image as it was when registering it anew is refused', async () => {
    const { id } = await registered.webhook('Image refused');
    const made = await registered.step(
      await registered.settings(id, 'Update', 'contact', {
        stage: 'preOperation',
        mode: 'synchronous',
        deleteJobOnSuccess: false,
      }),
    );
    await service().registerImage(image(made, 'pre', 'Pre'), 'Update', never);
    const before = known((await service().step(made.id, never)).images[0]);
    const { id: _id, ...bare } = before;
    await assert.rejects(
      service().writeAll(changeImageWrites(before, { ...bare, type: 'post' }), never),
      (error) => DataverseError.is(error, 'invalid') && error.hexCode === '0x8004416E',
    );
    assert.deepEqual((await service().step(made.id, never)).images, [before]);
  });

  it('copies a step with its images, or nothing of it', async () => {
    const { id } = await registered.webhook('Copy');
    const of = await registered.settings(id, 'Update', 'contact');
    const made = await registered.step(of);
    await service().registerImage(image(made, 'post', 'Post'), 'Update', never);
    const { images } = await service().step(made.id, never);
    const [copy] = await service().writeAll(stepWithImagesWrites({ ...of, name: 'Copy' }, images), never);
    const copied = await service().step(known(copy?.id), never);
    assert.deepEqual(
      copied.images.map(({ alias, type, columns, stepId }) => [alias, type, columns, stepId]),
      [['Post', 'post', ['firstname'], known(copy?.id)]],
    );
    const bad: readonly Write[] = stepWithImagesWrites(
      { ...of, name: 'Bad', stage: 'preOperation', mode: 'synchronous' },
      images,
    );
    await assert.rejects(service().writeAll(bad, never));
    assert.deepEqual((await service().stepsOf(id, never)).map(({ name }) => name).sort(), [
      'Copy',
      'Update of contact',
    ]);
  });
});
