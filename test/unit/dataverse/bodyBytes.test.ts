import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addBytes,
  noBytes,
  textOf,
  wholeOf,
  type BodyBytes,
  type WholeBody,
} from '../../../src/dataverse/bodyBytes';

/** A text of about so many bytes, with characters of one to four of them. */
function textOfSize(size: number, seed: number): string {
  return `${seed}:` + 'aé字𝄞'.repeat(Math.ceil(size / 10));
}

/** Adds a text in pieces, which may cut a character. */
function* added(body: BodyBytes, text: string, piece: number, announced?: number): Generator<undefined> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) {
    addBytes(body, bytes.subarray(at, at + piece), announced);
    yield undefined;
  }
}

describe('The bytes of an answer', () => {
  it('become its text, however large it is, however it is cut, and whatever else is read meanwhile', () => {
    const size = fc.oneof(fc.nat(100), fc.constantFrom(250_000, 262_144, 270_000, 700_000, 1_500_000));
    const read = fc.record({ size, piece: fc.integer({ min: 7, max: 90_000 }), isAnnounced: fc.boolean() });
    fc.assert(
      fc.property(fc.array(read, { maxLength: 5 }), (reads) => {
        const running = reads.map(({ size, piece, isAnnounced }, seed) => {
          const text = textOfSize(size, seed);
          const body = noBytes();
          const announced = isAnnounced ? Buffer.byteLength(text) : undefined;
          return { text, body, pieces: added(body, text, Math.max(piece, size / 50), announced) };
        });
        let open = running;
        // In turns, as answers come over several connections.
        while (open.length > 0)
          open = open.filter(({ text, body, pieces }) => {
            if (pieces.next().done !== true) return true;
            assert.ok(textOf(body) === text, `${text.length} characters`);
            return false;
          });
      }),
      { numRuns: 40 },
    );
  });

  it('are without the mark of their order, and have a sign for what is no character', () => {
    const body = noBytes();
    addBytes(body, Uint8Array.of(0xef, 0xbb));
    addBytes(body, Uint8Array.of(0xbf, 0x41, 0xff));
    assert.equal(textOf(body), 'A\ufffd');
    assert.equal(textOf(noBytes()), '');
  });

  it('of a short page show nothing of a longer one before', () => {
    for (const size of [2_000_000, 300_000]) {
      const body = noBytes();
      const text = textOfSize(size, size);
      for (const _ of added(body, text, 64_001)) assert.ok(body.length > 0);
      assert.ok(textOf(body) === text);
    }
  });

  it('take the memory of large chunks back, where nobody else has a part of it', () => {
    const body = noBytes();
    const alone = [200_000, 200_000, 65_536].map((size) => new Uint8Array(size).fill(65));
    const shared = new Uint8Array(70_000).fill(66);
    for (const chunk of alone) addBytes(body, chunk);
    addBytes(body, shared.subarray(10));
    const sizes = (): readonly number[] => alone.map(({ byteLength }) => byteLength);
    assert.deepEqual(sizes(), [0, 0, 0]);
    const last = new Uint8Array(50_000).fill(67);
    alone.push(last);
    addBytes(body, last);
    assert.deepEqual(sizes(), [0, 0, 0, 50_000], 'who gives it may still be at it');
    assert.equal(textOf(body), 'A'.repeat(465_536) + 'B'.repeat(69_990) + 'C'.repeat(50_000));
    assert.deepEqual(sizes(), [0, 0, 0, 0]);
    assert.equal(shared[10], 66);
  });

  it('are in memory that the next body has when they are freed, and only once', () => {
    const read = (size: number): WholeBody => {
      const body = noBytes();
      for (let at = 0; at < size; at += 100_000) addBytes(body, new Uint8Array(100_000).fill(67));
      return wholeOf(body);
    };
    const first = read(1_000_000);
    const second = read(1_000_000);
    assert.notEqual(first.bytes.buffer, second.bytes.buffer);
    first.free();
    first.free();
    const third = read(1_000_000);
    const fourth = read(1_000_000);
    assert.notEqual(third.bytes.buffer, fourth.bytes.buffer);
    assert.equal(third.bytes.buffer, first.bytes.buffer);
  });
});
