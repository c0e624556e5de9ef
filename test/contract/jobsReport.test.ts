import assert from 'node:assert/strict';
import { startReceiver, type Receiver } from '../../src/delivery/receiver';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import type { DataverseClient } from '../../src/dataverse/client';
import type { HttpRequest, Transport } from '../../src/dataverse/transport';
import { choicesOf } from '../../src/presentation/jobs/choices';
import type { JobsPage } from '../../src/presentation/jobs/jobsPage';
import type { JobsReport } from '../../src/presentation/jobs/jobsReport';
import type { Acted, Choices, Failures, Grid, RunState } from '../../src/protocol/jobs';
import { WebhookService } from '../../src/webhooks/webhookService';
import { registerForeignWebhook, webApi } from '../e2e/foreignWebhook';
import { StoppedClock } from '../fakes/clocks';
import { silentJobsPage } from '../fakes/silentJobsPage';
import { usePair } from './pair';
import { reportOver } from './reportSetup';
import { never } from './writesSetup';

/** What a page of the report shows now, and a way to wait for it. */
class Shown {
  grid: Grid | undefined;
  count = 0;
  run: RunState | undefined;
  runs: string[] = [];
  failures: Failures | undefined;
  acted: Acted | undefined;
  news: string[] = [];
  #waiting: Array<() => void> = [];

