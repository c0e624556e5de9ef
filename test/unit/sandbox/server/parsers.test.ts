import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  boundaryFor,
  parseBatch,
  writeChangeSet,
  writeIndependent,
} from '../../../../src/dataverse/batchText';
import type { BatchRequest } from '../../../../src/dataverse/batchText';
import { functionParameters } from '../../../../src/sandbox/server/functionParameters';
import { documentJson, metadataOptions } from '../../../../src/sandbox/server/metadataQuery';
import { boundaryOf, joinParts, parsePart, splitParts } from '../../../../src/sandbox/server/multipart';
import { parseRowLink, relativePath, splitPath } from '../../../../src/sandbox/server/path';
import { parseJsonObject, parseRow } from '../../../../src/sandbox/server/payload';
import { parsePreferences } from '../../../../src/sandbox/server/preferences';
import { ServiceError } from '../../../../src/sandbox/serviceError';
import { sampleStore } from '../query/fixture';

const ROOT = 'http://127.0.0.1:1/api/data/v9.2/';

/** Runs something that may refuse, but only in the service's way. */
function answersOrRefuses(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ServiceError, error instanceof Error ? error.stack : String(error));
    assert.ok([400, 404, 501].includes(error.httpStatus), String(error.httpStatus));
  }
}

const pieces = fc.constantFrom(
  ...[
    '--b',
    '--b--',
    '\r\n',
    '\n',
    '\r',
    ':',
    ' ',
    '/',
    '(',
    ')',
    "'",
    '"',
    '=',
    ',',
    ';',
    '&',
    '?',
    '@p1',
    '$1',
  ],
  ...[
    '%',
    '%2',
    '%27',
    '%00',
    '%C3',
    '+',
    '\u0000',
    '\ud800',
    '😀',
    '__proto__',
    'constructor',
    '{',
    '}',
    '[',
    ']',
  ],
  ...[
    'contacts',
    'accounts',
    'contactid',
    'http://',
    '/api/data/v9.2/',
    'Microsoft.Dynamics.CRM.',
    '$ref',
    '$value',
  ],
  ...[
    'Content-Type: application/http',
    'Content-ID: 1',
    'GET accounts HTTP/1.1',
    'multipart/mixed; boundary=b',
  ],
  ...[
    'return=representation',
    'odata.maxpagesize=',
    'odata.include-annotations="*"',
    'null',
    '1e400',
    '11111111-',
  ],
  ...[
    '11111111-2222-4333-8444-555555555555',
    '$select',
    '$filter',
    '$expand',
    'eq',
    'any(',
    'lastname',
    '@odata.bind',
  ],
);
const noise = fc
  .array(fc.oneof({ weight: 4, arbitrary: pieces }, { weight: 1, arbitrary: fc.string() }))
  .map((parts) => parts.join(''));

/** Requests as the client writes them: any text in bodies and header values, addresses percent-encoded. */
const request: fc.Arbitrary<BatchRequest> = fc.record(
  {
    method: fc.constantFrom('POST', 'PATCH', 'DELETE'),
    url: fc.webPath({ size: 'small' }).map((path) => `${ROOT}accounts${path}`),
    headers: fc.record({
      'MSCRM.SolutionUniqueName': fc.stringMatching(/^[!-~]{1,20}$/),
      Accept: fc.constant('a/b'),
    }),
    body: fc.oneof(fc.string({ unit: 'binary' }), noise).filter((text) => text.isWellFormed()),
  },
  { requiredKeys: ['method', 'url', 'headers'] },
);

/** What a part of a batch asks for, as the sandbox takes it apart. */
function readBack(
  content: string,
): Pick<BatchRequest, 'method' | 'url' | 'body'> & { readonly solution: string | undefined } {
  const end = content.indexOf('\r\n');
  const [method = '', url = ''] = content.slice(0, end).split(' ');
  const { headers, content: body } = parsePart(content.slice(end + 2));
  return { method, url, body, solution: headers['mscrm.solutionuniquename'] };
}

const expected = (one: BatchRequest): ReturnType<typeof readBack> => ({
  method: one.method,
  url: one.url,
  body: one.body ?? '',
  solution: one.headers['MSCRM.SolutionUniqueName'],
});

