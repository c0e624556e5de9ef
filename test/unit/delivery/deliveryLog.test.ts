import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Secret } from '../../../src/base/secret';
import { DeliveryLog } from '../../../src/delivery/log/deliveryLog';
import type { DeliveryRecord } from '../../../src/delivery/log/deliveryRecord';
import { answeredBy, pendingRecord, receivedRecord } from '../../../src/delivery/log/keepDelivery';
import {
  deliverySummary,
  keptAnswerHeaders,
  keptHeaders,
  maskedAddress,
  summaryOf,
} from '../../../src/delivery/log/keptParts';

const CANARY = 'canary-7f3a';

function record(bytes: number, change: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const kept = pendingRecord(
    {
      method: 'POST',
      url: 'http://127.0.0.1:7/',
      target: new Secret('/'),
      headers: [],
      body: 'x'.repeat(bytes),
      bodyBytes: bytes,
      bodyCut: false,
    },
    { source: 'received', at: 0 },
  );
  return { ...kept, ...change };
}

describe('The log of deliveries', () => {
  it('shows the newest first and tells of every change', () => {
    const log = new DeliveryLog();
    let told = 0;
    log.onDidChange(() => (told += 1));
    const [first, second] = [record(1), record(1)];
    log.put(first);
    log.put(second);
    log.change(first.id, answeredBy(200, '', 5));
    assert.deepEqual(
      log.kept.records.map(({ id, outcome }) => [id, outcome]),
      [
        [second.id, 'pending'],
        [first.id, 'success'],
      ],
    );
    assert.equal(told, 3);
  });

  it('drops the oldest when there are too many, counts them, and keeps what is pinned', () => {
    const log = new DeliveryLog({ records: 3, bytes: 1e9 });
    const all = Array.from({ length: 5 }, (_, index) => record(1, { pinned: index === 0 }));
    for (const each of all) log.put(each);
    const [pinned, , , fourth, fifth] = all.map(({ id }) => id);
    assert.deepEqual(
      log.kept.records.map(({ id }) => id),
      [fifth, fourth, pinned],
    );
    assert.equal(log.kept.dropped, 2);
    log.clear();
    assert.deepEqual(
      log.kept.records.map(({ id }) => id),
      [pinned],
    );
    assert.equal(log.kept.dropped, 0);
  });

  it('never drops a pinned delivery: what there is no room for loses its pin, and that is told', () => {
    const log = new DeliveryLog({ records: 4, bytes: 1e9 });
    const all = Array.from({ length: 4 }, () => record(1));
    for (const each of all) log.put(each);
    assert.equal(
      log.pin(
        all.map(({ id }) => id),
        true,
      ),
      2,
    );
    const pinned = log.kept.records.filter((each) => each.pinned).map(({ id }) => id);
    assert.deepEqual(pinned, [all[1]?.id, all[0]?.id]);
    for (let count = 0; count < 9; count += 1) log.put(record(1, { pinned: true }));
    assert.deepEqual(
      log.kept.records.filter((each) => each.pinned).map(({ id }) => id),
      pinned,
    );
    assert.deepEqual([log.kept.records.length, log.kept.dropped], [4, 9]);
    assert.equal(log.pin(pinned, false), 0);
    assert.equal(
      log.pin(
        log.kept.records.map(({ id }) => id),
        true,
      ),
      2,
    );
  });

  it('cuts the answer of a pinned delivery rather than letting it go', () => {
    const log = new DeliveryLog({ records: 9, bytes: 100 });
    const first = record(50, { pinned: true });
    log.put(first);
    log.change(first.id, answeredBy(200, 'y'.repeat(60), 1));
    const [kept] = log.kept.records;
    assert.deepEqual([kept?.pinned, kept?.answer?.body, kept?.answer?.bodyCut], [true, '', true]);
    assert.deepEqual([log.kept.bytes, log.kept.dropped], [50, 0]);
  });

  it('keeps no key that an endpoint sends back', () => {
    const log = new DeliveryLog();
    const value = 'can"ary 7f3a+';
    const written = [value, encodeURIComponent(value), JSON.stringify(value)];
    const sent = record(1);
    const request = {
      ...sent.request,
      headers: [['x-api-key', new Secret('header-canary')] as const],
      target: new Secret(`/?code=${encodeURIComponent(value)}`),
    };
    log.put({ ...sent, request });
    const answer = { ...answeredBy(200, `got ${written.join(' and ')}, header-canary`, 1).answer };
    assert.ok(answer.body !== undefined);
    log.change(sent.id, {
      answer: {
        status: 200,
        bodyCut: false,
        body: answer.body,
        headers: [['Location', '/?k=header-canary']],
      },
    });
    const kept = log.kept.records[0]?.answer;
    assert.equal(kept?.body, 'got ••• and ••• and "•••", •••');
    assert.deepEqual(kept.headers, [['Location', '/?k=•••']]);
  });

  it('does not bring back a delivery that was dropped when its answer comes', () => {
    const log = new DeliveryLog({ records: 1, bytes: 1e9 });
    const first = record(1);
    log.put(first);
    log.put(record(1));
    log.change(first.id, answeredBy(200, '', 5));
    assert.equal(log.find(first.id), undefined);
  });

  it('never holds more than its limits, and counts exactly what it holds', () => {
    const steps = fc.array(
      fc.record({
        bytes: fc.nat(400),
        pinned: fc.boolean(),
        answer: fc.option(fc.nat(300)),
        remove: fc.nat(9),
      }),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const log = new DeliveryLog({ records: 5, bytes: 1000 });
        let put = 0;
        let removed = 0;
        let pins: readonly string[] = [];
        for (const { bytes, pinned, answer, remove } of all) {
          const each = record(bytes, { pinned });
          log.put(each);
          put += 1;
          if (answer !== null) log.change(each.id, answeredBy(500, 'y'.repeat(answer), 1));
          const victim = log.kept.records[remove];
          if (remove > 6 && victim !== undefined) {
            log.remove([victim.id]);
            pins = pins.filter((id) => id !== victim.id);
            removed += 1;
          }
          const { records, bytes: held, dropped } = log.kept;
          const ids = records.map(({ id }) => id);
          assert.deepEqual(
            pins.filter((id) => !ids.includes(id)),
            [],
          );
          pins = records.filter((kept) => kept.pinned).map(({ id }) => id);
          assert.ok(records.length <= 5 && held <= 1000);
          assert.equal(put, records.length + dropped + removed);
          const sum = records.map((kept) => kept.request.bodyBytes + (kept.answer?.body.length ?? 0));
          assert.equal(
            held,
            sum.reduce((a, b) => a + b, 0),
          );
        }
      }),
    );
  });
});

