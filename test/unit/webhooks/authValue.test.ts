import assert from 'node:assert/strict';
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import fc from 'fast-check';
import { Secret } from '../../../src/base/secret';
import { isXmlText } from '../../../src/base/xmlText';
import {
  AUTH_VALUE_LIMIT,
  authTypeFromValue,
  authTypeValue,
  checkKey,
  checkPairName,
  checkPairsLength,
  checkPairValue,
  formatAuthValue,
} from '../../../src/webhooks/authValue';
import type { AuthPair } from '../../../src/webhooks/model';

/** Every pair that can be typed, and many that cannot. */
const pairs = fc.array(
  fc.record(
    {
      name: fc.string({ unit: 'binary', minLength: 1 }).filter(isXmlText),
      value: fc.string({ unit: 'binary' }).filter(isXmlText),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 6 },
);

function secrets(list: ReadonlyArray<{ readonly name: string; readonly value: string }>): AuthPair[] {
  return list.map(({ name, value }) => ({ name, value: new Secret(value) }));
}

/** Reads an authvalue as an XML parser does, independent of our own reader. */
function readPairs(authValue: string): Array<{ name: string | undefined; value: string | undefined }> {
  const root = parseXml(authValue).root;
  assert.equal(root?.name, 'settings');
  return root.children.map((child) => {
    assert.ok(child instanceof XmlElement && child.name === 'setting');
    assert.deepEqual(Object.keys(child.attributes).sort(), ['name', 'value']);
    return { name: child.attributes['name'], value: child.attributes['value'] };
  });
}

describe('The value of an authentication', () => {
  it('is the bare key, or the documented XML', () => {
    assert.equal(
      formatAuthValue({ type: 'webhookKey', key: new Secret('s3cr3t-key') }).reveal(),
      's3cr3t-key',
    );
    assert.equal(
      formatAuthValue({
        type: 'httpHeader',
        pairs: secrets([
          { name: 'x-api-key', value: 'abc' },
          { name: 'x-tenant', value: '42' },
        ]),
      }).reveal(),
      '<settings><setting name="x-api-key" value="abc" /><setting name="x-tenant" value="42" /></settings>',
    );
    assert.equal(formatAuthValue({ type: 'httpQueryString', pairs: [] }).reveal(), '<settings></settings>');
  });

  it('is read back by a parser as it was typed, whatever was typed', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom('httpHeader' as const, 'httpQueryString' as const), (list, type) => {
        assert.deepEqual(readPairs(formatAuthValue({ type, pairs: secrets(list) }).reveal()), list);
      }),
      { examples: [[[{ name: `"'<>&\t`, value: '\r\n</settings>' }], 'httpHeader']] },
    );
  });

  it('is never seen when the secret is printed', () => {
    const value = formatAuthValue({ type: 'httpHeader', pairs: secrets([{ name: 'n', value: 'v' }]) });
    assert.equal(`${String(value)}${JSON.stringify(value)}`, '•••"•••"');
  });
});

describe('The authentication types', () => {
  it('are 4 key, 5 header and 6 query string', () => {
    assert.deepEqual(
      [authTypeValue('webhookKey'), authTypeValue('httpHeader'), authTypeValue('httpQueryString')],
      [4, 5, 6],
    );
    for (const type of ['webhookKey', 'httpHeader', 'httpQueryString'] as const)
      assert.equal(authTypeFromValue(authTypeValue(type)), type);
    for (const value of [undefined, -1, 0, 1, 2, 3, 7, 8, 9, 5.5, Number.NaN])
      assert.equal(authTypeFromValue(value), 'other');
  });
});

