import assert from 'node:assert/strict';
import { parseXml } from '@rgrove/parse-xml';
import fc from 'fast-check';
import * as odata from '../../../src/dataverse/odata';
import { FAILED_JOBS } from '../../../src/jobs/jobFilter';
import {
  failedJobsFetchXml,
  failedJobsPath,
  jobPath,
  jobsFetchXml,
  jobsPath,
} from '../../../src/jobs/jobQueries';
import type { JobScope } from '../../../src/jobs/model';
import { readableFetchXml, readableWebApi, webApiPath } from '../../../src/jobs/queryText';
import { MalformedQueryError, refuseMalformed } from '../../../src/queries/written';
import { unknownNames } from '../webhooks/publishedNames';

const WEBHOOK = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';
const STEP = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';
const OTHER = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a02';
const JOB = 'a41e9f0b-e9f8-ef11-bae3-6045bdd1a101';

const step: JobScope = { kind: 'step', stepId: STEP };
const webhook: JobScope = { kind: 'webhook', webhookId: WEBHOOK, stepIds: [STEP, OTHER] };
const environment: JobScope = { kind: 'environment' };
const scopes = [step, webhook, { ...webhook, stepIds: [] }, environment] as const;

/** The value of an option of a query, decoded. */
function option(path: string, name: string): string {
  return new URLSearchParams(path.slice(path.indexOf('?'))).get(name) ?? '';
}

describe('The failed jobs in the Web API language', () => {
  it('are those of the facts: failed, of the step, newest first, without the long text', () => {
    const path = failedJobsPath(step);
    assert.equal(option(path, '$filter'), `statuscode eq 31 and _owningextensionid_value eq ${STEP}`);
    assert.equal(option(path, '$orderby'), 'completedon desc,asyncoperationid');
    const columns = option(path, '$select').split(',');
    for (const column of [
      ...['asyncoperationid', 'name', 'statuscode', 'errorcode', 'friendlymessage', 'messagename'],
      ...[
        'primaryentitytype',
        'retrycount',
        'depth',
        'correlationid',
        'createdon',
        'startedon',
        'completedon',
      ],
      ...['_owningextensionid_value', '_regardingobjectid_value'],
    ])
      assert.ok(columns.includes(column), column);
    assert.ok(!columns.includes('message'));
  });

  it('of a webhook with thousands of steps are asked for by the webhook: the ids would not fit', () => {
    const stepIds = Array.from(
      { length: 2000 },
      (_, n) => `${STEP.slice(0, -4)}${String(n).padStart(4, '0')}`,
    );
    const path = failedJobsPath({ ...webhook, stepIds });
    assert.equal(
      option(path, '$filter'),
      `statuscode eq 31 and owningextensionid/eventhandler_serviceendpoint/serviceendpointid eq ${WEBHOOK}`,
    );
  });

  it('of a webhook are those of its steps, and without steps those of none', () => {
    assert.equal(
      option(failedJobsPath(webhook), '$filter'),
      `statuscode eq 31 and (_owningextensionid_value eq ${STEP} or _owningextensionid_value eq ${OTHER})`,
    );
    assert.equal(
      option(failedJobsPath({ ...webhook, stepIds: [] }), '$filter'),
      `statuscode eq 31 and _owningextensionid_value eq ${WEBHOOK}`,
    );
  });

  it('of an environment are those of all webhook steps', () => {
    assert.equal(
      option(failedJobsPath(environment), '$filter'),
      'statuscode eq 31 and owningextensionid/eventhandler_serviceendpoint/contract eq 8',
    );
  });

  it('use only columns and navigation properties of the published metadata, one option each', () => {
    for (const scope of scopes) assert.deepEqual(unknownNames(failedJobsPath(scope)), []);
    assert.deepEqual(unknownNames(jobPath(JOB)), []);
    const columns = option(jobPath(JOB), '$select').split(',');
    for (const column of ['message', 'requestid', 'executiontimespan', 'postponeuntil', 'modifiedon'])
      assert.ok(columns.includes(column), column);
    // Large serialisations of the platform (FACTS 10.2).
    for (const column of ['data', 'rootexecutioncontext']) assert.ok(!columns.includes(column), column);
    for (const scope of scopes) assert.equal(failedJobsPath(scope).split('?').length, 2);
  });
});

