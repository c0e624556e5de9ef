import { readerLocale } from './readerLocale';

/** Times as the reader's clock tells them. */
export interface ReaderTimes {
  /** IANA name of the zone, where the reader has told one. */
  readonly zone: string | undefined;
  /** Date and time to the second. */
  text(date: Date): string;
  /** The time from one to another, which is not before it; what they have in common is said once. */
  span(from: Date, to: Date): string;
  day(date: Date): string;
  /** Day and minute, short. */
  minute(date: Date): string;
  /** The reader's last midnight before a time; both in milliseconds since 1970. */
  midnight(time: number): number;
}

/** By language and zone: making the formats takes milliseconds, and the first span of time many more. */
const MADE = new Map<string, ReaderTimes>();

/**
 * @param timeZone of the reader, as the page tells it: the extension may run on another machine than the page. The zone of
 *   this machine where it is missing or unknown here.
 */
export function readerTimes(timeZone?: string): ReaderTimes {
  const zone = timeZone !== undefined && isZone(timeZone) ? { timeZone } : {};
  const key = JSON.stringify([readerLocale(), zone]);
  let times = MADE.get(key);
  if (times === undefined) MADE.set(key, (times = madeTimes(zone)));
  return times;
}

function madeTimes(zone: { readonly timeZone?: string }): ReaderTimes {
  const second = { hour: 'numeric', minute: '2-digit', second: '2-digit' } as const;
  const date = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const full = new Intl.DateTimeFormat(readerLocale(), { ...date, ...second, ...zone });
  const day = new Intl.DateTimeFormat(readerLocale(), { ...date, ...zone });
  const minute = new Intl.DateTimeFormat(readerLocale(), {
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    ...zone,
  });
  const clock = new Intl.DateTimeFormat('en-GB', { ...second, hour: '2-digit', ...zone });
  return {
    zone: zone.timeZone,
    text: (time) => full.format(time),
    // Many groups are of one failure, and a range takes many times longer than a time, which it is then.
    span: (from, to) => (from.getTime() === to.getTime() ? full.format(from) : full.formatRange(from, to)),
    day: (time) => day.format(time),
    minute: (time) => minute.format(time),
    midnight: (time) => {
      const whole = Math.floor(time / 1000) * 1000;
      const [hours = 0, minutes = 0, seconds = 0] = clock.format(whole).split(':').map(Number);
      return whole - ((hours % 24) * 3600 + minutes * 60 + seconds) * 1000;
    },
  };
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat(undefined, { timeZone });
    return true;
  } catch {
    return false;
  }
}
