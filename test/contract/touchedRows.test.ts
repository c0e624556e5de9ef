import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/clock';
import { Secret } from '../../src/base/secret';
import { createMetadata } from '../../src/dataverse/metadata';
import * as odata from '../../src/dataverse/odata';
import { startReceiver } from '../../src/delivery/receiver';
import { planTouch, touchRow } from '../../src/webhooks/touchRow';
import { WebhookService } from '../../src/webhooks/webhookService';
import { usePair } from './pair';

const never = new AbortController().signal;

describe('A row that is touched, against the sandbox', () => {
  const pair = usePair();

  it('fires the step on Update again and changes nothing else; a version in between keeps it from being written', async () => {
    const receiver = await startReceiver();
    try {
      const webhooks = new WebhookService(pair.api);
      const webhookId = await webhooks.registerWebhook(
        { name: 'Touched', url: receiver.url, auth: { type: 'webhookKey', key: new Secret('k') } },
        never,
      );
      const message = (await webhooks.messages(never)).find(({ name }) => name === 'Update');
      assert.ok(message);
      await webhooks.registerStep(
        {
          webhookId,
          name: 'Touched: Update of contact',
          description: '',
          message,
          filter: (await webhooks.filters(message.id, never)).find(({ table }) => table === 'contact'),
          filteringColumns: ['lastname'],
          stage: 'postOperation',
          mode: 'asynchronous',
          rank: 1,
          deleteJobOnSuccess: true,
          deployment: 'server',
          runAs: undefined,
        },
        never,
      );
      const values = { firstname: 'Maria', lastname: 'Ray', jobtitle: 'Buyer' };
      const { id } = await pair.api.create('contacts', values, { signal: never });
      const metadata = createMetadata(pair.api, systemClock);
      const table = await metadata.table('contact', never);
      assert.ok(table);
      const row = { table, id, columns: await metadata.columns('contact', never) };
      const touch = await planTouch(pair.api, row, ['lastname'], never);
      assert.deepEqual([touch?.column, touch?.value, touch?.rowName], ['lastname', 'Ray', 'Maria Ray']);
      assert.ok(touch);
      await touchRow(pair.api, touch, never);
      const [delivered] = await receiver.waitFor(1, AbortSignal.timeout(10_000));
      assert.match(delivered?.body.toString('utf8') ?? '', /"key":"lastname","value":"Ray"/);
      const select = ['firstname', 'lastname', 'jobtitle'];
      const now = await pair.api.get(odata.query(odata.row('contacts', id), { select }), { signal: never });
      assert.deepEqual({ ...values, ...now }, { ...now });
      await pair.api.update(odata.row('contacts', id), { lastname: 'Campbell' }, { signal: never });
      await assert.rejects(touchRow(pair.api, touch, never), { reason: 'conflict' });
    } finally {
      await receiver.close();
    }
  });
});
