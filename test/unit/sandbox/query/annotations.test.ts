import assert from 'node:assert/strict';
import { ALL, id, odata, rowsOf, sampleStore, storeOf } from './fixture';

describe('Annotations', () => {
  const store = sampleStore();

  it('come before the value they belong to, with labels, names and navigation', () => {
    const [row] = rowsOf(
      odata(
        store,
        'contact',
        `$select=familystatuscode,createdon,birthdate,numberofchildren,_parentcustomerid_value&$filter=lastname eq 'O''Brien'`,
        ALL,
      ),
    );
    assert.ok(row);
    assert.deepEqual(Object.entries(row).slice(1), [
      ['familystatuscode@OData.Community.Display.V1.FormattedValue', 'Married'],
      ['familystatuscode', 2],
      ['createdon@OData.Community.Display.V1.FormattedValue', '3/5/2025 11:30 AM'],
      ['createdon', '2025-03-05T11:30:00Z'],
      ['birthdate@OData.Community.Display.V1.FormattedValue', '3/5/1990'],
      ['birthdate', '1990-03-05'],
      ['numberofchildren@OData.Community.Display.V1.FormattedValue', '2'],
      ['numberofchildren', 2],
      ['_parentcustomerid_value@OData.Community.Display.V1.FormattedValue', 'Fabrikam'],
      [
        '_parentcustomerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty',
        'parentcustomerid_account',
      ],
      ['_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname', 'account'],
      ['_parentcustomerid_value', id(50, 1)],
      ['contactid', id(51, 1)],
    ]);
  });

  it('format money, booleans, big numbers and several choices', () => {
    const formatted = (table: string, query: string, name: string): unknown =>
      rowsOf(odata(store, table, query, ALL))[0]?.[`${name}@OData.Community.Display.V1.FormattedValue`];
    assert.equal(formatted('account', '', 'creditlimit'), '$1,234.50');
    assert.equal(formatted('serviceendpoint', "$filter=name eq 'Alpha hook'", 'isauthvalueset'), 'Yes');
    assert.equal(formatted('asyncoperation', '$filter=statuscode eq 31', 'errorcode'), '-2,147,155,455');
    const regions = storeOf({
      new_project: [{ new_projectid: id(60, 1), new_regions: [100000000, 100000002] }],
    });
    const [row] = rowsOf(odata(regions, 'new_project', '$select=new_regions', ALL));
    assert.equal(row?.['new_regions'], '100000000,100000002');
    assert.equal(row['new_regions@OData.Community.Display.V1.FormattedValue'], 'North; South');
  });

  it('are only those asked for', () => {
    const names = (annotations: string): readonly string[] =>
      Object.keys(
        rowsOf(
          odata(store, 'contact', '$select=_ownerid_value&$orderby=lastname&$top=1', { annotations }),
        )[0] ?? {},
      )
        .filter((name) => name.includes('@') && !name.startsWith('@'))
        .map((name) => name.split('@')[1] ?? '');
    assert.deepEqual(names('OData.Community.Display.V1.FormattedValue'), [
      'OData.Community.Display.V1.FormattedValue',
    ]);
    assert.deepEqual(names('Microsoft.Dynamics.CRM.*'), [
      'Microsoft.Dynamics.CRM.associatednavigationproperty',
      'Microsoft.Dynamics.CRM.lookuplogicalname',
    ]);
    assert.deepEqual(names('*,-Microsoft.Dynamics.CRM.*'), ['OData.Community.Display.V1.FormattedValue']);
    assert.deepEqual(names('nothing'), []);
  });

  it('tell the total when it was counted, and -1 otherwise', () => {
    const total = (query: string): unknown =>
      odata(store, 'contact', query, ALL).body['@Microsoft.Dynamics.CRM.totalrecordcount'];
    assert.equal(total('$count=true'), 3);
    assert.equal(total(''), -1);
  });
});
