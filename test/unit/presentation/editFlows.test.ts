import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import {
  chooseSolutionsStart,
  chooseSolutionsWizard,
  solutionChanges,
} from '../../../src/presentation/flows/chooseSolutions';
import {
  conflictWizard,
  stepDifferences,
  webhookDifferences,
} from '../../../src/presentation/flows/editConflict';
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
import { copiedImages, stepWizard } from '../../../src/presentation/flows/registerStep';
import { answersOf, newStep, type StepFlowContext } from '../../../src/presentation/flows/stepAnswers';
import { requestText } from '../../../src/presentation/texts/requestText';
import type { Image, NewStep, Step, Webhook } from '../../../src/webhooks/model';
import { mergeStep } from '../../../src/webhooks/stepMerge';
import {
  changedStepRow,
  changeWebhookWrite,
  registerWebhookWrite,
  settingsOf,
  stepWithImagesWrites,
  type Write,
} from '../../../src/webhooks/writes';
import { BACK } from '../../../src/wizard/ui';
import { runWizard, type Wizard } from '../../../src/wizard/wizard';
import {
  CANCEL,
  KEEP,
  pick,
  pickMany,
  ScriptedUser,
  type,
  typeRefused,
  type Answer,
} from '../../fakes/scriptedUser';

const WEBHOOK_ID = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';
const STEP_ID = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';
const UPDATE = '20bebb1b-ea3e-db11-86a7-000a3a5473e8';
const CREATE = '9ebdbb1b-ea3e-db11-86a7-000a3a5473e8';
const CONTACT = '77c2bb1b-ea3e-db11-86a7-000a3a5473e8';
const ACCOUNT = 'c2c5bb1b-ea3e-db11-86a7-000a3a5473e8';
const IMAGE_ID = '2e6f0a11-0e2d-ef11-8e4f-000d3a3b1a01';
const SECRET = 's3cr3t-v4lue';

const webhook: Webhook = {
  id: WEBHOOK_ID,
  name: 'Orders',
  url: 'https://h.example.com/x?sig=1',
  description: '',
  authType: 'webhookKey',
  hasSecret: true,
  managed: false,
  customizable: true,
  modifiedOn: undefined,
  etag: 'W/"1"',
};

const image: Image = {
  id: IMAGE_ID,
  stepId: STEP_ID,
  name: 'PreImage',
  alias: 'PreImage',
  type: 'pre',
  messageProperty: 'Target',
  columns: ['firstname'],
};

const step: Step = {
  id: STEP_ID,
  webhookId: WEBHOOK_ID,
  name: 'Orders: Update of contact',
  description: 'mine',
  message: { id: UPDATE, name: 'Update' },
  filterId: CONTACT,
  table: 'contact',
  secondaryTable: undefined,
  stage: 'postOperation',
  mode: 'asynchronous',
  rank: 1,
  filteringColumns: ['firstname'],
  deleteJobOnSuccess: true,
  enabled: true,
  deployment: 'server',
  runAsUserId: undefined,
  runAsUserName: undefined,
  managed: false,
  customizable: true,
  modifiedOn: undefined,
  etag: 'W/"7"',
  images: [image],
};

function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

const before: NewStep = known(settingsOf(step));

const context: StepFlowContext = {
  webhook: { id: WEBHOOK_ID, name: 'Orders' },
  messages: () =>
    Promise.resolve([
      { id: UPDATE, name: 'Update' },
      { id: CREATE, name: 'Create' },
    ]),
  filters: (message) =>
    Promise.resolve([
      { id: message === UPDATE ? CONTACT : ACCOUNT, table: 'contact', secondaryTable: undefined },
      { id: message === UPDATE ? ACCOUNT : CONTACT, table: 'account', secondaryTable: undefined },
    ]),
  columns: (table) =>
    Promise.resolve(
      ['firstname', 'lastname'].map((name) => ({ name, label: `${name} of ${table}`, type: 'String' })),
    ),
  users: () => Promise.resolve([]),
  solutions: () => Promise.resolve([]),
  showRequest: () => Promise.resolve(),
};

async function ask<S>(
  wizard: Wizard<S>,
  start: S,
  answers: readonly Answer[],
): Promise<{ state: S; user: ScriptedUser }> {
  const user = new ScriptedUser(answers);
  const state = await runWizard(wizard, user, start, new AbortController().signal);
  user.done();
  return { state, user };
}

