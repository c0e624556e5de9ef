const LENGTH = 36;
const HYPHEN = 45;

/** True for a GUID in the 8-4-4-4-12 form without braces. */
export function isGuid(text: string): boolean {
  return lowerGuid(text) !== undefined;
}

const HEX = 1;
const UPPER = 2;
const HEX_DIGITS = 32;

/** What a character is, by its code: a hexadecimal digit, an upper case one of these, or neither. */
const KINDS = new Uint8Array(0x10000);
for (const digit of '0123456789abcdef') KINDS[digit.charCodeAt(0)] = HEX;
for (const digit of 'ABCDEF') KINDS[digit.charCodeAt(0)] = UPPER;

/**
 * A GUID in lower case; undefined for what is none. By a table: a tree of 10,000 steps has 60,000 of them, and comparing
 * characters with ranges, or a regular expression, takes twice as long.
 */
export function lowerGuid(text: string): string | undefined {
  if (text.length !== LENGTH || !hasHyphens(text)) return undefined;
  let digits = 0;
  let kinds = 0;
  for (let at = 0; at < LENGTH; at += 1) {
    const kind = KINDS[text.charCodeAt(at)] ?? 0;
    kinds |= kind;
    if (kind !== 0) digits += 1;
  }
  if (digits !== HEX_DIGITS) return undefined;
  return (kinds & UPPER) === 0 ? text : text.toLowerCase();
}

function hasHyphens(text: string): boolean {
  return (
    text.charCodeAt(8) === HYPHEN &&
    text.charCodeAt(13) === HYPHEN &&
    text.charCodeAt(18) === HYPHEN &&
    text.charCodeAt(23) === HYPHEN
  );
}
