import assert from 'node:assert/strict';
import { Secret } from '../../src/base/secret';
import { deliveryFile, readDeliveryFile, withBody } from '../../src/delivery/log/deliveryFile';
import { DeliveryLog } from '../../src/delivery/log/deliveryLog';
import { deliverySummary } from '../../src/delivery/log/keptParts';
import { replayAll, type ReplayTarget } from '../../src/delivery/log/replay';
import { createForwarder } from '../../src/delivery/log/sendAgain';
import { startReceiver, type Receiver } from '../../src/delivery/receiver';
import { CANARY, keptDelivery, UPDATE } from '../unit/delivery/keptDeliveries';

const never = new AbortController().signal;

describe('A replay', () => {
  const forwarder = createForwarder(5_000);
  let own: Receiver;
  let log: DeliveryLog;

  beforeEach(async () => {
    own = await startReceiver();
    log = new DeliveryLog();
  });
  afterEach(() => own.close());
  after(() => forwarder.dispose());

  const replay = (
    target: ReplayTarget,
    change: { readonly times?: number; readonly perSecond?: number } = {},
    records = [keptDelivery({ id: 'a' })],
    signal = never,
  ): ReturnType<typeof replayAll> =>
    replayAll(
      { records, target, times: change.times ?? 1, perSecond: change.perSecond },
      { log, forwarder },
      signal,
    );

  const headersOf = (index: number): ReadonlyMap<string, string> =>
    new Map(own.requests()[index]?.headers.map(([name, value]) => [name.toLowerCase(), value]));

  it('sends what came, byte for byte, with path and authentication, and keeps the answer', async () => {
    own.answerWith({ status: 202, body: 'taken' });
    const done = await replay({ url: own.url, authentication: 'kept' });
    assert.deepEqual(done, { total: 1, done: 1, succeeded: 1 });
    const [came] = own.requests();
    assert.deepEqual([came?.target, came?.body.toString()], [`/hook?code=${CANARY}`, UPDATE]);
    assert.equal(headersOf(0).get('x-api-key'), CANARY);
    const [record] = log.kept.records;
    assert.deepEqual(
      [record?.source, record?.of, record?.outcome, record?.answer?.body],
      ['replayed', 'a', 'success', 'taken'],
    );
    assert.equal(JSON.stringify(log.kept).includes(CANARY), false);
  });

  it('leaves the keys out when it is told to', async () => {
    await replay({ url: `${own.url}/other`, authentication: 'none' });
    assert.equal(own.requests()[0]?.target, '/other');
    assert.equal(headersOf(0).has('x-api-key'), false);
    assert.equal(headersOf(0).get('x-ms-dynamics-request-name'), 'Update');
  });

  it('gives a webhook its own key and none of another one', async () => {
    const authentication = { type: 'webhookKey', key: new Secret('its own') } as const;
    await replay({ url: `${own.url}/orders?x=1`, authentication, webhookName: 'Orders' });
    assert.equal(own.requests()[0]?.target, '/orders?x=1&code=its%20own');
    assert.equal(headersOf(0).has('x-api-key'), false);
    assert.equal(log.kept.records[0]?.webhookName, 'Orders');
  });

  it('keeps to its rate', async () => {
    const started = performance.now();
    const done = await replay({ url: own.url, authentication: 'kept' }, { times: 11, perSecond: 50 });
    assert.equal(done.succeeded, 11);
    assert.ok(performance.now() - started >= 195, 'ten spans of 20 ms');
  });

  it('ends when it is cancelled, and says how far it came', async () => {
    const abort = new AbortController();
    own.answerWith((request) => {
      if (request.number === 3) abort.abort();
      return { status: 200 };
    });
    const done = await replay(
      { url: own.url, authentication: 'kept' },
      { times: 100 },
      undefined,
      abort.signal,
    );
    assert.ok(done.done <= 3 && done.done >= 2, String(done.done));
    assert.ok(own.requests().length <= 4);
  });

  it('sends a changed body, and what came from a file', async () => {
    const changed = withBody(keptDelivery(), '{"MessageName":"Delete"}');
    assert.equal(deliverySummary(changed).message, 'Delete');
    const saved = readDeliveryFile(deliveryFile([changed]), 0) ?? [];
    await replay({ url: own.url, authentication: 'kept' }, {}, [changed, ...saved]);
    assert.deepEqual(
      own.requests().map(({ body }) => body.toString()),
      ['{"MessageName":"Delete"}', '{"MessageName":"Delete"}'],
    );
    assert.deepEqual([own.requests()[1]?.target, headersOf(1).has('x-api-key')], ['/hook', false]);
  });
});

describe('A file of deliveries', () => {
  it('holds no value that may be a key', () => {
    const text = deliveryFile([keptDelivery()]);
    assert.equal(text.includes(CANARY), false);
    assert.match(text, /"X-Api-Key",\s*"•••"/);
  });

  it('gives back what was saved, oldest first', () => {
    const records = [
      keptDelivery({ at: 2_000 }),
      keptDelivery({ at: 1_000, body: '{"MessageName":"Create"}' }),
    ];
    const read = readDeliveryFile(deliveryFile(records), 0) ?? [];
    assert.deepEqual(
      read.map((record) => [record.at, deliverySummary(record).message]),
      [
        [1_000, 'Create'],
        [2_000, 'Update'],
      ],
    );
  });

  it('is a body of its own where it is any other JSON, and nothing where it is none', () => {
    const [body] = readDeliveryFile(`\uFEFF${UPDATE}`, 5) ?? [];
    assert.ok(body !== undefined);
    assert.deepEqual([deliverySummary(body).table, body.at], ['contact', 5]);
    assert.equal(readDeliveryFile('not json', 0), undefined);
    const foreign = '{"format":"dataverse-webhooks/deliveries","version":9,"deliveries":[]}';
    assert.equal(readDeliveryFile(foreign, 0)?.length, 1);
  });
});