describe('The parsers of the server', () => {
  it('answer or refuse any text', () => {
    const store = sampleStore();
    const context = { reader: store, serviceRoot: ROOT, message: 'create' as const };
    const table = store.schema.table('contact');
    assert.ok(table !== undefined);
    fc.assert(
      fc.property(noise, noise, (text, other) => {
        answersOrRefuses(() => splitParts(text, boundaryOf(other) ?? 'b'));
        answersOrRefuses(() => parsePart(text));
        answersOrRefuses(() => splitPath(text));
        answersOrRefuses(() => parseRowLink(store.schema, text, ROOT));
        answersOrRefuses(() => functionParameters('F', text, other));
        answersOrRefuses(() => metadataOptions(text));
        answersOrRefuses(() => parseRow(table, parseJsonObject(text), context));
        answersOrRefuses(() => parseRow(table, { [text]: other }, context));
        parsePreferences(text);
        relativePath(text, ROOT);
      }),
      { numRuns: 700 },
    );
  });

  it('check any JSON as a row', () => {
    const store = sampleStore();
    const context = { reader: store, serviceRoot: ROOT, message: 'update' as const };
    for (const { name } of store.schema.tables.slice(0, 12)) {
      const table = store.schema.table(name);
      assert.ok(table !== undefined);
      const columns = fc.constantFrom(...table.columns.map((column) => column.name), '__proto__', 'nonsense');
      const body = fc.dictionary(columns, fc.jsonValue());
      fc.assert(
        fc.property(body, (json) => answersOrRefuses(() => parseRow(table, json, context))),
        { numRuns: 60 },
      );
    }
  });

  it('take a batch apart into the requests that the client put into it', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 5 }), (requests) => {
        const boundary = boundaryFor(requests, 0.5);
        const alone = splitParts(writeIndependent(requests, boundary), boundary);
        assert.deepEqual(
          alone.map((part) => readBack(part.content)),
          requests.map(expected),
        );
        const [set, ...more] = splitParts(writeChangeSet(requests, boundary), boundary);
        assert.deepEqual(more, []);
        const inner = splitParts(set?.content ?? '', boundaryOf(set?.headers['content-type']) ?? '');
        assert.deepEqual(
          inner.map((part) => [part.headers['content-id'], readBack(part.content)]),
          requests.map((one, index) => [String(index + 1), expected(one)]),
        );
      }),
    );
  });

  it('write answers that the client takes apart into the same answers', () => {
    const answer = fc.record({
      status: fc.constantFrom(200, 204, 400, 404),
      text: fc
        .oneof(fc.json(), noise)
        .map((text) => text.trim())
        .filter((text) => !text.includes('--own')),
    });
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 4 }), (answers) => {
        const parts = answers.map(
          ({ status, text }) =>
            `Content-Type: application/http\r\n\r\nHTTP/1.1 ${status} X\r\nA: b\r\n\r\n${text}`,
        );
        const read = parseBatch('multipart/mixed; boundary=own', joinParts('own', parts));
        assert.deepEqual(
          read.map(({ status, text }) => [status, text]),
          answers.map(({ status, text }) => [status, text]),
        );
      }),
    );
  });

  it('take time in proportion to the text', () => {
    const long = 200_000;
    const start = performance.now();
    for (const text of ['(', ')', "'", '--b\r\n', '/', 'a=', '%', '"', 'boundary=', ';', 'http://']) {
      const repeated = text.repeat(long / text.length);
      answersOrRefuses(() => splitParts(repeated, 'b'));
      answersOrRefuses(() => splitPath(repeated));
      answersOrRefuses(() => functionParameters('F', repeated, repeated));
      answersOrRefuses(() => metadataOptions(repeated));
      boundaryOf(`multipart/mixed;${repeated.slice(0, 16_000)}`);
      parsePreferences(repeated.slice(0, 16_000));
    }
    assert.ok(performance.now() - start < 8000);
  });

  it('know no property of metadata that only JavaScript objects have', () => {
    const document = { type: 'EntityMetadata', properties: { LogicalName: 'x' }, navigations: {} };
    for (const name of ['constructor', '__proto__', 'toString'])
      assert.throws(
        () => documentJson(document, metadataOptions(`$select=${name}`), 'EntityMetadata'),
        ServiceError,
      );
  });
});
