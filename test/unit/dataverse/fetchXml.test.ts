import assert from 'node:assert/strict';
import { parseXml } from '@rgrove/parse-xml';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isXmlText } from '../../../src/base/xmlText';
import { DataverseError } from '../../../src/dataverse/errors';
import { writeFetchXml } from '../../../src/dataverse/fetchXml';
import { decodeCookie, readFetchXml, withPaging } from '../../../src/dataverse/fetchXmlText';

const xmlText = fc.string({ unit: 'binary' }).filter(isXmlText);

function refused(action: () => unknown): void {
  assert.throws(action, (error) => DataverseError.is(error, 'invalid'));
}

/** What an XML parser finds in the root of a text. */
function rootAttributes(text: string): Readonly<Record<string, string>> {
  return parseXml(text).root?.attributes ?? {};
}

describe('FetchXML', () => {
  it('a query is written as the documentation shows it', () => {
    const text = writeFetchXml({
      page: 1,
      count: 50,
      returnTotalRecordCount: true,
      entity: {
        name: 'asyncoperation',
        attributes: ['asyncoperationid', 'name'],
        filter: { conditions: [{ attribute: 'statuscode', operator: 'eq', value: 31 }] },
        links: [
          {
            name: 'sdkmessageprocessingstep',
            from: 'sdkmessageprocessingstepid',
            to: 'owningextensionid',
            type: 'outer',
            alias: 'step',
            attributes: ['name'],
          },
        ],
        orders: [{ attribute: 'completedon', descending: true }, 'asyncoperationid'],
      },
    });
    assert.equal(
      text,
      '<fetch page="1" count="50" returntotalrecordcount="true"><entity name="asyncoperation">' +
        '<attribute name="asyncoperationid" /><attribute name="name" />' +
        '<filter><condition attribute="statuscode" operator="eq" value="31" /></filter>' +
        '<link-entity name="sdkmessageprocessingstep" from="sdkmessageprocessingstepid" to="owningextensionid" link-type="outer" alias="step">' +
        '<attribute name="name" /></link-entity>' +
        '<order attribute="completedon" descending="true" /><order attribute="asyncoperationid" />' +
        '</entity></fetch>',
    );
  });

  it('figures, groups, nested filters and lists of values are written', () => {
    const text = writeFetchXml({
      aggregate: true,
      entity: {
        name: 'asyncoperation',
        attributes: [
          { name: 'asyncoperationid', alias: 'n', aggregate: 'count' },
          { name: 'statuscode', alias: 's', groupBy: true },
        ],
        filter: {
          type: 'or',
          conditions: [
            { attribute: 'name', operator: 'in', values: ['a', 'b & c'] },
            { conditions: [{ entityName: 'step', attribute: 'name', operator: 'not-null' }] },
          ],
        },
      },
    });
    assert.match(text, /<attribute name="asyncoperationid" alias="n" aggregate="count" \/>/);
    assert.match(
      text,
      /<filter type="or"><condition attribute="name" operator="in"><value>a<\/value><value>b &amp; c<\/value>/,
    );
    assert.match(
      text,
      /<filter><condition entityname="step" attribute="name" operator="not-null" \/><\/filter><\/filter>/,
    );
  });

  it('any value that XML can carry arrives unharmed', () => {
    fc.assert(
      fc.property(xmlText, (value) => {
        const text = writeFetchXml({
          entity: { name: 'a', filter: { conditions: [{ attribute: 'b', operator: 'eq', value }] } },
        });
        assert.ok(JSON.stringify(parseXml(text)).includes(`"value":${JSON.stringify(value)}`));
      }),
    );
  });

  it('values that XML cannot carry, names that are none and forbidden combinations are refused', () => {
    const condition =
      (value: string): (() => string) =>
      () =>
        writeFetchXml({
          entity: { name: 'a', filter: { conditions: [{ attribute: 'b', operator: 'eq', value }] } },
        });
    refused(condition('\u0000'));
    refused(condition('\uD800'));
    refused(() => writeFetchXml({ entity: { name: 'a"b' } }));
    refused(() => writeFetchXml({ top: 5, count: 5, entity: { name: 'a' } }));
    refused(() => writeFetchXml({ top: 0, entity: { name: 'a' } }));
    const link = { name: 'a', from: 'b', to: 'c' };
    refused(() => writeFetchXml({ entity: { name: 'a', links: Array.from({ length: 16 }, () => link) } }));
    refused(() =>
      writeFetchXml({
        entity: { name: 'a', filter: { conditions: [{ attribute: 'b', operator: 'EQ "' }] } },
      }),
    );
  });

  it('the head of a text is read', () => {
    assert.deepEqual(readFetchXml('<fetch top="5" aggregate="1"><entity name="x"/></fetch>'), {
      entityName: 'x',
      top: 5,
      aggregate: true,
    });
    assert.equal(readFetchXml('<fetch aggregate=" True "><entity name="x"/></fetch>').aggregate, true);
    assert.deepEqual(
      readFetchXml(
        "<?xml version='1.0'?>\r\n<!-- > --><fetch page = '3' count='50' paging-cookie='&lt;c/&gt;'><entity name='x'/></fetch>",
      ),
      { entityName: 'x', page: 3, count: 50, pagingCookie: '<c/>', aggregate: false },
    );
  });

  it('what is no FetchXML is refused', () => {
    for (const text of [
      '',
      'x',
      '<fetch>',
      '<a><entity name="x"/></a>',
      '<fetch/>',
      '<fetch><entity/></fetch>',
      '<fetch><entity name="a"/><entity name="b"/></fetch>',
      '<fetch><entity name="<stepid>"/></fetch>',
    ]) {
      refused(() => readFetchXml(text));
    }
    refused(() => withPaging('<a/>', { page: 2 }));
  });

  it('setting the page keeps everything else byte for byte', () => {
    const prolog = fc.constantFrom(
      '',
      '\uFEFF',
      '<?xml version="1.0"?>\r\n',
      '<!-- <fetch page="9"> 😀 -->\n',
      '  \n',
    );
    const attribute = fc.constantFrom(
      ' page="7"',
      " count = '3'",
      '\n\tpaging-cookie="&lt;x&gt;"',
      ' distinct="true"',
      ' x=\'> /> page="1"\'',
      '',
    );
    const tail = fc.constantFrom('', ' ', '\r\n');
    fc.assert(
      fc.property(
        prolog,
        fc.uniqueArray(attribute, { maxLength: 6 }),
        tail,
        xmlText,
        fc.option(xmlText, { nil: undefined }),
        fc.integer({ min: 1, max: 1000 }),
        fc.option(fc.integer({ min: 1, max: 5000 }), { nil: undefined }),
        (before, attributes, blank, inside, cookie, page, count) => {
          const content = `<entity name="a"><!--${inside.replace(/-/g, '_')}--></entity></fetch>\n`;
          const text = `${before}<fetch${attributes.join('')}${blank}>${content}`;
          const changed = withPaging(text, { page, count, cookie });
          assert.ok(changed.startsWith(`${before}<fetch`));
          assert.ok(changed.endsWith(`${blank}>${content}`));
          const found = rootAttributes(changed);
          const old = rootAttributes(text);
          assert.equal(found['page'], String(page));
          assert.equal(found['count'], count === undefined ? old['count'] : String(count));
          assert.equal(found['paging-cookie'], cookie);
          for (const name of ['distinct', 'x']) assert.equal(found[name], old[name]);
          assert.equal(withPaging(changed, { page, count, cookie }), changed);
        },
      ),
    );
  });

  it('a cookie comes back as it was before the service encoded it twice', () => {
    fc.assert(
      fc.property(xmlText, (cookie) => {
        const twice = encodeURIComponent(encodeURIComponent(cookie));
        const annotation = `<cookie pagenumber="2" pagingcookie="${twice}" istracking="False" />`;
        assert.equal(decodeCookie(annotation), cookie === '' ? undefined : cookie);
      }),
    );
  });

  it('the published cookie gives the published next page', () => {
    const annotation =
      '<cookie pagenumber="2" pagingcookie="%253ccookie%2520page%253D%25221%2522%253e%253ccompletedon%2520last%253D%25222025-02-27T09%253A11%253A40Z%2522%2520%252F%253e%253c%252Fcookie%253e" istracking="False" />';
    assert.equal(
      withPaging('<fetch page="1" count="50"><entity name="a"/></fetch>', {
        page: 2,
        cookie: decodeCookie(annotation),
      }),
      '<fetch page="2" count="50" paging-cookie="&lt;cookie page=&quot;1&quot;&gt;&lt;completedon last=&quot;2025-02-27T09:11:40Z&quot; /&gt;&lt;/cookie&gt;"><entity name="a"/></fetch>',
    );
  });

  it('no cookie is no cookie, and a broken one is an error', () => {
    for (const nothing of [undefined, null, '', 5, '<cookie/>', '<cookie pagingcookie=""/>']) {
      assert.equal(decodeCookie(nothing), undefined);
    }
    for (const broken of [
      '<cookie',
      '<cookie pagingcookie="%"/>',
      '<cookie pagingcookie="%2525zz%25E0%25A4%25A"/>',
    ]) {
      assert.throws(
        () => decodeCookie(broken),
        (error) => DataverseError.is(error, 'badAnswer'),
      );
    }
  });
});
