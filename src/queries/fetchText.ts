import { parseXml, XmlError } from '@rgrove/parse-xml';
import {
  COLUMN_OPERATORS,
  ELEMENTS,
  OPERATORS,
  type ElementRule,
  type ValueKind,
} from './fetchLanguage.data';
import { MOST_LINKS } from '../dataverse/fetchXml';
import { malformed, tooLong, wrong, type QueryProblem, type Range } from './problem';
import {
  attributeOf,
  childrenOf,
  nodesOf,
  placeOf,
  scanXml,
  valueOf,
  type XmlAttribute,
  type XmlNode,
} from './xmlScan';

/** Deeper nesting is refused, as the service's own reader does (its limit is UNVERIFIED). */
const MOST_DEPTH = 100;

/** A FetchXML text, read as far as it can be. */
export interface FetchText {
  readonly text: string;
  readonly roots: readonly XmlNode[];
  /** The root and its one entity, where the text has them. */
  readonly fetch: XmlNode | undefined;
  readonly entity: XmlNode | undefined;
  /** In the order of the text. */
  readonly problems: readonly QueryProblem[];
}

/**
 * Reads FetchXML and holds it against the language (FACTS 13.5; the elements, attributes and operators the service
 * documents). Never fails: what is wrong is listed with its place. Names of tables and columns are not looked up.
 */
export function readFetchText(text: string): FetchText {
  const much = tooLong(text);
  if (much !== undefined) return { text, roots: [], fetch: undefined, entity: undefined, problems: [much] };
  const { roots, skipped } = scanXml(text);
  const whole = { start: 0, end: text.length };
  if (text.trim() === '')
    return { text, roots, fetch: undefined, entity: undefined, problems: [malformed('empty', whole)] };
  const broken = otherLanguage(text) ?? wellFormedness(text) ?? documentType(text, skipped) ?? depth(roots);
  const [root] = roots;
  const fetch = root?.name === 'fetch' ? root : undefined;
  const entities = fetch === undefined ? [] : childrenOf(fetch, 'entity');
  const [only, ...others] = entities;
  const named = only !== undefined && (valueOf(only, 'name') ?? '') !== '';
  const entity = named && others.length === 0 ? only : undefined;
  if (broken !== undefined) return { text, roots, fetch, entity, problems: [broken] };
  if (fetch === undefined) {
    const problem = malformed('noFetch', root?.nameRange ?? whole, { name: root?.name ?? '' });
    return { text, roots, fetch, entity, problems: [problem] };
  }
  const problems = [
    ...(entity === undefined ? [malformed('noEntity', (entities[1] ?? entities[0] ?? fetch).nameRange)] : []),
    ...structure(fetch),
    ...wholeQuery(fetch),
  ];
  return { text, roots, fetch, entity, problems: problems.sort((a, b) => a.range.start - b.range.start) };
}

