import type { StoredRow, Table } from './schema/types';
import type { StoreReader } from './store';

/** What the `Prefer` header asks for that matters to a read (FACTS 13.1). */
export interface ReadPreferences {
  /** `odata.include-annotations`: the text between the quotes, such as `*`; undefined when not asked for. */
  readonly includeAnnotations: string | undefined;
  /** `odata.maxpagesize`, 1 to 5000. */
  readonly maxPageSize: number | undefined;
}

/** A read as the server hands it to the query module. */
export interface ReadRequest {
  readonly reader: StoreReader;
  readonly table: Table;
  /** The raw text after the first `?`, still percent-encoded; empty when there is none. */
  readonly query: string;
  readonly preferences: ReadPreferences;
  /** Absolute, with a slash at the end: `http://127.0.0.1:5000/api/data/v9.2/`. */
  readonly serviceRoot: string;
  /** Path below the root as it was asked for, such as `contacts` or `accounts(…)/contact_customer_accounts`: for links. */
  readonly path: string;
  /** The rows to choose from when the path is a collection navigation; undefined: the whole table. */
  readonly among?: Iterable<StoredRow>;
  /** The user who asks. */
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A JSON body, with `@odata.context`, and the preferences it honours (for `Preference-Applied`). */
export interface ReadAnswer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly preferenceApplied: readonly string[];
}

/** What the server needs from the query module. Each throws `ServiceError` for what the service refuses. */
export interface Queries {
  /** `GET set?…`, `GET set(id)/collection?…`; with `fetchXml=` or with OData options. */
  collection(request: ReadRequest): ReadAnswer;
  /** `GET set(id)?…`, and the row of a 201 or 200 answer to a write. */
  single(request: ReadRequest, row: StoredRow): ReadAnswer;
  /** `GET set/$count?$filter=…`: at most 5000. */
  count(request: ReadRequest): number;
}
