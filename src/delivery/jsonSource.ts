/** Parsed JSON in which numbers keep the digits they were written with where a double would change them. */
export type SourceJson = null | boolean | number | string | NumberText | readonly SourceJson[] | SourceObject;

export interface SourceObject {
  readonly [name: string]: SourceJson;
}

/** A number whose digits say more than its double: `1.0`, `12.50`, `9007199254740993`. */
export class NumberText {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/**
 * Parses JSON and keeps the digits of numbers. A decimal column travels with trailing zeros and a big integer with 19
 * digits (FACTS 17.4.5); a plain parse would lose both.
 * @throws SyntaxError for text that is not JSON, RangeError for text nested too deeply for the stack.
 */
export function parseSource(text: string): SourceJson {
  // The third argument is the standard's source text access, which the compiler's library does not know yet.
  const revive = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value !== 'number' || context?.source === undefined) return value;
    return String(value) === context.source ? value : new NumberText(context.source);
  };
  const parsed: unknown = JSON.parse(text, revive);
  return asSource(parsed);
}

/** The same value as JSON text, digits kept, slashes escaped as on the wire. */
export function writeSource(value: SourceJson): string {
  if (value instanceof NumberText) return value.digits;
  if (isSourceArray(value)) return `[${value.map(writeSource).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).map(([name, member]) => `${quote(name)}:${writeSource(member)}`);
    return `{${members.join(',')}}`;
  }
  return typeof value === 'string' ? quote(value) : String(value);
}

/** True for a JSON object, not an array and not a number that kept its digits. */
export function isSourceObject(value: SourceJson | undefined): value is SourceObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
  );
}

export function isSourceArray(value: SourceJson | undefined): value is readonly SourceJson[] {
  return Array.isArray(value);
}

/** Narrows what the parser gave. Everything JSON can hold is covered, so this only has to say it, not to check it deeply. */
function asSource(value: unknown): SourceJson {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (value instanceof NumberText) return value;
  if (isJsonContainer(value)) return value;
  throw new SyntaxError('Not JSON');
}

function isJsonContainer(value: unknown): value is readonly SourceJson[] | SourceObject {
  return typeof value === 'object';
}

function quote(text: string): string {
  return JSON.stringify(text).replaceAll('/', '\\/');
}
