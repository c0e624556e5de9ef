import * as odata from '../dataverse/odata';
import type { AppliedQuery } from './aggregateToWebApi';
import { familyOf, isDated, propertyName } from './columnNames';
import type { Condition, Place } from './conditionToWebApi';
import { isSet } from './fetchText';
import type { TableSchema } from './schema';
import type { TranslationLog } from './translation';
import { childrenOf, placeOf, valueOf, type XmlNode } from './xmlScan';

/** True when the key is among the columns, so that no row is equal to another. */
export function keepsRows(log: TranslationLog, entity: XmlNode, { table }: TableSchema): boolean {
  const keyed =
    childrenOf(entity, 'all-attributes').length > 0 ||
    childrenOf(entity, 'attribute').some((node) => valueOf(node, 'name') === table.primaryIdColumn);
  if (keyed) log.note('leftOut', 'distinct');
  return keyed;
}

/** The columns whose combinations of values are asked for, as `$apply` can group by them. */
export function differentValues(
  log: TranslationLog,
  fetch: XmlNode,
  wanted: {
    readonly entity: XmlNode;
    readonly place: Place;
    readonly orderby: readonly odata.Order[];
    readonly expands: readonly odata.Expand[];
  },
): readonly string[] | undefined {
  const { entity, place, orderby, expands } = wanted;
  const range = placeOf(fetch, 'distinct');
  const groups = childrenOf(entity, 'attribute').flatMap((node) => {
    const column = place.table.columns.get(valueOf(node, 'name') ?? '');
    if (column === undefined) return [];
    const family = familyOf(column);
    if (isDated(family)) log.lose('dateGrouping', placeOf(node, 'name'), column.logicalName);
    if (family === 'choices' || family === 'other')
      log.lose('columnType', placeOf(node, 'name'), column.logicalName);
    return [propertyName(column)];
  });
  const ordered = orderby.every((order) => groups.includes(typeof order === 'string' ? order : order.by));
  const counted = isSet(fetch, 'returntotalrecordcount');
  if (groups.length === 0 || expands.length > 0 || !ordered || counted)
    log.lose('distinct', range, valueOf(entity, 'name'));
  return log.failed ? undefined : [...new Set(groups)];
}

/** A query that ends in groups or figures. */
export function applied(
  set: string,
  filter: Condition,
  { apply, orderby, condition }: AppliedQuery,
  most: { readonly top?: number },
): string {
  const rows = odata.allOf([filter, condition]);
  const steps = rows === undefined ? [apply] : [odata.filterRows(rows), apply];
  return odata.query(odata.set(set), { apply: odata.inOrder(steps), orderby, ...most });
}
