import assert from 'node:assert/strict';
import { readerTimes } from '../../../src/presentation/texts/readerTimes';

describe('Times by the clock of the reader', () => {
  const times = readerTimes('Pacific/Auckland');

  it('say the day of a span once where both ends are on it, by the clock of the reader', () => {
    // 21:00 UTC is ten in the morning of the next day there.
    const span = times.span(new Date('2026-01-10T21:00:00Z'), new Date('2026-01-11T03:30:05Z'));
    assert.equal(span.match(/2026/g)?.length, 1, span);
    assert.match(span, /11\D.*10:00:00.*30:05/);
  });

  it('say both days of a span over midnight', () => {
    const span = times.span(new Date('2026-01-10T10:59:00Z'), new Date('2026-01-10T11:01:00Z'));
    assert.equal(span.match(/2026/g)?.length, 2, span);
  });

  it('write an hour as it is written in all of them', () => {
    const early = new Date('2026-01-10T20:05:00Z');
    assert.match(times.minute(early), /\D9:05/);
    assert.match(times.text(early), /\D9:05:00/);
  });

  it('say one time for a span without length', () => {
    const time = new Date('2026-01-10T10:59:00Z');
    assert.equal(times.span(time, time), times.text(time));
  });
});
