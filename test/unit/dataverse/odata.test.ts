import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DataverseError } from '../../../src/dataverse/errors';
import * as odata from '../../../src/dataverse/odata';

const ID = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';

/** Whole texts of all kinds, with the characters that hurt more often than others. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      "'",
      '&',
      '=',
      '#',
      '%',
      '+',
      ' ',
      '/',
      '?',
      ';',
      ',',
      '(',
      ')',
      '"',
      '\\',
      '@',
      '$',
      'ы',
      '😀',
      '\0',
    ),
  }),
);

/** The values of the options as a server finds them: split at `&` and the first `=`, then decoded. */
function optionsOf(path: string): ReadonlyMap<string, string> {
  const text = path.slice(path.indexOf('?') + 1);
  return new Map(
    text.split('&').map((option) => {
      const at = option.indexOf('=');
      return [decodeURIComponent(option.slice(0, at)), decodeURIComponent(option.slice(at + 1))] as const;
    }),
  );
}

/** Reads a string literal at the end of a decoded text, `… 'O''Brien'`. */
function literalIn(text: string, before: string, after = ''): string {
  assert.ok(text.startsWith(`${before}'`) && text.endsWith(`'${after}`), text);
  const inner = text.slice(before.length + 1, text.length - after.length - 1);
  assert.doesNotMatch(inner.replaceAll("''", ''), /'/);
  return inner.replaceAll("''", "'");
}

/** Characters that may stand in a URL (RFC 3986), percent signs only before two hex digits. */
const LEGAL = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-F]{2})*$/;

function refused(action: () => unknown): void {
  assert.throws(action, (error) => DataverseError.is(error, 'invalid'));
}

