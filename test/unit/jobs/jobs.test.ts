import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Page, Row } from '../../../src/dataverse/webApi';
import { causeOf } from '../../../src/jobs/causes';
import { jobPath } from '../../../src/jobs/jobQueries';
import { JobService } from '../../../src/jobs/jobService';
import { MalformedQueryError } from '../../../src/queries/written';
import { jobOf } from '../../../src/jobs/rows';
import { FakeWebApi } from '../../fakes/fakeWebApi';
import { ERROR_CODES } from './errorCodes';
import { jobRow } from './jobRow';

const never = new AbortController().signal;
describe('A row of asyncoperation', () => {
  it('becomes a job', () => {
    assert.deepEqual(jobOf(jobRow), {
      id: jobRow.asyncoperationid,
      name: jobRow.name,
      state: 'failed',
      errorCode: -2147155455,
      message: '',
      friendlyMessage: '(text of the platform)',
      messageName: 'Update',
      table: 'contact',
      stepId: '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01',
      stepName: 'Contoso hook: Update of contact',
      regarding: {
        id: '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101',
        name: 'Maria Campbell-Ray',
        table: 'contact',
      },
      owner: '',
      retryCount: 0,
      depth: 1,
      correlationId: jobRow.correlationid,
      requestId: '84d03007-1111-4222-8333-7b6460bb7a04',
      executionSeconds: undefined,
      postponedUntil: undefined,
      modifiedOn: undefined,
      createdOn: new Date(Date.UTC(2025, 2, 4, 11, 2, 7)),
      startedOn: new Date(Date.UTC(2025, 2, 4, 11, 2, 9)),
      completedOn: new Date(Date.UTC(2025, 2, 4, 11, 2, 10)),
    });
  });

  it('has every state of the facts, and one for what is new', () => {
    const states = [0, 10, 20, 21, 22, 30, 31, 32, 99, null].map(
      (statuscode) => jobOf({ ...jobRow, statuscode }).state,
    );
    assert.deepEqual(states, [
      'waitingForResources',
      'waiting',
      'inProgress',
      'pausing',
      'canceling',
      'succeeded',
      'failed',
      'canceled',
      'unknown',
      'unknown',
    ]);
  });

  it('may be nearly empty: FetchXML leaves out what is null', () => {
    const job = jobOf({ asyncoperationid: jobRow.asyncoperationid });
    assert.deepEqual(
      [job.regarding, job.errorCode, job.completedOn, job.stepName],
      [undefined, undefined, undefined, ''],
    );
  });

  it('is mapped or refused as a bad answer, whatever a hostile service sends', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(jobRow)), fc.anything(), (name, value) => {
        try {
          jobOf({ ...jobRow, [name]: value });
        } catch (error) {
          assert.ok(DataverseError.is(error, 'badAnswer'), String(error));
        }
      }),
    );
  });
});

describe('The cause of a failure', () => {
  const kind = (errorCode: number | undefined, message = ''): string => causeOf({ errorCode, message }).kind;

  it('follows from the code of the platform', () => {
    const known = new Map(
      Object.entries({
        WebhooksNonSuccessHttpResponse: 'httpStatusUnknown',
        WebhooksHttpRequestTimedOut: 'timeout',
        WebhooksInvalidHttpHeaders: 'invalidHeaders',
        WebhooksInvalidHttpQueryParams: 'invalidQueryParameters',
        WebhooksPostRequestFailed: 'noAnswer',
        WebhooksPostDisabled: 'postDisabled',
        WebhooksMaxSizeExceeded: 'tooLarge',
        StepAutomaticallyDisabled: 'stepDisabled',
      }),
    );
    for (const [name, code] of Object.entries(ERROR_CODES))
      assert.equal(kind(code), known.get(name) ?? 'unknown', name);
    assert.equal(kind(undefined), 'unknown');
    assert.equal(kind(0), 'unknown');
  });

  it('follows from the text where the code only says that something failed', () => {
    // IsvUnExpected, IsvAborted, none
    for (const code of [-2147220956, -2147220891, undefined]) {
      assert.equal(kind(code, 'The webhook call failed because the Http request timed out'), 'timeout');
      assert.equal(kind(code, 'Error code: 0x80050203'), 'invalidHeaders');
      assert.equal(kind(code, 'The webhook call failed with HttpStatus: 404'), 'httpStatus');
      assert.equal(kind(code, 'The plug-in timed out'), 'unknown');
    }
    assert.equal(kind(-2147204723, 'The webhook call failed because the Http request timed out'), 'unknown');
  });

  it('has the status where the text tells it', () => {
    const status = (message: string): unknown => causeOf({ errorCode: -2147155455, message });
    for (const [message, code] of [
      ['The webhook call failed because the http request status code was 404', 404],
      ['Status: 503 (Service Unavailable)', 503],
      ['HTTP/1.1 401 Unauthorized', 401],
      ['HTTP 500', 500],
      ['line one\nstatus=302', 302],
    ] as const)
      assert.deepEqual(status(message), { kind: 'httpStatus', status: code }, message);
    for (const message of [
      '',
      '404',
      'row 500 of the table',
      'status unknown\n404',
      'status 99',
      'status code 1234',
    ])
      assert.deepEqual(status(message), { kind: 'httpStatusUnknown' }, message);
  });

  it('tells how a connection failed where the text does', () => {
    const connection = (message: string): string => kind(-2147155451, message);
    for (const [message, expected] of [
      ["The remote name could not be resolved: 'tls.example.com'", 'nameNotResolved'],
      ['No such host is known.', 'nameNotResolved'],
      ['getaddrinfo ENOTFOUND ssl.example.com', 'nameNotResolved'],
      ['Could not establish trust relationship for the SSL/TLS secure channel.', 'tls'],
      ['The underlying connection was closed: Could not establish trust relationship', 'tls'],
      ['The remote certificate is invalid', 'tls'],
      ['No connection could be made because the target machine actively refused it', 'refused'],
      ['connect ECONNREFUSED tls.example.com', 'refused'],
      ['An existing connection was forcibly closed by the remote host.', 'reset'],
      ['read ECONNRESET', 'reset'],
      ['Webhooks are sent only to the ports 80 and 443, not to 8080.', 'port'],
      ['port 8443 is not allowed', 'port'],
      ['something else', 'noAnswer'],
      ['', 'noAnswer'],
    ] as const)
      assert.equal(connection(message), expected, message);
  });

  it('is found for any code and text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer(), fc.constantFrom(...Object.values(ERROR_CODES))),
        fc.string(),
        (errorCode, message) => {
          assert.ok(kind(errorCode, message).length > 0);
        },
      ),
    );
  });
});

