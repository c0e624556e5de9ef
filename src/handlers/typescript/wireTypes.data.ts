/** The types of values as they travel (FACTS 17.4.5), as TypeScript text. */
export const WIRE_TYPES = `/** An id: lower case, without braces. */
export type Guid = string;

/**
 * A moment: milliseconds since 1970 UTC in \`/Date(1741086127000)/\`. An offset behind them (\`+0000\`) only tells the zone of
 * the server.
 */
export type WireDate = \`/Date(\${string})/\`;

/** The value of a choice column. A choice that was added since the types were generated is a number they do not name. */
export interface OptionSetValue<Value extends number = number> {
  readonly __type?: string;
  readonly Value: Value;
}

/** An amount in the currency of the row (\`transactioncurrencyid\`). */
export interface Money {
  readonly __type?: string;
  readonly Value: number;
}

/** A pair of a dictionary: dictionaries travel as arrays of key and value. */
export interface Entry<Value = unknown> {
  readonly key: string;
  readonly value: Value;
}

/** A reference to a row: the value of a lookup, and the \`Target\` of Delete. */
export interface EntityReference {
  readonly __type?: string;
  readonly Id: Guid;
  readonly KeyAttributes: readonly Entry[];
  readonly LogicalName: string;
  readonly Name: string | null;
  readonly RowVersion: string | null;
}

/** A row, or a part of one: \`Target\` of Create and Update, an image. */
export interface Entity {
  readonly __type?: string;
  readonly Attributes: readonly Entry[];
  readonly EntityState: number | null;
  readonly FormattedValues: ReadonlyArray<Entry<string | null>>;
  readonly Id: Guid;
  readonly KeyAttributes: readonly Entry[];
  readonly LogicalName: string;
  readonly RelatedEntities: readonly Entry[];
  readonly RowVersion: string | null;
}

/** Several rows, such as the parties of an activity. The shape is not documented; this is the one that was seen. */
export interface EntityCollection {
  readonly __type?: string;
  readonly Entities: readonly Entity[];
  readonly EntityName?: string | null;
  readonly MoreRecords?: boolean;
  readonly TotalRecordCount?: number;
}`;

/** The execution context and how it is read, as the text of a TypeScript file. */
export const EXECUTION_CONTEXT = `// What Dataverse posts to a webhook: a RemoteExecutionContext as JSON.

${WIRE_TYPES}

/** What happened. Above 256 KB the four members with a question mark are removed from the body. */
export interface RemoteExecutionContext {
  readonly BusinessUnitId: Guid;
  readonly CorrelationId: Guid;
  /** 1 for what a user or program did, more when a plug-in, a flow or a webhook caused it. */
  readonly Depth: number;
  readonly InitiatingUserAgent?: string | null;
  readonly InitiatingUserAzureActiveDirectoryObjectId?: Guid | null;
  readonly InitiatingUserId: Guid;
  readonly InputParameters?: readonly Entry[] | null;
  readonly IsExecutingOffline: boolean;
  readonly IsInTransaction: boolean;
  readonly IsOfflinePlayback: boolean;
  readonly IsolationMode: number;
  readonly MessageName: string;
  /** 0 synchronous, 1 asynchronous. */
  readonly Mode: number;
  readonly OperationCreatedOn: WireDate;
  readonly OperationId: Guid;
  readonly OrganizationId: Guid;
  readonly OrganizationName: string;
  readonly OutputParameters: readonly Entry[];
  /** The step. */
  readonly OwningExtension: Omit<EntityReference, '__type'> | null;
  readonly ParentContext?: RemoteExecutionContext | null;
  readonly PostEntityImages?: ReadonlyArray<Entry<Entity | null>> | null;
  readonly PreEntityImages?: ReadonlyArray<Entry<Entity | null>> | null;
  readonly PrimaryEntityId: Guid;
  readonly PrimaryEntityName: string;
  readonly RequestId: Guid | null;
  readonly SecondaryEntityName: string;
  readonly SharedVariables: readonly Entry[];
  /** 10 before validation, 20 before, 40 after the main operation. */
  readonly Stage: number;
  readonly UserAzureActiveDirectoryObjectId?: Guid | null;
  readonly UserId: Guid;
}

/** How the values of a column travel. */
export type ColumnKind =
  | 'text'
  | 'guid'
  | 'flag'
  | 'number'
  | 'date'
  | 'choice'
  | 'choices'
  | 'money'
  | 'reference'
  | 'parties'
  | 'unknown';

/** Whether a body is an execution context, as far as everything here relies on it. */
export function isExecutionContext(value: unknown): value is RemoteExecutionContext {
  if (!isObject(value)) return false;
  if (typeof value['MessageName'] !== 'string' || typeof value['PrimaryEntityName'] !== 'string') return false;
  const lists = ['InputParameters', 'PreEntityImages', 'PostEntityImages'];
  return lists.every((name) => {
    const list = value[name];
    return list === undefined || list === null || (Array.isArray(list) && list.every(isEntry));
  });
}

/** The columns of a row as one object. Every key is an own property, whatever its name. */
export function attributesOf(entity: Entity): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entity.Attributes.map(({ key, value }) => [key, value]));
}

/** The value of a dictionary under a key; undefined where it is not there. */
export function valueOf(entries: readonly Entry[] | null | undefined, key: string): unknown {
  return entries?.find((entry) => entry.key === key)?.value;
}

export function isEntity(value: unknown): value is Entity {
  return isObject(value) && Array.isArray(value['Attributes']) && value['Attributes'].every(isEntry);
}

export function isEntityReference(value: unknown): value is EntityReference {
  return isObject(value) && typeof value['LogicalName'] === 'string' && !('Attributes' in value);
}

/** The moment of a date on the wire. @throws RangeError for a text of another form. */
export function dateOf(date: WireDate): Date {
  const match = /^\\/Date\\((-?\\d+)([+-]\\d{4})?\\)\\/$/.exec(date);
  if (match === null) throw new RangeError('No date of a webhook: ' + date);
  return new Date(Number(match[1]));
}

/** A moment as it travels. */
export function wireDate(date: Date): WireDate {
  return \`/Date(\${date.getTime()})/\`;
}

function isEntry(value: unknown): value is Entry {
  return isObject(value) && typeof value['key'] === 'string' && 'value' in value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
`;