describe('Text of OData requests', () => {
  it('any text arrives unharmed in a filter, in an alias and in a key', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const filter = odata.query('steps', { filter: odata.eq('name', value) });
        assert.equal(literalIn(optionsOf(filter).get('$filter') ?? '', 'name eq '), value);
        const inner = odata.query('steps', { filter: odata.contains('a/name', value) });
        assert.equal(literalIn(optionsOf(inner).get('$filter') ?? '', 'contains(a/name,', ')'), value);
        const alias = odata.query('steps', {
          filter: odata.eq('name', odata.alias('p1')),
          aliases: { p1: value },
        });
        assert.equal(literalIn(optionsOf(alias).get('@p1') ?? '', ''), value);
        const key = odata.rowByKey('EntityDefinitions', { LogicalName: value });
        assert.doesNotMatch(key, /[/?#]/);
        assert.equal(literalIn(decodeURIComponent(key), 'EntityDefinitions(LogicalName=', ')'), value);
        for (const path of [filter, inner, alias, key]) assert.match(path, LEGAL);
      }),
    );
  });

  it('any list of texts arrives unharmed as JSON', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 4 }), (values) => {
        const path = odata.query('steps', { filter: odata.isIn('name', values) });
        const filter = optionsOf(path).get('$filter') ?? '';
        const list = /^Microsoft\.Dynamics\.CRM\.In\(PropertyName='name',PropertyValues=([^]*)\)$/.exec(
          filter,
        )?.[1];
        assert.deepEqual(JSON.parse(list ?? ''), values);
        assert.match(path, LEGAL);
      }),
    );
  });

  it('any FetchXML arrives unharmed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const path = odata.fetchPath('steps', text);
        assert.equal(optionsOf(path).get('fetchXml'), text);
        assert.match(path, LEGAL);
      }),
    );
  });

  it('half of a surrogate pair is refused wherever it stands', () => {
    for (const text of ['\uD800', 'a\uDC00b', '\uDC00\uD800']) {
      refused(() => odata.eq('name', text));
      refused(() => odata.contains('name', text));
      refused(() => odata.isIn('name', [text]));
      refused(() => odata.rowByKey('EntityDefinitions', { LogicalName: text }));
      refused(() => odata.functionCall('Fn', { A: text }));
      refused(() => odata.fetchPath('steps', text));
    }
  });

  it('names that are no names are refused', () => {
    for (const name of ['', 'a b', "a'", 'a,b', '$select', 'a/b', '1a', 'ы', 'a'.repeat(129)]) {
      refused(() => odata.set(name));
      refused(() => odata.query('steps', { select: [name] }));
      refused(() => odata.alias(name));
      refused(() => odata.functionCall('Fn', { [name]: 1 }));
    }
    for (const path of ['', '/a', 'a/', 'a//b', 'a b/c']) {
      refused(() => odata.eq(path, 1));
      refused(() => odata.query('steps', { orderby: [path] }));
      refused(() => odata.query('steps', { expand: [{ path }] }));
    }
  });

  it('a row is addressed by its GUID and by nothing else', () => {
    assert.equal(odata.row('serviceendpoints', ID), `serviceendpoints(${ID})`);
    assert.equal(odata.bind('serviceendpoints', ID), `/serviceendpoints(${ID})`);
    for (const id of ['', 'x', `{${ID}}`, `${ID})/x(`, `'${ID}'`])
      refused(() => odata.row('serviceendpoints', id));
  });

  it('values are written in their own form', () => {
    const written = (value: odata.ValueOrOperand): string =>
      odata.eq('a', value).condition.replace('a%20eq%20', '');
    assert.equal(written(0), '0');
    assert.equal(written(-0), '0');
    assert.equal(written(-1.5), '-1.5');
    assert.equal(written(1e21), '1e%2B21');
    assert.equal(written(true), 'true');
    assert.equal(written(null), 'null');
    assert.equal(written('null'), "'null'");
    assert.equal(written(''), "''");
    assert.equal(written(odata.guid(ID)), ID);
    assert.equal(written(odata.column('b/c')), 'b/c');
    assert.equal(written(new Date('2025-03-01T00:00:00Z')), '2025-03-01T00:00:00Z');
    assert.equal(written(new Date('2025-03-01T01:00:00.250+01:00')), '2025-03-01T00:00:00.250Z');
    assert.equal(odata.day(new Date('2025-03-01T23:59:59Z')).operand, '2025-03-01');
    for (const value of [NaN, Infinity, new Date(NaN), new Date(-1e15)]) refused(() => odata.eq('a', value));
  });

  it('conditions are joined without losing their meaning', () => {
    const [a, b, c] = [odata.eq('a', 1), odata.eq('b', 2), odata.eq('c', 3)];
    const text = (condition: odata.Expression | undefined): string | undefined =>
      condition === undefined ? undefined : decodeURIComponent(condition.condition);
    assert.equal(text(odata.and(a, odata.or(b, c))), 'a eq 1 and (b eq 2 or c eq 3)');
    assert.equal(text(odata.or(odata.and(a, b), c)), '(a eq 1 and b eq 2) or c eq 3');
    assert.equal(text(odata.and(odata.and(a, b), c)), 'a eq 1 and b eq 2 and c eq 3');
    assert.equal(text(odata.not(odata.or(a, b))), 'not (a eq 1 or b eq 2)');
    assert.equal(text(odata.and(a, undefined)), 'a eq 1');
    assert.equal(text(odata.allOf([undefined])), undefined);
    refused(() => odata.anyOf([undefined]));
    refused(() => odata.isIn('a', []));
  });

  it('conditions over the items of a collection name the item', () => {
    const images = 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage';
    assert.equal(
      decodeURIComponent(
        odata.any(images, (o) => odata.and(odata.eq(o('name'), 'x'), odata.gt(o('a/b'), 1))).condition,
      ),
      `${images}/any(o:o/name eq 'x' and o/a/b gt 1)`,
    );
    assert.equal(odata.any(images).condition, `${images}/any()`);
    assert.equal(
      odata.all(images, (o) => odata.ne(o('n'), 1), 'i').condition,
      `${images}/all(i:i/n%20ne%201)`,
    );
  });

  it('options of a query come in one order, those of an expand between semicolons', () => {
    const path = odata.query('sdkmessageprocessingsteps', {
      select: ['name', '_eventhandler_value'],
      filter: odata.eq('_eventhandler_value', odata.guid(ID)),
      expand: [
        { path: 'sdkmessageid', select: ['name'] },
        {
          path: 'images',
          select: ['name'],
          filter: odata.eq('imagetype', 0),
          orderby: ['name'],
          top: 3,
          expand: [{ path: 'x' }],
        },
      ],
      orderby: ['name', { by: 'rank', descending: true }],
      top: 5,
      count: true,
    });
    assert.equal(
      path,
      'sdkmessageprocessingsteps?$select=name,_eventhandler_value' +
        `&$filter=_eventhandler_value%20eq%20${ID}` +
        '&$expand=sdkmessageid($select=name),images($select=name;$filter=imagetype%20eq%200;$expand=x;$orderby=name;$top=3)' +
        '&$orderby=name,rank%20desc&$top=5&$count=true',
    );
  });

  it('empty options are left out', () => {
    assert.equal(odata.query('steps', { select: [], orderby: [], expand: [], filter: undefined }), 'steps');
  });

  it('more expands than the service takes are refused, nested ones counted', () => {
    const expand = Array.from({ length: 8 }, (_, n) => ({ path: `a${n}`, expand: [{ path: 'b' }] }));
    refused(() => odata.query('steps', { expand }));
    assert.ok(odata.query('steps', { expand: expand.slice(0, 7) }).includes('a6($expand=b)'));
  });

  it('numbers of rows that are none are refused', () => {
    for (const top of [0, -1, 1.5, NaN, Infinity]) refused(() => odata.query('steps', { top }));
  });

  it('a function has its parameters behind aliases, joined with ampersands', () => {
    assert.equal(
      odata.functionCall('RetrieveDependenciesForDelete', { ObjectId: odata.guid(ID), ComponentType: 92 }),
      `RetrieveDependenciesForDelete(ObjectId=@p1,ComponentType=@p2)?@p1=${ID}&@p2=92`,
    );
    assert.equal(odata.functionCall('WhoAmI'), 'WhoAmI');
    assert.equal(
      odata.query(odata.functionCall('Fn', { A: 1 }), { select: ['x'] }),
      'Fn(A=@p1)?@p1=1&$select=x',
    );
  });

  it('references, derived types and bound actions are paths behind a row', () => {
    const row = odata.row('serviceendpoints', ID);
    assert.equal(odata.reference(row, 'steps'), `${row}/steps/$ref`);
    assert.equal(odata.reference(row, 'steps', ID), `${row}/steps(${ID})/$ref`);
    assert.equal(
      odata.cast('a', 'PicklistAttributeMetadata'),
      'a/Microsoft.Dynamics.CRM.PicklistAttributeMetadata',
    );
    assert.equal(odata.boundAction(row, 'X'), `${row}/Microsoft.Dynamics.CRM.X`);
  });

  it('figures are asked for with $apply', () => {
    const apply = odata.inOrder([
      odata.filterRows(odata.eq('name', 'a b')),
      odata.groupBy(
        ['statuscode'],
        [
          { as: 'n', count: true },
          { as: 'last', column: 'completedon', method: 'max' },
        ],
      ),
    ]);
    assert.equal(
      decodeURIComponent(odata.query('asyncoperations', { apply })),
      "asyncoperations?$apply=filter(name eq 'a b')/groupby((statuscode),aggregate($count as n,completedon with max as last))",
    );
  });
});
