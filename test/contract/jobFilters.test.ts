import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JobService } from '../../src/jobs/jobService';
import { countJobs } from '../../src/jobs/jobCount';
import { FAILED_JOBS, type JobFilter } from '../../src/jobs/jobFilter';
import { jobsFetchXml, jobsPath } from '../../src/jobs/jobQueries';
import type { JobScope } from '../../src/jobs/model';
import { readableWebApi } from '../../src/jobs/queryText';
import { ASKED_CAUSES } from '../../src/jobs/causes';
import { FailureGrouping } from '../../src/jobs/grouping';
import type { Row } from '../../src/dataverse/webApi';
import { usePair } from './pair';

describe('A filter of jobs, written in both languages and asked of the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: true, webhooks: 3, steps: 5, jobs: 300 } } });
  const none = new AbortController().signal;
  let scopes: readonly JobScope[] = [];

  async function rowsOf(language: 'fetchXml' | 'webApi', text: string): Promise<readonly Row[]> {
    const jobs = new JobService(pair.api, () => Promise.resolve(undefined));
    const rows: Row[] = [];
    for await (const page of jobs.run({ language, text }, none)) rows.push(...page.rows);
    return rows;
  }
  const both = async (scope: JobScope, filter: JobFilter, now: Date) => ({
    fetchXml: await rowsOf('fetchXml', jobsFetchXml(scope, filter, now)),
    webApi: await rowsOf('webApi', readableWebApi(jobsPath(scope, filter, now))),
  });
  const ids = (rows: readonly Row[]) => rows.map((row) => row['asyncoperationid']);

  before(async () => {
    const steps: Row[] = [];
    for await (const page of pair.api.pages('sdkmessageprocessingsteps?$select=_eventhandler_value,name'))
      steps.push(...page.rows);
    const bulk = steps.filter((row) => /^\w+ of \w+ 0000/.test(String(row['name'])));
    const webhookId = String(bulk[0]?.['_eventhandler_value']);
    const stepIds = bulk
      .filter((row) => row['_eventhandler_value'] === webhookId)
      .map((row) => String(row['sdkmessageprocessingstepid']));
    assert.ok(stepIds.length > 0);
    scopes = [
      { kind: 'environment' },
      { kind: 'webhook', webhookId, stepIds },
      // So many that their ids do not fit into an address: 2,000 take 150 KB.
      {
        kind: 'webhook',
        webhookId,
        stepIds: Array<readonly string[]>(2000).fill(stepIds).flat().slice(0, 2000),
      },
      { kind: 'webhook', webhookId: '00000000-0000-0000-0000-000000000001', stepIds: [] },
      { kind: 'step', stepId: stepIds[0] ?? assert.fail() },
    ];
  });

  it('brings the same rows in the same order', async function () {
    this.timeout(60_000);
    const word = fc.constantFrom(
      'made',
      'DELIVERY',
      'contact 0000',
      '%',
      '_',
      '[a-z]',
      "O'Br",
      '<&>"',
      'ü',
      '',
    );
    const hoursAgo = (most: number) =>
      fc.nat(most * 3600).map((seconds) => new Date((Math.floor(Date.now() / 1000) - seconds) * 1000));
    const filters: fc.Arbitrary<JobFilter> = fc.record({
      period: fc.constantFrom<Array<JobFilter['period']>>(
        ...(['hour', 'day', 'week', 'month', 'custom', 'all', 'all'] as const),
      ),
      from: fc.option(hoursAgo(48), { nil: undefined }),
      to: fc.option(hoursAgo(24), { nil: undefined }),
      cause: fc.constantFrom(undefined, undefined, ...ASKED_CAUSES),
      state: fc.constantFrom<Array<JobFilter['state']>>(
        ...(['failed', 'waiting', 'inProgress', 'canceled', 'succeeded', 'all'] as const),
      ),
      message: fc.constantFrom('', '', 'Update', 'create', 'No'),
      table: fc.constantFrom('', '', 'contact', 'Account '),
      correlationId: fc.constantFrom(undefined, undefined, undefined, '00000000-0000-0000-0000-000000000009'),
      errorCode: fc.constantFrom(undefined, undefined, -2147155455, -2147155454, 7),
      text: fc.oneof(fc.constant(''), word, fc.string({ unit: 'binary', maxLength: 5 })),
    });
    let found = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(3), filters, async (at, filter) => {
        const scope = scopes[at] ?? assert.fail();
        const now = new Date();
        const { fetchXml, webApi } = await both(scope, filter, now);
        assert.deepEqual(ids(webApi), ids(fetchXml));
        const counted = await countJobs(pair.api, { scope, filter, now }, none);
        assert.deepEqual(counted, { count: fetchXml.length, exact: true });
        found += webApi.length;
      }),
      {
        numRuns: 60,
        examples: [
          [0, { ...FAILED_JOBS, state: 'all' }],
          [1, FAILED_JOBS],
          [3, FAILED_JOBS],
        ],
      },
    );
    assert.ok(found > 300, `${found} rows in all`);
  });

  it('finds the jobs of one operation, in every language and scope', async () => {
    const everything = await both({ kind: 'environment' }, { ...FAILED_JOBS, state: 'all' }, new Date());
    const correlationId = String(everything.webApi[0]?.['correlationid']);
    const filter = { ...FAILED_JOBS, state: 'all', correlationId } as const;
    for (const scope of scopes) {
      const { fetchXml, webApi } = await both(scope, filter, new Date());
      assert.deepEqual(ids(webApi), ids(fetchXml));
      if (scope.kind !== 'environment') continue;
      const same = everything.webApi.filter((row) => row['correlationid'] === correlationId);
      assert.ok(same.length > 0 && ids(webApi).length >= same.length);
      for (const row of webApi) assert.equal(row['correlationid'], correlationId);
    }
  });

  it('makes the same groups with the same webhooks, for an environment', async () => {
    const { fetchXml, webApi } = await both({ kind: 'environment' }, FAILED_JOBS, new Date());
    const groups = (rows: readonly Row[]) => {
      const grouping = new FailureGrouping();
      for (const row of rows) grouping.add(row);
      return grouping.groups();
    };
    assert.ok(groups(webApi).length >= 3);
    assert.deepEqual(groups(webApi), groups(fetchXml));
    assert.ok(groups(webApi).some(({ webhook }) => webhook.startsWith('Webhook 0000')));
  });

  it('means the period that the person means', async () => {
    const all = await both({ kind: 'environment' }, FAILED_JOBS, new Date());
    const times = all.webApi.map((row) => Date.parse(String(row['completedon'])));
    // As if it were a day after some job: it and what came later is in the last 24 hours.
    const middle = times[Math.floor(times.length / 2)] ?? assert.fail();
    const { webApi } = await both(
      { kind: 'environment' },
      { ...FAILED_JOBS, period: 'day' },
      new Date(middle + 24 * 3_600_000),
    );
    assert.deepEqual(
      webApi.map((row) => Date.parse(String(row['completedon']))),
      times.filter((time) => time >= middle),
    );
  });
});
