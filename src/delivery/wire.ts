import {
  TRIMMED_MEMBERS,
  type ContextCollection,
  type ContextDate,
  type ContextEntity,
  type ContextImage,
  type ContextPair,
  type ContextReference,
  type ContextValue,
  type ExecutionContext,
  type FormattedPair,
} from './executionContext';

const CONTRACTS = ':http://schemas.microsoft.com/xrm/2011/Contracts';

/** Above this many bytes a body loses four members (FACTS 17.6; 256 * 1024 bytes of UTF-8 is UNVERIFIED, FACTS 17.7). */
export const BODY_LIMIT_BYTES = 262_144;

/** What goes over the wire for one delivery. */
export interface WireBody {
  readonly text: string;
  readonly bytes: number;
  /** Members were removed; the request carries `x-ms-dynamics-msg-size-exceeded`. */
  readonly trimmed: boolean;
  /** Even what is left exceeds the limit. Using WebhooksMaxSizeExceeded for it is UNVERIFIED (FACTS 17.6). */
  readonly tooLarge: boolean;
}

/**
 * The body of a delivery. Above the limit the four members of FACTS 17.6 are left out (absent rather than null is
 * UNVERIFIED).
 */
export function writeBody(context: ExecutionContext, limitBytes: number = BODY_LIMIT_BYTES): WireBody {
  const whole = writeContext(context);
  const wholeBytes = Buffer.byteLength(whole);
  if (wholeBytes <= limitBytes) return { text: whole, bytes: wholeBytes, trimmed: false, tooLarge: false };
  const text = writeContext(trimContext(context));
  const bytes = Buffer.byteLength(text);
  return { text, bytes, trimmed: true, tooLarge: bytes > limitBytes };
}

/** The context without the members that do not travel in a body that is too large (FACTS 17.6). */
export function trimContext(context: ExecutionContext): ExecutionContext {
  const rest: { -readonly [K in keyof ExecutionContext]: ExecutionContext[K] } = { ...context };
  for (const member of TRIMMED_MEMBERS) Reflect.deleteProperty(rest, member);
  return rest;
}

/**
 * The JSON text of a context as the service writes it (FACTS 17.4): members in alphabetical order, `__type` first and
 * only below members declared as object, slashes escaped, no white space. Absent members stay absent.
 */
export function writeContext(context: ExecutionContext): string {
  return object([
    ['BusinessUnitId', text(context.businessUnitId)],
    ['CorrelationId', text(context.correlationId)],
    ['Depth', bare(context.depth)],
    ['InitiatingUserAgent', text(context.initiatingUserAgent)],
    ['InitiatingUserAzureActiveDirectoryObjectId', text(context.initiatingUserAzureActiveDirectoryObjectId)],
    ['InitiatingUserId', text(context.initiatingUserId)],
    ['InputParameters', optional(context.inputParameters, pairs)],
    ['IsExecutingOffline', bare(context.isExecutingOffline)],
    ['IsInTransaction', bare(context.isInTransaction)],
    ['IsOfflinePlayback', bare(context.isOfflinePlayback)],
    ['IsolationMode', bare(context.isolationMode)],
    ['MessageName', text(context.messageName)],
    ['Mode', bare(context.mode)],
    ['OperationCreatedOn', optional(context.operationCreatedOn, date)],
    ['OperationId', text(context.operationId)],
    ['OrganizationId', text(context.organizationId)],
    ['OrganizationName', text(context.organizationName)],
    ['OutputParameters', optional(context.outputParameters, pairs)],
    ['OwningExtension', optional(context.owningExtension, (value) => reference(value, false))],
    ['ParentContext', optional(context.parentContext, writeContext)],
    ['PostEntityImages', optional(context.postEntityImages, images)],
    ['PreEntityImages', optional(context.preEntityImages, images)],
    ['PrimaryEntityId', text(context.primaryEntityId)],
    ['PrimaryEntityName', text(context.primaryEntityName)],
    ['RequestId', text(context.requestId)],
    ['SecondaryEntityName', text(context.secondaryEntityName)],
    ['SharedVariables', optional(context.sharedVariables, pairs)],
    ['Stage', bare(context.stage)],
    ['UserAzureActiveDirectoryObjectId', text(context.userAzureActiveDirectoryObjectId)],
    ['UserId', text(context.userId)],
  ]);
}

