import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { escapeXml, isXmlText } from '../../base/xmlText';
import type { Scope } from './evaluate';
import type { Scalar } from './expression';
import type { OrderKey } from './order';
import { comparable, coerceText } from './values';

/** A place between two rows: the page it ends and the order values of that page's last row. */
export interface Cookie {
  readonly page: number;
  /** In the form `sortValues` gives. */
  readonly after: readonly Scalar[];
}

/** Text that XML cannot carry goes as JSON text without its quotes; nobody but this file reads it. */
function attributesOf(side: 'last' | 'first', key: OrderKey, value: Scalar): string {
  if (value === null) return ` ${side}null="1"`;
  const text = key.family === 'guid' ? `{${String(value).toUpperCase()}}` : String(value);
  if (isXmlText(text)) return ` ${side}="${escapeXml(text)}"`;
  const escaped = [...Array(text.length).keys()].map((at) => text.charCodeAt(at).toString(16)).join(' ');
  return ` ${side}units="${escaped}"`;
}

/**
 * The cookie of FACTS 13.6 and 15.12 in its inner form: an element for each key of the order, with the values of the
 * page's last and first row.
 */
export function writeCookie(
  page: number,
  keys: readonly OrderKey[],
  rows: readonly Scope[],
): string | undefined {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const elements = keys.map(
    (key) =>
      `<${key.name}${attributesOf('last', key, key.read(last))}${attributesOf('first', key, key.read(first))} />`,
  );
  return `<cookie page="${page}">${elements.join('')}</cookie>`;
}

/** The cookie as the annotation and the skip token carry it: the inner form URL-encoded twice, with lower-case hex. */
export function wrapCookie(nextPage: number, inner: string): string {
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
  return `<cookie pagenumber="${nextPage}" pagingcookie="${encode(encode(inner))}" istracking="False" />`;
}

function rootOf(text: string): XmlElement | undefined {
  try {
    return parseXml(text).root ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * The inner form out of a skip token; undefined when it is none. What follows the element is passed over: some clients
 * that work with the service put a slash behind the whole link (that the service takes it is UNVERIFIED).
 */
export function unwrapCookie(token: string): string | undefined {
  const attribute = rootOf(token.slice(0, token.lastIndexOf('>') + 1))?.attributes['pagingcookie'];
  if (attribute === undefined) return undefined;
  try {
    return decodeURIComponent(decodeURIComponent(attribute));
  } catch {
    return undefined;
  }
}

function valueOf(element: XmlElement, key: OrderKey): Scalar | undefined {
  const { last, lastnull, lastunits } = element.attributes;
  if (lastnull !== undefined) return null;
  if (lastunits !== undefined) {
    const units = lastunits.split(' ').map((unit) => Number.parseInt(unit, 16));
    return units.map((unit) => String.fromCharCode(unit)).join('');
  }
  return last === undefined ? undefined : coerceText(last, key.family);
}

/** Reads the inner form for the keys of a query; undefined when it does not belong to that query. */
export function readCookie(inner: string, keys: readonly OrderKey[]): Cookie | undefined {
  const root = rootOf(inner);
  const page = Number(root?.attributes['page']);
  if (root?.name !== 'cookie' || !Number.isSafeInteger(page) || page < 1) return undefined;
  const elements = root.children.filter((child) => child instanceof XmlElement);
  const after: Scalar[] = [];
  for (const [at, key] of keys.entries()) {
    const element = elements[at];
    const value = element?.name === key.name ? valueOf(element, key) : undefined;
    if (value === undefined) return undefined;
    after.push(comparable(value, key.family));
  }
  return elements.length === keys.length ? { page, after } : undefined;
}
