import { LONGEST_QUERY } from '../base/queryLimit';
import type { Column } from '../dataverse/metadata';
import type { Relation } from '../dataverse/relations';
import { familyOf, isDated, type Family } from './columnNames';
import { ELEMENTS, OPERATORS, type ValueKind } from './fetchLanguage.data';
import { canBeAsked, isLabel, sourceAround, sourceMeant, tableOf } from './fetchNames';
import { sourcesOf } from './fetchText';
import type { Range } from './problem';
import type { QueryColumn, Schema } from './schema';
import { childrenOf, nodesOf, scanXml, valueOf, type XmlAttribute, type XmlNode } from './xmlScan';

/** Something that can be written at a place. */
export interface Completion {
  readonly kind: 'element' | 'attribute' | 'table' | 'column' | 'operator' | 'source' | 'value';
  readonly label: string;
  /** What it is called in the user's language, and of which type it is. */
  readonly detail?: string;
  /** What is replaced. */
  readonly range: Range;
  /** What is written; `$1` and so on are places to fill in, for elements and attributes only. */
  readonly insert: string;
  /** What fits best comes first. */
  readonly rank: number;
}

/** What can be written at a place: names, or the choices of a column, which are asked for one by one. */
export interface Completions {
  readonly items: readonly Completion[];
  readonly choicesOf?: { readonly table: string; readonly column: Column; readonly range: Range };
}

/** Where a caret stands. */
type Spot =
  | {
      readonly kind: 'element';
      readonly parent: XmlNode | undefined;
      readonly range: Range;
      readonly open: boolean;
    }
  | {
      readonly kind: 'attribute';
      readonly node: XmlNode;
      readonly range: Range;
      readonly bare: boolean;
      /** A value ends right before it. */
      readonly close?: boolean;
    }
  | { readonly kind: 'value'; readonly node: XmlNode; readonly name: string; readonly range: Range };

/** What can be written into a FetchXML text at an offset. */
export function completionsAt(text: string, offset: number, schema: Schema): Completions {
  if (text.length > LONGEST_QUERY) return { items: [] };
  const { roots, skipped } = scanXml(text);
  if (skipped.some(({ start, end }) => start < offset && offset < end)) return { items: [] };
  const spot = spotAt(text, offset, roots);
  if (spot === undefined) return { items: [] };
  switch (spot.kind) {
    case 'element':
      return { items: elements(spot, schema) };
    case 'attribute':
      return { items: attributes(spot) };
    case 'value':
      return values(spot, schema, roots[0]);
  }
}

function within({ start, end }: Range, offset: number): boolean {
  return start <= offset && offset <= end;
}

function spotAt(text: string, offset: number, roots: readonly XmlNode[]): Spot | undefined {
  let inside: XmlNode | undefined;
  for (const node of nodesOf(roots)) {
    const closed = text[node.tagEnd - 1] === '>';
    if (node.range.start < offset && (offset < node.tagEnd || (offset === node.tagEnd && !closed)))
      return inTag(text, node, offset);
    const hasContent = node.tagEnd <= offset && offset <= node.range.end;
    const ended = node.range.end <= offset && text[node.range.end - 1] === '>';
    if (hasContent && !ended) inside = node;
  }
  if (inside !== undefined && text.slice(inside.tagEnd, offset).includes('</')) {
    // Inside of an end tag.
    const last = text.lastIndexOf('<', offset - 1);
    if (text.startsWith('</', last) && !text.slice(last, offset).includes('>')) return undefined;
  }
  const range = { start: offset, end: offset };
  if (inside?.name === 'value' && inside.parent?.name === 'condition') {
    const start = inside.tagEnd;
    const end = Math.max(start, text.indexOf('<', start));
    return { kind: 'value', node: inside.parent, name: 'value', range: { start, end } };
  }
  return { kind: 'element', parent: inside, range, open: false };
}

