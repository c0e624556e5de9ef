import assert from 'node:assert/strict';
import { TextCheck, TYPING_PAUSE } from '../../../src/wizard/textCheck';
import type { Remark } from '../../../src/wizard/ui';
import { StoppedClock } from '../../fakes/clocks';

const TAKEN: Remark = { severity: 'error', text: 'This name is taken.' };

/** A box, and a service whose answers come when the test lets them. */
class Rig {
  readonly clock = new StoppedClock();
  readonly closed = new AbortController();
  readonly said: Array<string | undefined> = [];
  readonly asked: Array<{
    readonly text: string;
    readonly signal: AbortSignal;
    readonly answer: (remark: Remark | undefined) => void;
    readonly fail: (error: Error) => void;
  }> = [];
  readonly check: TextCheck;
  text = '';

  constructor() {
    this.check = new TextCheck(
      {
        check: (text) =>
          text.includes(' ') ? { severity: 'error', text: 'Write it without blanks.' } : undefined,
        checkRemote: (text, signal) =>
          new Promise((answer, fail) => {
            this.asked.push({ text, signal, answer, fail });
          }),
      },
      {
        text: () => this.text,
        show: (remark) => this.said.push(remark?.text),
        closed: this.closed.signal,
      },
      this.clock,
    );
  }

  type(text: string): void {
    this.text = text;
    this.check.typed();
  }

  /** Lets the pause end, and what follows from that happen. */
  async rest(): Promise<void> {
    await this.clock.someoneWaits();
    this.clock.advance(TYPING_PAUSE);
    await settled();
  }
}

/** All that can happen without time has happened. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('The check of a text while it is typed', () => {
  it('says at once what is wrong with its shape, and does not ask the service about that', async () => {
    const rig = new Rig();
    rig.type('a b');
    await settled();
    assert.deepEqual(rig.said, ['Write it without blanks.']);
    assert.equal(rig.clock.waiting, 0);
  });

  it('asks the service when nobody has typed for a pause, and only about the last text', async () => {
    const rig = new Rig();
    for (const text of ['O', 'Or', 'Ord']) {
      rig.type(text);
      rig.clock.advance(TYPING_PAUSE - 1);
    }
    await settled();
    assert.equal(rig.asked.length, 0);
    await rig.rest();
    assert.deepEqual(
      rig.asked.map(({ text }) => text),
      ['Ord'],
    );
    rig.asked[0]?.answer(TAKEN);
    await settled();
    assert.equal(rig.said.at(-1), TAKEN.text);
  });

  it('ignores the answer about a text that does not stand there any more, however late it comes', async () => {
    const rig = new Rig();
    rig.type('first');
    await rig.rest();
    rig.type('second');
    await rig.rest();
    assert.deepEqual([rig.asked[0]?.signal.aborted, rig.asked[1]?.signal.aborted], [true, false]);
    rig.asked[1]?.answer(undefined);
    await settled();
    const before = rig.said.length;
    rig.asked[0]?.answer(TAKEN);
    await settled();
    assert.equal(rig.said.length, before);
    assert.equal(rig.said.at(-1), undefined);
  });

  it('lets the user go on when the service cannot answer, and refuses what it has refused', async () => {
    const rig = new Rig();
    rig.type('name');
    const gone = rig.check.refuses('name');
    rig.asked[0]?.fail(new Error('nobody there'));
    assert.equal(await gone, false);
    const taken = rig.check.refuses('name');
    rig.asked[1]?.answer(TAKEN);
    assert.equal(await taken, true);
    assert.equal(rig.said.at(-1), TAKEN.text);
  });

  it('ends with its box: nothing waits, nothing is asked, nothing is said', async () => {
    const rig = new Rig();
    rig.type('name');
    await rig.clock.someoneWaits();
    const before = rig.said.length;
    rig.closed.abort();
    rig.clock.advance(TYPING_PAUSE);
    await settled();
    assert.deepEqual([rig.clock.waiting, rig.asked.length, rig.said.length], [0, 0, before]);
  });
});
