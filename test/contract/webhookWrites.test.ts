import assert from 'node:assert/strict';
import { Secret } from '../../src/base/secret';
import { DataverseError } from '../../src/dataverse/errors';
import type { NewStep } from '../../src/webhooks/model';
import { UndoError } from '../../src/webhooks/runUndo';
import { SolutionService } from '../../src/webhooks/solutionService';
import {
  undoChangeStep,
  undoChangeWebhook,
  undoRegisterWebhook,
  undoStepStates,
} from '../../src/webhooks/undo';
import { runWrites } from '../../src/webhooks/runWrites';
import {
  changeStepWrite,
  changeWebhookWrite,
  deleteStepWrite,
  settingsOf,
  stepStateWrite,
  type Write,
} from '../../src/webhooks/writes';
import { usePair } from './pair';
import { known, never, Registrations } from './writesSetup';

describe('Every write of the extension, against the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: true, webhooks: 0, steps: 0, jobs: 0 } } });
  const registered = new Registrations(pair);
  const service = () => registered.service();
  const solutions = (): SolutionService => new SolutionService(pair.api);

  it('writes name, URL and description of a webhook and leaves its secret alone; undo writes the old ones', async () => {
    const before = await registered.webhook('Edited');
    const row = await registered.fullRow('serviceendpoints', before.id);
    const change = { name: 'Edited 2', url: 'https://h.example.com/2', description: 'new' };
    const write = known(changeWebhookWrite(before, change));
    assert.deepEqual(write.method === 'PATCH' ? Object.keys(write.body) : [], ['name', 'url', 'description']);
    const { etag } = await service().write(write, never);
    const after = await service().webhook(before.id, never);
    assert.deepEqual(
      [after.name, after.url, after.description, after.hasSecret],
      ['Edited 2', change.url, 'new', true],
    );
    assert.equal(after.etag, etag);
    await service().undo(known(undoChangeWebhook(before, change, etag)), never);
    assert.deepEqual(await registered.fullRow('serviceendpoints', before.id), row);
    assert.equal(
      changeWebhookWrite(before, { name: before.name, url: before.url, description: '' }),
      undefined,
    );
  });

  it('tells the second of two people who change a webhook, although endpoints take no etag', async () => {
    const before = await registered.webhook('Two people and a webhook');
    const write = (name: string): Promise<unknown> =>
      service().write(known(changeWebhookWrite(before, { name })), never);
    await write('The first');
    await assert.rejects(
      write('The second'),
      (error) => DataverseError.is(error, 'conflict') && error.hexCode === '0x80060882',
    );
    assert.equal((await service().webhook(before.id, never)).name, 'The first');
  });

  it('rotates type and value together, which no undo promises to take back', async () => {
    const before = await registered.webhook('Rotated');
    const change = {
      auth: { type: 'httpHeader', pairs: [{ name: 'x-api-key', value: new Secret('s3cr3t') }] },
    } as const;
    const write = known(changeWebhookWrite(before, change));
    assert.deepEqual(write.method === 'PATCH' ? write.body : undefined, {
      authtype: 5,
      authvalue: '<settings><setting name="x-api-key" value="s3cr3t" /></settings>',
    });
    await service().write(write, never);
    assert.equal((await service().webhook(before.id, never)).authType, 'httpHeader');
    assert.equal(undoChangeWebhook(before, change, undefined), undefined);
  });

  it('changes every member of a step in one PATCH, and undo gives the same row again', async () => {
    const first = await registered.webhook('First');
    const second = await registered.webhook('Second');
    const before = await registered.settings(first.id, 'Update', 'contact');
    const made = await registered.step(before);
    assert.deepEqual(settingsOf(made), before);
    const row = await registered.fullRow('sdkmessageprocessingsteps', made.id);
    const [user] = await service().users('Robin', never);
    const after: NewStep = {
      ...(await registered.settings(second.id, 'Create', 'account')),
      name: 'Other',
      description: '',
      stage: 'preOperation',
      mode: 'synchronous',
      rank: 7,
      deleteJobOnSuccess: false,
      runAs: { id: known(user).id, name: known(user).name },
    };
    const { etag } = await service().write(known(changeStepWrite(made, before, after)), never);
    assert.deepEqual(settingsOf(await service().step(made.id, never)), after);
    await service().undo(known(undoChangeStep(made.id, before, after, etag)), never);
    assert.deepEqual(await registered.fullRow('sdkmessageprocessingsteps', made.id), row);
  });

  it('sends only what is different, and clears what is taken away', async () => {
    const { id } = await registered.webhook('Cleared');
    const [user] = await service().users('', never);
    const before = await registered.settings(id, 'Update', 'contact', { runAs: known(user) });
    const made = await registered.step(before);
    const write = known(
      changeStepWrite(made, before, { ...before, filter: undefined, filteringColumns: [], runAs: undefined }),
    );
    assert.deepEqual(write.method === 'PATCH' ? write.body : undefined, {
      filteringattributes: null,
      'sdkmessagefilterid@odata.bind': null,
      'impersonatinguserid@odata.bind': null,
    });
    await service().write(write, never);
    const now = await service().step(made.id, never);
    assert.deepEqual(
      [now.filterId, now.table, now.filteringColumns, now.runAsUserId],
      [undefined, undefined, [], undefined],
    );
  });

  it('tells the second of two people, and writes nothing of theirs', async () => {
    const { id } = await registered.webhook('Two people');
    const before = await registered.settings(id, 'Update', 'contact');
    const made = await registered.step(before);
    await service().write(known(changeStepWrite(made, before, { ...before, rank: 5 })), never);
    const refused = service().write(known(changeStepWrite(made, before, { ...before, rank: 9 })), never);
    await assert.rejects(
      refused,
      (error) =>
        DataverseError.is(error, 'conflict') && error.status === 412 && error.hexCode === '0x80060882',
    );
    assert.equal((await service().step(made.id, never)).rank, 5);
    const undo = known(undoChangeStep(made.id, before, { ...before, rank: 5 }, made.etag));
    await assert.rejects(service().undo(undo, never), (error) => DataverseError.is(error, 'conflict'));
  });

  it('writes a change set only while every row is in the version that was read, endpoints too', async () => {
    const before = await registered.webhook('Versions');
    const steps = await Promise.all(
      ['a', 'b'].map(async (name) =>
        registered.step(await registered.settings(before.id, 'Update', 'contact', { name })),
      ),
    );
    const writes = (): Write[] => [
      known(changeWebhookWrite(before, { name: 'Changed' })),
      ...steps.map((one) => stepStateWrite(one.id, false, one.etag)),
    ];
    const states = async (): Promise<readonly unknown[]> => [
      (await service().webhook(before.id, never)).name,
      ...(await service().stepsOf(before.id, never)).map((one) => one.enabled),
    ];
    await runWrites(pair.api, writes(), never);
    assert.deepEqual(await states(), ['Changed', false, false]);
    const stale = (error: unknown): boolean =>
      DataverseError.is(error, 'conflict') && error.hexCode === '0x80060882';
    // Endpoint and steps are newer now.
    await assert.rejects(runWrites(pair.api, writes(), never), stale);
    const back = steps.map((one) => stepStateWrite(one.id, true, one.etag));
    await assert.rejects(runWrites(pair.api, back, never), stale);
    const [first] = steps;
    const deletion: Write = {
      method: 'DELETE',
      path: deleteStepWrite(known(first).id).path,
      etag: known(known(first).etag),
    };
    await assert.rejects(runWrites(pair.api, [deletion, deletion], never), stale);
    assert.deepEqual(await states(), ['Changed', false, false]);
  });

  it('gives steps their old state back, each by itself', async () => {
    const { id } = await registered.webhook('States');
    const steps = await Promise.all(
      [1, 2].map(async (rank) =>
        registered.step(await registered.settings(id, 'Update', 'contact', { rank, name: `s${rank}` })),
      ),
    );
    const changed = await Promise.all(
      steps.map(async (one) => {
        const { etag } = await service().setStepEnabled(one.id, false, never);
        return { id: one.id, wasEnabled: one.enabled, etag };
      }),
    );
    const [first] = changed;
    // Somebody changes one of them meanwhile.
    await service().setStepEnabled(known(first).id, false, never);
    await assert.rejects(service().undo(known(undoStepStates(changed)), never));
    const now = await service().stepsOf(id, never);
    assert.deepEqual(
      now.map((one) => [one.name, one.enabled]),
      [
        ['s1', false],
        ['s2', true],
      ],
    );
  });

  it('takes a registered webhook back, unless it has steps by then', async () => {
    const { id } = await registered.webhook('Registered');
    const made = await registered.step(await registered.settings(id, 'Update', 'contact'));
    await assert.rejects(
      service().undo(known(undoRegisterWebhook(id)[0]), never),
      (error) => error instanceof UndoError,
    );
    await service().deleteStep(made.id, never);
    await service().undo(known(undoRegisterWebhook(id)[0]), never);
    await assert.rejects(service().webhook(id, never), (error) => DataverseError.is(error, 'notFound'));
  });

  it('puts components into solutions and takes them out, as often as asked', async () => {
    const all = await solutions().solutions(never);
    const [first, second] = all.map(({ uniqueName }) => uniqueName);
    assert.ok(first !== undefined && second !== undefined);
    assert.ok(
      all.every(({ managed, uniqueName }) => !managed && uniqueName !== 'Default' && uniqueName !== 'Active'),
    );
    const id = await service().registerWebhook(
      {
        name: 'In a solution',
        url: 'https://h.example.com',
        auth: { type: 'webhookKey', key: new Secret('k') },
        solution: first,
      },
      never,
    );
    const component = { kind: 'webhook', id } as const;
    const held = async (): Promise<readonly string[]> =>
      (await solutions().holding(component, never)).map(({ uniqueName }) => uniqueName).sort();
    assert.deepEqual(await held(), [first]);
    await solutions().add(component, second, never);
    await solutions().add(component, second, never);
    assert.deepEqual(await held(), [first, second].sort());
    await solutions().remove(component, first, never);
    assert.deepEqual(await held(), [second]);
    await assert.rejects(
      service().registerWebhook(
        {
          name: 'No',
          url: 'https://h.example.com',
          auth: { type: 'webhookKey', key: new Secret('k') },
          solution: 'nowhere',
        },
        never,
      ),
      (error) => DataverseError.is(error) && error.hexCode === '0x8004F002',
    );
  });

  it('finds users by a part of name, sign-in name or mail address, without those who are disabled', async () => {
    assert.deepEqual(
      (await service().users('robin', never)).map(({ name }) => name),
      ['Robin Field'],
    );
    assert.deepEqual(
      (await service().users('FIELD@contoso', never)).map(({ name }) => name),
      ['Robin Field'],
    );
    assert.deepEqual(await service().users('Colleague', never), []);
    assert.ok((await service().users('', never)).length >= 3);
  });

  it('is refused on a managed component that is locked', async () => {
    const managed = (await service().webhooks(never)).find((one) => one.managed && !one.customizable);
    const write = known(changeWebhookWrite(known(managed), { name: 'Mine' }));
    await assert.rejects(service().write(write, never), (error) => DataverseError.is(error));
  });
});
