import type { Clock } from '../base/clock';
import { isRow } from './json';
import * as odata from './odata';
import { loadRelations, type Relation } from './relations';
import * as read from './row';
import { SharedLoads } from './sharedLoads';
import type { ReadOptions, Row, WebApi } from './webApi';

/** A table of the environment. */
export interface Table {
  readonly logicalName: string;
  readonly schemaName: string;
  /** In the user's language; the schema name where the table has none. */
  readonly label: string;
  /** Absent for tables that the Web API does not show. */
  readonly entitySetName?: string;
  readonly primaryIdColumn?: string;
  readonly primaryNameColumn?: string;
  readonly objectTypeCode?: number;
  readonly isCustom: boolean;
  readonly isIntersect: boolean;
}

/**
 * Whether a date and time column is a moment (`UserLocal`), a day that is the same in every zone (`DateOnly`), or a time of a
 * clock wherever it hangs (`TimeZoneIndependent`). Documentation: behavior and format of the date and time column.
 */
export type DateBehavior = 'UserLocal' | 'DateOnly' | 'TimeZoneIndependent';

const BEHAVIORS: readonly DateBehavior[] = ['UserLocal', 'DateOnly', 'TimeZoneIndependent'];

/** A column of a table. */
export interface Column {
  readonly logicalName: string;
  readonly schemaName: string;
  readonly label: string;
  /** `AttributeTypeName` without its end: String, Lookup, Picklist, MultiSelectPicklist, State, Virtual … */
  readonly type: string;
  /** The column it goes along with: the label of a choice, the name of a lookup. Such a column is never sent. */
  readonly attributeOf?: string;
  readonly isPrimaryId: boolean;
  readonly isPrimaryName: boolean;
  readonly isValidForCreate: boolean;
  readonly isValidForRead: boolean;
  readonly isValidForUpdate: boolean;
}

/** A value of a choice column. */
export interface Choice {
  readonly value: number;
  readonly label: string;
}

/** What there is in an environment. Answers are kept for some minutes; questions asked twice are sent once. */
export interface Metadata {
  /** All tables, by logical name. */
  tables(signal?: AbortSignal): Promise<readonly Table[]>;
  table(logicalName: string, signal?: AbortSignal): Promise<Table | undefined>;
  /**
   * The columns of a table, by logical name.
   * @throws DataverseError `notFound` for an unknown table.
   */
  columns(table: string, signal?: AbortSignal): Promise<readonly Column[]>;
  /**
   * How the date and time columns of a table are meant, by logical name. It is a question of its own, for only the derived
   * type tells it.
   * @throws DataverseError `notFound` for an unknown table.
   */
  dateBehaviors(table: string, signal?: AbortSignal): Promise<ReadonlyMap<string, DateBehavior>>;
  /** The values of a Picklist, MultiSelectPicklist, State, Status or Boolean column, in the order the service keeps. */
  choices(table: string, column: Column, signal?: AbortSignal): Promise<readonly Choice[]>;
  /**
   * The lookups of a table and those that lead to it.
   * @throws DataverseError `notFound` for an unknown table.
   */
  relations(table: string, signal?: AbortSignal): Promise<readonly Relation[]>;
  /** Forgets what is kept. */
  clear(): void;
}

/** Milliseconds that answers are kept. */
const LIFE = 600_000;
/** All tables with their labels are some megabytes; a large organisation has several thousand. */
const MAX_BYTES = 256 * 1024 * 1024;

const TABLE_PROPERTIES = [
  'LogicalName',
  'SchemaName',
  'EntitySetName',
  'DisplayName',
  'PrimaryIdAttribute',
  'PrimaryNameAttribute',
  'ObjectTypeCode',
  'IsCustomEntity',
  'IsIntersect',
];

const COLUMN_PROPERTIES = [
  'LogicalName',
  'SchemaName',
  'DisplayName',
  'AttributeType',
  'AttributeTypeName',
  'AttributeOf',
  'IsPrimaryId',
  'IsPrimaryName',
  'IsValidForCreate',
  'IsValidForRead',
  'IsValidForUpdate',
];

