import type { CollectionNavigation, Column, ColumnType, Option, Schema, Table } from '../schema/types';
import { seedId } from '../seed/ids';

/** A JSON object of the metadata. Navigation properties hold documents or lists of them. */
export interface Document {
  /** Name of the OData type without its namespace. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly navigations: Readonly<Record<string, () => Document | readonly Document[] | null>>;
}

function label(text: string): Readonly<Record<string, unknown>> {
  const localized = {
    Label: text,
    LanguageCode: 1033,
    IsManaged: true,
    MetadataId: seedId(`label ${text}`),
    HasChanged: null,
  };
  return { LocalizedLabels: [localized], UserLocalizedLabel: localized };
}

const managed = (value: boolean, name: string): Readonly<Record<string, unknown>> => ({
  Value: value,
  CanBeChanged: false,
  ManagedPropertyLogicalName: name,
});

const ownershipTypes = { user: 'UserOwned', organization: 'OrganizationOwned', none: 'None' } as const;

/** A table as `EntityMetadata`: the properties that the sandbox knows something about. */
export function tableDocument(schema: Schema, table: Table): Document {
  const isActivity = table.columns.some((column) => column.name === 'activitytypecode');
  return {
    type: 'EntityMetadata',
    properties: {
      MetadataId: seedId(`table ${table.name}`),
      HasChanged: null,
      LogicalName: table.name,
      SchemaName: table.schemaName,
      EntitySetName: table.set,
      LogicalCollectionName: table.set,
      CollectionSchemaName: table.schemaName,
      ObjectTypeCode: table.objectTypeCode,
      PrimaryIdAttribute: table.key,
      PrimaryNameAttribute: table.primaryName ?? null,
      PrimaryImageAttribute: null,
      DisplayName: label(table.label),
      DisplayCollectionName: label(table.collectionLabel),
      Description: label(table.label),
      OwnershipType: ownershipTypes[table.ownership ?? 'none'],
      IsCustomEntity: table.custom ?? false,
      IsManaged: table.custom !== true,
      IsActivity: isActivity,
      IsActivityParty: table.name === 'activityparty',
      IsIntersect: false,
      IsPrivate: false,
      IsLogicalEntity: false,
      IsValidForAdvancedFind: table.access.create,
      IsOptimisticConcurrencyEnabled: table.optimisticConcurrency !== false,
      ChangeTrackingEnabled: false,
      IsCustomizable: managed(table.access.create, 'iscustomizable'),
    },
    navigations: {
      Attributes: () => attributeDocuments(table),
      OneToManyRelationships: () => table.collections.map((one) => oneToManyDocument(schema, table, one)),
      ManyToOneRelationships: () => manyToOneDocuments(schema, table),
      ManyToManyRelationships: () => manyToManyDocuments(table),
      Keys: () => [],
    },
  };
}

const attributeTypes: Readonly<Record<ColumnType, readonly [code: string, name: string, type: string]>> = {
  uniqueidentifier: ['Uniqueidentifier', 'UniqueidentifierType', 'UniqueIdentifierAttributeMetadata'],
  string: ['String', 'StringType', 'StringAttributeMetadata'],
  memo: ['Memo', 'MemoType', 'MemoAttributeMetadata'],
  integer: ['Integer', 'IntegerType', 'IntegerAttributeMetadata'],
  bigint: ['BigInt', 'BigIntType', 'BigIntAttributeMetadata'],
  decimal: ['Decimal', 'DecimalType', 'DecimalAttributeMetadata'],
  double: ['Double', 'DoubleType', 'DoubleAttributeMetadata'],
  money: ['Money', 'MoneyType', 'MoneyAttributeMetadata'],
  boolean: ['Boolean', 'BooleanType', 'BooleanAttributeMetadata'],
  datetime: ['DateTime', 'DateTimeType', 'DateTimeAttributeMetadata'],
  dateonly: ['DateTime', 'DateTimeType', 'DateTimeAttributeMetadata'],
  picklist: ['Picklist', 'PicklistType', 'PicklistAttributeMetadata'],
  multiselect: ['Virtual', 'MultiSelectPicklistType', 'MultiSelectPicklistAttributeMetadata'],
  state: ['State', 'StateType', 'StateAttributeMetadata'],
  status: ['Status', 'StatusType', 'StatusAttributeMetadata'],
  lookup: ['Lookup', 'LookupType', 'LookupAttributeMetadata'],
  owner: ['Owner', 'OwnerType', 'LookupAttributeMetadata'],
  customer: ['Customer', 'CustomerType', 'LookupAttributeMetadata'],
  entityname: ['EntityName', 'EntityNameType', 'EntityNameAttributeMetadata'],
  managedproperty: ['ManagedProperty', 'ManagedPropertyType', 'ManagedPropertyAttributeMetadata'],
};

const requiredLevels = {
  none: 'None',
  recommended: 'Recommended',
  application: 'ApplicationRequired',
  system: 'SystemRequired',
} as const;

/** Every column, and the label companions of choices and lookups, which are columns too but no OData properties (FACTS 13.4). */
function attributeDocuments(table: Table): readonly Document[] {
  return table.columns.flatMap((column, index) => {
    const own = attributeDocument(table, column, index + 1);
    const companion = companionOf(table, column);
    return companion === undefined ? [own] : [own, companion];
  });
}

function attributeDocument(table: Table, column: Column, columnNumber: number): Document {
  const [code, name, type] = attributeTypes[column.type];
  return {
    type,
    properties: {
      ...attributeProperties(table, column.name, column.schemaName ?? column.name, column.label),
      AttributeType: code,
      AttributeTypeName: { Value: name },
      ColumnNumber: columnNumber,
      IsPrimaryId: column.name === table.key,
      IsPrimaryName: column.name === table.primaryName,
      IsValidForCreate: column.create,
      IsValidForUpdate: column.update,
      IsValidForRead: column.read,
      RequiredLevel: {
        Value: requiredLevels[column.required ?? 'none'],
        CanBeChanged: column.required !== 'system',
        ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings',
      },
      ...typeProperties(column),
    },
    navigations: choiceNavigations(table, column),
  };
}

function attributeProperties(
  table: Table,
  name: string,
  schemaName: string,
  text: string,
): Readonly<Record<string, unknown>> {
  return {
    MetadataId: seedId(`column ${table.name} ${name}`),
    HasChanged: null,
    AttributeOf: null,
    EntityLogicalName: table.name,
    LogicalName: name,
    SchemaName: schemaName,
    DisplayName: label(text),
    Description: label(text),
    IsCustomAttribute: table.custom === true && name.startsWith('new_'),
    IsLogical: false,
    IsSecured: false,
    IsCustomizable: managed(true, 'iscustomizable'),
  };
}

function companionOf(table: Table, column: Column): Document | undefined {
  const isLookup = column.targets !== undefined;
  const isChoice = column.options !== undefined || column.type === 'boolean';
  if (!isLookup && !isChoice) return undefined;
  const name = `${column.name}name`;
  if (table.columns.some((one) => one.name === name)) return undefined;
  return {
    type: isLookup ? 'StringAttributeMetadata' : 'AttributeMetadata',
    properties: {
      ...attributeProperties(table, name, `${column.schemaName ?? column.name}Name`, ''),
      AttributeOf: column.name,
      AttributeType: isLookup ? 'String' : 'Virtual',
      AttributeTypeName: { Value: isLookup ? 'StringType' : 'VirtualType' },
      ColumnNumber: 0,
      IsPrimaryId: false,
      IsPrimaryName: false,
      IsValidForCreate: false,
      IsValidForUpdate: false,
      IsValidForRead: true,
      IsLogical: true,
      RequiredLevel: {
        Value: 'None',
        CanBeChanged: true,
        ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings',
      },
    },
    navigations: {},
  };
}

/** Properties of the derived types. */
function typeProperties(column: Column): Readonly<Record<string, unknown>> {
  switch (column.type) {
    case 'string':
    case 'memo':
      return { MaxLength: column.maxLength ?? null };
    case 'integer':
      return { MinValue: column.min ?? null, MaxValue: column.max ?? null };
    case 'decimal':
    case 'double':
    case 'money':
      return {
        MinValue: column.min ?? null,
        MaxValue: column.max ?? null,
        Precision: column.precision ?? null,
      };
    case 'datetime':
      return { Format: 'DateAndTime', DateTimeBehavior: { Value: 'UserLocal' } };
    case 'dateonly':
      return { Format: 'DateOnly', DateTimeBehavior: { Value: 'DateOnly' } };
    case 'lookup':
    case 'owner':
    case 'customer':
      return { Targets: [...new Set(column.targets?.map((target) => target.table))] };
    case 'boolean':
      return { DefaultValue: column.initial === true };
    case 'picklist':
      return { DefaultFormValue: typeof column.initial === 'number' ? column.initial : -1 };
    default:
      return {};
  }
}

function optionDocument(option: Option): Readonly<Record<string, unknown>> {
  const state = option.state === undefined ? {} : { State: option.state };
  return {
    Value: option.value,
    Label: label(option.label),
    Description: label(''),
    IsManaged: true,
    ...state,
  };
}

/** `OptionSet` and `GlobalOptionSet` of the choice types: general knowledge, UNVERIFIED. */
function choiceNavigations(table: Table, column: Column): Document['navigations'] {
  const { options } = column;
  if (options === undefined && column.type !== 'boolean') return {};
  const common = {
    MetadataId: seedId(`choice ${table.name} ${column.name}`),
    HasChanged: null,
    Name: `${table.name}_${column.name}`,
    DisplayName: label(column.label),
    IsGlobal: false,
    IsManaged: true,
    IsCustomOptionSet: table.custom ?? false,
  };
  const set: Document =
    options === undefined
      ? {
          type: 'BooleanOptionSetMetadata',
          properties: {
            ...common,
            OptionSetType: 'Boolean',
            TrueOption: optionDocument({ value: 1, label: 'Yes' }),
            FalseOption: optionDocument({ value: 0, label: 'No' }),
          },
          navigations: {},
        }
      : {
          type: 'OptionSetMetadata',
          properties: {
            ...common,
            OptionSetType: setType(column.type),
            Options: options.map(optionDocument),
          },
          navigations: {},
        };
  return { OptionSet: () => set, GlobalOptionSet: () => null };
}

function setType(type: ColumnType): string {
  if (type === 'state') return 'State';
  return type === 'status' ? 'Status' : 'Picklist';
}

const cascades = {
  cascade: 'Cascade',
  restrict: 'Restrict',
  removeLink: 'RemoveLink',
  none: 'NoCascade',
} as const;

function oneToManyDocument(schema: Schema, table: Table, collection: CollectionNavigation): Document {
  const column = schema.column(collection.table, collection.column);
  const target = column?.targets?.find((one) => one.table === table.name);
  const name = target?.relationship ?? collection.name;
  return {
    type: 'OneToManyRelationshipMetadata',
    properties: {
      MetadataId: seedId(`relationship ${name}`),
      HasChanged: null,
      SchemaName: name,
      RelationshipType: 'OneToManyRelationship',
      IsCustomRelationship: name.startsWith('new_'),
      ReferencedEntity: table.name,
      ReferencedAttribute: table.key,
      ReferencedEntityNavigationPropertyName: collection.name,
      ReferencingEntity: collection.table,
      ReferencingAttribute: collection.column,
      ReferencingEntityNavigationPropertyName: target?.navigation ?? null,
      CascadeConfiguration: {
        Assign: 'NoCascade',
        Delete: cascades[collection.onDelete],
        Merge: 'NoCascade',
        Reparent: 'NoCascade',
        Share: 'NoCascade',
        Unshare: 'NoCascade',
        RollupView: 'NoCascade',
      },
    },
    navigations: {},
  };
}

/** Every relationship once: both tables of a many-to-many one tell of it. */
export function relationshipDocuments(schema: Schema): readonly Document[] {
  const all = schema.tables.flatMap((table) => [
    ...table.collections.map((one) => oneToManyDocument(schema, table, one)),
    ...manyToManyDocuments(table),
  ]);
  return [...new Map(all.map((one) => [one.properties['SchemaName'], one])).values()];
}

function manyToOneDocuments(schema: Schema, table: Table): readonly Document[] {
  return schema.tables.flatMap((other) =>
    other.collections
      .filter((collection) => collection.table === table.name)
      .map((collection) => oneToManyDocument(schema, other, collection)),
  );
}

function manyToManyDocuments(table: Table): readonly Document[] {
  return table.manyToMany.map((one) => ({
    type: 'ManyToManyRelationshipMetadata',
    properties: {
      MetadataId: seedId(`relationship ${one.relationship}`),
      HasChanged: null,
      SchemaName: one.relationship,
      RelationshipType: 'ManyToManyRelationship',
      IsCustomRelationship: one.relationship.startsWith('new_'),
      IntersectEntityName: one.intersect,
      Entity1LogicalName: table.name,
      Entity1IntersectAttribute: one.ownColumn,
      Entity1NavigationPropertyName: one.name,
      Entity2LogicalName: one.table,
      Entity2IntersectAttribute: one.otherColumn,
      Entity2NavigationPropertyName: one.relationship,
    },
    navigations: {},
  }));
}
