import { isGuid } from '../base/guid';
import type { FetchLink } from '../dataverse/fetchXml';
import type { FetchTerm } from './expressionToFetchXml';
import type { Schema, TableSchema } from './schema';

/** The path of a query taken apart: `accounts`, `accounts(…)`, `accounts(…)/contact_customer_accounts`. */
export interface Resource {
  readonly set: string;
  readonly key: string | undefined;
  readonly navigation: string | undefined;
}

/** Undefined for functions, casts, other keys, and paths that go further. */
export function resourceOf(path: string): Resource | undefined {
  const [, set, key, navigation] = /^([A-Za-z_]\w*)(?:\(([^()]*)\)(?:\/(\w+))?)?$/.exec(path) ?? [];
  if (set === undefined || (key !== undefined && !isGuid(key))) return undefined;
  return { set, key, navigation };
}

/** What a path leads to: the table, and which of its rows. */
interface Target {
  readonly table: TableSchema;
  readonly terms: readonly FetchTerm[];
}

/** A set, a row of it, or what a navigation property leads to from there. */
export function targetOf(
  schema: Schema,
  start: TableSchema,
  { key, navigation }: Resource,
): Target | undefined {
  const { primaryIdColumn, logicalName } = start.table;
  if (key === undefined) return { table: start, terms: [] };
  if (primaryIdColumn === undefined) return undefined;
  const row: FetchTerm = { attribute: primaryIdColumn, operator: 'eq', value: key };
  if (navigation === undefined) return { table: start, terms: [row] };
  const [relation, ...others] = start.relations.filter((one) => one.navigation === navigation);
  const table = relation === undefined || others.length > 0 ? undefined : schema.table(relation.other);
  if (relation === undefined || table === undefined) return undefined;
  const { column, otherColumn, to, intersect } = relation;
  // The documentation calls a filtered collection the same as a filter by the lookup.
  if (to === 'many') return { table, terms: [{ attribute: otherColumn, operator: 'eq', value: key }] };
  const filter = { conditions: [row] };
  if (intersect === undefined)
    return { table, terms: [{ name: logicalName, from: column, to: otherColumn, type: 'any', filter }] };
  const partner = table.table.primaryIdColumn;
  if (partner === undefined) return undefined;
  const back: FetchLink = { name: logicalName, from: primaryIdColumn, to: column, type: 'inner', filter };
  return { table, terms: [{ name: intersect, from: otherColumn, to: partner, type: 'any', links: [back] }] };
}
