import assert from 'node:assert/strict';
import { causeOfText } from '../../../src/jobs/causes';
import { FAILED_JOBS } from '../../../src/jobs/jobFilter';
import { failuresPath, TraceLog } from '../../../src/jobs/traceLog';
import { FakeWebApi } from '../../fakes/fakeWebApi';

const never = new AbortController().signal;
const NOW = new Date('2025-03-04T12:00:00Z');
const STEP = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';
const OTHER = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a02';

const idOf = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
const traceRow = (at: number, createdon: string) => ({
  plugintracelogid: idOf(at),
  createdon,
  pluginstepid: STEP,
  messagename: 'Create',
  primaryentity: 'account',
  correlationid: idOf(500),
  performanceexecutionduration: 12,
  depth: 1,
  exceptiondetails: 'why',
  messageblock: 'what',
});

describe('The trace log', () => {
  it('is asked for failed synchronous calls of steps in a period, newest first', () => {
    const filter = { ...FAILED_JOBS, period: 'hour', correlationId: idOf(7) } as const;
    const options = new URLSearchParams(failuresPath([STEP, OTHER], filter, NOW).split('?')[1]);
    assert.equal(
      options.get('$filter'),
      [
        'mode eq 0 and exceptiondetails ne null and createdon ge 2025-03-04T11:00:00Z',
        `correlationid eq ${idOf(7)}`,
        `(pluginstepid eq ${STEP} or pluginstepid eq ${OTHER})`,
      ].join(' and '),
    );
    assert.equal(options.get('$orderby'), 'createdon desc,plugintracelogid');
    assert.doesNotMatch(
      options.get('$select') ?? '',
      /configuration|profile/,
      'nothing that may be a secret',
    );
  });

  it('is asked for many steps in several questions, whose rows are one list', async () => {
    const asked: number[] = [];
    const api = new FakeWebApi({
      pages: (path) => {
        asked.push(path.split('pluginstepid%20eq').length - 1);
        return [traceRow(asked.length, `2025-03-04T1${asked.length}:00:00Z`)];
      },
    });
    const ids = Array.from({ length: 90 }, (_, at) => idOf(at));
    const { rows, more } = await new TraceLog(api).failures(ids, FAILED_JOBS, NOW, never);
    assert.deepEqual(asked, [40, 40, 10]);
    assert.deepEqual(
      rows.map(({ id }) => id),
      [idOf(3), idOf(2), idOf(1)],
    );
    assert.equal(more, false);
  });

  it('keeps the newest hundred and says that there are more', async () => {
    const api = new FakeWebApi({
      pages: () => Array.from({ length: 150 }, (_, at) => traceRow(at, NOW.toISOString())),
    });
    const { rows, more } = await new TraceLog(api).failures([STEP], FAILED_JOBS, NOW, never);
    assert.deepEqual([rows.length, more], [100, true]);
  });

  it('is off, keeps exceptions or everything; off where the environment does not tell', async () => {
    for (const [value, setting] of [
      [0, 'off'],
      [1, 'exceptions'],
      [2, 'all'],
      [null, 'off'],
    ] as const) {
      const api = new FakeWebApi({ pages: () => [{ organizationid: STEP, plugintracelogsetting: value }] });
      assert.equal(await new TraceLog(api).setting(never), setting);
    }
  });

  it('is switched on for exceptions, by its own column alone', async () => {
    const api = new FakeWebApi({
      pages: () => [{ organizationid: STEP, plugintracelogsetting: 0 }],
      update: () => undefined,
    });
    await new TraceLog(api).switchOn(never);
    const written = api.calls.find(({ method }) => method === 'update');
    assert.deepEqual(
      [written?.path, written?.body],
      [`organizations(${STEP})`, { plugintracelogsetting: 1 }],
    );
  });
});

describe('The cause of a failure that only has a text', () => {
  const texts: ReadonlyArray<readonly [string, string]> = [
    ['Error 0x80050202: something', 'timeout'],
    ['ErrorCode -2147155449', 'tooLarge'],
    ['The endpoint answered the webhook with status 503.', 'httpStatus'],
    ['HttpStatus: 404', 'httpStatus'],
    ['The endpoint did not answer the webhook within 60 s.', 'timeout'],
    ['the http request timed out at client side', 'timeout'],
    ["The stored header 'X' cannot be sent.", 'invalidHeaders'],
    ["The endpoint's authvalue cannot be used: notXml.", 'invalidHeaders'],
    ["The stored query parameter 'x' cannot be sent.", 'invalidQueryParameters'],
    ['The body of the webhook has 300000 bytes, which is too many.', 'tooLarge'],
    ['No such host is known', 'nameNotResolved'],
    ['connect ECONNREFUSED 127.0.0.1:9', 'refused'],
    ['The remote certificate is invalid', 'tls'],
    ['The endpoint could not be reached: other (EPIPE).', 'noAnswer'],
    ['Endpoint unavailable', 'noAnswer'],
    // What the published list of error codes says of each code.
    [
      'The webhook call failed because the http request received non-success httpStatus code.',
      'httpStatusUnknown',
    ],
    ['The webhook call failed because the Http request timed out at client side.', 'timeout'],
    ['The webhook call failed because of invalid http headers in authValue.', 'invalidHeaders'],
    ['The webhook call failed because of invalid http query params in authValue.', 'invalidQueryParameters'],
    ['The webhook call failed during http post.', 'noAnswer'],
    ['The Webhook post is disabled for the organization.', 'postDisabled'],
    ['The http request payload has exceeded maximum allowed size.', 'tooLarge'],
    ['The original sdkmessageprocessingstep has been disabled and replaced.', 'stepDisabled'],
    ['status 200 and then a plug-in threw', 'unknown'],
    ['Object reference not set', 'unknown'],
    ['', 'unknown'],
  ];
  for (const [text, kind] of texts)
    it(`is ${kind} in: ${text === '' ? '(nothing)' : text}`, () =>
      assert.equal(causeOfText(text).kind, kind));
});
