/**
 * The execution context: what Dataverse tells a webhook about the operation that fired it (RemoteExecutionContext,
 * FACTS 17.4 and 17.5). The model says what a value is; `wire.ts` and `readContext.ts` say how it travels.
 */

/** A value of a column, an input or output parameter, or a shared variable. */
export type ContextValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'guid'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** A whole number or a double whose shortest text is what travels. */
  | { readonly kind: 'number'; readonly value: number }
  /** A number with the digits it travels with, where a double would lose some: `1.0`, `12.50`, 19-digit whole numbers. */
  | { readonly kind: 'decimal'; readonly digits: string }
  | ContextDate
  | { readonly kind: 'optionSet'; readonly value: number }
  /** Never empty: an empty array on the wire does not tell what it holds and is a `list`. */
  | { readonly kind: 'optionSetCollection'; readonly values: readonly number[] }
  | { readonly kind: 'money'; readonly digits: string }
  | ContextReference
  | { readonly kind: 'entity'; readonly entity: ContextEntity }
  | { readonly kind: 'entityCollection'; readonly collection: ContextCollection }
  | { readonly kind: 'relationship'; readonly schemaName: string; readonly primaryEntityRole: number | null }
  /** `type` is the whole `__type` text, which names the types of key and value. */
  | {
      readonly kind: 'keyValuePair';
      readonly type: string;
      readonly key: string;
      readonly value: string | null;
    }
  | { readonly kind: 'list'; readonly items: readonly ContextValue[] }
  /** What no rule knows, kept as JSON text so that nothing is lost. */
  | { readonly kind: 'unknown'; readonly json: string };

/** A moment: milliseconds since 1970 UTC; `offset` (`+0000`, `-0700`) only tells the zone of the server. */
export interface ContextDate {
  readonly kind: 'date';
  readonly milliseconds: number;
  readonly offset?: string;
}

/** One entry of a dictionary. Dictionaries keep their order and travel as arrays of key and value. */
export interface ContextPair {
  readonly key: string;
  readonly value: ContextValue;
}

export interface FormattedPair {
  readonly key: string;
  readonly value: string | null;
}

/** A reference to a row. */
export interface ContextReference {
  readonly kind: 'entityReference';
  readonly id: string;
  readonly keyAttributes: readonly ContextPair[];
  readonly logicalName: string;
  readonly name: string | null;
  readonly rowVersion: string | null;
}

/** A row, whole or in part: `Target`, an image, a party. */
export interface ContextEntity {
  readonly attributes: readonly ContextPair[];
  readonly entityState: number | null;
  readonly formattedValues: readonly FormattedPair[];
  readonly id: string;
  readonly keyAttributes: readonly ContextPair[];
  readonly logicalName: string;
  readonly relatedEntities: readonly ContextPair[];
  readonly rowVersion: string | null;
}

/** Several rows, for example the parties of an activity. */
export interface ContextCollection {
  readonly entities: readonly ContextEntity[];
  readonly entityName: string | null;
  readonly minActiveRowVersion: string | null;
  readonly moreRecords: boolean;
  readonly pagingCookie: string | null;
  readonly totalRecordCount: number;
  readonly totalRecordCountLimitExceeded: boolean;
}

/** A registered image under its alias. */
export interface ContextImage {
  readonly key: string;
  readonly entity: ContextEntity | null;
}

/**
 * The 30 members, all of which a current environment sends. A member is absent here when it was absent in the body:
 * bodies of 2017 have 27 members (FACTS 17.4.1), trimmed bodies lack four (FACTS 17.6).
 */
export interface ExecutionContext {
  readonly businessUnitId?: string | null;
  readonly correlationId?: string | null;
  readonly depth?: number | null;
  readonly initiatingUserAgent?: string | null;
  readonly initiatingUserAzureActiveDirectoryObjectId?: string | null;
  readonly initiatingUserId?: string | null;
  readonly inputParameters?: readonly ContextPair[] | null;
  readonly isExecutingOffline?: boolean | null;
  readonly isInTransaction?: boolean | null;
  readonly isOfflinePlayback?: boolean | null;
  readonly isolationMode?: number | null;
  readonly messageName?: string | null;
  readonly mode?: number | null;
  readonly operationCreatedOn?: ContextDate | null;
  readonly operationId?: string | null;
  readonly organizationId?: string | null;
  readonly organizationName?: string | null;
  readonly outputParameters?: readonly ContextPair[] | null;
  readonly owningExtension?: ContextReference | null;
  readonly parentContext?: ExecutionContext | null;
  readonly postEntityImages?: readonly ContextImage[] | null;
  readonly preEntityImages?: readonly ContextImage[] | null;
  readonly primaryEntityId?: string | null;
  readonly primaryEntityName?: string | null;
  readonly requestId?: string | null;
  readonly secondaryEntityName?: string | null;
  readonly sharedVariables?: readonly ContextPair[] | null;
  readonly stage?: number | null;
  readonly userAzureActiveDirectoryObjectId?: string | null;
  readonly userId?: string | null;
}

/** A context with all 30 members, as a sender builds it. */
export type CompleteContext = Required<ExecutionContext>;

/** The members that are removed from a body that is too large (FACTS 17.6). */
export const TRIMMED_MEMBERS = [
  'parentContext',
  'inputParameters',
  'preEntityImages',
  'postEntityImages',
] as const;

/** True when the four removable members are all gone, whether by absence or by null (which of them is UNVERIFIED, FACTS 17.6). */
export function isTrimmed(context: ExecutionContext): boolean {
  return TRIMMED_MEMBERS.every((member) => context[member] === undefined || context[member] === null);
}

/** The `__type` of a pair of two strings in a list of shared variables (FACTS 17.4.5). */
export const STRING_PAIR_TYPE = 'KeyValuePairOfstringstring:#System.Collections.Generic';

/** The null value; one object, since it says nothing else. */
export const NULL_VALUE: ContextValue = { kind: 'null' };

/** A reference with nothing but what a pipeline knows of it. */
export function contextReference(
  logicalName: string,
  id: string,
  name: string | null = null,
): ContextReference {
  return { kind: 'entityReference', id, keyAttributes: [], logicalName, name, rowVersion: null };
}