describe('A delivery that is kept', () => {
  it('shows no value that could be a key: not of its headers, not of its address', () => {
    const kept = receivedRecord(
      {
        number: 1,
        receivedAt: 5,
        method: 'POST',
        target: `/hook?code=${CANARY}&${CANARY}&a=&x=${CANARY}#${CANARY}`,
        headers: [
          ['x-api-key', CANARY],
          ['X-Anything', CANARY],
          ['Content-Type', 'application/json'],
          ['x-ms-dynamics-request-name', 'Update'],
        ],
        body: Buffer.from('{}'),
        bodyCut: false,
      },
      { url: 'http://127.0.0.1:7' },
    );
    assert.equal(JSON.stringify(kept).includes(CANARY), false);
    assert.equal(kept.request.url, 'http://127.0.0.1:7/hook?code=•••&•••&a=&x=•••');
    assert.ok(JSON.stringify(kept).includes('"x-ms-dynamics-request-name","Update"'));
    // It is kept all the same, for forwarding.
    assert.ok(kept.request.target.reveal().includes(CANARY));
  });

  it('masks a user and a password of an address', () => {
    assert.equal(maskedAddress(`https://me:${CANARY}@example.org/a?b`), 'https://example.org/a?•••');
    assert.equal(maskedAddress('https://example.org/a@b'), 'https://example.org/a@b');
  });

  it('shows what an endpoint answered, but no cookie and no token', () => {
    const kept = keptAnswerHeaders([
      ['Set-Cookie', CANARY],
      ['x-access-token', CANARY],
      ['Location', '/elsewhere'],
    ]);
    assert.equal(
      JSON.stringify(kept),
      '[["Set-Cookie","•••"],["x-access-token","•••"],["Location","/elsewhere"]]',
    );
    assert.equal(JSON.stringify(keptHeaders([['Cookie', CANARY]])), '[["Cookie","•••"]]');
  });

  it('tells of its body what a list needs, whoever sent it', () => {
    const id = '11111111-2222-3333-4444-555555555555';
    assert.deepEqual(
      summaryOf(
        JSON.stringify({
          CorrelationId: id,
          Depth: 2,
          InputParameters: [],
          MessageName: 'Update',
          Mode: 1,
          OrganizationName: 'contoso',
          OwningExtension: { Id: id, Name: 'Orders: Update of contact' },
          PrimaryEntityId: id,
          PrimaryEntityName: 'contact',
        }),
      ),
      {
        isContext: true,
        message: 'Update',
        table: 'contact',
        rowId: id,
        step: { id, name: 'Orders: Update of contact' },
        correlationId: id,
        asynchronous: true,
        depth: 2,
        organization: 'contoso',
        trimmed: false,
      },
    );
    assert.equal(summaryOf('{"MessageName":"Update"}').trimmed, true);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => void summaryOf(body)));
    for (const body of ['', 'null', '[]', '7', '{"a":1}', '{"MessageName":'])
      assert.equal(summaryOf(body).isContext, false);
  });

  it('is taken for one over 256 KB when its header says so, and by its body only where no header is known', () => {
    const small = '{"MessageName":"Update","PrimaryEntityName":"contact"}';
    const whole = '{"MessageName":"Update","InputParameters":[]}';
    const trimmed = (body: string, ...names: string[]): boolean => {
      const headers = keptHeaders(names.map((name) => [name, 'true']));
      return deliverySummary({ request: { ...record(1).request, body, headers } }).trimmed;
    };
    assert.equal(trimmed(small, 'Host', 'Content-Type'), false);
    assert.equal(trimmed(small, 'Content-Type', 'x-ms-dynamics-entity-name'), false);
    assert.equal(trimmed(whole, 'X-MS-Dynamics-Msg-Size-Exceeded'), true);
    assert.equal(trimmed('[]', 'x-ms-dynamics-msg-size-exceeded'), false);
    assert.deepEqual([trimmed(small), trimmed(small, 'Content-Type'), trimmed(whole)], [true, true, false]);
  });
});
