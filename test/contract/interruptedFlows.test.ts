import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/clock';
import { DataverseError } from '../../src/dataverse/errors';
import { createMetadata } from '../../src/dataverse/metadata';
import type { Row } from '../../src/dataverse/webApi';
import {
  chooseSolutionsStart,
  chooseSolutionsWizard,
  solutionChanges,
} from '../../src/presentation/flows/chooseSolutions';
import { editWebhookStart, editWebhookWizard, webhookChange } from '../../src/presentation/flows/editWebhook';
import {
  imageFlowContext,
  stepFlowContext,
  type FlowSources,
} from '../../src/presentation/flows/flowContexts';
import { imageStart, imageWizard, newImage } from '../../src/presentation/flows/imageFlow';
import {
  newWebhook,
  registerWebhookStart,
  registerWebhookWizard,
  type WebhookFlowContext,
} from '../../src/presentation/flows/registerWebhook';
import { registerStepWizard, stepWizard } from '../../src/presentation/flows/registerStep';
import { answersOf, newStep, newStepAnswers } from '../../src/presentation/flows/stepAnswers';
import type { Step, Webhook } from '../../src/webhooks/model';
import { SolutionService } from '../../src/webhooks/solutionService';
import { WebhookService } from '../../src/webhooks/webhookService';
import { changeStepWrite, changeWebhookWrite, settingsOf } from '../../src/webhooks/writes';
import { runWizard, type Wizard } from '../../src/wizard/wizard';
import { startFaultyRelay, type Fate, type FaultyRelay } from '../fakes/faultyRelay';
import { pick, pickMany, ScriptedUser, search, type, type Answer } from '../fakes/scriptedUser';
import { usePair } from './pair';
import { known, never, Registrations } from './writesSetup';

/** As often as the client tries a question by itself before it tells the user. */
const PATIENCE = 4;

/** A flow with its answers, what it writes, and how to see what came of it. */
interface Story {
  readonly name: string;
  readonly run: (through: Through, user: ScriptedUser) => Promise<void>;
  readonly answers: readonly Answer[];
}

/** The services of one window, through the relay. */
interface Through extends FlowSources {
  readonly webhooks: WebhookService;
  readonly solutions: SolutionService;
}

/**
 * Each flow is run once undisturbed, then once for each request of it, at which the server goes away for longer than the
 * client waits. The user presses *Retry* where it is offered and answers every question once.
 */
