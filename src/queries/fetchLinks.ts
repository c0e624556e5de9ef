import { sourceMeant } from './fetchNames';
import type { TableSchema } from './schema';
import { nodesOf, valueOf, type XmlNode } from './xmlScan';

/** The type of a link. */
export function typeOf(link: XmlNode): string {
  return (valueOf(link, 'link-type') ?? 'inner').toLowerCase();
}

/** The navigation property that a link goes along, where there is exactly one. */
export function relationOf(
  link: XmlNode,
  parent: TableSchema,
  { table }: TableSchema,
): { readonly to: 'one' | 'many'; readonly navigation: string } | undefined {
  const { relations } = parent;
  const found = relations.find(
    (relation) =>
      relation.navigation !== undefined &&
      relation.to !== 'through' &&
      relation.other === table.logicalName &&
      relation.column === valueOf(link, 'to') &&
      relation.otherColumn === valueOf(link, 'from') &&
      // `ownerid` leads to users and to teams by one name.
      relations.filter(({ navigation, to }) => to === relation.to && navigation === relation.navigation)
        .length === 1,
  );
  return found?.navigation === undefined || found.to === 'through'
    ? undefined
    : { to: found.to, navigation: found.navigation };
}

/** Rows that are paired, by a link to the table of pairs and a link from there. */
export interface Pairing {
  readonly navigation: string;
  /** The link to the other table; absent where it is only asked whether there is a pair. */
  readonly partner: XmlNode | undefined;
}

/**
 * What a link to a table of pairs means, where it has a navigation property of its own.
 * @returns undefined for a link to any other table; `other` where it asks for more than the Web API can.
 */
export function pairingOf(link: XmlNode, parent: TableSchema): Pairing | 'other' | undefined {
  const { relations, table } = parent;
  const pairs = relations.filter(
    ({ intersect }) => intersect !== undefined && intersect === valueOf(link, 'name'),
  );
  if (pairs.length === 0) return undefined;
  const found = pairs.find(({ column }) => column === valueOf(link, 'from'));
  if (found?.navigation === undefined || valueOf(link, 'to') !== table.primaryIdColumn) return 'other';
  const [partner, ...more] = link.children;
  if (partner === undefined) return { navigation: found.navigation, partner };
  const fits =
    more.length === 0 &&
    partner.name === 'link-entity' &&
    ['inner', 'exists', 'in'].includes(typeOf(partner)) &&
    valueOf(partner, 'name') === found.other &&
    valueOf(partner, 'to') === found.otherColumn;
  return fits ? { navigation: found.navigation, partner } : 'other';
}

/** A link that brings no columns and no order, and no more do those below it. */
export function showsNothing(link: XmlNode): boolean {
  const shown = new Set(['attribute', 'all-attributes', 'order']);
  return [...nodesOf([link])].every(({ name }) => !shown.has(name));
}

/** The conditions and orders outside of a link that are about it, or about a link below it. */
export function usesOf(fetch: XmlNode, link: XmlNode): readonly XmlNode[] {
  const inside = new Set(nodesOf([link]));
  return [...nodesOf([fetch])].filter((node) => {
    if ((node.name !== 'condition' && node.name !== 'order') || inside.has(node)) return false;
    const source = sourceMeant(fetch, node);
    return source !== undefined && inside.has(source);
  });
}

/** True for a condition without which no row comes: it is no alternative of another. */
export function isConjunct(condition: XmlNode): boolean {
  let node = condition.parent;
  for (; node?.name === 'filter'; node = node.parent)
    if ((valueOf(node, 'type') ?? 'and').toLowerCase() !== 'and') return false;
  return true;
}

/** True when no condition below a link can be unknown: none compares with a column that may be empty. */
export function isDefinite(link: XmlNode): boolean {
  return [...nodesOf([link])].every(
    (node) =>
      node.name !== 'condition' ||
      ['null', 'not-null'].includes(valueOf(node, 'operator')?.toLowerCase() ?? ''),
  );
}
