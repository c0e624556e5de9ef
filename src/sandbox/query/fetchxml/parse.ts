import { parseXml, XmlDocumentType, XmlElement, XmlError } from '@rgrove/parse-xml';
import { invalidFetch, notImplemented } from '../refusals';
import type {
  AttributeNode,
  ConditionNode,
  EntityNode,
  FetchDocument,
  FilterNode,
  LinkNode,
  OrderNode,
} from './document';

/** Attributes of each element: those that mean something here, and those that may stand there without meaning. */
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  fetch: words(
    'version count page paging-cookie utc-offset aggregate distinct top mapping min-active-row-version output-format ' +
      'returntotalrecordcount no-lock latematerialize options useraworderby aggregatelimit datasource',
  ),
  entity: words('name enableprefiltering prefilterparametername'),
  'link-entity': words(
    'name to from alias link-type visible intersect enableprefiltering prefilterparametername',
  ),
  attribute: words('name build addedby alias aggregate groupby dategrouping usertimezone distinct'),
  'all-attributes': words(''),
  'no-attrs': words(''),
  order: words('attribute alias descending entityname'),
  filter: words(
    'type isquickfindfields overridequickfindrecordlimitenabled overridequickfindrecordlimitdisabled hint',
  ),
  condition: words(
    'column attribute entityname operator aggregate rowaggregate alias uiname uitype uihidden value valueof',
  ),
  value: words('uiname uitype'),
};