async function edit(answers: readonly Answer[]): Promise<{ after: NewStep; user: ScriptedUser }> {
  const wizard = stepWizard(context, { kind: 'edit', step, before });
  const { state, user } = await ask(wizard, answersOf(context, before), answers);
  return { after: known(newStep(context, state)), user };
}

/** Leaves at every question of a way through a flow. */
async function leavesEverywhere<S>(wizard: Wizard<S>, start: S, way: readonly Answer[]): Promise<void> {
  for (let at = 0; at <= way.length; at += 1)
    await assert.rejects(
      ask(wizard, start, [...way.slice(0, at), CANCEL]),
      CancelledError,
      `question ${at + 1}`,
    );
}

describe('Edit Step', () => {
  it('begins with the step as it is, says that nothing is different, and changes one setting', async () => {
    const { after, user } = await edit([pick('Execution Order'), type('5'), pick('Save Changes')]);
    assert.deepEqual(after, { ...before, rank: 5 });
    assert.deepEqual(changedStepRow(before, after), { rank: 5 });
    assert.deepEqual(
      user.shown.map(({ place }) => `${place.number}/${place.total}`),
      ['1/1', '2/3', '3/3'],
    );
    assert.deepEqual(user.questions.slice(0, 1), ['Nothing is different yet']);
    assert.deepEqual(user.shown[0]?.labels, [
      'Save Changes',
      'Message',
      'Table',
      'Filtering Attributes',
      'Name',
      'Description',
      'When It Runs',
      'Execution Order',
      'Delete the Job When It Succeeds',
      'Run As',
      'Deployment',
    ]);
    assert.ok(user.shown[2]?.labels.includes('Show Request'));
  });

  it('asks for table and columns again when the message changes; the suggested name follows, the written description stays', async () => {
    const { after } = await edit([
      pick('Message'),
      pick('Create'),
      pick('account'),
      pickMany('lastname of account'),
      pick('Save Changes'),
    ]);
    assert.deepEqual(
      [after.message.name, after.filter?.table, after.filteringColumns, after.name, after.description],
      ['Create', 'account', ['lastname'], 'Orders: Create of account', 'mine'],
    );
  });

  it('loads the tables of the message it has, and asks before every change fires', async () => {
    const { after } = await edit([
      pick('Table'),
      KEEP,
      KEEP,
      pick('Filtering Attributes'),
      pickMany(),
      pick('Fire on Every Change'),
      pick('When It Runs'),
      pick('PreValidation, Synchronous'),
      pick('Save Changes'),
    ]);
    assert.deepEqual(changedStepRow(before, after), {
      stage: 10,
      mode: 0,
      asyncautodelete: false,
      filteringattributes: null,
    });
  });

  it('writes nothing when the user leaves, wherever', async () => {
    await leavesEverywhere(stepWizard(context, { kind: 'edit', step, before }), answersOf(context, before), [
      pick('Message'),
      pick('Update'),
      pick('contact'),
      pickMany(),
      pick('Fire on Every Change'),
      pick('Run As'),
      BACK,
      pick('Description'),
    ]);
  });
});

describe('Duplicate Step', () => {
  it('offers everything of the original, its images too, as long as they fit', async () => {
    const wizard = stepWizard(context, { kind: 'duplicate', step });
    const { state, user } = await ask(wizard, answersOf(context, before), [
      pick('Images'),
      pick('Register Step'),
    ]);
    const copy = known(newStep(context, state));
    assert.deepEqual(copy, before);
    assert.ok(user.screen.includes('1 of 1 are copied'));
    assert.deepEqual(copiedImages(step, copy), [image]);
    assert.deepEqual(copiedImages(step, { ...copy, message: { id: CREATE, name: 'Create' } }), []);
    assert.deepEqual(
      copiedImages({ ...step, images: [{ ...image, type: 'post' }] }, { ...copy, stage: 'preOperation' }),
      [],
    );
  });
});

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

  it('asks for type and value anew and says that the old secret is lost', async () => {
    const start = rotateSecretStart(webhook, true);
    const { state, user } = await ask(rotateSecretWizard(webhookContext, webhook), start, [
      KEEP,
      type(SECRET),
      pick('Rotate Secret'),
    ]);
    assert.equal(rotation(state)?.auth?.type, 'webhookKey');
    assert.deepEqual([state.keepSecret, user.screen.includes(SECRET)], [true, false]);
    assert.match(user.screen, /cannot be undone/);
    await leavesEverywhere(rotateSecretWizard(webhookContext, webhook), start, [
      pick('HttpHeader'),
      type(SECRET),
      pick('Keep the Secret on This Machine'),
    ]);
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
    await leavesEverywhere(imageWizard(of), imageStart(of), [
      pick('Columns'),
      pickMany(),
      pick('Send All Columns'),
      pick('Name'),
    ]);
  });
});