/** Types whose columns have choices, by the derived type that has the navigation property `OptionSet`. */
const CHOICE_TYPES: Readonly<Record<string, string>> = {
  Picklist: 'PicklistAttributeMetadata',
  MultiSelectPicklist: 'MultiSelectPicklistAttributeMetadata',
  State: 'StateAttributeMetadata',
  Status: 'StatusAttributeMetadata',
  Boolean: 'BooleanAttributeMetadata',
};

/** Metadata of one environment over `EntityDefinitions`, loaded when first asked for. */
export function createMetadata(
  api: Pick<WebApi, 'get' | 'pages'>,
  clock: Clock,
  life: number = LIFE,
): Metadata {
  const tables = new SharedLoads<readonly Table[]>(clock, life);
  const columns = new SharedLoads<readonly Column[]>(clock, life);
  const behaviors = new SharedLoads<ReadonlyMap<string, DateBehavior>>(clock, life);
  const choices = new SharedLoads<readonly Choice[]>(clock, life);
  const relations = new SharedLoads<readonly Relation[]>(clock, life);
  const allTables = (signal?: AbortSignal): Promise<readonly Table[]> =>
    tables.get('', (stop) => loadTables(api, stop), signal);
  return {
    tables: allTables,
    table: async (name, signal) => (await allTables(signal)).find((table) => table.logicalName === name),
    columns: (table, signal) => columns.get(table, (stop) => loadColumns(api, table, stop), signal),
    dateBehaviors: (table, signal) =>
      behaviors.get(table, (stop) => loadDateBehaviors(api, table, stop), signal),
    choices: (table, column, signal) =>
      choices.get(`${table}/${column.logicalName}`, (stop) => loadChoices(api, table, column, stop), signal),
    relations: (table, signal) =>
      relations.get(table, (stop) => loadRelations(api, table, options(stop)), signal),
    clear: () => {
      tables.clear();
      relations.clear();
      columns.clear();
      behaviors.clear();
      choices.clear();
    },
  };
}

function options(signal: AbortSignal): ReadOptions {
  // Annotations would only repeat what the documents of metadata say themselves.
  return { signal, annotations: false, maxBytes: MAX_BYTES };
}

function tablePath(logicalName: string): string {
  return odata.rowByKey(odata.set('EntityDefinitions'), { LogicalName: logicalName });
}

async function loadTables(api: Pick<WebApi, 'pages'>, signal: AbortSignal): Promise<readonly Table[]> {
  const path = odata.query(odata.set('EntityDefinitions'), { select: TABLE_PROPERTIES });
  const found: Table[] = [];
  for await (const page of api.pages(path, options(signal))) found.push(...page.rows.map(tableOf));
  return found.sort(byLogicalName);
}

async function loadColumns(
  api: Pick<WebApi, 'get'>,
  table: string,
  signal: AbortSignal,
): Promise<readonly Column[]> {
  const path = odata.query(tablePath(table), {
    select: ['LogicalName'],
    expand: [{ path: 'Attributes', select: COLUMN_PROPERTIES }],
  });
  const document = await api.get(path, options(signal));
  return read.expandedRows(document, 'Attributes').map(columnOf).sort(byLogicalName);
}

