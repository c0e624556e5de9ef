import type { StoreReader } from '../store';
import { compareScalars, scalarReader, type Scope } from './evaluate';
import type { Family, Operand, Scalar } from './expression';
import { formatScalar } from './formatted';
import { comparable, familyOf, isChoice, isLookup } from './values';

/** One key of an order. */
export interface OrderKey {
  /** Name in a paging cookie. */
  readonly name: string;
  readonly descending: boolean;
  readonly family: Family;
  /** The value as a cookie shows it. */
  readonly read: (scope: Scope) => Scalar;
}

/**
 * The order by one column. Lookups are ordered by the name of the row they refer to; choices by their number in
 * OData and by their label in FetchXML (documentation: order rows).
 */
export function orderKey(
  reader: StoreReader,
  operand: Operand,
  options: { readonly name: string; readonly descending: boolean; readonly byLabel: boolean },
): OrderKey {
  const { column, hops, part } = operand;
  const plain = { name: options.name, descending: options.descending };
  const [only, ...others] = column.targets ?? [];
  const read = scalarReader(reader, operand);
  if (isLookup(column) && only !== undefined) {
    const names = [only, ...others].flatMap(({ table: name }) => {
      const table = reader.schema.table(name);
      const primary =
        table?.primaryName === undefined ? undefined : reader.schema.column(name, table.primaryName);
      if (table === undefined || primary === undefined) return [];
      const hop = { column: column.name, target: name };
      return [scalarReader(reader, { slot: operand.slot, hops: [...hops, hop], table, column: primary })];
    });
    const readName = (scope: Scope): Scalar => {
      for (const name of names) {
        const value = name(scope);
        if (value !== null) return value;
      }
      return null;
    };
    return { ...plain, family: 'text', read: readName };
  }
  if (options.byLabel && (isChoice(column) || column.type === 'boolean')) {
    return { ...plain, family: 'text', read: (scope) => formatScalar(column, read(scope)) ?? null };
  }
  return { ...plain, family: familyOf(column, part), read };
}

/** The values of all keys in the form they are compared in. */
export function sortValues(keys: readonly OrderKey[], scope: Scope): Scalar[] {
  return keys.map((key) => comparable(key.read(scope), key.family));
}

/** Order of two rows. Null is the smallest value, as in the service's database. */
export function compareKeys(keys: readonly OrderKey[], a: readonly Scalar[], b: readonly Scalar[]): number {
  for (let at = 0; at < keys.length; at += 1) {
    const left = a[at] ?? null;
    const right = b[at] ?? null;
    if (left === right) continue;
    const order = left === null ? -1 : right === null ? 1 : compareScalars(left, right);
    if (order !== 0) return keys[at]?.descending === true ? -order : order;
  }
  return 0;
}
