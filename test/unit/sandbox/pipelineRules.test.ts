import assert from 'node:assert/strict';

import type { StoredRow } from '../../../src/sandbox/schema/types';
import { filterId, ids, messageId } from '../../../src/sandbox/seed/ids';
import { stepValues, textIn, useTrials, type Trial } from '../../contract/pipelineSetup';

const URL = 'http://127.0.0.1:9/';
const reference = (table: string, id: string): { table: string; id: string } => ({ table, id });

describe('registering a webhook', () => {
  const { trial } = useTrials();
  const endpoint = (values: StoredRow): StoredRow => ({
    name: 'H',
    url: URL,
    contract: 8,
    authtype: 4,
    ...values,
  });

  it('keeps the secret to itself and tells only whether there is one', async () => {
    const sandbox = trial();
    const id = await sandbox.webhook(URL, { authvalue: 'secret' });
    const set = (): unknown => sandbox.store.get('serviceendpoint', id)?.['isauthvalueset'];
    assert.equal(set(), true);
    assert.equal(sandbox.store.schema.column('serviceendpoint', 'authvalue')?.read, false);
    await sandbox.update('serviceendpoint', id, { name: 'other' });
    assert.equal(set(), true);
    await sandbox.update('serviceendpoint', id, { authvalue: null });
    assert.equal(set(), false);
  });

  for (const [what, values] of Object.entries({
    'no name': { name: null },
    'no contract': { contract: null },
    'no url': { url: null },
    'a relative url': { url: '/hook' },
    'another scheme': { url: 'ftp://127.0.0.1/' },
    'an authtype of the service bus': { authtype: 2 },
    'no authtype': { authtype: null },
  })) {
    it(`is refused with ${what}`, async () => {
      const sandbox = trial();
      await assert.rejects(sandbox.create('serviceendpoint', endpoint(values)), {
        code: '0x80040203',
        httpStatus: 400,
      });
      const id = await sandbox.create('serviceendpoint', endpoint({}));
      await assert.rejects(sandbox.update('serviceendpoint', id, values), { code: '0x80040203' });
      assert.equal(sandbox.store.get('serviceendpoint', id)?.['name'], 'H');
    });
  }

  it('takes the id that is supplied, once', async () => {
    const sandbox = trial();
    const id = '0f6d2c44-7b8e-4f11-ac20-6045bdd1a101';
    const create = (): Promise<unknown> =>
      sandbox.write((context) =>
        sandbox.pipeline.operations.create('serviceendpoint', id, endpoint({}), context),
      );
    assert.deepEqual(await create(), reference('serviceendpoint', id));
    await assert.rejects(create(), { code: '0x80040237', httpStatus: 412 });
  });

  it('takes its steps and their images with it when it is deleted', async () => {
    const sandbox = trial();
    const id = await sandbox.webhook(URL);
    const step = await sandbox.step(id, 'Update', 'account');
    const image = await sandbox.create('sdkmessageprocessingstepimage', imageValues(step, {}));
    await sandbox.remove('serviceendpoint', id);
    assert.equal(sandbox.store.get('sdkmessageprocessingstep', step), undefined);
    assert.equal(sandbox.store.get('sdkmessageprocessingstepimage', image), undefined);
  });

  it('joins the solution named in the request, and leaves it when it is deleted', async () => {
    const sandbox = trial();
    const [solution] = [...sandbox.store.rows('solution')].filter((row) => row['ismanaged'] === false);
    const name = textIn(solution?.['uniquename']);
    const id = await sandbox.create('serviceendpoint', endpoint({}), { solution: name });
    const members = (): readonly unknown[] =>
      [...sandbox.store.where('solutioncomponent', 'objectid', id)].map((row) => row['componenttype']);
    assert.deepEqual(members(), [95]);
    await sandbox.remove('serviceendpoint', id);
    assert.deepEqual(members(), []);
    await assert.rejects(sandbox.create('serviceendpoint', endpoint({}), { solution: 'nowhere' }), {
      code: '0x8004f002',
    });
  });
});