/** The type and its complex value are those of published metadata; that a cast lists them is documentation, UNVERIFIED. */
async function loadDateBehaviors(
  api: Pick<WebApi, 'pages'>,
  table: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, DateBehavior>> {
  const attributes = odata.property(tablePath(table), 'Attributes');
  const path = odata.query(odata.cast(attributes, 'DateTimeAttributeMetadata'), {
    select: ['LogicalName', 'DateTimeBehavior'],
  });
  const found = new Map<string, DateBehavior>();
  for await (const page of api.pages(path, options(signal)))
    for (const row of page.rows) {
      const told = row['DateTimeBehavior'];
      const behavior = BEHAVIORS.find((one) => isRow(told) && told['Value'] === one);
      if (behavior !== undefined) found.set(read.text(row, 'LogicalName'), behavior);
    }
  return found;
}

/**
 * The derived types' navigation properties `OptionSet` and `GlobalOptionSet` are general knowledge, UNVERIFIED: the
 * metadata document that is known here leaves them out.
 */
async function loadChoices(
  api: Pick<WebApi, 'get'>,
  table: string,
  column: Column,
  signal: AbortSignal,
): Promise<readonly Choice[]> {
  const type = CHOICE_TYPES[column.type];
  if (type === undefined) return [];
  const attribute = odata.rowByKey(odata.property(tablePath(table), 'Attributes'), {
    LogicalName: column.logicalName,
  });
  const path = odata.query(odata.cast(attribute, type), {
    select: ['LogicalName'],
    expand: [{ path: 'OptionSet' }, { path: 'GlobalOptionSet' }],
  });
  const document = await api.get(path, options(signal));
  const set =
    read.optionalExpanded(document, 'OptionSet') ?? read.optionalExpanded(document, 'GlobalOptionSet');
  if (set === undefined) return [];
  const items = column.type === 'Boolean' ? booleanOptions(set) : read.expandedRows(set, 'Options');
  return items.map((item) => {
    const value = read.integer(item, 'Value');
    return { value, label: labelOf(item['Label']) ?? String(value) };
  });
}

function booleanOptions(set: Row): readonly Row[] {
  return [set['FalseOption'], set['TrueOption']].filter(isRow);
}

function tableOf(row: Row): Table {
  const logicalName = read.text(row, 'LogicalName');
  const schemaName = read.optionalText(row, 'SchemaName') ?? logicalName;
  const entitySetName = read.optionalText(row, 'EntitySetName');
  const primaryIdColumn = read.optionalText(row, 'PrimaryIdAttribute');
  const primaryNameColumn = read.optionalText(row, 'PrimaryNameAttribute');
  const objectTypeCode = read.optionalInteger(row, 'ObjectTypeCode');
  return {
    logicalName,
    schemaName,
    label: labelOf(row['DisplayName']) ?? schemaName,
    isCustom: read.optionalBoolean(row, 'IsCustomEntity') ?? false,
    isIntersect: read.optionalBoolean(row, 'IsIntersect') ?? false,
    ...(entitySetName === undefined ? {} : { entitySetName }),
    ...(primaryIdColumn === undefined ? {} : { primaryIdColumn }),
    ...(primaryNameColumn === undefined ? {} : { primaryNameColumn }),
    ...(objectTypeCode === undefined ? {} : { objectTypeCode }),
  };
}

function columnOf(row: Row): Column {
  const logicalName = read.text(row, 'LogicalName');
  const schemaName = read.optionalText(row, 'SchemaName') ?? logicalName;
  const attributeOf = read.optionalText(row, 'AttributeOf');
  return {
    logicalName,
    schemaName,
    label: labelOf(row['DisplayName']) ?? schemaName,
    type: typeOf(row),
    isPrimaryId: read.optionalBoolean(row, 'IsPrimaryId') ?? false,
    isPrimaryName: read.optionalBoolean(row, 'IsPrimaryName') ?? false,
    isValidForCreate: read.optionalBoolean(row, 'IsValidForCreate') ?? false,
    isValidForRead: read.optionalBoolean(row, 'IsValidForRead') ?? false,
    isValidForUpdate: read.optionalBoolean(row, 'IsValidForUpdate') ?? false,
    ...(attributeOf === undefined ? {} : { attributeOf }),
  };
}

/** `AttributeTypeName` tells newer types apart that `AttributeType` calls Virtual. */
function typeOf(row: Row): string {
  const typeName = row['AttributeTypeName'];
  const exact = isRow(typeName) ? read.optionalText(typeName, 'Value') : undefined;
  return exact?.replace(/Type$/, '') ?? read.optionalText(row, 'AttributeType') ?? 'Virtual';
}

/** The user's own language first, then whatever there is. */
function labelOf(value: unknown): string | undefined {
  if (!isRow(value)) return undefined;
  const localized: readonly unknown[] = Array.isArray(value['LocalizedLabels'])
    ? value['LocalizedLabels']
    : [];
  for (const label of [value['UserLocalizedLabel'], ...localized]) {
    const text = isRow(label) ? label['Label'] : undefined;
    if (typeof text === 'string' && text !== '') return text;
  }
  return undefined;
}

function byLogicalName(a: { readonly logicalName: string }, b: { readonly logicalName: string }): number {
  if (a.logicalName === b.logicalName) return 0;
  return a.logicalName < b.logicalName ? -1 : 1;
}
