import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeXml } from '../../../../src/base/xmlText';
import { queries } from '../../../../src/sandbox/query';
import { parseExpression } from '../../../../src/sandbox/query/odata/parser';
import { ServiceError } from '../../../../src/sandbox/serviceError';
import { fetchXml, id, refuses, request, sampleStore } from './fixture';

/** Runs something that may refuse, but only in the service's way. */
function answersOrRefuses(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    assert.ok(
      error instanceof ServiceError,
      `${String(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}`,
    );
    assert.ok(error.httpStatus === 400 || error.httpStatus === 501);
  }
}

const fragment = fc.constantFrom(
  'name',
  'rank',
  'sdkmessageid',
  '/',
  '(',
  ')',
  ',',
  ';',
  ' ',
  "'",
  '"',
  '@a',
  '=',
  ':',
  'eq',
  ' ne ',
  ' and ',
  ' or ',
  'not ',
  'in',
  'any',
  'all',
  'null',
  'true',
  '1',
  '-1.5',
  '2025-01-01',
  '2025-01-01T00:00:00Z',
  id(1, 1),
  "'x''y'",
  'contains',
  'Microsoft.Dynamics.CRM.In',
  'PropertyName',
  'PropertyValues',
  '[',
  ']',
  '%',
  '_',
  '$filter',
  '$select',
  '$expand',
  '$it',
  '$count',
  '<',
  '>',
  '&',
  '?',
  'constructor',
  '__proto__',
  'groupby',
  'aggregate',
  ' with ',
  'sum',
  ' as ',
  'asc',
  ' desc',
);
const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join('')),
);

describe('The parsers', () => {
  const store = sampleStore();

  it('answer or refuse any text as an OData expression', () => {
    fc.assert(
      fc.property(noise, (text) => answersOrRefuses(() => parseExpression(text))),
      { numRuns: 2000 },
    );
  });

  it('answer or refuse any text as the value of any option', () => {
    const option = fc.constantFrom(
      '$filter',
      '$select',
      '$orderby',
      '$expand',
      '$apply',
      '$top',
      '$count',
      '$skiptoken',
      '@a',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(option, noise), { maxLength: 3 }), (parts) => {
        // Characters no URL carries stand for themselves here: the server has seen worse.
        const query = parts
          .map(([name, value]) => `${name}=${value.isWellFormed() ? encodeURIComponent(value) : value}`)
          .join('&');
        answersOrRefuses(() =>
          queries.collection({ ...request(store, 'sdkmessageprocessingstep', ''), query }),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('answer or refuse any text as a whole query', () => {
    fc.assert(
      fc.property(noise, (query) => {
        answersOrRefuses(() =>
          queries.collection({ ...request(store, 'sdkmessageprocessingstep', ''), query }),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('answer or refuse any FetchXML', () => {
    const name = fc.constantFrom(
      'fetch',
      'entity',
      'link-entity',
      'attribute',
      'filter',
      'condition',
      'value',
      'order',
      'all-attributes',
    );
    const attribute = fc.tuple(
      fc.constantFrom(
        'name',
        'attribute',
        'operator',
        'value',
        'alias',
        'from',
        'to',
        'aggregate',
        'groupby',
        'type',
        'count',
        'page',
        'top',
        'distinct',
        'entityname',
        'valueof',
        'paging-cookie',
        'dategrouping',
      ),
      fc.oneof(
        fc.constantFrom(
          'sdkmessageprocessingstep',
          'sdkmessage',
          'name',
          'rank',
          'eq',
          'in',
          'like',
          'today',
          'and',
          'true',
          '1',
          'sdkmessageid',
          'createdon',
          'sum',
        ),
        fc.string({ maxLength: 8 }),
      ),
    );
    const element = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc
        .tuple(name, fc.uniqueArray(attribute, { maxLength: 4, selector: ([key]) => key }), inner)
        .map(([tag, list, children]) => {
          const attributes = list.map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('');
          return `<${tag}${attributes}>${children}</${tag}>`;
        });
    const several = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.array(inner, { maxLength: 3 }).map((parts) => parts.join(''));
    const tree = element(several(element(several(element(several(element(fc.constant(''))))))));
    const xml = fc.oneof(
      noise,
      tree,
      fc
        .array(tree, { maxLength: 4 })
        .map((trees) => `<fetch><entity name="sdkmessageprocessingstep">${trees.join('')}</entity></fetch>`),
    );
    fc.assert(
      fc.property(xml, (text) => {
        if (text.isWellFormed()) answersOrRefuses(() => fetchXml(store, 'sdkmessageprocessingstep', text));
      }),
      { numRuns: 2000 },
    );
  });

  it('refuse nesting that has no end', () => {
    for (const [open, close] of [
      ['(', ')'],
      ['not(', ')'],
      ['[', ']'],
      ['contains(', ')'],
      ['sdkmessageid/any(x:', ')'],
    ] as const) {
      refuses(() => parseExpression(`${open.repeat(5000)}1${close.repeat(5000)}`), 400, /./);
    }
    refuses(() => fetchXml(store, 'sdkmessage', '<fetch>'.repeat(20000)), 400, /./, '0x80040303');
    refuses(
      () => fetchXml(store, 'sdkmessage', `${'<fetch>'.repeat(20000)}${'</fetch>'.repeat(20000)}`),
      400,
      /./,
      '0x80040303',
    );
    const filters = `${'<filter>'.repeat(2000)}${'</filter>'.repeat(2000)}`;
    refuses(
      () => fetchXml(store, 'sdkmessage', `<fetch><entity name="sdkmessage">${filters}</entity></fetch>`),
      400,
      /nested too deeply/,
      '0x80040303',
    );
  });

  it('take time in proportion to their text', () => {
    const started = performance.now();
    const blanks = ' '.repeat(30000);
    for (const query of [
      `$expand=sdkmessageid${blanks}x`,
      `$expand=sdkmessageid(${blanks}`,
      `$apply=groupby((a)${blanks}`,
      `$apply=aggregate(a${blanks}b)`,
      `$orderby=name${blanks}x`,
      `$select=${blanks}x`,
      `$filter=contains(name,'${'%a'.repeat(5000)}b')`,
    ]) {
      answersOrRefuses(() =>
        queries.collection({
          ...request(store, 'sdkmessageprocessingstep', ''),
          query: query.replaceAll('%', '%25'),
        }),
      );
    }
    const terms = Array(3000).fill('rank eq 1').join(' or ');
    answersOrRefuses(() =>
      queries.collection({ ...request(store, 'sdkmessageprocessingstep', `$filter=${terms}`) }),
    );
    // A parser that goes back and forth over blanks needs minutes for these.
    assert.ok(performance.now() - started < 5000);
  });

  it('read back any text given as a literal', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (text) => {
        const parsed = parseExpression(`name eq '${text.replaceAll("'", "''")}'`);
        assert.ok(parsed.kind === 'binary' && parsed.right.kind === 'literal');
        assert.equal(parsed.right.value, text);
      }),
    );
  });
});