const imageValues = (step: string, values: StoredRow): StoredRow => ({
  name: 'Image',
  entityalias: 'Image',
  imagetype: 0,
  messagepropertyname: 'Target',
  sdkmessageprocessingstepid: reference('sdkmessageprocessingstep', step),
  ...values,
});

describe('registering a step', () => {
  const { trial } = useTrials();
  const refused = async (
    code: string,
    message: string,
    table: string | undefined,
    values: StoredRow,
  ): Promise<void> => {
    const sandbox = trial();
    const hook = await sandbox.webhook(URL);
    const before = sandbox.store.size('sdkmessageprocessingstep');
    await assert.rejects(sandbox.step(hook, message, table, values), { code, httpStatus: 400 });
    assert.equal(sandbox.store.size('sdkmessageprocessingstep'), before);
  };

  it('has the defaults of the platform', async () => {
    const sandbox = trial();
    const hook = await sandbox.webhook(URL);
    const step = sandbox.store.get('sdkmessageprocessingstep', await sandbox.step(hook, 'Update', 'account'));
    assert.deepEqual(
      ['statecode', 'statuscode', 'asyncautodelete', 'supporteddeployment', 'ismanaged'].map(
        (name) => step?.[name],
      ),
      [0, 1, false, 0, false],
    );
    assert.deepEqual(step?.['organizationid'], reference('organization', ids.organization));
    assert.deepEqual(step['createdby'], reference('systemuser', ids.user));
    assert.match(textIn(step['createdon']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  for (const stage of [5, 15, 25, 30, 35, 45, 50, 55, 80, 90]) {
    it(`is refused in the internal stage ${stage}`, () =>
      refused('0x80044184', 'Update', 'account', { stage, mode: 0 }));
  }
  for (const stage of [10, 20]) {
    it(`is refused in stage ${stage} when asynchronous`, () =>
      refused('0x80040203', 'Update', 'account', { stage }));
  }
  for (const column of ['rank', 'eventhandler', 'sdkmessageid']) {
    it(`is refused without ${column}`, () => refused('0x80040203', 'Update', 'account', { [column]: null }));
  }
  it('is refused where custom steps are not allowed', () =>
    refused('0x80044187', 'Create', 'serviceendpoint', {}));
  it('is refused for a private message', () =>
    refused('0x80044187', 'ProcessOneMemberBulkOperation', undefined, {}));
  it('is refused for a message that allows no steps at all', () =>
    refused('0x80044187', 'WhoAmI', undefined, {}));
  it('is refused with the filter of another message', () =>
    refused('0x80040203', 'Update', undefined, {
      sdkmessagefilterid: reference('sdkmessagefilter', filterId('Create', 'account')),
    }));
  it('is refused with filtering attributes where they mean nothing', () =>
    refused('0x80040203', 'Delete', 'account', { filteringattributes: 'name' }));
  it('is refused with a filtering attribute that the table lacks', () =>
    refused('0x80040203', 'Update', 'account', { filteringattributes: 'name,nonsense' }));
  it('is refused with a configuration', () =>
    refused('0x80040203', 'Update', 'account', { configuration: '{}' }));

  it('is held to the same rules when it is changed', async () => {
    const sandbox = trial();
    const hook = await sandbox.webhook(URL);
    const id = await sandbox.step(hook, 'Update', 'account');
    const change = (values: StoredRow): Promise<void> =>
      sandbox.update('sdkmessageprocessingstep', id, values);
    await assert.rejects(change({ stage: 30 }), { code: '0x80044184' });
    await assert.rejects(change({ stage: 10 }), { code: '0x80040203' });
    await assert.rejects(change({ sdkmessageid: reference('sdkmessage', messageId('Create')) }), {
      code: '0x80040203',
    });
    await assert.rejects(change({ statuscode: 2 }), { code: '0x80048408' });
    await change({ stage: 20, mode: 0, rank: 7, filteringattributes: 'name' });
    await change({ statecode: 1 });
    const step = sandbox.store.get('sdkmessageprocessingstep', id);
    assert.deepEqual(
      [step?.['stage'], step?.['rank'], step?.['statecode'], step?.['statuscode']],
      [20, 7, 1, 2],
    );
  });

  it('of Microsoft can be neither changed nor deleted', async () => {
    const sandbox = trial();
    const hook = await sandbox.webhook(URL);
    const managed = async (customizable: boolean): Promise<string> => {
      const id = await sandbox.step(hook, 'Update', 'account', {
        iscustomizable: {
          Value: customizable,
          CanBeChanged: false,
          ManagedPropertyLogicalName: 'iscustomizableanddeletable',
        },
      });
      await sandbox.write((context) => {
        context.work.transaction.change('sdkmessageprocessingstep', id, { ismanaged: true });
        return Promise.resolve();
      });
      return id;
    };
    const [fixed, free] = [await managed(false), await managed(true)];
    await assert.rejects(sandbox.update('sdkmessageprocessingstep', fixed, { rank: 2 }), {
      code: '0x8004f026',
    });
    await assert.rejects(sandbox.remove('sdkmessageprocessingstep', fixed), { code: '0x8004f026' });
    await assert.rejects(sandbox.remove('serviceendpoint', hook), { code: '0x8004f026' });
    await sandbox.update('sdkmessageprocessingstep', free, { rank: 2 });
    assert.equal(sandbox.store.get('sdkmessageprocessingstep', free)?.['rank'], 2);
  });

  it('is ignored when its handler is a plug-in, but can be registered', async () => {
    const sandbox = trial();
    await sandbox.write((context) => {
      context.work.transaction.insert('plugintype', { plugintypeid: ids.queue, name: 'P' });
      return Promise.resolve();
    });
    const values = stepValues('', 'Create', 'account', {
      mode: 0,
      eventhandler: reference('plugintype', ids.queue),
    });
    await sandbox.create('sdkmessageprocessingstep', values);
    assert.ok(await sandbox.create('account', { name: 'A' }));
  });
});

describe('registering an image', () => {
  const { trial } = useTrials();
  const register = async (
    message: string,
    step: StoredRow,
    image: StoredRow,
    table = 'account',
  ): Promise<{ sandbox: Trial; create: () => Promise<string> }> => {
    const sandbox = trial();
    const id = await sandbox.step(await sandbox.webhook(URL), message, table, step);
    return { sandbox, create: () => sandbox.create('sdkmessageprocessingstepimage', imageValues(id, image)) };
  };

  for (const [what, message, step, image] of [
    ['a pre-image of Update', 'Update', { stage: 10, mode: 0 }, {}],
    ['both images of Update', 'Update', {}, { imagetype: 2 }],
    ['a post-image of Create by Id', 'Create', {}, { imagetype: 1, messagepropertyname: 'Id' }],
    ['a post-image of Create by Target', 'Create', {}, { imagetype: 1, messagepropertyname: 'Target' }],
    ['a pre-image of Delete', 'Delete', {}, {}],
    ['an image of SetState', 'SetState', {}, { messagepropertyname: 'EntityMoniker' }],
    ['an image with columns', 'Update', {}, { attributes: 'name,telephone1' }],
  ] as const) {
    it(`takes ${what}`, async () => {
      const { create } = await register(message, step, image);
      assert.ok(await create());
    });
  }

  for (const [what, code, message, step, image] of [
    ['a pre-image of Create', '0x8004416d', 'Create', {}, { messagepropertyname: 'Id' }],
    ['a post-image of Delete', '0x8004416d', 'Delete', {}, { imagetype: 1 }],
    ['both images of Delete', '0x8004416d', 'Delete', {}, { imagetype: 2 }],
    ['a post-image before the operation', '0x8004416e', 'Update', { stage: 20, mode: 0 }, { imagetype: 1 }],
    ['another property name', '0x8004416b', 'Update', {}, { messagepropertyname: 'Id' }],
    ['an image of Retrieve', '0x80044189', 'Retrieve', {}, {}],
    ['a column that the table lacks', '0x80040203', 'Update', {}, { attributes: 'nonsense' }],
    ['no alias', '0x80040203', 'Update', {}, { entityalias: null }],
    ['no type', '0x80040203', 'Update', {}, { imagetype: null }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { sandbox, create } = await register(message, step, image);
      await assert.rejects(create(), { code, httpStatus: 400 });
      assert.equal(sandbox.store.size('sdkmessageprocessingstepimage'), 0);
    });
  }
});
