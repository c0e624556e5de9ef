import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { errorOfAnswer, readErrorBody } from '../../../src/dataverse/errorBody';
import {
  DataverseError,
  describePath,
  parseErrorCode,
  reasonOf,
  toHexCode,
} from '../../../src/dataverse/errors';
import { networkFailure } from '../../../src/dataverse/networkErrors';
import { BodyCutError, TimeLimitError } from '../../../src/dataverse/transport';

describe('Dataverse error codes', () => {
  it('are the same number in hex, in decimal and as a number', () => {
    assert.equal(parseErrorCode('0x80040217'), -2147220969);
    assert.equal(parseErrorCode('0X8004f02C'.toLowerCase()), parseErrorCode(0x8004f02c));
    assert.equal(parseErrorCode('-2147220969'), -2147220969);
    assert.equal(parseErrorCode('2147746327'), -2147220969);
    assert.equal(parseErrorCode(-2147220969), -2147220969);
    assert.equal(toHexCode(-2147155455), '0x80050201');
    fc.assert(fc.property(fc.integer(), (code) => assert.equal(parseErrorCode(toHexCode(code)), code)));
  });

  it('that are none give none', () => {
    for (const value of [
      '',
      ' ',
      '0x',
      '0x123456789',
      '99999999999',
      '1.5',
      'abc',
      null,
      undefined,
      {},
      NaN,
      1e300,
    ]) {
      assert.equal(parseErrorCode(value), undefined);
    }
  });
});

describe('Bodies of errors', () => {
  it('the usual shape gives code, message and annotations', () => {
    const body = JSON.stringify({
      error: {
        code: '0x80060888',
        message: 'No.',
        '@Microsoft.PowerApps.CDS.HelpLink': 'https://x',
        other: 1,
      },
    });
    assert.deepEqual(readErrorBody(body), {
      code: -2147088248,
      message: 'No.',
      annotations: { '@Microsoft.PowerApps.CDS.HelpLink': 'https://x' },
    });
  });

  it('an empty code is no code, and older shapes are read too', () => {
    assert.deepEqual(readErrorBody('{"error":{"code":"","message":"No."}}'), { message: 'No.' });
    assert.deepEqual(readErrorBody('{"Message":"An error has occurred."}'), {
      message: 'An error has occurred.',
    });
    assert.deepEqual(
      readErrorBody('{"error":{"code":"-2147220969","message":{"lang":"en","value":"No."}}}'),
      {
        code: -2147220969,
        message: 'No.',
      },
    );
    assert.deepEqual(readErrorBody('{"error":{"message":"","innererror":{"message":"Inner."}}}'), {
      message: 'Inner.',
    });
    assert.deepEqual(
      readErrorBody('{"error":{"@Microsoft.PowerApps.CDS.InnerError.Message":"Inner."}}').message,
      'Inner.',
    );
  });

  it('details are said behind the message, with what they are about, but not twice and not without end', () => {
    const body = (details: unknown): string =>
      JSON.stringify({ error: { code: '0x80040203', message: 'Not valid.', details } });
    const name = { code: 'Length', message: 'Too long.', target: 'name' };
    assert.equal(
      readErrorBody(body([name, { message: 'Not valid.' }, { code: 'E1' }, 7, {}])).message,
      'Not valid. name: Too long. E1',
    );
    assert.equal(readErrorBody(body('none')).message, 'Not valid.');
    assert.equal(readErrorBody(JSON.stringify({ error: { details: [name] } })).message, 'name: Too long.');
    const many = Array.from({ length: 1000 }, (_, n) => ({ target: `c${n}`, message: 'x'.repeat(5000) }));
    const long = readErrorBody(body(many)).message ?? '';
    assert.match(long, /^Not valid\. c0: x+… .*c4: x+… …$/);
    assert.ok(long.length < 1600);
  });

  it('what ASP.NET says of the exception stands behind its general sentence, without the stack', () => {
    const body = {
      Message: 'An error has occurred.',
      ExceptionMessage: 'The column is missing.',
      ExceptionType: 'System.Exception',
      StackTrace: 'at X',
    };
    assert.deepEqual(readErrorBody(JSON.stringify(body)), {
      message: 'An error has occurred. The column is missing.',
    });
    assert.equal(readErrorBody('{"ExceptionMessage":"Why."}').message, 'Why.');
    assert.equal(
      readErrorBody('{"Message":"No resource.","MessageDetail":"No type was found."}').message,
      'No resource. No type was found.',
    );
  });

  it('what stands before the service may answer in its own form', () => {
    assert.deepEqual(readErrorBody('{"error":"invalid_token","error_description":"It has expired."}'), {
      message: 'It has expired.',
    });
    assert.deepEqual(readErrorBody('{"type":"about:blank","title":"Bad Gateway","detail":"No route."}'), {
      message: 'No route.',
    });
    assert.deepEqual(readErrorBody('{"title":"Bad Gateway","status":502}'), { message: 'Bad Gateway' });
  });

  it('JSON that ends in the middle gives what came', () => {
    assert.deepEqual(readErrorBody('{"error":{"code":"0x80040217","message":"He said \\"no'), {
      code: -2147220969,
      message: 'He said "no',
    });
  });

  it('a page gives its title or its words, nothing gives nothing', () => {
    assert.deepEqual(readErrorBody('<html><head><title>502 Bad\n Gateway</title></head>'), {
      message: '502 Bad Gateway',
    });
    assert.deepEqual(readErrorBody('<html><style>a{}</style><h1>Out of <b>order</b></h1></html>'), {
      message: 'Out of order',
    });
    assert.deepEqual(readErrorBody('  \n'), {});
    assert.deepEqual(readErrorBody('plain words'), { message: 'plain words' });
  });

  it('hostile bodies never throw and never give endless messages', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '"error"',
      ':',
      '"message"',
      '"code"',
      '"0x',
      '\\',
      '"',
      '<',
      '>',
      '<title>',
      '<script',
      'x',
      ',',
      '[',
      '\u0000',
      '\uD800',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
        (body) => {
          assert.ok((readErrorBody(body).message ?? '').length <= 8000);
        },
      ),
      { numRuns: 500 },
    );
    const started = performance.now();
    for (const unit of ['<', '"message":"', '{"message":"\\', '<script '])
      readErrorBody(unit.repeat(200_000));
    assert.ok(performance.now() - started < 3000);
  });

  it('an annotation that is an object and a body that is a list are passed over', () => {
    assert.deepEqual(readErrorBody('{"error":{"@a":{},"message":"x"}}'), { message: 'x' });
    assert.deepEqual(readErrorBody('{"error":[1]}'), {});
  });
});

