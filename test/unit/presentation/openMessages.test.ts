import assert from 'node:assert/strict';
import { OpenMessages } from '../../../src/presentation/texts/openMessages';

/** Message boxes that stay until the test closes them. */
class Boxes {
  readonly shown: string[] = [];
  readonly #open = new Map<string, () => void>();

  show(message: string): Promise<void> {
    this.shown.push(message);
    return new Promise((resolve) => this.#open.set(message, resolve));
  }

  async close(message: string): Promise<void> {
    this.#open.get(message)?.();
    await Promise.resolve();
    await Promise.resolve();
  }
}

describe('Message boxes', () => {
  it('are one for ten equal failures in a row, and another one for another failure', async () => {
    const boxes = new Boxes();
    const open = new OpenMessages();
    const fail = (message: string): void => void open.once(message, () => boxes.show(message));
    for (let failure = 0; failure < 10; failure += 1) fail('Could not load. Nothing answers.');
    fail('Could not save. It is read-only.');
    fail('Could not load. Nothing answers.');
    assert.deepEqual(boxes.shown, ['Could not load. Nothing answers.', 'Could not save. It is read-only.']);
    await boxes.close('Could not save. It is read-only.');
    fail('Could not load. Nothing answers.');
    assert.equal(boxes.shown.length, 2, 'the first one is still there');
    await boxes.close('Could not load. Nothing answers.');
    fail('Could not load. Nothing answers.');
    assert.equal(boxes.shown.length, 3);
  });

  it('can come again after one that could not be shown', async () => {
    const open = new OpenMessages();
    await assert.rejects(open.once('text', () => Promise.reject(new Error('no window'))));
    assert.equal(await open.once('text', () => Promise.resolve('Retry')), 'Retry');
  });
});
