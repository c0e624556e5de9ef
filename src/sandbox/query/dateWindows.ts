const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A stretch of time, [from, to) in milliseconds since 1970; an open side is left out. */
export interface Window {
  readonly from?: number;
  readonly to?: number;
}

type Unit = 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'years';

// The service works in the time zone of the user who asks; the sandbox's users live in UTC.
function dayStart(now: number): number {
  return Math.floor(now / DAY) * DAY;
}

/** Sunday is the first day of the week, as in an organization that never changed it. */
function weekStart(now: number): number {
  return dayStart(now) - new Date(now).getUTCDay() * DAY;
}

function monthStart(now: number, offset = 0): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
}

function yearStart(now: number, offset = 0): number {
  return Date.UTC(new Date(now).getUTCFullYear() + offset, 0, 1);
}

/** `moment` moved by months; the 31st becomes the last day of a shorter month. */
function addMonths(moment: number, months: number): number {
  const date = new Date(moment);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, day) + (moment - dayStart(moment));
}

function shift(moment: number, amount: number, unit: Unit): number {
  switch (unit) {
    case 'minutes':
      return moment + amount * 60_000;
    case 'hours':
      return moment + amount * HOUR;
    case 'days':
      return moment + amount * DAY;
    case 'weeks':
      return moment + amount * 7 * DAY;
    case 'months':
      return addMonths(moment, amount);
    case 'years':
      return addMonths(moment, amount * 12);
  }
}

const FIXED: Readonly<Record<string, (now: number) => Window>> = {
  today: (now) => ({ from: dayStart(now), to: dayStart(now) + DAY }),
  yesterday: (now) => ({ from: dayStart(now) - DAY, to: dayStart(now) }),
  tomorrow: (now) => ({ from: dayStart(now) + DAY, to: dayStart(now) + 2 * DAY }),
  'last-seven-days': (now) => ({ from: dayStart(now) - 7 * DAY, to: now + 1 }),
  'next-seven-days': (now) => ({ from: now, to: dayStart(now) + 8 * DAY }),
  'last-week': (now) => ({ from: weekStart(now) - 7 * DAY, to: weekStart(now) }),
  'this-week': (now) => ({ from: weekStart(now), to: weekStart(now) + 7 * DAY }),
  'next-week': (now) => ({ from: weekStart(now) + 7 * DAY, to: weekStart(now) + 14 * DAY }),
  'last-month': (now) => ({ from: monthStart(now, -1), to: monthStart(now) }),
  'this-month': (now) => ({ from: monthStart(now), to: monthStart(now, 1) }),
  'next-month': (now) => ({ from: monthStart(now, 1), to: monthStart(now, 2) }),
  'last-year': (now) => ({ from: yearStart(now, -1), to: yearStart(now) }),
  'this-year': (now) => ({ from: yearStart(now), to: yearStart(now, 1) }),
  'next-year': (now) => ({ from: yearStart(now, 1), to: yearStart(now, 2) }),
};

const COUNTED = /^(last|next|olderthan)-x-(minutes|hours|days|weeks|months|years)$/;

function unitOf(text: string | undefined): Unit | undefined {
  const units: readonly Unit[] = ['minutes', 'hours', 'days', 'weeks', 'months', 'years'];
  return units.find((unit) => unit === text);
}

/** How a date operator takes its value: none, a count, or a date. Undefined for what is no date operator here. */
export function dateOperatorKind(operator: string): 'fixed' | 'counted' | 'dated' | undefined {
  if (Object.hasOwn(FIXED, operator)) return 'fixed';
  if (operator === 'on' || operator === 'on-or-after' || operator === 'on-or-before') return 'dated';
  const match = COUNTED.exec(operator);
  // Both languages know minutes only as "older than".
  return match !== null && (match[2] !== 'minutes' || match[1] === 'olderthan') ? 'counted' : undefined;
}

/** The time that an operator without a value means, such as `this-week`. */
export function fixedWindow(operator: string, now: number): Window {
  return FIXED[operator]?.(now) ?? {};
}

/**
 * The time that an operator with a count means. Hours and minutes count from this moment; days and longer units reach
 * to the beginning (or end) of that day (the exact limits are UNVERIFIED).
 */
export function countedWindow(operator: string, count: number, now: number): Window {
  const [, direction, unitText] = COUNTED.exec(operator) ?? [];
  const unit = unitOf(unitText) ?? 'days';
  const exact = unit === 'hours' || unit === 'minutes';
  if (direction === 'next') {
    const end = shift(now, count, unit);
    return { from: now, to: exact ? end + 1 : dayStart(end) + DAY };
  }
  const start = shift(now, -count, unit);
  const from = exact ? start : dayStart(start);
  return direction === 'olderthan' ? { to: from } : { from, to: now + 1 };
}

/** The time that `on`, `on-or-after` and `on-or-before` mean; `moment` is any time of the day. */
export function datedWindow(operator: string, moment: number): Window {
  const from = dayStart(moment);
  if (operator === 'on-or-after') return { from };
  return operator === 'on' ? { from, to: from + DAY } : { to: from + DAY };
}
