import * as column from '../dataverse/row';
import type { WebApi } from '../dataverse/webApi';
import { AGGREGATE_LIMIT, askInParts, isTooMany } from './aggregateLimit';
import { filterBounds, type JobFilter } from './jobFilter';
import { jobsCountFetchXml } from './jobQueries';
import type { JobScope } from './model';

/** How many jobs there are; where it is not exact, at least so many. */
export interface JobCount {
  readonly count: number;
  readonly exact: boolean;
}

/**
 * Counts the jobs that a filter wants, however many, with one aggregate. Where there are more than 50,000 a period is
 * divided; all time cannot be, and is told as "at least".
 * @throws DataverseError, CancelledError.
 */
export async function countJobs(
  api: Pick<WebApi, 'fetchPages'>,
  wanted: { readonly scope: JobScope; readonly filter: JobFilter; readonly now: Date },
  signal: AbortSignal,
): Promise<JobCount> {
  const { scope, filter, now } = wanted;
  const ask = async (part: JobFilter): Promise<number> => {
    let count = 0;
    const fetchXml = jobsCountFetchXml(scope, part, now);
    for await (const page of api.fetchPages('asyncoperations', fetchXml, { signal }))
      for (const row of page.rows) count += column.optionalInteger(row, 'jobs') ?? 0;
    return count;
  };
  const { from, to = now } = filterBounds(filter, now);
  if (from === undefined) {
    try {
      return { count: await ask(filter), exact: true };
    } catch (error) {
      if (!isTooMany(error)) throw error;
      return { count: AGGREGATE_LIMIT, exact: false };
    }
  }
  const askPart = (start: Date, end: Date): Promise<number> =>
    ask({ ...filter, period: 'custom', from: start, to: end });
  const { answers, exact } = await askInParts({ from, to }, askPart, signal);
  const count = answers.reduce((sum, part) => sum + part, exact ? 0 : AGGREGATE_LIMIT);
  return { count, exact };
}
