import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock';
import { Secret } from '../../src/base/secret';
import { startReceiver } from '../../src/delivery/receiver';
import { DataverseError } from '../../src/dataverse/errors';
import { createMetadata } from '../../src/dataverse/metadata';
import * as odata from '../../src/dataverse/odata';
import * as read from '../../src/dataverse/row';
import type { Row } from '../../src/dataverse/webApi';
import { failedJobsFetchXml, failedJobsPath } from '../../src/jobs/jobQueries';
import { JobService } from '../../src/jobs/jobService';
import type { JobScope } from '../../src/jobs/model';
import { readableWebApi } from '../../src/jobs/queryText';
import { causeOf } from '../../src/jobs/causes';
import { nothingArrived, rowsArrived } from '../../src/presentation/tree/environmentState';
import type { NewStep, Step, Webhook, WebhookAuth } from '../../src/webhooks/model';
import { loadWebhooks } from '../../src/webhooks/webhookLoad';
import { WebhookService } from '../../src/webhooks/webhookService';
import { rowsOf, usePair } from './pair';

const never = new AbortController().signal;
const auths: readonly WebhookAuth[] = [
  { type: 'webhookKey', key: new Secret('a&b=c #+%') },
  { type: 'httpHeader', pairs: [{ name: 'x-api-key', value: new Secret('"<&>\' key') }] },
  {
    type: 'httpQueryString',
    pairs: [
      { name: 'code', value: new Secret('a&b=c#d 50 % + Привет 😀') },
      { name: 'second', value: new Secret("O'Brien") },
    ],
  },
];

