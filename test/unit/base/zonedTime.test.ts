import assert from 'node:assert/strict';
import fc from 'fast-check';
import { daysBefore } from '../../../src/base/zonedTime';
import { FAILED_JOBS, filterBounds } from '../../../src/jobs/jobFilter';

describe('Days before a time', () => {
  const cases: ReadonlyArray<readonly [string, string, number, string]> = [
    ['Europe/Berlin', '2025-03-31T10:20:30Z', 7, '2025-03-24T11:20:30.000Z'],
    ['Europe/Berlin', '2025-10-27T10:00:00Z', 7, '2025-10-20T09:00:00.000Z'],
    ['America/New_York', '2025-03-10T12:00:00Z', 7, '2025-03-03T13:00:00.000Z'],
    ['Asia/Kolkata', '2025-03-31T20:00:00Z', 30, '2025-03-01T20:00:00.000Z'],
    ['Australia/Adelaide', '2025-04-07T00:00:00Z', 7, '2025-03-30T23:00:00.000Z'],
    ['Australia/Lord_Howe', '2025-04-07T00:00:00Z', 7, '2025-03-30T23:30:00.000Z'],
    ['Asia/Kathmandu', '2025-01-01T00:00:00Z', 30, '2024-12-02T00:00:00.000Z'],
    ['UTC', '2025-03-31T10:00:00Z', 7, '2025-03-24T10:00:00.000Z'],
  ];
  for (const [zone, now, days, expected] of cases)
    it(`are the same time of day in ${zone}, ${days} days before ${now}`, () =>
      assert.equal(daysBefore(new Date(now), days, zone).toISOString(), expected));

  it('are the same time by the clock of the zone, wherever this machine is', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'Pacific/Apia',
      'UTC',
    );
    const before = process.env['TZ'];
    try {
      fc.assert(
        fc.property(
          zones,
          fc.constantFrom('Asia/Tokyo', 'America/Los_Angeles', 'Europe/London'),
          fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
          fc.integer({ min: 0, max: 40 }),
          (zone, machine, now, days) => {
            process.env['TZ'] = machine;
            const time = { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
            const clock = (date: Date): string => date.toLocaleTimeString('en-GB', time);
            const found = daysBefore(now, days, zone);
            const apart = Math.abs(now.getTime() - found.getTime() - days * 86_400_000);
            assert.ok(apart <= 2 * 3_600_000);
            if (clock(found) === clock(now)) return;
            // Only a time that the clock left out on that day is another one, beside it.
            for (let minutes = -180; minutes <= 180; minutes += 1) {
              const other = clock(new Date(found.getTime() + minutes * 60_000));
              assert.notEqual(other, clock(now), `${zone} ${now.toISOString()} ${days}`);
            }
          },
        ),
        {
          numRuns: 500,
          examples: [
            ['Australia/Lord_Howe', 'Asia/Tokyo', new Date('2031-10-18T15:00:00Z'), 14],
            ['Europe/Berlin', 'Asia/Tokyo', new Date('2025-04-06T00:30:00Z'), 7],
          ],
        },
      );
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('are those of the reader in a filter, and of this machine where the zone is unknown', () => {
    const now = new Date('2025-03-31T10:20:30.456Z');
    const from = (timeZone: string): string | undefined =>
      filterBounds({ ...FAILED_JOBS, period: 'week', timeZone }, now).from?.toISOString();
    assert.equal(from('Europe/Berlin'), '2025-03-24T11:20:30.000Z');
    assert.equal(from('Asia/Kolkata'), '2025-03-24T10:20:30.000Z');
    assert.equal(daysBefore(now, 7, 'No/Where').getTime(), daysBefore(now, 7).getTime());
  });
});
