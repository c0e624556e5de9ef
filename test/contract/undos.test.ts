import assert from 'node:assert/strict';
import { Secret } from '../../src/base/secret';
import { DataverseError } from '../../src/dataverse/errors';
import * as odata from '../../src/dataverse/odata';
import { fixesAgain, fixStep } from '../../src/webhooks/fixes';
import type { Step, Webhook, WebhookAuth } from '../../src/webhooks/model';
import { UndoError } from '../../src/webhooks/runUndo';
import { SolutionService } from '../../src/webhooks/solutionService';
import {
  noSecret,
  undoDeleteWebhook,
  undoRegisterWebhook,
  undoRotateSecret,
  undoSolutions,
  withSecret,
  type Undo,
} from '../../src/webhooks/undo';
import { changeWebhookWrite, deleteWebhookWrite } from '../../src/webhooks/writes';
import { startReceiver } from '../../src/delivery/receiver';
import { usePair } from './pair';
import { known, never, Registrations } from './writesSetup';

const AUTHS: readonly WebhookAuth[] = [
  { type: 'webhookKey', key: new Secret('k&y') },
  { type: 'httpHeader', pairs: [{ name: 'x-api-key', value: new Secret('"<&>\' key') }] },
  { type: 'httpQueryString', pairs: [{ name: 'sig', value: new Secret('a b') }] },
];

