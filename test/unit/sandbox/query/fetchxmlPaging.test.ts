import assert from 'node:assert/strict';
import { XmlElement, parseXml } from '@rgrove/parse-xml';
import { escapeXml } from '../../../../src/base/xmlText';
import { queries } from '../../../../src/sandbox/query';
import type { ReadAnswer } from '../../../../src/sandbox/queryRequest';
import { ALL, column, fetchXml, id, refuses, request, storeOf } from './fixture';

const COOKIE = '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie';
const MORE = '@Microsoft.Dynamics.CRM.morerecords';

describe('FetchXML paging', () => {
  const many = [...Array(23).keys()].map((number) => ({
    contactid: id(70, (number * 7) % 23),
    lastname: number % 4 === 0 ? null : `Name & "${number % 3}"`,
    familystatuscode: (number % 4) + 1,
    parentcustomerid: { table: 'account', id: id(50, number % 2) },
  }));
  const store = storeOf({
    account: [
      { accountid: id(50, 0), name: 'A' },
      { accountid: id(50, 1), name: 'B' },
    ],
    contact: many,
  });

  /** The cookie for the next request, taken out as FACTS 13.6 tells clients to. */
  function nextCookie(answer: ReadAnswer): string | undefined {
    const annotation = answer.body[COOKIE];
    if (annotation === undefined) return undefined;
    assert.ok(typeof annotation === 'string');
    const { root } = parseXml(annotation);
    assert.ok(root instanceof XmlElement);
    return decodeURIComponent(decodeURIComponent(root.attributes['pagingcookie'] ?? ''));
  }

  function walk(
    inner: string,
    count: number,
  ): { readonly ids: readonly unknown[]; readonly cookies: number } {
    const ids: unknown[] = [];
    let cookies = 0;
    let cookie: string | undefined;
    for (let page = 1; page < 100; page += 1) {
      const given = cookie === undefined ? '' : ` paging-cookie="${escapeXml(cookie)}"`;
      const answer = fetchXml(
        store,
        'contact',
        `<fetch page="${page}" count="${count}"${given}><entity name="contact"><attribute name="contactid"/>${inner}</entity></fetch>`,
        ALL,
      );
      ids.push(...column(answer, 'contactid'));
      if (answer.body[MORE] !== true) return { ids, cookies };
      cookie = nextCookie(answer);
      if (cookie !== undefined) cookies += 1;
    }
    assert.fail('There is no end of pages');
  }

  it('returns every row once and in order with a cookie', () => {
    for (const inner of [
      '',
      '<order attribute="lastname" descending="true"/>',
      '<order attribute="familystatuscode"/><order attribute="lastname"/>',
      '<order attribute="lastname"/><link-entity name="account" from="accountid" to="parentcustomerid"/>',
    ]) {
      const whole = walk(inner, 5000);
      assert.equal(whole.ids.length, 23);
      for (const count of [1, 4, 22, 23]) {
        const paged = walk(inner, count);
        assert.deepEqual(paged.ids, whole.ids, `${inner} by ${count}`);
        assert.equal(paged.cookies, Math.ceil(23 / count) - 1);
      }
    }
  });

  it('has the documented shape of the cookie', () => {
    const answer = fetchXml(
      store,
      'contact',
      '<fetch page="1" count="2"><entity name="contact"><attribute name="contactid"/><order attribute="lastname" descending="true"/></entity></fetch>',
      ALL,
    );
    assert.match(
      String(answer.body[COOKIE]),
      /^<cookie pagenumber="2" pagingcookie="%253ccookie%2520page%253d[^"<>& ]+" istracking="False" \/>$/,
    );
    assert.match(
      nextCookie(answer) ?? '',
      /^<cookie page="1"><lastname last="Name &amp; &quot;2&quot;" first="Name &amp; &quot;2&quot;" \/><contactid last="\{[0-9A-F-]{36}\}" first="\{[0-9A-F-]{36}\}" \/><\/cookie>$/,
    );
  });

  it('names the key once when the query orders by it itself', () => {
    const inner = '<order attribute="lastname"/><order attribute="contactid" descending="true"/>';
    const answer = fetchXml(
      store,
      'contact',
      `<fetch page="1" count="2"><entity name="contact">${inner}</entity></fetch>`,
      ALL,
    );
    assert.equal((nextCookie(answer) ?? '').match(/<contactid /g)?.length, 1);
    assert.deepEqual(walk(inner, 3).ids, walk(inner, 5000).ids);
  });

  it('skips pages and goes back from where a cookie leads', () => {
    const page = (number: number, cookie: string): readonly unknown[] =>
      column(
        fetchXml(
          store,
          'contact',
          `<fetch page="${number}" count="4" paging-cookie="${escapeXml(cookie)}"><entity name="contact"><attribute name="contactid"/></entity></fetch>`,
        ),
        'contactid',
      );
    const first = fetchXml(
      store,
      'contact',
      '<fetch page="1" count="4"><entity name="contact"/></fetch>',
      ALL,
    );
    const cookie = nextCookie(first) ?? '';
    const whole = walk('', 5000).ids;
    assert.deepEqual(page(2, cookie), whole.slice(4, 8));
    assert.deepEqual(page(4, cookie), whole.slice(12, 16));
    assert.deepEqual(page(1, cookie), whole.slice(0, 4));
  });

  it('pages by number alone where there is no cookie', () => {
    const byLink =
      '<link-entity name="account" from="accountid" to="parentcustomerid"><order attribute="name" descending="true"/></link-entity>';
    const paged = walk(byLink, 4);
    assert.deepEqual(paged.ids, walk(byLink, 5000).ids);
    assert.equal(paged.cookies, 0);
    refuses(
      () => fetchXml(store, 'contact', '<fetch page="1001" count="50"><entity name="contact"/></fetch>'),
      400,
      /limited to 50000 rows/,
    );
  });

  it('tells nothing without the Prefer header', () => {
    const { body } = fetchXml(store, 'contact', '<fetch page="1" count="2"><entity name="contact"/></fetch>');
    assert.deepEqual(Object.keys(body), ['@odata.context', 'value']);
  });

  it('cannot be mixed with OData options', () => {
    const xml = encodeURIComponent('<fetch><entity name="contact"/></fetch>');
    refuses(
      () => queries.collection({ ...request(store, 'contact', ''), query: `fetchXml=${xml}&$top=1` }),
      400,
      /\$top is not supported together/,
    );
  });
});
