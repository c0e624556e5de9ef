import assert from 'node:assert/strict';

import fc from 'fast-check';

import { escapeXml, isXmlText } from '../../../src/base/xmlText';
import { Secret } from '../../../src/base/secret';
import { parseSettings, readAuthentication } from '../../../src/delivery/authentication';

const read = (text: string): unknown => {
  const reading = parseSettings(new Secret(text));
  return reading.ok ? reading.pairs.map(({ name, value }) => [name, value.reveal()]) : reading.problem;
};

describe('the settings of an authentication value', () => {
  it('are pairs in order, with double or single quotes', () => {
    assert.deepEqual(
      read(
        '<settings><setting name="x-api-key" value="abc" /><setting name="x-tenant" value="42" /></settings>',
      ),
      [
        ['x-api-key', 'abc'],
        ['x-tenant', '42'],
      ],
    );
    assert.deepEqual(read("<settings>\n <setting value='a\"b' name='k'></setting>\n</settings>"), [
      ['k', 'a"b'],
    ]);
  });

  it('may be empty', () => {
    for (const text of [
      '',
      '  ',
      '<settings></settings>',
      '<settings/>',
      '<settings><!-- none --></settings>',
    ]) {
      assert.deepEqual(read(text), []);
    }
  });

  it('give back any text that XML can carry', () => {
    const text = fc.string({ unit: 'grapheme' }).filter(isXmlText);
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            text.filter((name) => name !== ''),
            text,
          ),
        ),
        (pairs) => {
          const settings = pairs.map(
            ([name, value]) => `<setting name="${escapeXml(name)}" value="${escapeXml(value)}" />`,
          );
          assert.deepEqual(read(`<settings>${settings.join('')}</settings>`), pairs);
        },
      ),
    );
  });

  it('are refused with a reason', () => {
    assert.deepEqual(read('<settings>\n<setting name="a" value="&nope;"/></settings>'), {
      reason: 'notXml',
      line: 2,
      column: 26,
    });
    const reasons = [
      'plain key',
      '<setting name="a" value="b"/>',
      '<settings>text</settings>',
      '<settings><other/></settings>',
      '<settings><setting value="b"/></settings>',
      '<settings><setting name="" value="b"/></settings>',
      '<settings><setting name="a"/></settings>',
    ].map((text) => (read(text) as { reason: string }).reason);
    assert.deepEqual(reasons, [
      'notXml',
      'notSettings',
      'unexpectedContent',
      'unexpectedContent',
      'nameMissing',
      'nameMissing',
      'valueMissing',
    ]);
  });

  it('mean headers for type 5, query parameters for type 6, and nothing for a key', () => {
    const xml = new Secret('<settings><setting name="a" value="b"/></settings>');
    const types = [4, 5, 6].map((type) => {
      const reading = readAuthentication(type, xml);
      return reading.ok ? reading.authentication.type : reading.error;
    });
    assert.deepEqual(types, ['webhookKey', 'httpHeader', 'httpQueryString']);
    const wrong = [5, 6, 2]
      .map((type) => readAuthentication(type, new Secret('<')))
      .map((it) => !it.ok && it.error);
    assert.deepEqual(wrong, ['invalidHeaders', 'invalidQueryParameters', 'unsupportedAuthType']);
  });
});
