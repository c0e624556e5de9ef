import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Secret } from '../../../src/base/secret';
import {
  DataverseError,
  toHexCode,
  type DataverseErrorFacts,
  type DataverseReason,
  type NetworkKind,
} from '../../../src/dataverse/errors';
import * as column from '../../../src/dataverse/row';
import { SandboxStartError } from '../../../src/environments/sandboxStart';
import { causeOf } from '../../../src/jobs/causes';
import { QueryTextError } from '../../../src/jobs/queryText';
import { errorDetails, errorText, reasonText } from '../../../src/presentation/texts/errorTexts';
import { authRemark, nameRemark, rankRemark, urlRemark } from '../../../src/presentation/texts/inputTexts';
import { causeText, jobStateLabel, queryTextProblem } from '../../../src/presentation/texts/jobTexts';
import { shownUrl } from '../../../src/presentation/texts/urlText';
import type { AuthProblem } from '../../../src/webhooks/authValue';
import type { NameReason, UrlReason } from '../../../src/webhooks/webhookRules';
import { ERROR_CODES } from '../jobs/errorCodes';

const REASONS: Readonly<Record<DataverseReason, RegExp>> = {
  throttled: /Test asks for a pause.*\(429\)/,
  unauthorized: /Test does not accept the sign-in/,
  forbidden: /privilege.*Test/,
  notFound: /does not exist in Test/,
  conflict: /changed it in Test/,
  invalid: /Test answered with status 400/,
  network: /Test could not be reached/,
  timeout: /Test did not answer in time/,
  server: /Test answered with status 400/,
  unsupported: /Test does not offer/,
  badAnswer: /not a Dataverse answer/,
  redirected: /points to another address/,
  tooLarge: /larger than allowed/,
  notRun: /not run/,
};

/** Reasons that the same request may not meet again. */
const RETRIED: readonly string[] = [
  ...['throttled', 'network', 'timeout', 'server', 'badAnswer', 'redirected', 'forbidden', 'conflict'],
];

const KINDS: Readonly<Record<NetworkKind, RegExp>> = {
  refused: /Nothing answers at the address of Test/,
  nameNotFound: /host name of Test is not known/,
  tls: /certificate of Test/,
  timeout: /in time/,
  reset: /Test closed the connection/,
  cut: /ended before it was complete/,
  other: /could not be reached/,
};

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

/** A text that a person may read: a whole sentence without what a program left behind. */
function assertSentence(text: string): void {
  assert.match(text, /[.?!)…]$/, text);
  assert.doesNotMatch(text, /undefined|\[object|NaN|\{\w+\}/, text);
}