describe('The failed jobs in FetchXML', () => {
  it('of a webhook join the step, as the facts do, and its webhook for the name', () => {
    assert.equal(
      failedJobsFetchXml(webhook),
      [
        '<fetch page="1" count="50" returntotalrecordcount="true">',
        '  <entity name="asyncoperation">',
        ...[
          ...['asyncoperationid', 'name', 'statuscode', 'errorcode', 'friendlymessage', 'messagename'],
          ...['primaryentitytype', 'retrycount', 'depth', 'correlationid', 'createdon', 'startedon'],
          ...['completedon', 'ownerid', 'owningextensionid', 'regardingobjectid'],
        ].map((name) => `    <attribute name="${name}" />`),
        '    <filter>',
        '      <condition attribute="statuscode" operator="eq" value="31" />',
        '    </filter>',
        '    <link-entity name="sdkmessageprocessingstep" from="sdkmessageprocessingstepid" to="owningextensionid" link-type="inner" alias="step">',
        '      <filter>',
        `        <condition attribute="eventhandler" operator="eq" value="${WEBHOOK}" />`,
        '      </filter>',
        '      <link-entity name="serviceendpoint" from="serviceendpointid" to="eventhandler" link-type="outer" alias="webhook">',
        '        <attribute name="name" />',
        '      </link-entity>',
        '    </link-entity>',
        '    <order attribute="completedon" descending="true" />',
        '    <order attribute="asyncoperationid" />',
        '  </entity>',
        '</fetch>',
      ].join('\n'),
    );
  });

  it('of a step are restricted by no join, and of an environment by that of the webhook', () => {
    const ofStep = failedJobsFetchXml(step);
    assert.ok(ofStep.includes(`<condition attribute="owningextensionid" operator="eq" value="${STEP}" />`));
    assert.deepEqual(ofStep.match(/link-type="\w+"/g), ['link-type="outer"', 'link-type="outer"']);
    const ofAll = failedJobsFetchXml(environment);
    assert.match(
      ofAll,
      /<link-entity name="sdkmessageprocessingstep"[^>]*>\s*<link-entity name="serviceendpoint" from="serviceendpointid" to="eventhandler" link-type="inner" alias="webhook">/,
    );
    assert.ok(ofAll.includes('<condition attribute="contract" operator="eq" value="8" />'));
  });

  it('with one correlation id are those of everybody in an environment, and else those of the scope', () => {
    const filter = { ...FAILED_JOBS, state: 'all', correlationId: JOB } as const;
    const ofAll = jobsFetchXml(environment, filter, new Date(0));
    assert.ok(ofAll.includes(`<condition attribute="correlationid" operator="eq" value="${JOB}" />`));
    assert.ok(!ofAll.includes('inner') && !ofAll.includes('contract'));
    assert.equal(option(jobsPath(environment, filter, new Date(0)), '$filter'), `correlationid eq ${JOB}`);
    assert.equal(
      option(jobsPath(step, filter, new Date(0)), '$filter'),
      `_owningextensionid_value eq ${STEP} and correlationid eq ${JOB}`,
    );
    assert.throws(() => jobsPath(step, { ...filter, correlationId: "x' or 1 eq 1" }, new Date(0)));
  });

  it('are XML, and always ask for failed jobs only', () => {
    for (const scope of scopes) {
      const text = failedJobsFetchXml(scope);
      assert.equal(parseXml(text).root?.name, 'fetch');
      assert.ok(text.includes('<condition attribute="statuscode" operator="eq" value="31" />'));
      assert.ok(!text.includes('"message"'));
    }
  });

  it('are laid out without changing what they say', () => {
    const flat = '<a><b x="1" /><c><d>text</d></c></a>';
    const readable = readableFetchXml(flat);
    assert.equal(readable, '<a>\n  <b x="1" />\n  <c>\n    <d>text</d>\n  </c>\n</a>');
    assert.equal(readable.replace(/\n\s*/g, ''), flat);
  });
});