describe('Dataverse errors', () => {
  const answer = (
    status: number,
    body = '',
    headers: Readonly<Record<string, string>> = {},
  ): DataverseError =>
    errorOfAnswer({ status, text: body, header: (name) => headers[name] }, { method: 'GET', path: 'x' });

  it('have the reason of their status', () => {
    const expected = {
      400: 'invalid',
      401: 'unauthorized',
      403: 'forbidden',
      404: 'notFound',
      405: 'unsupported',
      408: 'timeout',
      409: 'conflict',
      412: 'conflict',
      413: 'tooLarge',
      422: 'invalid',
      429: 'throttled',
      500: 'server',
      501: 'unsupported',
      503: 'server',
    };
    for (const [status, reason] of Object.entries(expected))
      assert.equal(reasonOf(Number(status)), reason, status);
  });

  it('have the reason of their code where that says more', () => {
    assert.equal(answer(400, '{"error":{"code":"0x80040217","message":"x"}}').reason, 'notFound');
    assert.equal(answer(405, '{"error":{"code":"0x80040227","message":"x"}}').reason, 'conflict');
    assert.equal(answer(405, '{"error":{"code":"0x80040265","message":"x"}}').reason, 'invalid');
    assert.equal(answer(400, '{"error":{"code":"0x80040220","message":"x"}}').reason, 'forbidden');
    assert.equal(answer(400, '{"error":{"code":"0x80072322","message":"x"}}').reason, 'throttled');
  });

  it('are told apart by reason', () => {
    const error = answer(404);
    assert.ok(DataverseError.is(error));
    assert.ok(DataverseError.is(error, 'notFound'));
    assert.equal(DataverseError.is(error, 'server'), false);
    assert.ok(!DataverseError.is(new Error('x')));
    assert.equal(error.name, 'DataverseError');
    assert.match(inspect(error), /GET x answered 404/);
  });

  it('take only what looks like an id for a request id', () => {
    assert.equal(answer(500, '', { REQ_ID: '0d5cfc2b-7a3e' }).requestId, '0d5cfc2b-7a3e');
    assert.equal(answer(500, '', { 'x-ms-service-request-id': 'a,b' }).requestId, undefined);
  });

  it('describe a path without the values of its options', () => {
    assert.equal(
      describePath('steps?$select=name&$filter=url eq s3cr3t&@p1=x&fetchXml=<f>'),
      'steps?$select&$filter&@p1&fetchXml',
    );
    assert.equal(describePath('steps(1)/x'), 'steps(1)/x');
    assert.equal(describePath('steps?s3%20cr3t'), 'steps');
    assert.equal(describePath('?'), '');
  });
});

describe('Network failures', () => {
  const coded = (code: string, cause?: unknown): Error => Object.assign(new Error('x', { cause }), { code });

  it('are told apart by the codes of their causes', () => {
    const kinds = {
      ECONNREFUSED: 'refused',
      ECONNRESET: 'reset',
      EPIPE: 'reset',
      ENOTFOUND: 'nameNotFound',
      EAI_AGAIN: 'nameNotFound',
      ETIMEDOUT: 'timeout',
      CERT_HAS_EXPIRED: 'tls',
      ERR_SSL_WRONG_VERSION_NUMBER: 'tls',
      CERT_SIGNATURE_FAILURE: 'tls',
      HOSTNAME_MISMATCH: 'tls',
      INVALID_CA: 'tls',
      ERR_STREAM_PREMATURE_CLOSE: 'cut',
      EWHATEVER: 'other',
      constructor: 'other',
    };
    for (const [code, kind] of Object.entries(kinds)) {
      assert.equal(networkFailure(coded(code)).kind, kind, code);
      assert.equal(networkFailure(new Error('outer', { cause: coded(code) })).kind, kind, code);
    }
    assert.equal(networkFailure(new AggregateError([coded('EX'), coded('ECONNREFUSED')])).kind, 'refused');
    assert.equal(networkFailure(new BodyCutError()).kind, 'cut');
    assert.equal(networkFailure(new TimeLimitError(5)).kind, 'timeout');
  });

  it('end on causes that go round and on things that are no errors', () => {
    const round = new Error('x');
    round.cause = round;
    assert.deepEqual(networkFailure(round), { kind: 'other', code: 'Error' });
    assert.deepEqual(networkFailure('text'), { kind: 'other', code: 'unknown' });
  });
});
