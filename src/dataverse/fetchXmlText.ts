import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { escapeXml, isXmlText } from '../base/xmlText';
import { DataverseError } from './errors';
import { refuse } from './odataLiteral';

/** What a FetchXML text says of itself. */
export interface FetchFacts {
  readonly entityName: string;
  readonly top?: number;
  readonly page?: number;
  readonly count?: number;
  readonly pagingCookie?: string;
  readonly aggregate: boolean;
}

/**
 * Reads the head of a FetchXML text.
 * @throws DataverseError `invalid` when it is no FetchXML: not well-formed, another root, not exactly one entity.
 */
export function readFetchXml(text: string): FetchFacts {
  const root = parseRoot(text);
  const entities = root.children.filter((child) => child instanceof XmlElement && child.name === 'entity');
  const [entity] = entities;
  const entityName = entity instanceof XmlElement ? entity.attributes['name'] : undefined;
  if (entities.length !== 1 || entityName === undefined)
    refuse('The FetchXML has not exactly one named entity');
  const top = positive(root.attributes['top']);
  const page = positive(root.attributes['page']);
  const count = positive(root.attributes['count']);
  const pagingCookie = root.attributes['paging-cookie'];
  return {
    entityName,
    aggregate: /^\s*(?:true|1)\s*$/i.test(root.attributes['aggregate'] ?? ''),
    ...(top === undefined ? {} : { top }),
    ...(page === undefined ? {} : { page }),
    ...(count === undefined ? {} : { count }),
    ...(pagingCookie === undefined ? {} : { pagingCookie }),
  };
}

/** Where to go on in a FetchXML query. */
export interface Paging {
  readonly page: number;
  /** Rows per page; left as it is when not given. */
  readonly count?: number | undefined;
  /** Decoded; without it the query pages by number alone (FACTS 13.6). */
  readonly cookie?: string | undefined;
}

/**
 * Sets `page`, `count` and `paging-cookie` of a FetchXML text and keeps everything else byte for byte.
 * @throws DataverseError `invalid` when the text is no FetchXML.
 */
export function withPaging(text: string, paging: Paging): string {
  const root = parseRoot(text);
  const tag = readStartTag(text, root.start);
  const wanted: ReadonlyArray<readonly [string, string | undefined]> = [
    ['page', String(paging.page)],
    ...(paging.count === undefined ? [] : [['count', String(paging.count)] as const]),
    ['paging-cookie', paging.cookie],
  ];
  let head = text.slice(root.start, tag.end);
  // From the last attribute to the first one, so that the places of the others stay true.
  for (const place of [...tag.attributes].reverse()) {
    const change = wanted.find(([name]) => name === place.name);
    if (change === undefined) continue;
    const [name, value] = change;
    const written = value === undefined ? '' : ` ${name}="${attributeText(value)}"`;
    head = head.slice(0, place.start - root.start) + written + head.slice(place.end - root.start);
  }
  const present = new Set(tag.attributes.map((place) => place.name));
  const added = wanted
    .filter(([name, value]) => !present.has(name) && value !== undefined)
    .map(([name, value]) => ` ${name}="${attributeText(value ?? '')}"`);
  return text.slice(0, root.start) + head + added.join('') + text.slice(tag.end);
}

/**
 * The paging cookie out of the answer's annotation: the attribute `pagingcookie`, URL-decoded twice (FACTS 13.6).
 * Undefined when there is none, which means paging by number alone.
 * @throws DataverseError `badAnswer` when the annotation cannot be read.
 */
export function decodeCookie(annotation: unknown): string | undefined {
  if (typeof annotation !== 'string' || annotation === '') return undefined;
  try {
    const cookie = parseXml(annotation).root?.attributes['pagingcookie'];
    if (cookie === undefined || cookie === '') return undefined;
    return decodeURIComponent(decodeURIComponent(cookie));
  } catch {
    throw new DataverseError('badAnswer', 'The paging cookie of the answer cannot be read');
  }
}

function parseRoot(text: string): XmlElement {
  let root: XmlElement | null;
  try {
    root = parseXml(text, { includeOffsets: true }).root;
  } catch {
    return refuse('The FetchXML is not well-formed');
  }
  return root?.name === 'fetch' ? root : refuse('The FetchXML does not begin with <fetch>');
}

interface Place {
  readonly name: string;
  /** From the blank before the name … */
  readonly start: number;
  /** … to behind the closing quote. */
  readonly end: number;
}

/** The places of the attributes in a start tag; the parser has found the text well-formed. */
function readStartTag(
  text: string,
  start: number,
): { readonly attributes: readonly Place[]; readonly end: number } {
  const attribute = /\s+([^\s=/>]+)\s*=\s*(?:"[^"]*"|'[^']*')/y;
  attribute.lastIndex = start + '<fetch'.length;
  const attributes: Place[] = [];
  let end = attribute.lastIndex;
  for (let match = attribute.exec(text); match !== null; match = attribute.exec(text)) {
    attributes.push({ name: match[1] ?? '', start: match.index, end: attribute.lastIndex });
    end = attribute.lastIndex;
  }
  return { attributes, end };
}

function attributeText(value: string): string {
  return isXmlText(value)
    ? escapeXml(value)
    : refuse('A paging cookie has a character that XML cannot carry');
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,9}\s*$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}
