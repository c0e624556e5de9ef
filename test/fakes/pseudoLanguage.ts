const LETTERS: Readonly<Record<string, string>> = {
  a: 'á',
  e: 'ë',
  i: 'ï',
  o: 'ö',
  u: 'ü',
  A: 'Å',
  E: 'É',
  I: 'Í',
  O: 'Ø',
  U: 'Û',
};

/** Marks a text of the pseudo-language; data of a service has none. */
export const PSEUDO = '⟦';

/**
 * A text as a language would write it that is a third longer and has other letters: what is not marked was never
 * translated, what is clipped or does not fit is seen. Placeholders keep their names.
 */
export function pseudo(text: string): string {
  const written = text
    .split(/(\{[^{}]*\})/)
    .map((part, at) =>
      at % 2 === 1 ? part : part.replace(/[aeiouAEIOU]/g, (letter) => LETTERS[letter] ?? letter),
    )
    .join('');
  return `${PSEUDO}${written}${'~'.repeat(Math.ceil(text.length / 3))}⟧`;
}

/** Every text in a value, written in the pseudo-language. */
export function pseudoTexts<T>(value: T): T {
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return pseudo(part);
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(value) as T;
}
