import assert from 'node:assert/strict';
import { FailureGrouping } from '../../../src/jobs/grouping';
import { failuresShown } from '../../../src/presentation/jobs/failures';
import { readerTimes } from '../../../src/presentation/texts/readerTimes';

describe('The failures of a report', () => {
  const failed = (id: string, message: string, at: string) => ({
    ...{ asyncoperationid: id, statuscode: 31, errorcode: -2147155455 },
    ...{ friendlymessage: message, completedon: at },
  });

  it('tell the words of one job as they are, and of several what they have in common', () => {
    const grouping = new FailureGrouping();
    const shown = () => failuresShown(grouping)?.groups[0]?.message;
    grouping.add(failed('a', 'Order 17 is locked.', '2026-01-01T10:00:00Z'));
    assert.equal(shown(), 'Order 17 is locked.');
    grouping.add(failed('b', 'Order 18 is locked.', '2026-01-01T11:00:00Z'));
    assert.equal(shown(), 'Order … is locked.');
  });

  it('name each day once, also where the clock was changed between them', () => {
    for (const [first, last] of [
      ['2025-10-20T15:00:00Z', '2025-11-12T15:00:00Z'],
      ['2025-02-25T15:00:00Z', '2025-03-20T15:00:00Z'],
      ['2025-03-09T15:00:00Z', '2025-04-02T15:00:00Z'],
    ] as const) {
      const grouping = new FailureGrouping();
      grouping.add(failed('a', '', first));
      grouping.add(failed('b', '', last));
      const bars = failuresShown(grouping, readerTimes('America/New_York'))?.bars ?? [];
      const day = (at: number): string =>
        new Date(Date.parse(first) + at * 86_400_000).toLocaleDateString('en-US', { timeZone: 'UTC' });
      assert.deepEqual(
        bars.map(({ label }) => label),
        bars.map((_, at) => day(at)),
      );
    }
  });
});

describe('The summary of failures', () => {
  it('has no place where no row names one', () => {
    const grouping = new FailureGrouping();
    const add = (id: string, errorcode: number): void =>
      void grouping.add({ asyncoperationid: id, statuscode: 31, errorcode });
    add('a', -2147155455);
    assert.equal(failuresShown(grouping)?.summary, '1 failed job');
    add('b', -2147155454);
    assert.equal(failuresShown(grouping)?.summary, '2 failed jobs of 2 kinds');
  });
});