describe('The name of a header or parameter', () => {
  const header = (name: string, others: readonly string[] = []): string | undefined =>
    checkPairName('httpHeader', name, others)?.reason;
  const query = (name: string, others: readonly string[] = []): string | undefined =>
    checkPairName('httpQueryString', name, others)?.reason;

  it('is a token of HTTP for a header', () => {
    for (const name of ['x-api-key', 'X_Api.Key', "!#$%&'*+-.^_`|~09azAZ", 'Authorization'])
      assert.equal(header(name), undefined, name);
    assert.equal(header(''), 'nameEmpty');
    for (const [name, character] of [
      ['x api', ' '],
      ['x:y', ':'],
      ['ключ', 'к'],
      ['a😀', '😀'],
      ['a\r\nb', '\r'],
      ['a"', '"'],
    ] as const) {
      assert.deepEqual(
        checkPairName('httpHeader', name, []),
        { reason: 'headerNameIllegal', character },
        name,
      );
    }
    assert.equal(header('a\0'), 'textNotXml');
  });

  it('is not one that the connection or Dataverse sets', () => {
    for (const name of [
      ...['Host', 'content-length', 'Content-Type', 'TRANSFER-ENCODING', 'Connection', 'Expect', 'Upgrade'],
      ...['TE', 'Trailer', 'Keep-Alive', 'x-ms-dynamics-organization', 'X-MS-Dynamics-anything'],
      'x-ms-correlation-request-id',
    ])
      assert.deepEqual(checkPairName('httpHeader', name, []), { reason: 'headerNameReserved', name });
    assert.equal(query('Host'), undefined);
  });

  it('is there once: headers without regard to case, parameters with it', () => {
    assert.equal(header('X-Key', ['x-key']), 'nameDuplicate');
    assert.equal(header('x-key2', ['x-key']), undefined);
    assert.equal(query('Key', ['key']), undefined);
    assert.equal(query('key', ['key']), 'nameDuplicate');
  });

  it('of a parameter may be any text that XML can carry', () => {
    for (const name of ['api key', 'ключ', 'a&b=c', '😀']) assert.equal(query(name), undefined, name);
    assert.equal(query(''), 'nameEmpty');
    assert.equal(query('a\u0001'), 'textNotXml');
    assert.equal(query('\uD800'), 'textNotXml');
  });
});

describe('The value of a header or parameter', () => {
  it('of a header is visible ASCII on one line', () => {
    const header = (value: string): string | undefined => checkPairValue('httpHeader', value)?.reason;
    for (const value of ['abc', 'a b', 'Bearer abc.def==', 'a\tb', `"<>&'`])
      assert.equal(header(value), undefined);
    assert.equal(header(''), 'valueEmpty');
    assert.equal(header('a\nb'), 'valueLineBreak');
    assert.equal(header('a\r'), 'valueLineBreak');
    assert.equal(header(' a'), 'valueEdgeBlank');
    assert.equal(header('a\t'), 'valueEdgeBlank');
    for (const value of ['é', '😀', 'a\u0007b', 'a\u007F'])
      assert.equal(header(value), 'valueNotAscii', value);
  });

  it('of a parameter is any text, because it is percent-encoded', () => {
    for (const value of ['é', ' a ', 'a\nb', '😀'])
      assert.equal(checkPairValue('httpQueryString', value), undefined);
    assert.deepEqual(checkPairValue('httpQueryString', ''), { reason: 'valueEmpty' });
    assert.deepEqual(checkPairValue('httpQueryString', '\0'), { reason: 'textNotXml' });
    assert.deepEqual(checkPairValue('httpQueryString', '\uDC00'), { reason: 'textNotXml' });
  });
});

describe('The length of an authentication', () => {
  it('counts a key as it is', () => {
    assert.equal(checkKey('k'.repeat(AUTH_VALUE_LIMIT)), undefined);
    assert.deepEqual(checkKey('k'.repeat(2049)), { reason: 'tooLong', length: 2049, limit: 2048 });
    assert.deepEqual(checkKey(''), { reason: 'keyEmpty' });
    assert.deepEqual(checkKey('a\nb'), { reason: 'valueLineBreak' });
    assert.deepEqual(checkKey('\uD800'), { reason: 'textNotXml' });
    assert.equal(checkKey('a+b/c==&é'), undefined);
  });

  it('counts pairs with the XML around them and with what escaping adds', () => {
    const around = '<settings><setting name="n" value="" /></settings>'.length;
    const fits = (value: string): boolean =>
      checkPairsLength('httpHeader', secrets([{ name: 'n', value }])) === undefined;
    assert.equal(fits('v'.repeat(AUTH_VALUE_LIMIT - around)), true);
    assert.equal(fits('v'.repeat(AUTH_VALUE_LIMIT - around + 1)), false);
    assert.equal(fits('&'.repeat(Math.floor((AUTH_VALUE_LIMIT - around) / 5))), true);
    assert.equal(fits('&'.repeat(Math.floor((AUTH_VALUE_LIMIT - around) / 5) + 1)), false);
  });
});
