import assert from 'node:assert/strict';
import { systemClock, type Clock } from '../../src/base/clock';
import { MOST_SINGLE } from '../../src/jobs/bulkDelete';
import type { JobsPage } from '../../src/presentation/jobs/jobsPage';
import type { JobsReport } from '../../src/presentation/jobs/jobsReport';
import type { Acted, Grid } from '../../src/protocol/jobs';
import { silentJobsPage } from '../fakes/silentJobsPage';
import { usePair } from './pair';
import { reportOver } from './reportSetup';

const JOBS = MOST_SINGLE + 600;
/** Looks at once where the product waits for seconds. */
const hasty: Clock = { now: () => Date.now(), delay: (_, signal) => systemClock.delay(1, signal) };

describe('Thousands of jobs, against the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: false, webhooks: 1, steps: 2, jobs: JOBS } } });
  let grid: Grid | undefined;
  let acted: Acted | undefined;
  let count = 0;
  let onProgress: (text: string) => void;
  const asked: unknown[] = [];
  const page: JobsPage = {
    ...silentJobsPage,
    grid: (params) => {
      grid = params;
      count = params.count;
    },
    // The pages behind the first only make it longer.
    extent: (params) => (count = params.count),
    acted: (params) => {
      acted = params;
      if (params?.going === true) onProgress(params.text);
    },
  };

  /** The report with all jobs loaded and selected. */
  async function all(): Promise<JobsReport> {
    const report = reportOver(pair.api, page, {
      questions: {
        confirmDelete: (count, inBulk) => {
          asked.push([count, inBulk]);
          return Promise.resolve(true);
        },
      },
      clock: hasty,
    });
    await report.filter({ ...(report.state.filter ?? assert.fail()), state: 'all' });
    await report.all();
    const { version } = grid ?? assert.fail();
    report.moved(version, { selected: [{ from: 0, to: count }], active: 0, column: 0, top: 0 });
    return report;
  }

  const known = new Set<unknown>();
  /** The system job that was not there when it was asked for last. */
  async function systemJob(): Promise<{ readonly status: unknown; readonly deleted: number }> {
    const { status, text } = await pair.control('POST', 'idle', { timeoutSeconds: 60 });
    assert.equal(status, 200, text);
    const path =
      'asyncoperations?$select=statuscode&$filter=operationtype%20eq%2013&$expand=AsyncOperation_BulkDeleteOperation($select=successcount)';
    for await (const { rows } of pair.api.pages(path)) {
      const row = rows.find(({ asyncoperationid: id }) => !known.has(id));
      known.add(row?.['asyncoperationid']);
      const of = row?.['AsyncOperation_BulkDeleteOperation'];
      const [operation]: ReadonlyArray<{ successcount: number }> = Array.isArray(of) ? of : [];
      return { status: row?.['statuscode'], deleted: operation?.successcount ?? NaN };
    }
    return assert.fail('there is no system job');
  }

  async function left(): Promise<number> {
    let count = 0;
    const path = 'asyncoperations?$select=name&$filter=operationtype%20eq%201';
    for await (const { rows } of pair.api.pages(path, { pageSize: 5000 })) count += rows.length;
    return count;
  }

  it('are deleted by the service, which can be told to stop in the middle', async () => {
    const report = await all();
    onProgress = (text) => {
      if (/^The service deletes: [1-9]/.test(text)) report.cancel();
    };
    await report.act('delete');
    report.dispose();
    assert.deepEqual(asked, [[JOBS, true]]);
    const job = await systemJob();
    assert.equal(job.status, 32);
    assert.ok(job.deleted > 0 && job.deleted < JOBS, `${job.deleted} were deleted`);
    assert.equal(
      acted?.text,
      `${job.deleted.toLocaleString()} of ${JOBS.toLocaleString()} jobs were deleted by the service. Cancelled.`,
    );
    assert.equal(await left(), JOBS - job.deleted);
  });

  it('are deleted by the service also when the report is closed meanwhile', async () => {
    const report = await all();
    onProgress = (text) => {
      if (!text.includes('is asked')) report.dispose();
    };
    const before = await left();
    await report.act('delete');
    const job = await systemJob();
    assert.deepEqual([job.status, job.deleted], [30, before]);
    assert.equal(await left(), 0);
  });
});
