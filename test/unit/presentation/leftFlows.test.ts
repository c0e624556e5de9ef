import assert from 'node:assert/strict';
import { CancelledError, isCancellation } from '../../../src/base/errors';
import { DataverseError } from '../../../src/dataverse/errors';
import {
  editWebhookStart,
  editWebhookWizard,
  rotateSecretStart,
  rotateSecretWizard,
  rotation,
  webhookChange,
} from '../../../src/presentation/flows/editWebhook';
import { imageStart, imageWizard, newImage } from '../../../src/presentation/flows/imageFlow';
import { registerStepWizard, stepWizard } from '../../../src/presentation/flows/registerStep';
import {
  newWebhook,
  registerWebhookStart,
  registerWebhookWizard,
} from '../../../src/presentation/flows/registerWebhook';
import { answersOf, newStep, newStepAnswers } from '../../../src/presentation/flows/stepAnswers';
import {
  goesOn,
  runFlow,
  UnfinishedFlows,
  type FlowHost,
  type WritingFlow,
} from '../../../src/presentation/flows/unfinishedFlows';
import { changeWebhookWrite, newWebhookRow } from '../../../src/webhooks/writes';
import type { Reviewed } from '../../../src/wizard/review';
import { BACK } from '../../../src/wizard/ui';
import type { Wizard } from '../../../src/wizard/wizard';
import { CANCEL, pick, pickMany, ScriptedUser, type, type Answer } from '../../fakes/scriptedUser';
import { before, context, image, known, SECRET, step, webhook } from './editRig';

/** A wizard, a way through its questions, and what is written for its answers. */
interface Case<S extends Reviewed> {
  readonly name: string;
  readonly wizard: Wizard<S>;
  readonly start: S;
  readonly way: readonly Answer[];
  /** The first row of the summary. */
  readonly accept: string;
  readonly written: (answers: S) => unknown;
}

const webhookContext = {
  environmentName: 'Test',
  environmentIsLocal: false,
  isNameTaken: () => Promise.resolve(false),
  showRequest: () => Promise.resolve(),
  solutions: () => Promise.resolve([{ uniqueName: 'orders', name: 'Order Integration', managed: false }]),
};

/** Starts of a flow one after the other, with a service that is there or away. */
class Starts<S extends Reviewed> {
  isAway = false;
  /** What was sent, whether it arrived or not. */
  readonly sent: unknown[] = [];
  user = new ScriptedUser([]);
  readonly #flow: WritingFlow<S>;
  readonly #start: S;
  readonly #host: FlowHost;