describe('A change that somebody else was faster with', () => {
  const mine: NewStep = { ...before, rank: 9, name: 'Mine' };
  const theirs: NewStep = { ...before, rank: 5, description: 'theirs' };

  it('keeps what the other person changed where it is not changed here', () => {
    assert.deepEqual(mergeStep(before, mine, theirs), { ...theirs, rank: 9, name: 'Mine' });
    assert.deepEqual(mergeStep(before, { ...before, filter: undefined }, theirs), {
      ...theirs,
      filter: undefined,
    });
    assert.deepEqual(changedStepRow(theirs, mergeStep(before, mine, theirs)), { name: 'Mine', rank: 9 });
  });

  it('is told with both values, and answered in three ways', async () => {
    const differences = stepDifferences(theirs, mergeStep(before, mine, theirs));
    for (const [label, answer] of [
      ['Overwrite with My Changes', 'overwrite'],
      ['Take Over the Other Values', 'takeOver'],
      ['Change My Answers…', 'change'],
      ['Execution Order', 'change'],
    ] as const) {
      const { state, user } = await ask(conflictWizard('Orders', differences), { answer: undefined }, [
        pick(label),
      ]);
      assert.equal(state.answer, answer);
      assert.match(user.screen, /now 5, yours 9/);
    }
  });

  it('is told of a webhook without the keys in its URL', () => {
    const differences = webhookDifferences(
      { ...webhook, name: 'Theirs' },
      { url: 'https://h.example.com/x?sig=2', name: 'Mine' },
    );
    assert.deepEqual(
      differences.map(({ label, theirs: now, mine: own }) => [label, now, own]),
      [['Name', 'Theirs', 'Mine']],
    );
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

describe('A request as text', () => {
  const text = (writes: readonly Write[]): string => requestText('https://contoso.crm.dynamics.com', writes);

  it('is the call that is sent, with its headers, the secret masked', async () => {
    const { Secret } = await import('../../../src/base/secret');
    const auth = { type: 'httpHeader', pairs: [{ name: 'x', value: new Secret(SECRET) }] } as const;
    const shown = text([
      registerWebhookWrite({
        name: 'n',
        url: `https://h.example.com/?code=${SECRET}`,
        auth,
        solution: 'orders',
      }),
    ]);
    assert.ok(!shown.includes(SECRET));
    assert.ok(
      shown.startsWith('POST https://contoso.crm.dynamics.com/api/data/v9.2/serviceendpoints HTTP/1.1\n'),
    );
    for (const part of [
      'MSCRM.SolutionUniqueName: orders',
      'Authorization: Bearer •••',
      '"authvalue": "•••"',
      '"authtype": 5',
      '?code=•••',
    ])
      assert.ok(shown.includes(part), `${part}\n${shown}`);
  });

  it('names the version that a change is about, and shows several writes as one change set', () => {
    const write = known(changeWebhookWrite(webhook, { name: 'x' }));
    assert.match(text([write]), /If-Match: W\/"1"\n[^]*"name": "x"/);
    const batch = text(stepWithImagesWrites(before, [image]));
    assert.match(batch, /^POST [^\n]*\/\$batch HTTP\/1\.1\n/);
    assert.match(batch, /Content-ID: 2\n\nPOST [^\n]*sdkmessageprocessingstepimages HTTP\/1\.1/);
    assert.match(batch, /"sdkmessageprocessingstepid@odata\.bind":"\$1"/);
    assert.match(text([{ method: 'DELETE', path: `serviceendpoints(${WEBHOOK_ID})` }]), /^DELETE [^]*\n\n$/);
  });
});
