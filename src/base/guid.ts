const LENGTH = 36;
const HYPHEN = 45;

/** True for a GUID in the 8-4-4-4-12 form without braces. */
export function isGuid(text: string): boolean {
  return lowerGuid(text) !== undefined;
}

/**
 * A GUID in lower case; undefined for what is none. Character by character: a tree of 10,000 steps has 70,000 of them,
 * and a regular expression with `toLowerCase` behind it takes several times as long.
 */
export function lowerGuid(text: string): string | undefined {
  if (text.length !== LENGTH) return undefined;
  let isLower = true;
  for (let at = 0; at < LENGTH; at += 1) {
    const code = text.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (code !== HYPHEN) return undefined;
    } else if (code >= 65 && code <= 70) {
      isLower = false;
    } else if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) {
      return undefined;
    }
  }
  return isLower ? text : text.toLowerCase();
}

/** Two GUIDs are equal whatever their case. */
export function sameGuid(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
