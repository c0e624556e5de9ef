import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { failedJobsPath, jobPath } from '../../src/jobs/jobQueries';
import {
  allStepsQuery,
  filtersQuery,
  messagesQuery,
  stepsOfWebhooksQuery,
  webhookQuery,
  webhooksNamedQuery,
  webhooksQuery,
} from '../../src/webhooks/webhookQueries';
import { batchedRequests, requestProblems } from '../fakes/requestNames';

const ID = '11111111-2222-4333-8444-555555555555';

/** The check that the tests of client and sandbox end with must itself be able to fail. */
describe('The check of request texts', () => {
  it('passes what the product asks', () => {
    for (const path of [
      webhooksQuery(),
      webhookQuery(ID),
      webhooksNamedQuery("O'Brien & a=b#c eq 1"),
      allStepsQuery(),
      stepsOfWebhooksQuery([ID, ID]),
      messagesQuery(),
      filtersQuery(ID),
      jobPath(ID),
      'asyncoperations?$apply=filter(depth%20gt%201)/groupby((statuscode,owningextensionid/name),aggregate(depth%20with%20max%20as%20deep,$count%20as%20n))&$orderby=n%20desc,statuscode',
      failedJobsPath({ kind: 'environment' }),
      failedJobsPath({ kind: 'webhook', webhookId: ID, stepIds: [ID, ID] }),
      failedJobsPath({ kind: 'step', stepId: ID }),
    ]) {
      assert.deepEqual(requestProblems({ method: 'GET', path }), [], path);
    }
  });

  const wrong: ReadonlyArray<readonly [string, RegExp]> = [
    ['serviceendpoints?$select=name,nonsense', /nonsense/],
    ['serviceendpoints?$filter=nonsense%20eq%201', /nonsense/],
    ["serviceendpoints?$filter=contains(nonsense,'a')", /nonsense/],
    ['serviceendpoints?$orderby=nonsense%20desc', /nonsense/],
    ['sdkmessageprocessingsteps?$expand=sdkmessageid($select=nonsense)', /nonsense/],
    ['sdkmessageprocessingsteps?$expand=sdkmessageid($filter=nonsense%20eq%201)', /nonsense/],
    ['sdkmessageprocessingsteps?$expand=nonsense', /nonsense/],
    ['sdkmessageprocessingsteps?$filter=sdkmessageid/nonsense%20eq%201', /nonsense/],
    ['sdkmessageprocessingsteps?$filter=nonsense/name%20eq%201', /nonsense/],
    ['sdkmessages?$filter=sdkmessageid_sdkmessagefilter/any(s:s/nonsense%20eq%201)', /nonsense/],
    ['sdkmessages?$filter=nonsense/any(s:s/isvisible%20eq%20true)', /nonsense/],
    ["sdkmessages?$filter=Microsoft.Dynamics.CRM.In(PropertyName='nonsense',PropertyValues=[])", /nonsense/],
    ['asyncoperations?$apply=groupby((statuscode,nonsense))', /nonsense/],
    ['asyncoperations?$apply=groupby((owningextensionid/nonsense),aggregate($count%20as%20n))', /nonsense/],
    ['asyncoperations?$apply=filter(nonsense%20eq%201)/aggregate($count%20as%20n)', /nonsense/],
    ['asyncoperations?$apply=aggregate(nonsense%20with%20sum%20as%20s)', /nonsense/],
    ['asyncoperations?$apply=aggregate(depth%20as%20s)', /depth as s/],
    ['asyncoperations?$apply=topcount(3,depth)', /topcount/],
    ['asyncoperations?$apply=groupby((statuscode))&$orderby=nonsense', /nonsense/],
    [`serviceendpoints(${ID})/nonsense/$ref`, /nonsense/],
    ['serviceendpoints?$nonsense=1', /nonsense/],
    ["serviceendpoints?$filter=name eq 'a'", /no URI has/],
    ['contacts?$top=1?@p1=2', /second question mark/],
    ['contacts?$select=a+b', /plus/],
    ['contacts?$select=%zz', /no URI has|UTF-8/],
    ["EntityDefinitions(LogicalName='contact')?$select=Nonsense", /Nonsense/],
  ];
  for (const [path, problem] of wrong) {
    it(`finds what is wrong with ${path}`, () => {
      const problems = requestProblems({
        method: 'GET',
        path: path.replaceAll('[', '%5B').replaceAll(']', '%5D'),
      });
      assert.match(problems.join('\n'), problem);
    });
  }

  it('finds unknown columns and wrong bindings in bodies', () => {
    const problems = (body: object): readonly string[] =>
      requestProblems({ method: 'POST', path: 'sdkmessageprocessingsteps', body: JSON.stringify(body) });
    assert.deepEqual(problems({ name: 'a', 'sdkmessageid@odata.bind': `/sdkmessages(${ID})` }), []);
    assert.match(problems({ nonsense: 1 }).join(), /nonsense/);
    assert.match(problems({ 'nonsense@odata.bind': `/sdkmessages(${ID})` }).join(), /nonsense/);
    assert.match(problems({ 'sdkmessageid@odata.bind': `/serviceendpoints(${ID})` }).join(), /binds/);
    // The polymorphic lookup is bound through the navigation of its target (FACTS 15.7).
    assert.match(problems({ 'eventhandler@odata.bind': `/serviceendpoints(${ID})` }).join(), /eventhandler/);
  });

  it('reads the requests inside of a batch', () => {
    const part = (line: string, body: string): string =>
      `--b\r\nContent-Type: application/http\r\n\r\n${line} HTTP/1.1\r\nAccept: a/b\r\n\r\n${body}\r\n`;
    const text = `${part('POST http://127.0.0.1:1/api/data/v9.2/contacts', '{"a":1}')}${part('GET /api/data/v9.2/teams', '')}--b--`;
    assert.deepEqual(batchedRequests(text), [
      { method: 'POST', path: 'contacts', body: '{"a":1}' },
      { method: 'GET', path: 'teams', body: '' },
    ]);
  });
});
