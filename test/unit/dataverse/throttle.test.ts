import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { CancelledError } from '../../../src/base/errors';
import { BackOffGate, parseRetryAfter, Slots, waitBefore } from '../../../src/dataverse/throttle';
import { StoppedClock } from '../../fakes/clocks';

const NOW = Date.UTC(2025, 2, 4, 10, 0, 0);

describe('Retry-After', () => {
  it('is read in seconds and as a date', () => {
    assert.equal(parseRetryAfter('34', NOW), 34_000);
    assert.equal(parseRetryAfter(' 0 ', NOW), 0);
    assert.equal(parseRetryAfter('1.5', NOW), 1500);
    assert.equal(parseRetryAfter('Tue, 04 Mar 2025 10:00:07 GMT', NOW), 7000);
    // The answer's own clock counts where it tells it: this machine's may be wrong by minutes.
    const behind = NOW - 600_000;
    assert.equal(
      parseRetryAfter('Tue, 04 Mar 2025 10:00:07 GMT', behind, 'Tue, 04 Mar 2025 10:00:00 GMT'),
      7000,
    );
    assert.equal(parseRetryAfter('Tue, 04 Mar 2025 10:00:07 GMT', NOW, 'nonsense'), 7000);
    assert.equal(parseRetryAfter('Tue, 04 Mar 2025 09:00:00 GMT', NOW), 0);
    assert.equal(parseRetryAfter('Tuesday, 04-Mar-25 10:00:07 GMT', NOW), 7000);
  });

  it('that is nonsense is none', () => {
    for (const text of [undefined, '', '-1', 'soon', '99999999999999', '1e3', 'Tue, 99 Foo 2025']) {
      assert.equal(parseRetryAfter(text, NOW), undefined, text);
    }
  });
});

describe('The wait before another attempt', () => {
  it('is never shorter than the service asks, and not much longer', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(600_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, asked, random) => {
          const wait = waitBefore(attempt, asked, random);
          assert.ok(wait >= asked && wait <= asked + 1000);
        },
      ),
    );
  });

  it('grows to a limit when the service does not say', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6, 20].map((attempt) => waitBefore(attempt, undefined, 0)),
      [500, 1000, 2000, 4000, 8000, 16_000, 16_000, 16_000],
    );
    assert.equal(waitBefore(0, undefined, 1), 1000);
    assert.equal(waitBefore(20, undefined, 1), 32_000);
  });
});

describe('Slots', () => {
  it('are given first come, first served, and never more than there are', async () => {
    const slots = new Slots(2);
    const order: number[] = [];
    const first = await slots.take();
    const second = await slots.take();
    const later = [1, 2, 3].map(async (n) => {
      const release = await slots.take();
      order.push(n);
      return release;
    });
    await Promise.resolve();
    assert.deepEqual(order, []);
    first();
    first();
    await later[0];
    assert.deepEqual(order, [1]);
    second();
    await later[1];
    (await later[0])?.();
    await later[2];
    assert.deepEqual(order, [1, 2, 3]);
  });

  it('an aborted wait leaves the queue', async () => {
    const slots = new Slots(1);
    const release = await slots.take();
    const stop = new AbortController();
    const aborted = slots.take(stop.signal);
    const next = slots.take();
    stop.abort();
    await assert.rejects(aborted, CancelledError);
    release();
    (await next)();
    await assert.rejects(slots.take(AbortSignal.abort()), CancelledError);
    (await slots.take())();
  });
});

describe('The gate', () => {
  it('keeps everybody back until the longest wait is over', async () => {
    const clock = new StoppedClock();
    const gate = new BackOffGate(clock);
    gate.close(1000);
    let passed = false;
    const passing = gate.pass().then(() => (passed = true));
    await clock.someoneWaits();
    gate.close(5000);
    gate.close(10);
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(passed, false);
    clock.advance(4000);
    await passing;
    assert.equal(gate.remaining, 0);
    await gate.pass();
  });

  it('opens although the clock stands still while it delays', async () => {
    const gate = new BackOffGate({ now: () => 0, delay: () => Promise.resolve() });
    gate.close(1000);
    await gate.pass();
    assert.equal(gate.remaining, 0);
  });
});
