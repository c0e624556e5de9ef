/** A time in UTC (ISO 8601) as the value of a field for local time, to the minute; empty for none. */
export function localTime(utc: string | undefined): string {
  if (utc === undefined) return '';
  const time = new Date(utc);
  if (Number.isNaN(time.getTime())) return '';
  const two = (number: number): string => String(number).padStart(2, '0');
  const date = `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** The same way back, by the reader's clock; undefined for an empty field. */
export function utcTime(local: string): string | undefined {
  const time = new Date(local);
  return local === '' || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
