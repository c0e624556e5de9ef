import assert from 'node:assert/strict';
import { countFailedJobs, type FailedCounts } from '../../src/jobs/failedCounts';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import type { DataverseClient } from '../../src/dataverse/client';
import { unknownFactsMessage } from '../../src/presentation/texts/filterTexts';
import {
  loadSucceeded,
  nothingArrived,
  rowsArrived,
  unloadedEnvironment,
  type EnvironmentState,
} from '../../src/presentation/tree/environmentState';
import { shownRows, wholeTree } from '../../src/presentation/tree/treeFilter';
import { stepItem, webhookItem } from '../../src/presentation/tree/rowItems';
import { loadWebhooks } from '../../src/webhooks/webhookLoad';
import { rowsOf, usePair } from './pair';

const never = new AbortController().signal;
const DAY = 86_400_000;
const FAILED_JOBS = 300;

describe('The failures that the tree counts for a period', () => {
  // Every tenth job has failed, over thirty days.
  const pair = usePair({ sandbox: { seeds: { samples: false, webhooks: 3, steps: 7, jobs: 3000 } } });
  const period = (days: number): { from: Date; to: Date } => {
    const to = new Date(Date.now() + 60_000);
    return { from: new Date(to.getTime() - days * DAY), to };
  };

  async function loaded(failures: FailedCounts): Promise<EnvironmentState> {
    let rows = nothingArrived;
    await loadWebhooks(pair.api, never, (part) => {
      rows = rowsArrived(rows, part);
    });
    return { ...loadSucceeded(unloadedEnvironment, { ...rows, local: true }), failures };
  }

  /** How many jobs of each step have failed since a time, by reading every one of them. */
  async function readOneByOne({ from, to }: { from: Date; to: Date }): Promise<Map<string, number>> {
    const filter = `statuscode eq 31 and completedon ge ${from.toISOString()} and completedon lt ${to.toISOString()}`;
    const rows = await rowsOf(
      pair.api.pages(
        `asyncoperations?$select=_owningextensionid_value&$filter=${encodeURIComponent(filter)}`,
      ),
    );
    return new Map(
      [...Map.groupBy(rows, (row) => String(row['_owningextensionid_value']))].map(([step, { length }]) => [
        step,
        length,
      ]),
    );
  }

  /**
   * The same client, whose aggregates ask the sandbox for a lower limit than 50,000 rows, as FetchXML allows: the
   * refusal is that of the sandbox, without half a million jobs.
   */
  function countingAtMost(rows: number): { readonly api: DataverseClient; readonly refused: () => number } {
    const transport = createNodeFetchTransport();
    let refused = 0;
    const { client } = pair.another({
      transport: async (request) => {
        const url = new URL(request.url);
        const xml = url.searchParams.get('fetchXml') ?? '';
        url.searchParams.set('fetchXml', xml.replace('<fetch ', `<fetch aggregatelimit="${rows}" `));
        const answer = await transport({ ...request, url: url.href });
        if (answer.status === 400) refused += 1;
        return answer;
      },
    });
    return { api: client, refused: () => refused };
  }

  for (const days of [40, 15])
    it(`stand beside each webhook and step, of ${days} days, and are those of its jobs`, async () => {
      const asked = period(days);
      pair.sent.length = 0;
      const counts = await countFailedJobs(pair.api, asked, never);
      assert.equal(pair.sent.length, 1);
      const expected = await readOneByOne(asked);
      assert.deepEqual([...counts.byStep].sort(), [...expected].sort());
      assert.equal(counts.total === FAILED_JOBS, days === 40, String(counts.total));
      const state = await loaded(counts);
      const shown = shownRows(state, wholeTree);
      for (const webhook of state.webhooks) {
        const steps = state.steps.get(webhook.id) ?? [];
        let sum = 0;
        for (const step of steps) {
          const failed = expected.get(step.id) ?? 0;
          sum += failed;
          const { description } = stepItem('one', step, state, shown);
          assert.equal(description.includes(`${failed} failed`), failed > 0, description);
        }
        const { description } = webhookItem('one', webhook, state, shown);
        assert.ok(description.startsWith(`${sum} failed, hooks.contoso.example`), description);
      }
    });

  it('are the same where the service refuses to count so many at once: the period is halved until it does', async () => {
    const asked = period(40);
    const { api, refused } = countingAtMost(50);
    const counts = await countFailedJobs(api, asked, never);
    assert.ok(refused() > 3, String(refused()));
    assert.deepEqual([...counts.byStep].sort(), [...(await readOneByOne(asked))].sort());
    assert.deepEqual([counts.total, counts.exact], [FAILED_JOBS, true]);
  });

  it('say that there are more where even an hour holds too many', async () => {
    const counts = await countFailedJobs(countingAtMost(1).api, period(40), never);
    assert.equal(counts.exact, false);
    const state = await loaded(counts);
    const [webhook] = state.webhooks.filter(({ id }) =>
      state.steps.get(id)?.some((step) => counts.byStep.has(step.id)),
    );
    assert.ok(webhook);
    const { description } = webhookItem('one', webhook, state, shownRows(state, wholeTree));
    assert.match(description, /^\d+ or more failed, /);
  });

  it('are not there where they are refused: the filter says so, in the words of the service', async () => {
    const refusal = { kind: 'status', status: 403, code: '0x80040220', message: 'Not allowed.' };
    await pair.fault(refusal, { contains: 'asyncoperations', times: 0 });
    const error: unknown = await countFailedJobs(pair.api, period(7), never).then(
      () => assert.fail('It was not refused.'),
      (reason: unknown) => reason,
    );
    await pair.control('DELETE', 'faults');
    const state = { ...unloadedEnvironment, complete: true, factsError: error };
    assert.equal(
      unknownFactsMessage({ kinds: new Set(['failing']) }, state, 'Sandbox'),
      'The failed jobs of Sandbox could not be counted. It takes the privilege prvReadAsyncOperation. Sandbox says: Not allowed. (0x80040220)',
    );
  });
});