describe('The text of an error', () => {
  for (const [reason, expected] of Object.entries(REASONS)) {
    it(`says what ${reason} means and what to do next`, () => {
      const error = new DataverseError(reason as DataverseReason, 'log only', { status: 400 });
      const { message, nextSteps } = errorText(error, 'Could not register the webhook "Orders".', 'Test');
      assert.match(message, expected);
      assert.ok(message.startsWith('Could not register the webhook "Orders". '));
      assert.ok(!message.includes('log only'));
      assertSentence(message);
      assert.equal(nextSteps.includes('signIn'), reason === 'unauthorized');
      assert.ok(nextSteps.includes('openLog') && nextSteps.includes('copyDetails'));
      assert.equal(nextSteps.includes('retry'), RETRIED.includes(reason));
    });
  }

  it('speaks of the service where it is not known which environment it is about', () => {
    for (const reason of Object.keys(REASONS)) {
      const error = new DataverseError(reason as DataverseReason, 'log only', { status: 400 });
      const named = reasonText(error, 'Test').message;
      assert.equal(reasonText(error, '').message, named.replaceAll(/\bTest\b/g, 'The service'));
    }
    assert.match(reasonText(new DataverseError('server', 'x', { status: 500 }), '').message, /^The service /);
  });

  it('does not blame a proxy for a row of the service that is odd, and names the column', () => {
    const error = thrownBy(() => column.integer({ stage: null }, 'stage'));
    assert.equal(
      errorText(error, 'Could not load.', 'Test').message,
      'Could not load. Test sent an answer that cannot be used: Column stage should be an integer but is null.',
    );
  });

  it('says in its own words what is gone, and keeps those of the service for the details', () => {
    const id = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';
    const said = (table: string): string => `Entity '${table}' With Id = ${id} Does Not Exist`;
    const gone = (path: string, serviceMessage?: string, more: DataverseErrorFacts = {}): DataverseError =>
      new DataverseError('notFound', 'log only', {
        status: 404,
        code: -2147220969,
        method: 'PATCH',
        path,
        ...more,
        ...(serviceMessage === undefined ? {} : { serviceMessage }),
      });
    for (const [error, what] of [
      [
        gone(`serviceendpoints(${id})?$select`, said('serviceendpoint')),
        'The webhook does not exist in Test',
      ],
      [gone(`sdkmessageprocessingsteps(${id})`), 'The step does not exist in Test'],
      [gone(`sdkmessageprocessingstepimages(${id})`, 'Nicht vorhanden'), 'The image does not exist in Test'],
      [gone(`asyncoperations(${id})`), 'The job does not exist in Test'],
      [gone(`accounts(${id})`, said('account')), 'The row does not exist in Test'],
      // A step that is bound to a webhook which is gone: it is not the step that is missing.
      [gone('sdkmessageprocessingsteps', said('serviceendpoint')), 'The webhook does not exist in Test'],
    ] as const) {
      const { message } = reasonText(error, 'Test');
      assert.ok(message.startsWith(what), message);
      assert.doesNotMatch(message, /Entity|With Id/);
      assertSentence(message);
      if (error.serviceMessage !== undefined) assert.ok(errorDetails(error).includes(error.serviceMessage));
    }
    const segment = "Resource not found for the segment 'serviceendpoint'.";
    const other = gone('serviceendpoint', segment, { code: -2147219190 });
    assert.match(reasonText(other, 'Test').message, /Test says: Resource not found/);
    const unnamed = gone('sdkmessageprocessingsteps', 'Something is not there.');
    assert.match(reasonText(unnamed, 'Test').message, /Test says: Something is not there/);
    const page = gone(`serviceendpoints(${id})`, said('serviceendpoint'), { page: true });
    assert.match(reasonText(page, 'Test').message, /web page came/);
  });

  it('says which privilege a refused request takes, where the service does not', () => {
    const refused = (facts: DataverseErrorFacts): string =>
      reasonText(new DataverseError('forbidden', '', { status: 403, ...facts }), 'Test').message;
    const nothing = 'You do not have the privilege for it in Test.';
    for (const [method, path, privilege] of [
      ['GET', 'asyncoperations?$select&$filter', 'prvReadAsyncOperation'],
      ['GET', 'asyncoperations?fetchXml', 'prvReadAsyncOperation'],
      ['GET', 'plugintracelogs?$select', 'prvReadPluginTraceLog'],
      ['GET', 'solutions?$select', 'prvReadSolution'],
      ['POST', 'serviceendpoints', 'prvCreateServiceEndpoint'],
      [
        'PATCH',
        'sdkmessageprocessingsteps(8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01)',
        'prvWriteSdkMessageProcessingStep',
      ],
      ['DELETE', 'asyncoperations(8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01)', 'prvDeleteAsyncOperation'],
    ] as const)
      assert.equal(refused({ method, path }), `${nothing} It takes the privilege ${privilege}.`);
    assert.equal(refused({ method: 'POST', path: 'AddSolutionComponent' }), nothing);
    const path = 'asyncoperations?$select';
    const said = { method: 'GET', path, code: -2147220960 };
    assert.equal(
      refused({ ...said, serviceMessage: 'The user does not hold the necessary privileges.' }),
      'It takes the privilege prvReadAsyncOperation. Test says: The user does not hold the necessary privileges. (0x80040220)',
    );
    assert.equal(
      refused({ ...said, serviceMessage: 'Principal user is missing prvReadAsyncOperation privilege' }),
      'Test says: Principal user is missing prvReadAsyncOperation privilege (0x80040220)',
    );
    assert.doesNotMatch(refused({ ...said, page: true, serviceMessage: 'Access denied' }), /prv/);
    const firewall = 'Your address is not allowed by the firewall of the environment.';
    assert.equal(refused({ method: 'GET', path, serviceMessage: firewall }), `Test says: ${firewall}`);
  });

  it('says of a write without an answer that it may have been carried out, and of nothing else', () => {
    const said = (error: DataverseError): boolean =>
      reasonText(error, 'Test').message.includes('It may have been carried out all the same.');
    const write = { method: 'POST' };
    for (const kind of ['reset', 'cut', 'timeout'] as const)
      assert.ok(said(new DataverseError('network', 'x', { ...write, kind })), kind);
    assert.ok(said(new DataverseError('timeout', 'x', { method: 'PATCH', kind: 'timeout' })));
    for (const kind of ['refused', 'nameNotFound', 'tls'] as const)
      assert.ok(!said(new DataverseError('network', 'x', { ...write, kind })), kind);
    assert.ok(!said(new DataverseError('network', 'x', { method: 'GET', kind: 'reset' })));
    assert.ok(!said(new DataverseError('forbidden', 'x', { ...write, status: 403 })));
  });

  it('says how the network failed', () => {
    for (const [kind, expected] of Object.entries(KINDS)) {
      const { message } = reasonText(
        new DataverseError('network', 'x', { kind: kind as NetworkKind }),
        'Test',
      );
      assert.match(message, expected, kind);
      assertSentence(message);
    }
  });

  it("has the service's own words with its code, on one line", () => {
    const error = new DataverseError('invalid', 'x', {
      status: 400,
      code: -2147204729,
      serviceMessage: 'Custom step is\r\nnot allowed',
    });
    assert.equal(reasonText(error, 'Test').message, 'Test says: Custom step is not allowed (0x80044187)');
    const plain = new DataverseError('server', 'x', { status: 500, serviceMessage: 'Oops' });
    assert.equal(reasonText(plain, 'Test').message, 'Test says: Oops');
  });

  it('does not put the page of a proxy into the mouth of the service', () => {
    const page = new DataverseError('forbidden', 'x', { status: 403, page: true, serviceMessage: 'Blocked' });
    assert.equal(
      reasonText(page, 'Test').message,
      'A web page came instead of an answer of Test (403), saying "Blocked". A proxy or gateway may be in between.',
    );
    const empty = new DataverseError('server', 'x', { status: 502, page: true });
    assert.match(
      reasonText(empty, 'Test').message,
      /^A web page came instead of an answer of Test \(502\)\./,
    );
    const proxy = new DataverseError('invalid', 'x', {
      status: 407,
      page: true,
      serviceMessage: 'Who are you',
    });
    assert.match(reasonText(proxy, 'Test').message, /^The proxy on the way to Test wants a sign-in \(407\)/);
  });

  it('does not speak of an answer where nothing was sent', () => {
    const { message } = reasonText(new DataverseError('invalid', 'A value is no GUID'), 'Test');
    assert.match(message, /not expected here: A value is no GUID/);
    assert.doesNotMatch(message, /status/);
  });

  it('tells of a sandbox that did not start, and of anything else that was thrown', () => {
    for (const reason of ['notStarted', 'noAddress', 'timeout'] as const) {
      const text = reasonText(new SandboxStartError(reason, 'x'), '');
      assertSentence(text.message);
      assert.deepEqual(text.nextSteps, ['retry', 'openLog']);
    }
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        const { message } = errorText(thrown, 'Could not.', 'Test');
        assert.ok(message.startsWith('Could not. '));
        assert.doesNotMatch(message, /\[object Object\]|\n/);
      }),
    );
  });

  it('never becomes a link that runs a command', () => {
    const hostile = '[Update now](command:workbench.action.quit) [x](https://evil.example)';
    const error = new DataverseError('invalid', 'x', { status: 400, serviceMessage: hostile });
    const { message } = errorText(error, `Could not delete the webhook "${hostile}".`, 'Test');
    // What the editor's message boxes turn into links.
    assert.doesNotMatch(message, /\[[^\]]+\]\((?:https?:\/\/|command:|file:)[^)\s]+/i);
    assert.ok(message.includes('Update now'));
  });

  it('has all facts for the clipboard, and no claims', () => {
    const details = errorDetails(
      new DataverseError('invalid', 'refused', {
        method: 'POST',
        path: 'x?$filter',
        status: 400,
        requestId: 'r',
        claims: 's3cr3t',
      }),
    );
    assert.match(details, /^DataverseError \(invalid\): refused\n/);
    assert.ok(details.includes('status: 400') && details.includes('requestId: r'));
    assert.ok(!details.includes('s3cr3t') && !details.includes('undefined'));
    assert.match(errorDetails('text'), /text/);
  });
});

