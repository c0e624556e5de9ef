/** What a column holds. The stored form of each is described at `CellValue`. */
export type ColumnType =
  | 'uniqueidentifier'
  | 'string'
  | 'memo'
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'double'
  | 'money'
  | 'boolean'
  | 'datetime'
  | 'dateonly'
  | 'picklist'
  | 'multiselect'
  | 'state'
  | 'status'
  | 'lookup'
  | 'owner'
  | 'customer'
  | 'entityname'
  | 'managedproperty';

export interface Option {
  readonly value: number;
  readonly label: string;
  /** Status values only: the state they belong to. */
  readonly state?: number;
}

/** One table a lookup can point to, with the single-valued navigation property that leads there. */
export interface LookupTarget {
  readonly table: string;
  readonly navigation: string;
  /** Schema name of the one-to-many relationship behind it. */
  readonly relationship?: string;
}

export interface Column {
  /** Logical name. */
  readonly name: string;
  readonly schemaName?: string;
  readonly type: ColumnType;
  readonly label: string;
  readonly create: boolean;
  readonly update: boolean;
  /** False for write-only columns such as `authvalue`. */
  readonly read: boolean;
  /** The service itself insists on a value on create. (SystemRequired in the metadata is not enforced for every caller: FACTS 5.2.) */
  readonly enforced?: boolean;
  /** RequiredLevel as the metadata tells it. */
  readonly required?: 'none' | 'recommended' | 'application' | 'system';
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly precision?: number;
  readonly options?: readonly Option[];
  readonly targets?: readonly LookupTarget[];
  /** Value a new row gets when the caller gives none. */
  readonly initial?: CellValue;
  /** Occurs in the published metadata: false means newer than the documents at hand. True when left out. */
  readonly published?: boolean;
}

/** A collection-valued navigation property: the rows of `table` whose lookup `column` points here. */
export interface CollectionNavigation {
  readonly name: string;
  readonly table: string;
  readonly column: string;
  readonly onDelete: 'cascade' | 'restrict' | 'removeLink' | 'none';
}

/** A many-to-many relationship, reached from this table by `name` and stored in the intersect table. */
export interface ManyToMany {
  readonly name: string;
  readonly table: string;
  readonly intersect: string;
  readonly relationship: string;
  readonly ownColumn: string;
  readonly otherColumn: string;
}

export interface Table {
  /** Logical name. */
  readonly name: string;
  readonly set: string;
  readonly schemaName: string;
  readonly label: string;
  readonly collectionLabel: string;
  readonly objectTypeCode: number;
  readonly key: string;
  readonly primaryName?: string;
  readonly columns: readonly Column[];
  readonly collections: readonly CollectionNavigation[];
  readonly manyToMany: readonly ManyToMany[];
  /** Who owns its rows; 'none' for tables without an owner column. None when left out. */
  readonly ownership?: 'user' | 'organization' | 'none';
  /** False where an etag in `If-Match` is refused (IsOptimisticConcurrencyEnabled of the metadata). True when left out. */
  readonly optimisticConcurrency?: boolean;
  /** Made by a customizer. False when left out. */
  readonly custom?: boolean;
  /** Its rows are the pairs of a many-to-many relationship. False when left out. */
  readonly pairs?: boolean;
  /** Rows of system tables are changed only by the sandbox itself. */
  readonly access: { readonly create: boolean; readonly update: boolean; readonly delete: boolean };
}

/** All tables, found by logical name and by entity set name. */
export interface Schema {
  readonly tables: readonly Table[];
  table(name: string): Table | undefined;
  bySet(set: string): Table | undefined;
  column(table: string, column: string): Column | undefined;
}

/** A reference to a row. Ids are lower case, without braces. */
export interface Reference {
  readonly table: string;
  readonly id: string;
}

export interface ManagedProperty {
  readonly Value: boolean;
  readonly CanBeChanged: boolean;
  readonly ManagedPropertyLogicalName: string;
}

/**
 * A value as it is kept: text for string, memo, entityname and uniqueidentifier; number for all numbers, picklist,
 * state and status; boolean; ISO text in UTC (`2025-03-04T10:00:12Z`) for datetime and `2025-03-04` for dateonly; an
 * array of numbers for multiselect; a reference for lookup, owner and customer. An absent column is null.
 */
export type CellValue = string | number | boolean | readonly number[] | Reference | ManagedProperty | null;

/** A row as it is kept: logical column name to value. Never mutated once stored. */
export type StoredRow = Readonly<Record<string, CellValue>>;
