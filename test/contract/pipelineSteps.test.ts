import assert from 'node:assert/strict';

import type { ReceivedRequest } from '../../src/delivery/receiver';
import type { StoredRow } from '../../src/sandbox/schema/types';
import { ids } from '../../src/sandbox/seed/ids';
import { contextOf, useTrials, type Trial } from './pipelineSetup';

describe('the steps of a message', () => {
  const { trial, receive } = useTrials();
  const names = (requests: readonly ReceivedRequest[]): ReadonlyArray<string | null | undefined> =>
    requests.map((request) => contextOf(request).owningExtension?.name);
  const traces = (sandbox: Trial): readonly StoredRow[] => [...sandbox.store.rows('plugintracelog')];

  it('run by stage and rank, before and after the main operation', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const account = await sandbox.create('account', { name: 'Before' });
    for (const [stage, rank] of [
      [40, 2],
      [20, 5],
      [40, 1],
      [10, 9],
      [20, 1],
    ] as const) {
      await sandbox.step(hook, 'Update', 'account', { mode: 0, stage, rank, name: `${stage}.${rank}` });
    }
    await sandbox.update('account', account, { name: 'After' });
    assert.deepEqual(names(receiver.requests()), ['10.9', '20.1', '20.5', '40.1', '40.2']);
    const first = contextOf(receiver.requests()[0]);
    assert.deepEqual([first.stage, first.parentContext, first.isInTransaction], [10, null, true]);
  });

  it('fire only when enabled, on their table, and for a listed column of the request', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const account = await sandbox.create('account', { name: 'A', telephone1: '1' });
    const contact = await sandbox.create('contact', { lastname: 'B' });
    const step = await sandbox.step(hook, 'Update', 'account', {
      mode: 0,
      filteringattributes: 'name,telephone1',
    });
    await sandbox.update('account', account, { description: 'not listed' });
    await sandbox.update('contact', contact, { lastname: 'other table' });
    assert.equal(receiver.requests().length, 0);
    await sandbox.update('account', account, { telephone1: '1' });
    assert.equal(receiver.requests().length, 1, 'a listed column counts even when its value stays');
    await sandbox.update('sdkmessageprocessingstep', step, { statecode: 1, statuscode: 2 });
    await sandbox.update('account', account, { name: 'disabled' });
    assert.equal(receiver.requests().length, 1);
    await sandbox.update('sdkmessageprocessingstep', step, { statecode: 0, statuscode: 1 });
    await sandbox.update('account', account, { name: 'enabled' });
    assert.equal(receiver.requests().length, 2);
  });

  it('without a table fire for every table that allows steps', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    await sandbox.step(hook, 'Create', undefined, { mode: 0 });
    await sandbox.create('account', { name: 'A' });
    await sandbox.create('contact', { lastname: 'B' });
    await sandbox.webhook(receiver.url);
    assert.deepEqual(
      receiver.requests().map((request) => contextOf(request).primaryEntityName),
      ['account', 'contact'],
    );
  });

  it('undo the operation when a synchronous one fails, and tell the caller why', async () => {
    const sandbox = trial();
    const receiver = await receive({ answer: { status: 500, body: 'no' } });
    const hook = await sandbox.webhook(`${receiver.url}/hook?secret=1`);
    await sandbox.step(hook, 'Create', 'account', { mode: 0, name: 'Strict' });
    await sandbox.step(hook, 'Create', 'account', { rank: 0 });
    const before = sandbox.store.size('account');
    await assert.rejects(
      sandbox.create('account', { name: 'A' }),
      (error: Error & { code?: string; detail?: string }) => {
        assert.equal(error.code, '0x80050201');
        assert.match(error.message, /Strict.*status 500/);
        assert.doesNotMatch(`${error.message}${error.detail ?? ''}`, /secret|code=key/);
        return true;
      },
    );
    await sandbox.idle();
    assert.equal(sandbox.store.size('account'), before);
    assert.equal(sandbox.jobs().length, 0, 'the job of the undone operation is gone with it');
    assert.equal(receiver.requests().length, 1);
  });

  it('fail with the code of what happened', async () => {
    const sandbox = trial({ timeout: 50 });
    const receiver = await receive({ answer: { status: 200, instead: 'silence' } });
    const hook = await sandbox.webhook(receiver.url);
    await sandbox.step(hook, 'Create', 'account', { mode: 0 });
    const codeFor = async (endpoint: StoredRow): Promise<unknown> => {
      await sandbox.update('serviceendpoint', hook, endpoint);
      const error = await sandbox.create('account', { name: 'A' }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      return error instanceof Error && 'code' in error ? error.code : error;
    };
    assert.equal(await codeFor({}), '0x80050202');
    assert.equal(await codeFor({ authtype: 5, authvalue: 'not xml' }), '0x80050203');
    assert.equal(await codeFor({ authtype: 6, authvalue: 'not xml' }), '0x80050204');
    assert.equal(await codeFor({ authtype: 4, authvalue: 'k', url: 'https://192.0.2.1/' }), '0x80050206');
    await receiver.close();
    assert.equal(await codeFor({ url: receiver.url }), '0x80050205');
  });

  it('get one more attempt after 503', async () => {
    const sandbox = trial();
    const receiver = await receive({ answer: ({ number }) => ({ status: number === 1 ? 503 : 204 }) });
    const hook = await sandbox.webhook(receiver.url);
    await sandbox.step(hook, 'Create', 'account', { mode: 0 });
    await sandbox.create('account', { name: 'A' });
    assert.equal(receiver.requests().length, 2);
  });

  it('keep to the allowed ports when there are such', async () => {
    const sandbox = trial({ allowedPorts: new Set([7071]) });
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    await sandbox.step(hook, 'Create', 'account', { mode: 0 });
    await assert.rejects(sandbox.create('account', { name: 'A' }), { code: '0x80050205' });
    assert.equal(receiver.requests().length, 0);
  });

  it('run as the user they name', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    await sandbox.step(hook, 'Create', 'account', {
      mode: 0,
      impersonatinguserid: { table: 'systemuser', id: ids.secondUser },
    });
    await sandbox.create('account', { name: 'A' });
    const context = contextOf(receiver.requests()[0]);
    assert.deepEqual([context.userId, context.initiatingUserId], [ids.secondUser, ids.user]);
    assert.notEqual(
      context.userAzureActiveDirectoryObjectId,
      context.initiatingUserAzureActiveDirectoryObjectId,
    );
  });

  it('leave traces as the organization wishes, also of what was undone', async () => {
    const sandbox = trial();
    const receiver = await receive({ answer: ({ number }) => ({ status: number % 2 === 1 ? 400 : 200 }) });
    const hook = await sandbox.webhook(receiver.url);
    const step = await sandbox.step(hook, 'Create', 'account', { mode: 0 });
    const tryBoth = async (setting: number): Promise<number> => {
      await sandbox.update('organization', ids.organization, { plugintracelogsetting: setting });
      const before = traces(sandbox).length;
      await assert.rejects(sandbox.create('account', { name: 'fails' }));
      await sandbox.create('account', { name: 'works' });
      return traces(sandbox).length - before;
    };
    assert.deepEqual([await tryBoth(0), await tryBoth(1), await tryBoth(2)], [0, 1, 2]);
    const [failed] = traces(sandbox);
    assert.deepEqual(
      [failed?.['pluginstepid'], failed?.['messagename'], failed?.['mode']],
      [step, 'Create', 0],
    );
  });

  it('of Assign and SetState fire for an update of owner and state', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const account = await sandbox.create('account', { name: 'A' });
    for (const message of ['Update', 'Assign', 'SetState'])
      await sandbox.step(hook, message, 'account', { mode: 0 });
    await sandbox.update('account', account, { ownerid: { table: 'systemuser', id: ids.secondUser } });
    await sandbox.update('account', account, { statecode: 1 });
    const contexts = receiver.requests().map(contextOf);
    assert.deepEqual(contexts.map((context) => context.messageName).sort(), [
      'Assign',
      'SetState',
      'Update',
      'Update',
    ]);
    const parameters = (message: string): unknown =>
      contexts
        .find((context) => context.messageName === message)
        ?.inputParameters?.map((pair) => [pair.key, pair.value.kind]);
    assert.deepEqual(parameters('Assign'), [
      ['Target', 'entityReference'],
      ['Assignee', 'entityReference'],
    ]);
    assert.deepEqual(parameters('SetState'), [
      ['EntityMoniker', 'entityReference'],
      ['State', 'optionSet'],
      ['Status', 'optionSet'],
    ]);
    const row = sandbox.store.get('account', account);
    assert.deepEqual([row?.['statecode'], row?.['statuscode']], [1, 2]);
  });

  it('of Associate and Disassociate tell the relationship and the rows', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const project = { table: 'new_project', id: await sandbox.create('new_project', { new_name: 'P' }) };
    const contact = { table: 'contact', id: await sandbox.create('contact', { lastname: 'C' }) };
    await sandbox.step(hook, 'Associate', undefined, { mode: 0 });
    await sandbox.step(hook, 'Disassociate', undefined, { mode: 0 });
    const { operations } = sandbox.pipeline;
    await sandbox.write((context) =>
      operations.associate(project, 'new_project_contact', [contact], context),
    );
    assert.deepEqual(
      [...sandbox.store.linked('new_project_contact', 'new_projectid', project.id)],
      [contact],
    );
    await assert.rejects(
      sandbox.write((context) => operations.associate(project, 'new_project_contact', [contact], context)),
      { code: '0x80040237', httpStatus: 412 },
    );
    await sandbox.write((context) =>
      operations.disassociate(project, 'new_project_contact', [contact], context),
    );
    assert.deepEqual([...sandbox.store.linked('new_project_contact', 'new_projectid', project.id)], []);
    const contexts = receiver.requests().map(contextOf);
    assert.deepEqual(
      contexts.map((context) => [context.messageName, context.primaryEntityName]),
      [
        ['Associate', 'none'],
        ['Disassociate', 'none'],
      ],
    );
    assert.deepEqual(
      contexts[0]?.inputParameters?.map((pair) => pair.value.kind),
      ['entityReference', 'relationship', 'list'],
    );
  });

  it('of an action fire with its parameters', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const id = await sandbox.create('new_project', { new_name: 'P' });
    await sandbox.step(hook, 'new_ApproveProject', 'new_project', { mode: 0 });
    const call = {
      name: 'new_ApproveProject',
      target: { table: 'new_project', id },
      table: undefined,
      parameters: { Comment: 'fine' },
    };
    const answer = await sandbox.write((context) => sandbox.pipeline.operations.execute(call, context));
    assert.deepEqual(answer, { Approved: true });
    const context = contextOf(receiver.requests()[0]);
    assert.deepEqual(
      context.inputParameters?.map((pair) => pair.key),
      ['Target', 'Comment'],
    );
    assert.equal(sandbox.store.get('new_project', id)?.['new_phase'], 100000001);
    await assert.rejects(
      sandbox.write((it) => sandbox.pipeline.operations.execute({ ...call, parameters: { Comment: 3 } }, it)),
      { httpStatus: 400 },
    );
  });

  it('of reads fire around the read and do not change its answer', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const id = await sandbox.create('account', { name: 'A' });
    const get = (): Promise<number> =>
      sandbox.write((context) =>
        sandbox.pipeline.operations.retrieve({ table: 'account', id }, () => 42, context),
      );
    assert.equal(await get(), 42);
    await sandbox.step(hook, 'Retrieve', 'account', { mode: 0 });
    assert.equal(await get(), 42);
    assert.deepEqual(
      receiver.requests().map((request) => contextOf(request).primaryEntityId),
      [id],
    );
  });

  it('end a receiver that calls back without end', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const account = await sandbox.create('account', { name: 'A' });
    await sandbox.step(hook, 'Update', 'account', { mode: 0 });
    await sandbox.update('account', account, { name: 'B' });
    const correlation = contextOf(receiver.requests()[0]).correlationId ?? '';
    const headers = { 'x-ms-correlation-request-id': correlation };
    for (let depth = 2; depth <= 8; depth += 1) {
      await sandbox.update('account', account, { name: `${depth}` }, { headers });
      const context = contextOf(receiver.requests().at(-1));
      assert.deepEqual([context.depth, context.correlationId], [depth, correlation]);
    }
    await assert.rejects(sandbox.update('account', account, { name: 'X' }, { headers }), {
      code: '0x80044182',
    });
    const stranger = { 'x-ms-correlation-request-id': '00000000-0000-4000-8000-000000000001' };
    await sandbox.update('account', account, { name: 'Y' }, { headers: stranger });
    assert.equal(contextOf(receiver.requests().at(-1)).depth, 1);
  });

  it('lose the large members of a body over the limit, which the header says', async () => {
    const sandbox = trial();
    const receiver = await receive({ maxBodyBytes: 4_000_000 });
    const hook = await sandbox.webhook(receiver.url);
    await sandbox.step(hook, 'Create', 'task', { mode: 0 });
    const description = 'x'.repeat(2000);
    const rows = Array.from({ length: 100 }, () => ({
      id: undefined,
      values: { subject: 's', description },
    }));
    await sandbox.step(hook, 'CreateMultiple', 'task', {});
    await sandbox.write((context) => sandbox.pipeline.operations.createMultiple('task', rows, context));
    await sandbox.idle();
    const bulk = receiver.requests().find((request) => contextOf(request).messageName === 'CreateMultiple');
    const context = contextOf(bulk);
    assert.equal(
      bulk?.headers.some(([name, value]) => name === 'x-ms-dynamics-msg-size-exceeded' && value === 'true'),
      true,
    );
    assert.deepEqual(
      [context.inputParameters, context.parentContext, context.preEntityImages, context.postEntityImages],
      [undefined, undefined, undefined, undefined],
    );
    assert.equal(context.primaryEntityName, 'task');
  });
});
