import type { Secret } from '../base/secret';

/** One row as the service sent it. Values are unchecked; read them with the functions of `row.ts`. */
export type Row = Readonly<Record<string, unknown>>;

/** One page of rows, with what the service said about the page. */
export interface Page {
  readonly rows: readonly Row[];
  /** `@odata.count`, or FetchXML's total record count; absent when not asked for or not told. */
  readonly total?: number;
  /** True when `total` is only the service's limit of 5000 (FACTS 13.5). */
  readonly totalIsLimit?: boolean;
  /** True when the service says that more rows follow, or they are here already. */
  readonly more: boolean;
  /** True when the next rows are here already, of the same answer of the service. */
  readonly partial?: boolean;
}

/** What every call takes. The signal aborts it at once, also while it waits for a throttled service. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface ReadOptions extends CallOptions {
  /** Rows per page, 1 to 5000 (FACTS 13.4). */
  readonly pageSize?: number;
  /** Asks for formatted values and lookup names. On by default. */
  readonly annotations?: boolean;
  /** The longest answer, in bytes, where the client's own limit does not fit. */
  readonly maxBytes?: number;
  /** Asks for the next page before it is wanted, for who wants all of them: while one is worked on, it is on its way. */
  readonly ahead?: boolean;
  /** Gives a long page in several parts, each of which is parsed when it is wanted: for who keeps few of its rows as they are. */
  readonly parts?: boolean;
}

export interface WriteOptions extends CallOptions {
  /** Unique name of the unmanaged solution a new row goes into: header MSCRM.SolutionUniqueName (FACTS 9). */
  readonly solution?: string;
  /** Ask for the row as it is after the write (Prefer: return=representation). */
  readonly returnRow?: boolean;
}

export interface UpdateOptions extends WriteOptions {
  /** An etag for optimistic concurrency; without it `*` is sent, so that a PATCH never creates (FACTS 13.2). */
  readonly etag?: string;
}

export interface Created {
  readonly id: string;
  /** Present when `returnRow` was asked for. */
  readonly row?: Row;
}

export interface Batch {
  /** Each operation succeeds or fails alone (`each`), or all or none (`all`, one change set). */
  readonly atomicity: 'each' | 'all';
  readonly operations: readonly BatchOperation[];
}

export interface BatchOperation {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Relative to the Web API root, or `$1` and so on for the result of an earlier operation of a change set. */
  readonly path: string;
  readonly body?: Row;
  readonly solution?: string;
  /** `If-Match` of a PATCH or DELETE: it takes place only in this version of the row (412 otherwise). */
  readonly etag?: string;
}

/** The outcome of one operation of a batch, at the same index as the operation. */
export type BatchOutcome =
  { readonly ok: true; readonly id?: string } | { readonly ok: false; readonly error: Error };

/**
 * What the domain sees of the Dataverse Web API. Paths are relative to `…/api/data/v9.2/` and are built with
 * `odata.ts`, never by hand. Every method throws `DataverseError` for what the service or the network refused and
 * `CancelledError` when its signal was aborted.
 */
export interface WebApi {
  /** GET of one row, one function, or one property path. */
  get(path: string, options?: ReadOptions): Promise<Row>;
  /** GET of a collection, page by page; the next link is followed only when the next page is asked for, unless `ahead` says so. */
  pages(path: string, options?: ReadOptions): AsyncIterable<Page>;
  /** A FetchXML query, page by page. A query with `top` or without paging attributes is one page or many as the service decides. */
  fetchPages(entitySet: string, fetchXml: string, options?: ReadOptions): AsyncIterable<Page>;
  create(entitySet: string, body: Row, options?: WriteOptions): Promise<Created>;
  /** PATCH that changes an existing row and never creates one. */
  update(path: string, body: Row, options?: UpdateOptions): Promise<Row | undefined>;
  remove(path: string, options?: CallOptions & { readonly etag?: string }): Promise<void>;
  /**
   * Adds a reference to a collection-valued navigation property; with `single`, sets a single-valued one. `path` leads
   * to the navigation property, with or without `/$ref` behind it.
   */
  associate(
    path: string,
    targetPath: string,
    options?: CallOptions & { readonly single?: boolean },
  ): Promise<void>;
  /** Removes a reference. `path` ends with `/$ref` or names the referenced row. */
  disassociate(path: string, options?: CallOptions): Promise<void>;
  /** POST of a bound or unbound action. The result is an empty row when the service answers 204. */
  action(path: string, parameters: Row, options?: CallOptions): Promise<Row>;
  batch(batch: Batch, options?: CallOptions): Promise<readonly BatchOutcome[]>;
}

/** Where a bearer token comes from. `undefined` means that the environment needs none (loopback only). */
export interface TokenProvider {
  /**
   * @param refused the token the service has just answered 401 to, with its claims challenge where there was one:
   *   the provider must not return the same token again.
   */
  token(options: {
    readonly signal?: AbortSignal;
    readonly refused?: { readonly token?: Secret; readonly claims?: string };
  }): Promise<Secret | undefined>;
}