describe('Taking changes back, against the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: true, webhooks: 0, steps: 0, jobs: 0 } } });
  const registered = new Registrations(pair);
  const service = () => registered.service();
  const solutions = (): SolutionService => new SolutionService(pair.api);

  /** A webhook with two steps, one of them with an image and disabled, all of it in a solution. */
  async function withSteps(
    name: string,
    auth: WebhookAuth,
    url = 'https://h.example.com/x',
  ): Promise<{ webhook: Webhook; steps: readonly Step[] }> {
    const solution = known((await solutions().solutions(never))[0]).uniqueName;
    const id = await service().registerWebhook({ name, url, auth, description: 'd', solution }, never);
    const first = await registered.step(
      await registered.settings(id, 'Update', 'contact', { name: 'B', rank: 3, solution }),
    );
    const image = {
      stepId: first.id,
      name: 'Before',
      alias: 'before',
      type: 'pre',
      messageProperty: 'Target',
      columns: ['firstname'],
    } as const;
    await service().registerImage(image, 'Update', never);
    await service().setStepEnabled(first.id, false, never);
    await registered.step(await registered.settings(id, 'Create', 'account', { name: 'A' }));
    return { webhook: await service().webhook(id, never), steps: await service().stepsOf(id, never) };
  }

  async function rowsOf({ webhook, steps }: { webhook: Webhook; steps: readonly Step[] }): Promise<unknown> {
    const ids = steps.map((step) => step.id);
    return {
      webhook: await registered.fullRow('serviceendpoints', webhook.id),
      steps: await Promise.all(ids.map((id) => registered.fullRow('sdkmessageprocessingsteps', id))),
      images: (await service().stepsOf(webhook.id, never)).map((step) => step.images),
      holding: await solutions().holdingAll([webhook.id, ...ids], never),
    };
  }

  for (const auth of AUTHS) {
    it(`registers a deleted webhook with ${auth.type} again: ids, steps, images, states, solutions, secret`, async () => {
      const receiver = await startReceiver();
      try {
        const made = await withSteps(`Gone ${auth.type}`, auth, `${receiver.url}/gone`);
        const before = await rowsOf(made);
        const holding = await solutions().holdingAll(
          [made.webhook.id, ...made.steps.map((step) => step.id)],
          never,
        );
        assert.equal(holding.size, 2);
        const undos = undoDeleteWebhook({ ...made, holding, secret: { auth, keep: true } });
        await service().deleteWebhook(made.webhook.id, never);
        assert.deepEqual(await service().undoAll(undos, never), []);
        assert.deepEqual(await rowsOf(made), before);
        // The answer to the first try may have been lost.
        assert.deepEqual(await service().undoAll(undos, never), []);
        assert.deepEqual(await rowsOf(made), before);
        await pair.api.create('accounts', { name: 'Told' });
        await pair.control('POST', 'idle', { timeoutSeconds: 5 });
        const [request, ...others] = receiver.requests();
        assert.deepEqual(others, []);
        const sent = `${request?.target ?? ''}\n${JSON.stringify(request?.headers)}`;
        const value = auth.type === 'webhookKey' ? auth.key : known(auth.pairs[0]).value;
        const forms = [value.reveal(), JSON.stringify(value.reveal()).slice(1, -1)];
        assert.ok(
          [...forms, encodeURIComponent(value.reveal()), value.reveal().replace(' ', '+')].some((form) =>
            sent.includes(form),
          ),
        );
      } finally {
        await receiver.close();
      }
    });
  }

  it('waits for the secret of a deleted webhook, and tries nothing below it until then', async () => {
    const [auth] = AUTHS;
    const made = await withSteps('Unknown secret', known(auth));
    await service().deleteWebhook(made.webhook.id, never);
    const undos = undoDeleteWebhook({ ...made, holding: new Map(), secret: undefined });
    pair.sent.length = 0;
    const failed = await service().undoAll(undos, never);
    assert.equal(failed.length, undos.length);
    assert.ok(failed.every(({ error }) => error instanceof UndoError && error.reason === 'secretNeeded'));
    assert.deepEqual(pair.sent, []);
    const told = failed.map(({ undo }) => withSecret(undo, { auth: known(auth), keep: false }));
    assert.deepEqual(await service().undoAll(told, never), []);
    assert.equal((await service().stepsOf(made.webhook.id, never)).length, 2);
  });

  it('brings back all that can be, gives what could not with its name, and tries only that again', async () => {
    const [auth] = AUTHS;
    const made = await withSteps('Partly', known(auth));
    await service().deleteWebhook(made.webhook.id, never);
    const undos = undoDeleteWebhook({
      ...made,
      holding: new Map(),
      secret: { auth: known(auth), keep: false },
    });
    await pair.fault({ kind: 'status', status: 403, code: '0x80040220' }, { contains: '$batch' });
    const failed = await service().undoAll(undos, never);
    assert.deepEqual(
      failed.map(({ undo, error }) => [undo.about?.name, DataverseError.is(error, 'forbidden')]),
      [['B', true]],
    );
    const names = async (): Promise<readonly string[]> =>
      (await service().stepsOf(made.webhook.id, never)).map((step) => step.name);
    assert.deepEqual(await names(), ['A']);
    assert.deepEqual(
      await service().undoAll(
        failed.map(({ undo }) => undo),
        never,
      ),
      [],
    );
    assert.deepEqual(await names(), ['A', 'B']);
  });

  it('registers a webhook without a secret again without one, and none whose kind nobody can type', async () => {
    const webhook = await registered.webhook('No secret');
    const bare = { ...webhook, hasSecret: false };
    for (const authType of ['webhookKey', 'httpHeader', 'httpQueryString'] as const) {
      await service().write(deleteWebhookWrite(webhook.id), never);
      const secret = known(noSecret({ ...bare, authType }));
      const undos = undoDeleteWebhook({
        webhook: { ...bare, authType },
        steps: [],
        holding: new Map(),
        secret,
      });
      assert.deepEqual(await service().undoAll(undos, never), []);
      assert.equal((await service().webhook(webhook.id, never)).authType, authType);
    }
    assert.equal(noSecret(webhook), undefined);
    const other = { ...bare, authType: 'other' } as const;
    assert.deepEqual(
      undoDeleteWebhook({ webhook: other, steps: [], holding: new Map(), secret: undefined }),
      [],
    );
  });

  it('gives a rotated webhook its old secret where that is known, unless somebody changed it since', async () => {
    const before = await registered.webhook('Turned');
    const auth = known(AUTHS[1]);
    const write = known(changeWebhookWrite({ ...before, etag: undefined }, { auth }));
    const { etag } = await service().write(write, never);
    assert.equal(undoRotateSecret(before, undefined, etag), undefined);
    const undo = known(undoRotateSecret(before, { auth: known(AUTHS[0]), keep: true }, etag));
    assert.deepEqual(
      undo.writes.map((one) => (one.method === 'PATCH' ? one.body : undefined)),
      [{ authtype: 4, authvalue: 'k&y' }],
    );
    assert.deepEqual(await service().undoAll([undo], never), []);
    assert.equal((await service().webhook(before.id, never)).authType, 'webhookKey');
    const [again] = await service().undoAll([undo], never);
    assert.ok(DataverseError.is(again?.error, 'conflict'));
  });

  it('takes a copied webhook back with the steps that were copied, but not with those that came since', async () => {
    const { id } = await registered.webhook('Copy');
    const copied = await registered.step(await registered.settings(id, 'Update', 'contact'));
    const undos = undoRegisterWebhook(id, [copied.id]);
    const added = await registered.step(await registered.settings(id, 'Create', 'contact'));
    const failed = await service().undoAll(undos, never);
    assert.deepEqual(
      failed.map(({ error }) => error instanceof UndoError && error.reason),
      ['webhookHasSteps'],
    );
    assert.deepEqual(
      (await service().stepsOf(id, never)).map((step) => step.id),
      [added.id],
    );
    await service().deleteStep(added.id, never);
    assert.deepEqual(
      await service().undoAll(
        failed.map(({ undo }) => undo),
        never,
      ),
      [],
    );
    await assert.rejects(service().webhook(id, never), (error) => DataverseError.is(error, 'notFound'));
  });

  it('puts a component back into the solutions it was taken out of, and out of those it was put into', async () => {
    const { id } = await registered.webhook('Held');
    const component = { kind: 'webhook', id } as const;
    const [first, second] = (await solutions().solutions(never)).map(({ uniqueName }) => uniqueName);
    await solutions().add(component, known(first), never);
    const held = async (): Promise<readonly string[]> =>
      (await solutions().holding(component, never)).map(({ uniqueName }) => uniqueName);
    await solutions().remove(component, known(first), never);
    await solutions().add(component, known(second), never);
    assert.deepEqual(await held(), [second]);
    const undo = known(undoSolutions(component, { added: [known(second)], removed: [known(first)] }));
    assert.deepEqual(await service().undoAll([undo], never), []);
    assert.deepEqual(await held(), [first]);
    assert.equal(undoSolutions(component, { added: [], removed: [] }), undefined);
  });

  it('takes the repair of a step back: its columns, then its state', async () => {
    const webhook = await registered.webhook('Repaired');
    const made = await registered.step(
      await registered.settings(webhook.id, 'Update', 'contact', { deleteJobOnSuccess: false }),
    );
    await service().setStepEnabled(made.id, false, never);
    const step = await service().step(made.id, never);
    const row = await registered.fullRow('sdkmessageprocessingsteps', made.id);
    const findings = (
      [{ kind: 'enable' }, { kind: 'deleteJobs' }, { kind: 'setColumns', columns: ['lastname'] }] as const
    ).map((fix) => ({ rule: 'disabled', severity: 'warning', webhook, step, fix, details: {} }) as const);
    const { undos } = await fixStep({ step, findings }, (write) => service().write(write, never));
    const now = await service().step(made.id, never);
    assert.deepEqual([now.enabled, now.deleteJobOnSuccess, now.filteringColumns], [true, true, ['lastname']]);
    assert.deepEqual(await service().undoAll(undos, never), []);
    assert.deepEqual(await registered.fullRow('sdkmessageprocessingsteps', made.id), row);
  });

  it('takes back the half of a repair that was done, and all of it once another try has done the rest', async () => {
    const webhook = await registered.webhook('Half repaired');
    const made = await registered.step(
      await registered.settings(webhook.id, 'Update', 'contact', { deleteJobOnSuccess: false }),
    );
    await service().setStepEnabled(made.id, false, never);
    const step = await service().step(made.id, never);
    const row = await registered.fullRow('sdkmessageprocessingsteps', made.id);
    const findings = ([{ kind: 'enable' }, { kind: 'setColumns', columns: ['lastname'] }] as const).map(
      (fix) => ({ rule: 'disabled', severity: 'warning', webhook, step, fix, details: {} }) as const,
    );
    const refused = new DataverseError('forbidden', 'No enabling');
    const half = await fixStep({ step, findings }, (write) =>
      write.method === 'PATCH' && 'statecode' in write.body
        ? Promise.reject(refused)
        : service().write(write, never),
    );
    assert.equal(half.error, refused);
    const between = await service().step(made.id, never);
    assert.deepEqual([between.enabled, between.filteringColumns], [false, ['lastname']]);
    const again = await fixStep(fixesAgain({ step, findings }, between), (write) =>
      service().write(write, never),
    );
    const now = await service().step(made.id, never);
    assert.deepEqual([now.enabled, now.filteringColumns, again.error], [true, ['lastname'], undefined]);
    assert.deepEqual(await service().undoAll(again.undos, never), []);
    assert.deepEqual(await registered.fullRow('sdkmessageprocessingsteps', made.id), row);

    const once = await service().step(made.id, never);
    const second = await fixStep({ step: once, findings }, (write) =>
      write.method === 'PATCH' && 'statecode' in write.body
        ? Promise.reject(refused)
        : service().write(write, never),
    );
    assert.deepEqual(await service().undoAll(second.undos, never), []);
    assert.deepEqual(await registered.fullRow('sdkmessageprocessingsteps', made.id), row);
  });

  it('ends with the cancellation when it is cancelled', async () => {
    const { id } = await registered.webhook('Cancelled');
    const abort = new AbortController();
    abort.abort();
    const undo: Undo = {
      writes: [{ method: 'DELETE', path: odata.row('serviceendpoints', id) }],
      atomicity: 'all',
    };
    await assert.rejects(service().undoAll([undo], abort.signal), { name: 'CancelledError' });
  });
});
