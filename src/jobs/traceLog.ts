import * as odata from '../dataverse/odata';
import * as column from '../dataverse/row';
import type { Row, WebApi } from '../dataverse/webApi';
import { filterBounds, type JobFilter } from './jobFilter';

/** What the environment keeps of the calls of plug-ins and webhooks (FACTS 11). */
export type TraceSetting = 'off' | 'exceptions' | 'all';

/** `organization.plugintracelogsetting` (FACTS 11). */
const OFF = 0;
const EXCEPTIONS = 1;

/** `plugintracelog.mode` of a synchronous call (FACTS 4). */
const SYNCHRONOUS = 0;

/** A synchronous call that failed, as the trace log has it. Texts are a stranger's. */
export interface SyncFailure {
  readonly id: string;
  readonly time: Date | undefined;
  readonly stepId: string;
  readonly messageName: string;
  readonly table: string;
  readonly exception: string;
  /** What was traced besides: about the last 10 KB of it. */
  readonly trace: string;
  /** Empty where the row has none. */
  readonly correlationId: string;
  /** Milliseconds. */
  readonly duration: number | undefined;
  readonly depth: number | undefined;
}

export interface SyncFailures {
  /** The newest first. */
  readonly rows: readonly SyncFailure[];
  /** There are more than these. */
  readonly more: boolean;
}

/** Rows that are read of one question, and that are shown of all. */
const ROWS = 100;
/** Ids of steps in one question: each takes about fifty characters of its address. */
const IDS = 40;

/** The trace log of one environment: the only place where failures of synchronous steps can be read later (FACTS 11). */
export class TraceLog {
  readonly #api: Pick<WebApi, 'pages' | 'update'>;

  constructor(api: Pick<WebApi, 'pages' | 'update'>) {
    this.#api = api;
  }

  /** What is kept now; an environment that does not tell keeps nothing. @throws DataverseError, CancelledError. */
  async setting(signal: AbortSignal): Promise<TraceSetting> {
    const value = column.optionalInteger(await this.#organization(signal), 'plugintracelogsetting') ?? OFF;
    return value === OFF ? 'off' : value === EXCEPTIONS ? 'exceptions' : 'all';
  }

  /**
   * Lets the environment keep exceptions from now on. That a client may write this column of the organization is said by
   * the documentation of the table; what happens to a user without the privilege is the service's answer.
   * @throws DataverseError, EnvironmentGuardError, CancelledError.
   */
  async switchOn(signal: AbortSignal): Promise<void> {
    const id = column.guid(await this.#organization(signal), 'organizationid');
    await this.#api.update(odata.row('organizations', id), { plugintracelogsetting: EXCEPTIONS }, { signal });
  }

  /**
   * The failed synchronous calls of some steps, in the period and with the correlation id of a filter. `pluginstepid` is
   * no lookup, so the steps are asked for by their ids (FACTS 11); that there are rows of webhooks at all is UNVERIFIED.
   * @throws DataverseError, CancelledError.
   */
  async failures(
    stepIds: readonly string[],
    filter: JobFilter,
    now: Date,
    signal: AbortSignal,
  ): Promise<SyncFailures> {
    const rows: SyncFailure[] = [];
    let more = false;
    for (let from = 0; from < stepIds.length; from += IDS) {
      const path = failuresPath(stepIds.slice(from, from + IDS), filter, now);
      for await (const page of this.#api.pages(path, { signal, pageSize: ROWS })) {
        rows.push(...page.rows.map(syncFailure));
        more ||= page.more;
        break;
      }
    }
    rows.sort((a, b) => (b.time?.getTime() ?? 0) - (a.time?.getTime() ?? 0));
    return { rows: rows.slice(0, ROWS), more: more || rows.length > ROWS };
  }

  /** The one row of the organization. */
  async #organization(signal: AbortSignal): Promise<Row> {
    const path = odata.query(odata.set('organizations'), {
      select: ['organizationid', 'plugintracelogsetting'],
    });
    for await (const page of this.#api.pages(path, { signal })) return page.rows[0] ?? {};
    return {};
  }
}

/** The failed synchronous calls of at least one step, newest first, as the path of a request (FACTS 3.8, 11). */
export function failuresPath(stepIds: readonly string[], filter: JobFilter, now: Date): string {
  const { from, to } = filterBounds(filter, now);
  return odata.query(odata.set('plugintracelogs'), {
    select: [
      ...['plugintracelogid', 'createdon', 'pluginstepid', 'messagename', 'primaryentity', 'correlationid'],
      ...['performanceexecutionduration', 'depth', 'exceptiondetails', 'messageblock'],
    ],
    filter: odata.allOf([
      odata.eq('mode', SYNCHRONOUS),
      odata.ne('exceptiondetails', null),
      ...(from === undefined ? [] : [odata.ge('createdon', from)]),
      ...(to === undefined ? [] : [odata.lt('createdon', to)]),
      ...(filter.correlationId === undefined
        ? []
        : [odata.eq('correlationid', odata.guid(filter.correlationId))]),
      odata.anyOf(stepIds.map((id) => odata.eq('pluginstepid', odata.guid(id)))),
    ]),
    orderby: [{ by: 'createdon', descending: true }, 'plugintracelogid'],
  });
}

function syncFailure(row: Row): SyncFailure {
  return {
    id: column.guid(row, 'plugintracelogid'),
    time: column.optionalDate(row, 'createdon'),
    stepId: column.optionalGuid(row, 'pluginstepid') ?? '',
    messageName: column.optionalText(row, 'messagename') ?? '',
    table: column.optionalText(row, 'primaryentity') ?? '',
    exception: column.optionalText(row, 'exceptiondetails') ?? '',
    trace: column.optionalText(row, 'messageblock') ?? '',
    correlationId: column.optionalGuid(row, 'correlationid') ?? '',
    duration: column.optionalInteger(row, 'performanceexecutionduration'),
    depth: column.optionalInteger(row, 'depth'),
  };
}