function inTag(text: string, node: XmlNode, offset: number): Spot | undefined {
  if (within(node.nameRange, offset)) {
    const bare = node.attributes.length > 0 || /^\s*\/?>/.test(text.slice(node.nameRange.end));
    return { kind: 'element', parent: node.parent, range: node.nameRange, open: !bare };
  }
  for (const attribute of node.attributes) {
    const { valueRange, nameRange, name } = attribute;
    if (valueRange !== undefined && within(valueRange, offset))
      return { kind: 'value', node, name, range: valueRange };
    if (within(nameRange, offset))
      return { kind: 'attribute', node, range: nameRange, bare: hasValue(attribute) };
  }
  // Between a name and its value nothing can be written.
  const before = text[offset - 1] ?? '';
  if (!/[\s"']/.test(before)) return undefined;
  return {
    kind: 'attribute',
    node,
    range: { start: offset, end: offset },
    bare: false,
    close: /\S/.test(before),
  };
}

function hasValue({ valueRange }: XmlAttribute): boolean {
  return valueRange !== undefined;
}

const BODIES: Readonly<Record<string, string>> = {
  fetch: 'fetch top="${1:50}">\n\t<entity name="$2">\n\t\t$0\n\t</entity>\n</fetch>',
  entity: 'entity name="$1">\n\t$0\n</entity>',
  attribute: 'attribute name="$1" />',
  'all-attributes': 'all-attributes />',
  'no-attrs': 'no-attrs />',
  order: 'order attribute="$1" />',
  filter: 'filter>\n\t<condition attribute="$1" operator="$2" value="$3" />\n</filter>',
  condition: 'condition attribute="$1" operator="$2" value="$3" />',
  value: 'value>$1</value>',
  'link-entity': 'link-entity name="$1" from="$2" to="$3" alias="$4">\n\t$0\n</link-entity>',
};

function ruleOf({ name }: XmlNode): (typeof ELEMENTS)[string] | undefined {
  return Object.hasOwn(ELEMENTS, name) ? ELEMENTS[name] : undefined;
}

/** Names come out of a text that anybody may have written, `__proto__` among them. */
function kindOf(node: XmlNode, attribute: string): ValueKind | undefined {
  const attributes = ruleOf(node)?.attributes ?? {};
  return Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
}

function elements(
  { parent, range, open }: Extract<Spot, { kind: 'element' }>,
  schema: Schema,
): readonly Completion[] {
  const names = parent === undefined ? ['fetch'] : (ruleOf(parent)?.children ?? []);
  const before = range.start === range.end && !open ? '<' : '';
  // The name of a tag that goes on is replaced alone.
  const whole = open || before !== '';
  const items = names.map((label, rank) => ({
    kind: 'element' as const,
    label,
    range,
    rank,
    insert: whole ? `${before}${BODIES[label] ?? label}` : label,
  }));
  if (!whole || parent === undefined || !names.includes('link-entity')) return items;
  const source = parent.name === 'filter' ? sourceAround(parent) : parent;
  const links = (tableOf(schema, source)?.relations ?? []).filter(isLookup).map((relation, at) => {
    const { other, otherColumn, column, to } = relation;
    const alias = other.slice(0, 1);
    return {
      kind: 'element' as const,
      label: `link-entity ${other}`,
      range,
      rank: 100 + at,
      detail: to === 'one' ? `${column} → ${other}.${otherColumn}` : `${other}.${otherColumn} → ${column}`,
      insert: `${before}link-entity name="${other}" from="${otherColumn}" to="${column}" alias="\${1:${alias}}">\n\t$0\n</link-entity>`,
    };
  });
  return [...items, ...links];
}

function isLookup({ to }: Relation): boolean {
  return to !== 'through';
}

function attributes({
  node,
  range,
  bare,
  close,
}: Extract<Spot, { kind: 'attribute' }>): readonly Completion[] {
  const rule = ruleOf(node);
  const present = new Set(
    node.attributes.filter(({ nameRange }) => nameRange.start !== range.start).map(({ name }) => name),
  );
  return Object.keys(rule?.attributes ?? {})
    .filter((name) => !present.has(name))
    .map((label, rank) => ({
      kind: 'attribute',
      label,
      range,
      rank,
      insert: bare ? label : `${close === true ? ' ' : ''}${label}="$1"`,
    }));
}

function values(
  { node, name, range }: Extract<Spot, { kind: 'value' }>,
  schema: Schema,
  root: XmlNode | undefined,
): Completions {
  const kind = kindOf(node, name);
  const item = (label: string, rank: number, of: Completion['kind'], detail?: string): Completion => ({
    kind: of,
    label,
    range,
    insert: label,
    rank,
    ...(detail === undefined ? {} : { detail }),
  });
  const words = wordsOf(kind);
  if (words !== undefined) return { items: words.map((word, rank) => item(word, rank, 'value')) };
  const columns = (source: XmlNode | undefined, first: (column: Column) => boolean): Completions => ({
    items: [...(tableOf(schema, source)?.columns.values() ?? [])]
      .filter((column) => !isLabel(column) && column.isValidForRead)
      .map((column) => item(column.logicalName, first(column) ? 0 : 1, 'column', describe(column))),
  });
  switch (kind) {
    case 'table':
      return { items: schema.tables.map((table) => item(table.logicalName, 0, 'table', table.label)) };
    case 'linkedColumn':
      return columns(node, (column) =>
        linksTo(schema, node, ({ otherColumn }) => otherColumn === column.logicalName),
      );
    case 'parentColumn':
      return columns(sourceAround(node), (column) =>
        linksTo(schema, node, (one) => one.column === column.logicalName),
      );
    case 'column':
      return columns(
        root === undefined ? sourceAround(node) : meant(root, node),
        ({ isPrimaryName }) => isPrimaryName,
      );
    case 'operator':
      return {
        items: operators(columnMeant(schema, root, node)).map((label, rank) => item(label, rank, 'operator')),
      };
    case 'source':
      return { items: sources(root).map((label, rank) => item(label, rank, 'source')) };
    case 'alias':
      return {
        items: node.name === 'order' ? aliases(root).map((label, rank) => item(label, rank, 'source')) : [],
      };
    case 'value':
      return choices(schema, root, node, range);
    default:
      return { items: [] };
  }
}

function wordsOf(kind: ValueKind | undefined): readonly string[] | undefined {
  if (kind === 'boolean') return ['true', 'false'];
  return typeof kind === 'object' ? kind : undefined;
}

/** The type tells which operators fit, so it stands beside the label. */
function describe({ label, type }: Column): string {
  return `${label} · ${type}`;
}

function linksTo(
  schema: Schema,
  link: XmlNode,
  fits: (relation: { readonly column: string; readonly otherColumn: string }) => boolean,
): boolean {
  const relations = tableOf(schema, sourceAround(link))?.relations ?? [];
  return relations.some((relation) => relation.other === valueOf(link, 'name') && fits(relation));
}

function meant(root: XmlNode, node: XmlNode): XmlNode | undefined {
  return node.name === 'condition' || node.name === 'order' ? sourceMeant(root, node) : sourceAround(node);
}

function columnMeant(schema: Schema, root: XmlNode | undefined, node: XmlNode): QueryColumn | undefined {
  const source = root === undefined ? undefined : sourceMeant(root, node);
  return tableOf(schema, source)?.columns.get(valueOf(node, 'attribute') ?? '');
}

const NULL = ['null', 'not-null'];
const ORDERED = new Set(['lt', 'le', 'gt', 'ge', 'between', 'not-between']);
const LIST = new Set(['in', 'not-in']);
const ONLY_TEXT = /^(?:not-)?(?:like|begins?-with|ends?-with)$/;
const ONLY_LOOKUP = /user|business|above|under/;

/** The operators that a column is asked with; all of them for a column that is not known. */
function operators(column: QueryColumn | undefined): readonly string[] {
  const names = [...OPERATORS.keys()].filter((name) => name !== 'neq');
  return column === undefined ? names : names.filter((name) => suits(name, familyOf(column)));
}

/** Whether it is worth to offer an operator. */
function suits(operator: string, family: Family): boolean {
  if (NULL.includes(operator)) return true;
  if (!canBeAsked(operator, family)) return false;
  if (OPERATORS.get(operator)?.of !== 'any') return true;
  if (ONLY_TEXT.test(operator)) return family === 'text';
  if (ONLY_LOOKUP.test(operator)) return family === 'lookup' || family === 'guid';
  if (ORDERED.has(operator)) return family !== 'lookup' && family !== 'guid' && family !== 'choices';
  return family !== 'choices' && !(isDated(family) && LIST.has(operator));
}

function sources(root: XmlNode | undefined): readonly string[] {
  if (root === undefined) return [];
  return sourcesOf(root)
    .filter(({ name }) => name === 'link-entity')
    .flatMap((link) => valueOf(link, 'alias') ?? valueOf(link, 'name') ?? []);
}

function aliases(root: XmlNode | undefined): readonly string[] {
  if (root === undefined) return [];
  return sourcesOf(root).flatMap((source) =>
    childrenOf(source, 'attribute').flatMap((attribute) => valueOf(attribute, 'alias') ?? []),
  );
}

function choices(schema: Schema, root: XmlNode | undefined, node: XmlNode, range: Range): Completions {
  const column = columnMeant(schema, root, node);
  const table = tableOf(schema, root === undefined ? undefined : sourceMeant(root, node))?.table.logicalName;
  const family = column === undefined ? undefined : familyOf(column);
  if (column === undefined || table === undefined) return { items: [] };
  return family === 'choice' || family === 'choices' || family === 'boolean'
    ? { items: [], choicesOf: { table, column, range } }
    : { items: [] };
}

/** What a word of a FetchXML text names. */
export type Named =
  | { readonly kind: 'table'; readonly range: Range; readonly table: string }
  | { readonly kind: 'column'; readonly range: Range; readonly table: string; readonly column: Column }
  | { readonly kind: 'operator'; readonly range: Range; readonly operator: string };

/** The table, column or operator that is named at an offset. */
export function namedAt(text: string, offset: number, schema: Schema): Named | undefined {
  if (text.length > LONGEST_QUERY) return undefined;
  const { roots } = scanXml(text);
  const spot = spotAt(text, offset, roots);
  const [root] = roots;
  if (spot?.kind !== 'value' || root === undefined) return undefined;
  const { node, name, range } = spot;
  const kind = kindOf(node, name);
  const value = text.slice(range.start, range.end);
  if (kind === 'table')
    return schema.tables.some(({ logicalName }) => logicalName === value)
      ? { kind, range, table: value }
      : undefined;
  if (kind === 'operator') return OPERATORS.has(value) ? { kind, range, operator: value } : undefined;
  const source =
    kind === 'linkedColumn' ? node : kind === 'parentColumn' ? sourceAround(node) : meant(root, node);
  if (kind !== 'linkedColumn' && kind !== 'parentColumn' && kind !== 'column') return undefined;
  const table = tableOf(schema, source);
  const column = table?.columns.get(value);
  return table === undefined || column === undefined
    ? undefined
    : { kind: 'column', range, table: table.table.logicalName, column };
}
