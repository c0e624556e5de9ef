import assert from 'node:assert/strict';
import {
  chooseSolutionsStart,
  chooseSolutionsWizard,
  solutionChanges,
} from '../../../src/presentation/flows/chooseSolutions';
import {
  editWebhookStart,
  editWebhookWizard,
  rotateSecretStart,
  rotateSecretWizard,
  rotation,
  webhookChange,
} from '../../../src/presentation/flows/editWebhook';
import {
  imageStart,
  imageWizard,
  imageWrites,
  newImage,
  type ImageFlowContext,
} from '../../../src/presentation/flows/imageFlow';
import { changeWebhookWrite } from '../../../src/webhooks/writes';
import { KEEP, pick, pickMany, type, typeRefused, type Answer } from '../../fakes/scriptedUser';
import { WEBHOOK_ID, STEP_ID, CREATE, SECRET, webhook, image, step, known, context, ask } from './editRig';

describe('Edit WebHook and Rotate Secret', () => {
  const webhookContext = {
    environmentName: 'Test',
    environmentIsLocal: false,
    isNameTaken: (name: string) => Promise.resolve(name === 'Taken' || name === 'Orders'),
    showRequest: () => Promise.resolve(),
  };

  it('changes name, URL and description without asking for the secret', async () => {
    const { state, user } = await ask(editWebhookWizard(webhookContext, webhook), editWebhookStart(webhook), [
      pick('Name'),
      typeRefused('Taken', /already/),
      type('Orders'),
      pick('URL'),
      typeRefused('https://h.example.com:8443', /port 8443/),
      type('https://h.example.com/y'),
      pick('Description'),
      typeRefused('d'.repeat(2001), /at most 2000/),
      type('new'),
      pick('Show Request'),
      pick('Save Changes'),
    ]);
    assert.deepEqual(known(changeWebhookWrite(webhook, webhookChange(state))), {
      method: 'PATCH',
      path: `serviceendpoints(${WEBHOOK_ID})`,
      body: { url: 'https://h.example.com/y', description: 'new' },
      etag: 'W/"1"',
    });
    assert.ok(user.shown.every(({ password }) => !password));
    assert.ok(!user.shown[0]?.texts.join().includes('sig=1'), 'a key in the URL was shown in the summary');
  });

  it('asks for type and value anew and says that the old secret is lost, where it is', async () => {
    const start = rotateSecretStart(webhook, true);
    const answers: readonly Answer[] = [KEEP, type(SECRET), pick('Rotate Secret')];
    const { state, user } = await ask(rotateSecretWizard(webhookContext, webhook, false), start, answers);
    assert.equal(rotation(state)?.auth?.type, 'webhookKey');
    assert.deepEqual([state.keepSecret, user.screen.includes(SECRET)], [true, false]);
    assert.match(user.screen, /cannot be undone/);
    const undoable = await ask(rotateSecretWizard(webhookContext, webhook, true), start, answers);
    assert.match(undoable.user.screen, /Undo brings back the old one/);
    assert.doesNotMatch(undoable.user.screen, /cannot be undone/);
  });
});

describe('Register Image and Edit Image', () => {
  function imageContext(more: Partial<ImageFlowContext> = {}): ImageFlowContext {
    return {
      step: { ...step, images: [] },
      image: undefined,
      columns: context.columns,
      showRequest: () => Promise.resolve(),
      ...more,
    };
  }

  it('asks for type and columns, and suggests an alias that is not taken', async () => {
    const of = imageContext({ step });
    const { state, user } = await ask(imageWizard(of), imageStart(of), [
      pick('Pre-image'),
      pickMany('lastname of contact'),
      pick('Alias'),
      typeRefused('PreImage', /alias of another image/),
      typeRefused('Pre Image', /without blanks/),
      KEEP,
      pick('Register Image'),
    ]);
    assert.deepEqual(known(newImage(of, state)), {
      stepId: STEP_ID,
      name: 'PreImage2',
      alias: 'PreImage2',
      type: 'pre',
      messageProperty: 'Target',
      columns: ['lastname'],
    });
    assert.deepEqual(user.shown[0]?.labels, ['Pre-image', 'Post-image', 'Pre-image and post-image']);
  });

  it('does not ask for a type where there is one, and asks before all columns are sent', async () => {
    const of = imageContext({ step: { ...step, images: [], message: { id: CREATE, name: 'Create' } } });
    const { state } = await ask(imageWizard(of), imageStart(of), [
      pickMany(),
      pick('Choose Columns'),
      pickMany(),
      pick('Send All Columns'),
      pick('Register Image'),
    ]);
    const made = known(newImage(of, state));
    assert.deepEqual(
      [made.type, made.alias, made.messageProperty, made.columns],
      ['post', 'PostImage', 'Id', []],
    );
    const any = imageContext({ step: { ...step, images: [], table: undefined } });
    const { user } = await ask(imageWizard(any), imageStart(any), [
      pick('Post-image'),
      pick('Register Image'),
    ]);
    assert.equal(user.shown.length, 2);
  });

  it('goes back to the columns while they are more than an image keeps', async () => {
    const long = Array.from({ length: 1000 }, (_, at) => `new_${'x'.repeat(95)}${at}`);
    const of = imageContext({
      step: { ...step, images: [] },
      columns: () => Promise.resolve(long.map((name) => ({ name, label: name, type: 'String' }))),
    });
    const { state, user } = await ask(imageWizard(of), imageStart(of), [
      pick('Pre-image'),
      pickMany(...long),
      pick('Choose Columns'),
      pickMany(...long.slice(0, 2)),
      pick('Register Image'),
    ]);
    assert.equal(state.columns.length, 2);
    assert.match(user.screen, /1000 columns are too many to be kept/);
  });

  it('tells of a change that needs the image to be registered anew', async () => {
    const of = imageContext({ step, image });
    const { state, user } = await ask(imageWizard(of), imageStart(of), [
      pick('Alias'),
      type('Before'),
      pick('Type'),
      pick('Post-image'),
      pick('Save Changes'),
    ]);
    assert.deepEqual(
      imageWrites(of, state).map(({ method }) => method),
      ['DELETE', 'POST'],
    );
    assert.match(user.shown.at(-1)?.texts.join() ?? '', /deleted and registered again/);
    assert.doesNotMatch(user.shown[2]?.texts.join() ?? '', /deleted and registered again/);
  });
});

describe('Choose Solutions', () => {
  const solution = (uniqueName: string, managed = false) => ({
    uniqueName,
    name: uniqueName.toUpperCase(),
    managed,
  });

  it('ticks those that hold it now and gives what the ticks change', async () => {
    const wizard = chooseSolutionsWizard({
      name: 'Orders',
      solutions: () => Promise.resolve([solution('a'), solution('b'), solution('c')]),
      holding: () => Promise.resolve([solution('a'), solution('m', true)]),
    });
    const { state, user } = await ask(wizard, chooseSolutionsStart, [pickMany('B', 'C')]);
    assert.deepEqual(user.shown[0]?.ticked, ['A']);
    assert.match(user.screen, /came with the managed solution M/);
    assert.deepEqual(solutionChanges(state), { add: ['b', 'c'], remove: ['a'] });
    const same = await ask(wizard, chooseSolutionsStart, [KEEP]);
    assert.deepEqual(solutionChanges(same.state), { add: [], remove: [] });
    assert.deepEqual(solutionChanges(chooseSolutionsStart), { add: [], remove: [] });
  });
});