describe('A Web API query that is read and written', () => {
  it('is the same request again for our own queries', () => {
    for (const scope of scopes) {
      const path = failedJobsPath(scope);
      const readable = readableWebApi(path);
      assert.ok(!readable.includes('%'), readable);
      assert.equal(webApiPath(readable), path);
    }
  });

  it('keeps every text that a filter can have', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('&', '$', '%', '2', '5', "'", '?', '#', '+', '=', ' ', '\n', '\r', 'A', ';'),
      }),
    );
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const path = odata.query(odata.set('asyncoperations'), {
          select: ['name'],
          filter: odata.or(odata.eq('name', first), odata.contains('message', second)),
          orderby: ['name'],
        });
        const again = webApiPath(readableWebApi(path));
        const parts = (text: string): string[] => text.split(/[?&]/).map(decodeURIComponent);
        assert.deepEqual(parts(again), parts(path));
      }),
      {
        examples: [
          ['100%25', 'a  &$b'],
          ['%41', "x'\n  &$top=1"],
        ],
      },
    );
  });

  it('is encoded where a person has typed it plainly', () => {
    assert.equal(
      webApiPath(
        " asyncoperations?$select=name,errorcode\n  & $filter=statuscode eq 31 and name eq 'A & B? 100% + ü'\r\n",
      ),
      "asyncoperations?$select=name,errorcode&$filter=statuscode%20eq%2031%20and%20name%20eq%20'A%20%26%20B%3F%20100%25%20%2B%20%C3%BC'",
    );
    assert.equal(
      webApiPath("contacts?$filter=lastname eq 'O''Brien'&&"),
      "contacts?$filter=lastname%20eq%20'O''Brien'",
    );
    assert.equal(webApiPath('contacts?$filter=a%20eq%201'), 'contacts?$filter=a%20eq%201');
    assert.equal(webApiPath('serviceendpoints?'), 'serviceendpoints');
    assert.equal(
      webApiPath('contacts\n?$filter=a\r\n  eq 1\n\n  or b\n&$select=a,\n  b'),
      'contacts?$filter=a%20eq%201%20or%20b&$select=a,b',
    );
    // Inside of a text a line break is a blank, as it is read, and nothing is left out beside it.
    assert.equal(
      webApiPath("contacts\n?$filter=a eq 'x,\n  y'\n  and b eq 1"),
      "contacts?$filter=a%20eq%20'x,%20%20%20y'%20and%20b%20eq%201",
    );
    assert.equal(
      webApiPath('contacts?$filter=F(V=["it\'s","a&b"])&$top=1'),
      "contacts?$filter=F(V=%5B%22it's%22,%22a%26b%22%5D)&$top=1",
    );
    assert.equal(
      webApiPath("contacts?$filter=a eq '#<>\\^`{|}[]'"),
      "contacts?$filter=a%20eq%20'%23%3C%3E%5C%5E%60%7B%7C%7D%5B%5D'",
    );
  });

  it('never becomes an address elsewhere, and is refused before where it cannot be sent', () => {
    const outside = [
      'https://x.example/api',
      '/api/data/v9.2/contacts',
      '//evil.example/',
      'javascript:alert(1)',
      'HTTP:x',
    ];
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.string()), (text) => {
        try {
          refuseMalformed({ language: 'webApi', text });
        } catch (error) {
          assert.ok(error instanceof MalformedQueryError, String(error));
          return;
        }
        assert.ok(!outside.includes(text));
        const path = webApiPath(text);
        assert.match(path, /^[A-Za-z0-9\-._~!$'()*,;:@/=%?&]*$/);
        const url = new URL(path, 'https://contoso.example/api/data/v9.2/');
        assert.equal(url.host, 'contoso.example');
        assert.equal(url.hash, '');
      }),
      { numRuns: 500, examples: [...outside, "contacts?$filter=name eq '?'"].map((text) => [text]) },
    );
  });
});
