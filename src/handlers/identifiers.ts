/**
 * Identifiers for names that strangers chose. What comes out is legal in TypeScript and C# alike, and different from every
 * other name of the same scope, also where case does not count. It begins with a large letter wherever the script has
 * any, so it is never a reserved word: those of both languages are small.
 */

/** The name as one identifier in PascalCase: `new_order line` becomes `NewOrderLine`. Never empty. */
export function pascalCase(text: string, fallback: string): string {
  return legal(words(text).map(capitalized).join(''), fallback);
}

/**
 * Letters that every compiler knows as such: of Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Devanagari, Thai, Georgian,
 * Japanese, Chinese and Korean, as far as they have been in Unicode for long. Others are left out of a name, the rest of it
 * stays; C# has no identifiers with letters beyond the basic plane at all.
 */
const LETTERS =
  'A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u0523\u0531-\u0556\u0561-\u0586\u05d0-\u05ea\u0621-\u064a' +
  '\u0904-\u0939\u0e01-\u0e30\u10d0-\u10f6\u1e00-\u1eff\u3041-\u3096\u30a1-\u30fa\u3400-\u4db5\u4e00-\u9fa5\uac00-\ud7a3';
const RUNS = new RegExp(`(?:(?=[\\p{L}0-9])[${LETTERS}0-9])+`, 'gu');

/** Runs of letters and digits. Text is normalized, because compilers compare identifiers so. */
function words(text: string): readonly string[] {
  return text.normalize('NFKC').match(RUNS) ?? [];
}

/** The first letter large, where the large one is a single letter that every compiler knows. */
function capitalized(word: string): string {
  const large = word.charAt(0).toUpperCase();
  return large.length === 1 && large < '\u0590' ? large + word.slice(1) : word;
}

function legal(name: string, fallback: string): string {
  const given = name === '' ? fallback : name;
  return /^\p{L}/u.test(given) ? given : `N${given}`;
}

/** Gives each name of a scope once. */
export class Scope {
  readonly #taken: Set<string>;

  /** @param taken names that are there already. */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set([...taken].map(folded));
  }

  /** The name, or the name with the first number behind it that is free. */
  add(name: string): string {
    for (let number = 1; ; number += 1) {
      const unique = number === 1 ? name : `${name}_${number}`;
      if (this.#taken.has(folded(unique))) continue;
      this.#taken.add(folded(unique));
      return unique;
    }
  }
}

function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** A name for a file or a project: small letters, digits and `-`. */
export function fileName(text: string, fallback: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  // Windows has devices of these names.
  return plain === '' || /^(con|prn|aux|nul|com\d|lpt\d)$/.test(plain) ? fallback : plain;
}
