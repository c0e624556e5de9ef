import type {
  CellValue,
  CollectionNavigation,
  Column,
  ColumnType,
  LookupTarget,
  ManyToMany,
  Option,
  Schema,
  Table,
} from './types';

type OnDelete = CollectionNavigation['onDelete'];

/** What C, U and R stand for: valid for create, update, read (the legend of FACTS 3). */
export type Access = 'CUR' | 'CR' | 'UR' | 'R' | 'CU' | 'C';

/** A lookup's target with the other side of the relationship: the collection navigation at the target table. */
interface TargetSource extends LookupTarget {
  readonly collection?: string | undefined;
  readonly onDelete: OnDelete;
}

export interface ColumnSource extends Omit<Column, 'targets'> {
  readonly targets?: readonly TargetSource[];
}

export interface TableSource extends Omit<
  Table,
  'columns' | 'collections' | 'manyToMany' | 'access' | 'name' | 'key' | 'label' | 'collectionLabel'
> {
  readonly label?: string;
  readonly collectionLabel?: string;
  readonly columns: readonly ColumnSource[];
  readonly access?: Partial<Table['access']>;
}

/** A many-to-many relationship, told once for both tables. */
export interface ManyToManySource {
  readonly relationship: string;
  readonly intersect: string;
  readonly one: { readonly table: string; readonly column: string; readonly navigation?: string };
  readonly other: { readonly table: string; readonly column: string; readonly navigation?: string };
}

export interface Extra {
  readonly access?: Access;
  readonly label?: string;
  readonly required?: NonNullable<Column['required']>;
  readonly enforced?: boolean;
  readonly initial?: CellValue;
  /** Left out: true. */
  readonly published?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly precision?: number;
}

/** "AuthType" is shown as "Auth Type", "new_StartsOn" as "Starts On". */
function labelOf(schemaName: string): string {
  return schemaName
    .replace(/^(new|msdyn)_/, '')
    .replace(/_/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/^([a-z])/, (letter) => letter.toUpperCase());
}

function column(
  schemaName: string,
  type: ColumnType,
  extra: Extra,
  more: Partial<ColumnSource> = {},
): ColumnSource {
  const { access = 'CUR', label = labelOf(schemaName), ...rest } = extra;
  return {
    name: schemaName.toLowerCase(),
    schemaName,
    type,
    label,
    create: access.includes('C'),
    update: access.includes('U'),
    read: access.includes('R'),
    ...rest,
    ...more,
  };
}

const INT32 = 2147483647;

export const guid = (name: string, extra: Extra = {}): ColumnSource =>
  column(name, 'uniqueidentifier', extra);
/** The primary key: valid for create, never for update. */
export const key = (name: string, extra: Extra = {}): ColumnSource =>
  column(name, 'uniqueidentifier', { access: 'CR', required: 'system', ...extra });
export const text = (name: string, maxLength: number, extra: Extra = {}): ColumnSource =>
  column(name, 'string', extra, { maxLength });
export const memo = (name: string, maxLength: number, extra: Extra = {}): ColumnSource =>
  column(name, 'memo', extra, { maxLength });
export const int = (name: string, extra: Extra = {}): ColumnSource =>
  column(name, 'integer', { min: -INT32 - 1, max: INT32, ...extra });
export const big = (name: string, extra: Extra = {}): ColumnSource => column(name, 'bigint', extra);
export const decimal = (name: string, precision: number, extra: Extra = {}): ColumnSource =>
  column(name, 'decimal', { min: -100000000000, max: 100000000000, ...extra }, { precision });
export const double = (name: string, precision: number, extra: Extra = {}): ColumnSource =>
  column(name, 'double', { min: -100000000000, max: 100000000000, ...extra }, { precision });
/** A money column brings its read-only companion in the base currency. */
export const money = (name: string, extra: Extra = {}): readonly ColumnSource[] => {
  const range = { min: -922337203685477, max: 922337203685477, precision: 2 };
  return [
    column(name, 'money', { ...range, ...extra }),
    column(`${name}_Base`, 'money', {
      ...range,
      access: 'R',
      label: `${extra.label ?? labelOf(name)} (Base)`,
    }),
  ];
};
export const bool = (name: string, extra: Extra = {}): ColumnSource => column(name, 'boolean', extra);
export const datetime = (name: string, extra: Extra = {}): ColumnSource => column(name, 'datetime', extra);
export const dateonly = (name: string, extra: Extra = {}): ColumnSource => column(name, 'dateonly', extra);
export const choice = (name: string, options: readonly Option[], extra: Extra = {}): ColumnSource =>
  column(name, 'picklist', extra, { options });
export const choices = (name: string, options: readonly Option[], extra: Extra = {}): ColumnSource =>
  column(name, 'multiselect', extra, { options });
export const state = (options: readonly Option[], extra: Extra = {}): ColumnSource =>
  column(
    'StateCode',
    'state',
    { access: 'UR', required: 'system', label: 'Status', initial: 0, ...extra },
    { options },
  );
export const status = (options: readonly Option[], extra: Extra = {}): ColumnSource =>
  column('StatusCode', 'status', { label: 'Status Reason', ...extra }, { options });
export const entityName = (name: string, extra: Extra = {}): ColumnSource =>
  column(name, 'entityname', extra, { maxLength: 64 });
export const lookup = (name: string, targets: readonly TargetSource[], extra: Extra = {}): ColumnSource =>
  column(name, 'lookup', extra, { targets });
export const customer = (name: string, targets: readonly TargetSource[], extra: Extra = {}): ColumnSource =>
  column(name, 'customer', extra, { targets });
