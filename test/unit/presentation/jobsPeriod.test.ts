import assert from 'node:assert/strict';
import { jobsPanelState, periodOfHours, writtenPanelState } from '../../../src/presentation/jobs/panelState';
import { pagesOf, report, rowsOf, until } from './jobsRig';

const ENVIRONMENT = { kind: 'environment' } as const;

describe('The period of a report', () => {
  it('is in both queries it opens with, and begins when they are run, not when they were written', async () => {
    const state = jobsPanelState('e', ENVIRONMENT, 'Test', 'week');
    assert.match(state.queries.webApi, /completedon ge /);
    const before = state.queries.fetchXml.replace(/value="\d{4}-/, 'value="1999-');
    const {
      report: jobs,
      page,
      api,
    } = report(
      { fetchPages: () => rowsOf(2) },
      { ...state, queries: { ...state.queries, fetchXml: before } },
    );
    jobs.ready();
    await until(() => page.last?.phase === 'done');
    const sent = String(api.calls[0]?.body);
    assert.match(sent, /attribute="completedon" operator="ge"/);
    assert.doesNotMatch(sent, /1999-/);
  });

  it('has none by itself where a person has written the query', () => {
    const query = { language: 'webApi', text: 'contacts' } as const;
    assert.equal(writtenPanelState({ id: 'e', name: 'Test' }, query, 'day').queries.webApi, 'contacts');
  });

  it('is that of the count in the tree from which it was opened', () => {
    assert.deepEqual([1, 24, 24 * 7, 24 * 30].map(periodOfHours), ['hour', 'day', 'week', 'month']);
  });

  /** A report of a period without jobs, where so many are there at other times. */
  async function empty(count: number, period: 'week' | 'all' = 'week') {
    const state = jobsPanelState('e', ENVIRONMENT, 'Test', period);
    const answers = {
      fetchPages: (_: string, fetchXml: string) =>
        fetchXml.includes('aggregate="true"') ? pagesOf([{ rows: [{ jobs: count }], more: false }]) : [],
    };
    const rig = report(answers, state);
    rig.report.ready();
    await until(() => rig.page.last?.phase === 'done' && rig.report.state.filter !== undefined);
    await rig.report.refresh();
    return rig;
  }

  it('says how many jobs there are at other times where it has none', async () => {
    const { page, api } = await empty(1234);
    assert.equal(page.last?.otherTimes, 'There are none in this period, but 1,234 at other times.');
    const counts = api.calls.filter(({ body }) => String(body).includes('aggregate="true"'));
    assert.ok(counts.length > 0);
    for (const { body } of counts) assert.doesNotMatch(String(body), /completedon/);
    assert.match((await empty(1)).page.last?.otherTimes ?? '', /but 1 at another time/);
  });

  it('says nothing of other times where there are none either, or all times were asked for', async () => {
    assert.equal((await empty(0)).page.last?.otherTimes, undefined);
    const all = await empty(1234, 'all');
    assert.equal(all.page.last?.otherTimes, undefined);
    assert.ok(all.api.calls.every(({ body }) => !String(body).includes('aggregate="true"')));
  });
});