  readonly page: JobsPage = {
    ...silentJobsPage,
    watch: ({ news }) =>
      this.#is(() => (this.news = news === undefined ? this.news : [...this.news, news.text])),
    failures: (params) => this.#is(() => (this.failures = params)),
    run: (state) =>
      this.#is(() => {
        this.run = state;
        this.runs.push(state.phase);
      }),
    grid: (params) =>
      this.#is(() => {
        this.grid = params;
        this.count = params.count;
      }),
    extent: ({ count }) => this.#is(() => (this.count = count)),
    acted: (params) => this.#is(() => (this.acted = params)),
  };

  async until(what: () => boolean): Promise<void> {
    while (!what()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #is(change: () => void): void {
    change();
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

const nothing = (): undefined => undefined;

function reportOf(
  api: DataverseClient,
  { page }: Shown,
  clock = new StoppedClock(),
  choices: Choices = { webhooks: [], steps: [] },
): JobsReport {
  return reportOver(api, page, { clock, choices: () => Promise.resolve(choices), onFailure: nothing });
}

/** A transport that holds each request to jobs back until it is let through. */
class Gate {
  readonly #inner = createNodeFetchTransport();
  readonly #held: Array<() => void> = [];
  #arrivals: Array<() => void> = [];
  aborted = 0;
  /** Nobody is held. */
  isOpen = false;

  readonly transport: Transport = async (request) => {
    if (!this.isOpen && request.url.includes('asyncoperations')) await this.#hold(request);
    return this.#inner(request);
  };

  /** Resolves when a request stands before the gate. */
  async someoneWaits(): Promise<void> {
    while (this.#held.length === 0) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
  }

  async letOneThrough(): Promise<void> {
    await this.someoneWaits();
    this.#held.shift()?.();
  }

  open(): void {
    this.isOpen = true;
    for (const letThrough of this.#held.splice(0)) letThrough();
  }

  #hold({ signal }: HttpRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#held.push(resolve);
      signal.addEventListener('abort', () => {
        const at = this.#held.indexOf(resolve);
        if (at < 0) return;
        this.aborted += 1;
        this.#held.splice(at, 1);
        reject(signal.reason as Error);
      });
      for (const arrived of this.#arrivals.splice(0)) arrived();
    });
  }
}

/** One in ten of the jobs. */
const FAILED = 100;

describe('The job report of a service that takes long, against the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: false, webhooks: 2, steps: 3, jobs: 1000 } } });
  const failed = (jobs: JobsReport) => jobs.filter(jobs.state.filter ?? assert.fail());

  it('shows the first page while the next is on its way, and ends at once when it is cancelled', async () => {
    const gate = new Gate();
    const shown = new Shown();
    const jobs = reportOf(pair.another({ transport: gate.transport }).client, shown);
    const run = failed(jobs);
    await gate.letOneThrough();
    await shown.until(() => shown.count === 50);
    await gate.someoneWaits();
    assert.equal(shown.run?.phase, 'running', 'a small result is read whole');
    assert.equal(shown.grid?.rows.length, 50);
    assert.equal(shown.grid.total, FAILED);
    jobs.cancel();
    await run;
    assert.deepEqual([shown.run.phase, shown.count, gate.aborted], ['cancelled', 50, 1]);
    const more = jobs.all();
    await gate.letOneThrough();
    await more;
    assert.deepEqual([shown.run.phase, shown.count], ['done', FAILED]);
    jobs.dispose();
  });

  it('waits no longer than the service asked when the run that was told to wait is cancelled', async () => {
    const clock = new StoppedClock();
    const shown = new Shown();
    const jobs = reportOf(pair.another({ clock }).client, shown);
    const throttle = { kind: 'throttle', retryAfterSeconds: 8, limit: 'requests' };
    await pair.fault(throttle, { method: 'GET', contains: 'asyncoperations' });
    const first = failed(jobs);
    await clock.someoneWaits();
    jobs.cancel();
    await first;
    assert.equal(shown.run?.phase, 'cancelled');
    assert.equal(clock.waiting, 0);
    clock.advance(5000);
    const sent = pair.sent.length;
    const second = jobs.refresh();
    await clock.someoneWaits();
    assert.equal(pair.sent.length, sent, 'nobody asks before the time');
    clock.advance(3000);
    await second;
    assert.deepEqual([shown.run.phase, shown.count], ['done', FAILED]);
    jobs.dispose();
  });

  it('deletes while it is watched, and takes nothing of that for news', async () => {
    const clock = new StoppedClock();
    const shown = new Shown();
    const gate = new Gate();
    const jobs = reportOf(pair.another({ transport: gate.transport }).client, shown, clock);
    gate.open();
    await failed(jobs);
    const before = shown.count;
    assert.ok(before > 3);
    jobs.watch(true);
    await clock.someoneWaits();
    gate.isOpen = false;
    clock.advance(30_000);
    // The look is on its way when somebody deletes.
    await gate.someoneWaits();
    const { version } = shown.grid ?? assert.fail();
    jobs.moved(version, { selected: [{ from: 0, to: 2 }], active: 0, column: 0, top: 0 });
    const acting = jobs.act('delete');
    await shown.until(() => shown.acted?.text === '2 of 2 jobs were deleted.');
    gate.open();
    await acting;
    await clock.someoneWaits();
    assert.equal(shown.count, before - 2);
    assert.deepEqual(shown.news, []);
    jobs.dispose();
  });
});

describe('The job report of webhooks that are hard to tell apart, against the sandbox', () => {
  const pair = usePair();
  let receiver: Receiver;
  before(async () => {
    receiver = await startReceiver({ answer: { status: 400 } });
  });
  after(() => receiver.close());

  it('keeps two of one name apart in filter and groups, and the jobs of one that is deleted', async () => {
    const sandbox = { url: pair.sandbox.url, token: pair.sandbox.token.reveal() };
    const ids: string[] = [];
    for (const path of ['one', 'two']) {
      // Two are registered under names of their own, as an answer by name finds one only; then they have the same.
      const auth = { type: 4, value: 'k' } as const;
      const id = await registerForeignWebhook(sandbox, { name: path, url: `${receiver.url}/${path}`, auth });
      ids.push(id);
    }
    for (const id of ids) await webApi(sandbox, 'PATCH', `serviceendpoints(${id})`, { name: 'Twin' });
    const { value: contacts } = (await webApi(sandbox, 'GET', 'contacts?$select=contactid&$top=1')) as {
      value: ReadonlyArray<{ contactid: string }>;
    };
    const contact = contacts[0]?.contactid ?? assert.fail('there is no contact');
    for (let n = 0; n < 3; n += 1)
      await webApi(sandbox, 'PATCH', `contacts(${contact})`, { lastname: `Changed ${n}` });
    await receiver.waitFor(6, AbortSignal.timeout(20_000));

    const service = new WebhookService(pair.api);
    const webhooks = await Promise.all(
      (await service.webhooks(never)).map(async (webhook) => ({
        ...webhook,
        steps: await service.stepsOf(webhook.id, never),
      })),
    );
    const choices = choicesOf(webhooks);
    const twins = choices.webhooks.filter(({ name }) => name.startsWith('Twin'));
    assert.deepEqual(twins.map(({ name }) => name).sort(), [
      `Twin (${receiver.url}/one)`,
      `Twin (${receiver.url}/two)`,
    ]);

    const shown = new Shown();
    const jobs = reportOf(pair.api, shown, new StoppedClock(), choices);
    jobs.ready();
    await shown.until(() => shown.run?.phase === 'done');
    const fields = jobs.state.filter ?? assert.fail();
    while (shown.count < 6) await jobs.filter(fields);
    assert.deepEqual(
      shown.failures?.groups.filter(({ place }) => place.startsWith('Twin')).map(({ count }) => count),
      [3, 3],
      'each is a group',
    );
    await jobs.filter({ ...fields, webhook: ids[0] ?? '' });
    assert.equal(shown.count, 3);
    assert.match(jobs.state.scope.name, /^Twin \(.*\/one\)$/);

    const [step] = webhooks.find(({ id }) => id === ids[0])?.steps ?? [];
    await webApi(sandbox, 'DELETE', `sdkmessageprocessingsteps(${step?.id})`);
    await webApi(sandbox, 'DELETE', `serviceendpoints(${ids[0]})`);
    await jobs.refresh();
    assert.deepEqual([shown.run?.phase, shown.count], ['done', 0], shown.run?.text);
    await jobs.filter({ ...fields, webhook: ids[1] ?? '' });
    assert.equal(shown.count, 3, 'those of the other are there');
    jobs.dispose();
  });
});
