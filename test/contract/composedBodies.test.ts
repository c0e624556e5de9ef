import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock';
import { Secret } from '../../src/base/secret';
import { composeContext } from '../../src/delivery/compose/compose';
import type {
  Cells,
  ComposeOperation,
  ComposeScene,
  ComposeStep,
  ComposeTable,
} from '../../src/delivery/compose/model';
import { contextReference, type ExecutionContext } from '../../src/delivery/executionContext';
import { readContext } from '../../src/delivery/readContext';
import { startReceiver, type Receiver } from '../../src/delivery/receiver';
import { writeContext } from '../../src/delivery/wire';
import { createMetadata, type Table } from '../../src/dataverse/metadata';
import * as odata from '../../src/dataverse/odata';
import type { Row } from '../../src/dataverse/webApi';
import { composedColumns, rowCells } from '../../src/presentation/send/rowCells';
import { customApi, deliveryScene, findRows, wholeRow } from '../../src/webhooks/deliveryFacts';
import type { NewImage, NewStep } from '../../src/webhooks/model';
import { WebhookService } from '../../src/webhooks/webhookService';
import { usePair } from './pair';

const never = new AbortController().signal;

/** A step of a test, as it was registered. */
interface Registered {
  readonly step: ComposeStep;
}

describe('A composed body is, member by member, what the sandbox delivers for the same step', () => {
  const pair = usePair();
  const webhooks = (): WebhookService => new WebhookService(pair.api);
  const metadata = () => createMetadata(pair.api, systemClock);
  let receiver: Receiver;
  let hook: string;

  beforeEach(async () => {
    receiver = await startReceiver();
    hook = await webhooks().registerWebhook(
      {
        name: `Hook ${receiver.port}`,
        url: receiver.url,
        auth: { type: 'webhookKey', key: new Secret('k') },
      },
      never,
    );
  });

  afterEach(async () => {
    await webhooks().deleteWebhook(hook, never);
    await receiver.close();
  });

  async function register(
    message: string,
    table: string | undefined,
    more: Partial<Pick<NewStep, 'stage' | 'mode' | 'filteringColumns'>> & {
      readonly images?: ReadonlyArray<Pick<NewImage, 'alias' | 'type' | 'columns'>>;
    } = {},
  ): Promise<Registered> {
    const found = (await webhooks().messages(never)).find(({ name }) => name === message);
    assert.ok(found, message);
    const filters = await webhooks().filters(found.id, never);
    const { images = [], ...settings } = more;
    const step: NewStep = {
      webhookId: hook,
      name: `Hook: ${message}`,
      description: '',
      message: found,
      filter: table === undefined ? undefined : filters.find((filter) => filter.table === table),
      filteringColumns: [],
      stage: 'postOperation',
      mode: 'asynchronous',
      rank: 1,
      deleteJobOnSuccess: false,
      deployment: 'server',
      runAs: undefined,
      ...settings,
    };
    const stepId = await webhooks().registerStep(step, never);
    for (const image of images) {
      const messageProperty = { Create: 'Id', SetState: 'EntityMoniker' }[message] ?? 'Target';
      await webhooks().registerImage(
        { stepId, name: image.alias, messageProperty, ...image },
        message,
        never,
      );
    }
    const stage = { preValidation: 10, preOperation: 20, postOperation: 40 } as const;
    return {
      step: {
        id: stepId,
        name: step.name,
        stage: stage[step.stage],
        asynchronous: step.mode === 'asynchronous',
        images,
      },
    };
  }

  async function tableOf(name: string): Promise<{ readonly table: ComposeTable; readonly source: Table }> {
    const source = await metadata().table(name, never);
    assert.ok(source?.primaryIdColumn);
    const columns = composedColumns(await metadata().columns(name, never));
    return {
      source,
      table: {
        name,
        key: source.primaryIdColumn,
        ...(source.primaryNameColumn === undefined ? {} : { primaryName: source.primaryNameColumn }),
        columns,
      },
    };
  }

  async function cellsOf(name: string, id: string): Promise<{ cells: Cells; rowVersion: string | null }> {
    const { table, source } = await tableOf(name);
    const row = await wholeRow(pair.api, source, id, never);
    assert.ok(row);
    const version = /\d+/.exec(String(row['@odata.etag']));
    return { cells: rowCells(table.columns, row), rowVersion: version?.[0] ?? null };
  }

  const pick = (cells: Cells, names: readonly string[]): Cells =>
    Object.fromEntries(
      names.map((name) => {
        const cell = cells[name];
        assert.ok(cell, name);
        return [name, cell];
      }),
    );

  async function delivered(): Promise<ExecutionContext> {
    const [request] = await receiver.waitFor(1, AbortSignal.timeout(10_000));
    const { context, problems } = readContext(request?.body.toString('utf8') ?? '');
    assert.ok(context);
    assert.deepEqual(problems, []);
    return context;
  }

  /** The scene by our own questions, with the ids and the moment that only the sandbox can know. */
  async function sceneOf(context: ExecutionContext): Promise<ComposeScene> {
    const facts = await deliveryScene(pair.api, never);
    const user = { id: facts.userId, directoryId: facts.directoryId ?? '' };
    return {
      organizationId: facts.organizationId,
      organizationName: facts.organizationName,
      businessUnitId: facts.businessUnitId,
      caller: user,
      runAs: user,
      userAgent: context.initiatingUserAgent ?? '',
      depth: 1,
      startedAt: context.operationCreatedOn?.milliseconds ?? 0,
      correlationId: context.correlationId ?? '',
      requestId: context.requestId ?? '',
      jobId: context.operationId ?? '',
    };
  }

  async function expectSame(operation: ComposeOperation, { step }: Registered): Promise<void> {
    const real = await delivered();
    const composed = composeContext(operation, step, await sceneOf(real));
    assert.deepEqual(JSON.parse(comparable(composed)), JSON.parse(comparable(real)));
    assert.equal(comparable(composed), comparable(real));
  }

  /** The parent began a few milliseconds before, and the id of the platform's own step is nobody's business. */
  function comparable(context: ExecutionContext): string {
    const { parentContext } = context;
    if (parentContext === null || parentContext === undefined) return writeContext(context);
    const { operationCreatedOn } = context;
    return writeContext({
      ...context,
      parentContext: { ...parentContext, operationCreatedOn: operationCreatedOn ?? null },
    });
  }

  const account = {
    name: 'Contoso / "Pharmaceuticals"',
    accountnumber: 'CT-10042',
    industrycode: 3,
    numberofemployees: 1250,
    creditonhold: false,
    revenue: 250000,
  };

  for (const mode of ['synchronous', 'asynchronous'] as const) {
    it(`Create, ${mode}, with a post-image`, async () => {
      const made = await register('Create', 'account', {
        mode,
        images: [{ alias: 'After', type: 'post', columns: ['name', 'revenue', 'createdon', 'telephone1'] }],
      });
      const { id } = await pair.api.create('accounts', account, { signal: never });
      await delivered();
      const { table } = await tableOf('account');
      const { cells } = await cellsOf('account', id);
      const row = { id, sent: pick(cells, Object.keys(account)), before: {}, after: cells, rowVersion: null };
      await expectSame({ kind: 'create', table, row }, made);
    });

    it(`Update, ${mode}, with images before, after and of both states`, async () => {
      const { table } = await tableOf('contact');
      const created = await pair.api.create(
        'contacts',
        { firstname: 'Maria', lastname: 'Campbell', creditlimit: 100, birthdate: '1990-04-01' },
        { signal: never },
      );
      const before = await cellsOf('contact', created.id);
      const made = await register('Update', 'contact', {
        mode,
        filteringColumns: ['lastname'],
        images: [
          { alias: 'Before', type: 'pre', columns: ['lastname', 'creditlimit', 'birthdate', 'jobtitle'] },
          { alias: 'Both', type: 'both', columns: ['fullname', 'ownerid', 'statecode'] },
        ],
      });
      const change: Row = { lastname: 'Campbell-Ray', jobtitle: null, creditlimit: 250.5 };
      await pair.api.update(odata.row('contacts', created.id), change, { signal: never });
      await delivered();
      const after = await cellsOf('contact', created.id);
      const row = {
        id: created.id,
        sent: pick(after.cells, Object.keys(change)),
        before: before.cells,
        after: after.cells,
        rowVersion: before.rowVersion,
      };
      await expectSame({ kind: 'update', table, row }, made);
    });

    it(`Delete, ${mode}, with a pre-image`, async () => {
      const { table } = await tableOf('contact');
      const { id } = await pair.api.create('contacts', { lastname: 'Gone' }, { signal: never });
      const { cells, rowVersion } = await cellsOf('contact', id);
      const made = await register('Delete', 'contact', {
        mode,
        images: [{ alias: 'Before', type: 'pre', columns: ['lastname'] }],
      });
      await pair.api.remove(odata.row('contacts', id), { signal: never });
      const row = { id, sent: {}, before: cells, after: {}, rowVersion };
      await expectSame({ kind: 'delete', table, row }, made);
    });

    it(`SetState, ${mode}`, async () => {
      const { table } = await tableOf('contact');
      const { id } = await pair.api.create('contacts', { lastname: 'Inactive' }, { signal: never });
      const { cells, rowVersion } = await cellsOf('contact', id);
      const made = await register('SetState', 'contact', { mode });
      await pair.api.update(odata.row('contacts', id), { statecode: 1, statuscode: 2 }, { signal: never });
      const row = { id, sent: {}, before: cells, after: cells, rowVersion };
      await expectSame({ kind: 'setState', message: 'SetState', table, row, state: 1, status: 2 }, made);
    });

    it(`Assign, ${mode}`, async () => {
      const { table } = await tableOf('contact');
      const { id } = await pair.api.create('contacts', { lastname: 'Given away' }, { signal: never });
      const me = (await deliveryScene(pair.api, never)).userId;
      const users = await webhooks().users('', never);
      const other = users.find((user) => user.id !== me);
      assert.ok(other);
      const { cells, rowVersion } = await cellsOf('contact', id);
      const made = await register('Assign', 'contact', { mode });
      const change = { 'ownerid@odata.bind': odata.bind('systemusers', other.id) };
      await pair.api.update(odata.row('contacts', id), change, { signal: never });
      const row = { id, sent: {}, before: cells, after: cells, rowVersion };
      const assignee = contextReference('systemuser', other.id);
      await expectSame({ kind: 'assign', table, row, assignee }, made);
    });

    it(`Associate, ${mode}`, async () => {
      const target = await pair.api.create('accounts', { name: 'One' }, { signal: never });
      const related = await pair.api.create('contacts', { lastname: 'Linked' }, { signal: never });
      const made = await register('Associate', undefined, { mode });
      const path = odata.property(odata.row('accounts', target.id), 'contact_customer_accounts');
      await pair.api.associate(path, odata.row('contacts', related.id), { signal: never });
      const operation = {
        target: contextReference('account', target.id),
        relationship: 'contact_customer_accounts',
        related: [contextReference('contact', related.id)],
      };
      await expectSame({ kind: 'associate', ...operation }, made);
    });
  }

  for (const stage of ['preValidation', 'preOperation'] as const) {
    it(`Update before the main operation, ${stage}`, async () => {
      const { table } = await tableOf('contact');
      const { id } = await pair.api.create('contacts', { lastname: 'First' }, { signal: never });
      const { cells, rowVersion } = await cellsOf('contact', id);
      const made = await register('Update', 'contact', {
        stage,
        mode: 'synchronous',
        images: [{ alias: 'Before', type: 'pre', columns: ['lastname'] }],
      });
      await pair.api.update(odata.row('contacts', id), { lastname: 'Second' }, { signal: never });
      const after = await cellsOf('contact', id);
      const row = {
        id,
        sent: pick(after.cells, ['lastname']),
        before: cells,
        after: after.cells,
        rowVersion,
      };
      await expectSame({ kind: 'update', table, row }, made);
    });
  }

  it('CreateMultiple with its rows', async () => {
    const { table } = await tableOf('account');
    const made = await register('CreateMultiple', 'account', { mode: 'synchronous' });
    const type = '#Microsoft.Dynamics.CRM.account';
    const targets = ['One', 'Two'].map((name) => ({ '@odata.type': type, name }));
    const path = odata.boundAction(odata.set('accounts'), 'CreateMultiple');
    const answer = await pair.api.action(path, { Targets: targets }, { signal: never });
    const ids = answer['Ids'] as readonly string[];
    const rows = await Promise.all(
      ids.map(async (id) => {
        const { cells } = await cellsOf('account', id);
        return { id, sent: pick(cells, ['name']), before: {}, after: cells, rowVersion: null };
      }),
    );
    await expectSame({ kind: 'createMultiple', table, rows }, made);
  });

  it('UpdateMultiple with its rows', async () => {
    const { table } = await tableOf('account');
    const { id } = await pair.api.create('accounts', { name: 'One' }, { signal: never });
    const made = await register('UpdateMultiple', 'account', { mode: 'asynchronous' });
    const path = odata.boundAction(odata.set('accounts'), 'UpdateMultiple');
    const target = { '@odata.type': '#Microsoft.Dynamics.CRM.account', accountid: id, name: 'Other' };
    await pair.api.action(path, { Targets: [target] }, { signal: never });
    const { cells, rowVersion } = await cellsOf('account', id);
    const rows = [{ id, sent: pick(cells, ['name']), before: cells, after: cells, rowVersion }];
    await expectSame({ kind: 'updateMultiple', table, rows }, made);
  });

  it('Disassociate', async () => {
    const target = await pair.api.create('accounts', { name: 'One' }, { signal: never });
    const related = await pair.api.create('contacts', { lastname: 'Linked' }, { signal: never });
    const path = odata.property(odata.row('accounts', target.id), 'contact_customer_accounts');
    await pair.api.associate(path, odata.row('contacts', related.id), { signal: never });
    const made = await register('Disassociate', undefined);
    await pair.api.disassociate(
      odata.reference(odata.row('accounts', target.id), 'contact_customer_accounts', related.id),
      { signal: never },
    );
    const operation = {
      target: contextReference('account', target.id),
      relationship: 'contact_customer_accounts',
      related: [contextReference('contact', related.id)],
    };
    await expectSame({ kind: 'disassociate', ...operation }, made);
  });

  it('a custom API bound to a row, with the parameters that were given', async () => {
    const { table } = await tableOf('new_project');
    const { id } = await pair.api.create('new_projects', { new_name: 'Plan' }, { signal: never });
    const made = await register('new_ApproveProject', 'new_project', { mode: 'synchronous' });
    const path = odata.boundAction(odata.row('new_projects', id), 'new_ApproveProject');
    await pair.api.action(path, { Comment: 'Go' }, { signal: never });
    const row = { id, sent: {}, before: {}, after: {}, rowVersion: null };
    await expectSame(
      {
        kind: 'other',
        message: 'new_ApproveProject',
        table,
        row,
        input: [
          { key: 'Target', value: contextReference('new_project', id) },
          { key: 'Comment', value: { kind: 'string', value: 'Go' } },
        ],
        output: [{ key: 'Approved', value: { kind: 'boolean', value: true } }],
      },
      made,
    );
  });

  it('rows are found by a part of their name and by their id, and a row that is gone is no error', async () => {
    const { source } = await tableOf('contact');
    const { id } = await pair.api.create('contacts', { lastname: "O'Brien & Sons" }, { signal: never });
    assert.deepEqual(await findRows(pair.api, source, 'n & s', never), [{ id, name: "O'Brien & Sons" }]);
    assert.deepEqual(
      (await findRows(pair.api, source, id.toUpperCase(), never)).map((row) => row.id),
      [id],
    );
    assert.ok((await findRows(pair.api, source, '', never)).length > 1);
    await pair.api.remove(odata.row('contacts', id), { signal: never });
    assert.equal(await wholeRow(pair.api, source, id, never), undefined);
    assert.equal(await customApi(pair.api, 'new_ApproveProject', never), undefined);
  });
});
