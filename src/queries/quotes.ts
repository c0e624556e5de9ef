/** Where some characters stand in a Web API query outside of its texts. */
export interface Separators {
  readonly places: readonly number[];
  /** Where a text begins that does not end. */
  readonly open: number | undefined;
}

/**
 * Finds characters outside of texts: those in single quotes, in which a doubled quote is a quote, and those in double
 * quotes, as the lists of query functions have them.
 */
export function separatorsIn(text: string, start: number, end: number, marks: string): Separators {
  const places: number[] = [];
  let open: number | undefined;
  for (let index = start; index < end; index += 1) {
    const character = text[index] ?? '';
    if (open !== undefined) {
      if (character === '\\' && text[open] === '"') index += 1;
      else if (character === text[open]) open = undefined;
    } else if (character === "'" || character === '"') open = index;
    else if (marks.includes(character)) places.push(index);
  }
  return { places, open };
}