  constructor({ wizard, start, written }: Case<S>) {
    this.#start = start;
    this.#flow = {
      key: 'flow',
      wizard,
      act: (answers) => ({
        undone: 'Could not be written.',
        work: () => {
          this.sent.push(written(answers));
          return this.isAway ? Promise.reject(new DataverseError('network', 'away')) : Promise.resolve();
        },
      }),
    };
    const ui: FlowHost['ui'] = {
      input: (...asked) => this.user.input(...asked),
      pick: (...asked) => this.user.pick(...asked),
      pickMany: (...asked) => this.user.pickMany(...asked),
      search: (...asked) => this.user.search(...asked),
    };
    const unfinished = new UnfinishedFlows({
      onDidChange: () => ({ dispose: () => undefined }),
      find: () => assert.fail('nobody asks'),
    });
    const attempt: FlowHost['attempt'] = async (_, work) => {
      try {
        await work();
        return true;
      } catch (error) {
        assert.ok(!isCancellation(error));
        return false;
      }
    };
    this.#host = { ui, unfinished, environmentId: 'one', signal: new AbortController().signal, attempt };
  }

  get isKept(): boolean {
    return this.#host.unfinished.of('one', 'flow') !== undefined;
  }

  async begin(answers: readonly Answer[]): Promise<void> {
    this.user = new ScriptedUser(answers);
    const done = (await goesOn(this.#host, 'flow')) ?? (await runFlow(this.#host, this.#flow, this.#start));
    this.user.done();
    assert.equal(done, !this.isAway);
  }

  /** Begins, and leaves at the question behind these answers. */
  async leave(answers: readonly Answer[], where: string): Promise<void> {
    await assert.rejects(this.begin([...answers, CANCEL]), CancelledError, where);
    this.user.done();
    assert.equal(this.user.shown.length, answers.length + 1, where);
  }
}

const GO_ON = pick('Go On Where It Stopped');

function leftAnywhere<S extends Reviewed>(one: Case<S>): void {
  const { name, way, accept } = one;

  describe(name, () => {
    it('sends nothing and keeps nothing when it is left at any of its questions', async () => {
      const starts = new Starts(one);
      for (let at = 0; at <= way.length; at += 1) {
        await starts.leave(way.slice(0, at), `question ${at + 1}`);
        assert.deepEqual([starts.sent, starts.isKept], [[], false], `question ${at + 1}`);
      }
      await starts.begin([...way, pick(accept)]);
      assert.equal(starts.sent.length, 1);
    });

    it('keeps all answers after a failure, wherever it is left then', async () => {
      const starts = new Starts(one);
      starts.isAway = true;
      await starts.begin([...way, pick(accept)]);
      starts.isAway = false;
      await starts.leave([], 'the offer to go on');
      await starts.leave([GO_ON], 'the summary');
      const [first, ...rows] = starts.user.shown.at(-1)?.labels ?? [];
      assert.equal(first, accept);
      const settings = rows.filter((row) => row !== 'Show Request' && !row.startsWith(accept));
      assert.ok(settings.length > 0);
      for (const row of settings) {
        await starts.leave([GO_ON, pick(row)], row);
        // A row that only tells something leads to no question.
        if (starts.user.shown.at(-1)?.labels[0] === accept) continue;
        // It stopped in that setting, from where it goes back to the summary.
        await starts.leave([GO_ON, BACK], `the summary after ${row}`);
        assert.equal(starts.user.shown.at(-1)?.labels[0], accept, row);
      }
      assert.equal(starts.sent.length, 1);
      await starts.begin([GO_ON, pick(accept)]);
      assert.deepEqual(starts.sent[1], starts.sent[0]);
      assert.equal(starts.isKept, false);
      if (JSON.stringify(starts.sent).includes(SECRET))
        assert.ok(!starts.user.screen.includes(SECRET), 'the secret is on screen');
    });
  });
}

describe('Register WebHook', () => {
  const ways: Readonly<Record<string, readonly Answer[]>> = {
    'with a key': [pick('WebhookKey'), type(SECRET)],
    'with a header': [pick('HttpHeader'), type(SECRET)],
    'with a parameter': [pick('HttpQueryString'), type('code'), type(SECRET)],
    'with several headers': [
      pick('HttpHeader with Another Name…'),
      type('x-one'),
      type(SECRET),
      pick('Add Another Header…'),
      type('x-two'),
      type(SECRET),
    ],
  };
  for (const [name, auth] of Object.entries(ways))
    leftAnywhere({
      name,
      wizard: registerWebhookWizard(webhookContext),
      start: registerWebhookStart,
      way: [type('Orders'), type('https://hooks.example.com/orders'), ...auth],
      accept: 'Register WebHook',
      written: (answers) => newWebhookRow(known(newWebhook(answers))),
    });
  leftAnywhere({
    name: 'for a copy',
    wizard: registerWebhookWizard({ ...webhookContext, original: { name: 'Orders', stepCount: 2 } }),
    start: { ...registerWebhookStart, name: 'Orders copy', url: 'https://hooks.example.com/orders' },
    way: [type('Bills'), type('https://hooks.example.com/bills'), pick('WebhookKey'), type(SECRET)],
    accept: 'Register WebHook',
    written: (answers) => newWebhookRow(known(newWebhook(answers))),
  });
});

describe('A change of a webhook', () => {
  leftAnywhere({
    name: 'in Edit WebHook',
    wizard: editWebhookWizard(webhookContext, webhook),
    start: editWebhookStart(webhook),
    way: [pick('Name'), type('Bills'), pick('URL'), type('https://h.example.com/y')],
    accept: 'Save Changes',
    written: (answers) => changeWebhookWrite(webhook, webhookChange(answers)),
  });
  leftAnywhere({
    name: 'in Rotate Secret',
    wizard: rotateSecretWizard(webhookContext, webhook, false),
    start: rotateSecretStart(webhook, false),
    way: [pick('HttpHeader'), type(SECRET)],
    accept: 'Rotate Secret',
    written: (answers) => changeWebhookWrite(webhook, known(rotation(answers))),
  });
});

describe('The questions about a step', () => {
  const event: readonly Answer[] = [pick('Update'), pick('contact'), pickMany('firstname of contact')];
  leftAnywhere({
    name: 'in Register Step',
    wizard: registerStepWizard(context),
    start: newStepAnswers,
    way: [
      pick('Update'),
      pick('contact'),
      pickMany(),
      pick('Fire on Every Change'),
      pick('Name'),
      type('Mine'),
    ],
    accept: 'Register Step',
    written: (answers) => known(newStep(context, answers)),
  });
  for (const kind of ['edit', 'duplicate'] as const)
    leftAnywhere({
      name: kind === 'edit' ? 'in Edit Step' : 'in Duplicate Step',
      wizard: stepWizard(context, kind === 'edit' ? { kind, step, before } : { kind, step }),
      start: answersOf(context, before),
      way: [pick('Message'), ...event, pick('Run As'), BACK, pick('Name'), type('Mine')],
      accept: kind === 'edit' ? 'Save Changes' : 'Register Step',
      written: (answers) => known(newStep(context, answers)),
    });
});

describe('The questions about an image', () => {
  for (const changed of [undefined, image]) {
    const of = {
      step: { ...step, images: [] },
      image: changed,
      columns: context.columns,
      showRequest: () => Promise.resolve(),
    };
    const first: Answer = changed === undefined ? pick('Pre-image') : pick('Columns');
    const columns: readonly Answer[] = [pickMany(), pick('Send All Columns')];
    leftAnywhere({
      name: changed === undefined ? 'in Register Image' : 'in Edit Image',
      wizard: imageWizard(of),
      start: imageStart(of),
      way: [first, ...columns, pick('Alias'), type('Before')],
      accept: changed === undefined ? 'Register Image' : 'Save Changes',
      written: (answers) => known(newImage(of, answers)),
    });
  }
});
