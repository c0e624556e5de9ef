import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancelledError } from '../../../../src/base/errors';
import type { UnitOfWork } from '../../../../src/sandbox/operations';
import { MemoryStore } from '../../../../src/sandbox/memoryStore';
import { RowLocks } from '../../../../src/sandbox/rowLocks';
import { SandboxClock } from '../../../../src/sandbox/sandboxClock';
import { createSchema } from '../../../../src/sandbox/schema';
import { ServiceError } from '../../../../src/sandbox/serviceError';
import { runUnit } from '../../../../src/sandbox/unitOfWork';

describe('The clock of the sandbox', () => {
  it('wakes who waits when it is moved past the time', async () => {
    const clock = new SandboxClock();
    const waiting = clock.delay(3600000);
    clock.offset = 3600001;
    await waiting;
    assert.ok(clock.now() - Date.now() > 3500000);
  });

  it('ends a wait that is aborted', async () => {
    const stop = new AbortController();
    const waiting = new SandboxClock().delay(3600000, stop.signal);
    stop.abort();
    await assert.rejects(waiting, CancelledError);
  });
});

describe('Row locks of the sandbox', () => {
  const schema = createSchema();
  const never = new AbortController().signal;
  const id = '00000000-0000-4000-8000-000000000001';

  /** A unit of work that stays open until told to end. */
  function openUnit(store: MemoryStore): {
    work: Promise<UnitOfWork>;
    end: (failed?: boolean) => void;
    ended: Promise<void>;
  } {
    let end: (failed?: boolean) => void = () => undefined;
    const finish = new Promise<void>((resolve, reject) => {
      end = (failed = false) => {
        if (failed) reject(new Error('failed'));
        else resolve();
      };
    });
    let give: (work: UnitOfWork) => void = () => undefined;
    const work = new Promise<UnitOfWork>((resolve) => (give = resolve));
    const ended = runUnit(store, (unit) => {
      give(unit);
      return finish;
    }).catch(() => undefined);
    return { work, end, ended };
  }

  it('let one unit at a time have a row, in turn, also after a failure', async () => {
    const store = new MemoryStore(schema);
    const locks = new RowLocks();
    const order: string[] = [];
    const first = openUnit(store);
    const second = openUnit(store);
    await locks.hold(await first.work, 'account', id, never);
    await locks.hold(await first.work, 'account', id, never);
    const waiting = locks
      .hold(await second.work, 'account', id.toUpperCase(), never)
      .then(() => order.push('second'));
    order.push('first');
    first.end(true);
    await first.ended;
    await waiting;
    assert.deepEqual(order, ['first', 'second']);
    second.end();
    await second.ended;
  });

  it('refuse a unit that has waited too long', async () => {
    const store = new MemoryStore(schema);
    const locks = new RowLocks(5);
    const first = openUnit(store);
    const second = openUnit(store);
    await locks.hold(await first.work, 'account', id, never);
    await assert.rejects(locks.hold(await second.work, 'account', id, never), ServiceError);
    await locks.hold(await second.work, 'contact', id, never);
    for (const unit of [first, second]) {
      unit.end();
      await unit.ended;
    }
  });
});
