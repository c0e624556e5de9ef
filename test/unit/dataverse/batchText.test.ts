import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  BatchFormatError,
  boundaryFor,
  parseBatch,
  writeChangeSet,
  writeIndependent,
} from '../../../src/dataverse/batchText';

interface Sent {
  readonly status: number;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body: string;
}

function answerText(sent: Sent, eol: string, contentId?: number): string {
  return [
    'Content-Type: application/http',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
    '',
    `HTTP/1.1 ${sent.status} Whatever`,
    ...sent.headers.map(([name, value]) => `${name}: ${value}`),
    '',
    sent.body,
  ].join(eol);
}

function multipart(parts: readonly string[], boundary: string, eol: string): string {
  return parts.map((part) => `--${boundary}${eol}${part}${eol}`).join('') + `--${boundary}--${eol}`;
}

const sent = fc.record({
  status: fc.integer({ min: 200, max: 599 }),
  headers: fc.constantFrom([], [['X-A', 'b: c']], [['Retry-After', '5']]),
  body: fc.oneof(
    fc.constant(''),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.constant('{"a":\n"--b\n--bb"}'),
  ),
});

describe('Text of batches', () => {
  it('what a service writes is read back, with any line ends, inside a change set or not', () => {
    fc.assert(
      fc.property(
        fc.array(sent, { maxLength: 6 }),
        fc.constantFrom('\r\n', '\n'),
        fc.boolean(),
        (answers, eol, set) => {
          const parts = answers.map((answer, index) => answerText(answer, eol, set ? index + 1 : undefined));
          const inner = multipart(parts, 'b_inner', eol);
          const text = set
            ? multipart([`Content-Type: multipart/mixed; boundary=b_inner${eol}${eol}${inner}`], 'b', eol)
            : multipart(parts, 'b', eol);
          const read = parseBatch('multipart/mixed; charset=utf-8; boundary="b"', text);
          assert.deepEqual(
            read.map((answer) => [answer.status, answer.text, answer.contentId, answer.inChangeSet]),
            answers.map((answer, index) => [
              answer.status,
              answer.body.trim(),
              set ? String(index + 1) : undefined,
              set,
            ]),
          );
          for (const [index, answer] of answers.entries()) {
            for (const [name, value] of answer.headers)
              assert.equal(read[index]?.header(name.toUpperCase()), value);
          }
        },
      ),
    );
  });

  it('hostile text gives answers or a format error, never anything else', () => {
    const piece = fc.constantFrom(
      '--b',
      '--b--',
      '\r\n',
      '\n',
      'HTTP/1.1 200 OK',
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: application/http',
      ': ',
      '\0',
      'x',
      ' ',
      '{"a":1}',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        (text) => {
          try {
            for (const answer of parseBatch('multipart/mixed; boundary=b', text))
              assert.ok(answer.status >= 100);
          } catch (error) {
            assert.ok(error instanceof BatchFormatError, String(error));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a batch that ends in the middle gives what came', () => {
    const parts = [1, 2].map((n) =>
      answerText({ status: 204, headers: [['N', String(n)]], body: '' }, '\r\n'),
    );
    const whole = multipart(parts, 'b', '\r\n');
    const cut = whole.slice(0, whole.lastIndexOf('--b--'));
    assert.equal(parseBatch('multipart/mixed; boundary=b', cut).length, 2);
  });

  it('an answer without a boundary, and one nested too deeply, are refused', () => {
    assert.throws(() => parseBatch('multipart/mixed', ''), BatchFormatError);
    assert.throws(() => parseBatch(undefined, ''), BatchFormatError);
    const inner = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n';
    const text = ['a', 'b', 'c'].reduceRight(
      (body, name, depth) =>
        multipart(
          [`Content-Type: multipart/mixed; boundary=${'bcd'[depth] ?? ''}\r\n\r\n${body}`],
          name,
          '\r\n',
        ),
      inner,
    );
    assert.throws(() => parseBatch('multipart/mixed; boundary=a', text), BatchFormatError);
  });

  it('the boundary never occurs in a body', () => {
    const request = {
      method: 'POST',
      url: 'https://x/y',
      headers: {},
      body: '{"a":"batch_80000000_0 batch_80000000_1"}',
    };
    const boundary = boundaryFor([request], 0.5);
    assert.equal(boundary, 'batch_80000000_2');
  });

  it('written batches are well-formed multipart with CRLF only', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (bodies, random) => {
          const requests = bodies.map((body) => ({
            method: 'POST',
            url: 'https://x/y',
            headers: { A: 'b' },
            body: JSON.stringify(body),
          }));
          const boundary = boundaryFor(requests, random);
          const independent = writeIndependent(requests, boundary);
          assert.equal(independent.split(`--${boundary}\r\n`).length - 1, requests.length);
          const set = writeChangeSet(requests, boundary);
          assert.equal(set.split(`--changeset_${boundary}\r\n`).length - 1, requests.length);
          for (const text of [independent, set]) {
            assert.doesNotMatch(text, /(^|[^\r])\n/);
            assert.ok(text.endsWith(`--${boundary}--\r\n`));
          }
        },
      ),
    );
  });
});
