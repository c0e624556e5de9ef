/**
 * A page of rows is megabytes of JSON. As one text, and then as thousands of parsed rows that live at the same time, it
 * makes the engine take all the memory it may have; in parts, hardly any. Where the rows are is seen from the bytes: all
 * documents of the service are written in one way (FACTS 13.4, 15.12), without blanks, the rows behind everything but the
 * next link. What is written in another way is for who parses it as a whole.
 */

/** A page whose rows are not parsed yet. */
export interface PageOutline {
  /** The document with no rows, as JSON. */
  readonly text: string;
  /** Where the list of rows begins among the bytes, and where it ends: at its brackets. */
  readonly from: number;
  readonly to: number;
}

/** Some rows of a page, and the JSON they were parsed from. */
export interface PagePart {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly isLast: boolean;
}

/** Bytes of a part: some dozens of rows. What is alive at the same time sets how much the engine leaves uncollected. */
const PART = 32 * 1024;
/** Where the rows begin at the latest: before them there are a context and a paging cookie. */
const LATEST_ROWS = 256 * 1024;

const ROWS = '"value":[';
const NEXT_LINK = '],"@odata.nextLink":"';
const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;

/** Undefined where there are no rows, or they cannot be told from the rest without parsing it. */
export function outlineOf(bytes: Buffer): PageOutline | undefined {
  const name = bytes.subarray(0, LATEST_ROWS).indexOf(ROWS);
  const from = name + ROWS.length - 1;
  const to =
    bytes.subarray(-3).toString('latin1') === '}]}' ? bytes.length - 2 : bytes.lastIndexOf(NEXT_LINK);
  if (name === -1 || to <= from + 1) return undefined;
  const text = `${bytes.toString('utf8', 0, from + 1)}${bytes.toString('utf8', to)}`;
  return { text, from, to };
}

/**
 * The rows part by part, each of which is parsed when it is asked for. Rows end where another one begins with the name that
 * the first begins with. In a text that never stands, because quotes in it are escaped; where it stands in an expanded
 * collection, a part is no JSON, and takes in all that is left.
 * @param size bytes that a part has at least, if it is not the last
 * @throws SyntaxError when the rows are no JSON. Those of the parts before are as they would be in the whole.
 */
export function* partsOf(
  bytes: Buffer,
  { from, to }: PageOutline,
  size = PART,
): Generator<PagePart, undefined> {
  const between = borderOf(bytes, from);
  let start = from;
  while (start < to) {
    const border = between === undefined ? -1 : bytes.indexOf(between, start + size);
    const end = border === -1 || border > to ? to : border + 1;
    const part = parsed(bytes, start, end) ?? (end === to ? undefined : parsed(bytes, start, to));
    if (part === undefined) throw new SyntaxError('The rows of a page are no JSON');
    start = part.end;
    yield { text: part.text, values: part.values, isLast: start === to };
  }
}

/** What stands between two rows, up to the name of the second's first value. */
function borderOf(bytes: Buffer, from: number): Buffer | undefined {
  const end = bytes.indexOf('":', from);
  const first = bytes.subarray(from + 1, end + 2);
  return end === -1 || !/^\{"[\w.@]+":$/.test(first.toString('latin1'))
    ? undefined
    : Buffer.concat([Buffer.from('},'), first]);
}

/** What is between two places as a list, which takes the brackets of the list or the commas there as its brackets. */
function parsed(
  bytes: Buffer,
  start: number,
  end: number,
): { readonly text: string; readonly values: readonly unknown[]; readonly end: number } | undefined {
  const [opening = OPENING_BRACKET, closing = CLOSING_BRACKET] = [bytes[start], bytes[end]];
  bytes[start] = OPENING_BRACKET;
  bytes[end] = CLOSING_BRACKET;
  const text = bytes.toString('utf8', start, end + 1);
  try {
    const values: unknown = JSON.parse(text);
    return Array.isArray(values) ? { text, values, end } : undefined;
  } catch {
    return undefined;
  } finally {
    bytes[start] = opening;
    bytes[end] = closing;
  }
}
