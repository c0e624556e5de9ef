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
      relation.other === table.logicalName &&
      relation.column === valueOf(link, 'to') &&
      relation.otherColumn === valueOf(link, 'from') &&
      // `ownerid` leads to users and to teams by one name.
      relations.filter(({ navigation, to }) => to === relation.to && navigation === relation.navigation)
        .length === 1,
  );
  return found?.navigation === undefined ? undefined : { to: found.to, navigation: found.navigation };
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
