import { notImplemented, odataError } from '../refusals';

/** The query part of a URL, decoded and taken apart. */
export interface QueryOptions {
  /** System options by name, `$select` and so on, and `fetchXml`. */
  readonly system: ReadonlyMap<string, string>;
  /** Parameter aliases with their `@`, as written. */
  readonly aliases: ReadonlyMap<string, string>;
}

const SUPPORTED: ReadonlySet<string> = new Set([
  '$select',
  '$expand',
  '$filter',
  '$orderby',
  '$top',
  '$count',
  '$apply',
  '$skiptoken',
  'fetchXml',
  'savedQuery',
  'userQuery',
]);

/** Percent-decodes a part of a query; `+` is a blank, as in every form encoding (FACTS 13.4). Throws a 400 for broken escapes. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw odataError(`The query part '${text}' is not properly percent-encoded.`);
  }
}

/**
 * Takes the query part of a URL (without `?`, undecoded) apart. Throws a 400 for options that Dataverse refuses
 * (`$skip`, `$search`, `$format`: FACTS 13.4), for unknown ones and for repeated ones. `tag` (a shared variable for
 * plug-ins) is let through and means nothing here. A second `?` ends up in a value and is refused with it.
 */
export function parseQueryOptions(queryText: string): QueryOptions {
  const system = new Map<string, string>();
  const aliases = new Map<string, string>();
  for (const part of queryText.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const written = decodePart(equals < 0 ? part : part.slice(0, equals)).trim();
    const value = equals < 0 ? '' : decodePart(part.slice(equals + 1));
    const name = written.toLowerCase() === 'fetchxml' ? 'fetchXml' : written;
    if (name === 'tag') continue;
    const isAlias = name.startsWith('@');
    if (name === 'sql') throw notImplemented('queries in SQL');
    // That options without $ are refused as well is UNVERIFIED.
    if (!isAlias && !SUPPORTED.has(name)) throw odataError(`The query parameter ${written} is not supported`);
    const into = isAlias ? aliases : system;
    if (into.has(name)) {
      throw odataError(
        `Query option '${name}' was specified more than once, but it must be specified at most once.`,
      );
    }
    into.set(name, value);
  }
  return { system, aliases };
}

/** Splits at a character where it stands outside of quotes and parentheses. */
export function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "'") quoted = !quoted;
    if (quoted) continue;
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
    if (depth < 0) throw odataError(`Syntax error at position ${at} in '${text}'.`);
  }
  if (quoted || depth !== 0) throw odataError(`Syntax error at position ${text.length} in '${text}'.`);
  parts.push(text.slice(start));
  return parts;
}

/** A whole number that is not negative, or undefined for no text. */
export function parseCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (/^\d{1,15}$/.test(trimmed)) return Number(trimmed);
  throw odataError(
    `Invalid value '${text}' for ${name} query option found. The ${name} query option requires a non-negative integer value.`,
  );
}

/** `true` or `false`; false for no text. */
export function parseFlag(name: string, text: string | undefined): boolean {
  const word = (text ?? 'false').trim().toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  throw odataError(
    `Invalid value '${text ?? ''}' for ${name} query option found. Valid values are 'true' or 'false'.`,
  );
}
