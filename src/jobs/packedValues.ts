import { SERVICE_TIME_LENGTH, serviceTime, timeOfService } from './serviceTime';

/**
 * Ids and times are different in each row, and as texts they are most of what many rows take. As numbers they take a
 * quarter, in memory that the collector of garbage does not have to go through and to copy.
 */
export type PackedValues =
  | { readonly kind: 'guids'; readonly gaps: Uint8Array; readonly bytes: Uint8Array }
  | { readonly kind: 'times'; readonly gaps: Uint8Array; readonly milliseconds: Float64Array };

/** What `gaps` says of a value: it is there, it is null, it is undefined. */
const THERE = 0;
const NULL = 1;
const UNDEFINED = 2;

const GUID_LENGTH = 36;
const GUID_BYTES = 16;
const DASH = 45;
/** Where the two digits of each byte begin. */
const DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const DASHES = [8, 13, 18, 23];
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const NO_DIGIT = 255;
/** The value of a hexadecimal digit by its code; capitals are none, because they could not be put back. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return value === -1 ? NO_DIGIT : value;
});

/** Values that are all ids, or all times, or missing. Undefined where another one is among them, or none is there. */
export function packedValues(values: readonly unknown[]): PackedValues | undefined {
  const first = values.find((value) => value !== null && value !== undefined);
  if (typeof first !== 'string') return undefined;
  if (first.length === GUID_LENGTH) return packedGuids(values);
  return first.length === SERVICE_TIME_LENGTH ? packedTimes(values) : undefined;
}

/** One of them, exactly as it was. */
export function unpackedValue(packed: PackedValues, at: number): unknown {
  const gap = packed.gaps[at];
  if (gap !== THERE) return gap === NULL ? null : undefined;
  return packed.kind === 'guids'
    ? guidAt(packed.bytes, at * GUID_BYTES)
    : serviceTime(packed.milliseconds[at] ?? 0);
}

function packedGuids(values: readonly unknown[]): PackedValues | undefined {
  const gaps = new Uint8Array(values.length);
  const bytes = new Uint8Array(values.length * GUID_BYTES);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at];
    if (typeof value === 'string') {
      if (!putGuid(value, bytes, at * GUID_BYTES)) return undefined;
    } else if (!putGap(value, gaps, at)) return undefined;
  }
  return { kind: 'guids', gaps, bytes };
}

function packedTimes(values: readonly unknown[]): PackedValues | undefined {
  const gaps = new Uint8Array(values.length);
  const milliseconds = new Float64Array(values.length);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at];
    if (typeof value === 'string') {
      const time = timeOfService(value);
      if (Number.isNaN(time)) return undefined;
      milliseconds[at] = time;
    } else if (!putGap(value, gaps, at)) return undefined;
  }
  return { kind: 'times', gaps, milliseconds };
}

function putGap(value: unknown, gaps: Uint8Array, at: number): boolean {
  if (value !== null && value !== undefined) return false;
  gaps[at] = value === null ? NULL : UNDEFINED;
  return true;
}

function putGuid(text: string, bytes: Uint8Array, from: number): boolean {
  if (text.length !== GUID_LENGTH) return false;
  for (const place of DASHES) if (text.charCodeAt(place) !== DASH) return false;
  for (let at = 0; at < GUID_BYTES; at += 1) {
    const place = DIGITS[at] ?? 0;
    const high = VALUES[text.charCodeAt(place)] ?? NO_DIGIT;
    const low = VALUES[text.charCodeAt(place + 1)] ?? NO_DIGIT;
    if (high === NO_DIGIT || low === NO_DIGIT) return false;
    bytes[from + at] = high * 16 + low;
  }
  return true;
}

function guidAt(bytes: Uint8Array, from: number): string {
  let text = '';
  for (let at = 0; at < GUID_BYTES; at += 1) {
    if (at === 4 || at === 6 || at === 8 || at === 10) text += '-';
    text += HEX[bytes[from + at] ?? 0] ?? '';
  }
  return text;
}
