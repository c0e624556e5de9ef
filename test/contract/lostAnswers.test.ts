import assert from 'node:assert/strict';
import { Secret } from '../../src/base/secret';
import { DataverseError } from '../../src/dataverse/errors';
import * as odata from '../../src/dataverse/odata';
import type { NewImage, NewStep, NewWebhook } from '../../src/webhooks/model';
import { afterFailure, runUndo } from '../../src/webhooks/runUndo';
import {
  undoChangeImage,
  undoChangeStep,
  undoChangeWebhook,
  undoRegisterStep,
  undoRotateSecret,
  undoStepStates,
  type KnownSecret,
  type Undo,
} from '../../src/webhooks/undo';
import { WebhookService } from '../../src/webhooks/webhookService';
import {
  changeImageWrites,
  changeStepWrite,
  changeWebhookWrite,
  stepCopyWrites,
} from '../../src/webhooks/writes';
import { startFaultyRelay, type Fate, type FaultyRelay } from '../fakes/faultyRelay';
import { rowsOf, usePair } from './pair';
import { known, never, Registrations } from './writesSetup';

/**
 * A registration whose answer is lost was carried out all the same. The user is offered to try again, and must not get
 * a second webhook, step or image by it.
 */
describe('Registrations whose answer was lost', () => {
  const pair = usePair();
  const registrations = new Registrations(pair);
  const id = (): string => crypto.randomUUID();
  let relay: FaultyRelay;
  let next: Fate = 'pass';
  /** Fates of the requests to come, before `next` counts. */
  let fates: Fate[] = [];

  before(async () => {
    relay = await startFaultyRelay(pair.sandbox.url, () => {
      const ordered = fates.shift();
      if (ordered !== undefined) return ordered;
      const fate = next;
      next = 'pass';
      return fate;
    });
  });
  after(() => relay.close());

  /** The service through the relay, whose next request ends as told. */
  function service(fate: Fate): WebhookService {
    next = fate;
    return new WebhookService(pair.another({}, relay.origin).client);
  }

  async function names(set: string, filter: string): Promise<readonly unknown[]> {
    const path = odata.query(odata.set(set), { select: ['name'] });
    const rows = await rowsOf(pair.api.pages(path, { signal: never }));
    return rows.map((row) => row['name']).filter((name) => String(name).startsWith(filter));
  }

  async function twice(fate: Fate, work: (through: WebhookService) => Promise<unknown>): Promise<unknown> {
    await assert.rejects(work(service(fate)), (error) => DataverseError.is(error, 'network'));
    return work(service('pass'));
  }

  for (const fate of ['lost', 'reset'] as const) {
    it(`registers a webhook once when the first try was ${fate}`, async () => {
      const webhook: NewWebhook = {
        id: id(),
        name: `once ${fate}`,
        url: 'https://hooks.example.com/once',
        auth: { type: 'webhookKey', key: new Secret('k') },
      };
      assert.equal(await twice(fate, (through) => through.registerWebhook(webhook, never)), webhook.id);
      assert.deepEqual(await names('serviceendpoints', 'once'), [`once ${fate}`]);
      await pair.api.remove(odata.row('serviceendpoints', known(webhook.id)), { signal: never });
    });

    it(`registers a step with its images once when the first try was ${fate}`, async () => {
      const webhook = await registrations.webhook(`steps ${fate}`);
      const of = await registrations.settings(webhook.id, 'Update', 'contact');
      const original = await registrations.step({ ...of, name: 'original' });
      await registrations.service().registerImage(image(original.id), 'Update', never);
      const { images } = await registrations.service().step(original.id, never);
      const step: NewStep = { ...of, id: id(), name: `step ${fate}` };
      const made = await twice(fate, (through) => through.registerStep(step, never, images));
      assert.equal(made, step.id);
      assert.deepEqual(await names('sdkmessageprocessingsteps', 'step '), [`step ${fate}`]);
      const copy = await registrations.service().step(known(step.id), never);
      assert.deepEqual(
        copy.images.map(({ alias }) => alias),
        ['Before'],
      );
      await pair.api.remove(odata.row('serviceendpoints', webhook.id), { signal: never });
    });

    it(`copies a disabled step once, disabled from the beginning, when the first try was ${fate}`, async () => {
      const webhook = await registrations.webhook(`copies ${fate}`);
      const of = await registrations.settings(webhook.id, 'Update', 'contact');
      const made = await registrations.step({ ...of, name: 'disabled' });
      await registrations.service().setStepEnabled(made.id, false, never);
      const original = await registrations.service().step(made.id, never);
      const copy = { ...of, id: id(), name: 'copy of disabled' };
      const writes = stepCopyWrites(copy, original);
      assert.equal(await twice(fate, (through) => through.register(writes, never)), copy.id);
      assert.deepEqual(await names('sdkmessageprocessingsteps', 'copy'), ['copy of disabled']);
      assert.equal((await registrations.service().step(copy.id, never)).enabled, false);
      await pair.api.remove(odata.row('serviceendpoints', webhook.id), { signal: never });
    });

    it(`registers an image once, and one in the place of another once, when the first try was ${fate}`, async () => {
      const webhook = await registrations.webhook(`images ${fate}`);
      const step = await registrations.step(await registrations.settings(webhook.id, 'Update', 'contact'));
      const first = { ...image(step.id), id: id() };
      const made = await twice(fate, (through) => through.registerImage(first, 'Update', never));
      assert.equal(made, first.id);
      const before = (await registrations.service().step(step.id, never)).images;
      assert.equal(before.length, 1);
      const writes = changeImageWrites(known(before[0]), { ...first, id: id(), type: 'post' });
      assert.equal(writes.length, 2);
      await twice(fate, (through) => through.register(writes, never));
      const after = (await registrations.service().step(step.id, never)).images;
      assert.deepEqual(
        after.map(({ type }) => type),
        ['post'],
      );
      await pair.api.remove(odata.row('serviceendpoints', webhook.id), { signal: never });
    });
  }

  it('goes on saying no where the service says no, whatever id the row was to have', async () => {
    const webhook = await registrations.webhook('refused');
    const of = await registrations.settings(webhook.id, 'Update', 'contact');
    const step: NewStep = { ...of, id: id(), message: { id: id(), name: 'Nothing' } };
    await assert.rejects(
      registrations.service().registerStep(step, never),
      (error) => DataverseError.is(error) && error.status !== undefined && error.reason !== 'network',
    );
    assert.deepEqual(await registrations.service().stepsOf(webhook.id, never), []);
  });

  it('takes a registration back once when the answer to the first try was lost', async () => {
    const webhook = await registrations.webhook('taken back');
    const step = await registrations.step(await registrations.settings(webhook.id, 'Update', 'contact'));
    const undo = undoRegisterStep(step.id);
    const through = (fate: Fate) => {
      next = fate;
      return pair.another({}, relay.origin).client;
    };
    await assert.rejects(runUndo(through('lost'), undo, never));
    await runUndo(through('pass'), undo, never);
    assert.deepEqual(await registrations.service().stepsOf(webhook.id, never), []);
  });

  /** Runs the undo once with its answer lost, then again, and gives what was told the second time. */
  async function undoTwice(undo: Undo): Promise<void> {
    await assert.rejects(service('lost').undo(undo, never), (error) => DataverseError.is(error, 'network'));
    await service('pass').undo(undo, never);
  }

  it('takes every kind of edit back once when the answer to the first try was lost', async () => {
    const [webhook, other] = [
      await registrations.webhook('edited back'),
      await registrations.webhook('edited to'),
    ];
    const before = await registrations.settings(webhook.id, 'Update', 'contact');
    const step = await registrations.step(before);
    const rows = () =>
      Promise.all([
        registrations.fullRow('serviceendpoints', webhook.id),
        registrations.fullRow('sdkmessageprocessingsteps', step.id),
      ]);
    const asItWas = await rows();
    const change = { name: 'edited', description: 'by me' };
    const renamed = await service('pass').write(known(changeWebhookWrite(webhook, change)), never);
    // An endpoint takes no version: it is read before, so the request that writes is not the first one.
    const undo = known(undoChangeWebhook(webhook, change, renamed.etag));
    await service('pass').undo(undo, never);
    await undoTwice(undo);
    const after: NewStep = {
      ...before,
      webhookId: other.id,
      rank: 7,
      filteringColumns: ['lastname'],
      description: '',
    };
    const moved = await service('pass').write(known(changeStepWrite(step, before, after)), never);
    await undoTwice(known(undoChangeStep(step.id, before, after, moved.etag)));
    const disabled = await service('pass').setStepEnabled(step.id, false, never);
    await undoTwice(known(undoStepStates([{ id: step.id, wasEnabled: true, etag: disabled.etag }])));
    assert.deepEqual(await rows(), asItWas);
  });

  it('puts an image back in the place of another once when the answer to the first try was lost', async () => {
    const webhook = await registrations.webhook('image back');
    const step = await registrations.step(await registrations.settings(webhook.id, 'Update', 'contact'));
    await service('pass').registerImage({ ...image(step.id), id: id() }, 'Update', never);
    const [before] = (await registrations.service().step(step.id, never)).images;
    const now = { ...known(before), id: id(), type: 'post' } as const;
    await service('pass').register(changeImageWrites(known(before), now), never);
    await undoTwice(known(undoChangeImage(known(before), now)));
    assert.deepEqual((await registrations.service().step(step.id, never)).images, [before]);
  });

  it('does not take for its own undo what somebody else has written since', async () => {
    const webhook = await registrations.webhook('edited by two');
    const before = await registrations.settings(webhook.id, 'Update', 'contact');
    const step = await registrations.step(before);
    const after = { ...before, rank: 7, description: 'mine' };
    const mine = await service('pass').write(known(changeStepWrite(step, before, after)), never);
    // The rank is the old one again, the description is not.
    await pair.api.update(odata.row('sdkmessageprocessingsteps', step.id), {
      rank: 1,
      description: 'theirs',
    });
    await assert.rejects(
      service('pass').undo(known(undoChangeStep(step.id, before, after, mine.etag)), never),
      (error) => DataverseError.is(error, 'conflict'),
    );
    const old: KnownSecret = { auth: { type: 'webhookKey', key: new Secret('old') }, keep: false };
    await pair.api.update(odata.row('serviceendpoints', webhook.id), { description: 'theirs' });
    await assert.rejects(
      service('pass').undo(known(undoRotateSecret(webhook, old, webhook.etag)), never),
      (error) => DataverseError.is(error, 'conflict'),
      'nobody can tell which secret is there',
    );
  });

  /** A webhook whose secret was rotated, the undo that gives it the old one, and a first try of it without an answer. */
  async function unsureUndo(name: string): Promise<{ readonly id: string; readonly undo: Undo }> {
    const webhook = await registrations.webhook(name);
    const auth = { type: 'httpHeader', pairs: [{ name: 'k', value: new Secret('new') }] } as const;
    const change = known(changeWebhookWrite({ ...webhook, etag: undefined }, { auth }));
    const { etag } = await service('pass').write(change, never);
    const old: KnownSecret = { auth: { type: 'webhookKey', key: new Secret('old') }, keep: false };
    const undo = known(undoRotateSecret(webhook, old, etag));
    // A version is refused first, then the row is read, then it is changed: that answer is the one that is lost.
    fates = ['pass', 'pass', 'lost'];
    const [failed] = await service('pass').undoAll([undo], never);
    assert.ok(DataverseError.is(failed?.error, 'network'), String(failed?.error));
    assert.deepEqual(fates, []);
    return { id: webhook.id, undo: afterFailure(failed.undo, failed.error) };
  }

  async function asSomebodyElse(path: string, body: object): Promise<void> {
    const [robin] = await registrations.service().users('Robin', never);
    const response = await fetch(`${pair.sandbox.url}/api/data/v9.2/${path}`, {
      method: 'PATCH',
      headers: {
        Authorization: `Bearer ${pair.sandbox.token.reveal()}`,
        'Content-Type': 'application/json',
        'If-Match': '*',
        MSCRMCallerID: known(robin).id,
      },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 204, await response.text());
  }

  it('gives a webhook its old secret by the second try when the answer to the first was lost', async () => {
    const { id: webhookId, undo } = await unsureUndo('old secret');
    assert.equal((await registrations.service().webhook(webhookId, never)).authType, 'webhookKey');
    pair.sent.length = 0;
    await service('pass').undo(undo, never);
    const patched = pair.sent.filter(({ method, body }) => method === 'PATCH' && body?.includes('"old"'));
    assert.ok(patched.length > 1, 'it is written once more, because nobody can read whether it is there');
    assert.equal((await registrations.service().webhook(webhookId, never)).authType, 'webhookKey');
  });

  it('leaves the secret alone where it was rotated once more, or somebody else came between', async () => {
    const again = await unsureUndo('rotated once more');
    const conflict = (error: unknown): boolean => DataverseError.is(error, 'conflict');
    const path = odata.row('serviceendpoints', again.id);
    await pair.api.update(path, {
      authtype: 5,
      authvalue: '<settings><setting name="k" value="3" /></settings>',
    });
    await assert.rejects(service('pass').undo(again.undo, never), conflict);

    const between = await unsureUndo('somebody else');
    await asSomebodyElse(odata.row('serviceendpoints', between.id), { description: 'theirs' });
    await assert.rejects(service('pass').undo(between.undo, never), conflict);
  });
});

function image(stepId: string): NewImage {
  return {
    stepId,
    name: 'Before',
    alias: 'Before',
    type: 'pre',
    messageProperty: 'Target',
    columns: ['firstname'],
  };
}
