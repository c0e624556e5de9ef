import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancelledError } from '../../../src/base/errors';
import { SharedLoads } from '../../../src/dataverse/sharedLoads';
import { EagerClock } from '../../fakes/clocks';

describe('Shared loads', () => {
  it('load once for all who ask at the same time, and again when the value is too old', async () => {
    const clock = new EagerClock();
    const loads = new SharedLoads<number>(clock, 1000);
    let count = 0;
    const load = (): Promise<number> => Promise.resolve((count += 1));
    assert.deepEqual(await Promise.all([loads.get('a', load), loads.get('a', load)]), [1, 1]);
    clock.advance(999);
    assert.equal(await loads.get('a', load), 1);
    clock.advance(1);
    assert.equal(await loads.get('a', load), 2);
    assert.equal(await loads.get('b', load), 3);
    loads.clear();
    assert.equal(await loads.get('a', load), 4);
  });

  it('that began before everything was forgotten are joined and kept by nobody else', async () => {
    const loads = new SharedLoads<string>(new EagerClock(), 1000);
    let finish: (value: string) => void = () => undefined;
    const old = loads.get('a', () => new Promise((resolve) => (finish = resolve)));
    loads.clear();
    assert.equal(await loads.get('a', () => Promise.resolve('new')), 'new');
    finish('old');
    assert.equal(await old, 'old');
    assert.equal(await loads.get('a', () => Promise.resolve('newer')), 'new');
  });

  it('do not keep failures', async () => {
    const loads = new SharedLoads<number>(new EagerClock(), 1000);
    await assert.rejects(
      loads.get('a', () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await loads.get('a', () => Promise.resolve(1)), 1);
  });

  it('go on for the others when one gives up, and end when the last one does', async () => {
    const loads = new SharedLoads<number>(new EagerClock(), 1000);
    let ended = false;
    const load = (signal: AbortSignal): Promise<number> =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          ended = true;
          reject(new CancelledError());
        }),
      );
    const [one, two] = [new AbortController(), new AbortController()];
    const first = loads.get('a', load, one.signal);
    const second = loads.get('a', load, two.signal);
    one.abort();
    await assert.rejects(first, CancelledError);
    assert.equal(ended, false);
    two.abort();
    await assert.rejects(second, CancelledError);
    assert.equal(ended, true);
    assert.equal(await loads.get('a', () => Promise.resolve(5)), 5);
    await assert.rejects(loads.get('a', load, AbortSignal.abort()), CancelledError);
  });
});
