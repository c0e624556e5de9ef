import assert from 'node:assert/strict';
import type { ReadAnswer } from '../../../../src/sandbox/queryRequest';
import { ALL, fetchXml, id, refuses, rowsOf, storeOf } from './fixture';

const MORE = '@Microsoft.Dynamics.CRM.morerecords';

describe('FetchXML aggregates', () => {
  const store = storeOf({
    account: [{ accountid: id(50, 1), name: 'Fabrikam' }],
    contact: [
      {
        contactid: id(51, 1),
        lastname: 'a',
        numberofchildren: 1,
        familystatuscode: 1,
        createdon: '2025-01-01T00:00:00Z',
        parentcustomerid: { table: 'account', id: id(50, 1) },
      },
      {
        contactid: id(51, 2),
        lastname: 'A',
        numberofchildren: 2,
        familystatuscode: 1,
        createdon: '2025-03-31T00:00:00Z',
        parentcustomerid: { table: 'account', id: id(50, 1) },
      },
      { contactid: id(51, 3), lastname: 'b', familystatuscode: 2, createdon: '2024-03-30T00:00:00Z' },
    ],
  });
  const aggregate = (inner: string, attributes = ''): ReadAnswer =>
    fetchXml(
      store,
      'contact',
      `<fetch aggregate="true" ${attributes}><entity name="contact">${inner}</entity></fetch>`,
      ALL,
    );
  const plain = (answer: ReadAnswer): readonly unknown[] =>
    rowsOf(answer).map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !name.includes('@'))),
    );

  it('count, sum and average, without nulls', () => {
    const inner = ['count', 'countcolumn', 'sum', 'avg', 'min', 'max']
      .map((kind) => `<attribute name="numberofchildren" alias="${kind}_" aggregate="${kind}"/>`)
      .join('');
    assert.deepEqual(plain(aggregate(inner)), [
      { count_: 3, countcolumn_: 2, sum_: 3, avg_: 1.5, min_: 1, max_: 2 },
    ]);
    assert.deepEqual(
      plain(aggregate('<attribute name="lastname" alias="n" aggregate="countcolumn" distinct="true"/>')),
      [{ n: 2 }],
    );
    assert.deepEqual(
      plain(
        aggregate(
          '<attribute name="contactid" alias="n" aggregate="count"/><attribute name="numberofchildren" alias="s" aggregate="sum"/><filter><condition attribute="lastname" operator="eq" value="zz"/></filter>',
        ),
      ),
      [{ n: 0 }],
    );
  });

  it('group by columns, by linked columns and by parts of a date', () => {
    const answer = aggregate(
      '<attribute name="familystatuscode" alias="status" groupby="true"/><attribute name="contactid" alias="n" aggregate="count"/><order alias="n"/>',
    );
    assert.deepEqual(rowsOf(answer), [
      {
        'status@OData.Community.Display.V1.FormattedValue': 'Married',
        status: 2,
        'n@OData.Community.Display.V1.FormattedValue': '1',
        n: 1,
      },
      {
        'status@OData.Community.Display.V1.FormattedValue': 'Single',
        status: 1,
        'n@OData.Community.Display.V1.FormattedValue': '2',
        n: 2,
      },
    ]);
    const linked =
      '<attribute name="contactid" alias="n" aggregate="count"/><link-entity name="account" from="accountid" to="parentcustomerid"><attribute name="name" alias="company" groupby="true"/></link-entity>';
    assert.deepEqual(plain(aggregate(linked)), [{ n: 2, company: 'Fabrikam' }]);
    const by = (part: string): readonly unknown[] =>
      plain(
        aggregate(
          `<attribute name="createdon" alias="p" groupby="true" dategrouping="${part}"/><attribute name="contactid" alias="n" aggregate="count"/><order alias="p"/>`,
        ),
      );
    assert.deepEqual(by('year'), [
      { p: 2024, n: 1 },
      { p: 2025, n: 2 },
    ]);
    assert.deepEqual(by('quarter'), [{ p: 1, n: 3 }]);
    assert.deepEqual(by('month'), [
      { p: 1, n: 1 },
      { p: 3, n: 2 },
    ]);
    assert.deepEqual(by('week'), [
      { p: 1, n: 1 },
      { p: 13, n: 1 },
      { p: 14, n: 1 },
    ]);
    assert.deepEqual(by('day'), [
      { p: 1, n: 1 },
      { p: 30, n: 1 },
      { p: 31, n: 1 },
    ]);
  });

  it('come in pages', () => {
    const inner = '<attribute name="lastname" alias="l" groupby="true"/>';
    const first = aggregate(inner, 'count="1" page="1"');
    assert.deepEqual(plain(first), [{ l: 'a' }]);
    assert.equal(first.body[MORE], true);
    const second = aggregate(inner, 'count="1" page="2"');
    assert.deepEqual(plain(second), [{ l: 'b' }]);
    assert.equal(second.body[MORE], false);
  });

  it('refuse what cannot be worked out', () => {
    refuses(
      () => aggregate('<attribute name="lastname" alias="s" aggregate="sum"/>'),
      400,
      /not valid for the attribute 'lastname'/,
    );
    refuses(() => aggregate('<attribute name="lastname" aggregate="count"/>'), 400, /needs an alias/);
    refuses(
      () => aggregate('<attribute name="lastname" alias="x"/>'),
      400,
      /either 'aggregate' or 'groupby'/,
    );
    refuses(
      () => aggregate('<attribute name="lastname" alias="x" aggregate="median"/>'),
      400,
      /aggregate 'median'/,
    );
    refuses(
      () => aggregate('<attribute name="lastname" alias="x" groupby="true"/><order attribute="lastname"/>'),
      400,
      /needs the 'alias'/,
    );
    refuses(
      () => aggregate('<attribute name="createdon" alias="x" groupby="true" dategrouping="fiscal-year"/>'),
      501,
      /fiscal-year/,
    );
    refuses(
      () => aggregate('<attribute name="contactid" alias="n" aggregate="count"/>', 'aggregatelimit="2"'),
      400,
      /maximum record limit/,
      '0x8004e023',
    );
  });
});
