import { DataverseError } from '../dataverse/errors';
import { readFetchXml, withPaging, type FetchFacts } from '../dataverse/fetchXmlText';
import { isRow } from '../dataverse/json';
import type { Clock } from '../base/clock';
import type { Page, ReadOptions, Row, WebApi } from '../dataverse/webApi';
import { deleteInBulk, type BulkDeletion, type BulkOrder } from './bulkDelete';
import { actOnJobs, type JobAction, type JobOutcome } from './jobActions';
import { countJobs, type JobCount } from './jobCount';
import type { JobFilter } from './jobFilter';
import { refuseMalformed } from '../queries/written';
import { jobPath, JOBS_PER_PAGE } from './jobQueries';
import type { Job, JobScope } from './model';
import { QueryTextError, webApiPath } from './queryText';
import { jobOf } from './rows';

/** A query as it stands in the panel. */
export interface QueryText {
  readonly language: 'fetchXml' | 'webApi';
  readonly text: string;
}

/** How the pages of a query are wanted. */
export interface JobReading extends Pick<ReadOptions, 'ahead' | 'parts'> {
  readonly rowsPerPage?: number | undefined;
}

/** Finds the entity set of a table; undefined when there is no such table. */
export type EntitySetOf = (table: string, signal: AbortSignal) => Promise<string | undefined>;

/** Failed jobs, and any other query, of one environment. */
export class JobService {
  readonly #api: WebApi;
  readonly #entitySetOf: EntitySetOf;

  constructor(api: WebApi, entitySetOf: EntitySetOf) {
    this.#api = api;
    this.#entitySetOf = entitySetOf;
  }

  /**
   * Runs a query, page by page; the next page is asked for only when it is wanted, or ahead, for who wants all rows.
   * @param reading rows of a page other than what the query itself says; whether a long page comes in parts, which is only
   *   for who goes on to its end: the first part is not the first page
   * @throws MalformedQueryError and QueryTextError before anything is sent when the text is no query; DataverseError,
   *   CancelledError.
   */
  async *run(query: QueryText, signal: AbortSignal, reading: JobReading = {}): AsyncIterable<Page> {
    const { rowsPerPage, ...asking } = reading;
    const pages = { signal, ...asking };
    refuseMalformed(query);
    if (query.language === 'webApi') {
      const path = webApiPath(query.text);
      if (isOneAnswer(path)) {
        yield rowsOfAnswer(await this.#api.get(path, { signal }));
        return;
      }
      const carried = carriedFetchXml(path);
      if (carried !== undefined) {
        yield* this.#api.fetchPages(carried.set, paged(carried.text, rowsPerPage), pages);
        return;
      }
      // The service ignores $top where a page size is asked for (FACTS 13.4).
      const pageSize = /[?&](?:\$|%24)top=/i.test(path) ? {} : { pageSize: rowsPerPage ?? JOBS_PER_PAGE };
      yield* this.#pagesOrRow(path, { ...pages, ...pageSize });
      return;
    }
    const table = headOf(query.text).entityName;
    // The table of the report is known; any other is looked up, because a set's name does not follow from a table's.
    const set = table === 'asyncoperation' ? 'asyncoperations' : await this.#entitySetOf(table, signal);
    if (set === undefined) {
      throw new QueryTextError('noTable', `There is no table ${table}`, { details: { table } });
    }
    yield* this.#api.fetchPages(set, paged(query.text, rowsPerPage), pages);
  }

  /** A navigation property of a row leads to many rows or to one, which only the answer tells. */
  async *#pagesOrRow(path: string, options: ReadOptions): AsyncIterable<Page> {
    let hasCome = false;
    try {
      for await (const page of this.#api.pages(path, options)) {
        hasCome = true;
        yield page;
      }
    } catch (error) {
      if (hasCome || !isOneRowAway(path) || !DataverseError.is(error, 'badAnswer')) throw error;
      const { pageSize: _, ...rest } = options;
      yield rowsOfAnswer(await this.#api.get(path, rest));
    }
  }

  /** Cancels, resumes, postpones, pauses or deletes jobs; see `actOnJobs`. */
  act(
    order: { readonly action: JobAction; readonly ids: readonly string[]; readonly until?: Date | undefined },
    signal: AbortSignal,
  ): AsyncIterable<readonly JobOutcome[]> {
    return actOnJobs(this.#api, order, signal);
  }

  /** Counts the jobs that a filter wants; see `countJobs`. */
  count(
    wanted: { readonly scope: JobScope; readonly filter: JobFilter; readonly now: Date },
    signal: AbortSignal,
  ): Promise<JobCount> {
    return countJobs(this.#api, wanted, signal);
  }

  /** Deletes thousands of jobs through the service's bulk deletion; see `deleteInBulk`. */
  deleteInBulk(order: BulkOrder, clock: Clock, signal: AbortSignal): AsyncIterable<BulkDeletion> {
    return deleteInBulk(this.#api, order, clock, signal);
  }

  /** Everything about one job. */
  async job(id: string, signal: AbortSignal): Promise<Job> {
    return jobOf(await this.#api.get(jobPath(id), { signal }));
  }
}

/** One row by its key, or a function: what comes is no page of rows. */
function isOneAnswer(path: string): boolean {
  const [resource = ''] = path.split('?');
  return /\)$|^[A-Z]\w*$|\/\$(?:value|count)$/.test(resource);
}

/** The FetchXML that an address is made of. Its pages have no next link, so that it has to be asked for as FetchXML (FACTS 13.6). */
function carriedFetchXml(path: string): { readonly set: string; readonly text: string } | undefined {
  const [, set, text] = /^(\w+)\?fetchXml=([^&]+)$/.exec(path) ?? [];
  return set === undefined || text === undefined ? undefined : { set, text: decodeURIComponent(text) };
}

function isOneRowAway(path: string): boolean {
  return /\)\/\w+(?:\?|$)/.test(path);
}

function rowsOfAnswer(answer: Row): Page {
  const { value } = answer;
  if (!Array.isArray(value)) return { rows: [answer], more: false };
  // A function may answer a list of texts or numbers.
  const rows = value.map((item: unknown) => (isRow(item) ? item : { value: item }));
  return { rows, more: false };
}

/** A query with `top` or an aggregate is one page as it is; a page it begins with elsewhere is kept. */
function paged(fetchXml: string, rowsPerPage: number | undefined): string {
  const facts = headOf(fetchXml);
  if (rowsPerPage === undefined || facts.top !== undefined || facts.aggregate || (facts.page ?? 1) > 1)
    return fetchXml;
  return withPaging(fetchXml, { page: 1, count: rowsPerPage });
}

function headOf(fetchXml: string): FetchFacts {
  try {
    return readFetchXml(fetchXml);
  } catch (error) {
    if (!DataverseError.is(error, 'invalid')) throw error;
    throw new QueryTextError('notXml', error.message, { details: { message: error.message }, cause: error });
  }
}
