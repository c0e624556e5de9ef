import type { Column } from '../dataverse/metadata';
import { familyOf, isDated, type Family } from './columnNames';
import { OPERATORS } from './fetchLanguage.data';
import { sourcesOf, type FetchText } from './fetchText';
import { wrong, type QueryProblem } from './problem';
import type { Schema, TableSchema } from './schema';
import { attributeOf, nodesOf, placeOf, valueOf, type XmlNode } from './xmlScan';

/** The table that an entity or a link names; undefined when there is none, or it is not loaded yet. */
export function tableOf(schema: Schema, source: XmlNode | undefined): TableSchema | undefined {
  const name = source === undefined ? undefined : valueOf(source, 'name');
  return name === undefined ? undefined : schema.table(name);
}

/** The entity or link that an element stands in. */
export function sourceAround(node: XmlNode): XmlNode | undefined {
  let at: XmlNode | undefined = node.parent;
  while (at !== undefined && at.name !== 'entity' && at.name !== 'link-entity') at = at.parent;
  return at;
}

/** The entity or link that a condition or an order is about: the one it names, or the one it stands in. */
export function sourceMeant(fetch: XmlNode, node: XmlNode): XmlNode | undefined {
  const named = valueOf(node, 'entityname') ?? '';
  if (named === '') return sourceAround(node);
  const sources = sourcesOf(fetch);
  return (
    sources.find((source) => valueOf(source, 'alias') === named) ??
    sources.find((source) => valueOf(source, 'name') === named)
  );
}

/** The names of a query that the environment does not have (FACTS 12: QueryBuilderNoAttribute). */
export function unknownNames(query: FetchText, schema: Schema): readonly QueryProblem[] {
  const { fetch } = query;
  if (fetch === undefined) return [];
  return [...nodesOf([fetch])].flatMap((node) => {
    switch (node.name) {
      case 'entity':
        return tableProblem(schema, node);
      case 'link-entity':
        return [
          ...tableProblem(schema, node),
          ...columnProblem(tableOf(schema, node), node, 'from'),
          ...columnProblem(tableOf(schema, sourceAround(node)), node, 'to'),
        ];
      case 'attribute':
        return columnProblem(tableOf(schema, sourceAround(node)), node, 'name');
      case 'order':
      case 'condition':
        return meantProblem(fetch, schema, node);
      default:
        return [];
    }
  });
}

function tableProblem(schema: Schema, node: XmlNode): readonly QueryProblem[] {
  const name = valueOf(node, 'name') ?? '';
  if (name === '' || schema.tables.some(({ logicalName }) => logicalName === name)) return [];
  // A table of pairs may not be listed.
  const pairs = tableOf(schema, sourceAround(node))?.relations.some(({ intersect }) => intersect === name);
  if (pairs === true) return [];
  const close = closest(
    name,
    schema.tables.map(({ logicalName }) => logicalName),
  );
  return [wrong('unknownTable', placeOf(node, 'name'), { name, close })];
}

function columnProblem(table: TableSchema | undefined, node: XmlNode, name: string): readonly QueryProblem[] {
  const value = valueOf(node, name) ?? '';
  if (table === undefined || value === '') return [];
  const column = table.columns.get(value);
  const details = { name: value, table: table.table.logicalName };
  const place = placeOf(node, name);
  if (column === undefined)
    return [wrong('unknownColumn', place, { ...details, close: closest(value, [...table.columns.keys()]) })];
  // A label goes along with its column and is none of its own (FACTS 16, row 6).
  return isLabel(column)
    ? [wrong('labelColumn', place, { ...details, close: column.attributeOf ?? '' })]
    : [];
}

/**
 * True for the labels of choices, which FetchXML is not known to take. Names of lookups are columns to it, which may be
 * compared (general knowledge, UNVERIFIED).
 */
export function isLabel(column: Column): boolean {
  return column.attributeOf !== undefined && column.type === 'Virtual';
}

function meantProblem(fetch: XmlNode, schema: Schema, node: XmlNode): readonly QueryProblem[] {
  const source = sourceMeant(fetch, node);
  if (source === undefined && attributeOf(node, 'entityname') !== undefined)
    return [wrong('unknownAlias', placeOf(node, 'entityname'), { alias: valueOf(node, 'entityname') ?? '' })];
  const table = tableOf(schema, source);
  const found = columnProblem(table, node, 'attribute');
  if (found.length > 0 || node.name === 'order') return found;
  const column = table?.columns.get(valueOf(node, 'attribute') ?? '');
  const operator = valueOf(node, 'operator') ?? '';
  if (column === undefined || canBeAsked(operator.toLowerCase(), familyOf(column))) return [];
  return [wrong('wrongOperator', placeOf(node, 'operator'), { operator, column: column.logicalName })];
}

/** Whether the service takes an operator for columns of a family; days have no hours (documentation: behavior of the date and time column). */
export function canBeAsked(operator: string, family: Family): boolean {
  switch (OPERATORS.get(operator)?.of) {
    case 'date':
      return isDated(family) && !(family === 'day' && /-x-(?:hours|minutes)$/.test(operator));
    case 'choices':
      return family === 'choices';
    default:
      return true;
  }
}

/** The name that was probably meant: one that differs in a letter or two. Empty when there is none. */
export function closest(name: string, names: readonly string[]): string {
  const wanted = name.toLowerCase();
  let best = '';
  let least = Math.min(3, Math.ceil(wanted.length / 3) + 1);
  for (const one of names) {
    if (Math.abs(one.length - wanted.length) >= least) continue;
    const far = distance(wanted, one, least);
    if (far < least) [best, least] = [one, far];
  }
  return best;
}

/** Letters to change between two words; `most` or more when they are further apart. */
function distance(a: string, b: string, most: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? most) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? most) + 1, (next[j - 1] ?? most) + 1));
    }
    row = next;
    if (Math.min(...row) >= most) return most;
  }
  return row[b.length] ?? most;
}
