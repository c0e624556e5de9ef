import type { Clock } from '../../base/clock';
import type { JobService, QueryText } from '../../jobs/jobService';
import type { Bookmark, Choices, JobsPanelState } from '../../protocol/jobs';
import type { JobQuestions } from './jobActing';
import type { JobsPage } from './jobsPage';
import type { HeadingSource } from './jobsRunOptions';
import type { JobWays } from './shownJob';

/** What a job report needs of the environment, the page and the person. */
export interface JobsReportOptions extends JobWays {
  /** What the environment is called now; a new name is told by `renamed`. */
  readonly environmentName: string;
  readonly jobs: JobService;
  readonly page: JobsPage;
  readonly state: JobsPanelState;
  /** Where the reader was before the window was reloaded. */
  readonly bookmark?: Bookmark | undefined;
  readonly questions: JobQuestions;
  /** The webhooks and steps of the environment, to choose from. */
  readonly choices: () => Promise<Choices>;
  readonly clipboard: (text: string) => void;
  readonly clock: Clock;
  /** It is being watched, or not any more. */
  readonly onWatch: () => void;
  /** Lets the person sign in anew; absent where that cannot be. Never rejects. */
  readonly signIn?: () => Promise<void>;
  /** What the environment calls the columns of a query's rows. */
  readonly headings?: HeadingSource;
  /** Hears of queries that a person has written, when they are run. */
  readonly onWritten?: (query: QueryText) => void;
  /** Hears of failures, for the log. */
  readonly onFailure: (error: unknown) => void;
}
