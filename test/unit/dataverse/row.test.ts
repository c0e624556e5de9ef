import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DataverseError } from '../../../src/dataverse/errors';
import * as read from '../../../src/dataverse/row';
import type { Row } from '../../../src/dataverse/webApi';

/** A row of a job as the service sends it (FACTS 15.11). */
const JOB: Row = {
  '@odata.etag': 'W/"5951002"',
  asyncoperationid: 'A41E9F0B-e9f8-ef11-bae3-6045bdd1a101',
  name: 'Contoso hook: Update of contact',
  'statuscode@OData.Community.Display.V1.FormattedValue': 'Failed',
  statuscode: 31,
  errorcode: -2147155455,
  executiontimespan: 0.25,
  ismanaged: false,
  friendlymessage: null,
  completedon: '2025-03-04T11:02:10Z',
  iscustomizable: {
    Value: true,
    CanBeChanged: false,
    ManagedPropertyLogicalName: 'iscustomizableanddeletable',
  },
  '_owningextensionid_value@OData.Community.Display.V1.FormattedValue': 'Contoso hook',
  '_owningextensionid_value@Microsoft.Dynamics.CRM.associatednavigationproperty': 'owningextensionid',
  '_owningextensionid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'sdkmessageprocessingstep',
  _owningextensionid_value: '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01',
  _ownerid_value: '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01',
  _regardingobjectid_value: null,
  sdkmessageid: { name: 'Update' },
  sdkmessagefilterid: null,
  images: [{ name: 'PreImage' }],
};

describe('Rows', () => {
  it('give each column in its type', () => {
    assert.equal(read.text(JOB, 'name'), 'Contoso hook: Update of contact');
    assert.equal(read.guid(JOB, 'asyncoperationid'), 'a41e9f0b-e9f8-ef11-bae3-6045bdd1a101');
    assert.equal(read.integer(JOB, 'errorcode'), -2147155455);
    assert.equal(read.number(JOB, 'executiontimespan'), 0.25);
    assert.equal(read.boolean(JOB, 'ismanaged'), false);
    assert.deepEqual(read.date(JOB, 'completedon'), new Date(Date.UTC(2025, 2, 4, 11, 2, 10)));
    assert.deepEqual(read.managed(JOB, 'iscustomizable'), {
      value: true,
      canBeChanged: false,
      logicalName: 'iscustomizableanddeletable',
    });
    assert.equal(read.formatted(JOB, 'statuscode'), 'Failed');
    assert.equal(read.etag(JOB), 'W/"5951002"');
    assert.equal(read.text(read.expanded(JOB, 'sdkmessageid'), 'name'), 'Update');
    assert.deepEqual(read.expandedRows(JOB, 'images'), [{ name: 'PreImage' }]);
    assert.equal(read.integer({ versionnumber: '5951002' }, 'versionnumber'), 5951002);
  });

  it('give a lookup with what the annotations tell of it', () => {
    assert.deepEqual(read.lookup(JOB, 'owningextensionid'), {
      id: '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01',
      table: 'sdkmessageprocessingstep',
      name: 'Contoso hook',
      navigation: 'owningextensionid',
    });
    assert.deepEqual(read.optionalLookup(JOB, 'ownerid'), { id: '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01' });
    assert.equal(read.optionalLookup(JOB, 'regardingobjectid'), undefined);
  });

  it('give null and missing columns as the same nothing', () => {
    const readers = [
      read.optionalText,
      read.optionalGuid,
      read.optionalInteger,
      read.optionalNumber,
      read.optionalBoolean,
      read.optionalDate,
      read.optionalManaged,
      read.optionalLookup,
      read.optionalExpanded,
    ];
    for (const reader of readers) {
      assert.equal(reader(JOB, 'friendlymessage'), undefined);
      assert.equal(reader(JOB, 'missing'), undefined);
      assert.equal(reader(JOB, 'constructor'), undefined);
    }
  });

  it('name the column and what was found there, never the value', () => {
    const found = (action: () => unknown): string => {
      try {
        action();
      } catch (error) {
        assert.ok(DataverseError.is(error, 'badAnswer'));
        return error.message;
      }
      return assert.fail('nothing was thrown');
    };
    assert.equal(
      found(() => read.text(JOB, 'missing')),
      'Column missing should be a text but is missing',
    );
    assert.equal(
      found(() => read.text(JOB, 'friendlymessage')),
      'Column friendlymessage should be a text but is null',
    );
    assert.equal(
      found(() => read.guid(JOB, 'name')),
      'Column name should be a GUID but is a text of 31 characters',
    );
    assert.equal(
      found(() => read.optionalText(JOB, 'statuscode')),
      'Column statuscode should be a text but is an integer',
    );
    assert.equal(
      found(() => read.boolean(JOB, 'statuscode')),
      'Column statuscode should be true or false but is an integer',
    );
    assert.equal(
      found(() => read.integer(JOB, 'executiontimespan')),
      'Column executiontimespan should be an integer but is a number',
    );
    assert.equal(
      found(() => read.lookup(JOB, 'x')),
      'Column x should be a lookup but is missing',
    );
    assert.equal(
      found(() => read.expandedRows(JOB, 'sdkmessageid')),
      'Column sdkmessageid should be expanded rows but is an object',
    );
    assert.equal(
      found(() => read.expanded(JOB, 'images')),
      'Column images should be an expanded row but is a list',
    );
  });

  it('take only dates for dates', () => {
    assert.deepEqual(read.date({ d: '2025-03-04' }, 'd'), new Date(Date.UTC(2025, 2, 4)));
    assert.deepEqual(
      read.date({ d: '2025-03-04T11:02:10.123+01:00' }, 'd'),
      new Date('2025-03-04T10:02:10.123Z'),
    );
    for (const value of ['2025', '4.3.2025', '2025-13-01', 'now', '2025-03-04T99:99:99Z', 5]) {
      assert.throws(() => read.date({ d: value }, 'd'), DataverseError);
    }
  });
});
