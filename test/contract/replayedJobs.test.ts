import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock';
import { Secret } from '../../src/base/secret';
import { startReceiver } from '../../src/delivery/receiver';
import { createMetadata } from '../../src/dataverse/metadata';
import * as odata from '../../src/dataverse/odata';
import { failedJobsPath } from '../../src/jobs/jobQueries';
import { JobService } from '../../src/jobs/jobService';
import { jobOf } from '../../src/jobs/rows';
import { replayPlan } from '../../src/presentation/send/replay';
import { testBody } from '../../src/presentation/send/testBody';
import { WebhookService } from '../../src/webhooks/webhookService';
import { usePair } from './pair';

const never = new AbortController().signal;

describe('The body rebuilt for a failed job', () => {
  const pair = usePair();

  /** What only the operation itself knew: its request, and the version of the row before it. */
  const comparable = (body: string): string =>
    body
      .replace(/"RequestId":"[^"]*"/g, '"RequestId":"<request>"')
      .replace(/"RowVersion":"\d+"/g, '"RowVersion":"<version>"')
      .replace(/"InitiatingUserAgent":"[^"]*"/g, '"InitiatingUserAgent":""')
      .replace(/\\\/Date\(\d+\)\\\//g, '<date>')
      .replace(/\\\/Date\(\d+\+0000\)\\\//g, '<date+0000>');

  it('is the one that could not be delivered, while nobody has changed the row since', async () => {
    const receiver = await startReceiver({ answer: { status: 500 } });
    try {
      const webhooks = new WebhookService(pair.api);
      const webhookId = await webhooks.registerWebhook(
        { name: 'Failing', url: receiver.url, auth: { type: 'webhookKey', key: new Secret('k') } },
        never,
      );
      const message = (await webhooks.messages(never)).find(({ name }) => name === 'Update');
      assert.ok(message);
      const filter = (await webhooks.filters(message.id, never)).find(({ table }) => table === 'contact');
      const stepId = await webhooks.registerStep(
        {
          webhookId,
          name: 'Failing: Update of contact',
          description: '',
          message,
          filter,
          filteringColumns: ['lastname'],
          stage: 'postOperation',
          mode: 'asynchronous',
          rank: 1,
          deleteJobOnSuccess: false,
          deployment: 'server',
          runAs: undefined,
        },
        never,
      );
      const { id } = await pair.api.create(
        'contacts',
        { firstname: 'Maria', lastname: 'Ray' },
        { signal: never },
      );
      await pair.api.update(odata.row('contacts', id), { lastname: 'Campbell' }, { signal: never });
      const [recorded] = await receiver.waitFor(1, AbortSignal.timeout(10_000));
      assert.ok(recorded);
      const jobs = new JobService(pair.api, () => Promise.resolve(undefined));
      const text = failedJobsPath({ kind: 'step', stepId });
      const failed = async () => {
        for await (const page of jobs.run({ language: 'webApi', text }, never)) return page.rows.map(jobOf);
        return [];
      };
      // The receiver has answered, but the job may be finished a moment later.
      const limit = AbortSignal.timeout(10_000);
      let [found] = await failed();
      for (; found === undefined; [found] = await failed()) limit.throwIfAborted();
      const [job, step] = [await jobs.job(found.id, never), await webhooks.step(stepId, never)];
      const environment = {
        api: pair.api,
        metadata: createMetadata(pair.api, systemClock),
        newId: () => randomUUID(),
        now: () => Date.now(),
      };
      const rebuilt = await testBody(environment, replayPlan(job, step), never);
      assert.deepEqual(rebuilt.notes, []);
      assert.equal(comparable(rebuilt.text), comparable(recorded.body.toString('utf8')));
    } finally {
      await receiver.close();
    }
  });
});