/** Which elements may stand in which. */
const CHILDREN: Readonly<Record<string, ReadonlySet<string>>> = {
  fetch: words('entity'),
  entity: words('attribute all-attributes no-attrs order filter link-entity'),
  'link-entity': words('attribute all-attributes no-attrs order filter link-entity'),
  filter: words('filter condition link-entity'),
  condition: words('value'),
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** The child elements, each of a known name, with known attributes only. */
function childrenOf(element: XmlElement): readonly XmlElement[] {
  const allowed = CHILDREN[element.name];
  const found: XmlElement[] = [];
  for (const child of element.children) {
    if (!(child instanceof XmlElement)) continue;
    if (allowed?.has(child.name) !== true) {
      const valid = [...(allowed ?? [])].join(', ');
      throw invalidFetch(
        `Invalid Child Node, valid nodes are ${valid}. NodeName = ${child.name} at position ${child.start}.`,
      );
    }
    checkAttributes(child);
    found.push(child);
  }
  return found;
}

/** A misspelt attribute is refused rather than passed over; what the service does with one is UNVERIFIED. */
function checkAttributes(element: XmlElement): void {
  for (const name of Object.keys(element.attributes)) {
    if (KNOWN[element.name]?.has(name) === true || name.startsWith('xmlns')) continue;
    throw invalidFetch(
      `The attribute '${name}' is not valid on the element '${element.name}' at position ${element.start}.`,
    );
  }
}

function text(element: XmlElement, name: string): string | undefined {
  return Object.hasOwn(element.attributes, name) ? element.attributes[name] : undefined;
}

function required(element: XmlElement, name: string): string {
  const value = text(element, name);
  if (value === undefined || value === '') {
    throw invalidFetch(
      `Missing required attribute '${name}' on the element '${element.name}' at position ${element.start}.`,
    );
  }
  return value;
}

function flag(element: XmlElement, name: string): boolean {
  const value = (text(element, name) ?? 'false').toLowerCase();
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw invalidFetch(`The value '${value}' of the attribute '${name}' is not a boolean.`);
}

function number(element: XmlElement, name: string, least: number): number | undefined {
  const value = text(element, name);
  if (value === undefined) return undefined;
  const parsed = /^\d{1,9}$/.test(value.trim()) ? Number(value) : -1;
  if (parsed >= least) return parsed;
  throw invalidFetch(
    `The value '${value}' of the attribute '${name}' must be a whole number of at least ${least}.`,
  );
}

function parseAttribute(element: XmlElement): AttributeNode {
  return {
    name: required(element, 'name'),
    alias: text(element, 'alias'),
    aggregate: text(element, 'aggregate'),
    groupBy: flag(element, 'groupby'),
    dateGrouping: text(element, 'dategrouping'),
    distinct: flag(element, 'distinct'),
  };
}

function parseOrder(element: XmlElement): OrderNode {
  const attribute = text(element, 'attribute');
  const alias = text(element, 'alias');
  if (attribute === undefined && alias === undefined) required(element, 'attribute');
  return {
    attribute,
    alias,
    entityName: text(element, 'entityname'),
    descending: flag(element, 'descending'),
  };
}

function parseCondition(element: XmlElement): ConditionNode {
  for (const name of ['aggregate', 'rowaggregate', 'column']) {
    if (text(element, name) !== undefined) throw notImplemented(`'${name}' on a condition`);
  }
  return {
    attribute: required(element, 'attribute'),
    operator: required(element, 'operator'),
    entityName: text(element, 'entityname'),
    value: text(element, 'value'),
    values: childrenOf(element).map((child) => child.text),
    valueOf: text(element, 'valueof'),
  };
}

function parseFilter(element: XmlElement, depth: number): FilterNode {
  if (depth > 100) throw invalidFetch('Filters are nested too deeply.');
  const type = (text(element, 'type') ?? 'and').toLowerCase();
  if (type !== 'and' && type !== 'or')
    throw invalidFetch(`The filter type '${type}' is neither 'and' nor 'or'.`);
  const children = childrenOf(element);
  return {
    type,
    conditions: children.filter((child) => child.name === 'condition').map(parseCondition),
    filters: children
      .filter((child) => child.name === 'filter')
      .map((child) => parseFilter(child, depth + 1)),
    links: children
      .filter((child) => child.name === 'link-entity')
      .map((child) => parseEntity(child, depth + 1, true)),
  };
}

function parseLink(element: XmlElement, inFilter: boolean): LinkNode {
  const type = (text(element, 'link-type') ?? 'inner').toLowerCase();
  if (text(element, 'from') === undefined || text(element, 'to') === undefined) {
    throw notImplemented("a link-entity without 'from' and 'to'");
  }
  return {
    from: required(element, 'from'),
    to: required(element, 'to'),
    alias: text(element, 'alias'),
    type: linkType(type, inFilter),
  };
}

/** In a filter a link has one of four types of its own, which it has nowhere else (documentation: filter link types). */
function linkType(type: string, inFilter: boolean): LinkNode['type'] {
  if (FILTER_TYPES.has(type) !== inFilter && KNOWN_TYPES.has(type)) {
    // The text is UNVERIFIED.
    throw invalidFetch(
      `The link type '${type}' is not valid ${inFilter ? 'inside' : 'outside'} of a filter.`,
    );
  }
  if (type === 'any' || type === 'not any') return type;
  // Versions of the documentation contradict one another: every partner fits, or none does.
  if (type === 'all' || type === 'not all') throw notImplemented(`the link type '${type}'`);
  if (type === 'inner' || type === 'outer') return type;
  if (type === 'exists' || type === 'in') return 'exists';
  if (KNOWN_TYPES.has(type)) throw notImplemented(`the link type '${type}'`);
  throw invalidFetch(`The link type '${type}' is not valid.`);
}

const FILTER_TYPES: ReadonlySet<string> = new Set(['any', 'not any', 'all', 'not all']);
const KNOWN_TYPES: ReadonlySet<string> = new Set([
  ...['inner', 'outer', 'exists', 'in', 'natural', 'matchfirstrowusingcrossapply'],
  ...FILTER_TYPES,
]);

function parseEntity(element: XmlElement, depth: number, inFilter = false): EntityNode {
  if (depth > 100) throw invalidFetch('Links are nested too deeply.');
  const children = childrenOf(element);
  const named = (name: string): readonly XmlElement[] => children.filter((child) => child.name === name);
  return {
    name: required(element, 'name'),
    link: element.name === 'link-entity' ? parseLink(element, inFilter) : undefined,
    attributes: named('attribute').map(parseAttribute),
    allAttributes: named('all-attributes').length > 0,
    orders: named('order').map(parseOrder),
    filters: named('filter').map((child) => parseFilter(child, 1)),
    links: named('link-entity').map((child) => parseEntity(child, depth + 1)),
  };
}

function rootElement(xml: string): XmlElement {
  try {
    const { root, children } = parseXml(xml, { includeOffsets: true, preserveDocumentType: true });
    // As .NET's own reader does by default (UNVERIFIED here).
    if (children.some((child) => child instanceof XmlDocumentType))
      throw invalidFetch('Invalid XML. For security reasons DTD is prohibited in this XML document.');
    if (root !== null) return root;
  } catch (error) {
    // The XML parser descends once per element and runs out of stack on absurdly deep documents.
    if (error instanceof RangeError) throw invalidFetch('Invalid XML. Elements are nested too deeply.');
    if (!(error instanceof XmlError)) throw error;
    const reason = (error.message.split('\n')[0] ?? '').replace(/ \(line \d+, column \d+\)$/, '');
    throw invalidFetch(`Invalid XML. ${reason}. Line ${error.line}, position ${error.column}.`);
  }
  throw invalidFetch('Invalid XML. There is no root element.');
}

/** Parses FetchXML. Throws 400 with 0x80040303 and the position for what is not well-formed or not valid, 501 for what the sandbox leaves out. */
export function parseFetch(xml: string): FetchDocument {
  const root = rootElement(xml);
  if (root.name !== 'fetch') throw invalidFetch(`The root element must be fetch, not ${root.name}.`);
  checkAttributes(root);
  if ((text(root, 'datasource') ?? '') !== '') throw notImplemented("'datasource' on fetch");
  const entities = childrenOf(root);
  const [entity] = entities;
  if (entity === undefined || entities.length > 1) throw invalidFetch('A fetch has exactly one entity.');
  const document: FetchDocument = {
    page: number(root, 'page', 1),
    count: number(root, 'count', 1),
    top: number(root, 'top', 1),
    cookie: text(root, 'paging-cookie'),
    totals: flag(root, 'returntotalrecordcount'),
    distinct: flag(root, 'distinct'),
    aggregate: flag(root, 'aggregate'),
    aggregateLimit: number(root, 'aggregatelimit', 1),
    rawOrder: flag(root, 'useraworderby'),
    entity: parseEntity(entity, 1),
  };
  const { top, page, count, cookie, totals } = document;
  // Documentation: count rows. The text is UNVERIFIED.
  if (top !== undefined && totals)
    throw invalidFetch("The attribute 'top' cannot be combined with 'returntotalrecordcount'.");
  if (top !== undefined && (page !== undefined || count !== undefined || cookie !== undefined)) {
    // FACTS 13.5; the text is UNVERIFIED.
    throw invalidFetch(
      "The attribute 'top' cannot be combined with the paging attributes 'page', 'count' and 'paging-cookie'.",
    );
  }
  return document;
}