/** A query for the Web API, which somebody has put here. */
function otherLanguage(text: string): QueryProblem | undefined {
  const path = /^\s*([a-z]\w*)(?:\(|[?/]|\s*$)/.exec(text)?.[1];
  const start = text.length - text.trimStart().length;
  return path === undefined ? undefined : malformed('isWebApi', { start, end: start + path.length });
}

/** What the XML parser says, as a problem at the word where it stopped. */
function wellFormedness(text: string): QueryProblem | undefined {
  try {
    parseXml(text);
    return undefined;
  } catch (error) {
    // The parser descends once per element.
    if (error instanceof RangeError) return malformed('tooDeep', { start: 0, end: text.length });
    if (!(error instanceof XmlError)) throw error;
    const reason = (error.message.split('\n')[0] ?? '').replace(/ \(line \d+, column \d+\)$/, '');
    return malformed('notWellFormed', wordAt(text, error.pos), { reason });
  }
}

/** The service prohibits them, as .NET's reader does (UNVERIFIED). */
function documentType(text: string, skipped: readonly Range[]): QueryProblem | undefined {
  const found = skipped.find(({ start }) => /^<!DOCTYPE/i.test(text.slice(start, start + 9)));
  return found === undefined ? undefined : malformed('documentType', found);
}

/** The first element that is nested too deeply; whatever reads the query descends once per element. */
function depth(roots: readonly XmlNode[]): QueryProblem | undefined {
  const depths = new Map<XmlNode, number>();
  for (const node of nodesOf(roots)) {
    const own = node.parent === undefined ? 1 : (depths.get(node.parent) ?? 0) + 1;
    if (own > MOST_DEPTH) return malformed('tooDeep', node.nameRange);
    depths.set(node, own);
  }
  return undefined;
}

/** The word at a place; the last character of the text for a place behind it. */
function wordAt(text: string, at: number): Range {
  const start = Math.max(0, Math.min(at, text.trimEnd().length - 1));
  const length = /^<?\/?[^\s<>"'=]{1,80}/.exec(text.slice(start, start + 80))?.[0].length ?? 1;
  return { start, end: start + length };
}

function structure(fetch: XmlNode): readonly QueryProblem[] {
  const problems: QueryProblem[] = [];
  for (const node of nodesOf([fetch])) {
    const rule = ruleOf(node);
    const parent = node.parent === undefined ? undefined : ruleOf(node.parent);
    if (node.parent !== undefined && parent !== undefined && !parent.children.includes(node.name)) {
      problems.push(
        wrong('unknownElement', node.nameRange, {
          name: node.name,
          parent: node.parent.name,
          allowed: parent.children.join(', '),
        }),
      );
    }
    if (rule === undefined) continue;
    problems.push(...attributesOf(node, rule));
    if (node.name === 'condition') problems.push(...condition(node));
    if (
      node.name === 'order' &&
      valueOf(node, 'attribute') === undefined &&
      valueOf(node, 'alias') === undefined
    )
      problems.push(wrong('missingAttribute', node.nameRange, { name: 'attribute', element: node.name }));
  }
  return problems;
}

function ruleOf(node: XmlNode): ElementRule | undefined {
  return Object.hasOwn(ELEMENTS, node.name) ? ELEMENTS[node.name] : undefined;
}

function attributesOf(node: XmlNode, rule: ElementRule): readonly QueryProblem[] {
  const problems: QueryProblem[] = [];
  for (const attribute of node.attributes) {
    if (attribute.name.startsWith('xmlns')) continue;
    const kind = Object.hasOwn(rule.attributes, attribute.name) ? rule.attributes[attribute.name] : undefined;
    if (kind === undefined) {
      const details = { name: attribute.name, element: node.name };
      problems.push(wrong('unknownAttribute', attribute.nameRange, details));
    } else if (!fits(kind, attribute))
      problems.push(
        wrong('unknownValue', placeOf(node, attribute.name), {
          name: attribute.name,
          value: attribute.value,
          allowed: allowedOf(kind),
        }),
      );
  }
  for (const name of rule.required) {
    if ((valueOf(node, name) ?? '') === '' && !(node.name === 'condition' && name === 'operator'))
      problems.push(wrong('missingAttribute', placeOf(node, name), { name, element: node.name }));
  }
  return problems;
}

function fits(kind: ValueKind, { value }: XmlAttribute): boolean {
  const word = value.trim().toLowerCase();
  if (kind === 'boolean') return /^(?:true|false|1|0)$/.test(word);
  if (kind === 'number') return /^\d{1,9}$/.test(word) && Number(word) > 0;
  return typeof kind === 'string' || kind.some((one) => one.toLowerCase() === word);
}

function allowedOf(kind: ValueKind): string {
  if (kind === 'boolean') return 'true, false';
  if (kind === 'number') return '1, 2, 3 …';
  return typeof kind === 'string' ? '' : kind.join(', ');
}

/** The operator of a condition, and how many values it has. */
function condition(node: XmlNode): readonly QueryProblem[] {
  const place = placeOf(node, 'operator');
  const operator = valueOf(node, 'operator') ?? '';
  if (operator === '') return [wrong('missingAttribute', place, { name: 'operator', element: node.name })];
  const rule = OPERATORS.get(operator.toLowerCase());
  if (rule === undefined) return [wrong('unknownOperator', place, { operator })];
  const other = attributeOf(node, 'valueof');
  if (other !== undefined)
    return COLUMN_OPERATORS.has(operator.toLowerCase())
      ? []
      : [wrong('wrongOperator', place, { operator, column: 'valueof' })];
  const count = valuesOf(node).length;
  const details = { operator };
  switch (rule.values) {
    case 'none':
      return childrenOf(node, 'value').length === 0 ? [] : [wrong('noValue', place, details)];
    case 'one':
      return count === 1 ? [] : [wrong('oneValue', place, details)];
    case 'many':
      return count > 0 ? [] : [wrong('someValue', place, details)];
    case 'two':
      return count === 2 ? [] : [wrong('twoValues', place, details)];
  }
}

/** The values of a condition: its elements, or else its attribute. */
export function valuesOf(condition: XmlNode): readonly string[] {
  const elements = childrenOf(condition, 'value').map(({ text }) => text);
  const value = valueOf(condition, 'value');
  return elements.length > 0 ? elements : value === undefined ? [] : [value];
}

/** True for `true` and `1`. */
export function isSet(node: XmlNode, name: string): boolean {
  return /^\s*(?:true|1)\s*$/i.test(valueOf(node, name) ?? '');
}

/** The tables of a query: the entity, and the links below it, in the order of the text. */
export function sourcesOf(fetch: XmlNode): readonly XmlNode[] {
  return [...nodesOf([fetch])].filter(({ name }) => name === 'entity' || name === 'link-entity');
}

function wholeQuery(fetch: XmlNode): readonly QueryProblem[] {
  const problems: QueryProblem[] = [];
  const paging = ['page', 'count', 'paging-cookie'].find((name) => valueOf(fetch, name) !== undefined);
  // No total is counted either (documentation: count rows).
  const counted = isSet(fetch, 'returntotalrecordcount') ? 'returntotalrecordcount' : undefined;
  const other = paging ?? counted;
  if (valueOf(fetch, 'top') !== undefined && other !== undefined)
    problems.push(wrong('topWithPaging', placeOf(fetch, other), { name: other }));
  const links = sourcesOf(fetch).filter(({ name }) => name === 'link-entity');
  const tooMany = links[MOST_LINKS];
  if (tooMany !== undefined)
    problems.push(wrong('tooManyLinks', tooMany.nameRange, { most: String(MOST_LINKS) }));
  const aggregate = isSet(fetch, 'aggregate');
  const aliases = new Set<string>();
  for (const node of nodesOf([fetch])) {
    if (node.name !== 'attribute' && node.name !== 'link-entity') continue;
    const alias = valueOf(node, 'alias');
    if (alias !== undefined && aliases.has(alias.toLowerCase()))
      problems.push(wrong('sameAlias', placeOf(node, 'alias'), { alias }));
    if (alias !== undefined) aliases.add(alias.toLowerCase());
    if (node.name === 'attribute') problems.push(...aggregation(node, aggregate));
  }
  return problems;
}

function aggregation(node: XmlNode, aggregate: boolean): readonly QueryProblem[] {
  const own = ['aggregate', 'groupby', 'dategrouping'].find((name) => attributeOf(node, name) !== undefined);
  if (!aggregate)
    return own === undefined ? [] : [wrong('needsAggregate', placeOf(node, own), { name: own })];
  return valueOf(node, 'alias') === undefined
    ? [wrong('needsAlias', node.nameRange, { name: valueOf(node, 'name') ?? '' })]
    : [];
}