describe('The service for jobs', () => {
  const noTables = (): Promise<undefined> => Promise.resolve(undefined);

  async function firstPage(pages: AsyncIterable<Page>): Promise<Page | undefined> {
    for await (const page of pages) return page;
    return undefined;
  }

  it('asks for one page of 50 at a time, unless the query has its own $top', async () => {
    const api = new FakeWebApi({ pages: () => [] });
    const jobs = new JobService(api, noTables);
    for (const text of [
      "asyncoperations?$filter=name eq '&$top=1'",
      'asyncoperations?$select=name&$top=5',
      'a?$TOP=5',
    ])
      await firstPage(jobs.run({ language: 'webApi', text }, never));
    assert.deepEqual(
      api.calls.map(({ options }) => options),
      [{ signal: never, pageSize: 50 }, { signal: never }, { signal: never }],
    );
  });

  it('sends nothing before the first page is wanted', () => {
    const api = new FakeWebApi();
    new JobService(api, noTables).run({ language: 'webApi', text: 'asyncoperations' }, never);
    assert.deepEqual(api.calls, []);
  });

  it('knows the set of jobs, and looks up that of any other table', async () => {
    const api = new FakeWebApi({ fetchPages: () => [] });
    const asked: string[] = [];
    const jobs = new JobService(api, (table) => {
      asked.push(table);
      return Promise.resolve(table === 'contact' ? 'contacts' : undefined);
    });
    const fetch = (table: string): string => `<fetch><entity name="${table}" /></fetch>`;
    await firstPage(jobs.run({ language: 'fetchXml', text: fetch('asyncoperation') }, never));
    await firstPage(jobs.run({ language: 'fetchXml', text: fetch('contact') }, never));
    assert.deepEqual(api.paths, ['asyncoperations', 'contacts']);
    assert.deepEqual(asked, ['contact']);
    await assert.rejects(firstPage(jobs.run({ language: 'fetchXml', text: fetch('nosuch') }, never)), {
      reason: 'noTable',
      details: { table: 'nosuch' },
    });
  });

  it('refuses a text that is no query before anything is sent', async () => {
    const api = new FakeWebApi();
    const jobs = new JobService(api, noTables);
    for (const [language, text, reason] of [
      ['webApi', '', 'empty'],
      ['webApi', "a?$filter=b eq '", 'oddQuote'],
      ['fetchXml', ' ', 'empty'],
      ['fetchXml', '<fetch>', 'notWellFormed'],
      ['fetchXml', '<fetch></fetch>', 'noEntity'],
      ['fetchXml', '<query />', 'noFetch'],
      ['webApi', 'a?$filter=b eq', 'syntax'],
    ] as const)
      await assert.rejects(
        firstPage(jobs.run({ language, text }, never)),
        (error) => error instanceof MalformedQueryError && error.reason === reason,
        text,
      );
    assert.deepEqual(api.calls, []);
  });

  it('brings no row twice when an answer breaks in the middle of what a row leads to', async () => {
    const broken = new DataverseError('badAnswer', 'is broken JSON');
    const api = new FakeWebApi({
      pages: async function* () {
        yield await Promise.resolve({ rows: [{ name: 'a' }], more: true });
        throw broken;
      },
      get: () => Promise.resolve({ value: [{ name: 'a' }, { name: 'b' }] }),
    });
    const text = `serviceendpoints(${jobRow.asyncoperationid})/steps`;
    const rows: Row[] = [];
    const read = async (): Promise<void> => {
      for await (const page of new JobService(api, noTables).run({ language: 'webApi', text }, never))
        rows.push(...page.rows);
    };
    await assert.rejects(read(), broken);
    assert.deepEqual(rows, [{ name: 'a' }]);
  });

  it('brings what a function answers in values as rows of one column', async () => {
    const api = new FakeWebApi({ get: () => Promise.resolve({ value: ['a', 1, null, { name: 'b' }] }) });
    const pages: Page[] = [];
    for await (const page of new JobService(api, noTables).run(
      { language: 'webApi', text: 'GetThem()' },
      never,
    ))
      pages.push(page);
    assert.deepEqual(pages, [
      { rows: [{ value: 'a' }, { value: 1 }, { value: null }, { name: 'b' }], more: false },
    ]);
  });

  it('reads one job with its long text', async () => {
    const api = new FakeWebApi({ get: () => ({ ...jobRow, message: 'long' }) });
    const job = await new JobService(api, noTables).job(jobRow.asyncoperationid, never);
    assert.equal(job.message, 'long');
    assert.deepEqual(api.paths, [jobPath(jobRow.asyncoperationid)]);
  });
});
