import assert from 'node:assert/strict';
import { ASKED_CAUSES } from '../../../src/jobs/causes';
import { failedCountsFetchXml } from '../../../src/jobs/failedCounts';
import { FAILED_JOBS, type JobFilter } from '../../../src/jobs/jobFilter';
import {
  canOrderBy,
  jobPath,
  jobsCountFetchXml,
  jobsFetchXml,
  jobsPath,
  type JobOrder,
} from '../../../src/jobs/jobQueries';
import type { JobScope } from '../../../src/jobs/model';
import { failuresPath } from '../../../src/jobs/traceLog';
import { stepSample, stepsSample, webhooksSample } from '../../../src/webhooks/sampleQueries';
import { membershipsQuery, solutionsQuery } from '../../../src/webhooks/solutionService';
import * as webhookQueries from '../../../src/webhooks/webhookQueries';
import { fetchProblems, pathProblems } from '../../fakes/publishedQueries';
import { published } from '../sandbox/data/published.data';

const ID = '11111111-2222-4333-8444-555555555555';
const NOW = new Date('2025-03-31T10:20:30Z');

const SCOPES: readonly JobScope[] = [
  { kind: 'environment' },
  { kind: 'webhook', webhookId: ID, stepIds: [ID, ID] },
  { kind: 'webhook', webhookId: ID, stepIds: [] },
  { kind: 'step', stepId: ID },
];

/** Every state with every period, and everything else that a filter can ask, one by one and all at once. */
function filters(): readonly JobFilter[] {
  const states = ['failed', 'waiting', 'inProgress', 'canceled', 'succeeded', 'all'] as const;
  const periods = ['hour', 'day', 'week', 'month', 'all'] as const;
  const rest = { message: 'Update', table: 'contact', errorCode: -5, correlationId: ID, text: "50% o'x & <" };
  return [
    ...states.flatMap((state) => periods.map((period) => ({ ...FAILED_JOBS, state, period }))),
    { ...FAILED_JOBS, period: 'custom', from: new Date(0), to: NOW },
    ...ASKED_CAUSES.map((cause) => ({ ...FAILED_JOBS, cause })),
    ...Object.entries(rest).map(([name, value]) => ({ ...FAILED_JOBS, [name]: value })),
    { ...FAILED_JOBS, ...rest, period: 'week', timeZone: 'Asia/Kolkata', cause: ASKED_CAUSES[0] },
  ];
}

function orders(): readonly JobOrder[] {
  const columns = Object.values(published['asyncoperation']?.properties ?? {}).flat();
  return columns.filter((key) => canOrderBy(key)).map((key) => ({ key, descending: true }));
}

describe('The queries that the extension writes by itself', () => {
  it('name only what published metadata has: webhooks, steps, messages, users, solutions', () => {
    const {
      allStepsQuery,
      filtersQuery,
      messagesQuery,
      otherEndpointsQuery,
      stepQuery,
      stepsOfWebhooksQuery,
      usersQuery,
      webhookQuery,
      webhooksNamedQuery,
      webhooksQuery,
    } = webhookQueries;
    const paths = [
      ...[webhooksQuery(), otherEndpointsQuery(), webhooksNamedQuery("O'Brien & 50 %"), webhookQuery(ID)],
      ...[allStepsQuery(), stepsOfWebhooksQuery([ID, ID]), stepQuery(ID), messagesQuery(), filtersQuery(ID)],
      ...[usersQuery('a'), usersQuery(''), solutionsQuery(), membershipsQuery(ID), jobPath(ID)],
    ];
    for (const path of paths) assert.deepEqual(pathProblems(path), [], path);
  });

  it('name only what published metadata has: the queries that can be copied, in both languages', () => {
    for (const { webApi, fetchXml } of [webhooksSample(), stepsSample(ID), stepSample(ID)]) {
      assert.deepEqual(pathProblems(webApi), [], webApi);
      assert.deepEqual(fetchProblems(fetchXml), [], fetchXml);
    }
  });

  it('name only what published metadata has: jobs by every filter and order, counts, the trace log', () => {
    let asked = 0;
    const check = (path: string, ...fetches: readonly string[]): void => {
      assert.deepEqual(pathProblems(path), [], path);
      for (const text of fetches) assert.deepEqual(fetchProblems(text), [], text);
      asked += 1;
    };
    for (const scope of SCOPES) {
      for (const filter of filters())
        check(
          jobsPath(scope, filter, NOW),
          jobsFetchXml(scope, filter, NOW),
          jobsCountFetchXml(scope, filter, NOW),
        );
      for (const order of orders())
        check(jobsPath(scope, FAILED_JOBS, NOW, order), jobsFetchXml(scope, FAILED_JOBS, NOW, order));
    }
    for (const filter of filters()) check(failuresPath([ID], filter, NOW));
    assert.deepEqual(fetchProblems(failedCountsFetchXml(new Date(0), NOW)), []);
    assert.ok(asked > 200, `${asked} queries`);
  });

  it('would be caught with a wrong name', () => {
    assert.notDeepEqual(pathProblems('asyncoperations?$select=nonsense'), []);
    assert.notDeepEqual(pathProblems('nonsenses?$select=name'), []);
    const link = '<link-entity name="sdkmessage" from="x" to="y" />';
    assert.deepEqual(
      fetchProblems(
        `<fetch><entity name="asyncoperation"><attribute name="nonsense" /><filter><condition attribute="nonsense" operator="null" /></filter>${link}</entity></fetch>`,
      ),
      [
        'column asyncoperation.nonsense',
        'column asyncoperation.nonsense',
        'column sdkmessage.x',
        'column asyncoperation.y',
      ],
    );
  });
});