/** The JSON of one value below a member declared as object, so with its `__type` (FACTS 17.4.3 and 17.4.5). */
export function writeValue(value: ContextValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'string':
    case 'guid':
      return string(value.value);
    case 'boolean':
      return String(value.value);
    case 'number':
      return number(value.value);
    case 'decimal':
      return value.digits;
    case 'date':
      return date(value);
    case 'optionSet':
      return optionSet(value.value);
    case 'optionSetCollection':
      return array(value.values, optionSet);
    case 'money':
      return object([typeMember('Money'), ['Value', value.digits]]);
    case 'entityReference':
      return reference(value, true);
    case 'entity':
      return entity(value.entity, true);
    case 'entityCollection':
      return collection(value.collection);
    case 'relationship':
      return object([
        typeMember('Relationship'),
        ['PrimaryEntityRole', bare(value.primaryEntityRole)],
        ['SchemaName', string(value.schemaName)],
      ]);
    case 'keyValuePair':
      return object([
        ['__type', string(value.type)],
        ['key', string(value.key)],
        ['value', text(value.value)],
      ]);
    case 'list':
      return array(value.items, writeValue);
    case 'unknown':
      return value.json;
  }
}

type Member = readonly [name: string, json: string | undefined];

function object(members: readonly Member[]): string {
  const parts: string[] = [];
  for (const [name, json] of members) if (json !== undefined) parts.push(`"${name}":${json}`);
  return `{${parts.join(',')}}`;
}

function array<T>(items: readonly T[], write: (item: T) => string): string {
  return `[${items.map((item) => write(item)).join(',')}]`;
}

/** Slashes are escaped wherever they stand in a text (FACTS 17.4.4). How other characters are escaped is UNVERIFIED. */
function string(value: string): string {
  return JSON.stringify(value).replaceAll('/', '\\/');
}

function text(value: string | null | undefined): string | undefined {
  return optional(value, string);
}

function bare(value: number | boolean | null | undefined): string | undefined {
  return optional(value, (given) => (typeof given === 'number' ? number(given) : String(given)));
}

/** JSON has no form for infinities and NaN; a column cannot hold them either. */
function number(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value) : 'null';
}

function optional<T>(value: T | null | undefined, write: (value: T) => string): string | undefined {
  if (value === undefined) return undefined;
  return value === null ? 'null' : write(value);
}

function typeMember(name: string): Member {
  return ['__type', string(name + CONTRACTS)];
}

function date(value: ContextDate): string {
  return string(`/Date(${number(value.milliseconds)}${value.offset ?? ''})/`);
}

function optionSet(value: number): string {
  return object([typeMember('OptionSetValue'), ['Value', number(value)]]);
}

function pairs(entries: readonly ContextPair[]): string {
  return array(entries, (entry) =>
    object([
      ['key', string(entry.key)],
      ['value', writeValue(entry.value)],
    ]),
  );
}

function formatted(entries: readonly FormattedPair[]): string {
  return array(entries, (entry) =>
    object([
      ['key', string(entry.key)],
      ['value', text(entry.value)],
    ]),
  );
}

function images(entries: readonly ContextImage[]): string {
  return array(entries, (image) =>
    object([
      ['key', string(image.key)],
      ['value', image.entity === null ? 'null' : entity(image.entity, false)],
    ]),
  );
}

function reference(value: ContextReference, typed: boolean): string {
  return object([
    ...(typed ? [typeMember('EntityReference')] : []),
    ['Id', string(value.id)],
    ['KeyAttributes', pairs(value.keyAttributes)],
    ['LogicalName', string(value.logicalName)],
    ['Name', text(value.name)],
    ['RowVersion', text(value.rowVersion)],
  ]);
}

function entity(value: ContextEntity, typed: boolean): string {
  return object([
    ...(typed ? [typeMember('Entity')] : []),
    ['Attributes', pairs(value.attributes)],
    ['EntityState', bare(value.entityState)],
    ['FormattedValues', formatted(value.formattedValues)],
    ['Id', string(value.id)],
    ['KeyAttributes', pairs(value.keyAttributes)],
    ['LogicalName', string(value.logicalName)],
    ['RelatedEntities', pairs(value.relatedEntities)],
    ['RowVersion', text(value.rowVersion)],
  ]);
}

function collection(value: ContextCollection): string {
  return object([
    typeMember('EntityCollection'),
    ['Entities', array(value.entities, (item) => entity(item, false))],
    ['EntityName', text(value.entityName)],
    ['MinActiveRowVersion', text(value.minActiveRowVersion)],
    ['MoreRecords', String(value.moreRecords)],
    ['PagingCookie', text(value.pagingCookie)],
    ['TotalRecordCount', number(value.totalRecordCount)],
    ['TotalRecordCountLimitExceeded', String(value.totalRecordCountLimitExceeded)],
  ]);
}
