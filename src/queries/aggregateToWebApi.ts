import * as odata from '../dataverse/odata';
import { familyOf } from './columnNames';
import { columnAt, pathOf, type Place } from './conditionToWebApi';
import { isSet } from './fetchText';
import type { TranslationLog } from './translation';
import { childrenOf, nodesOf, placeOf, valueOf, type XmlNode } from './xmlScan';

/** A grouping or aggregation of the Web API, with the order of its results. */
export interface AppliedQuery {
  readonly apply: odata.Transformation;
  readonly orderby: readonly odata.Order[];
}

const METHODS: Readonly<Record<string, 'sum' | 'average' | 'min' | 'max'>> = {
  sum: 'sum',
  avg: 'average',
  min: 'min',
  max: 'max',
};

/** The attributes of an aggregate query as `$apply` (FACTS 13.4, 13.5); what has no counterpart is noted. */
export function aggregateToWebApi(
  log: TranslationLog,
  fetch: XmlNode,
  entity: XmlNode,
  place: Place,
): AppliedQuery | undefined {
  const groups: string[] = [];
  const figures: odata.Aggregate[] = [];
  /** What a result is called in the Web API, by its alias. */
  const names = new Map<string, string>();
  for (const node of nodesOf(childrenOf(entity, 'link-entity'))) {
    if (node.name === 'attribute' || node.name === 'order')
      log.lose('linkAggregate', node.nameRange, valueOf(node, 'name') ?? valueOf(node, 'alias'));
  }
  for (const node of childrenOf(entity, 'attribute')) {
    const alias = valueOf(node, 'alias') ?? '';
    const column = columnAt(log, place, valueOf(node, 'name') ?? '', placeOf(node, 'name'));
    if (column === undefined) continue;
    const family = familyOf(column);
    if (family === 'other' || family === 'choices')
      log.lose('columnType', placeOf(node, 'name'), column.logicalName);
    const path = pathOf(place, column);
    if (!isSet(node, 'groupby')) {
      const figure = figureOf(log, node, alias, path);
      if (figure !== undefined) figures.push(figure);
      names.set(alias, alias);
      continue;
    }
    if (valueOf(node, 'dategrouping') !== undefined)
      log.lose('dateGrouping', placeOf(node, 'dategrouping'), valueOf(node, 'dategrouping'));
    if (alias !== path) log.note('renamed', alias);
    // The Web API orders choices by their numbers.
    const labelled = (family === 'choice' || family === 'boolean') && !isSet(fetch, 'useraworderby');
    if (labelled && childrenOf(entity, 'order').some((order) => valueOf(order, 'alias') === alias))
      log.lose('labelOrder', placeOf(node, 'name'), column.logicalName);
    groups.push(path);
    names.set(alias, path);
  }
  const orderby = childrenOf(entity, 'order').flatMap((node) => {
    const name = names.get(valueOf(node, 'alias') ?? '');
    if (name === undefined)
      log.lose('alias', node.nameRange, valueOf(node, 'alias') ?? valueOf(node, 'attribute'));
    return name === undefined ? [] : [{ by: name, descending: isSet(node, 'descending') }];
  });
  if (groups.length + figures.length === 0) log.lose('apply', entity.nameRange);
  if (log.failed) return undefined;
  const apply = groups.length === 0 ? odata.aggregate(figures) : odata.groupBy(groups, figures);
  return { apply, orderby };
}

function figureOf(
  log: TranslationLog,
  node: XmlNode,
  alias: string,
  column: string,
): odata.Aggregate | undefined {
  const kind = valueOf(node, 'aggregate') ?? '';
  if (kind === 'count') return { as: alias, count: true };
  const method = Object.hasOwn(METHODS, kind) ? METHODS[kind] : undefined;
  if (method !== undefined && !isSet(node, 'distinct')) return { as: alias, column, method };
  if (kind === 'countcolumn' && isSet(node, 'distinct'))
    return { as: alias, column, method: 'countdistinct' };
  // `$count` counts rows without a value, too.
  log.lose('countColumn', placeOf(node, 'aggregate'), kind);
  return undefined;
}
