import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { JobService } from '../../src/jobs/jobService';
import { exportJobs } from '../../src/presentation/jobs/jobExport';
import type { JobsPage } from '../../src/presentation/jobs/jobsPage';
import type { Grid, RunState } from '../../src/protocol/jobs';
import { SpooledFile } from '../../src/vscode/panels/spooledFile';
import { silentJobsPage } from '../fakes/silentJobsPage';
import { usePair } from './pair';
import { reportOver } from './reportSetup';

const JOBS = 230;
/** What breaks, how long: until it is repaired. */
const FAULTS: ReadonlyArray<readonly [string, object, RegExp]> = [
  ['the line is lost', { kind: 'reset' }, /closed the connection/],
  ['an answer is cut', { kind: 'cut' }, /ended before it was complete/],
  ['the session expires', { kind: 'expiredToken' }, /does not accept the sign-in \(401\)/],
  ['the service fails', { kind: 'status', status: 500, message: 'Out of order' }, /Out of order/],
];

describe('A report whose stream breaks in the middle, against the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: false, webhooks: 2, steps: 3, jobs: JOBS } } });
  const nothing = () => undefined;
  let grid: Grid | undefined;
  let count = 0;
  let runs: RunState[] = [];
  const page: JobsPage = {
    ...silentJobsPage,
    run: (state) => runs.push(state),
    grid: (params) => {
      grid = params;
      count = params.count;
    },
    extent: (params) => (count = params.count),
  };
  const shown = () => count;
  const report = () => reportOver(pair.api, page, { onFailure: nothing });
  const repair = () => pair.control('DELETE', 'faults');
  const breaks = (effect: object) =>
    pair.fault(effect, { method: 'GET', contains: 'asyncoperations', times: 0 });
  afterEach(repair);

  for (const [what, effect, reason] of FAULTS)
    it(`keeps its rows when ${what}, says why, and goes on where it was`, async () => {
      runs = [];
      const jobs = report();
      await jobs.filter({ ...(jobs.state.filter ?? assert.fail()), state: 'succeeded' });
      assert.equal(shown(), 50);
      await breaks(effect);
      await jobs.more();
      assert.equal(runs.at(-1)?.phase, 'failed');
      assert.match(runs.at(-1)?.text ?? '', reason);
      assert.equal(shown(), 50, 'what has come stays');
      await jobs.all();
      assert.equal(shown(), 50);
      await repair();
      await jobs.more();
      assert.ok(shown() > 50, 'it goes on');
      await jobs.all();
      const { phase, text } = runs.at(-1) ?? assert.fail();
      assert.deepEqual([phase, text], ['done', '207 rows']);
      jobs.window(grid?.version ?? 0, 0, 300);
      assert.equal(shown(), 207);
      jobs.dispose();
    });

  it('says nothing any more, and asks for nothing, when its panel is closed in the middle', async () => {
    const jobs = report();
    await jobs.filter({ ...(jobs.state.filter ?? assert.fail()), state: 'succeeded' });
    await pair.fault({ kind: 'delay', milliseconds: 200 }, { contains: 'asyncoperations', times: 0 });
    const all = jobs.all();
    jobs.dispose();
    runs = [];
    const sent = pair.sent.length;
    await all;
    assert.deepEqual(runs, []);
    assert.ok(pair.sent.length <= sent + 1, 'no further page is asked for');
  });

  it('leaves no half of a file when an export breaks, and the next one is whole', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'broken-'));
    const target = path.join(folder, 'jobs.json');
    const service = new JobService(pair.api, () => Promise.resolve(undefined));
    const query = {
      language: 'webApi',
      text: 'asyncoperations?$select=name&$filter=statuscode eq 30&$orderby=asyncoperationid',
    } as const;
    const run = async (onFirst: () => Promise<unknown>): Promise<unknown> => {
      let failed: unknown;
      await exportJobs(
        service,
        {
          choose: () =>
            Promise.resolve(async () => {
              await onFirst();
              return SpooledFile.beside(target);
            }),
          progress: async (_, work) => {
            await work(nothing, new AbortController().signal).catch((error: unknown) => (failed = error));
          },
        },
        { format: 'json', query, title: 'Jobs', group: undefined },
      );
      return failed;
    };
    assert.match(String(await run(() => breaks({ kind: 'cut' }))), /no complete answer/);
    assert.deepEqual(await readdir(folder), []);
    await repair();
    assert.equal(await run(() => Promise.resolve()), undefined);
    const rows: unknown = JSON.parse(await readFile(target, 'utf8'));
    assert.ok(Array.isArray(rows) && rows.length === 207);
    await rm(folder, { recursive: true });
  });
});
