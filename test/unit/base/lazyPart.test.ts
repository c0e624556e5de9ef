import assert from 'node:assert/strict';
import { isCancellation } from '../../../src/base/errors';
import { LazyPart } from '../../../src/base/lazyPart';

class Part {
  disposed = 0;
  dispose(): void {
    this.disposed += 1;
  }
}

describe('A part that is loaded late', () => {
  it('is made once for all who ask, told of before they get it, and ends with its owner', async () => {
    let made = 0;
    const events: string[] = [];
    const lazy = new LazyPart(async () => {
      made += 1;
      await Promise.resolve();
      return new Part();
    });
    lazy.onLoad(() => events.push('told'));
    assert.equal(lazy.loaded, undefined);
    const [one, other] = await Promise.all([lazy.load(), lazy.load()]);
    events.push('got');
    assert.equal(one, other);
    assert.equal(await lazy.load(), one);
    assert.deepEqual([made, events, lazy.loaded], [1, ['told', 'got'], one]);
    lazy.dispose();
    assert.deepEqual([one.disposed, lazy.loaded], [1, undefined]);
  });

  it('can be asked for again when it could not be loaded', async () => {
    let tries = 0;
    const lazy = new LazyPart(() => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('no file')) : Promise.resolve(new Part());
    });
    await assert.rejects(lazy.load(), /no file/);
    assert.ok((await lazy.load()) instanceof Part);
  });

  it('that arrives when its owner has ended is given back at once, and nobody gets it', async () => {
    const part = new Part();
    const lazy = new LazyPart(() => Promise.resolve(part));
    const asked = lazy.load();
    lazy.dispose();
    await assert.rejects(asked, isCancellation);
    assert.equal(part.disposed, 1);
  });
});
