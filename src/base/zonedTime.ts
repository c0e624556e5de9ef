const DAY = 86_400_000;

/**
 * The moment some days earlier, at the same time of day by the clock of a time zone, also where the clock was changed in
 * between.
 * @param timeZone IANA name; the zone of this machine where it is missing or unknown here
 */
export function daysBefore(now: Date, days: number, timeZone?: string): Date {
  const offset = offsetIn(timeZone);
  const wall = now.getTime() + offset(now.getTime()) - days * DAY;
  // The offset is that of the moment looked for, which is looked for by its offset: twice is enough but for a time that
  // the clock left out, which is the one an hour or so beside it.
  const near = wall - offset(wall - offset(now.getTime()));
  return new Date(wall - offset(near));
}

/** How far the clock of a zone is ahead of UTC, in milliseconds. */
function offsetIn(timeZone: string | undefined): (time: number) => number {
  const format = formatIn(timeZone);
  return (time) => {
    const whole = Math.floor(time / 1000) * 1000;
    const parts = new Map(format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const wall = Date.UTC(
      ...([part('year'), part('month') - 1, part('day')] as const),
      ...([part('hour') % 24, part('minute'), part('second')] as const),
    );
    return wall - whole;
  };
}

function formatIn(timeZone: string | undefined): Intl.DateTimeFormat {
  const numeric = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US-u-ca-gregory', { ...numeric, hourCycle: 'h23', timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-US-u-ca-gregory', { ...numeric, hourCycle: 'h23' });
  }
}
