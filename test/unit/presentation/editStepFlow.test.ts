import assert from 'node:assert/strict';
import {
  conflictWizard,
  stepDifferences,
  webhookDifferences,
} from '../../../src/presentation/flows/editConflict';
import { copiedImages, stepWizard } from '../../../src/presentation/flows/registerStep';
import { answersOf, newStep, type StepAnswers } from '../../../src/presentation/flows/stepAnswers';
import { requestText } from '../../../src/presentation/texts/requestText';
import type { NewStep } from '../../../src/webhooks/model';
import { mergeStep } from '../../../src/webhooks/stepMerge';
import {
  changedStepRow,
  changeWebhookWrite,
  registerWebhookWrite,
  stepWithImagesWrites,
  type Write,
} from '../../../src/webhooks/writes';
import { KEEP, pick, pickMany, type } from '../../fakes/scriptedUser';
import {
  WEBHOOK_ID,
  CREATE,
  SECRET,
  webhook,
  image,
  step,
  known,
  before,
  context,
  ask,
  edit,
} from './editRig';

describe('Edit Step', () => {
  it('lets a rank stay that could not be typed', async () => {
    const odd = { ...before, rank: 0 };
    const wizard = stepWizard(context, { kind: 'edit', step: { ...step, rank: 0 }, before: odd });
    const { state } = await ask(wizard, answersOf(context, odd), [
      pick('Execution Order'),
      KEEP,
      pick('Name'),
      type('Other'),
      pick('Save Changes'),
    ]);
    assert.deepEqual(changedStepRow(odd, newStep(context, state) ?? assert.fail()), { name: 'Other' });
  });

  it('leaves alone what other tools have written and means nothing: columns of Delete, a job of no job', () => {
    const odd: NewStep = {
      ...before,
      message: { id: CREATE, name: 'Delete' },
      mode: 'synchronous',
      deleteJobOnSuccess: true,
      filteringColumns: ['firstname'],
    };
    const answers = answersOf(context, odd);
    const after = (change: Partial<StepAnswers>): NewStep =>
      newStep(context, { ...answers, ...change }) ?? assert.fail();
    assert.deepEqual(changedStepRow(odd, after({})), {}, 'nothing is different yet');
    assert.deepEqual(changedStepRow(odd, after({ rank: 7 })), { rank: 7 });
    // As soon as it does mean something, what was chosen is written.
    const when = { mode: 'asynchronous', stage: 'postOperation' } as const;
    assert.equal(changedStepRow(odd, after({ when, deleteJobOnSuccess: false }))['asyncautodelete'], false);
    const sync = { mode: 'synchronous', stage: 'postOperation' } as const;
    const job = {
      ...before,
      mode: 'asynchronous',
      stage: 'postOperation',
      deleteJobOnSuccess: true,
    } as const;
    const noJob = newStep(context, { ...answersOf(context, job), when: sync }) ?? assert.fail();
    assert.equal(changedStepRow(job, noJob)['asyncautodelete'], false);
  });

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
    const conflict = { differences, changedByOther: stepDifferences(theirs, before) };
    for (const [label, answer] of [
      ['Overwrite with My Changes', 'overwrite'],
      ['Take Over the Other Values', 'takeOver'],
      ['Go Back to the Summary…', 'change'],
      ['Execution Order', 'change'],
    ] as const) {
      const { state, user } = await ask(conflictWizard('Orders', conflict), { answer: undefined }, [
        pick(label),
      ]);
      assert.equal(state.answer, answer);
      assert.match(user.screen, /now 5, yours 9/);
      assert.match(user.screen, /now theirs, before mine/);
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