describe('A URL that is shown', () => {
  it('has its parts without what may be a key', () => {
    for (const [url, shown] of [
      ['https://h.example/a/b', 'https://h.example/a/b'],
      ['https://h.example/a?code=1&x=2&', 'https://h.example/a?code=•••&x=•••&•••'],
      ['https://h.example/?abc', 'https://h.example/?•••'],
      ['https://h.example/?a=b=c', 'https://h.example/?a=•••'],
      ['https://u:p@h.example/', 'https://•••@h.example/'],
      ['https://u:p@q@h.example/a@b', 'https://•••@h.example/a@b'],
      ['https://h.example/#k', 'https://h.example/#•••'],
      ['https://h.example/?a=1#k=2', 'https://h.example/?a=•••#•••'],
      ['', ''],
      ['no url', 'no url'],
    ] as const)
      assert.equal(shownUrl(url), shown);
  });
});

describe('What is said about typed text', () => {
  const details = {
    length: 300,
    limit: 256,
    name: 'Orders',
    scheme: 'ftp',
    port: '8080',
    host: 'localhost:1',
  };

  it('tells for every reason what to write instead', () => {
    const names: readonly NameReason[] = ['empty', 'tooLong', 'edgeBlank', 'lineBreak', 'notText', 'taken'];
    const urls: readonly UrlReason[] = [
      ...(['empty', 'relative', 'malformed', 'blank', 'scheme', 'credentials', 'fragment', 'port'] as const),
      ...([
        'tooLong',
        'loopbackUnreachable',
        'loopbackPort',
        'loopbackHttp',
        'notEncrypted',
        'queryAndKey',
      ] as const),
    ];
    const auths: readonly AuthProblem[] = [
      ...(
        [
          'keyEmpty',
          'nameEmpty',
          'valueEmpty',
          'valueLineBreak',
          'valueNotAscii',
          'valueEdgeBlank',
          'textNotXml',
        ] as const
      ).map((reason) => ({ reason })),
      { reason: 'headerNameIllegal', character: ':' },
      { reason: 'headerNameReserved', name: 'Host' },
      { reason: 'nameDuplicate', name: 'x' },
      { reason: 'tooLong', length: 3000, limit: 2048 },
    ];
    const remarks = [
      ...names.map((reason) => nameRemark({ severity: 'error', reason, details })),
      ...urls.map((reason) => urlRemark({ severity: 'warning', reason, details })),
      ...auths.map(authRemark),
      ...(['notWhole', 'outOfRange'] as const).map((reason) => rankRemark({ severity: 'error', reason })),
    ];
    for (const { text } of remarks) assertSentence(text);
    assert.equal(
      new Set(remarks.map(({ text }) => text)).size,
      remarks.length - 1,
      'only the two lengths are alike',
    );
    assert.equal(urlRemark({ severity: 'warning', reason: 'loopbackPort', details }).severity, 'warning');
  });

  it('names a character that cannot be seen by its code', () => {
    assert.match(authRemark({ reason: 'headerNameIllegal', character: ' ' }).text, /U\+0020/);
    assert.match(authRemark({ reason: 'headerNameIllegal', character: '\u202E' }).text, /U\+202E/);
    assert.match(authRemark({ reason: 'headerNameIllegal', character: '😀' }).text, /U\+1F600/);
    assert.match(authRemark({ reason: 'headerNameIllegal', character: ':' }).text, /":"/);
  });
});