export const managed = (name: string, logicalName: string, value: boolean, extra: Extra = {}): ColumnSource =>
  column(name, 'managedproperty', {
    required: 'system',
    initial: { Value: value, CanBeChanged: true, ManagedPropertyLogicalName: logicalName },
    ...extra,
  });

/** Several columns of one kind from a list of schema names. */
export function each(make: (name: string) => ColumnSource, names: string): readonly ColumnSource[] {
  return names.trim().split(/\s+/).map(make);
}

/** One target of a lookup. `collection` is the navigation back, and, unless given, the relationship's name. */
export function to(
  table: string,
  navigation: string,
  collection?: string,
  onDelete: OnDelete = 'removeLink',
  relationship = collection,
): TargetSource {
  return { table, navigation, collection, onDelete, ...(relationship === undefined ? {} : { relationship }) };
}

/** createdby, createdon, modifiedby, modifiedon and the two "on behalf by", with the relationship names given. */
export function audit(names: {
  /** Left out where the published metadata has the column without a navigation. */
  readonly createdBy?: string;
  readonly modifiedBy?: string;
  readonly createdOnBehalfBy: string;
  readonly modifiedOnBehalfBy?: string;
}): readonly ColumnSource[] {
  const user = (name: string, collection: string | undefined): ColumnSource =>
    lookup(name, collection === undefined ? [] : [to('systemuser', name.toLowerCase(), collection, 'none')], {
      access: 'R',
    });
  const created = [
    user('CreatedBy', names.createdBy),
    datetime('CreatedOn', { access: 'R' }),
    user('CreatedOnBehalfBy', names.createdOnBehalfBy),
  ];
  if (names.modifiedOnBehalfBy === undefined) return created;
  return [
    ...created,
    user('ModifiedBy', names.modifiedBy),
    datetime('ModifiedOn', { access: 'R' }),
    user('ModifiedOnBehalfBy', names.modifiedOnBehalfBy),
  ];
}

/** The four columns of a table whose rows belong to users or teams. */
export function ownership(names: {
  readonly owner: string;
  readonly user: string;
  readonly team: string;
  readonly businessUnit: string;
  readonly access?: Access;
}): readonly ColumnSource[] {
  return [
    column(
      'OwnerId',
      'owner',
      { label: 'Owner', access: names.access ?? 'CUR', required: 'system' },
      {
        targets: [
          to('systemuser', 'ownerid', undefined, 'none', names.owner),
          to('team', 'ownerid', undefined, 'none', names.owner),
        ],
      },
    ),
    lookup('OwningUser', [to('systemuser', 'owninguser', names.user, 'none')], { access: 'R' }),
    lookup('OwningTeam', [to('team', 'owningteam', names.team, 'none')], { access: 'R' }),
    lookup('OwningBusinessUnit', [to('businessunit', 'owningbusinessunit', names.businessUnit, 'none')], {
      access: 'R',
    }),
  ];
}

function plainColumn(source: ColumnSource): Column {
  const { targets, ...rest } = source;
  if (targets === undefined) return rest;
  return {
    ...rest,
    targets: targets.map((target) => ({
      table: target.table,
      navigation: target.navigation,
      ...(target.relationship === undefined ? {} : { relationship: target.relationship }),
    })),
  };
}

function collectionsOf(table: string, all: readonly TableSource[]): readonly CollectionNavigation[] {
  return all.flatMap((source) =>
    source.columns.flatMap((one) =>
      (one.targets ?? []).flatMap((target) =>
        target.table === table && target.collection !== undefined
          ? [{ name: target.collection, table: nameOf(source), column: one.name, onDelete: target.onDelete }]
          : [],
      ),
    ),
  );
}

function manyToManyOf(table: string, all: readonly ManyToManySource[]): readonly ManyToMany[] {
  return all.flatMap(({ relationship, intersect, one, other }) => {
    const sides = [
      { own: one, far: other },
      { own: other, far: one },
    ];
    return sides
      .filter(({ own }) => own.table === table)
      .map(({ own, far }) => ({
        name: own.navigation ?? relationship,
        table: far.table,
        intersect,
        relationship,
        ownColumn: own.column,
        otherColumn: far.column,
      }));
  });
}

const nameOf = (source: TableSource): string => source.schemaName.toLowerCase();

/** Joins the tables: logical names, keys, and the collection side of every relationship. Throws when two tables collide. */
export function buildSchema(
  sources: readonly TableSource[],
  manyToMany: readonly ManyToManySource[],
): Schema {
  const tables = sources.map((source): Table => {
    const label = source.label ?? labelOf(source.schemaName);
    const keyColumn = source.columns.find((one) => one.type === 'uniqueidentifier');
    if (keyColumn === undefined) throw new Error(`Table ${source.schemaName} has no key`);
    return {
      ...source,
      name: nameOf(source),
      key: keyColumn.name,
      label,
      collectionLabel: source.collectionLabel ?? `${label}s`,
      columns: source.columns.map(plainColumn),
      collections: collectionsOf(nameOf(source), sources),
      manyToMany: manyToManyOf(nameOf(source), manyToMany),
      access: { create: true, update: true, delete: true, ...source.access },
    };
  });
  const byName = new Map(tables.map((table) => [table.name, table]));
  const bySet = new Map(tables.map((table) => [table.set, table]));
  const columns = new Map(
    tables.map((table) => [table.name, new Map(table.columns.map((one) => [one.name, one]))]),
  );
  if (byName.size !== tables.length || bySet.size !== tables.length)
    throw new Error('Two tables share a name');
  return {
    tables,
    table: (name) => byName.get(name),
    bySet: (set) => bySet.get(set),
    column: (table, name) => columns.get(table)?.get(name),
  };
}