describe('A flow whose server goes away at any of its requests', () => {
  const pair = usePair();
  const registrations = new Registrations(pair);
  let relay: FaultyRelay;
  let number = 0;
  let away: { readonly from: number; readonly fate: Fate } | undefined;
  let webhook: Webhook;
  let step: Step;

  before(async () => {
    relay = await startFaultyRelay(pair.sandbox.url, () => {
      const at = number;
      number += 1;
      const isAway = away !== undefined && at >= away.from && at < away.from + PATIENCE;
      return isAway ? known(away).fate : 'pass';
    });
  });
  after(() => relay.close());

  afterEach(removeAll);

  async function removeAll(): Promise<void> {
    for (const one of await registrations.service().webhooks(never))
      if (one.name.startsWith('Interrupted')) await registrations.service().deleteWebhook(one.id, never);
  }

  function through(): Through {
    const { client } = pair.another({}, relay.origin);
    return {
      webhooks: new WebhookService(client),
      solutions: new SolutionService(client),
      metadata: createMetadata(client, systemClock),
    };
  }

  const nothing = (): Promise<void> => Promise.resolve();
  const webhookFlow = ({ webhooks }: Through): WebhookFlowContext => ({
    environmentName: 'Test',
    environmentIsLocal: false,
    isNameTaken: (name, signal) => webhooks.isNameTaken(name, signal),
    showRequest: nothing,
  });
  const ask = <S>(wizard: Wizard<S>, user: ScriptedUser, start: S): Promise<S> =>
    runWizard(wizard, user, start, never);

  /** Writes, and once more for as long as the server is away, as the message's *Retry* does. */
  async function written<T>(user: ScriptedUser, write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!DataverseError.is(error, 'network') || user.retries > 20) throw error;
        user.retries += 1;
      }
    }
  }

  const stories: readonly Story[] = [
    {
      name: 'Register WebHook…, with its name and solution',
      answers: [
        type('Interrupted too'),
        type('https://hooks.example.com/new'),
        pick('WebhookKey'),
        type('secret'),
        pick('Solution'),
        pick('Contoso Integration'),
        pick('Register WebHook'),
      ],
      run: async (via, user) => {
        const wizard = registerWebhookWizard({
          ...webhookFlow(via),
          solutions: (signal) => via.solutions.solutions(signal),
        });
        const answers = await ask(wizard, user, { ...registerWebhookStart, id: crypto.randomUUID() });
        await written(user, () => via.webhooks.registerWebhook(known(newWebhook(answers)), never));
      },
    },
    {
      name: 'Edit WebHook…, with its name',
      answers: [pick('Name'), type('Interrupted anew'), pick('Save Changes')],
      run: async (via, user) => {
        const before = await registrations.service().webhook(webhook.id, never);
        const answers = await ask(
          editWebhookWizard(webhookFlow(via), before),
          user,
          editWebhookStart(before),
        );
        const write = known(changeWebhookWrite({ ...before, etag: undefined }, webhookChange(answers)));
        await written(user, () => via.webhooks.write(write, never));
      },
    },
    {
      name: 'Register Step…, with message, table, columns, user and solution',
      answers: [
        pick('Update'),
        pick('account'),
        pickMany('Account Number'),
        pick('Run As'),
        search('robin', 'Robin Field'),
        pick('Solution'),
        pick('Contoso Integration'),
        pick('Register Step'),
      ],
      run: async (via, user) => {
        const context = stepFlowContext(via, webhook, nothing);
        const start = { ...newStepAnswers, id: crypto.randomUUID() };
        const answers = await ask(registerStepWizard(context), user, start);
        await written(user, () => via.webhooks.registerStep(known(newStep(context, answers)), never));
      },
    },
    {
      name: 'Edit Step…, with another message, table, columns and user',
      answers: [
        pick('Table'),
        pick('account'),
        pickMany('Account Number'),
        pick('Run As'),
        search('robin', 'Robin Field'),
        pick('Save Changes'),
      ],
      run: async (via, user) => {
        const fresh = await registrations.service().step(step.id, never);
        const before = known(settingsOf(fresh));
        const context = stepFlowContext(via, webhook, nothing);
        const wizard = stepWizard(context, { kind: 'edit', step: fresh, before });
        const answers = await ask(wizard, user, answersOf(context, before));
        const after = known(newStep(context, answers));
        await written(user, () =>
          via.webhooks.write(known(changeStepWrite({ id: step.id, etag: undefined }, before, after)), never),
        );
      },
    },
    {
      name: 'Duplicate Step…, on another message and table',
      answers: [pick('Message'), pick('Delete'), pick('account'), pick('Register Step')],
      run: async (via, user) => {
        const fresh = await registrations.service().step(step.id, never);
        const context = stepFlowContext(via, webhook, nothing);
        const wizard = stepWizard(context, { kind: 'duplicate', step: fresh });
        const start = { ...answersOf(context, known(settingsOf(fresh))), id: crypto.randomUUID() };
        const answers = await ask(wizard, user, start);
        await written(user, () => via.webhooks.registerStep(known(newStep(context, answers)), never));
      },
    },
    {
      name: 'Register Image…, with its columns',
      answers: [pick('Pre-image'), pickMany('First Name'), pick('Register Image')],
      run: async (via, user) => {
        const context = imageFlowContext(via, step, undefined, nothing);
        const start = { ...imageStart(context), id: crypto.randomUUID() };
        const answers = await ask(imageWizard(context), user, start);
        await written(user, () =>
          via.webhooks.registerImage(known(newImage(context, answers)), 'Update', never),
        );
      },
    },
    {
      name: 'Choose Solutions…',
      answers: [pickMany('Contoso Integration')],
      run: async (via, user) => {
        const component = { kind: 'step', id: step.id } as const;
        const wizard = chooseSolutionsWizard({
          name: step.name,
          solutions: (signal) => via.solutions.solutions(signal),
          holding: (signal) => via.solutions.holding(component, signal),
        });
        const { add } = solutionChanges(await ask(wizard, user, chooseSolutionsStart));
        assert.equal(add.length, 1);
        await written(user, () => via.solutions.add(component, known(add[0]), never));
      },
    },
  ];

  /** What the service has of this test, without what is different every time. */
  async function outcome(): Promise<unknown> {
    const service = registrations.service();
    const bare = (row: Row): Row =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !/id$|_value$|versionnumber/.test(name)));
    const webhooks = (await service.webhooks(never)).filter(({ name }) => name.startsWith('Interrupted'));
    const found: unknown[] = [];
    for (const one of webhooks) {
      found.push(
        bare(await registrations.fullRow('serviceendpoints', one.id)),
        await solutionsOf('webhook', one.id),
      );
      for (const { id, images, message, table, runAsUserName } of await service.stepsOf(one.id, never)) {
        const row = bare(await registrations.fullRow('sdkmessageprocessingsteps', id));
        const shown = images.map(({ alias, columns, type: kind }) => ({ alias, columns, kind }));
        found.push(
          { row, shown, message: message.name, table, runAsUserName },
          await solutionsOf('step', id),
        );
      }
    }
    return found.map((one) => JSON.stringify(one)).sort();
  }

  async function solutionsOf(kind: 'webhook' | 'step', id: string): Promise<readonly string[]> {
    const held = await new SolutionService(pair.api).holding({ kind, id }, never);
    return held.map(({ uniqueName }) => uniqueName);
  }

  for (const { name, answers, run } of stories) {
    it(name, async () => {
      const attempt = async (
        from: number | undefined,
        fate: Fate,
      ): Promise<{ user: ScriptedUser; sent: number }> => {
        await removeAll();
        webhook = await registrations.webhook('Interrupted');
        const settings = await registrations.settings(webhook.id, 'Update', 'contact');
        step = await registrations.step({ ...settings, name: 'Watched' });
        number = 0;
        away = from === undefined ? undefined : { from, fate };
        const user = new ScriptedUser(answers, true);
        await run(through(), user);
        user.done();
        return { user, sent: number };
      };
      const { sent, user: undisturbed } = await attempt(undefined, 'pass');
      const expected = await outcome();
      assert.ok(sent > 1, 'the flow asks the service');
      assert.equal(undisturbed.retries, 0);
      let told = 0;
      for (const fate of ['reset', 'lost'] as const)
        for (let from = 0; from < sent; from += 1) {
          const { user } = await attempt(from, fate);
          assert.deepEqual(await outcome(), expected, `away at request ${from} of ${sent}, ${fate}`);
          for (const remark of user.remarks.filter((one) => one.includes('Test')))
            assert.match(remark, /^Test (closed the connection|could not be reached)\./);
          told += user.retries;
        }
      assert.ok(told > sent, 'the user was told, and went on');
    }).timeout(60_000);
  }
});
