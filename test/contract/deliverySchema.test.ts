import assert from 'node:assert/strict';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { startReceiver } from '../../src/delivery/receiver';
import { generateTypes } from '../../src/handlers/handler';
import { olderUpdate, partyUpdate, presenceUpdate } from '../unit/delivery/publishedShapes';
import { AUTHS, registered } from './handlerSetup';
import { usePair } from './pair';

describe('A generated JSON Schema', () => {
  const pair = usePair();

  it('is fitted by real deliveries of its step, trimmed ones, too, and not by wrong ones', async () => {
    const receiver = await startReceiver();
    const { step, remove } = await registered(pair, receiver.url, AUTHS.webhookKey.auth, {
      table: 'task',
      images: [{ alias: 'Both', type: 'both', columns: [] }],
    });
    try {
      const ajv = new Ajv2020({ strict: false, allErrors: true });
      const schema = JSON.parse(generateTypes('jsonSchema', step) ?? '') as AnySchemaObject;
      const validate = ajv.compile(schema);
      const { id } = await pair.api.create('tasks', { subject: 'Small' });
      await pair.api.update(`tasks(${id})`, {
        subject: 'Ray',
        prioritycode: 2,
        scheduledend: '2026-02-03T04:05:06Z',
      });
      await pair.api.update(`tasks(${id})`, { description: 'x'.repeat(300_000), scheduledend: null });
      const requests = await receiver.waitFor(2, AbortSignal.timeout(20_000));
      for (const request of requests) {
        const body: unknown = JSON.parse(request.body.toString('utf8'));
        assert.ok(validate(body), JSON.stringify(validate.errors, undefined, 1));
      }
      const text =
        requests.map((request) => request.body.toString('utf8')).find((body) => body.includes('"Ray"')) ?? '';
      const wrong = [
        text.replace('"value":"Ray"', '"value":17'),
        text.replace(/"MessageName":"Update"/g, '"MessageName":"Create"'),
        text.replace(/\\\/Date\(\d+\)\\\//, 'yesterday'),
        text.replace(/"CorrelationId":"[^"]+",/, ''),
      ];
      for (const body of wrong) {
        assert.notEqual(body, text);
        assert.equal(validate(JSON.parse(body)), false, body.slice(0, 300));
      }
    } finally {
      await remove();
      await receiver.close();
    }
  });

  it('is fitted by the published bodies', () => {
    const schema = generateTypes('jsonSchema', {
      name: 'any',
      webhookName: 'any',
      message: 'Update',
      table: undefined,
      asynchronous: true,
      stage: 40,
      filteringColumns: [],
      images: [],
    });
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(schema ?? '') as AnySchemaObject);
    for (const text of [olderUpdate, presenceUpdate, partyUpdate]) {
      const body = JSON.parse(text) as { MessageName: string; Mode: number };
      assert.ok(
        validate({ ...body, MessageName: 'Update', Mode: 1 }),
        JSON.stringify(validate.errors, undefined, 1),
      );
    }
  });
});
