import assert from 'node:assert/strict';
import { ALL, odata, refuses, ROOT, rowsOf, sampleStore } from './fixture';

describe('OData $apply', () => {
  const store = sampleStore();
  const apply = (query: string): readonly unknown[] =>
    rowsOf(odata(store, 'asyncoperation', `$apply=${query}`));

  it('counts and works out values over all rows', () => {
    assert.deepEqual(
      apply('aggregate($count as n,errorcode with max as worst,statuscode with countdistinct as kinds)'),
      [{ n: 4, worst: -2147155455, kinds: 2 }],
    );
    assert.deepEqual(apply('filter(statuscode eq 99)/aggregate($count as n,errorcode with sum as s)'), [
      { n: 0, s: null },
    ]);
  });

  it('groups, with $filter before it and $orderby and $top behind it', () => {
    assert.deepEqual(apply('groupby((statuscode),aggregate($count as n))&$orderby=statuscode desc'), [
      { statuscode: 31, n: 3 },
      { statuscode: 30, n: 1 },
    ]);
    assert.deepEqual(apply('groupby((statuscode),aggregate($count as n))&$orderby=statuscode&$top=1'), [
      { statuscode: 30, n: 1 },
    ]);
    assert.deepEqual(
      apply('filter(statuscode eq 31)/groupby((_owningextensionid_value,statecode),aggregate($count as n))'),
      [
        { _owningextensionid_value: '00000020-0000-4000-8000-000000000001', statecode: 3, n: 1 },
        { _owningextensionid_value: '00000020-0000-4000-8000-000000000002', statecode: 3, n: 1 },
        { _owningextensionid_value: '00000020-0000-4000-8000-000000000003', statecode: 3, n: 1 },
      ],
    );
    assert.deepEqual(apply('groupby((statuscode))&$filter=statuscode eq 30'), [{ statuscode: 30 }]);
  });

  it('groups by a column that a lookup leads to, under a name of its own', () => {
    assert.deepEqual(
      apply('filter(statuscode eq 31)/groupby((owningextensionid/name),aggregate($count as n))'),
      ['Step 1', 'Step 2', 'Step 3'].map((name) => ({ sdkmessageprocessingstep_name: name, n: 1 })),
    );
  });

  it('annotates groups and names the columns in the context', () => {
    const { body } = odata(
      store,
      'asyncoperation',
      '$apply=groupby((statuscode),aggregate($count as n))&$top=1',
      ALL,
    );
    assert.equal(body['@odata.context'], `${ROOT}$metadata#asyncoperations(statuscode,n)`);
    assert.deepEqual(body['value'], [
      {
        'statuscode@OData.Community.Display.V1.FormattedValue': 'Succeeded',
        statuscode: 30,
        'n@OData.Community.Display.V1.FormattedValue': '1',
        n: 1,
      },
    ]);
  });

  it('refuses unknown names and methods, and says what it leaves out', () => {
    refuses(() => apply('groupby((nosuch))'), 400, /property named 'nosuch'/);
    refuses(() => apply('aggregate(name with sum as s)'), 400, /not valid for the property 'name'/);
    refuses(() => apply('aggregate(errorcode with median as s)'), 400, /'median' is not valid/);
    refuses(() => apply('aggregate(errorcode)'), 400, /Syntax error/);
    refuses(() => apply('groupby((statuscode)'), 400, /Syntax error/);
    refuses(() => apply('groupby((statuscode),aggregate($count as n))&$orderby=m'), 400, /'m' in the result/);
    refuses(() => apply('groupby((year(createdon)))'), 501, /function inside groupby/);
    refuses(
      () => apply('groupby((owningextensionid/eventhandler_serviceendpoint/name))'),
      501,
      /more than one/,
    );
    refuses(
      () => apply('aggregate(owningextensionid/rank with sum as s)'),
      501,
      /figure over a linked column/,
    );
    refuses(() => apply('groupby((createdon))'), 400, /cannot group by/);
    refuses(
      () => apply('groupby((statuscode),aggregate($count as n))&$orderby=n desc'),
      400,
      /SingleValueOpenPropertyAccess is not supported/,
    );
    refuses(() => apply('topcount(1,errorcode)'), 501, /'topcount'/);
    refuses(() => apply('aggregate($count as n)/filter(n gt 1)'), 501, /behind 'aggregate'/);
  });
});
