import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSeen, markSeen, nothingSeen } from '../../../src/base/seenIds';

describe('Ids that have been seen', () => {
  it('are told from all others, as a Set tells them, whatever the ids look like', () => {
    const alike = fc
      .tuple(fc.constantFrom('00000000', 'c2c5bb1b'), fc.nat(30), fc.constantFrom('000a3a5473e8', ''))
      .map(([start, n, end]) => `${start}-${n}-${end}`);
    const id = fc.oneof(fc.uuid(), alike, fc.string({ maxLength: 10 }));
    fc.assert(
      fc.property(fc.array(id), fc.array(id), fc.array(id), (first, between, last) => {
        const seen = nothingSeen();
        const known = new Set<string>();
        for (const [marked, asked] of [
          [first, between],
          [between, last],
        ] as const) {
          for (const one of marked) {
            markSeen(seen, one);
            known.add(one);
          }
          for (const one of [...asked, ...known]) assert.equal(isSeen(seen, one), known.has(one), one);
        }
      }),
    );
  });

  it('are found among 20,000 of which all begin and end alike', () => {
    const seen = nothingSeen();
    const idOf = (n: number): string => `00000000-0000-0000-${String(n).padStart(6, '0')}-0000000000ab`;
    for (let n = 0; n < 20_000; n += 1) markSeen(seen, idOf(n));
    assert.deepEqual(
      [0, 19_999, 20_000].map((n) => isSeen(seen, idOf(n))),
      [true, true, false],
    );
  });
});
