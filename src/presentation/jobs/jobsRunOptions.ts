import type { JobService, QueryText } from '../../jobs/jobService';
import type { ToldNames } from '../../protocol/jobs';
import type { ResultHeading } from '../../queries/resultHeadings';
import type { ReaderTimes } from '../texts/readerTimes';
import type { JobsPage } from './jobsPage';

export interface JobsRunOptions {
  /** What the environment is called now. */
  readonly environmentName: () => string;
  readonly jobs: JobService;
  readonly page: JobsPage;
  /** Of the reader; known when the page has told its zone. */
  readonly times: () => ReaderTimes;
  readonly onFailure: (error: unknown) => void;
  readonly headings?: HeadingSource | undefined;
  /** How webhooks and steps of one name are told apart, by the ids of steps. */
  readonly told?: (() => ReadonlyMap<string, ToldNames>) | undefined;
  /** Somebody can sign in anew. */
  readonly canSignIn?: boolean | undefined;
}

/** What the environment calls the columns of a query's rows; see `headingsOf`. */
export type HeadingSource = (
  query: QueryText,
  keys: readonly string[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, ResultHeading>>;
