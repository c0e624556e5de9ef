import assert from 'node:assert/strict';
import { JobService } from '../../src/jobs/jobService';
import type { JobsPage } from '../../src/presentation/jobs/jobsPage';
import { JobsReport } from '../../src/presentation/jobs/jobsReport';
import { jobsPanelState } from '../../src/presentation/jobs/panelState';
import type { Acted, Grid, RunState } from '../../src/protocol/jobs';
import { systemClock } from '../../src/base/clock';
import { usePair } from './pair';

describe('Deleting jobs from the report, against the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: false, webhooks: 1, steps: 2, jobs: 60 } } });
  let grid: Grid | undefined;
  let acted: Acted | undefined;
  let confirmed: number[] = [];
  const nothing = () => undefined;
  const page: JobsPage = {
    columns: nothing,
    ...{ show: nothing, title: nothing, state: nothing, rows: nothing, failures: nothing, details: nothing },
    ...{ extent: nothing, selection: nothing, bookmark: nothing, choices: nothing, watch: nothing },
    run: (state: RunState) => assert.notEqual(state.phase, 'failed', state.text),
    grid: (params) => (grid = params),
    acted: (params) => (acted = params),
  };
  const report = (answer: boolean) =>
    new JobsReport({
      environmentName: 'Test',
      jobs: new JobService(pair.api, () => Promise.resolve(undefined)),
      page,
      state: jobsPanelState('e', { kind: 'environment' }, 'Test'),
      questions: {
        confirmDelete: (count) => {
          confirmed.push(count);
          return Promise.resolve(answer);
        },
        postponeUntil: () => Promise.resolve(undefined),
      },
      choices: () => Promise.resolve({ webhooks: [], steps: [] }),
      clipboard: nothing,
      clock: systemClock,
      onWatch: nothing,
      onFailure: (error) => assert.fail(String(error)),
    });
  const select = (jobs: JobsReport, to: number) =>
    jobs.moved(grid?.version ?? 0, { selected: [{ from: 0, to }], active: 0, column: 0, top: 0 });
  const rows = () => grid?.rows ?? [];
  beforeEach(() => {
    acted = undefined;
    confirmed = [];
  });

  it('changes nothing without a yes, and nothing that the service does not allow', async () => {
    const jobs = report(false);
    await jobs.run('fetchXml', jobs.state.queries.fetchXml);
    assert.equal(rows().length, 6);
    select(jobs, rows().length);
    await jobs.act('delete');
    await jobs.act('resume');
    assert.deepEqual([confirmed, acted], [[6], undefined]);
    await jobs.run('fetchXml', jobs.state.queries.fetchXml);
    assert.equal(rows().length, 6);
  });

  it('tells by row what could not be deleted, and shows what is left', async () => {
    const jobs = report(true);
    await jobs.run('fetchXml', jobs.state.queries.fetchXml);
    const [first, second, third] = rows();
    const ids = [first, second, third].flatMap((row) => row?.id ?? []);
    // Somebody else is quicker with one of them.
    await pair.api.remove(`asyncoperations(${ids[1] ?? ''})`);
    select(jobs, 3);
    await jobs.act('delete');
    assert.equal(acted?.text, '2 of 3 jobs were deleted.');
    assert.deepEqual(
      acted.failures.map(({ id }) => id),
      [ids[1]],
    );
    assert.match(acted.failures[0]?.text ?? '', /^\w+ of \w+ 0000\d\d: .*does not exist/i);
    assert.equal(rows().length, 3);
  });
});