describe('The client and the sandbox: webhooks, jobs, metadata', () => {
  const pair = usePair({ sandbox: { seeds: { samples: true, webhooks: 30, steps: 300, jobs: 700 } } });
  const service = (): WebhookService => new WebhookService(pair.api);
  const loadedRows = async (): Promise<{ webhooks: readonly Webhook[]; steps: readonly Step[] }> => {
    let rows = nothingArrived;
    await loadWebhooks(pair.api, never, (part) => (rows = rowsArrived(rows, part)));
    return { webhooks: rows.webhooks, steps: [...rows.steps.values()].flat() };
  };
  const metadata = () => createMetadata(pair.api, systemClock);

  async function newStep(
    webhookId: string,
    message: string,
    table: string,
    more: Partial<Pick<NewStep, 'stage' | 'filteringColumns'>> = {},
  ): Promise<NewStep> {
    const found = (await service().messages(never)).find((one) => one.name === message);
    assert.ok(found);
    const filter = (await service().filters(found.id, never)).find((one) => one.table === table);
    assert.ok(filter);
    return {
      webhookId,
      name: `${message} of ${table}`,
      description: '',
      message: found,
      filter,
      filteringColumns: [],
      stage: 'postOperation',
      mode: 'asynchronous',
      rank: 1,
      deleteJobOnSuccess: false,
      deployment: 'server',
      runAs: undefined,
      ...more,
    };
  }

  for (const auth of auths) {
    it(`a webhook with ${auth.type} is registered, listed, delivers its secret, and goes with its steps`, async () => {
      const receiver = await startReceiver();
      try {
        const name = `O'Brien & ${auth.type} 50 % 😀`;
        const description = 'Привет\n+ second line';
        assert.equal(await service().isNameTaken(name, never), false);
        const id = await service().registerWebhook(
          { name, url: `${receiver.url}/hook?a=1`, auth, description },
          never,
        );
        assert.equal(await service().isNameTaken(name.toUpperCase(), never), true);
        const webhook = (await service().webhooks(never)).find((one) => one.id === id);
        assert.ok(webhook);
        assert.deepEqual(
          [webhook.name, webhook.authType, webhook.hasSecret, webhook.managed, webhook.customizable],
          [name, auth.type, true, false, true],
        );
        assert.equal(webhook.description, description);
        const stepId = await service().registerStep(
          await newStep(id, 'Update', 'contact', { filteringColumns: ['firstname', 'jobtitle'] }),
          never,
        );
        const [step, ...others] = await service().stepsOf(id, never);
        assert.deepEqual(others, []);
        assert.deepEqual(
          [
            step?.id,
            step?.message.name,
            step?.table,
            step?.stage,
            step?.mode,
            step?.enabled,
            step?.filteringColumns,
          ],
          [stepId, 'Update', 'contact', 'postOperation', 'asynchronous', true, ['firstname', 'jobtitle']],
        );

        const contact = await pair.api.create('contacts', { lastname: 'Changed' });
        const path = odata.row('contacts', contact.id);
        await service().setStepEnabled(stepId, false, never);
        assert.equal((await service().stepsOf(id, never))[0]?.enabled, false);
        await pair.api.update(path, { jobtitle: 'Not told' });
        await service().setStepEnabled(stepId, true, never);
        await pair.api.update(path, { description: 'Not a filtering column' });
        await pair.api.update(path, { jobtitle: 'Told' });
        await pair.control('POST', 'idle', { timeoutSeconds: 5 });
        const requests = receiver.requests();
        assert.equal(requests.length, 1);
        expectSecret(auth, requests[0]?.target ?? '', requests[0]?.headers ?? []);
        assert.ok(requests[0]?.body.toString('utf8').includes('Told'));

        await service().deleteWebhook(id, never);
        const gone = await pair.api
          .get(odata.row('sdkmessageprocessingsteps', stepId))
          .catch((error: unknown) => error);
        assert.ok(DataverseError.is(gone, 'notFound'));
      } finally {
        await receiver.close();
      }
    });
  }

  it('all webhooks and all their steps are listed, whatever the pages', async () => {
    const { webhooks, steps } = await loadedRows();
    assert.ok(webhooks.length >= 33);
    assert.deepEqual(
      webhooks.map((webhook) => webhook.name),
      webhooks
        .map((webhook) => webhook.name)
        .toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
    );
    assert.ok(steps.length >= 306);
    assert.equal(new Set(steps.map((step) => step.id)).size, steps.length);
    const sample = steps.find((step) => step.images.length > 0);
    assert.deepEqual(
      sample?.images.map((image) => [image.name, image.type]),
      [
        ['PreImage', 'pre'],
        ['PostImage', 'post'],
      ],
    );
    assert.ok(steps.some((step) => step.managed && !step.customizable));
    const [first] = webhooks;
    assert.ok(first);
    const own = await service().stepsOf(first.id, never);
    assert.deepEqual(
      own.map((step) => step.id),
      steps.filter((step) => step.webhookId === first.id).map((step) => step.id),
    );
  });

  it('the documented form in parts gives the same steps as the one query for all', async () => {
    const { steps: whole } = await loadedRows();
    await pair.fault(
      { kind: 'status', status: 400, code: '0x80060888' },
      { contains: 'eventhandler_serviceendpoint/contract' },
    );
    const { steps: parts } = await loadedRows();
    assert.deepEqual(parts.map((step) => step.id).toSorted(), whole.map((step) => step.id).toSorted());
  });

  it('what the platform refuses arrives as a reason', async () => {
    const [managed] = (await service().webhooks(never)).filter((webhook) => webhook.managed);
    assert.ok(managed);
    await assert.rejects(service().deleteWebhook(managed.id, never), DataverseError);
    const [mine] = (await service().webhooks(never)).filter((webhook) => !webhook.managed);
    assert.ok(mine);
    await assert.rejects(
      newStep(mine.id, 'Update', 'contact', { stage: 'preOperation' }).then((step) =>
        service().registerStep(step, never),
      ),
      (error) => DataverseError.is(error, 'invalid'),
    );
  });

  describe('failed jobs', () => {
    const jobs = (): JobService =>
      new JobService(
        pair.api,
        async (table, signal) => (await metadata().table(table, signal))?.entitySetName,
      );
    const idsOf = (rows: readonly Row[]): readonly string[] =>
      rows.map((row) => read.guid(row, 'asyncoperationid'));

    async function scopes(): Promise<readonly JobScope[]> {
      const { webhooks, steps } = await loadedRows();
      const order = webhooks.find((webhook) => webhook.name === 'Order intake');
      const stepIds = steps.filter((step) => step.webhookId === order?.id).map((step) => step.id);
      return [
        { kind: 'environment' },
        { kind: 'webhook', webhookId: order?.id ?? '', stepIds },
        {
          kind: 'step',
          stepId: steps.find((step) => step.name === 'Order intake: Update of contact')?.id ?? '',
        },
        { kind: 'step', stepId: steps.find((step) => step.name.startsWith('Create of account'))?.id ?? '' },
      ];
    }

    it('both languages give the same jobs in the same order, for every scope', async () => {
      const counts: number[] = [];
      for (const scope of await scopes()) {
        const byPath = await rowsOf(
          jobs().run({ language: 'webApi', text: readableWebApi(failedJobsPath(scope)) }, never),
        );
        const byXml = await rowsOf(
          jobs().run({ language: 'fetchXml', text: failedJobsFetchXml(scope) }, never),
        );
        assert.deepEqual(idsOf(byXml), idsOf(byPath), scope.kind);
        for (const [index, row] of byPath.entries()) {
          for (const column of ['name', 'errorcode', 'friendlymessage', 'messagename', 'completedon']) {
            assert.equal(byXml[index]?.[column], row[column], column);
          }
          assert.equal(
            read.optionalLookup(byXml[index] ?? {}, 'owningextensionid')?.name,
            read.optionalLookup(row, 'owningextensionid')?.name,
          );
        }
        counts.push(byPath.length);
      }
      assert.ok((counts[0] ?? 0) > 50, 'more than one page');
      assert.ok(
        counts.slice(1).every((count) => count > 0),
        counts.join(),
      );
    });

    it('one job tells everything, and why it failed', async () => {
      const receiver = await startReceiver({ answer: { status: 500 } });
      try {
        const id = await service().registerWebhook(
          { name: 'Failing', url: receiver.url, auth: { type: 'webhookKey', key: new Secret('k') } },
          never,
        );
        const stepId = await service().registerStep(await newStep(id, 'Create', 'contact'), never);
        await pair.api.create('contacts', { firstname: 'Job', lastname: 'Failed' });
        await pair.control('POST', 'idle', { timeoutSeconds: 5 });
        const [row] = await rowsOf(
          jobs().run({ language: 'webApi', text: failedJobsPath({ kind: 'step', stepId }) }, never),
        );
        const job = await jobs().job(read.guid(row ?? {}, 'asyncoperationid'), never);
        assert.deepEqual(
          [job.state, job.messageName, job.table, job.stepName, job.regarding?.name, job.owner],
          ['failed', 'Create', 'contact', 'Create of contact', 'Job Failed', 'Sandbox User'],
        );
        assert.deepEqual(causeOf(job), { kind: 'httpStatus', status: 500 });
        await service().deleteWebhook(id, never);
      } finally {
        await receiver.close();
      }
    });

    it('a query over another table finds its set by the metadata', async () => {
      const text = '<fetch top="2"><entity name="team"><attribute name="name" /></entity></fetch>';
      const rows = await rowsOf(jobs().run({ language: 'fetchXml', text }, never));
      assert.ok(rows.length > 0);
      await assert.rejects(
        rowsOf(
          jobs().run({ language: 'fetchXml', text: '<fetch><entity name="nonsense" /></fetch>' }, never),
        ),
        { reason: 'noTable' },
      );
    });
  });

  describe('metadata', () => {
    it('tables, columns and choices come with their labels', async () => {
      const tables = await metadata().tables(never);
      const contact = tables.find((table) => table.logicalName === 'contact');
      assert.deepEqual(
        [
          contact?.entitySetName,
          contact?.schemaName,
          contact?.label,
          contact?.primaryIdColumn,
          contact?.primaryNameColumn,
        ],
        ['contacts', 'Contact', 'Contact', 'contactid', 'fullname'],
      );
      assert.equal(tables.find((table) => table.logicalName === 'new_project')?.isCustom, true);
      const columns = await metadata().columns('new_project', never);
      const types = Object.fromEntries(columns.map((column) => [column.logicalName, column.type]));
      for (const [name, type] of Object.entries({
        new_name: 'String',
        new_description: 'Memo',
        new_headcount: 'Integer',
        new_externalnumber: 'BigInt',
        new_progress: 'Decimal',
        new_risk: 'Double',
        new_budget: 'Money',
        new_isbillable: 'Boolean',
        new_startson: 'DateTime',
        new_phase: 'Picklist',
        new_regions: 'MultiSelectPicklist',
        new_accountid: 'Lookup',
        new_customerid: 'Customer',
        ownerid: 'Owner',
        statecode: 'State',
        statuscode: 'Status',
        new_projectid: 'Uniqueidentifier',
      })) {
        assert.equal(types[name], type, name);
      }
      for (const column of columns.filter((one) => /Picklist|State|Status|Boolean/.test(one.type))) {
        const choices = await metadata().choices('new_project', column, never);
        assert.ok(choices.length >= 2, column.logicalName);
        assert.ok(choices.every((choice) => choice.label !== ''));
      }
      await assert.rejects(metadata().columns('nonsense', never), (error) =>
        DataverseError.is(error, 'notFound'),
      );
    });

    it('is asked for once, however many ask', async () => {
      const start = pair.sent.length;
      const one = metadata();
      await Promise.all(Array.from({ length: 5 }, () => one.columns('contact', never)));
      await one.columns('contact', never);
      assert.equal(pair.sent.length - start, 1);
    });
  });
});

/** The secret stands where the authentication type puts it (FACTS 5.1). */
function expectSecret(
  auth: WebhookAuth,
  target: string,
  headers: ReadonlyArray<readonly [string, string]>,
): void {
  const query = new URLSearchParams(target.split('?')[1] ?? '');
  assert.equal(query.get('a'), '1');
  if (auth.type === 'webhookKey') {
    assert.equal(query.get('code'), auth.key.reveal());
    return;
  }
  for (const { name, value } of auth.pairs) {
    const found: string | null | undefined =
      auth.type === 'httpHeader'
        ? headers.find(([header]) => header.toLowerCase() === name.toLowerCase())?.[1]
        : query.get(name);
    assert.equal(found, value.reveal());
  }
}
