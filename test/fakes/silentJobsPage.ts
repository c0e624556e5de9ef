import type { JobsPage } from '../../src/presentation/jobs/jobsPage';

const nothing = (): void => undefined;

/** A page of the job report that hears everything and does nothing; a test replaces what it listens to. */
export const silentJobsPage: JobsPage = {
  show: nothing,
  title: nothing,
  run: nothing,
  state: nothing,
  grid: nothing,
  rows: nothing,
  columns: nothing,
  extent: nothing,
  selection: nothing,
  bookmark: nothing,
  choices: nothing,
  watch: nothing,
  failures: nothing,
  acted: nothing,
  details: nothing,
};
