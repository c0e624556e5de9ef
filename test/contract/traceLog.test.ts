import assert from 'node:assert/strict';
import { Secret } from '../../src/base/secret';
import { startReceiver } from '../../src/delivery/receiver';
import * as odata from '../../src/dataverse/odata';
import { causeOfText } from '../../src/jobs/causes';
import { FAILED_JOBS } from '../../src/jobs/jobFilter';
import { TraceLog } from '../../src/jobs/traceLog';
import { WebhookService } from '../../src/webhooks/webhookService';
import { usePair } from './pair';

const never = new AbortController().signal;

describe('The trace log of the sandbox, read by the extension', () => {
  const pair = usePair();
  let stepId = '';
  let receiver: Awaited<ReturnType<typeof startReceiver>>;

  before(async () => {
    receiver = await startReceiver({ answer: { status: 503 } });
    const webhooks = new WebhookService(pair.api);
    const webhookId = await webhooks.registerWebhook(
      { name: 'Failing', url: receiver.url, auth: { type: 'webhookKey', key: new Secret('k') } },
      never,
    );
    const message = (await webhooks.messages(never)).find(({ name }) => name === 'Create');
    assert.ok(message);
    stepId = await webhooks.registerStep(
      {
        webhookId,
        name: 'Failing: Create of contact',
        description: '',
        message,
        filter: (await webhooks.filters(message.id, never)).find(({ table }) => table === 'contact'),
        filteringColumns: [],
        stage: 'postOperation',
        mode: 'synchronous',
        rank: 1,
        deleteJobOnSuccess: false,
        deployment: 'server',
        runAs: undefined,
      },
      never,
    );
  });
  after(() => receiver.close());

  const fail = () =>
    assert.rejects(pair.api.create('contacts', { lastname: 'Nobody' }, { signal: never }), /503/);
  const read = async (log: TraceLog) => (await log.failures([stepId], FAILED_JOBS, new Date(), never)).rows;

  it('has the failed synchronous calls with cause, duration and correlation', async () => {
    const log = new TraceLog(pair.api);
    assert.equal(await log.setting(never), 'exceptions');
    await fail();
    const [row, ...others] = await read(log);
    assert.ok(row);
    assert.deepEqual(others, []);
    assert.deepEqual([row.stepId, row.messageName, row.table, row.depth], [stepId, 'Create', 'contact', 1]);
    assert.deepEqual(causeOfText(row.exception), { kind: 'httpStatus', status: 503 });
    assert.ok(row.duration !== undefined && row.duration >= 0 && row.time !== undefined);
    const { rows } = await log.failures(
      [stepId],
      { ...FAILED_JOBS, period: 'hour', correlationId: row.correlationId },
      new Date(),
      never,
    );
    assert.equal(rows.length, 1);
    const later = { ...FAILED_JOBS, period: 'custom', from: new Date(Date.now() + 60_000) } as const;
    assert.deepEqual((await log.failures([stepId], later, new Date(), never)).rows, []);
  });

  it('keeps nothing while it is off, and again when it was switched on', async () => {
    const log = new TraceLog(pair.api);
    const before = (await read(log)).length;
    for await (const { rows } of pair.api.pages('organizations?$select=organizationid'))
      await pair.api.update(
        odata.row('organizations', String(rows[0]?.['organizationid'])),
        { plugintracelogsetting: 0 },
        { signal: never },
      );
    assert.equal(await log.setting(never), 'off');
    await fail();
    assert.equal((await read(log)).length, before);
    await log.switchOn(never);
    assert.equal(await log.setting(never), 'exceptions');
    await fail();
    assert.equal((await read(log)).length, before + 1);
  });
});