describe('What is said about a failed job', () => {
  it('is a cause and a remedy for every code of the platform', () => {
    for (const [name, code] of Object.entries(ERROR_CODES)) {
      const { cause, remedy } = causeText(causeOf({ errorCode: code, message: '' }), code);
      assertSentence(cause);
      assertSentence(remedy);
      const known = name.startsWith('Webhooks') || name === 'StepAutomaticallyDisabled';
      assert.equal(cause.includes(toHexCode(code)), !known, name);
    }
    assertSentence(causeText({ kind: 'unknown' }, undefined).cause);
  });

  it('is a remedy that fits the status', () => {
    const remedy = (status: number): string => causeText({ kind: 'httpStatus', status }, -2147155455).remedy;
    assert.match(remedy(401), /authentication/);
    assert.equal(remedy(403), remedy(401));
    assert.match(remedy(404), /path/);
    assert.match(remedy(413), /size/);
    assert.match(remedy(301), /redirect/);
    assert.match(remedy(429), /overloaded/);
    assert.match(remedy(500), /own log/);
    assert.match(remedy(400), /200 to 299/);
    for (let status = 100; status < 600; status += 1) assertSentence(remedy(status));
    for (const kind of ['nameNotResolved', 'refused', 'reset', 'tls', 'port', 'noAnswer'] as const) {
      const text = causeText({ kind }, -2147155451);
      assertSentence(text.cause);
      assertSentence(text.remedy);
    }
  });

  it('has a word for every state', () => {
    const states = [
      'waitingForResources',
      'waiting',
      'inProgress',
      'pausing',
      'canceling',
      'succeeded',
      'failed',
      'canceled',
      'unknown',
    ] as const;
    assert.equal(new Set(states.map(jobStateLabel)).size, states.length);
  });

  it('is what to write instead for every fault of a query', () => {
    for (const reason of ['noTable', 'notXml'] as const) {
      const text = queryTextProblem(
        new QueryTextError(reason, 'x', { details: { table: 'nosuch', message: 'It is broken.' } }),
      );
      assertSentence(text);
      if (reason === 'noTable') assert.match(text, /"nosuch"/);
    }
  });
});

describe('Secrets in texts', () => {
  it('are dots, even where somebody forgets to look', () => {
    assert.equal(
      errorText(new Error(`bad ${String(new Secret('s3cr3t'))}`), 'Could not.', '').message.includes(
        's3cr3t',
      ),
      false,
    );
  });
});
