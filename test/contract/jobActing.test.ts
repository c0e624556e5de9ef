import assert from 'node:assert/strict';
import type { JobsPage } from '../../src/presentation/jobs/jobsPage';
import type { JobsReport } from '../../src/presentation/jobs/jobsReport';
import type { Acted, Grid, RunState } from '../../src/protocol/jobs';
import { startReceiver, type Receiver } from '../../src/delivery/receiver';
import { registerForeignWebhook } from '../e2e/foreignWebhook';
import { silentJobsPage } from '../fakes/silentJobsPage';
import { usePair } from './pair';
import { reportOver } from './reportSetup';

describe('Deleting jobs from the report, against the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: false, webhooks: 1, steps: 2, jobs: 60 } } });
  let grid: Grid | undefined;
  let acted: Acted | undefined;
  let confirmed: number[] = [];
  const page: JobsPage = {
    ...silentJobsPage,
    run: (state: RunState) => assert.notEqual(state.phase, 'failed', state.text),
    grid: (params) => (grid = params),
    acted: (params) => (acted = params),
  };
  const report = (answer: boolean) =>
    reportOver(pair.api, page, {
      questions: {
        confirmDelete: (count) => {
          confirmed.push(count);
          return Promise.resolve(answer);
        },
      },
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
    await jobs.refresh();
    assert.ok(acted, 'the outcome stays with the jobs that it is about');
    await jobs.filter({ ...(jobs.state.filter ?? assert.fail()), state: 'all' });
    assert.equal(acted, undefined, 'other jobs are shown');
  });
});

describe('Jobs that have not ended, in the report, against the sandbox', () => {
  const pair = usePair();
  let receiver: Receiver;
  let grid: Grid | undefined;
  let acted: Acted | undefined;
  const page: JobsPage = {
    ...silentJobsPage,
    grid: (params) => (grid = params),
    acted: (params) => (acted = params),
  };
  before(async () => {
    receiver = await startReceiver({ answer: { status: 200, instead: 'silence' } });
    const auth = { type: 4, value: 'k' } as const;
    const { url, token } = pair.sandbox;
    await registerForeignWebhook(
      { url, token: token.reveal() },
      { name: 'Silent', url: `${receiver.url}/hook`, auth },
    );
    for await (const { rows } of pair.api.pages('contacts?$select=contactid&$top=1')) {
      const id = rows[0]?.['contactid'];
      assert.ok(typeof id === 'string');
      for (let n = 0; n < 14; n += 1) await pair.api.update(`contacts(${id})`, { lastname: `Changed ${n}` });
    }
    await receiver.waitFor(8, AbortSignal.timeout(20_000));
  });
  after(() => receiver.close());

  const until = new Date(Date.now() + 3_600_000);
  const report = () =>
    reportOver(pair.api, page, { questions: { postponeUntil: () => Promise.resolve(until) } });

  /** The rows of the silent endpoint in a state, selected; then something is done with them. */
  async function act(
    state: 'waiting' | 'inProgress' | 'canceled',
    count: number,
    action: 'cancel' | 'resume' | 'postpone' | 'pause' | 'delete',
    meanwhile: (ids: readonly string[]) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<string> {
    const jobs = report();
    await jobs.filter({ ...(jobs.state.filter ?? assert.fail()), state, text: 'Silent' });
    const { version, rows } = grid ?? assert.fail();
    assert.ok(rows.length >= count, `${rows.length} rows`);
    jobs.moved(version, { selected: [{ from: 0, to: count }], active: 0, column: 0, top: 0 });
    await meanwhile(rows.flatMap(({ id }) => id ?? []));
    await jobs.act(action);
    jobs.dispose();
    return [acted?.text ?? '', ...(acted?.failures.map(({ text }) => text) ?? [])].join(' | ');
  }

  it('are paused, postponed, resumed, canceled and deleted, one and many', async () => {
    assert.equal(await act('inProgress', 1, 'pause'), 'The job was paused.');
    // What waits already, because it was paused, can be resumed and not postponed.
    assert.match(await act('waiting', 5, 'postpone'), /^([45]) of \1 jobs were postponed\.$/);
    assert.equal(await act('waiting', 5, 'resume'), '5 of 5 jobs go on.');
    assert.equal(await act('waiting', 2, 'cancel'), '2 of 2 jobs were canceled.');
    assert.equal(await act('canceled', 2, 'delete'), '2 of 2 jobs were deleted.');
  });

  it('are told by row where somebody else was quicker, and done for the others', async () => {
    const told = await act('inProgress', 3, 'cancel', ([, quicker = '']) =>
      pair.api.update(`asyncoperations(${quicker})`, { statecode: 3, statuscode: 32 }),
    );
    assert.match(told, /^2 of 3 jobs were canceled\. \| Silent: Update of contact: ./);
    const alone = await act('inProgress', 1, 'cancel', ([quicker = '']) =>
      pair.api.update(`asyncoperations(${quicker})`, { statecode: 3, statuscode: 32 }),
    );
    assert.match(alone, /^The job stays as it was\. \| Silent: Update of contact: ./);
  });
});
